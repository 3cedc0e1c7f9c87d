#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))] // docs.rs names the feature of each item
// Some functions are called only by the tests.
#![cfg_attr(not(feature = "test"), allow(dead_code))]

/// A regular expression, compiled once.
macro_rules! regex {
    ($pattern:literal) => {{
        static REGEX: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($pattern).unwrap());
        &*REGEX
    }};
}

#[macro_use]
mod problem;

#[cfg(feature = "check")]
mod blocks;
#[cfg(feature = "test")]
mod build;
mod cargo;
#[cfg(feature = "check")]
mod check;
#[cfg(feature = "check")]
mod console;
mod expand;
#[cfg(feature = "test")]
mod harness;
mod items;
mod level;
mod needs;
mod new;
mod page;
mod paths;
mod preprocess;
#[cfg(feature = "check")]
mod process;
mod program;
mod proof;
mod python;
#[cfg(feature = "check")]
mod rules;
#[cfg(feature = "test")]
mod run;
mod settings;
mod source;

#[cfg(feature = "check")]
#[doc(hidden)]
pub use check::{Format, Options, Report};
pub use new::{new, new_from};
pub use page::{Directive, Page, Row};
pub use preprocess::Pages;
pub use problem::Problem;
pub use program::Program;
pub use proof::Proof;
pub use python::find_python;
pub use source::Source;
#[cfg(feature = "test")]
#[doc(hidden)]
pub use {harness::Blocks, insta, skeptic};

use std::fmt;
use std::path::PathBuf;

/// A book: its folder and its parts.
///
/// [`Book::new`] returns an mdBook whose pages show programs of `examples/` and their outputs in
/// `snapshots/`. The other methods add twins, proofs, files, directives and rules.
#[derive(Default)]
pub struct Book {
    root: PathBuf,
    beside: Vec<String>,
    twins: Vec<(String, String)>,
    proofs: Option<String>,
    names: Vec<String>,
    /// For each directive: its name, whether it needs a line of its own, and its function.
    directives: Vec<(&'static str, bool, Box<Expand>)>,
    rules: Vec<(&'static str, Box<Check>)>,
}

type Check = dyn Fn(&Source) -> Vec<Problem> + Send + Sync;
type Expand = dyn Fn(&Source, &Page, &str) -> Result<String, Problem> + Send + Sync;

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Book").field("root", &self.root).finish_non_exhaustive()
    }
}

impl Book {
    /// Returns the book in the folder that holds `book.toml`. The path is relative to the folder of
    /// the package that cargo builds, runs or tests.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = package.unwrap_or_default().join(root.into());
        Book { root: std::fs::canonicalize(&root).unwrap_or(root), ..Book::default() }
    }

    /// Adds files that the programs read. Each run gets a copy of them in its current folder.
    #[must_use]
    pub fn beside<S: Into<String>>(mut self, files: impl IntoIterator<Item = S>) -> Self {
        self.beside.extend(files.into_iter().map(Into::into));
        self
    }

    /// Adds twins: programs `examples/NAME.extension` in another language that print the same as
    /// `examples/NAME.rs`. `command` runs a twin.
    ///
    /// `python3` runs without site packages. If the command is not installed, the tests of the
    /// twins are ignored, with the reason.
    #[must_use]
    pub fn twins(mut self, extension: &str, command: &str) -> Self {
        self.twins.push((extension.into(), command.into()));
        self
    }

    /// Sets the file or the folder of the proofs, the tests whose names are sentences of the pages.
    ///
    /// Cargo runs the proofs in Rust as a test target of its own. The tests of the book run the
    /// proofs in Python, with the same files as the programs.
    #[must_use]
    pub fn proofs(mut self, path: &str) -> Self {
        self.proofs = Some(path.into());
        self
    }

    /// Adds names that pages may use in code font, although no source has them.
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds a directive, `{{#name argument}}`. If `alone` is true, the directive must be on a line
    /// of its own.
    ///
    /// `expand` returns Markdown or a problem. The problem is reported at the line of the
    /// directive.
    #[must_use]
    pub fn directive(
        mut self,
        name: &'static str,
        alone: bool,
        expand: impl Fn(&Source, &Page, &str) -> Result<String, Problem> + Send + Sync + 'static,
    ) -> Self {
        self.directives.push((name, alone, Box::new(expand)));
        self
    }

    /// Adds a rule. `check` returns the problems that it finds:
    ///
    /// ```
    /// use proofread::{Book, Problem, Source};
    ///
    /// /// A program says what it does in its first line.
    /// fn programs_say_what_they_do(source: &Source) -> Vec<Problem> {
    ///     let programs = source.programs.iter();
    ///     let silent = programs.filter(|program| !program.text.starts_with("//! "));
    ///     silent.map(|program| Problem::at(&program.path, 1, "`//! ...`", "none", "write it")).collect()
    /// }
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("my-book");
    /// # proofread::new(&path)?;
    /// # std::fs::write(path.join("examples/count_words.rs"), "fn main() {}\n")?;
    /// let book = Book::new(&path).twins("py", "python3").proofs("tests/proofs.rs");
    /// let book = book.rule("programs_say_what_they_do", programs_say_what_they_do);
    /// let told = "examples/count_words.rs:1: expected `//! ...`, found none; write it";
    /// assert!(book.problems().iter().any(|problem| problem.to_string() == told));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn rule(
        mut self,
        name: &'static str,
        check: impl Fn(&Source) -> Vec<Problem> + Send + Sync + 'static,
    ) -> Self {
        self.rules.push((name, Box::new(check)));
        self
    }

    /// Returns the paths of the files of `examples/` that have the extension of a twin.
    fn twin_files(&self) -> Vec<String> {
        let extensions: Vec<&str> = self.twins.iter().map(|(extension, _)| &**extension).collect();
        let mut files = paths::files(&self.root, "examples", &[]);
        files.retain(|path| extensions.contains(&paths::extension(path)));
        files
    }
}

/// Expands to a whole test file for a target with `harness = false`. It runs each program, twin,
/// proof in Python, block and rule of the book as a test with a name.
#[cfg(feature = "test")]
#[macro_export]
macro_rules! main {
    ($book:expr) => {
        mod blocks {
            include!(concat!(
                env!("OUT_DIR", "expected a build.rs that calls proofread::Book::build"),
                "/proofread.rs"
            ));
        }

        // If the target has a harness, this is the only test that runs.
        #[test]
        fn the_target_has_no_harness() {
            panic!("Cargo.toml: expected `harness = false`, found a test target with a harness");
        }

        fn main() -> std::process::ExitCode {
            // The macro is expanded in the test file, so that snapshots name that file as their
            // source.
            $crate::Book::run($book, blocks::BLOCKS, |name, text| {
                $crate::insta::assert_snapshot!(name, text)
            })
        }
    };
}
