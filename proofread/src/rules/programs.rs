//! What a reader copies: it fits on a page, gives reasons, and needs what it says.

use crate::source::Source;
use crate::{Problem, index};
use std::collections::BTreeMap;

/// The columns that a page shows without scrolling.
pub(crate) const COLUMNS: usize = 80;

/// Lines fit on a page, a SAFETY comment gives a reason, and no crate is needed that a reader
/// does not have.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let listings = source
        .listings
        .iter()
        .map(|(stem, text)| (format!("examples/{stem}.rs"), text));
    let twins = source
        .twins
        .iter()
        .map(|(name, text)| (format!("examples/{name}"), text));
    for (path, text) in listings.chain(twins) {
        for (line, code) in (1..).zip(text.lines()) {
            let columns = code.chars().count();
            if columns > COLUMNS {
                let expected =
                    format!("{COLUMNS} columns at the most, which a page shows without scrolling");
                problems.push(Problem::at(
                    &path,
                    line,
                    expected,
                    columns.to_string(),
                    "break the line",
                ));
            }
        }
    }
    let mut sources: BTreeMap<String, String> = BTreeMap::new();
    for (stem, text) in &source.listings {
        sources.insert(format!("examples/{stem}.rs"), text.clone());
    }
    for include in source.pages.values().flat_map(|page| page.includes()) {
        if include.path.ends_with(".rs")
            && let Ok(text) = source.book.read(&include.path)
        {
            sources.insert(include.path, text);
        }
    }
    for (path, text) in &sources {
        problems.extend(reasons(path, text));
    }
    problems.extend(crates(source));
    problems
}

/// A SAFETY comment says why, or refers to one that does.
fn reasons(path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for (at, line) in lines.iter().enumerate() {
        let Some(mark) = regex!(r"(?i)(?://|/\*)[ \t]*safety[ \t]*:").find(line) else {
            continue;
        };
        let first = line[mark.end()..].trim_end_matches("*/");
        let more = lines[at + 1..]
            .iter()
            .map_while(|line| line.strip_prefix("//"));
        let reason: Vec<&str> = std::iter::once(first)
            .chain(more)
            .flat_map(str::split_whitespace)
            .collect();
        let words = reason
            .iter()
            .filter(|word| word.contains(char::is_alphabetic))
            .count();
        if words < 4 && !reason.join(" ").starts_with("as for ") {
            problems.push(Problem::at(
                path,
                at + 1,
                "a reason why this is sound, or `as for` another",
                format!("{:?}", reason.join(" ")),
                "say what it relies on, and who sees to that",
            ));
        }
    }
    problems
}

/// Cargo lets an example use what only the tests need; whoever copies it has not got that.
fn crates(source: &Source) -> Vec<Problem> {
    let (own, tests) = (
        source.crates("dependencies"),
        source.crates("dev-dependencies"),
    );
    let mut problems = Vec::new();
    for (stem, text) in &source.listings {
        let roots = index::roots(text);
        for name in tests.iter().filter(|name| !own.contains(*name)) {
            if roots.contains(&name.replace('-', "_")) {
                let path = format!("examples/{stem}.rs");
                let line = 1 + text
                    .lines()
                    .position(|line| line.contains(&name.replace('-', "_")))
                    .unwrap_or(0);
                problems.push(Problem::at(
                    &path,
                    line,
                    "a crate of [dependencies], which whoever copies this has",
                    format!("{name} of [dev-dependencies]"),
                    "move it in Cargo.toml, or do without",
                ));
            }
        }
    }
    problems
}
