//! A version is the one that is used, an address is one, and a command names what exists.

use super::names::holds;
use crate::cargo::rust_files;
use crate::page::{BlockKind, Link};
use crate::{Page, Problem, Source};
use std::collections::BTreeSet;

/// The pages, and README.md.
fn pages(source: &Source) -> Vec<(bool, Page)> {
    let again = |page: &Page| Page::new(&page.path, page.text.clone());
    let pages = source.pages.values().map(|page| (false, again(page)));
    pages
        .chain(source.readme().map(|page| (true, page)))
        .collect()
}

/// A version in a link, a sentence or a command is that of Cargo.lock; an item that a link to
/// docs.rs names is in the source of its crate; an address is one.
pub(crate) fn addresses(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (_, page) in pages(source) {
        for link in &page.links {
            let told = address(link).or_else(|| version(source, link));
            let told = told.or_else(|| item(source, link));
            problems.extend(told.map(|problem| Problem {
                path: page.path.clone(),
                line: link.line,
                ..problem
            }));
        }
        let named = regex!(
            r"`?(?-u:\b)([a-z][A-Za-z0-9_-]+)`? (?:--version |version )?v?([0-9]+\.[0-9]+(?:\.[0-9]+)?)(?-u:\b)"
        );
        for (line, text) in (1..).zip(page.text.lines()) {
            for found in named.captures_iter(text) {
                let used = locked(source, &found[1]).filter(|used| !is_of(used, &found[2]));
                problems.extend(used.map(|used| {
                    let expected = format!("{} {used}, as in Cargo.lock", &found[1]);
                    let mend = "write the version that is used";
                    Problem::at(&page.path, line, expected, &found[0], mend)
                }));
            }
        }
    }
    problems
}

fn refused(expected: String, link: &Link) -> Option<Problem> {
    Some(Problem::new("", expected, &link.to, "correct the link"))
}

/// A link out of the book is an address.
fn address(link: &Link) -> Option<Problem> {
    let form = regex!(r"^https?://[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+(:[0-9]+)?(/[^ \t\n]*)?$");
    let outside = link.to.contains(':') || link.to.starts_with("//") || link.to.starts_with("www.");
    let wrong = outside && !link.to.starts_with("mailto:") && !form.is_match(&link.to);
    wrong.then(|| refused("an address, https://host/...".into(), link))?
}

/// A link to a version of a crate is to the one that is used.
fn version(source: &Source, link: &Link) -> Option<Problem> {
    let form = regex!(r"^https://(?:docs\.rs|crates\.io/crates)/([A-Za-z0-9_-]+)/([^/]+)");
    let found = form.captures(&link.to)?;
    let used = locked(source, &found[1])?;
    let wrong = !is_of(used, &found[2]) && &found[2] != "latest";
    wrong.then(|| refused(format!("{} {used}, as in Cargo.lock", &found[1]), link))?
}

/// An item that a link names is in the source of its crate.
fn item(source: &Source, link: &Link) -> Option<Problem> {
    let docs = regex!(r"^https://docs\.rs/([A-Za-z0-9_-]+)/[^/]+/(.*)$");
    let item = regex!(
        r"(?:struct|enum|trait|fn|macro|type|constant|union)\.([A-Za-z0-9_]+)\.html|#[A-Za-z0-9_]+\.([A-Za-z0-9_]+)"
    );
    let found = docs.captures(&link.to)?;
    let folder = source.cargo.sources().remove(&found[1])?;
    let names = item.captures_iter(&found[2]);
    let names: Vec<_> = names
        .filter_map(|item| item.get(1).or(item.get(2)))
        .collect();
    let texts = if names.is_empty() {
        Vec::new()
    } else {
        rust_files(&folder)
    };
    let there = |name: &str| texts.iter().any(|text| holds(text, name));
    let wrong = names.iter().any(|name| !there(name.as_str()));
    wrong.then(|| refused(format!("an item of {}", &found[1]), link))?
}

/// The one version of a crate in Cargo.lock. The command `mdbook` has that of its library.
fn locked<'a>(source: &'a Source, name: &str) -> Option<&'a str> {
    let library = (name == "mdbook").then_some("mdbook-driver");
    let library = || source.locked(library?);
    source.locked(name).or_else(library)
}

/// Whether a version is the one that is used, or its beginning.
fn is_of(locked: &str, version: &str) -> bool {
    locked == version || locked.starts_with(&format!("{version}."))
}

/// An example or a package that a command names exists; a `shell` block holds commands; and a link
/// of README.md leads to a file.
pub(crate) fn commands(source: &Source) -> Vec<Problem> {
    let examples = source.programs.iter().map(|program| program.name.clone());
    let examples: BTreeSet<String> = examples.collect();
    let packages = source.cargo.packages(source.root()).into_iter();
    let packages: BTreeSet<String> = packages.map(|(name, _)| name).collect();
    let named = regex!(r"cargo [^`\n]*?(--example|-p|--package)[ =]([A-Za-z0-9_-]+)");
    let mut problems = Vec::new();
    for (readme, page) in pages(source) {
        let blocks = page
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Commands);
        let lines = blocks.flat_map(|block| (block.line + 1..).zip(block.text.lines()));
        let code = page.code.iter().map(|(line, code)| (*line, &**code));
        for (line, text) in lines.chain(code) {
            for found in named.captures_iter(text) {
                let (what, known) = match &found[1] {
                    "--example" => ("a program of examples/", &examples),
                    _ => ("a package of the workspace", &packages),
                };
                // NAME stands for any.
                let any = found[2].chars().all(|letter| letter.is_ascii_uppercase());
                if !any && !known.contains(&found[2]) {
                    let found = format!("`{}`", &found[2]);
                    problems.push(Problem::at(
                        &page.path,
                        line,
                        what,
                        found,
                        "correct the command",
                    ));
                }
            }
        }
        for link in page
            .links
            .iter()
            .filter(|link| readme && !link.to.contains(':'))
        {
            let path = link.to.split('#').next().unwrap_or_default();
            if !source.root().join(path).exists() {
                let problem = refused("a link to a file of the project".into(), link);
                problems.extend(problem.map(|problem| Problem {
                    path: page.path.clone(),
                    line: link.line,
                    ..problem
                }));
            }
        }
    }
    problems
}
