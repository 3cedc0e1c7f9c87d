//! The level of each rule, and the places that an author allows.

use crate::page::{Page, line_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// What `proofread check` does with the problems of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// The rule is off.
    Allow,
    /// The problems are reported.
    Warn,
    /// The problems are reported, and the check fails.
    Deny,
}

/// The level of each rule.
pub(crate) type Levels = BTreeMap<&'static str, Level>;

/// A comment of a page that allows one place: `<!-- proofread: allow RULE: REASON -->`.
#[derive(Debug)]
pub(crate) struct Allowed {
    pub(crate) rule: String,
    pub(crate) reason: String,
    pub(crate) line: usize,
    /// The lines of the place. Line 0 stands for the whole page.
    pub(crate) lines: RangeInclusive<usize>,
}

/// Returns the comments of a page that allow places. A comment with other text on its line allows
/// that line. Otherwise, it allows the next block. Above the first text of a page, it also allows
/// problems of the whole page.
pub(crate) fn allowed(page: &Page) -> impl Iterator<Item = Allowed> {
    let comment = regex!(r"<!--\s*proofread:\s*allow\b\s*([^\s:>]*)[ :]*([^>]*?)\s*-->");
    let lines: Vec<&str> = page.text.lines().collect();
    comment.captures_iter(&page.prose).map(move |found| {
        let range = found.get_match().range();
        let line = line_of(&page.prose, range.end);
        let before = page.prose[..range.start].rsplit('\n').next().unwrap_or_default();
        let after = page.prose[range.end..].split('\n').next().unwrap_or_default();
        // The comment may be in a quote or in a list.
        let empty = |text: &str| text.trim_matches([' ', '\t', '>', '-', '*', '+']).is_empty();
        let alone = empty(before) && empty(after);
        let mut covered = line..=line;
        if alone {
            let blank = |line: usize| lines.get(line - 1).is_none_or(|text| empty(text));
            let first = (line + 1..=lines.len()).find(|line| !blank(*line)).unwrap_or(line + 1);
            let mut blocks = page.blocks.iter();
            let block = blocks.find(|block| block.line == first);
            let last = block.map(|block| first + block.text.lines().count() + 1);
            let last = last.or_else(|| (first..=lines.len()).find(|line| blank(line + 1)));
            let start = page.prose[..range.start].trim().is_empty();
            covered = if start { 0 } else { first }..=last.unwrap_or(first);
        }
        Allowed {
            rule: found[1].into(),
            reason: found[2].split_whitespace().collect::<Vec<_>>().join(" "),
            line,
            lines: covered,
        }
    })
}
