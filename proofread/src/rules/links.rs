//! Checks versions, addresses, and the names in commands.

use super::names::holds;
use crate::cargo::rust_files;
use crate::{Page, Problem, Source};
use regex::Regex;

/// Checks that each version in a link, a sentence or a command is the one in Cargo.lock, that each
/// item in a link to docs.rs is in the source of its crate, and that each address is well-formed.
pub(crate) fn addresses(source: &Source) -> Vec<Problem> {
    let named = regex!(
        r"`?\b([a-z][A-Za-z0-9_-]+)`? (?:--version |version )?v?([0-9]+\.[0-9]+(?:\.[0-9]+)?)\b"
    );
    let readme = source.readme();
    let mut problems = Vec::new();
    for page in source.pages.values().chain(&readme) {
        problems.extend(linked(page, |link| {
            address(link).or_else(|| version(source, link)).or_else(|| item(source, link))
        }));
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

/// Checks that each version in a link is the one in Cargo.lock.
pub(crate) fn versions(source: &Source) -> Vec<Problem> {
    source.pages.values().flat_map(|page| linked(page, |link| version(source, link))).collect()
}

/// Returns a problem for each link of a page for which `expected` returns a text.
fn linked(page: &Page, expected: impl Fn(&str) -> Option<String>) -> Vec<Problem> {
    let wrong = page.links.iter().filter_map(|(line, link)| {
        Some(Problem::at(&page.path, *line, expected(link)?, link, "correct the link"))
    });
    wrong.collect()
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
    let form = regex!(
        r"^https?://(?:docs\.rs(?:/crate)?|crates\.io/crates)/([A-Za-z0-9_-]+)/([^/?#]+?)(?:\.\*)?(?:[/?#]|$)"
    );
    let found = form.captures(link).filter(|found| &found[2] != "latest")?;
    other_version(source, &found[1], &found[2])
}

/// Returns the version of a crate in Cargo.lock, unless it equals `version` or begins with it. For
/// the command `mdbook`, the version of its library is used.
fn other_version(source: &Source, name: &str, version: &str) -> Option<String> {
    let locked = &source.cargo.locked;
    let library = locked.get("mdbook-driver").filter(|_| name == "mdbook");
    let used = locked.get(name).or(library)?;
    let numbers = version.starts_with(|first: char| first.is_ascii_digit());
    let right = |used: &String| used == version || used.starts_with(&format!("{version}."));
    let wrong = numbers && !used.iter().any(right);
    wrong.then(|| format!("{name} {}, as in Cargo.lock", used.join(" or ")))
}

/// If a link to docs.rs names an item that the source of the crate lacks, returns the expected
/// text.
fn item(source: &Source, link: &str) -> Option<String> {
    let docs = regex!(r"^https://docs\.rs/([A-Za-z0-9_-]+)/[^/]+/(.*)$");
    let item =
        regex!(r"(?:struct|enum|trait|fn|macro|type|constant|union)\.(\w+)\.html|#\w+\.(\w+)");
    let found = docs.captures(link)?;
    let names = item.captures_iter(&found[2]).filter_map(|item| item.get(1).or(item.get(2)));
    let mut names = names.peekable();
    names.peek()?;
    let texts = rust_files(&source.crate_source(&found[1])?);
    let lacks = |name: &str| !texts.iter().any(|text| holds(text, name));
    names.any(|name| lacks(name.as_str())).then(|| format!("a link to an item of {}", &found[1]))
}

/// Checks that each example or binary that a command names exists. If the project has no programs,
/// the command is about a project of the reader. So are many packages, which are not checked here.
pub(crate) fn commands(source: &Source) -> Vec<Problem> {
    unknown(source, regex!(r"(--example|--bin)[ =]([A-Za-z0-9_-]+)"))
}

/// Returns a problem for each command that names an unknown target of cargo.
fn unknown(source: &Source, named: &Regex) -> Vec<Problem> {
    let targets = source.cargo.targets();
    let readme = source.readme();
    let mut problems = Vec::new();
    for page in source.pages.values().chain(&readme) {
        let commands = page.blocks.iter().filter_map(|block| match block.language() {
            "shell" | "sh" | "bash" => Some((block, "")),
            // A block of commands without outputs may have no prompts.
            "console" if !block.text.contains("$ ") => Some((block, "")),
            "console" | "text" | "" => Some((block, "$ ")),
            _ => None,
        });
        let lines = commands.flat_map(|(block, prompt)| {
            let lines = (block.line + 1..).zip(block.text.lines());
            // After that, the commands may be about another project.
            let lines = lines.take_while(|(_, text)| !regex!(r"(^|[$>&;] *)cd ").is_match(text));
            lines.filter_map(move |(line, text)| Some((line, text.strip_prefix(prompt)?)))
        });
        let code = page.code.iter().map(|(line, code)| (*line, &**code));
        for (line, text) in lines.chain(code) {
            let cargo = regex!(
                r"\bcargo (?:\+\S+ )?(?:run|build|test|check|bench|clippy|doc|[rbtcd])\b(.*)"
            );
            let Some(command) = cargo.captures(text) else {
                continue;
            };
            let own = command[1].split(" -- ").next().unwrap_or_default();
            let own = if own.contains("--manifest-path") { "" } else { own };
            for found in named.captures_iter(own) {
                let package = found[1].contains("-p");
                let option = if package { "--package" } else { &found[1] };
                let known = targets.contains(&(option, found[2].to_owned()))
                    || package && source.cargo.locked.contains_key(&found[2]);
                // In capitals, as in NAME, the word is a placeholder.
                let name = found[2].contains(|letter: char| letter.is_ascii_lowercase());
                let has = targets.iter().any(|(of, _)| (*of == "--package") == package);
                if has && name && !known {
                    problems.push(problem!(&page.path, line;
                        expected "{} of the project", if package { "a package" } else { "an example or a binary" };
                        found "`{}`", &found[0];
                        mend "correct the command"));
                }
            }
        }
    }
    problems
}

/// Checks the commands with their packages, and that each link of README.md leads to a file.
pub(crate) fn commands_and_readme(source: &Source) -> Vec<Problem> {
    let targets = regex!(r"(--example|--bin|-p|--package)[ =]([A-Za-z0-9_-]+)");
    let mut problems = unknown(source, targets);
    let readme = source.readme();
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
