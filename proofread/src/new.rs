//! Writes a small book to start from.

use include_dir::{Dir, include_dir};
use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf, absolute};

/// The files of the book. In their texts, `BOOK_NAME` and `CRATE_SOURCE` are replaced. Cargo does not
/// put a folder with a Cargo.toml into a package, so that file has another name in the template.
static TEMPLATE: Dir = include_dir!("$CARGO_MANIFEST_DIR/template");

/// Writes a book of one page, with a program, its twin and a proof, into an empty or a new folder.
///
/// The Cargo.toml of the book names this crate by its version. After the crates are downloaded, the
/// `cargo test` of the book passes.
///
/// # Errors
///
/// Returns [`ErrorKind::AlreadyExists`] if the folder is not empty, except for `.git`. Returns
/// other errors if a file or folder cannot be read or written.
pub fn new(path: &Path) -> Result<()> {
    write(path, &format!("version = {:?}", env!("CARGO_PKG_VERSION")))
}

/// Writes the same book as [`new`], but its Cargo.toml names this crate by a path. `checkout` is a
/// checkout that has this crate in its folder `proofread`, or that folder itself.
///
/// # Errors
///
/// Returns [`ErrorKind::NotFound`] if the checkout does not have this crate. Otherwise, returns the
/// errors of [`new`].
pub fn new_from(path: &Path, checkout: &Path) -> Result<()> {
    let ours = |folder: &&PathBuf| {
        let manifest = fs::read_to_string(folder.join("Cargo.toml"));
        manifest.is_ok_and(|text| text.contains("\nname = \"proofread\"\n"))
    };
    let folders = [checkout.join("proofread"), checkout.to_owned()];
    let found = folders.iter().find(ours);
    let none = || wrong(ErrorKind::NotFound, checkout, "a checkout of proofread, found none");
    let folder = absolute(found.ok_or_else(none)?)?.to_string_lossy().replace('\\', "/");
    write(path, &format!("path = {folder:?}"))
}

fn wrong(kind: ErrorKind, path: &Path, expected: &str) -> Error {
    let path = path.display();
    Error::new(kind, format!("{path}: expected {expected}; name another folder"))
}

fn write(path: &Path, source: &str) -> Result<()> {
    fs::create_dir_all(path)?;
    let mut entries = fs::read_dir(path)?.flatten();
    if entries.any(|entry| entry.file_name() != ".git") {
        let kind = ErrorKind::AlreadyExists;
        return Err(wrong(kind, path, "an empty folder, found files"));
    }
    let folder = fs::canonicalize(path)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let name = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    let name = match name.trim_matches('-') {
        name if name.starts_with(|letter: char| letter.is_alphabetic()) => name.to_owned(),
        name => format!("book-{name}"),
    };
    let mut open = vec![&TEMPLATE];
    while let Some(folder) = open.pop() {
        fs::create_dir_all(path.join(folder.path()))?;
        for file in folder.files() {
            let text = file.contents_utf8().unwrap_or_default().replace("BOOK_NAME", &name);
            let file = path.join(file.path()).to_string_lossy().replace(".toml.in", ".toml");
            fs::write(file, text.replace("CRATE_SOURCE", source))?;
        }
        open.extend(folder.dirs());
    }
    Ok(())
}
