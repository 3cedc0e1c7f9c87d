//! Checks that includes lead to files, lines and anchors, and that reference links have a target.

use super::site::Site;
use crate::page::{Directive, includes, line_of};
use crate::{Page, Problem, Source};
use mdbook_markdown::pulldown_cmark::{BrokenLink, LinkType, Options, Parser};
use std::cell::RefCell;
use std::ops::Range;

/// Checks that each include leads to a file, and to lines or an anchor of that file.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in source.pages.values() {
        let found = includes(page).into_iter();
        problems.extend(found.filter_map(|found| lost(source, page, &found)));
        let open =
            regex!(r"(\\?)\{\{\s*#(?:include|rustdoc_include|playground|playpen)\s+[^}\n]+(\}\})?");
        let open = open.captures_iter(&page.text);
        let open = open.filter(|open| open[1].is_empty() && open.get(2).is_none());
        problems.extend(open.map(|open| {
            problem!(&page.path, line_of(&page.text, open.get_match().start());
                expected "the end of the directive, }}}}";
                found "`{}`", open[0].trim_end();
                mend "correct the directive, or write a backslash before it")
        }));
    }
    problems
}

/// Checks that each fenced block ends with a fence. Otherwise, the rest of the page is code.
pub(crate) fn fences(source: &Source) -> Vec<Problem> {
    let pages = source.pages.values();
    let open = pages.flat_map(|page| {
        let blocks = page.blocks.iter().filter(|block| !block.closed);
        blocks.map(|block| {
            problem!(&page.path, block.line;
                expected "a fence that ends this block";
                found "no such fence, so that all text below is code";
                mend "write the fence")
        })
    });
    open.collect()
}

/// Returns the problem of an include that leads nowhere.
fn lost(source: &Source, page: &Page, found: &Directive) -> Option<Problem> {
    let Directive { name, argument, line, .. } = found;
    let argument = argument.split(' ').next().unwrap_or_default();
    if argument.is_empty() {
        return None; // mdBook leaves it as text
    }
    let (path, part) = page.include(argument);
    let wrong = |expected: String, told: String, mend: &str| {
        Some(Problem::at(&page.path, *line, expected, told, mend))
    };
    let text = match source.file(&path) {
        Ok(text) => text,
        Err(Problem { found, mend, .. }) => {
            let told = format!("`{{{{#{name} {argument}}}}}`, but {found}");
            return wrong(format!("the file {path}"), told, &mend);
        }
    };
    let first = part.split(':').next().unwrap_or_default();
    if name.starts_with("play") || first.is_empty() {
        return None;
    }
    if let Ok(first) = first.parse::<usize>() {
        let lines = text.lines().count();
        let few = first > lines;
        return few.then(|| {
            wrong(
                format!("line {first} of {path}"),
                format!("{lines} lines"),
                "correct the numbers",
            )
        })?;
    }
    let has = |mark: &str| {
        let names = text
            .match_indices(mark)
            .map(|(at, _)| text[at + mark.len()..].trim_start_matches([' ', '\t']));
        names
            .map(|rest| rest.split(|it: char| !(it.is_alphanumeric() || "_-".contains(it))).next())
            .any(|name| name == Some(first))
    };
    let lacks = ["ANCHOR:", "ANCHOR_END:"].into_iter().find(|mark| !has(mark))?;
    let mend = "write the line, or correct the name of the anchor";
    wrong(format!("`{lacks} {first}` in {path}"), "no such line".into(), mend)
}

/// Checks that each reference link, `[text][label]`, has a target. Otherwise, a reader sees the
/// brackets.
pub(crate) fn references(site: &Site) -> Vec<Problem> {
    let mut problems = Vec::new();
    for made in &site.pages {
        let lost = RefCell::new(Vec::new());
        let callback = |link: BrokenLink| {
            // A name with dots may be a table of TOML, such as [`output.html`].
            let code = regex!(r"^`[^`.]+`$").is_match(&link.reference);
            let link_type = matches!(link.link_type, LinkType::Reference | LinkType::Collapsed);
            if (code || link_type) && !indexes(&made.text, &link.span) {
                lost.borrow_mut().push((link.span, link.reference.to_string()));
            }
            None
        };
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_GFM
            | Options::ENABLE_DEFINITION_LIST;
        Parser::new_with_broken_link_callback(&made.text, options, Some(callback)).for_each(drop);
        for (span, label) in lost.into_inner() {
            let written = &made.text[span.clone()];
            let (path, line) = made.at(span.start);
            problems.push(problem!(path, line;
                expected "the target of this link, `[{label}]: ...`";
                found "`{written}`, which readers see as text";
                mend "write the target, or correct the label"));
        }
    }
    problems.sort();
    problems.dedup();
    problems
}

/// Returns whether brackets are code or mathematics, such as `array[i][j]`, or escaped.
fn indexes(text: &str, span: &Range<usize>) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || "_)]`".contains(letter);
    // Without two letters in a row, there is nothing to read, except the text of a picture.
    let short = regex!(r"^\[(?:[\[\]\d\s[:punct:]]|\b[A-Za-z]\b)*$");
    text[..span.start].ends_with(word)
        || text[span.clone()].contains(r"\[")
        || short.is_match(&text[span.clone()])
}
