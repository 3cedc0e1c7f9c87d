//! Reads all parts of a book once: pages, programs, snapshots and proofs.

use crate::cargo::Cargo;
use crate::page::Page;
use crate::paths::{self, extension, files, folder, join};
use crate::program::{Program, called};
use crate::proof::{self, Proof};
use crate::settings::{self, unread};
use crate::{Book, Problem};
use mdbook_core::config::Config;
use mdbook_summary::{Summary, SummaryItem, parse_summary};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const SUMMARY: &str = "SUMMARY.md";

/// The parts of a book, for rules and directives.
///
/// All paths are relative to the folder of `book.toml`, with `/` between folders. The lines of all
/// texts end with `\n`.
#[derive(Debug)]
pub struct Source<'a> {
    pub(crate) book: &'a Book,
    pub(crate) config: Config,
    pub(crate) cargo: Cargo,
    /// The folder of the pages, `src` in `book.toml`.
    pub pages_in: String,
    /// The pages by path, including pages that SUMMARY.md does not name.
    pub pages: BTreeMap<String, Page>,
    pub(crate) contents: Summary,
    /// The path and the title of each page that SUMMARY.md names, in its order.
    pub summary: Vec<(String, String)>,
    /// The programs of `examples/`.
    pub programs: Vec<Program>,
    /// The text of each snapshot in `snapshots/`, by path.
    pub snapshots: BTreeMap<String, String>,
    /// The proofs and the functions that they may call, in the order of their files.
    pub proofs: Vec<Proof>,
    /// A problem for each file that cannot be read.
    pub(crate) unread: Vec<Problem>,
}

impl<'a> Source<'a> {
    /// Reads the book.
    ///
    /// # Errors
    ///
    /// Returns a problem with the path of a file if the file cannot be read, or if it cannot be
    /// parsed.
    pub fn read(book: &'a Book) -> Result<Self, Problem> {
        let (config, unknown) = settings::read(&book.root)?;
        match unknown.into_iter().next() {
            None => {
                let mut source = Source::with(book, config, &book.root)?;
                source.unread.pop().map_or(Ok(source), Err)
            }
            Some(key) => Err(problem!("book.toml";
                expected "the settings of an mdBook"; found "the key `{key}`"; mend "delete the key")),
        }
    }

    /// Reads the book with the given settings, without the files that cannot be read. `cargo` is the
    /// folder of Cargo.toml and Cargo.lock.
    pub(crate) fn with(book: &'a Book, config: Config, cargo: &Path) -> Result<Self, Problem> {
        let root = &*book.root;
        let pages_in = join("", &config.book.src.to_string_lossy());
        let path = join(&pages_in, SUMMARY);
        let contents = parse_summary(&paths::read(root, &path)?);
        let contents = contents.map_err(unread(&path, "a list of pages"))?;

        let mut unread = Vec::new();
        let mut texts = |folder: &str, extensions: &[&str]| {
            let paths = files(root, folder, extensions).into_iter();
            let texts = paths.filter_map(|path| {
                let text = paths::read(root, &path).map_err(|problem| unread.push(problem));
                Some((path, text.ok()?))
            });
            texts.collect::<BTreeMap<_, _>>()
        };
        let summary = named(&pages_in, &contents);
        let mut pages = texts(&pages_in, &["md"]);
        // mdBook reads any file that SUMMARY.md names.
        for (path, _) in &summary {
            if !pages.contains_key(path) {
                pages.extend(texts(path, &[]));
            }
        }
        let pages = pages.into_iter();
        let pages = pages.map(|(path, text)| (path.clone(), Page::new(&path, text)));
        let mut proofs = Vec::new();
        if let Some(folder) = &book.proofs {
            for (path, text) in texts(folder, &["rs", "py"]) {
                proofs.extend(proof::read(&path, &text)?);
            }
        }
        Ok(Source {
            book,
            config,
            cargo: Cargo::read(cargo),
            summary,
            contents,
            pages: pages.collect(),
            programs: programs(book, texts("examples", &["rs"])),
            snapshots: texts("snapshots", &["snap"]),
            proofs,
            pages_in,
            unread,
        })
    }

    /// Returns the folder of the book.
    pub fn root(&self) -> &Path {
        &self.book.root
    }

    /// Returns the path of the list of pages.
    pub(crate) fn summary_path(&self) -> String {
        join(&self.pages_in, SUMMARY)
    }

    /// Returns the text of a file of the book.
    ///
    /// # Errors
    ///
    /// Returns a problem with the path if the file cannot be read or is not UTF-8.
    pub fn file(&self, path: &str) -> Result<String, Problem> {
        paths::read(self.root(), path)
    }

    /// Returns the version of a crate in Cargo.lock, or `None` if Cargo.lock has no version or
    /// several versions of it.
    pub fn locked(&self, name: &str) -> Option<&str> {
        match &self.cargo.locked.get(name)?[..] {
            [version] => Some(version),
            _ => None,
        }
    }

    /// Returns the folder in which cargo keeps the source of a crate, or `None` if Cargo.toml does
    /// not name the crate or the source is not there.
    pub fn crate_source(&self, name: &str) -> Option<PathBuf> {
        self.cargo.sources().remove(name)
    }

    /// Returns the program with a name, or `None` if there is no such program.
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.name == name)
    }

    /// Returns the pages that SUMMARY.md names, in its order.
    pub fn in_order(&self) -> impl Iterator<Item = &Page> {
        self.summary.iter().filter_map(|(path, _)| self.pages.get(path))
    }

    /// Returns the proofs, without the other functions of their files.
    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.iter().filter(|proof| !proof.helper)
    }

    /// Returns the functions that a proof calls, in files of the same language.
    pub(crate) fn helpers<'p>(&'p self, proof: &'p Proof) -> impl Iterator<Item = &'p Proof> {
        let helpers = self.proofs.iter().filter(|found| found.helper);
        let called = helpers.filter(|helper| proof.body.calls.contains(&helper.name));
        called.filter(|helper| extension(&helper.path) == extension(&proof.path))
    }

    /// Returns the snapshot of a program without the header of insta, as a page shows it.
    pub(crate) fn output(&self, program: &Program) -> Option<&str> {
        Some(below_header(self.snapshots.get(&program.snapshot)?))
    }

    /// Returns README.md, or `None` if it cannot be read.
    pub(crate) fn readme(&self) -> Option<Page> {
        let text = self.file("README.md").ok()?;
        Some(Page::new("README.md", text))
    }

    /// Returns a path relative to the folder of the pages.
    pub(crate) fn in_book<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(&*self.pages_in).map_or(path, |path| path.trim_start_matches('/'))
    }
}

/// Returns the text of a snapshot without the header of insta.
pub(crate) fn below_header(snapshot: &str) -> &str {
    snapshot.splitn(4, '\n').nth(3).unwrap_or_default()
}

/// Returns the path and the title of each page that SUMMARY.md names.
fn named(pages_in: &str, summary: &Summary) -> Vec<(String, String)> {
    let (numbered, last) = (&summary.numbered_chapters, &summary.suffix_chapters);
    let parts = [&summary.prefix_chapters, numbered, last];
    let mut found = Vec::new();
    let mut open: Vec<&SummaryItem> = parts.into_iter().flatten().rev().collect();
    while let Some(item) = open.pop() {
        if let SummaryItem::Link(link) = item {
            let path = link.location.as_ref();
            let path = path.map(|path| join(pages_in, &path.to_string_lossy()));
            // A page may stand twice: `a.md` and `./a.md`.
            let new = path.filter(|path| found.iter().all(|(known, _)| known != path));
            found.extend(new.map(|path| (path, link.name.clone())));
            open.extend(link.nested_items.iter().rev());
        }
    }
    found
}

/// Returns the programs that are examples for cargo, with their twins.
fn programs(book: &Book, texts: BTreeMap<String, String>) -> Vec<Program> {
    let twins = book.twin_files();
    let texts = texts.into_iter();
    let main = |path: &str| path.ends_with("/main.rs") && folder(folder(path)) == "examples";
    let examples = texts.filter(|(path, _)| folder(path) == "examples" || main(path));
    let programs = examples.map(|(path, text)| {
        let base = |path: &str| path.trim_end_matches(extension(path)).to_owned();
        let of = |twin: &&String| **twin != path && base(twin) == base(&path);
        let twins = twins.iter().filter(of).cloned();
        Program {
            name: called(&path).into(),
            snapshot: format!("snapshots/{}.snap", called(&path)),
            text,
            twins: twins.collect(),
            path,
        }
    });
    programs.collect()
}
