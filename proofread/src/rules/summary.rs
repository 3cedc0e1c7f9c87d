//! SUMMARY.md names each page, as the page names itself.

use crate::paths::name;
use crate::{Page, Problem, Source};
use std::collections::BTreeMap;

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let summary = format!("{}/SUMMARY.md", source.pages_in);
    let titles: BTreeMap<_, _> = source.summary.iter().cloned().collect();
    let missing = source.summary.iter();
    let missing = missing.filter(|(path, _)| !source.pages.contains_key(path));
    let missing = missing.map(|(path, title)| {
        problem!(&summary;
            expected "the page {path}, {title:?}";
            found "no such file";
            mend "write it, or take its line out")
    });
    // mdBook shows 404.md in place of a page that does not exist.
    let listed = |page: &&Page| !["SUMMARY.md", "404.md"].contains(&name(&page.path));
    let pages = source.pages.values().filter(listed);
    let told = pages.filter_map(|page| match titles.get(&page.path) {
        Some(title) => titled(page, title, &summary),
        None => Some(problem!(&page.path;
            expected "a line of {summary} for it";
            found "none";
            mend "add `- [{}]({})`", title_of(page), source.in_book(&page.path))),
    });
    missing.chain(told).collect()
}

fn title_of(page: &Page) -> &str {
    let first = page.headings.first();
    first.map_or("Title", |heading| &heading.text)
}

/// A page has one title, that of SUMMARY.md.
fn titled(page: &Page, title: &str, summary: &str) -> Option<Problem> {
    let mut heads = page.headings.iter().filter(|heading| heading.level == 1);
    let Some(head) = heads.next() else {
        return Some(problem!(&page.path, 1;
            expected "one title, `# ...`"; found "none"; mend "write one"));
    };
    if let Some(second) = heads.next() {
        return Some(problem!(&page.path, second.line;
            expected "one title, `# ...`";
            found "a second, {:?}", second.text;
            mend "make it `## ...`"));
    }
    (head.text != title).then(|| {
        problem!(&page.path, head.line;
            expected "the title that {summary} gives, {title:?}";
            found "{:?}", head.text;
            mend "make the two the same")
    })
}
