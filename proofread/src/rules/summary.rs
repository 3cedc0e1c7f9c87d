//! Checks that SUMMARY.md names each page by its title.

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
            mend "write the page, or delete the line")
    });
    // mdBook shows 404.md in place of a page that does not exist.
    let listed = |page: &&Page| !["SUMMARY.md", "404.md"].contains(&name(&page.path));
    let pages = source.pages.values().filter(listed);
    let told = pages.filter_map(|page| match titles.get(&page.path) {
        Some(title) => titled(page, title, &summary),
        None => Some(problem!(&page.path;
            expected "a line of {summary} for this page";
            found "no such line";
            mend "add `- [{}]({})`", title_of(page), source.in_book(&page.path))),
    });
    missing.chain(told).collect()
}

fn title_of(page: &Page) -> &str {
    let first = page.headings.first();
    first.map_or("Title", |heading| &heading.text)
}

/// Checks that a page has one title, the same as in SUMMARY.md.
fn titled(page: &Page, title: &str, summary: &str) -> Option<Problem> {
    let mut heads = page.headings.iter().filter(|heading| heading.level == 1);
    let Some(head) = heads.next() else {
        return Some(problem!(&page.path, 1;
            expected "one title, `# ...`"; found "no title"; mend "write a title"));
    };
    if let Some(second) = heads.next() {
        return Some(problem!(&page.path, second.line;
            expected "one title, `# ...`";
            found "a second, {:?}", second.text;
            mend "write the second as `## ...`"));
    }
    (head.text != title).then(|| {
        problem!(&page.path, head.line;
            expected "the title in {summary}, {title:?}";
            found "{:?}", head.text;
            mend "write the same title in both files")
    })
}
