//! Programs, outputs and twins are the same set, and each program is on one page.

use crate::paths::{extension, files, folder, stem};
use crate::program::{Program, accept};
use crate::{Problem, Source};
use std::collections::{BTreeMap, BTreeSet};

/// What the builder names is there, and each file of `examples/` is run: a program that no test runs
/// would stand on a page unseen.
pub(crate) fn named(source: &Source) -> Vec<Problem> {
    let (book, root) = (source.book, source.root());
    let mut problems = Vec::new();
    let beside = book.beside.iter().map(|file| (file, "Book::beside"));
    for (path, by) in beside.chain(book.proofs.iter().map(|path| (path, "Book::proofs"))) {
        if !root.join(path).exists() {
            let mend = format!("write it, or correct {by}: its paths start at book.toml");
            let expected = format!("what {by} names");
            problems.push(Problem::new(path, expected, "no such file", mend));
        }
    }
    for path in files(root, "examples", &[]) {
        let twins = book.extensions();
        let (expected, mend) = match extension(&path) {
            _ if folder(&path) != "examples" => (
                "a program, examples/NAME.rs, in no further folder",
                "move it".to_owned(),
            ),
            "rs" => continue,
            ending if twins.contains(&ending) => continue,
            ending => {
                let mend = format!("name the twins, .twins({ending:?}, COMMAND), or move it");
                ("a program, .rs, or a twin", mend)
            }
        };
        problems.push(Problem::new(
            path,
            expected,
            "a file that no test runs",
            mend,
        ));
    }
    problems
}

/// Each program is on one page and has an output; each output and each twin has its program.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut shown = BTreeMap::<&str, Vec<String>>::new();
    for page in source.pages.values() {
        for listing in page.named("listing") {
            let places = shown.entry(&listing.argument).or_default();
            if let Some(first) = places.first() {
                problems.push(Problem::at(
                    &page.path,
                    listing.line,
                    format!("{} once in the book", listing.argument),
                    format!("it at {first} too"),
                    "lead there by a link",
                ));
            }
            places.push(format!("{}:{}", page.path, listing.line));
        }
    }
    for program in &source.programs {
        if !shown.contains_key(&*program.name) {
            let expected = format!("a page with `{{{{#listing {}}}}}`", program.name);
            let mend = "show it where its topic is, or delete it";
            problems.push(Problem::new(&program.path, expected, "none", mend));
        }
        problems.extend(snapshot(source, program));
    }
    let names: BTreeSet<_> = source
        .programs
        .iter()
        .map(|program| &*program.name)
        .collect();
    let twins = files(source.root(), "examples", &source.book.extensions());
    for path in source.snapshots.keys().chain(&twins) {
        if !names.contains(stem(path)) {
            let expected = format!("its program, examples/{}.rs", stem(path));
            problems.push(Problem::new(
                path,
                expected,
                "none",
                "write it, or delete this",
            ));
        }
    }
    problems
}

/// A page shows a snapshot from its fourth line on, which is the command.
fn snapshot(source: &Source, program: &Program) -> Option<Problem> {
    let again = |how: &str| accept(&format!("{}.rs", program.name)).replace("always", how);
    let Some(text) = source.snapshots.get(&program.snapshot) else {
        let expected = format!("its output, {}", program.snapshot);
        let mend = format!("look at what it prints, and accept it: {}", again("always"));
        return Some(Problem::new(&program.path, expected, "none", mend));
    };
    let lines: Vec<&str> = text.lines().take(4).collect();
    let command = program.command();
    let right = match lines[..] {
        ["---", from, "---", fourth] => {
            let from = from.strip_prefix("source: ");
            fourth == command && from.is_some_and(|from| source.root().join(from).is_file())
        }
        _ => false,
    };
    let expected = format!("a header (---, source: FILE that exists, ---) and then `{command}`");
    let mend = format!("make it anew: delete it, then {}", again("always"));
    (!right).then(|| Problem::new(&program.snapshot, expected, format!("{lines:?}"), mend))
}
