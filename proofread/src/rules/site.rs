//! The site that mdBook builds: every directive is resolved, and every link leads somewhere.

use crate::expand::Expanded;
use crate::paths::{folder, join};
use crate::run::verdicts::Key;
use crate::{Pages, Problem, Source};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
};
use mdbook_driver::MDBook;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Builds the site and follows its links; or knows from an earlier run of the same pages that they
/// are right.
pub(crate) fn check(source: &Source, expanded: &Expanded) -> Vec<Problem> {
    let settings = source.file("book.toml");
    let theme = crate::paths::files(source.root(), "theme", &[]);
    let key = Key::new("site").with(&expanded.texts).with(settings.ok());
    let key = theme
        .iter()
        .fold(key, |key, path| key.file(&source.root().join(path)));
    if key.passed().is_some() {
        return Vec::new();
    }
    let problems = match build(source, expanded) {
        Ok(site) => follow(source, &expanded.texts, site.path()),
        Err(error) => {
            let expected = "a site that mdBook builds";
            vec![Problem::new(
                "book.toml",
                expected,
                error,
                "see: mdbook build",
            )]
        }
    };
    if problems.is_empty() {
        key.keep("");
    }
    problems
}

fn build(source: &Source, expanded: &Expanded) -> Result<tempfile::TempDir, String> {
    let said = |error: mdbook_driver::errors::Error| format!("{error:#}");
    let site = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut book = MDBook::load(source.root()).map_err(said)?;
    book.with_preprocessor(Pages::of(source, expanded.texts.clone()));
    book.config.build.build_dir = site.path().to_owned();
    // No link leads to these two.
    for setting in ["output.html.search.enable", "output.html.print.enable"] {
        book.config.set(setting, false).map_err(said)?;
    }
    book.build().map_err(said)?;
    Ok(site)
}

/// What is wrong with the pages of a site.
fn follow(source: &Source, texts: &BTreeMap<String, String>, site: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    let (mut ids, mut links) = (BTreeMap::new(), Vec::new());
    for page in source.pages.values() {
        let file = html(source, &page.path);
        let Ok(text) = fs::read_to_string(site.join(&file)) else {
            continue;
        };
        let found = tags(&text);
        let mut of_page = BTreeSet::new();
        for id in found.ids {
            if !of_page.insert(id.clone()) {
                let mut headings = page.headings.iter();
                let heading = headings.find(|heading| heading.id.as_ref() == Some(&id));
                let line = heading.map_or(1, |heading| heading.line);
                let found = format!("{id} twice");
                problems.push(Problem::at(
                    &page.path,
                    line,
                    "ids that are unlike",
                    found,
                    "give one another",
                ));
            }
        }
        // A page may show a directive on purpose, with a backslash before it.
        let escaped = texts[&page.path].matches("\\{{#include").count();
        if text.matches("{{#include").count() > escaped {
            let expected = "directives that mdBook resolves";
            let mend = "see what mdbook build says of it";
            problems.push(Problem::new(
                &page.path,
                expected,
                "one that is left on the page",
                mend,
            ));
        }
        // The page of what does not exist is served anywhere, and its links start at the root.
        if !file.ends_with("404.html") {
            links.extend(
                found
                    .links
                    .into_iter()
                    .map(|link| (page, file.clone(), link)),
            );
        }
        ids.insert(file, of_page);
    }
    for (page, file, link) in links {
        if let Some((expected, mend)) = dead(&ids, site, &file, &link) {
            let written = page.links.iter();
            let mut written = written.filter(|found| found.to.replacen(".md", ".html", 1) == link);
            let line = written.next().map_or(1, |found| found.line);
            let found = format!("the link {link}");
            problems.push(Problem::at(&page.path, line, expected, found, mend));
        }
    }
    problems
}

/// Whether a link within the site leads nowhere: what was expected, and how to fix it.
fn dead<'a>(
    ids: &BTreeMap<String, BTreeSet<String>>,
    site: &Path,
    file: &str,
    link: &str,
) -> Option<(&'a str, &'a str)> {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    if link.contains(':') || link.starts_with('/') {
        return None;
    }
    let target = match path {
        "" => file.to_owned(),
        path => join(folder(file), path),
    };
    let lacks = |ids: &BTreeSet<String>| !fragment.is_empty() && !ids.contains(fragment);
    if !site.join(&target).exists() {
        Some(("a link to a file of the site", "correct it"))
    } else if ids.get(&target).is_some_and(lacks) {
        let mend = "correct it, or give that heading an id, {#...}";
        Some(("a link to a heading of that page", mend))
    } else {
        None
    }
}

/// The file that mdBook makes of a page.
fn html(source: &Source, page: &str) -> String {
    let path = source.in_book(page);
    let path = path.strip_suffix(".md").unwrap_or(path);
    match path.strip_suffix("README") {
        Some(folder) => format!("{folder}index.html"),
        None => format!("{path}.html"),
    }
}

#[derive(Default)]
struct Found {
    ids: Vec<String>,
    links: Vec<String>,
}

struct Sink(RefCell<Found>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(Tag {
            kind: TagKind::StartTag,
            attrs,
            ..
        }) = token
        {
            let mut found = self.0.borrow_mut();
            for attribute in attrs {
                match &*attribute.name.local {
                    "id" => found.ids.push(attribute.value.to_string()),
                    "href" | "src" => found.links.push(attribute.value.to_string()),
                    _ => {}
                }
            }
        }
        TokenSinkResult::Continue
    }
}

/// The ids and the links of a page.
fn tags(text: &str) -> Found {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(text));
    let tokenizer = Tokenizer::new(Sink(RefCell::default()), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}
