//! A page is prose and directives: what is tested is not typed.

use crate::expand::LONG;
use crate::page::{Block, BlockKind, Include, directive};
use crate::paths::{folder, join, name};
use crate::{Page, Problem, Source};

/// What was refused: expected, found, and how to fix it.
type Refused = (String, String, String);

/// What the pages and their blocks may hold.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in source.pages.values() {
        prose(source, page, &mut problems);
        for found in &page.blocks {
            if let Err((expected, what, mend)) = block(source, found) {
                problems.push(Problem::at(&page.path, found.line, expected, what, mend));
            }
        }
        // In a sentence or in typed text mdBook resolves a directive all the same.
        let typed = page
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Markdown);
        let typed = typed.map(|block| (block.line, &block.text));
        let code = page.code.iter().map(|(line, code)| (*line, code));
        for (line, text) in code
            .chain(typed)
            .filter(|(_, text)| directive(text).is_some())
        {
            let mend = "take it out, or write a backslash before it";
            let found = format!("{text:?}");
            problems.push(Problem::at(
                &page.path,
                line,
                "no directive here",
                found,
                mend,
            ));
        }
        for row in page
            .rows
            .iter()
            .filter(|row| row.written != row.cells.len())
        {
            problems.push(Problem::at(
                &page.path,
                row.line,
                format!("a row of {} cells", row.cells.len()),
                row.written.to_string(),
                "write what is missing, or leave the cell empty",
            ));
        }
    }
    problems
}

/// Outside of blocks there is no HTML, and what is included is a figure.
fn prose(source: &Source, page: &Page, problems: &mut Vec<Problem>) {
    for found in regex!(r"<[!/]?[a-zA-Z-]+[^>]*>").find_iter(&page.prose) {
        if !found.as_str().starts_with("<http") {
            let line = 1 + page.prose[..found.start()].matches('\n').count();
            let tag = format!("`{}`", found.as_str());
            let mend = "say it in Markdown, or show it by a directive";
            problems.push(Problem::at(
                &page.path,
                line,
                "prose without HTML",
                tag,
                mend,
            ));
        }
    }
    for directive in page.named("include") {
        let path = join(folder(&page.path), &directive.argument);
        let figure = path.ends_with(".svg") && directive.alone;
        if !figure || !source.root().join(&path).is_file() {
            let expected =
                "outside of code blocks a figure, .svg, that exists, on a line of its own";
            let found = format!("`{{{{#include {}}}}}`", directive.argument);
            let mend = "show a program by `{{#listing NAME}}`, a file by `{{#file PATH}}`";
            problems.push(Problem::at(
                &page.path,
                directive.line,
                expected,
                found,
                mend,
            ));
        }
    }
}

fn refuse<T>(
    expected: impl Into<String>,
    found: impl Into<String>,
    mend: impl Into<String>,
) -> Result<T, Refused> {
    Err((expected.into(), found.into(), mend.into()))
}

/// A block holds commands, text about Markdown, or a part of a file.
fn block(source: &Source, block: &Block) -> Result<(), Refused> {
    let first = || format!("{:?}", block.text.lines().next().unwrap_or_default());
    match &block.kind {
        BlockKind::Commands | BlockKind::Markdown => Ok(()),
        BlockKind::Program => refuse(
            "a program that readers can run by its name, `{{#listing NAME}}`",
            first(),
            "move it to examples/NAME.rs",
        ),
        BlockKind::Other(info) if ["", "indented"].contains(&&**info) => refuse(
            "a block that says what it is",
            first(),
            "a program and its output are `{{#listing NAME}}`, a command is `shell`",
        ),
        BlockKind::Other(info) => refuse(
            "a block of one include and nothing else, in a language of one word in small letters",
            format!("{} in a `{info}` block", first()),
            "put what is typed there into a file; a program and its output are `{{#listing NAME}}`",
        ),
        BlockKind::File {
            include, offered, ..
        } => included(source, include, offered.as_deref()),
    }
}

/// A part of a file that no test runs stands between anchors; a file that is short is whole.
fn included(source: &Source, include: &Include, offered: Option<&str>) -> Result<(), Refused> {
    let Include { path, part } = include;
    if path.starts_with("examples/") || path.starts_with("snapshots/") {
        let mend = "show it by `{{#listing NAME}}`, which brings its output and its twins";
        return refuse("a file that is no program, and no output", path, mend);
    }
    let Ok(text) = source.file(path) else {
        return refuse(
            format!("the file {path}"),
            "none",
            "write it, or correct the path",
        );
    };
    if directive(&text).is_some() {
        let expected = format!("{path} without what mdBook takes for a directive");
        return refuse(
            expected,
            "one",
            "show it by `{{#file PATH}}`, which escapes it",
        );
    }
    if text.starts_with("$ ") {
        return refuse(
            "an output that a program printed",
            path,
            "have a listing print it",
        );
    }
    if let Some(offered) = offered.filter(|offered| *offered != name(path) || !part.is_empty()) {
        let expected = format!("in a block that offers {offered} that file, whole");
        let found = format!("{path}:{part}");
        return refuse(
            expected,
            found.trim_end_matches(':'),
            "correct the name behind the fence",
        );
    }
    let has = |mark: &str| text.contains(&format!("{mark}: {part}\n"));
    let lines = text.lines().count();
    if part.is_empty() && lines > LONG {
        let expected = "a long file folded under its name";
        let mend = format!("write `{{{{#file {path}}}}}` in place of the block");
        refuse(expected, format!("{lines} lines of {path}"), mend)
    } else if part.is_empty() || (has("ANCHOR") && has("ANCHOR_END")) {
        Ok(())
    } else if regex!(r"^[A-Za-z_]\w*$").is_match(part) {
        let expected = format!("`ANCHOR: {part}` and `ANCHOR_END: {part}` in {path}");
        refuse(expected, "none", "write them, or include the whole file")
    } else {
        let mend = "lines move: include the whole file, or what is between anchors";
        refuse(
            "a whole file, or an anchor",
            format!("the part `{part}` of {path}"),
            mend,
        )
    }
}
