//! The programs that tests need: cargo, Python, what runs a twin; and their versions.

use crate::{Book, Problem};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The executable of a listing: cargo puts it into `examples`, beside the `deps` of the test.
pub(crate) fn executable(name: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap_or_default();
    let folder = this.ancestors().nth(2).unwrap_or(&this).join("examples");
    folder
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION)
}

/// Builds the listings, once: a test of another package leaves them as they were.
pub(crate) fn build_examples(book: &Book) -> Result<(), Problem> {
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--examples"])
            .current_dir(&book.root);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.output().map_err(|error| error.to_string())?;
        match built.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&built.stderr).into_owned()),
        }
    });
    let mend = "see: cargo build --examples";
    built
        .clone()
        .map_err(|error| Problem::new("examples/", "programs that compile", error, mend))
}

/// Python itself: what the PATH calls python3 may be a script that looks for it.
pub fn find_python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| {
        let script = "import sys; print(sys.executable)";
        let run = Command::new("python3")
            .args(["-S", "-c", script])
            .output()
            .ok()?;
        let path = String::from_utf8(run.stdout).ok()?;
        run.status.success().then(|| PathBuf::from(path.trim()))
    });
    found.as_deref()
}

/// The words that run a twin, up to its path; nothing if there is no such command.
pub(crate) fn interpreter(command: &str) -> Option<Vec<OsString>> {
    if command == "python3" {
        // Without the packages of the site, which start slowly: a twin is copied without them.
        return Some(vec![find_python()?.into(), "-S".into()]);
    }
    let mut words = command.split_whitespace();
    let name = words.next()?;
    let path = std::env::var_os("PATH")?;
    let extension = std::env::consts::EXE_EXTENSION;
    let mut folders = std::env::split_paths(&path);
    let found = folders.any(|folder| folder.join(name).with_extension(extension).is_file());
    found.then(|| std::iter::once(name).chain(words).map(Into::into).collect())
}
