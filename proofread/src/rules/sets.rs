//! Pages and SUMMARY.md, listings, outputs and twins are the same set, and stand together.

use crate::rules::words;
use crate::source::{Source, name, stem};
use crate::{Problem, needs, outputs};
use mdbook_markdown::pulldown_cmark::HeadingLevel;
use std::collections::{BTreeMap, BTreeSet};

/// Files end their lines as the outputs do.
pub(crate) fn lines(source: &Source) -> Vec<Problem> {
    let Some(first) = source.crlf.first() else {
        return Vec::new();
    };
    let others = match source.crlf.len() - 1 {
        0 => String::new(),
        others => format!(", and in {others} other files"),
    };
    let mend = "convert them, and write `* text=auto eol=lf` into .gitattributes";
    vec![Problem::new(
        first,
        "lines that end in \\n",
        format!("\\r\\n in it{others}"),
        mend,
    )]
}

/// What the builder names is there, and what is there is named: a program that no test runs would
/// stand on a page unseen.
pub(crate) fn named(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let book = source.book;
    let named = book.beside.iter().map(|file| (file, "Book::beside"));
    for (path, by) in named.chain(book.proofs.iter().map(|path| (path, "Book::proofs"))) {
        if !book.root.join(path).exists() {
            let mend = format!("write it, or correct {by}: its paths start at book.toml");
            problems.push(Problem::new(
                path,
                format!("what {by} names"),
                "no such file",
                mend,
            ));
        }
    }
    let locked = words::locked(source);
    for name in book.tested_with.iter().flatten() {
        if !locked.contains_key(name) {
            let mend = "correct Book::tested_with: it names crates that the programs use";
            let expected = format!("{name}, which Book::tested_with names");
            problems.push(Problem::new("Cargo.lock", expected, "no such crate", mend));
        }
    }
    for path in book.files("examples", &[]).unwrap_or_default() {
        let ending = name(&path)
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending);
        if ending != "rs" && !book.endings().contains(&ending) {
            let mend = format!("name the twins, .twins({ending:?}, COMMAND), or move it");
            problems.push(Problem::new(
                path,
                "a listing, .rs, or a twin",
                "a file that no test runs",
                mend,
            ));
        }
    }
    for made in ["proofs", "index", "needs"] {
        let there = source.snapshots.contains_key(made) && !source.listings.contains_key(made);
        if there && !source.makes().contains(&made) {
            let path = format!("snapshots/{made}.snap");
            let mend = format!("add .{made}(...) to the Book of the tests, or delete it");
            problems.push(Problem::new(
                path,
                format!("Book::{made} to make it"),
                "none",
                mend,
            ));
        }
    }
    problems
}

/// SUMMARY.md names each page, as the page names itself.
pub(crate) fn pages(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let titles: BTreeMap<_, _> = source.summary.iter().cloned().collect();
    for page in source.pages.values() {
        if ["SUMMARY.md", "404.md"].contains(&name(&page.path)) {
            continue; // mdBook shows 404.md in place of what is not there
        }
        let Some(title) = titles.get(&page.path) else {
            problems.push(Problem::new(
                &*page.path,
                format!("a line of {}/SUMMARY.md for it", source.pages_in),
                "none",
                format!("add `- [{}]({})`", page.title(), source.link(&page.path)),
            ));
            continue;
        };
        let mut heads = page
            .headings
            .iter()
            .filter(|heading| heading.level == HeadingLevel::H1);
        match (heads.next(), heads.next()) {
            (Some(head), None) if head.text != *title => problems.push(Problem::at(
                &page.path,
                head.line,
                format!(
                    "the title that {}/SUMMARY.md gives, {title:?}",
                    source.pages_in
                ),
                format!("{:?}", head.text),
                "make the two the same",
            )),
            (Some(_), None) => {}
            (None, _) => problems.push(Problem::at(
                &page.path,
                1,
                "one title, `# ...`",
                "none",
                "write one",
            )),
            (_, Some(second)) => problems.push(Problem::at(
                &page.path,
                second.line,
                "one title, `# ...`",
                format!("a second, {:?}", second.text),
                "make it `## ...`",
            )),
        }
    }
    problems
}

/// Each listing has its output below it, and its twins below that, on one page, once.
pub(crate) fn programs(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut shown = BTreeMap::new();
    for page in source.in_order() {
        let included: Vec<_> = page
            .blocks
            .iter()
            .map(|block| block.include.as_ref().map(|include| &*include.path))
            .collect();
        for (at, path) in included.iter().enumerate() {
            let Some(path) = path else { continue };
            let line = page.blocks[at].line;
            let mut problem = |expected: String, found: &str, mend: &str| {
                problems.push(Problem::at(&page.path, line, expected, found, mend));
            };
            let before = at
                .checked_sub(1)
                .and_then(|at| included[at])
                .unwrap_or("something else");
            let after = included
                .get(at + 1)
                .copied()
                .flatten()
                .unwrap_or("something else");
            let listing = format!("examples/{}.rs", stem(path));
            let output = format!("snapshots/{}.snap", stem(path));
            let is_twin = path.starts_with("examples/") && source.twins.contains_key(name(path));
            let is_output = *path == output;
            if !(*path == listing || is_output || is_twin) {
                continue;
            }
            if let Some(place) = shown.insert(path.to_string(), format!("{}:{line}", page.path)) {
                problem(
                    format!("{path} once in the book"),
                    &format!("it at {place} too"),
                    "lead there by a link",
                );
            } else if *path == listing && after != output {
                problem(
                    format!("below {listing} its output, {output}"),
                    after,
                    &format!("add a `console` block that includes {output}:4:"),
                );
            } else if is_output && before != listing {
                problem(
                    format!("above {output} its program, {listing}"),
                    before,
                    "show the program, then its output",
                );
            } else if is_twin && (before == "something else" || stem(before) != stem(path)) {
                problem(
                    format!("above {path} the output of {listing}"),
                    before,
                    "move it below that output",
                );
            }
        }
    }
    let snapshots = source
        .snapshots
        .keys()
        .map(|stem| ("snapshots", format!("{stem}.snap")));
    let twins = source.twins.keys().map(|name| ("examples", name.clone()));
    let listings = source
        .listings
        .keys()
        .map(|stem| ("examples", format!("{stem}.rs")));
    // Of what listings need each page has a part, which is a rule of its own.
    let made = source.makes().into_iter();
    let made: BTreeSet<_> = made.map(|name| format!("snapshots/{name}.snap")).collect();
    for (folder, file) in snapshots.chain(twins).chain(listings) {
        let path = format!("{folder}/{file}");
        let included = || {
            source
                .pages
                .values()
                .any(|page| page.includes().any(|include| include.path == path))
        };
        let problem = if path == needs::PATH && source.book.needs {
            None
        } else if made.contains(&path) {
            (!included()).then_some((
                "a page that includes it",
                "none",
                "include it from line 4 on",
            ))
        } else if !source.listings.contains_key(stem(&file)) {
            Some((
                "a listing with its name",
                "none",
                "write the listing, or delete this",
            ))
        } else if !included() {
            Some((
                "a page that includes it",
                "none",
                "include it where its topic is, or delete it",
            ))
        } else {
            None
        };
        if let Some((expected, found, mend)) = problem {
            problems.push(Problem::new(&*path, expected, found, mend));
        }
    }
    problems
}

/// The pages include a snapshot from its fourth line on, which is the command.
pub(crate) fn snapshots(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let made = source.makes();
    for (stem, text) in source
        .snapshots
        .iter()
        .filter(|(stem, _)| !made.contains(&stem.as_str()))
    {
        let lines: Vec<&str> = text.lines().collect();
        let command = outputs::command(stem);
        let fourth = lines.get(3).copied().unwrap_or_default();
        if lines.first() != Some(&"---") || lines.get(2) != Some(&"---") || fourth != command {
            problems.push(Problem::new(
                format!("snapshots/{stem}.snap"),
                format!("a header of three lines (---, source, ---) and then `{command}`"),
                format!("{:?}", lines.iter().take(4).collect::<Vec<_>>()),
                format!(
                    "make it anew: {}",
                    outputs::accept("force", &format!("{stem}.rs"))
                ),
            ));
        }
    }
    for stem in source
        .listings
        .keys()
        .filter(|stem| !source.snapshots.contains_key(*stem))
    {
        problems.push(Problem::new(
            format!("examples/{stem}.rs"),
            format!("its output, snapshots/{stem}.snap"),
            "none",
            format!(
                "look at what it prints, and accept it: {}",
                outputs::accept("always", &format!("{stem}.rs"))
            ),
        ));
    }
    problems
}
