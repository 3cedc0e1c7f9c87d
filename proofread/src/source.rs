//! What a book is made of, read once: pages, listings, twins, snapshots and proofs.

use crate::markdown::Page;
use crate::proofs::{self, Proof};
use crate::{Book, Problem, index, needs, versions};
use mdbook_driver::MDBook;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A book as the rules look at it. All paths are relative to the root, with `/` between folders,
/// and all texts end their lines with `\n`.
#[derive(Debug)]
pub struct Source<'a> {
    pub(crate) book: &'a Book,
    /// The folder of the pages: `src` of `book.toml`.
    pub(crate) pages_in: String,
    /// The pages by their path, those that SUMMARY.md does not name included.
    pub pages: BTreeMap<String, Page>,
    /// The pages that SUMMARY.md names, in its order: path and title.
    pub summary: Vec<(String, String)>,
    /// The Rust programs of `examples/`, by their name.
    pub listings: BTreeMap<String, String>,
    /// The twins in `examples/`, by their file name.
    pub twins: BTreeMap<String, String>,
    /// The snapshots in `snapshots/`, by their name.
    pub snapshots: BTreeMap<String, String>,
    /// The proofs, in the order of their files.
    pub proofs: Vec<Proof>,
    /// The files that end their lines with `\r\n`.
    pub(crate) crlf: BTreeSet<String>,
    /// Whether this run accepts what the programs print.
    pub(crate) accepts: bool,
}

impl<'a> Source<'a> {
    /// Reads the book.
    ///
    /// # Errors
    ///
    /// Names the file that cannot be read, or that mdBook or `syn` cannot take apart.
    pub fn read(book: &'a Book) -> Result<Self, Problem> {
        // Without it mdBook takes a book in `src` for granted.
        book.read("book.toml")?;
        let loaded = MDBook::load(&book.root).map_err(|error| {
            Problem::new(
                "book.toml",
                "a book that mdBook loads",
                format!("{error:#}"),
                "correct it",
            )
        })?;
        let pages_in = book.relative(&loaded.source_dir());
        let mut source = Source {
            book,
            pages_in,
            pages: BTreeMap::new(),
            summary: Vec::new(),
            listings: BTreeMap::new(),
            twins: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            proofs: Vec::new(),
            crlf: BTreeSet::new(),
            accepts: false,
        };
        for chapter in loaded.book.chapters() {
            if let Some(path) = &chapter.source_path {
                let path = join(&source.pages_in, &path.to_string_lossy());
                source.summary.push((path, chapter.name.clone()));
            }
        }
        for path in book.files(&source.pages_in.clone(), &["md"])? {
            let page = Page::new(&path, source.text(&path)?);
            source.pages.insert(path, page);
        }
        for path in book.files("examples", &["rs"])? {
            let text = source.text(&path)?;
            source.listings.insert(stem(&path).into(), text);
        }
        for path in book.files("examples", &book.endings())? {
            if book.twins.is_empty() {
                break;
            }
            let text = source.text(&path)?;
            source.twins.insert(name(&path).into(), text);
        }
        for path in book.files("snapshots", &["snap"])? {
            let text = source.text(&path)?;
            source.snapshots.insert(stem(&path).into(), text);
        }
        if let Some(folder) = &book.proofs {
            for path in book.files(folder, &["rs", "py"])? {
                let text = source.text(&path)?;
                source.proofs.extend(proofs::read(&path, &text)?);
            }
        }
        Ok(source)
    }

    /// The folder of the book.
    pub fn root(&self) -> &Path {
        &self.book.root
    }

    fn text(&mut self, path: &str) -> Result<String, Problem> {
        let text = self.book.read(path)?;
        if text.contains("\r\n") {
            self.crlf.insert(path.to_owned());
        }
        Ok(text.replace("\r\n", "\n"))
    }

    /// The page that shows a listing: the first that includes it.
    pub fn page_of(&self, listing: &str) -> Option<&Page> {
        let path = format!("examples/{listing}.rs");
        self.in_order()
            .find(|page| page.includes().any(|include| include.path == path))
    }

    /// The pages in the order of SUMMARY.md.
    pub fn in_order(&self) -> impl Iterator<Item = &Page> {
        self.summary
            .iter()
            .filter_map(|(path, _)| self.pages.get(path))
    }

    /// The names of the snapshots that are made of the sources.
    pub(crate) fn makes(&self) -> Vec<&'a str> {
        let proofs = self.book.proofs.as_ref().map(|_| "proofs");
        let versions = self.book.tested_with.as_ref().map(|_| versions::NAME);
        let own = self.book.made.iter().map(|(name, _)| &**name);
        proofs
            .into_iter()
            .chain(self.book.index.then_some("index"))
            .chain(versions)
            .chain(self.book.needs.then_some("needs"))
            .chain(own)
            .collect()
    }

    /// The text of one of them. It takes all programs or proofs apart: ask for a name by `makes`.
    pub(crate) fn make(&self, name: &str) -> String {
        let own = self.book.made.iter().find(|(made, _)| made == name);
        match (name, own) {
            ("proofs", _) => proofs::page(self),
            (versions::NAME, None) => versions::table(self),
            ("needs", None) => needs::needs(self),
            (_, Some((name, make))) => make(self, name),
            _ => index::index(self),
        }
    }

    /// A TOML file of the project; an empty table for one that is not there or not TOML, which cargo
    /// tells better.
    pub(crate) fn toml(&self, path: &str) -> toml::Table {
        let text = self.book.read(path).unwrap_or_default();
        text.parse().unwrap_or_default()
    }

    /// The names of the crates in a section of Cargo.toml, and in that of each target.
    pub(crate) fn crates(&self, section: &str) -> BTreeSet<String> {
        let manifest = self.toml("Cargo.toml");
        let targets = manifest
            .get("target")
            .and_then(|targets| targets.as_table());
        let targets = targets.into_iter().flat_map(|targets| targets.values());
        let all = targets
            .filter_map(|target| target.as_table())
            .chain([&manifest]);
        let tables = all.filter_map(|table| table.get(section)?.as_table());
        tables.flat_map(|table| table.keys().cloned()).collect()
    }

    /// The path from one page to another file.
    pub(crate) fn link(&self, to: &str) -> String {
        to.strip_prefix(&format!("{}/", self.pages_in))
            .unwrap_or(to)
            .into()
    }
}

impl Book {
    pub(crate) fn read(&self, path: &str) -> Result<String, Problem> {
        fs::read_to_string(self.root.join(path)).map_err(|error| {
            Problem::new(
                path,
                "a text file",
                format!("{error}"),
                "write it, or correct the path",
            )
        })
    }

    /// The path of a file from the root of the book on.
    pub(crate) fn relative(&self, path: &Path) -> String {
        let root = fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let path = path.strip_prefix(&root).unwrap_or(&path);
        path.to_string_lossy().replace('\\', "/")
    }

    /// The files of a folder, and of the folders in it, with one of some endings, or with any where there are none; or the one file.
    pub(crate) fn files(&self, folder: &str, endings: &[&str]) -> Result<Vec<String>, Problem> {
        let mut found = Vec::new();
        let mut folders = vec![PathBuf::from(folder)];
        while let Some(folder) = folders.pop() {
            let path = self.root.join(&folder);
            if path.is_file() {
                found.push(folder.to_string_lossy().replace('\\', "/"));
            }
            // A folder that is missing is one without files; what it lacks is reported.
            for entry in fs::read_dir(&path).into_iter().flatten() {
                let entry = entry.map_err(|error| {
                    let place = path.display().to_string();
                    Problem::new(place, "a folder", error.to_string(), "make it readable")
                })?;
                let path = folder.join(entry.file_name());
                let ending = path.extension().unwrap_or_default().to_string_lossy();
                // What npm installs is another's.
                if path.ends_with("node_modules") {
                    continue;
                }
                if self.root.join(&path).is_dir()
                    || endings.is_empty()
                    || endings.contains(&&*ending)
                {
                    folders.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// `book/a/b.md` and `../c.md`: `book/c.md`.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder of a path.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The last part of a path without its ending.
pub(crate) fn stem(path: &str) -> &str {
    name(path).split('.').next().unwrap_or(path)
}
