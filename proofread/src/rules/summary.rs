//! Checks that SUMMARY.md names each page by its title.

use crate::page::includes;
use crate::paths::{folder, join, name};
use crate::{Page, Problem, Source};
use std::collections::BTreeSet;

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let summary = source.summary_path();
    let titles = source.summary.iter().filter_map(|(path, title)| {
        let page = source.pages.get(path)?;
        titled(page, title, &summary)
    });
    missing(source).into_iter().chain(orphans(source)).chain(titles).collect()
}

/// Checks that each page that SUMMARY.md names exists.
pub(crate) fn missing(source: &Source) -> Vec<Problem> {
    let summary = source.summary_path();
    let named = source.pages.get(&summary).map_or(&[][..], |page| &page.links);
    let missing = source.summary.iter().filter(|(path, _)| !source.pages.contains_key(path));
    let missing = missing.filter_map(|(path, title)| {
        let mut named = named.iter();
        let line = named.find(|(_, to)| join(&source.pages_in, to) == *path);
        let error = source.file(path).err()?.found;
        Some(problem!(&summary, line.map_or(0, |(line, _)| *line);
            expected "the page {path}, {title:?}";
            found "{error}";
            mend "write the page, or delete the line"))
    });
    missing.collect()
}

/// Checks that SUMMARY.md names each page that no other page includes.
pub(crate) fn orphans(source: &Source) -> Vec<Problem> {
    let summary = source.summary_path();
    let all = source.pages.values();
    let included = all
        .clone()
        .flat_map(|page| includes(page).into_iter().map(|found| page.include(&found.argument).0));
    let included: BTreeSet<String> = included.collect();
    let named: BTreeSet<&String> = source.summary.iter().map(|(path, _)| path).collect();
    // A folder with a SUMMARY.md of its own is another book.
    let books = all.clone().filter(|page| name(&page.path) == "SUMMARY.md");
    let others = books.map(|page| folder(&page.path)).filter(|path| *path != source.pages_in);
    let others: Vec<String> = others.map(|path| format!("{path}/")).collect();
    // mdBook shows 404.md in place of a page that does not exist. If the pages lie in the folder of
    // the project, README.md and its like are about the project.
    let orphan = |page: &&Page| {
        !["SUMMARY.md", "404.md"].contains(&name(&page.path))
            && !regex!("^[A-Z_]+\\.md$").is_match(&page.path)
            && !named.contains(&page.path)
            && !included.contains(&page.path)
            && !others.iter().any(|other| page.path.starts_with(other))
    };
    let orphans = all.filter(orphan).map(|page| {
        problem!(&page.path;
            expected "a line of {summary} for this page";
            found "no such line";
            mend "add `- [{}]({})`", title_of(page), source.in_book(&page.path))
    });
    orphans.collect()
}

fn title_of(page: &Page) -> &str {
    page.headings.first().map_or("Title", |heading| &heading.text)
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
