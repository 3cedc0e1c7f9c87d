//! A page is prose and directives: what is tested is not typed.

use crate::expand::LONG;
use crate::page::{Block, BlockKind, directive, line_of};
use crate::paths::name;
use crate::{Page, Problem, Source};

/// What the pages and their blocks may hold.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in source.pages.values() {
        problems.extend(prose(source, page));
        let blocks = page.blocks.iter();
        problems.extend(blocks.filter_map(|found| block(source, page, found)));
        // In a sentence or in typed text mdBook resolves a directive all the same.
        let typed = page.blocks.iter();
        let typed = typed.filter(|block| block.kind == BlockKind::Markdown);
        let typed = typed.map(|block| (block.line, &block.text));
        let code = page.code.iter().map(|(line, code)| (*line, code));
        let shown = code.chain(typed);
        let resolved = shown.filter(|(_, text)| directive(text).is_some());
        problems.extend(resolved.map(|(line, text)| {
            problem!(&page.path, line;
                expected "no directive here";
                found "{text:?}";
                mend "take it out, or write a backslash before it")
        }));
        let rows = page.rows.iter();
        let uneven = rows.filter(|row| row.written != row.cells.len());
        problems.extend(uneven.map(|row| {
            problem!(&page.path, row.line;
                expected "a row of {} cells", row.cells.len();
                found "{}", row.written;
                mend "write what is missing, or leave the cell empty")
        }));
    }
    problems
}

/// Outside of blocks there is no HTML, and what is included is a figure.
fn prose(source: &Source, page: &Page) -> Vec<Problem> {
    let tags = regex!(r"<[!/]?[a-zA-Z-]+[^>]*>").find_iter(&page.prose);
    let html = tags.filter(|tag| !tag.as_str().starts_with("<http"));
    let html = html.map(|tag| {
        problem!(&page.path, line_of(&page.prose, tag.start());
            expected "prose without HTML";
            found "`{}`", tag.as_str();
            mend "say it in Markdown, or show it by a directive")
    });
    let figure = |path: &str| path.ends_with(".svg") && source.root().join(path).is_file();
    let includes = page.named("include");
    let others = includes.filter(|found| !found.alone || !figure(&page.include(&found.argument).0));
    let others = others.map(|found| {
        problem!(&page.path, found.line;
            expected "outside of code blocks a figure, .svg, that exists, on a line of its own";
            found "`{{{{#include {}}}}}`", found.argument;
            mend "show a program by `{{{{#listing NAME}}}}`, a file by `{{{{#file PATH}}}}`")
    });
    html.chain(others).collect()
}

/// A block holds commands, text about Markdown, or a part of a file.
fn block(source: &Source, page: &Page, block: &Block) -> Option<Problem> {
    let first = block.text.lines().next().unwrap_or_default();
    let (path, line) = (&page.path, block.line);
    match &block.kind {
        BlockKind::Commands | BlockKind::Markdown => None,
        BlockKind::Program => Some(problem!(path, line;
            expected "a program that readers can run by its name, `{{{{#listing NAME}}}}`";
            found "{first:?}";
            mend "move it to examples/NAME.rs")),
        BlockKind::Other(info) if info.is_empty() || info == "indented" => {
            Some(problem!(path, line;
                expected "a block that says what it is";
                found "{first:?}";
                mend "a program and its output are `{{{{#listing NAME}}}}`, a command is `shell`"))
        }
        BlockKind::Other(info) => Some(problem!(path, line;
            expected "a block of one include and nothing else, \
                in a language of one word in small letters";
            found "{first:?} in a `{info}` block";
            mend "put what is typed there into a file; \
                a program and its output are `{{{{#listing NAME}}}}`")),
        BlockKind::File { include, offered } => {
            let mut problem = included(source, page, include, offered.as_deref())?;
            (problem.path, problem.line) = (path.clone(), line);
            Some(problem)
        }
    }
}

/// A part of a file that no test runs stands between anchors; a file that is short is whole.
fn included(source: &Source, page: &Page, include: &str, offered: Option<&str>) -> Option<Problem> {
    let (path, part) = page.include(include);
    if path.starts_with("examples/") || path.starts_with("snapshots/") {
        return Some(problem!("";
            expected "a file that is no program, and no output";
            found "{path}";
            mend "show it by `{{{{#listing NAME}}}}`, which brings its output and its twins"));
    }
    let Ok(text) = source.file(&path) else {
        return Some(problem!("";
            expected "the file {path}"; found "none"; mend "write it, or correct the path"));
    };
    if directive(&text).is_some() {
        return Some(problem!("";
            expected "{path} without what mdBook takes for a directive";
            found "one";
            mend "show it by `{{{{#file PATH}}}}`, which escapes it"));
    }
    if text.starts_with("$ ") {
        return Some(problem!("";
            expected "an output that a program printed";
            found "{path}";
            mend "have a listing print it"));
    }
    if let Some(offered) = offered.filter(|offered| *offered != name(&path) || !part.is_empty()) {
        return Some(problem!("";
            expected "in a block that offers {offered} that file, whole";
            found "{}", format!("{path}:{part}").trim_end_matches(':');
            mend "correct the name behind the fence"));
    }
    let lines = text.lines().count();
    if part.is_empty() {
        return (lines > LONG).then(|| {
            problem!("";
                expected "a long file folded under its name";
                found "{lines} lines of {path}";
                mend "write `{{{{#file {path}}}}}` in place of the block")
        });
    }
    if !regex!(r"^[A-Za-z_]\w*$").is_match(part) {
        return Some(problem!("";
            expected "a whole file, or an anchor";
            found "the part `{part}` of {path}";
            mend "lines move: include the whole file, or what is between anchors"));
    }
    let has = |mark: &str| text.contains(&format!("{mark}: {part}\n"));
    let anchored = has("ANCHOR") && has("ANCHOR_END");
    (!anchored).then(|| {
        problem!("";
            expected "`ANCHOR: {part}` and `ANCHOR_END: {part}` in {path}";
            found "none";
            mend "write them, or include the whole file")
    })
}
