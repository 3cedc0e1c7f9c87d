//! Checks the site that mdBook builds: its directives, links and ids.

use crate::expand::Expanded;
use crate::paths::{folder, join};
use crate::{Page, Pages, Problem, Source};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer};
use mdbook_driver::{MDBook, errors::Error};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Builds the site and checks its directives, links and ids.
pub(crate) fn check(source: &Source, expanded: &Expanded) -> Vec<Problem> {
    match build(source, expanded) {
        Ok(site) => follow(source, expanded, site.path()),
        Err(error) => vec![problem!("book.toml";
            expected "a site that mdBook builds"; found "{error:#}"; mend "see: mdbook build")],
    }
}

fn build(source: &Source, expanded: &Expanded) -> Result<tempfile::TempDir, Error> {
    let site = tempfile::tempdir()?;
    let mut book = MDBook::load(source.root())?;
    book.with_preprocessor(Pages::of(source, expanded.texts.clone()));
    book.config.build.build_dir = site.path().to_owned();
    // Links do not lead to these two parts, so they need not be built.
    book.config.set("output.html.search.enable", false)?;
    book.config.set("output.html.print.enable", false)?;
    book.build()?;
    Ok(site)
}

/// A page of the site: the file that mdBook makes of it, with its text and attributes.
struct Made<'a> {
    page: &'a Page,
    file: String,
    text: String,
    attributes: Vec<(String, String)>,
}

impl Made<'_> {
    fn values(&self, names: &[&str]) -> impl Iterator<Item = &str> {
        let all = self.attributes.iter();
        let named = all.filter(|(name, _)| names.contains(&&**name));
        named.map(|(_, value)| &**value)
    }
}

/// Returns the problems of the pages of a site.
fn follow(source: &Source, expanded: &Expanded, site: &Path) -> Vec<Problem> {
    let pages = source.pages.values().filter_map(|page| {
        let file = html(source, page);
        let text = fs::read_to_string(site.join(&file)).ok()?;
        Some(Made {
            attributes: attributes(&text),
            page,
            file,
            text,
        })
    });
    let pages: Vec<Made> = pages.collect();
    let mut problems = Vec::new();
    for made in &pages {
        let Page {
            path,
            headings,
            links,
            ..
        } = made.page;
        let mut seen = BTreeSet::new();
        for id in made.values(&["id"]).filter(|id| !seen.insert(*id)) {
            let heading = headings.iter().find(|heading| heading.id == id);
            let line = heading.map_or(1, |heading| heading.line);
            problems.push(problem!(path, line;
                expected "each id once on a page"; found "the id {id} twice"; mend "change one of the two"));
        }
        // A page may show a directive on purpose, with a backslash before it.
        let escaped = expanded.texts[path].matches("\\{{#include").count();
        if made.text.matches("{{#include").count() > escaped {
            problems.push(problem!(path;
                expected "a page on which mdBook expands all directives";
                found "a directive that is left on the page";
                mend "correct the directive; see the messages of: mdbook build"));
        }
        for link in made.values(&["href", "src"]) {
            if let Some((expected, mend)) = dead(&pages, site, &made.file, link) {
                let as_made = |to: &str| to.replacen(".md", ".html", 1) == link;
                let written = links.iter().find(|(_, to)| as_made(to));
                let line = written.map_or(1, |(line, _)| *line);
                problems.push(problem!(path, line;
                    expected "{expected}"; found "the link {link}"; mend "{mend}"));
            }
        }
    }
    problems
}

/// If a link within the site is dead, returns the expected target and a way to fix the link.
fn dead<'a>(pages: &[Made], site: &Path, file: &str, link: &str) -> Option<(&'a str, &'a str)> {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    // 404.html is served in any folder, so its links start at the root of the site.
    if link.contains(':') || link.starts_with('/') || file.ends_with("404.html") {
        return None;
    }
    let target = match path {
        "" => file.to_owned(),
        path => join(folder(file), path),
    };
    if !site.join(&target).exists() {
        return Some(("a link to a file of the site", "correct the link"));
    }
    let page = pages.iter().find(|page| page.file == target)?;
    let lacks = !fragment.is_empty() && page.values(&["id"]).all(|id| id != fragment);
    let mend = "correct the link, or give that heading an id, {#...}";
    lacks.then_some(("a link to a heading of that page", mend))
}

/// Returns the path of the file that mdBook makes of a page.
fn html(source: &Source, page: &Page) -> String {
    let path = source.in_book(&page.path);
    let path = path.strip_suffix(".md").unwrap_or(path);
    match path.strip_suffix("README") {
        Some(folder) => format!("{folder}index.html"),
        None => format!("{path}.html"),
    }
}

/// The attributes of a page, each with its value.
#[derive(Default)]
struct Attributes(RefCell<Vec<(String, String)>>);

impl TokenSink for Attributes {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            let attributes = tag.attrs.into_iter();
            let named = attributes.map(|all| (all.name.local.to_string(), all.value.to_string()));
            self.0.borrow_mut().extend(named);
        }
        TokenSinkResult::Continue
    }
}

fn attributes(html: &str) -> Vec<(String, String)> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Attributes::default(), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}
