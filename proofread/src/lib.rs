//! Keeps an [mdBook](https://rust-lang.github.io/mdBook/) true to its programs.
//!
//! A page shows a program, then what the program printed, and neither is typed into the page. Three
//! things that a reader sees are tested, with stock tools that this crate wires together:
//!
//! - **code**: skeptic compiles and runs every Rust block;
//! - **output**: insta holds what each program printed, and the page shows that snapshot;
//! - **prose**: a sentence that no output shows has a mark that leads to the test that proves it.
//!
//! Nothing is on a page that is not tested, nothing is tested that is on no page, and every link
//! leads somewhere.
//!
//! # A new book
//!
//! ```text
//! cargo run -p proofread -- new ../my-book
//! ```
//!
//! writes a book with a page, a program, its twin in Python and a proof. Its `cargo test` passes:
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("my-book");
//! proofread::new(&path)?;
//! let book = proofread::Book::new(&path).twins("py", "python3").proofs("tests/proofs.rs");
//! assert_eq!(book.problems(), []);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Directives
//!
//! A page asks for what is tested, and types none of it:
//!
//! | directive | what the page shows |
//! |---|---|
//! | `{{#listing NAME}}` | `examples/NAME.rs`, its output, what it needs, and its twins |
//! | `{{#proved NAME}}` | a link to the proof, a test of that name |
//! | `{{#file PATH}}` | a file of the project, folded if it is long |
//! | `{{#tested_with}}` | the versions that the outputs were accepted with |
//!
//! All but `proved` stand on a line of their own. A book can have more: see [`Book::directive`].
//! A directive that names nothing is a problem with page and line.
//!
//! mdBook expands them with a preprocessor. The test target below is one, and so is any program that
//! calls [`Book::preprocess`]:
//!
//! ```toml
//! [preprocessor.proofread]
//! command = "cargo test --test book -- expand"
//! before = ["links"]
//! ```
//!
//! In a build script and in tests that command would wait for cargo's own lock forever. There
//! [`Book::pages`] does the same within the process.
//!
//! # By hand
//!
//! Add this crate as a dependency and as a build-dependency, and a test target without a harness:
//!
//! ```toml
//! [[test]]
//! name = "book"
//! harness = false
//! ```
//!
//! One call in `build.rs` makes a test of each Rust block:
//!
//! ```no_run
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     proofread::Book::new(".").build()
//! }
//! ```
//!
//! `tests/book.rs` is one call too:
//!
//! ```text
//! proofread::main!(proofread::Book::new("."));
//! ```
//!
//! It names what else the book has: see [`Book`]. Files that programs find beside them,
//! `.beside(["words.txt"])`, are named in both calls. All paths start at `book.toml`. If the package
//! has a library, put the two calls into a package beside it: skeptic keeps the programs that it
//! compiled until a library in their package is built again.
//!
//! # A program
//!
//! | file | what it is |
//! |---|---|
//! | `examples/NAME.rs` | the program, whole, as a reader copies it |
//! | `examples/NAME.py` | its twin, if there is one |
//! | `snapshots/NAME.snap` | the command that runs it, and what both print |
//!
//! `cargo test NAME` runs the program and its twin, each twice, in folders that hold only the files
//! [`beside`](Book::beside) it, with another home, folder for temporary files, time zone, language
//! and number of cores. A program that names a type that hashes runs eight times. It succeeds, writes
//! nothing to stderr, leaves no file, and prints the same each time. If it prints something else than
//! its snapshot, the test shows the difference, and the command that accepts it:
//!
//! ```text
//! INSTA_UPDATE=always cargo test NAME
//! ```
//!
//! A program that needs another system is ignored. It says so in a `main` for others, with which it
//! compiles everywhere:
//!
//! ```
//! #[cfg(not(target_os = "linux"))]
//! fn main() {
//!     println!("This program needs Linux.");
//! }
//! # #[cfg(target_os = "linux")]
//! # fn main() {}
//! ```
//!
//! A run that passed is not repeated as long as the program, its files, the interpreter and this
//! crate stay the same. `CI=1` or `PROOFREAD_FRESH=1` runs everything.
//!
//! # A proof
//!
//! A proof is a test, and its name is the sentence. The page that cites it first shows its source,
//! folded, at its foot, with links back to each sentence that cites it.
//!
//! ```text
//! #[test]
//! fn a_pipe_cannot_be_mapped() { ... }
//! ```
//!
//! ```markdown
//! A pipe cannot be mapped. {{#proved a_pipe_cannot_be_mapped}}
//! ```
//!
//! Proofs are in one file, or in a folder that is a test target: `main.rs`, with `mod NAME;` for
//! each other file. A `///` line above the test gives the title, if the words of the name need other
//! signs: a comma, a capital, code font. Proofs in Python lie beside them: functions without
//! arguments that assert, with a docstring for the title.
//!
//! # What is refused
//!
//! Each rule is a test with a name. A [`Problem`] has a place, what was expected, what was found, and
//! how to fix it. What follows from another problem is not looked for until that is fixed.
//!
//! | rule | what it holds |
//! |---|---|
//! | `files_that_the_tests_name_are_there` | and every file of `examples/` is run |
//! | `pages_are_those_of_the_summary` | each page is named in SUMMARY.md, by its one title |
//! | `pages_are_prose_and_directives` | programs, outputs and HTML are not typed; tables are whole |
//! | `directives_name_what_is_there` | and each stands where it can be expanded |
//! | `programs_stand_on_a_page_with_their_outputs` | each program on one page, no output or twin left over |
//! | `crates_are_named_on_one_line` | a line of Cargo.toml to copy for each crate |
//! | `programs_are_fit_to_be_copied` | 80 columns, a SAFETY comment with a reason, no crate of the tests |
//! | `proofs_prove_what_pages_say` | names, titles, assertions, marks |
//! | `figures_are_right_in_both_themes` | well-formed SVG, `currentColor`, a title |
//! | `names_exist` | what is in code font is in a source of the book, of its crates, or in Python; `std` does not count: see [`Book::names`] |
//! | `versions_and_addresses_are_right` | versions are those of Cargo.lock, addresses are addresses |
//! | `commands_lead_somewhere` | examples and packages that commands name exist, and links of README.md |
//! | `build_rs_makes_the_tests` | a test for each Rust block, with the same files beside it |
//! | `links_of_the_site_lead_somewhere` | and no id is given twice |
//!
//! Clippy refuses the rest: turn on `clippy::undocumented_unsafe_blocks`, and `clippy::unwrap_used`
//! if a program is to handle its errors. A book can have rules of its own: see [`Book::rule`].

/// A regular expression, compiled once.
macro_rules! regex {
    ($pattern:literal) => {{
        static REGEX: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($pattern).unwrap());
        &*REGEX
    }};
}

mod build;
mod cargo;
mod expand;
mod harness;
mod needs;
mod new;
mod page;
mod paths;
mod preprocess;
mod problem;
mod program;
mod proof;
mod rules;
mod run;
mod source;
mod tested_with;

pub use new::new;
pub use page::{Block, BlockKind, Directive, Heading, Include, Link, Page, Row};
pub use preprocess::Pages;
pub use problem::Problem;
pub use program::Program;
pub use proof::Proof;
pub use run::tools::find_python;
pub use source::Source;
#[doc(hidden)]
pub use {insta, skeptic};

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A book: where it is, and what belongs to it.
///
/// As it starts out, it is an mdBook whose pages show programs of `examples/`, and below each
/// program what it printed, from `snapshots/`.
#[derive(Debug, Clone, Default)]
pub struct Book {
    root: PathBuf,
    beside: Vec<String>,
    twins: Vec<(String, String)>,
    proofs: Option<String>,
    tested_with: Vec<String>,
    names: Vec<String>,
    directives: Vec<OwnDirective>,
    rules: Vec<OwnRule>,
}

type Check = dyn Fn(&Source) -> Vec<Problem> + Send + Sync;
type Expand = dyn Fn(&Source, &Page, &str) -> Result<String, Problem> + Send + Sync;

/// A directive of a book's own.
#[derive(Clone)]
struct OwnDirective {
    name: &'static str,
    alone: bool,
    expand: Arc<Expand>,
}

/// A rule of a book's own.
#[derive(Clone)]
struct OwnRule {
    name: &'static str,
    check: Arc<Check>,
}

impl fmt::Debug for OwnDirective {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for OwnRule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Book {
    /// The book in a folder, that of `book.toml`; the path is relative to the package that is
    /// built, run or tested.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = package.unwrap_or_default().join(root.into());
        Book {
            root: std::fs::canonicalize(&root).unwrap_or(root),
            ..Book::default()
        }
    }

    /// Files that the programs find beside them: each run has a copy.
    #[must_use]
    pub fn beside<S: Into<String>>(mut self, files: impl IntoIterator<Item = S>) -> Self {
        self.beside.extend(files.into_iter().map(Into::into));
        self
    }

    /// Programs in another language that print the same: `examples/NAME.extension`, and the command
    /// that runs one. `python3` is run without the packages of its site. If there is no such
    /// command, the twins are reported as ignored.
    #[must_use]
    pub fn twins(mut self, extension: &str, command: &str) -> Self {
        self.twins.push((extension.into(), command.into()));
        self
    }

    /// The file or the folder of the proofs, tests whose names are sentences of the pages. Those in
    /// Rust are run by cargo; those in Python are run beside the same files as the programs.
    #[must_use]
    pub fn proofs(mut self, path: &str) -> Self {
        self.proofs = Some(path.into());
        self
    }

    /// Crates whose versions `{{#tested_with}}` shows, with those of Rust, of what runs the twins,
    /// and of the system. The run that accepts the outputs writes `snapshots/tested_with.tsv`.
    #[must_use]
    pub fn tested_with<S: Into<String>>(mut self, crates: impl IntoIterator<Item = S>) -> Self {
        self.tested_with.extend(crates.into_iter().map(Into::into));
        self
    }

    /// Names that may stand in code font though no source has them.
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// A directive of this book's own, `{{#name argument}}`, on a line of its own if it is `alone`.
    /// The function returns Markdown, or a problem; its place is filled in.
    #[must_use]
    pub fn directive(
        mut self,
        name: &'static str,
        alone: bool,
        expand: impl Fn(&Source, &Page, &str) -> Result<String, Problem> + Send + Sync + 'static,
    ) -> Self {
        let expand = Arc::new(expand);
        self.directives.push(OwnDirective {
            name,
            alone,
            expand,
        });
        self
    }

    /// A rule of this book's own:
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
        let check = Arc::new(check);
        self.rules.push(OwnRule { name, check });
        self
    }

    /// What is wrong with the book, causes before consequences: what follows from a problem is not
    /// looked for as long as that is there. The programs are not run.
    pub fn problems(&self) -> Vec<Problem> {
        match Source::read(self) {
            Ok(source) => harness::problems(source),
            Err(problem) => vec![problem],
        }
    }

    /// The versions that the outputs were accepted with, by name.
    ///
    /// # Errors
    ///
    /// If they are not there, or the book cannot be read.
    pub fn versions(&self) -> Result<Vec<(String, String)>, Problem> {
        tested_with::versions(&Source::read(self)?)
    }

    /// What a program prints, as the tests of listings and twins look at it.
    ///
    /// # Errors
    ///
    /// If it cannot run in any world, or prints what a page cannot show.
    #[doc(hidden)]
    pub fn print(&self, path: &str, words: &[std::ffi::OsString]) -> Result<String, Problem> {
        let run = run::Run {
            book: self,
            path,
            words,
        };
        run.printed()
    }

    fn extensions(&self) -> Vec<&str> {
        self.twins
            .iter()
            .map(|(extension, _)| &**extension)
            .collect()
    }
}

/// The whole of a test file, for a target with `harness = false`: all that belongs to the book,
/// each thing as a test with a name.
#[macro_export]
macro_rules! main {
    ($book:expr) => {
        mod blocks {
            include!(concat!(
                env!(
                    "OUT_DIR",
                    "expected a build.rs that calls proofread::Book::build"
                ),
                "/proofread.rs"
            ));
        }

        // With the harness of rustc this is the one test that runs.
        #[test]
        fn the_target_has_no_harness() {
            panic!(
                "Cargo.toml: expected `harness = false` in the [[test]] of this file, found none"
            );
        }

        fn main() -> std::process::ExitCode {
            // Expanded in the test, so that the snapshots name it as their source.
            $crate::Book::run($book, blocks::BLOCKS, blocks::BESIDE, |name, text| {
                $crate::insta::assert_snapshot!(name, text)
            })
        }
    };
}
