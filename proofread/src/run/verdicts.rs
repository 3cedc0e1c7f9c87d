//! Caches test results, as `go test` does: if nothing that a run depends on has changed, it is not
//! repeated.
//!
//! Only passed results are kept, in the target folder. They are not reused if `CI` is set, or with
//! `PROOFREAD_FRESH=1`.

use crate::paths::files;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs};

/// The number of results of earlier runs that were reused.
static REUSED: AtomicUsize = AtomicUsize::new(0);

/// The code that decides a result. If it changes, earlier results are not reused.
const HARNESS: [&str; 7] = [
    include_str!("mod.rs"),
    include_str!("tools.rs"),
    include_str!("verdicts.rs"),
    include_str!("../harness.rs"),
    include_str!("../process.rs"),
    include_str!("../page.rs"),
    include_str!("../program.rs"),
];

/// A hash of everything that a result depends on.
#[derive(Clone)]
pub(crate) struct Key(DefaultHasher);

impl Key {
    /// Returns a key for one kind of test, which includes the code of the harness.
    pub(crate) fn new(kind: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (kind, HARNESS, env::consts::OS, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
        Key(hasher)
    }

    /// Returns a key for a test that may read all files of the project. The key includes the
    /// version of rustc.
    pub(crate) fn project(root: &Path) -> Self {
        let paths = files(root, "", &[]).into_iter();
        let rustc = ["target/.rustc_info.json".to_owned()];
        let paths = paths.chain(rustc).map(|path| root.join(path));
        paths.fold(Key::new("project"), |key, path| key.file(&path))
    }

    /// Adds a text, or a list of texts.
    #[must_use]
    pub(crate) fn with(mut self, text: impl Hash) -> Self {
        text.hash(&mut self.0);
        self
    }

    /// Adds the path and the bytes of a file.
    #[must_use]
    pub(crate) fn file(self, path: &Path) -> Self {
        let bytes = fs::read(path).ok();
        self.with((path, bytes))
    }

    fn place(&self) -> Option<PathBuf> {
        let target = env::current_exe().ok()?;
        // The test is in the folder `deps` of a profile.
        let folder = target.ancestors().nth(2)?.join("proofread-verdicts");
        Some(folder.join(format!("{:016x}", self.0.finish())))
    }

    /// If a run with the same key passed before, returns the text that [`Key::keep`] was given.
    pub(crate) fn passed(&self) -> Option<String> {
        let fresh = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        if fresh("CI") || fresh("PROOFREAD_FRESH") {
            return None;
        }
        let kept = fs::read_to_string(self.place()?).ok()?;
        REUSED.fetch_add(1, Ordering::Relaxed);
        Some(kept)
    }

    /// Stores that a run with this key passed, with a text. If storing fails, the next run is not
    /// skipped.
    pub(crate) fn keep(&self, what: &str) {
        let Some(place) = self.place() else { return };
        let _ = fs::create_dir_all(place.parent().unwrap_or(&place));
        let _ = fs::write(place, what);
    }
}

/// Returns a line with the number of reused results, or `None` if all tests were run.
pub(crate) fn told() -> Option<String> {
    let reused = REUSED.load(Ordering::Relaxed);
    (reused > 0).then(|| {
        format!("proofread: results reused from earlier runs: {reused}; PROOFREAD_FRESH=1 runs all")
    })
}
