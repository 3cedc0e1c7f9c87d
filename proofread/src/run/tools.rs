//! The programs that tests need: cargo, and what runs a twin.

use crate::{Book, Problem, find_python};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The executable of a listing: cargo puts it into `examples`, beside the `deps` of the test.
pub(crate) fn executable(name: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap_or_default();
    let folder = this.ancestors().nth(2).unwrap_or(&this).join("examples");
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Builds the listings, once: a test of another package leaves them as they were.
pub(crate) fn build_examples(book: &Book) -> Result<(), Problem> {
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--examples"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.current_dir(&book.root).output();
        let built = built.map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&built.stderr);
        built.status.success().then_some(()).ok_or(said.into())
    });
    let wrong = |error| {
        problem!("examples/";
            expected "programs that compile"; found "{error}"; mend "see: cargo build --examples")
    };
    built.as_ref().copied().map_err(wrong)
}

/// The words that run a twin, up to its path; nothing if there is no such command.
pub(crate) fn interpreter(command: &str) -> Option<Vec<OsString>> {
    if command == "python3" {
        // Without the packages of the site, which start slowly: a twin is copied without them. And
        // a twin that imports another leaves nothing beside it.
        return Some(vec![find_python()?.into(), "-SB".into()]);
    }
    let words: Vec<OsString> = command.split_whitespace().map(Into::into).collect();
    let name = Path::new(words.first()?).with_extension(std::env::consts::EXE_EXTENSION);
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).any(|folder| folder.join(&name).is_file());
    found.then_some(words)
}
