//! What a book is made of, read once: pages, programs, snapshots and proofs.

use crate::cargo::Cargo;
use crate::page::Page;
use crate::paths::{self, extension, files, folder, join, stem};
use crate::program::Program;
use crate::proof::{self, Proof};
use crate::{Book, Problem};
use mdbook_core::{config::Config, errors::Error};
use mdbook_summary::{Summary, SummaryItem, parse_summary};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A book as the rules look at it. All paths are relative to the folder of `book.toml`, with `/`
/// between folders, and all texts end their lines with `\n`.
#[derive(Debug)]
pub struct Source<'a> {
    pub(crate) book: &'a Book,
    pub(crate) cargo: Cargo,
    /// The folder of the pages: `src` of `book.toml`.
    pub pages_in: String,
    /// The pages by their path, those that SUMMARY.md does not name included.
    pub pages: BTreeMap<String, Page>,
    /// The pages that SUMMARY.md names, in its order: path and title.
    pub summary: Vec<(String, String)>,
    /// The programs of `examples/`.
    pub programs: Vec<Program>,
    /// The snapshots in `snapshots/`, by their path.
    pub snapshots: BTreeMap<String, String>,
    /// The proofs and what they share, in the order of their files.
    pub proofs: Vec<Proof>,
}

impl<'a> Source<'a> {
    /// Reads the book.
    ///
    /// # Errors
    ///
    /// Names the file that cannot be read, or that mdBook or `syn` cannot parse.
    pub fn read(book: &'a Book) -> Result<Self, Problem> {
        let root = &*book.root;
        // Without it mdBook takes a book in `src` for granted.
        paths::read(root, "book.toml")?;
        let config = Config::from_disk(root.join("book.toml"));
        let config = config.map_err(unread("book.toml", "the settings of an mdBook"))?;
        let pages_in = config.book.src.to_string_lossy().replace('\\', "/");
        let path = join(&pages_in, "SUMMARY.md");
        let summary = parse_summary(&paths::read(root, &path)?);
        let summary = summary.map_err(unread(&path, "a list of pages"))?;

        let texts = |folder: &str, extensions: &[&str]| {
            let paths = files(root, folder, extensions).into_iter();
            let texts = paths.map(|path| Ok((path.clone(), paths::read(root, &path)?)));
            texts.collect::<Result<BTreeMap<_, _>, Problem>>()
        };
        let pages = texts(&pages_in, &["md"])?.into_iter();
        let pages = pages.map(|(path, text)| (path.clone(), Page::new(&path, text)));
        let mut proofs = Vec::new();
        if let Some(folder) = &book.proofs {
            for (path, text) in texts(folder, &["rs", "py"])? {
                proofs.extend(proof::read(&path, &text)?);
            }
        }
        Ok(Source {
            book,
            cargo: Cargo::read(root),
            summary: named(&pages_in, &summary),
            pages: pages.collect(),
            programs: programs(book, texts("examples", &["rs"])?),
            snapshots: texts("snapshots", &["snap"])?,
            proofs,
            pages_in,
        })
    }

    /// The folder of the book.
    pub fn root(&self) -> &Path {
        &self.book.root
    }

    /// The text of a file of the book.
    ///
    /// # Errors
    ///
    /// Names the file, if it cannot be read or is not UTF-8.
    pub fn file(&self, path: &str) -> Result<String, Problem> {
        paths::read(self.root(), path)
    }

    /// The version of a crate in Cargo.lock, if there is one version.
    pub fn locked(&self, name: &str) -> Option<&str> {
        match &self.cargo.locked.get(name)?[..] {
            [version] => Some(version),
            _ => None,
        }
    }

    /// Where cargo keeps the source of a crate that the programs use.
    pub fn crate_source(&self, name: &str) -> Option<PathBuf> {
        self.cargo.sources().remove(name)
    }

    /// The program of a name.
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.name == name)
    }

    /// The pages in the order of SUMMARY.md.
    pub fn in_order(&self) -> impl Iterator<Item = &Page> {
        let paths = self.summary.iter();
        paths.filter_map(|(path, _)| self.pages.get(path))
    }

    /// The proofs, without what they share.
    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.iter().filter(|proof| !proof.helper)
    }

    /// The functions that a proof calls, in the files of its language.
    pub(crate) fn helpers<'p>(&'p self, proof: &'p Proof) -> impl Iterator<Item = &'p Proof> {
        let helpers = self.proofs.iter().filter(|found| found.helper);
        let called = helpers.filter(|helper| proof.body.calls.contains(&helper.name));
        called.filter(|helper| extension(&helper.path) == extension(&proof.path))
    }

    /// What a page shows of the snapshot of a program: all but the header of insta.
    pub(crate) fn output(&self, program: &Program) -> Option<&str> {
        let text = self.snapshots.get(&program.snapshot)?;
        Some(text.splitn(4, '\n').nth(3).unwrap_or_default())
    }

    /// README.md, if there is one.
    pub(crate) fn readme(&self) -> Option<Page> {
        let text = self.file("README.md").ok()?;
        Some(Page::new("README.md", text))
    }

    /// The path from the folder of the pages on.
    pub(crate) fn in_book<'p>(&self, path: &'p str) -> &'p str {
        let inside = path.strip_prefix(&*self.pages_in);
        inside.map_or(path, |path| path.trim_start_matches('/'))
    }
}

/// A problem with a file that mdBook cannot read.
fn unread(path: &str, expected: &str) -> impl Fn(Error) -> Problem {
    move |error| Problem::new(path, expected, format!("{error:#}"), "correct it")
}

/// The pages that SUMMARY.md names, with their titles.
fn named(pages_in: &str, summary: &Summary) -> Vec<(String, String)> {
    let (numbered, last) = (&summary.numbered_chapters, &summary.suffix_chapters);
    let parts = [&summary.prefix_chapters, numbered, last];
    let mut found = Vec::new();
    let mut open: Vec<&SummaryItem> = parts.into_iter().flatten().rev().collect();
    while let Some(item) = open.pop() {
        if let SummaryItem::Link(link) = item {
            let path = link.location.as_ref();
            let path = path.map(|path| join(pages_in, &path.to_string_lossy()));
            found.extend(path.map(|path| (path, link.name.clone())));
            open.extend(link.nested_items.iter().rev());
        }
    }
    found
}

/// The programs that cargo takes for examples, with their twins.
fn programs(book: &Book, texts: BTreeMap<String, String>) -> Vec<Program> {
    let twins = files(&book.root, "examples", &book.extensions());
    let texts = texts.into_iter();
    let examples = texts.filter(|(path, _)| folder(path) == "examples");
    let programs = examples.map(|(path, text)| {
        let base = |path: &str| path.trim_end_matches(extension(path)).to_owned();
        let of = |twin: &&String| **twin != path && base(twin) == base(&path);
        let twins = twins.iter().filter(of).cloned();
        Program {
            name: stem(&path).into(),
            snapshot: format!("snapshots/{}.snap", stem(&path)),
            text,
            twins: twins.collect(),
            path,
        }
    });
    programs.collect()
}
