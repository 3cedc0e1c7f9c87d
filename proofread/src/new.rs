//! Writes a small book to start from.

use std::path::Path;
use std::{fs, io};

macro_rules! template {
    ($($file:literal)*) => { [$(($file, include_str!(concat!("../template/", $file)))),*] };
}

/// The files of the book. `NAME`, `PROOFREAD` and `MDBOOK` in their texts are replaced.
const FILES: [(&str, &str); 14] = template! {
    ".gitattributes"
    ".github/workflows/book.yml"
    ".gitignore"
    "Cargo.toml"
    "README.md"
    "book.toml"
    "book/SUMMARY.md"
    "book/counting_words.md"
    "build.rs"
    "examples/count_words.py"
    "examples/count_words.rs"
    "snapshots/count_words.snap"
    "tests/book.rs"
    "tests/proofs.rs"
};

/// Writes a book of one page, with a listing, its twin and a proof, into an empty or a new folder.
///
/// The `cargo test` of the book passes. Its Cargo.toml names this crate by its path.
///
/// # Errors
///
/// Returns [`io::ErrorKind::AlreadyExists`] if the folder is not empty, except for `.git`. Returns
/// other errors if a file or folder cannot be read or written.
pub fn new(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    let git = |entry: &fs::DirEntry| entry.file_name() == ".git";
    if !fs::read_dir(path)?.flatten().all(|entry| git(&entry)) {
        let message = format!(
            "{}: expected an empty folder, found files; name another folder",
            path.display()
        );
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    let folder = fs::canonicalize(path)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let name = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    let name = match name.trim_matches('-') {
        name if name.starts_with(|letter: char| letter.is_alphabetic()) => name.to_owned(),
        name => format!("book-{name}"),
    };
    for (file, text) in FILES {
        let file = path.join(file);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = text
            .replace("NAME", &name)
            .replace("PROOFREAD", &env!("CARGO_MANIFEST_DIR").replace('\\', "/"))
            .replace("MDBOOK", mdbook_core::MDBOOK_VERSION);
        fs::write(file, text)?;
    }
    Ok(())
}
