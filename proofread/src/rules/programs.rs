//! What a reader copies: it fits on a page, gives reasons, and needs what it says.

use crate::page::directive;
use crate::program::{COLUMNS, roots};
use crate::{Problem, Source};
use std::collections::BTreeMap;

/// Lines fit on a page, a SAFETY comment gives a reason, and no crate is needed that a reader does
/// not have.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = crates(source);
    let shown = |path: &str| Some((path.to_owned(), source.file(path).ok()?));
    let twins = source.programs.iter().flat_map(|program| &program.twins);
    let programs = source.programs.iter().map(|program| &program.path);
    let copied: BTreeMap<_, _> = programs
        .chain(twins)
        .filter_map(|path| shown(path))
        .collect();
    for (path, text) in &copied {
        for (line, code) in (1..).zip(text.lines()) {
            let columns = code.chars().count();
            if columns > COLUMNS {
                let expected =
                    format!("at most {COLUMNS} columns, which a page shows without scrolling");
                let mend = "break the line";
                problems.push(Problem::at(path, line, expected, columns.to_string(), mend));
            }
        }
        if let Some(line) = directive(text) {
            let expected = "nothing that mdBook would resolve on the page";
            let mend = "write the directive in another way";
            problems.push(Problem::at(path, line, expected, "a directive", mend));
        }
    }
    let files = source.pages.values().flat_map(|page| page.named("file"));
    let files = files.filter_map(|file| shown(file.argument.trim_end_matches(" open")));
    let rust = copied.into_iter().chain(files);
    for (path, text) in rust.filter(|(path, _)| path.ends_with(".rs")) {
        problems.extend(reasons(&path, &text));
    }
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
        let reason = std::iter::once(first).chain(more);
        let reason: Vec<&str> = reason.flat_map(str::split_whitespace).collect();
        let words = reason
            .iter()
            .filter(|word| word.contains(char::is_alphabetic))
            .count();
        let reason = reason.join(" ");
        if words < 4 && !reason.starts_with("as for ") {
            problems.push(Problem::at(
                path,
                at + 1,
                "a reason why this is sound, or `as for` another",
                format!("{reason:?}"),
                "say what it relies on, and who sees to that",
            ));
        }
    }
    problems
}

/// Cargo lets an example use what only the tests need; whoever copies it does not have that.
fn crates(source: &Source) -> Vec<Problem> {
    let own = source.cargo.crates("dependencies");
    let tests = source.cargo.crates("dev-dependencies");
    let mut problems = Vec::new();
    for program in &source.programs {
        let roots = roots(&program.text);
        for name in tests.difference(&own) {
            let root = name.replace('-', "_");
            if roots.contains(&root) {
                let line = program.text.lines().position(|line| line.contains(&root));
                problems.push(Problem::at(
                    &program.path,
                    1 + line.unwrap_or(0),
                    "a crate of [dependencies], which whoever copies this has",
                    format!("{name} of [dev-dependencies]"),
                    "move it in Cargo.toml, or do without",
                ));
            }
        }
    }
    problems
}
