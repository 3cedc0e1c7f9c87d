//! The site that mdBook builds: every directive is resolved, and every link leads somewhere.

use crate::source::{Source, folder, join};
use crate::{Page, Problem};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
};
use mdbook_driver::MDBook;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Builds the site once and follows its links.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    build(source).unwrap_or_else(|error| {
        vec![Problem::new(
            "book.toml",
            "a site that mdBook builds",
            error,
            "see: mdbook build",
        )]
    })
}

fn build(source: &Source) -> Result<Vec<Problem>, String> {
    let site = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut book = MDBook::load(&source.book.root).map_err(|error| format!("{error:#}"))?;
    book.config.build.build_dir = site.path().to_owned();
    // No link leads to these two.
    for setting in ["output.html.search.enable", "output.html.print.enable"] {
        book.config
            .set(setting, false)
            .map_err(|error| format!("{error:#}"))?;
    }
    book.build().map_err(|error| format!("{error:#}"))?;

    let mut problems = Vec::new();
    let (mut ids, mut links) = (BTreeMap::new(), Vec::new());
    for page in source.pages.values() {
        let file = html(source, &page.path);
        let Ok(text) = fs::read_to_string(site.path().join(&file)) else {
            continue;
        };
        let found = tags(&text);
        let mut of_page = BTreeSet::new();
        for id in &found.ids {
            if !of_page.insert(id.clone()) {
                let heading = page
                    .headings
                    .iter()
                    .find(|heading| heading.id.as_ref() == Some(id));
                let line = heading.map_or(1, |heading| heading.line);
                problems.push(Problem::at(
                    &page.path,
                    line,
                    "ids that are unlike",
                    format!("{id} twice"),
                    "give one another",
                ));
            }
        }
        // A page may show a directive on purpose, with a backslash before it.
        let left = text.matches("{{#").count();
        if left > page.text.matches("\\{{#").count() {
            let found = "one that is left on the page";
            let mend = "see what mdbook build says of it";
            problems.push(Problem::new(
                &*page.path,
                "directives that mdBook resolves",
                found,
                mend,
            ));
        }
        ids.insert(file.clone(), of_page);
        // The page of what is missing is served anywhere, and its links start at the root.
        if !file.ends_with("404.html") {
            links.extend(
                found
                    .links
                    .into_iter()
                    .map(|link| (page, file.clone(), link)),
            );
        }
    }
    for (page, file, link) in links {
        let (path, fragment) = link.split_once('#').unwrap_or((&link, ""));
        if link.contains(':') || link.starts_with('/') {
            continue;
        }
        let target = if path.is_empty() {
            file.clone()
        } else {
            join(folder(&file), path)
        };
        let line = line(page, &link);
        let mut problem = |expected: &str, mend: &str| {
            problems.push(Problem::at(
                &page.path,
                line,
                expected,
                format!("the link {link}"),
                mend,
            ));
        };
        if !site.path().join(&target).exists() {
            problem("a link to a file of the site", "correct it");
        } else if !fragment.is_empty()
            && ids.get(&target).is_some_and(|ids| !ids.contains(fragment))
        {
            problem(
                "a link to a heading of that page",
                "correct it, or give that heading an id, {#...}",
            );
        }
    }
    Ok(problems)
}

/// The file that mdBook makes of a page.
fn html(source: &Source, page: &str) -> String {
    let path = source.link(page);
    let path = path.strip_suffix(".md").unwrap_or(&path);
    match path.strip_suffix("README") {
        Some(folder) => format!("{folder}index.html"),
        None => format!("{path}.html"),
    }
}

/// Where a page writes a link: it may name the Markdown file.
fn line(page: &Page, link: &str) -> usize {
    let found = page
        .links
        .iter()
        .find(|found| found.to.replacen(".md", ".html", 1) == link);
    found.map_or(1, |found| found.line)
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
