//! Keeps what passed, as `go test` does: a program that is the same in all that a run could tell is
//! not run again.
//!
//! Only successes are kept, in the target folder, and none in CI. `PROOFREAD_FRESH=1` runs all.

use crate::paths::files;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs};

/// How many verdicts of earlier runs were reused.
static REUSED: AtomicUsize = AtomicUsize::new(0);

/// The code that decides: a verdict of other code counts for nothing.
const HARNESS: [&str; 4] = [
    include_str!("mod.rs"),
    include_str!("tools.rs"),
    include_str!("verdicts.rs"),
    include_str!("../harness.rs"),
];

/// What a verdict rests on.
#[derive(Clone)]
pub(crate) struct Key(DefaultHasher);

impl Key {
    /// A key for one kind of test, with the harness in it.
    pub(crate) fn new(kind: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (kind, HARNESS, env::consts::OS, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
        Key(hasher)
    }

    /// A key for a test that may look at all of the project, and at what rustc makes of it.
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
        // The test is in `deps` of a profile.
        let folder = target.ancestors().nth(2)?.join("proofread-verdicts");
        Some(folder.join(format!("{:016x}", self.0.finish())))
    }

    /// Whether a run with the same key passed before; `what` it returned then.
    pub(crate) fn passed(&self) -> Option<String> {
        let fresh = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        if fresh("CI") || fresh("PROOFREAD_FRESH") {
            return None;
        }
        let kept = fs::read_to_string(self.place()?).ok()?;
        REUSED.fetch_add(1, Ordering::Relaxed);
        Some(kept)
    }

    /// Keeps that it passed. Without a place for it, the next run is as long as this one.
    pub(crate) fn keep(&self, what: &str) {
        let Some(place) = self.place() else { return };
        let _ = fs::create_dir_all(place.parent().unwrap_or(&place));
        let _ = fs::write(place, what);
    }
}

/// One line that says how many verdicts are those of earlier runs.
pub(crate) fn told() -> Option<String> {
    let reused = REUSED.load(Ordering::Relaxed);
    let told = "results are those of earlier runs with the same input; PROOFREAD_FRESH=1 runs all";
    (reused > 0).then(|| format!("proofread: {reused} {told}"))
}
