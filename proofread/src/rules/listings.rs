//! Checks that each program is on one page, and that programs, outputs and twins belong together.

use crate::paths::{extension, files};
use crate::program::{Program, accept, called, parts};
use crate::{Problem, Source};
use std::collections::{BTreeMap, BTreeSet};

/// Checks that the files that the methods of `Book` name exist.
pub(crate) fn named(source: &Source) -> Vec<Problem> {
    let (book, root) = (source.book, source.root());
    let beside = book.beside.iter().map(|file| (file, "Book::beside"));
    let named = beside.chain(book.proofs.iter().map(|path| (path, "Book::proofs")));
    let missing = named.filter(|(path, _)| !root.join(path).exists());
    let missing = missing.map(|(path, by)| {
        problem!(path;
            expected "a file, because {by} names it";
            found "no such file";
            mend "write the file, or correct {by}: paths are relative to the folder of book.toml")
    });
    missing.collect()
}

/// Checks that each file of `examples/` is part of a program, or in [`beside`](crate::Book::beside).
/// Otherwise, a page could show a program that was never run.
fn unrun(source: &Source) -> Vec<Problem> {
    let (book, root) = (source.book, source.root());
    let programs = source.programs.iter();
    let run = programs.flat_map(|program| program.twins.iter().chain([&program.path]));
    let mut run: BTreeSet<String> = run.flat_map(|path| parts(root, path)).collect();
    run.extend(book.beside.iter().cloned());
    let files = files(root, "examples", &[]).into_iter();
    let unrun = files.filter(|path| !run.contains(path)).map(|path| {
        problem!(&path;
            expected "a program, examples/NAME.rs or examples/NAME/main.rs, its module or its twin";
            found "a file that no test runs";
            mend "move the file, name it in Book::beside, or call .twins({:?}, COMMAND)", extension(&path))
    });
    unrun.collect()
}

/// Checks that each program is on one page and has an output, and that each output and each other
/// file of `examples/` has a program.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = unrun(source);
    let mut shown = BTreeMap::new();
    for page in source.pages.values() {
        for listing in page.named("listing") {
            let (name, line) = (&listing.argument, listing.line);
            if let Some((path, first)) = shown.insert(name, (&page.path, line)) {
                problems.push(problem!(&page.path, line;
                    expected "the listing {name} once in the book";
                    found "the same listing at {path}:{first}";
                    mend "replace one of them by a link"));
            }
        }
    }
    for program in &source.programs {
        let name = &program.name;
        if !shown.contains_key(name) {
            problems.push(problem!(&program.path;
                expected "a page with `{{{{#listing {name}}}}}`";
                found "no such page";
                mend "show the program on the page of its topic, or delete it"));
        }
        problems.extend(snapshot(source, program));
    }
    let alone = source.snapshots.keys().filter(|path| source.program(called(path)).is_none());
    problems.extend(alone.map(|path| {
        problem!(path;
            expected "the program of this output, examples/{}.rs", called(path);
            found "no such file";
            mend "write the program, or delete the output")
    }));
    problems
}

/// Checks that a snapshot has a header of three lines and then the command. A page shows it from
/// the command on.
fn snapshot(source: &Source, program: &Program) -> Option<Problem> {
    let (snapshot, accept) = (&program.snapshot, accept(&program.name));
    let Some(text) = source.snapshots.get(snapshot) else {
        return Some(problem!(&program.path;
            expected "the output of the program in {snapshot}";
            found "no such file";
            mend "if the program prints the right output, accept it: {accept}"));
    };
    let lines: Vec<&str> = text.lines().take(4).collect();
    let command = program.command();
    let right = matches!(lines[..], ["---", _, "---", shown] if shown == command);
    (!right).then(|| {
        problem!(snapshot;
            expected "a header (---, source: FILE, ---) and then `{command}`";
            found "{lines:?}";
            mend "delete the snapshot and make it again: {accept}")
    })
}
