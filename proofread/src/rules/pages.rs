//! Checks that tested text is shown by directives, and not typed into a page.

use super::includes;
use crate::page::{Block, directive, directives, line_of};
use crate::{Page, Problem, Source};

/// Checks the prose, the blocks and the tables of each page.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = [includes::check(source), includes::fences(source)].concat();
    for page in source.pages.values() {
        problems.extend(prose(source, page));
        let blocks = page.blocks.iter();
        problems.extend(blocks.filter_map(|found| block(source, page, found)));
        // mdBook also expands its directives within code and typed Markdown.
        let typed = page.blocks.iter().filter(|block| block.info == "markdown");
        let typed = typed.map(|block| (block.line, &block.text));
        let code = page.code.iter().map(|(line, code)| (*line, code));
        let shown = code.chain(typed);
        let resolved = shown.filter(|(_, text)| directive(text).is_some());
        problems.extend(resolved.map(|(line, text)| {
            problem!(&page.path, line;
                expected "code without a directive of mdBook";
                found "{text:?}";
                mend "delete the directive, or write a backslash before it")
        }));
        let rows = page.rows.iter();
        let uneven = rows.filter(|row| row.written != row.cells.len());
        problems.extend(uneven.map(|row| {
            problem!(&page.path, row.line;
                expected "a row of {} cells", row.cells.len();
                found "{} cells", row.written;
                mend "add the missing cells (they may be empty), or delete the extra cells")
        }));
    }
    problems
}

/// Checks that the prose has no HTML and that it includes only figures.
fn prose(source: &Source, page: &Page) -> Vec<Problem> {
    let tags = regex!(r"<[!/]?[a-zA-Z-]+[^>]*>").find_iter(&page.prose);
    let html = tags.filter(|tag| !tag.as_str().starts_with("<http"));
    let html = html.map(|tag| {
        problem!(&page.path, line_of(&page.prose, tag.start());
            expected "prose without HTML";
            found "`{}`", tag.as_str();
            mend "write Markdown, or use a directive")
    });
    let figure = |path: &str| path.ends_with(".svg") && source.root().join(path).is_file();
    let includes = page.named("include");
    let others = includes.filter(|found| !found.alone || !figure(&page.include(&found.argument).0));
    let others = others.map(|found| {
        problem!(&page.path, found.line;
            expected "outside of code blocks, only includes of existing figures (.svg) on their own lines";
            found "`{{{{#include {}}}}}`", found.argument;
            mend "to show a program, write `{{{{#listing NAME}}}}`; for a file, `{{{{#file PATH}}}}`")
    });
    html.chain(others).collect()
}

/// Checks that a block holds commands, an example of Markdown, or a part of a file.
fn block(source: &Source, page: &Page, block: &Block) -> Option<Problem> {
    let first = block.text.lines().next().unwrap_or_default();
    let (info, text) = (&*block.info, block.text.trim_end_matches('\n'));
    let mut all = directives(text).into_iter();
    let include = all.find(|found| found.name == "include" && found.range.len() == text.len());
    let of_file = regex!("^[a-z]+$").is_match(info) && !["indented", "rs"].contains(&info);
    let (expected, found, mend) = match (info, include) {
        ("shell" | "markdown", _) => return None,
        (_, Some(include)) if of_file => {
            let (file, part) = page.include(&include.argument);
            let anchor = regex!(r"^[A-Za-z_]\w*$").is_match(part);
            let typed = ["examples/", "snapshots/"].iter().any(|own| file.starts_with(own));
            // Another rule reports a file that does not exist.
            let text = source.file(&file).ok()?;
            if anchor && !typed && directive(&text).is_none() {
                return None;
            }
            (
                "an include of the lines between two anchors, without a directive of mdBook",
                format!("`{}`", include.argument),
                "for a program, write `{{#listing NAME}}`; for a whole file, `{{#file PATH}}`",
            )
        }
        ("rust", _) => (
            "`{{#listing NAME}}`, so that readers can run the program by its name",
            format!("{first:?} typed into a `rust` block"),
            "move the program to examples/NAME.rs",
        ),
        ("" | "indented", _) => (
            "a block with a language after its fence",
            format!("{first:?} in a block without a language"),
            "for a program or an output, write `{{#listing NAME}}`; for a command, a `shell` block",
        ),
        _ => (
            "text that a test checks, in place of typed text",
            format!("{first:?} in a `{info}` block"),
            "for a program or an output, write `{{#listing NAME}}`; move other text to a file",
        ),
    };
    Some(Problem::at(&page.path, block.line, expected, found, mend))
}
