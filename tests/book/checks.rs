//! Reads a book and says what is wrong with it: where, what, and what mends it.

use mdbook_driver::MDBook;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;
use scraper::{Html, Selector};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// The SHA-256 of `lorem.txt`: the text that the chapter's own outputs were printed from.
const LOREM: &str = "acea835befbe01369619582ba4203e6147d24fdd4b01602b349b6914bfcb623a";

/// A regular expression, compiled once.
macro_rules! regex {
    ($pattern:literal) => {{
        static REGEX: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).unwrap());
        &*REGEX
    }};
}

/// Everything that is wrong with the book in the folder `root`.
///
/// # Errors
///
/// When a file cannot be read, or mdBook cannot load or build the book.
pub fn problems(root: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut book = Book {
        root,
        pages: folder(root, "book", "md")?,
        listings: folder(root, "examples", "rs")?,
        twins: folder(root, "examples", "py")?,
        snapshots: folder(root, "snapshots", "snap")?,
        included: BTreeSet::new(),
        problems: BTreeSet::new(),
    };
    book.check_pages();
    book.check_sets()?;
    book.check_listings()?;
    book.check_proofs()?;
    // A broken page makes a broken site: one report of it is enough.
    if book.problems.is_empty() {
        book.check_site()?;
    }
    Ok(book.problems)
}

/// The files of a folder with an extension: name without it, and text.
fn folder(root: &Path, folder: &str, extension: &str) -> std::io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(root.join(folder))? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            files.insert(stem.into_owned(), fs::read_to_string(&path)?);
        }
    }
    Ok(files)
}

struct Book<'a> {
    root: &'a Path,
    pages: BTreeMap<String, String>,
    listings: BTreeMap<String, String>,
    twins: BTreeMap<String, String>,
    snapshots: BTreeMap<String, String>,
    /// The files that the pages include, by their path from the root.
    included: BTreeSet<String>,
    problems: BTreeSet<String>,
}

impl Book<'_> {
    /// Every include finds its file, and every code block is an include.
    fn check_pages(&mut self) {
        let include = regex!(r"(\\?)\{\{#include (?:\.\./)?([^}:]+):?([^}]*)\}\}");
        for (page, text) in &self.pages {
            for found in include
                .captures_iter(text)
                .filter(|found| found[1].is_empty())
            {
                let (path, part) = (&found[2], &found[3]);
                let problem = match (fs::read_to_string(self.root.join(path)), part) {
                    (Err(_), _) => format!("{path} is missing; write it, or correct the path"),
                    (_, "") => continue,
                    (_, "4:") if path.ends_with(".snap") => continue,
                    (Ok(text), part) if has_anchor(&text, part) => continue,
                    _ => format!(
                        "{path} has no `ANCHOR: {part}`; write it, or include the whole file"
                    ),
                };
                let line = line_at(text, found.get_match().start());
                self.problems
                    .insert(format!("book/{page}.md:{line}: {problem}"));
            }
            self.included
                .extend(include.captures_iter(text).map(|found| found[2].to_owned()));

            let blocks = code_blocks(text);
            for block in &blocks {
                if let Err(problem) = self.check_block(block) {
                    let line = block.line;
                    self.problems
                        .insert(format!("book/{page}.md:{line}: {problem}"));
                }
            }
            for stem in self.listings.keys() {
                let shows = |what: &str| blocks.iter().any(|block| block.text.starts_with(what));
                if shows(&directive(&format!("examples/{stem}.rs")))
                    && !shows(&format!("$ cargo run --example {stem}\n"))
                {
                    self.problems.insert(format!(
                        "book/{page}.md: shows examples/{stem}.rs without its output; add a console \
                         block with `$ cargo run --example {stem}`"
                    ));
                }
            }
        }
    }

    /// What a block shows is included from the place that the tests look at.
    fn check_block(&self, block: &Block) -> Result<(), String> {
        let Block { info, text, .. } = block;
        let (allowed, expected) = match info.as_str() {
            "shell" | "markdown" => return Ok(()),
            "console" => return self.check_console(text),
            "rust" => (
                regex!(r"^\{\{#include \.\./examples/\w+\.rs\}\}\n$"),
                "a listing, examples/NAME.rs, whole",
            ),
            "rust,ignore" => (
                regex!(r"^\{\{#include \.\./((src|tests)/[\w/]+|build)\.rs(:\w+)?\}\}\n$"),
                "a file that cargo compiles: src/, tests/ or build.rs (a listing is a `rust` block)",
            ),
            "python" => (
                regex!(r"^\{\{#include \.\./examples/\w+\.py\}\}\n$"),
                "a twin, examples/NAME.py, whole",
            ),
            "text" | "toml" | "yaml" | "sh" => (
                regex!(r"^\{\{#include \.\./([\w./-]+\.(txt|toml|yml)(:\w+)?|\.ci/run)\}\}\n$"),
                "a .txt, .toml or .yml file, or .ci/run",
            ),
            _ => {
                return Err(format!(
                    "found a `{info}` block; a program is `rust`, its output `console`, its twin \
                     `python`, a command without output `shell`; nothing else is compiled and run"
                ));
            }
        };
        match allowed.is_match(text) {
            true => Ok(()),
            false => Err(format!(
                "expected in a `{info}` block one include, of {expected}, found {text:?}"
            )),
        }
    }

    /// An output is the snapshot of the listing that the command above it runs.
    fn check_console(&self, text: &str) -> Result<(), String> {
        let (command, output) = text.split_once('\n').unwrap_or_default();
        let stem = command
            .strip_prefix("$ cargo run --example ")
            .unwrap_or_default();
        if !self.listings.contains_key(stem) {
            return Err(format!(
                "`{command}` runs no listing; expected `$ cargo run --example NAME` \
                 (a command without output is a `shell` block)"
            ));
        }
        let expected = directive(&format!("snapshots/{stem}.snap:4:"));
        match output == expected {
            true => Ok(()),
            false => Err(format!(
                "expected below `{command}` only {expected:?}, found {output:?}; \
                 outputs are included, not typed"
            )),
        }
    }

    /// Pages and SUMMARY, listings and snapshots and twins are the same set.
    fn check_sets(&mut self) -> Result<(), Box<dyn Error>> {
        let summary = MDBook::load(self.root)?;
        let listed: BTreeSet<_> = summary
            .book
            .chapters()
            .filter_map(|page| page.path.clone())
            .collect();
        for page in self.pages.keys().filter(|page| *page != "SUMMARY") {
            if !listed.contains(Path::new(page).with_extension("md").as_path()) {
                self.problems.insert(format!(
                    "book/{page}.md: is not in book/SUMMARY.md; add `[Title]({page}.md)` there"
                ));
            }
        }
        for stem in self.listings.keys() {
            if !self.snapshots.contains_key(stem) {
                self.problems.insert(format!(
                    "examples/{stem}.rs: has no snapshots/{stem}.snap; \
                     make it: INSTA_UPDATE=always cargo test {stem}"
                ));
            }
        }
        for (folder, extension, files) in [
            ("snapshots", "snap", &self.snapshots),
            ("examples", "py", &self.twins),
            ("examples", "rs", &self.listings),
        ] {
            for stem in files.keys() {
                let path = format!("{folder}/{stem}.{extension}");
                if !self.listings.contains_key(stem) {
                    self.problems.insert(format!(
                        "{path}: has no listing, examples/{stem}.rs; write it, or delete {path}"
                    ));
                } else if !self.included.contains(&path) {
                    self.problems.insert(format!(
                        "{path}: is on no page; include it where its topic is, or delete it"
                    ));
                }
            }
        }
        for (stem, text) in &self.snapshots {
            if !regex!(r"^---\nsource: .*\n---\n[^\n]").is_match(text) {
                self.problems.insert(format!(
                    "snapshots/{stem}.snap: expected a header of three lines (---, source, ---), for the \
                     pages include from line 4 on; make it anew: INSTA_UPDATE=force cargo test {stem}"
                ));
            }
        }
        let found: String = Sha256::digest(fs::read(self.root.join("lorem.txt"))?)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if found != LOREM {
            self.problems.insert(format!(
                "lorem.txt: expected SHA-256 {LOREM}, found {found}; \
                 take it back: git checkout lorem.txt"
            ));
        }
        Ok(())
    }

    /// A listing handles its errors, gives reasons for `unsafe`, and needs what Set up names.
    fn check_listings(&mut self) -> Result<(), Box<dyn Error>> {
        for (stem, text) in &self.listings {
            let mut comment = String::new();
            for (line, code) in (1..).zip(text.lines().map(str::trim)) {
                let problem = if code.starts_with("//") {
                    comment += code;
                    continue;
                } else if regex!(r"\.(unwrap|expect)\(").is_match(code) {
                    "a reader copies this; replace unwrap or expect by `?`"
                } else if regex!(r"\bunsafe\b").is_match(code) && !comment.contains("// SAFETY: ") {
                    "unsafe without a reason; write `// SAFETY: ...` above it"
                } else {
                    comment.clear();
                    continue;
                };
                self.problems
                    .insert(format!("examples/{stem}.rs:{line}: {problem}"));
            }
        }
        let manifest = fs::read_to_string(self.root.join("Cargo.toml"))?;
        let (_, rest) = manifest
            .split_once("# ANCHOR: set_up\n")
            .unwrap_or_default();
        let (set_up, _) = rest
            .split_once("# ANCHOR_END: set_up\n")
            .unwrap_or_default();
        for dependency in regex!(r"(?m)^([\w-]+) = ").captures_iter(&manifest) {
            let name = &dependency[1];
            let path = name.replace('-', "_") + "::";
            let uses = |text: &str| text.split_whitespace().any(|word| word.starts_with(&path));
            let user = self.listings.iter().find(|(_, text)| uses(text));
            let line = line_at(&manifest, dependency.get_match().start());
            match (set_up.contains(&dependency[0]), user) {
                (true, None) => self.problems.insert(format!(
                    "Cargo.toml:{line}: no listing needs {name}; move it out of the set_up anchor"
                )),
                (false, Some((stem, _))) => self.problems.insert(format!(
                    "Cargo.toml:{line}: examples/{stem}.rs needs {name}; move it into the set_up anchor"
                )),
                _ => false,
            };
        }
        Ok(())
    }

    /// Footnotes and proofs are the same set.
    fn check_proofs(&mut self) -> Result<(), Box<dyn Error>> {
        let source = fs::read_to_string(self.root.join("tests/proofs.rs"))?;
        let mut uncited: BTreeMap<String, usize> = regex!(r"#\[test\]\n(?:#\[.*\n)*fn (\w+)\(\)")
            .captures_iter(&source)
            .map(|found| {
                (
                    found[1].to_owned(),
                    line_at(&source, found.get_match().end()),
                )
            })
            .collect();
        let proofs: BTreeSet<String> = uncited.keys().cloned().collect();
        for (page, text) in &self.pages {
            let prose = without_code(text);
            for found in regex!(r"\[\^(\w+)\](:?)").captures_iter(&prose) {
                let (label, definition) = (&found[1], !found[2].is_empty());
                let line = line_at(&prose, found.get_match().start());
                let link = format!("(proofs.md#{label})");
                let problem = if !proofs.contains(label) {
                    format!(
                        "tests/proofs.rs has no `fn {label}()`; write it, or take the footnote away"
                    )
                } else if definition {
                    continue;
                } else if !prose.contains(&format!("\n[^{label}]: ")) || !prose.contains(&link) {
                    format!("the footnote {label} is not defined; add `[^{label}]: [Proof]{link}`")
                } else {
                    uncited.remove(label);
                    continue;
                };
                self.problems
                    .insert(format!("book/{page}.md:{line}: {problem}"));
            }
        }
        for (proof, line) in uncited {
            self.problems.insert(format!(
                "tests/proofs.rs:{line}: no page cites {proof}; put `[^{proof}]` behind the sentence it proves"
            ));
        }
        for proof in proofs {
            let shown = directive(&format!("tests/proofs.rs:{proof}"));
            if !self
                .pages
                .get("proofs")
                .is_some_and(|page| page.contains(&shown))
            {
                self.problems.insert(format!(
                    "book/proofs.md: does not show {proof}; add its heading and {}",
                    shown.trim()
                ));
            }
        }
        Ok(())
    }

    /// mdBook builds the site, resolves every directive, and every link of it leads somewhere.
    fn check_site(&mut self) -> Result<(), Box<dyn Error>> {
        let site = tempfile::tempdir()?;
        let mut book = MDBook::load(self.root)?;
        book.config.build.build_dir = site.path().to_owned();
        book.build()?;

        let (ids, links) = (Selector::parse("[id]")?, Selector::parse("[href], [src]")?);
        let mut targets = BTreeMap::new();
        let mut found = Vec::new();
        for (page, text) in folder(site.path(), ".", "html")? {
            let html = Html::parse_document(&text);
            let ids = html.select(&ids).filter_map(|element| element.value().id());
            targets.insert(
                format!("{page}.html"),
                ids.map(str::to_owned).collect::<BTreeSet<_>>(),
            );
            for element in html.select(&links) {
                let link = element
                    .attr("href")
                    .or(element.attr("src"))
                    .unwrap_or_default();
                found.push((format!("{page}.html"), link.to_owned()));
            }
            // A page may show a directive on purpose, with a backslash before it.
            let left = regex!(r"\{\{#\w+ ").find_iter(&text).count();
            let shown = |page: &String| regex!(r"\\\{\{#\w+ ").find_iter(page).count();
            if self.pages.get(&page).is_some_and(|page| left > shown(page)) {
                self.problems.insert(format!(
                    "book/{page}.md: a directive is left on the page; see what mdbook build says of it"
                ));
            }
        }
        for (page, link) in found {
            let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() { &page } else { path };
            let problem = if link.contains(':') || link.starts_with('/') {
                continue;
            } else if !site.path().join(target).exists() {
                format!("the link {link} leads to no file of the site; correct it")
            } else if !fragment.is_empty()
                && !targets
                    .get(target)
                    .is_some_and(|ids| ids.contains(fragment))
            {
                format!(
                    "the link {link} leads to no heading of that page; correct the part after #"
                )
            } else {
                continue;
            };
            let written = format!("]({}", link.replacen(".html", ".md", 1));
            let source = self.pages.iter().find_map(|(page, text)| {
                let line = line_at(text, text.find(&written)?);
                Some(format!("book/{page}.md:{line}"))
            });
            let place = source.unwrap_or_else(|| format!("target/book/{page}"));
            self.problems.insert(format!("{place}: {problem}"));
        }
        Ok(())
    }
}

/// A fenced code block: the line of its fence, the words behind the fence, its text.
struct Block {
    line: usize,
    info: String,
    text: String,
}

fn code_blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (event, range) in Parser::new_ext(page, Options::all()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => "indented".into(),
                };
                blocks.push(Block {
                    line: line_at(page, range.start),
                    info,
                    text: String::new(),
                });
                inside = true;
            }
            Event::Text(text) if inside => blocks.last_mut().expect("started").text += &text,
            Event::End(TagEnd::CodeBlock) => inside = false,
            _ => {}
        }
    }
    blocks
}

/// The page with its code blocks blanked out, line by line.
fn without_code(page: &str) -> String {
    let mut prose = page.to_owned();
    for (event, range) in Parser::new_ext(page, Options::all()).into_offset_iter() {
        if let Event::Start(Tag::CodeBlock(_)) = event {
            let blank: String = page[range.clone()].matches('\n').collect();
            let padding = " ".repeat(range.len() - blank.len());
            prose.replace_range(range, &(blank + &padding));
        }
    }
    prose
}

fn has_anchor(text: &str, name: &str) -> bool {
    let anchor = format!("ANCHOR: {name}");
    text.lines().any(|line| line.trim_end().ends_with(&anchor))
}

/// The line of a page that includes `path`.
pub fn directive(path: &str) -> String {
    // In two parts: mdBook would take the directive at its word when it shows this file.
    format!("{{{}include ../{path}}}}}\n", "{#")
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}
