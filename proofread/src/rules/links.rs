//! Checks versions, addresses, and the names in commands.

use super::names::holds;
use crate::cargo::rust_files;
use crate::page::BlockKind;
use crate::{Problem, Source};

/// Checks that each version in a link, a sentence or a command is the one in Cargo.lock, that each
/// item in a link to docs.rs is in the source of its crate, and that each address is well-formed.
pub(crate) fn addresses(source: &Source) -> Vec<Problem> {
    let named = regex!(
        r"`?\b([a-z][A-Za-z0-9_-]+)`? (?:--version |version )?v?([0-9]+\.[0-9]+(?:\.[0-9]+)?)\b"
    );
    let readme = source.readme();
    let mut problems = Vec::new();
    for page in source.pages.values().chain(&readme) {
        for (line, link) in &page.links {
            let expected = address(link).or_else(|| version(source, link));
            let expected = expected.or_else(|| item(source, link));
            let mend = "correct the link";
            problems.extend(expected.map(|it| Problem::at(&page.path, *line, it, link, mend)));
        }
        for (line, text) in (1..).zip(page.text.lines()) {
            problems.extend(named.captures_iter(text).filter_map(|found| {
                let used = other_version(source, &found[1], &found[2])?;
                let mend = "write the version of Cargo.lock";
                Some(Problem::at(&page.path, line, used, &found[0], mend))
            }));
        }
    }
    problems
}

/// If a link out of the book is not a well-formed address, returns the expected form.
fn address(link: &str) -> Option<String> {
    let form = regex!(r"^https?://[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+(:[0-9]+)?(/[^ \t\n]*)?$");
    let outside = link.contains(':') || link.starts_with("//") || link.starts_with("www.");
    let wrong = outside && !link.starts_with("mailto:") && !form.is_match(link);
    wrong.then(|| "an address of the form https://host/...".into())
}

/// If a link names a version of a crate that is not the one in Cargo.lock, returns that one.
fn version(source: &Source, link: &str) -> Option<String> {
    let form = regex!(r"^https://(?:docs\.rs|crates\.io/crates)/([A-Za-z0-9_-]+)/([^/]+)");
    let found = form.captures(link).filter(|found| &found[2] != "latest")?;
    other_version(source, &found[1], &found[2])
}

/// Returns the version of a crate in Cargo.lock, unless it equals `version` or begins with it. For
/// the command `mdbook`, the version of its library is used.
fn other_version(source: &Source, name: &str, version: &str) -> Option<String> {
    let library = source.locked("mdbook-driver");
    let library = library.filter(|_| name == "mdbook");
    let used = source.locked(name).or(library)?;
    let right = used == version || used.starts_with(&format!("{version}."));
    (!right).then(|| format!("{name} {used}, as in Cargo.lock"))
}

/// If a link to docs.rs names an item that the source of the crate lacks, returns the expected
/// text.
fn item(source: &Source, link: &str) -> Option<String> {
    let docs = regex!(r"^https://docs\.rs/([A-Za-z0-9_-]+)/[^/]+/(.*)$");
    let item =
        regex!(r"(?:struct|enum|trait|fn|macro|type|constant|union)\.(\w+)\.html|#\w+\.(\w+)");
    let found = docs.captures(link)?;
    let names = item.captures_iter(&found[2]);
    let names = names.filter_map(|item| item.get(1).or(item.get(2)));
    let mut names = names.peekable();
    names.peek()?;
    let texts = rust_files(&source.crate_source(&found[1])?);
    let lacks = |name: &str| !texts.iter().any(|text| holds(text, name));
    let wrong = names.any(|name| lacks(name.as_str()));
    wrong.then(|| format!("a link to an item of {}", &found[1]))
}

/// Checks that each example or package that a command names exists, and that each link of README.md
/// leads to a file.
pub(crate) fn commands(source: &Source) -> Vec<Problem> {
    let packages = source.cargo.packages(source.root());
    let named = regex!(r"cargo [^`\n]*?(--example|-p|--package)[ =]([A-Za-z0-9_-]+)");
    let readme = source.readme();
    let mut problems = Vec::new();
    for page in source.pages.values().chain(&readme) {
        let blocks = page.blocks.iter();
        let blocks = blocks.filter(|block| block.kind == BlockKind::Commands);
        let lines = blocks.flat_map(|block| (block.line + 1..).zip(block.text.lines()));
        let code = page.code.iter().map(|(line, code)| (*line, &**code));
        for (line, text) in lines.chain(code) {
            for found in named.captures_iter(text) {
                let (expected, known) = match (&found[1], &found[2]) {
                    ("--example", name) => {
                        ("a program of examples/", source.program(name).is_some())
                    }
                    (_, name) => ("a package of the workspace", packages.contains(name)),
                };
                // In capitals, as in NAME, the word is a placeholder.
                let any = found[2].chars().all(|letter| letter.is_ascii_uppercase());
                if !any && !known {
                    problems.push(problem!(&page.path, line;
                        expected "{expected}"; found "`{}`", &found[2]; mend "correct the command"));
                }
            }
        }
    }
    for (line, link) in readme.iter().flat_map(|page| &page.links) {
        let path = link.split('#').next().unwrap_or_default();
        if !link.contains(':') && !source.root().join(path).exists() {
            problems.push(problem!("README.md", *line;
                expected "a link to a file of the project";
                found "the link {link}";
                mend "correct the link"));
        }
    }
    problems
}
