//! Programs, outputs and twins are the same set, and each program is on one page.

use crate::paths::{extension, files, folder, stem};
use crate::program::{Program, accept};
use crate::{Problem, Source};
use std::collections::BTreeMap;

/// What the builder names is there, and each file of `examples/` is run: a program that no test runs
/// would stand on a page unseen.
pub(crate) fn named(source: &Source) -> Vec<Problem> {
    let (book, root) = (source.book, source.root());
    let beside = book.beside.iter().map(|file| (file, "Book::beside"));
    let named = beside.chain(book.proofs.iter().map(|path| (path, "Book::proofs")));
    let missing = named.filter(|(path, _)| !root.join(path).exists());
    let missing = missing.map(|(path, by)| {
        problem!(path;
            expected "what {by} names";
            found "no such file";
            mend "write it, or correct {by}: its paths start at book.toml")
    });
    let twins = book.extensions();
    let files = files(root, "examples", &[]).into_iter();
    let unrun = files.filter_map(|path| {
        let (expected, mend) = match extension(&path) {
            _ if folder(&path) != "examples" => {
                let expected = "a program, examples/NAME.rs, in no further folder";
                (expected, "move it".into())
            }
            ending if ending == "rs" || twins.contains(&ending) => return None,
            ending => {
                let mend = format!("name the twins, .twins({ending:?}, COMMAND), or move it");
                ("a program, .rs, or a twin", mend)
            }
        };
        let found = "a file that no test runs";
        Some(Problem::new(path, expected, found, mend))
    });
    missing.chain(unrun).collect()
}

/// Each program is on one page and has an output; each output and each twin has its program.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut shown = BTreeMap::new();
    for page in source.pages.values() {
        for listing in page.named("listing") {
            let (name, line) = (&listing.argument, listing.line);
            if let Some((path, first)) = shown.insert(name, (&page.path, line)) {
                problems.push(problem!(&page.path, line;
                    expected "{name} once in the book";
                    found "it at {path}:{first} too";
                    mend "lead there by a link"));
            }
        }
    }
    for program in &source.programs {
        let name = &program.name;
        if !shown.contains_key(name) {
            problems.push(problem!(&program.path;
                expected "a page with `{{{{#listing {name}}}}}`";
                found "none";
                mend "show it where its topic is, or delete it"));
        }
        problems.extend(snapshot(source, program));
    }
    let twins = files(source.root(), "examples", &source.book.extensions());
    let all = source.snapshots.keys().chain(&twins);
    let alone = all.filter(|path| source.program(stem(path)).is_none());
    problems.extend(alone.map(|path| {
        problem!(path;
            expected "its program, examples/{}.rs", stem(path);
            found "none";
            mend "write it, or delete this")
    }));
    problems
}

/// A page shows a snapshot from its fourth line on, which is the command.
fn snapshot(source: &Source, program: &Program) -> Option<Problem> {
    let Program {
        name,
        path,
        snapshot,
        ..
    } = program;
    let accept = accept(name);
    let Some(text) = source.snapshots.get(snapshot) else {
        return Some(problem!(path;
            expected "its output, {snapshot}";
            found "none";
            mend "look at what it prints, and accept it: {accept}"));
    };
    let lines: Vec<&str> = text.lines().take(4).collect();
    let command = program.command();
    let from = lines.get(1).and_then(|from| from.strip_prefix("source: "));
    let right = from.is_some_and(|from| source.root().join(from).is_file())
        && lines == ["---", lines[1], "---", &command];
    (!right).then(|| {
        problem!(snapshot;
            expected "a header (---, source: FILE that exists, ---) and then `{command}`";
            found "{lines:?}";
            mend "make it anew: delete it, then {accept}")
    })
}
