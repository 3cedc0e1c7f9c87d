//! Holds an [mdBook](https://rust-lang.github.io/mdBook/) to its programs.
//!
//! A page shows a program, then what the program printed, and neither is typed into the page.
//! Three things that a reader sees are tested, with stock tools that this crate wires together:
//!
//! - **code**: mdBook resolves the includes, and skeptic compiles and runs every Rust block;
//! - **output**: insta holds what each program printed, and the page includes that snapshot;
//! - **prose**: a sentence that no output shows has a mark, a link to the test that proves it.
//!
//! And the loop is closed: nothing is on a page that is not tested, nothing is tested that is on no
//! page, and no link leads nowhere.
//!
//! # A new book
//!
//! ```text
//! cargo run -p proofread -- new ../my-book
//! ```
//!
//! writes one, with a page, a program, its twin in Python and a proof. Its `cargo test` passes:
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("my-book");
//! proofread::new(&path)?;
//! let book = proofread::Book::new(&path).twins("py", "python3").proofs("tests/proofs.rs").needs();
//! assert_eq!(book.problems(), []);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # By hand
//!
//! Add this crate twice, and a test target without a harness:
//!
//! ```toml
//! [build-dependencies]
//! proofread = { path = "../proofread" }
//!
//! [dev-dependencies]
//! proofread = { path = "../proofread" }
//!
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
//! `.beside(["words.txt"])`, are named in both calls; all paths start at `book.toml`. Then write
//! `book.toml` and `SUMMARY.md` as for any mdBook, and run `cargo test` until it passes. For a first
//! run in half the time, take the profiles from the end of the `Cargo.toml` that `new` writes.
//!
//! Where a package has a library, put the two into a package beside it: skeptic keeps the programs
//! that it compiled until a library in their package is built anew.
//!
//! # A program
//!
//! | file | what it is |
//! |---|---|
//! | `examples/NAME.rs` | the program, whole, as a reader copies it |
//! | `examples/NAME.py` | its twin, where there is one |
//! | `snapshots/NAME.snap` | the command that runs it, and what both print |
//!
//! The page includes them in this order, each once in the book. A snapshot is shown from its fourth
//! line on, as three lines before it are insta's:
//!
//! ````markdown
//! ```rust
//! {{#include ../examples/NAME.rs}}
//! ```
//!
//! ```console
//! {{#include ../snapshots/NAME.snap:4:}}
//! ```
//!
//! ```python
//! {{#include ../examples/NAME.py}}
//! ```
//! ````
//!
//! With [`Book::needs`] each page says below an output what the program needs, in words and as the
//! lines of `Cargo.toml` that a reader copies. `snapshots/needs.snap` is made of the sources, and has
//! a part for each listing:
//!
//! ```markdown
//! {{#include ../snapshots/needs.snap:NAME}}
//! ```
//!
//! `cargo test NAME` runs it and its twin, each twice, in folders that hold nothing but the files
//! [`beside`](Book::beside) it, with another home, folder for temporary files, time zone, language
//! and number of cores. A program that names a type that hashes runs eight times. It succeeds, writes
//! nothing to stderr, leaves no file, and prints the same each time. When it prints something else
//! than its snapshot, the test shows the difference, and the command that accepts it:
//!
//! ```text
//! INSTA_UPDATE=always cargo test NAME
//! ```
//!
//! A program that needs another system than this is ignored. It says so in a `main` for others,
//! with which it compiles everywhere:
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
//! Without a name, that accepts all outputs, the page of the proofs, the index and the needs.
//!
//! # Other blocks
//!
//! | block | what it holds |
//! |---|---|
//! | `rust` | a listing, whole: compiled and run |
//! | `console` | its output |
//! | `rust,ignore` | another file of Rust, or what is between `ANCHOR: name` and `ANCHOR_END: name` |
//! | `shell` | commands to type, and no output |
//! | `markdown` | typed text about pages |
//! | any other word | a file of the project, or a part between anchors |
//!
//! A file of more than 40 lines that is no program folds, under its path and its length:
//!
//! ````markdown
//! <details class="fold">
//! <summary><code>src/words.rs</code>, 52 lines</summary>
//!
//! ```rust,ignore
//! {{#include ../src/words.rs}}
//! ```
//!
//! </details>
//! ````
//!
//! Behind the word a name, as in `text,words.txt`, is that of a file that the block shows whole: a
//! theme finds it among the classes of the code and can offer the file under it.
//!
//! # A proof
//!
//! A proof is a test, and its name is the sentence. That is all there is to write beside the mark:
//! `snapshots/proofs.snap`, which a page includes, is made of the tests, with the source of each and
//! a link to each sentence that cites it, or rather to the section that this stands in.
//!
//! ```text
//! #[test]
//! fn a_pipe_cannot_be_mapped() { ... }
//! ```
//!
//! ```markdown
//! A pipe cannot be mapped.
//! [proved](proofs.md#a_pipe_cannot_be_mapped)
//! ```
//!
//! The page that shows them has a line of its own for that, below its title:
//!
//! ```markdown
//! {{#include ../snapshots/proofs.snap:4:}}
//! ```
//!
//! An index, `snapshots/index.snap`, is included in the same way, and so are the versions that the
//! outputs were made with, `snapshots/tested_with.snap`: see [`Book::tested_with`]. Any other text
//! that the book makes of its sources is too: see [`Book::made`].
//!
//! Proofs are in one file, or in a folder that is a test target: `main.rs`, with `mod NAME;` for
//! each other file. Those in Python lie beside.
//!
//! A `///` line above the test gives the title, where the words of the name want other signs: a
//! comma, a capital, code font for a name of more than one word that the proof reaches. A proof runs,
//! asserts something that can fail, and is cited; a mark that is taken away shows as a difference. In
//! Python a proof is a function without arguments that asserts; its first line may be a docstring with
//! the title.
//!
//! # What is refused
//!
//! Each rule is a test with a name, and a problem has a place, what was expected, what was found and
//! what mends it. What follows from another problem is not looked for until that is mended.
//!
//! | rule | what it holds |
//! |---|---|
//! | `files_that_the_tests_name_are_there` | and no program stands in `examples/` that no test runs |
//! | `files_end_their_lines_with_lf` | what is compared byte for byte |
//! | `pages_are_prose_and_includes` | code, outputs and figures are included, and not typed; long files fold |
//! | `pages_are_those_of_the_summary` | each page is named in SUMMARY.md, by its one title |
//! | `listings_stand_with_their_outputs_and_twins` | on one page, in order, none left over |
//! | `outputs_begin_with_their_command` | the header of a snapshot has three lines |
//! | `listings_say_what_they_need` | right below the output, with a line of Cargo.toml for each crate |
//! | `programs_are_fit_to_be_copied` | 80 columns, a SAFETY comment with a reason, no crate of the tests |
//! | `proofs_prove_what_pages_say` | names, titles, assertions, marks |
//! | `figures_are_right_in_both_themes` | well-formed SVG, `currentColor`, a title and a description |
//! | `tables_are_whole` | a cell for each column, and the rows that a list or a crate demands |
//! | `names_exist` | what is in code font is in a source of the book, of its crates, or in Python; `std` does not count: see [`Book::names`] |
//! | `versions_and_addresses_are_right` | versions are those of Cargo.lock, addresses are addresses |
//! | `commands_lead_somewhere` | commands in `shell` blocks and in README.md name what is there |
//! | `build_rs_makes_the_tests` | a test for each Rust block, with the same files beside it |
//! | `proofs.snap`, `index.snap`, `needs.snap`, `tested_with.snap`, and those of [`Book::made`] | what is made of the sources is what the pages include |
//! | `links_of_the_site_lead_somewhere` | and no id is given twice |
//!
//! Clippy and cargo refuse the rest: turn on `clippy::undocumented_unsafe_blocks`, and
//! `clippy::unwrap_used` where a program is to handle its errors.
//!
//! A book can have rules of its own:
//!
//! ```
//! use proofread::{Book, Problem, Source};
//!
//! /// A program says what it does in its first line.
//! fn programs_say_what_they_do(source: &Source) -> Vec<Problem> {
//!     let silent = source.listings.iter().filter(|(_, text)| !text.starts_with("//! "));
//!     silent
//!         .map(|(name, _)| {
//!             Problem::at(&format!("examples/{name}.rs"), 1, "`//! ...`", "none", "write it")
//!         })
//!         .collect()
//! }
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("my-book");
//! # proofread::new(&path)?;
//! # std::fs::write(path.join("examples/count_words.rs"), "fn main() {}\n")?;
//! let book = Book::new(&path).twins("py", "python3").proofs("tests/proofs.rs").needs();
//! let book = book.rule("programs_say_what_they_do", programs_say_what_they_do);
//! let told = "examples/count_words.rs:1: expected `//! ...`, found none; write it";
//! assert!(book.problems().iter().any(|problem| problem.to_string() == told));
//! # Ok::<(), std::io::Error>(())
//! ```

/// A regular expression, compiled once.
macro_rules! regex {
    ($pattern:literal) => {{
        static REGEX: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($pattern).unwrap());
        &*REGEX
    }};
}

mod api;
mod blocks;
mod harness;
mod index;
mod markdown;
mod needs;
mod new;
mod outputs;
mod proofs;
mod rules;
mod source;
mod versions;

pub use markdown::{Block, Heading, Include, Link, Page, Row};
pub use new::new;
pub use proofs::Proof;
pub use source::Source;
#[doc(hidden)]
pub use {insta, skeptic};

use std::fmt;
use std::path::PathBuf;

/// A rule of a book's own: what it finds wrong.
pub type Rule = fn(&Source) -> Vec<Problem>;

/// What makes a text of a book's own: the source, and the name that the text was given.
pub type Make = fn(&Source, &str) -> String;

/// A book: where it is, and what belongs to it.
///
/// As it starts out, it is an mdBook whose pages include programs of `examples/`, and below each
/// program what it printed, from `snapshots/`.
#[derive(Debug, Clone, Default)]
pub struct Book {
    root: PathBuf,
    beside: Vec<String>,
    twins: Vec<(String, String)>,
    proofs: Option<String>,
    index: bool,
    tested_with: Option<Vec<String>>,
    needs: bool,
    made: Vec<(String, Make)>,
    names: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
    apis: Vec<(String, String)>,
    rules: Vec<(&'static str, Rule)>,
}

impl Book {
    /// The book in a folder, that of `book.toml`; the path is relative to the package that is
    /// built or tested.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .unwrap_or_default();
        let root = package.join(root.into());
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

    /// Programs in another language that print the same: `examples/NAME.ending`, and the command
    /// that runs one. For `python3` it is the interpreter that the name leads to; where there is no
    /// such command, the twins are reported as ignored.
    #[must_use]
    pub fn twins(mut self, ending: &str, command: &str) -> Self {
        self.twins.push((ending.into(), command.into()));
        self
    }

    /// The file or the folder of the proofs, tests whose names are sentences of the pages.
    ///
    /// `snapshots/proofs.snap` is made of them, for a page to include. Those in Rust are run by
    /// cargo. A folder may have some in Python too: functions without arguments that assert, run
    /// beside the same files as the programs.
    #[must_use]
    pub fn proofs(mut self, path: &str) -> Self {
        self.proofs = Some(path.into());
        self
    }

    /// Makes `snapshots/index.snap`, for a page to include: under its letter each name that the programs
    /// use and do not define, its language, and the programs, with a link to the section that shows one.
    ///
    /// What every program has is left out: in Rust the prelude, the macros and primitive types of
    /// `std`, and the methods of the traits in the prelude, unless the library of the book's package
    /// has a function of that name and the program uses it; in Python the functions that are built in.
    #[must_use]
    pub fn index(mut self) -> Self {
        self.index = true;
        self
    }

    /// Makes `snapshots/tested_with.snap`, for a page to include: a table of what the outputs were made
    /// with, and the version of each. That is Rust, crates of Cargo.lock that the programs use, what
    /// runs their twins, and the system.
    ///
    /// The run that accepts the outputs writes it. On another machine it stays as it is, but for the
    /// crates: they have the versions of Cargo.lock everywhere.
    #[must_use]
    pub fn tested_with<S: Into<String>>(mut self, crates: impl IntoIterator<Item = S>) -> Self {
        self.tested_with = Some(crates.into_iter().map(Into::into).collect());
        self
    }

    /// Makes `snapshots/needs.snap`, with a part for each listing: what it needs of `Cargo.toml`, of
    /// the files [`beside`](Book::beside) it and of the library of the package, and which system.
    /// Each page has to include the part of a listing below its output.
    #[must_use]
    pub fn needs(mut self) -> Self {
        self.needs = true;
        self
    }

    /// Texts that are made of the sources, for pages to include as they include the proofs: a figure
    /// or a table of measured data. Each is held in `snapshots/NAME.snap`.
    #[must_use]
    pub fn made<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>, make: Make) -> Self {
        let names = names.into_iter().map(|name| (name.into(), make));
        self.made.extend(names);
        self
    }

    /// Names that may stand in code font though no source has them.
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Names for each of which a page, `page.md`, has to have a row in a table: its first cell holds
    /// the name in code font.
    #[must_use]
    pub fn rows<S: Into<String>>(mut self, page: &str, names: impl IntoIterator<Item = S>) -> Self {
        self.rows
            .push((page.into(), names.into_iter().map(Into::into).collect()));
        self
    }

    /// A crate that the programs use, of which a page, `page.md`, is to tell all: it has to have a row
    /// for each public function of each public type, `Type::function`, and for each variant of each
    /// public enum, read from the source that cargo has.
    #[must_use]
    pub fn api(mut self, page: &str, name: &str) -> Self {
        self.apis.push((page.into(), name.into()));
        self
    }

    /// A rule of this book's own.
    #[must_use]
    pub fn rule(mut self, name: &'static str, rule: Rule) -> Self {
        self.rules.push((name, rule));
        self
    }

    /// What is wrong with the book, causes before consequences: what follows from a problem is not
    /// looked for as long as that is there. The programs are not run.
    pub fn problems(&self) -> Vec<Problem> {
        match Source::read(self) {
            Ok(source) => harness::problems(&source),
            Err(problem) => vec![problem],
        }
    }

    /// What a program prints, as the tests of listings and twins look at it.
    ///
    /// # Errors
    ///
    /// Where it cannot run in any world, or prints what a page cannot show.
    #[doc(hidden)]
    pub fn print(&self, path: &str, program: &[std::ffi::OsString]) -> Result<String, Problem> {
        outputs::print(self, path, program)
    }

    fn endings(&self) -> Vec<&str> {
        self.twins.iter().map(|(ending, _)| &**ending).collect()
    }
}

/// Something that is wrong with a book: where, what was expected and found, and what mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(String);

impl Problem {
    /// A problem with a file.
    pub fn new(
        place: impl fmt::Display,
        expected: impl fmt::Display,
        found: impl fmt::Display,
        mend: impl fmt::Display,
    ) -> Self {
        Problem(format!(
            "{place}: expected {expected}, found {found}; {mend}"
        ))
    }

    /// A problem with a line of a file.
    pub fn at(
        path: &str,
        line: usize,
        expected: impl fmt::Display,
        found: impl fmt::Display,
        mend: impl fmt::Display,
    ) -> Self {
        Self::new(format_args!("{path}:{line}"), expected, found, mend)
    }

    /// Several as one, a line each.
    fn all(problems: &[Problem]) -> Option<Self> {
        let lines: Vec<&str> = problems.iter().map(|problem| &*problem.0).collect();
        (!lines.is_empty()).then(|| Problem(lines.join("\n")))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

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
