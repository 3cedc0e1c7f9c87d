//! Checks that a reader can copy each program: its width and its SAFETY comments.

use crate::page::{directive, line_of};
use crate::program::COLUMNS;
use crate::{Problem, Source};
use std::collections::BTreeMap;

/// Checks that the lines of a program fit on a page, and that each SAFETY comment gives a reason.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let shown = |path: &str| Some((path.to_owned(), source.file(path).ok()?));
    let programs = source.programs.iter();
    let paths = programs.flat_map(|program| program.twins.iter().chain([&program.path]));
    let copied: BTreeMap<_, _> = paths.filter_map(|path| shown(path)).collect();
    for (path, text) in &copied {
        let columns = text.lines().map(|line| line.chars().count());
        let wide = (1..).zip(columns).filter(|(_, columns)| *columns > COLUMNS);
        problems.extend(wide.map(|(line, columns)| {
            problem!(path, line;
                expected "at most {COLUMNS} columns, so that readers need not scroll";
                found "{columns} columns";
                mend "break the line")
        }));
        problems.extend(directive(text).map(|line| {
            problem!(path, line;
                expected "a program without a directive of mdBook";
                found "a directive";
                mend "write the text in another way: mdBook would expand it on the page")
        }));
    }
    let files = source.pages.values().flat_map(|page| page.named("file"));
    let files = files.filter_map(|file| shown(file.argument.trim_end_matches(" open")));
    let rust = copied.into_iter().chain(files);
    for (path, text) in rust.filter(|(path, _)| path.ends_with(".rs")) {
        problems.extend(reasons(&path, &text));
    }
    problems
}

/// Checks that each SAFETY comment gives a reason, or refers to another comment.
fn reasons(path: &str, text: &str) -> Vec<Problem> {
    let comment = regex!(r"(?i)(?://|/\*)[ \t]*safety[ \t]*:(.*(?:\n[ \t]*//.*)*)");
    let problems = comment.captures_iter(text).filter_map(|found| {
        let reason = found[1].replace("//", "").replace("*/", "");
        let reason: Vec<&str> = reason.split_whitespace().collect();
        let words = reason.iter().filter(|word| word.contains(char::is_alphabetic));
        let none = words.count() < 4 && !reason.starts_with(&["as", "for"]);
        none.then(|| {
            problem!(path, line_of(text, found.get_match().start());
                expected "a SAFETY comment of at least four words, or `as for` and a reference";
                found "{:?}", reason.join(" ");
                mend "give the reason why the code is sound")
        })
    });
    problems.collect()
}
