//! Finds the programs that tests need: the listings, and the interpreters of twins.

use crate::cargo::cargo;
use crate::{Book, Problem, find_python};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Returns the path of the executable of a listing: cargo puts it into the folder `examples`, next
/// to the folder `deps` of the test.
pub(crate) fn executable(name: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap_or_default();
    let folder = this.ancestors().nth(2).unwrap_or(&this).join("examples");
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Builds the listings once. If the test belongs to another package, cargo does not build them
/// before.
pub(crate) fn build_examples(book: &Book) -> Result<(), Problem> {
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let mut build = cargo("build");
        build.args(["--quiet", "--examples"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.current_dir(&book.root).output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&built.stderr);
        built.status.success().then_some(()).ok_or(said.into())
    });
    let wrong = |error| {
        problem!("examples/";
            expected "programs that compile"; found "{error}"; mend "see: cargo build --examples")
    };
    built.as_ref().copied().map_err(wrong)
}

/// Returns the words of the command that runs a twin, without its path, or `None` if the command is
/// not installed.
pub(crate) fn interpreter(command: &str) -> Option<Vec<OsString>> {
    if command == "python3" {
        // -S leaves out site packages, because they start slowly and readers may not have them. -B
        // keeps a twin that imports another twin from writing `__pycache__`.
        return Some(vec![find_python()?.into(), "-SB".into()]);
    }
    let words: Vec<OsString> = command.split_whitespace().map(Into::into).collect();
    let name = words.first()?.to_str()?.to_owned() + std::env::consts::EXE_SUFFIX;
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).any(|folder| folder.join(&name).is_file()).then_some(words)
}
