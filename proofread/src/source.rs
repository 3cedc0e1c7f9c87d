//! What a book is made of, read once: pages, programs, snapshots and proofs.

use crate::cargo::Cargo;
use crate::page::Page;
use crate::paths::{self, extension, files, folder, join, stem};
use crate::program::Program;
use crate::proof::{self, Proof};
use crate::{Book, Problem};
use mdbook_core::config::Config;
use mdbook_summary::{Summary, SummaryItem, parse_summary};
use std::collections::BTreeMap;
use std::path::Path;

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
        let config = Config::from_disk(root.join("book.toml")).map_err(|error| {
            Problem::new(
                "book.toml",
                "the settings of an mdBook",
                format!("{error:#}"),
                "correct it",
            )
        })?;
        let pages_in = config.book.src.to_string_lossy().replace('\\', "/");
        let summary = join(&pages_in, "SUMMARY.md");
        let listed = parse_summary(&paths::read(root, &summary)?).map_err(|error| {
            Problem::new(
                &summary,
                "a list of pages",
                format!("{error:#}"),
                "correct it",
            )
        })?;
        let mut source = Source {
            book,
            cargo: Cargo::read(root),
            summary: named(&pages_in, &listed),
            pages_in,
            pages: BTreeMap::new(),
            programs: Vec::new(),
            snapshots: BTreeMap::new(),
            proofs: Vec::new(),
        };
        for path in files(root, &source.pages_in, &["md"]) {
            let page = Page::new(&path, paths::read(root, &path)?);
            source.pages.insert(path, page);
        }
        source.programs = programs(book)?;
        for path in files(root, "snapshots", &["snap"]) {
            let text = paths::read(root, &path)?;
            source.snapshots.insert(path, text);
        }
        for path in files(
            root,
            book.proofs.as_deref().unwrap_or("none"),
            &["rs", "py"],
        ) {
            let text = paths::read(root, &path)?;
            source.proofs.extend(proof::read(&path, &text)?);
        }
        Ok(source)
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
        let versions = self.cargo.locked.get(name)?;
        versions
            .first()
            .filter(|_| versions.len() == 1)
            .map(|version| &**version)
    }

    /// Where cargo keeps the source of a crate that the programs use.
    pub fn crate_source(&self, name: &str) -> Option<std::path::PathBuf> {
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

/// The pages that SUMMARY.md names, with their titles.
fn named(pages_in: &str, summary: &Summary) -> Vec<(String, String)> {
    let parts = [
        &summary.prefix_chapters,
        &summary.numbered_chapters,
        &summary.suffix_chapters,
    ];
    let mut found = Vec::new();
    let mut open: Vec<&SummaryItem> = parts.into_iter().flatten().rev().collect();
    while let Some(item) = open.pop() {
        if let SummaryItem::Link(link) = item {
            if let Some(path) = &link.location {
                found.push((join(pages_in, &path.to_string_lossy()), link.name.clone()));
            }
            open.extend(link.nested_items.iter().rev());
        }
    }
    found
}

/// The programs that cargo takes for examples, with their twins.
fn programs(book: &Book) -> Result<Vec<Program>, Problem> {
    let mut programs = Vec::new();
    for path in files(&book.root, "examples", &["rs"]) {
        if folder(&path) == "examples" {
            let text = paths::read(&book.root, &path)?;
            programs.push(Program::new(stem(&path), &path, text));
        }
    }
    for path in files(&book.root, "examples", &book.extensions()) {
        let of = |program: &&mut Program| {
            program.path.trim_end_matches("rs") == path.trim_end_matches(extension(&path))
        };
        if let Some(program) = programs.iter_mut().find(of)
            && program.path != path
        {
            program.twins.push(path);
        }
    }
    Ok(programs)
}
