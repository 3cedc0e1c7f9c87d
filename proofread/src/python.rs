//! Finds Python.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Returns the path of the Python interpreter, or `None` if `python3` is not installed or fails.
///
/// The `python3` in `PATH` may be a script that starts the interpreter, so Python itself is asked
/// for its path.
pub fn find_python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| {
        let script = "import sys; print(sys.executable)";
        let mut python = Command::new("python3");
        let run = python.args(["-S", "-c", script]).output().ok()?;
        let path = String::from_utf8(run.stdout).ok()?;
        run.status.success().then(|| PathBuf::from(path.trim()))
    });
    found.as_deref()
}
