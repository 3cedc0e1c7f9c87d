//! Reads a book and says what is wrong with it: where, what, and what mends it.

use mdbook_driver::MDBook;
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use regex::Regex;
use scraper::{Html, Selector};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::LazyLock;
use std::{fs, io};

/// The SHA-256 of `lorem.txt`: the text that the chapter's own outputs were printed from.
const LOREM: &str = "acea835befbe01369619582ba4203e6147d24fdd4b01602b349b6914bfcb623a";

/// What runs one listing, whose name follows, and with INSTA_UPDATE accepts its output.
const ACCEPT: &str = "cargo test --test listings -- --exact";

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
    let mut book = Book::read(root)?;
    book.check_pages();
    book.check_sets()?;
    book.check_figures()?;
    book.check_listings()?;
    book.check_proofs()?;
    // A broken page makes a broken site: one report of it is enough.
    if book.problems.is_empty() {
        book.check_site()?;
    }
    Ok(book.problems)
}

/// What is wrong with the site that mdBook builds of the book.
///
/// # Errors
///
/// As for [`problems`].
pub fn problems_of_site(root: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut book = Book::read(root)?;
    book.check_site()?;
    Ok(book.problems)
}

/// The files of a folder with an extension: name without it, and text.
fn folder(root: &Path, folder: &str, extension: &str) -> io::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    // A folder that is missing is one without files; what it lacks is reported.
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten() {
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
    pages: BTreeMap<String, Page>,
    listings: BTreeMap<String, String>,
    twins: BTreeMap<String, String>,
    snapshots: BTreeMap<String, String>,
    /// The files that the pages include, by their path from the root.
    included: BTreeSet<String>,
    problems: BTreeSet<String>,
}

impl<'a> Book<'a> {
    fn read(root: &'a Path) -> io::Result<Self> {
        Ok(Book {
            root,
            pages: folder(root, "book", "md")?
                .into_iter()
                .map(|(name, text)| (name, Page::new(text)))
                .collect(),
            listings: folder(root, "examples", "rs")?,
            twins: folder(root, "examples", "py")?,
            snapshots: folder(root, "snapshots", "snap")?,
            included: BTreeSet::new(),
            problems: BTreeSet::new(),
        })
    }

    /// A page is prose and code blocks, and a code block is an include.
    fn check_pages(&mut self) {
        for (name, page) in &self.pages {
            for found in regex!(r"\{\{\s*#([^}]*\}\})?|<[!/]?[a-z-]+[^>]*>").find_iter(&page.prose)
            {
                let line = line_at(&page.text, found.start());
                let included = regex!(
                    r"^\{\{#include (figures/[a-z0-9_]+\.svg|\.\./snapshots/index\.snap:4:)\}\}$"
                );
                if let Some(included) = included.captures(found.as_str()) {
                    let (path, mend) = match included[1].strip_prefix("../") {
                        Some(snapshot) => (
                            snapshot.trim_end_matches(":4:").to_owned(),
                            "make it: INSTA_UPDATE=always cargo test --test book the_index",
                        ),
                        None => (
                            format!("book/{}", &included[1]),
                            "make it, or correct the path",
                        ),
                    };
                    if !self.root.join(&path).exists() {
                        self.problems
                            .insert(format!("book/{name}.md:{line}: {path} is missing; {mend}"));
                    }
                    self.included.insert(path);
                } else if !regex!(r"^<(/?(details|summary)|https?://.*)>$").is_match(found.as_str())
                {
                    self.problems.insert(format!(
                        "book/{name}.md:{line}: found `{}` outside a code block; code and output \
                         are included in code blocks, figures from book/figures/, and the only \
                         HTML is <details> and <summary>",
                        found.as_str()
                    ));
                }
            }
            for block in &page.blocks {
                if let Err(problem) = self.check_block(block) {
                    let line = block.line;
                    self.problems
                        .insert(format!("book/{name}.md:{line}: {problem}"));
                }
                let include = regex!(r"(?m)^\{\{#include \.\./([^}:]+)").captures_iter(&block.text);
                self.included
                    .extend(include.map(|found| found[1].to_owned()));
            }
            for stem in self.listings.keys() {
                let shows =
                    |what: &str| page.blocks.iter().any(|block| block.text.starts_with(what));
                if shows(&directive(&format!("examples/{stem}.rs")))
                    && !shows(&format!("$ cargo run --example {stem}\n"))
                {
                    self.problems.insert(format!(
                        "book/{name}.md: shows examples/{stem}.rs without its output; add a console \
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
            "markdown" => return Ok(()),
            "shell" => return self.check_shell(text),
            "console" => (regex!(r"^\$ "), "a command"),
            "rust" => (
                regex!(r"^\{\{#include \.\./examples/[a-z0-9_]+\.rs\}\}\n$"),
                "one include, of a listing: examples/snake_case.rs, whole",
            ),
            "rust,ignore" => (
                regex!(r"^\{\{#include \.\./((src|tests)/[\w/]+|build)\.rs(:\w+)?\}\}\n$"),
                "one include, of a file in src/ or tests/, or of build.rs (a listing is `rust`)",
            ),
            "python" => (
                regex!(r"^\{\{#include \.\./examples/[a-z0-9_]+\.py\}\}\n$"),
                "one include, of a twin: examples/snake_case.py, whole",
            ),
            "text" | "toml" | "sh" => (
                regex!(
                    r"^\{\{#include \.\./(lorem\.txt|(Cargo|book)\.toml(:\w+)?|\.ci/run)\}\}\n$"
                ),
                "one include, of lorem.txt, Cargo.toml, book.toml or .ci/run",
            ),
            _ => {
                return Err(format!(
                    "found a `{info}` block; a program is `rust`, its output `console`, its twin \
                     `python`, a command without output `shell`; nothing else is compiled and run"
                ));
            }
        };
        if !allowed.is_match(text) || block.nested {
            return Err(format!(
                "expected in a `{info}` block, and in no list or quote, {expected}; found {text:?}"
            ));
        }
        if info == "console" {
            return self.check_console(text);
        }
        self.check_include(text)
    }

    /// The file of an include is there, with the part that is wanted of it, and compiled.
    fn check_include(&self, text: &str) -> Result<(), String> {
        let include = regex!(r"^\{\{#include \.\./([^}:]+):?(\w*)\}\}").captures(text);
        let (path, part) = include.as_ref().map_or((text, ""), |include| {
            let [path, part] = include.extract().1;
            (path, part)
        });
        let file = self.root.join(path);
        let Ok(source) = fs::read_to_string(&file) else {
            return Err(format!("{path} is missing; write it, or correct the path"));
        };
        if !part.is_empty() && !has_anchor(&source, part) {
            return Err(format!(
                "{path} has no `ANCHOR: {part}` and `ANCHOR_END: {part}`; write them, or include \
                 the whole file"
            ));
        }
        // What cargo does not find by its place, a file next to it declares.
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let in_module = path.starts_with("src/") || path.matches('/').count() > 1;
        if in_module && stem != "main" && stem != "lib" {
            let module = format!("mod {stem};");
            let roots = ["main.rs", "lib.rs"].map(|root| file.with_file_name(root));
            if !roots
                .iter()
                .any(|root| fs::read_to_string(root).is_ok_and(|text| text.contains(&module)))
            {
                return Err(format!(
                    "{path} is not compiled: no `{module}` in main.rs or lib.rs beside it"
                ));
            }
        }
        Ok(())
    }

    /// A command that a page tells to type, and nothing that it would print.
    fn check_shell(&self, text: &str) -> Result<(), String> {
        for line in text.lines() {
            if !regex!(r"^(INSTA_UPDATE=always )?(cargo|mdbook) [\w .=-]+$").is_match(line) {
                return Err(format!(
                    "expected in a `shell` block cargo and mdbook commands, found {line:?}; an \
                     output belongs into a `console` block"
                ));
            }
        }
        Ok(())
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
        // mdBook shows 404.md in place of what is not there.
        let shown = |page: &&String| !["SUMMARY", "404"].contains(&page.as_str());
        for page in self.pages.keys().filter(shown) {
            if !listed.contains(Path::new(page).with_extension("md").as_path()) {
                self.problems.insert(format!(
                    "book/{page}.md: is not in book/SUMMARY.md; add `[Title]({page}.md)` there"
                ));
            }
        }
        for stem in self.listings.keys() {
            if !self.snapshots.contains_key(stem) {
                self.problems.insert(format!(
                    "examples/{stem}.rs: has no snapshots/{stem}.snap; make it: \
                     INSTA_UPDATE=always {ACCEPT} {stem}.rs"
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
                // The index is what tests/book/index.rs prints.
                if !self.listings.contains_key(stem) && path != "snapshots/index.snap" {
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
                     pages include from line 4 on; make it anew: INSTA_UPDATE=force {ACCEPT} {stem}.rs"
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
                 where this text is meant, write its hash into tests/book/checks.rs, \
                 or else take the other back with git checkout lorem.txt"
            ));
        }
        Ok(())
    }

    /// A figure is on a page, has words for whoever cannot see it, and is right in each theme.
    fn check_figures(&mut self) -> io::Result<()> {
        for (stem, text) in folder(self.root, "book/figures", "svg")? {
            let path = format!("book/figures/{stem}.svg");
            let colors = regex!(r#"(?:fill|stroke|color)="([^"]*)""#).captures_iter(&text);
            let fixed = colors
                .map(|color| color.extract::<1>().1[0])
                .find(|color| !["none", "currentColor"].contains(color));
            let problem = if !self.included.contains(&path) {
                "is on no page; include it where its topic is, or delete it".to_owned()
            } else if !regex!(r#"^<svg [^>]*role="img" aria-labelledby="([\w-]+) ([\w-]+)""#)
                .captures(&text)
                .is_some_and(|ids| {
                    text.contains(&format!("<title id=\"{}\">", &ids[1]))
                        && text.contains(&format!("<desc id=\"{}\">", &ids[2]))
                })
            {
                "expected role=\"img\" and aria-labelledby with the ids of a <title> and a <desc>: \
                 they are the figure for whoever cannot see it"
                    .to_owned()
            } else if let Some(color) = fixed {
                format!("found the color {color}; currentColor is right in both themes")
            } else if !regex!(r#"^<svg [^>]*fill="none" stroke="currentColor""#).is_match(&text)
                || text.contains("style")
            {
                "expected fill=\"none\" stroke=\"currentColor\" on <svg> and no style: what says \
                 nothing of its color is black"
                    .to_owned()
            } else if text.contains("\n\n") {
                "a blank line ends the figure on the page; take it out".to_owned()
            } else {
                continue;
            };
            self.problems.insert(format!("{path}: {problem}"));
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
        for (extension, programs) in [("rs", &self.listings), ("py", &self.twins)] {
            for (stem, text) in programs {
                for (line, code) in (1..).zip(text.lines()) {
                    let columns = code.chars().count();
                    if columns > 80 {
                        self.problems.insert(format!(
                            "examples/{stem}.{extension}:{line}: expected 80 columns at the most, \
                             which a page shows without scrolling, found {columns}; break the line"
                        ));
                    }
                }
            }
        }
        let crates = self.listings.iter().flat_map(|(stem, text)| {
            let paths = regex!(r"\b(\w+)::").captures_iter(text);
            paths.map(move |path| (path.extract::<1>().1[0], stem))
        });
        let crates: BTreeMap<&str, &String> = crates.collect();
        let manifest = fs::read_to_string(self.root.join("Cargo.toml"))?;
        let (_, rest) = manifest
            .split_once("# ANCHOR: set_up\n")
            .unwrap_or_default();
        let (set_up, _) = rest
            .split_once("# ANCHOR_END: set_up\n")
            .unwrap_or_default();
        for dependency in regex!(r"(?m)^([\w-]+) = ").captures_iter(&manifest) {
            let name = &dependency[1];
            let user = crates.get(name.replace('-', "_").as_str());
            let line = line_at(&manifest, dependency.get_match().start());
            match (set_up.contains(&dependency[0]), user) {
                (true, None) => self.problems.insert(format!(
                    "Cargo.toml:{line}: no listing needs {name}; move it out of the set_up anchor"
                )),
                (false, Some(stem)) => self.problems.insert(format!(
                    "Cargo.toml:{line}: examples/{stem}.rs needs {name}; move it into the set_up anchor"
                )),
                _ => false,
            };
        }
        Ok(())
    }

    /// Footnotes and proofs are the same set, and every proof is a test that runs.
    fn check_proofs(&mut self) -> Result<(), Box<dyn Error>> {
        let source = fs::read_to_string(self.root.join("tests/proofs.rs"))?;
        for found in regex!(r"(?m)/\*|^#!\[.*|\bmacro_rules!|^ *#\[(.*)\]$").captures_iter(&source)
        {
            let allowed =
                regex!(r#"^(test|cfg\((unix|target_os = "linux")\)|cfg_attr\(no_python3, .*)$"#);
            if !found
                .get(1)
                .is_some_and(|attribute| allowed.is_match(attribute.as_str()))
            {
                let line = line_at(&source, found.get_match().start());
                self.problems.insert(format!(
                    "tests/proofs.rs:{line}: found `{}`; a proof is a test that runs everywhere, on \
                     unix, on linux, or where there is a python3",
                    &found[0]
                ));
            }
        }
        let mut uncited: BTreeMap<String, usize> =
            regex!(r"(?m)^#\[test\]\n(?:#\[.*\n)*fn (\w+)\(\)")
                .captures_iter(&source)
                .map(|found| {
                    (
                        found[1].to_owned(),
                        line_at(&source, found.get_match().end()),
                    )
                })
                .collect();
        let proofs: BTreeSet<String> = uncited.keys().cloned().collect();
        for (page, Page { prose, .. }) in &self.pages {
            for found in regex!(r"\[\^([^\]]+)\](:.*)?").captures_iter(prose) {
                let line = line_at(prose, found.get_match().start());
                let label = &found[1];
                let link = format!("(proofs.md#{label})");
                let problem = if !proofs.contains(label) {
                    format!(
                        "tests/proofs.rs has no `#[test]` right above a `fn {label}()`; write it, or \
                         take the footnote away"
                    )
                } else if let Some(definition) = found.get(2) {
                    let alone = prose
                        .lines()
                        .skip(line.saturating_sub(2))
                        .take(3)
                        .all(|line| regex!(r"^$|^\[\^[^\]]+\]: ").is_match(line));
                    if !definition.as_str().ends_with(&link) {
                        format!("the footnote does not lead to its proof; end it with {link}")
                    } else if !alone {
                        "the footnote is defined in a paragraph, and may take lines of it; \
                         move it to the end of the page"
                            .to_owned()
                    } else {
                        continue;
                    }
                } else {
                    uncited.remove(label);
                    if prose.contains(&format!("\n[^{label}]: ")) {
                        continue;
                    }
                    format!("the footnote {label} is not defined; add `[^{label}]: [Proof]{link}`")
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
            let (_, rest) = source
                .split_once(&format!("// ANCHOR: {proof}\n"))
                .unwrap_or_default();
            let (body, _) = rest
                .split_once(&format!("\n}}\n// ANCHOR_END: {proof}\n"))
                .unwrap_or_default();
            if !body.contains("#[test]\n") || !body.contains(&format!("fn {proof}() {{\n")) {
                self.problems.insert(format!(
                    "tests/proofs.rs: expected `// ANCHOR: {proof}` right before the test {proof} and \
                     `// ANCHOR_END: {proof}` right after it"
                ));
            }
            let shown = directive(&format!("tests/proofs.rs:{proof}"));
            if !self
                .pages
                .get("proofs")
                .is_some_and(|page| page.text.contains(&shown))
            {
                self.problems.insert(format!(
                    "book/proofs.md: does not show {proof}; add a heading that ends in \
                     {{#{proof}}}, and below it a `rust,ignore` block with {}",
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
            let shown = |page: &Page| regex!(r"\\\{\{#\w+ ").find_iter(&page.text).count();
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
                    "the link {link} leads to no heading of that page; correct the part after #, or end \
                     the heading with {{#{fragment}}}"
                )
            } else {
                continue;
            };
            let written = format!("]({}", link.replacen(".html", ".md", 1));
            let source = self.pages.iter().find_map(|(page, Page { text, .. })| {
                let line = line_at(text, text.find(&written)?);
                Some(format!("book/{page}.md:{line}"))
            });
            let place = source.unwrap_or_else(|| format!("target/book/{page}"));
            self.problems.insert(format!("{place}: {problem}"));
        }
        Ok(())
    }
}

/// A code block: the line of its fence, the words behind the fence, and its text.
struct Block {
    line: usize,
    info: String,
    text: String,
    /// In a list or a quote, which ends it before an include does.
    nested: bool,
}

struct Page {
    text: String,
    blocks: Vec<Block>,
    /// The text with all code blanked out.
    prose: String,
}

impl Page {
    fn new(text: String) -> Self {
        let (mut blocks, mut prose) = (Vec::<Block>::new(), text.clone());
        let mut inside = false;
        for (event, range) in
            new_cmark_parser(&text, &MarkdownOptions::default()).into_offset_iter()
        {
            match &event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => "indented".into(),
                    };
                    let nested = !text[..range.start].ends_with('\n');
                    blocks.push(Block {
                        line: line_at(&text, range.start),
                        info,
                        text: String::new(),
                        nested,
                    });
                    inside = true;
                }
                Event::Text(line) if inside => {
                    if let Some(block) = blocks.last_mut() {
                        block.text += line;
                    }
                }
                Event::End(TagEnd::CodeBlock) => inside = false,
                _ => {}
            }
            if matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)) {
                let blank = text[range.clone()]
                    .bytes()
                    .map(|byte| if byte == b'\n' { '\n' } else { ' ' });
                prose.replace_range(range, &blank.collect::<String>());
            }
        }
        Page {
            text,
            blocks,
            prose,
        }
    }
}

fn has_anchor(text: &str, name: &str) -> bool {
    text.contains(&format!("ANCHOR: {name}\n")) && text.contains(&format!("ANCHOR_END: {name}\n"))
}

/// The line of a page that includes `path`.
pub fn directive(path: &str) -> String {
    // In two parts: mdBook would take the directive at its word when it shows this file.
    format!("{{{}include ../{path}}}}}\n", "{#")
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}
