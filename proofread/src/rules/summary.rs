//! SUMMARY.md names each page, as the page names itself.

use crate::paths::name;
use crate::{Page, Problem, Source};
use std::collections::BTreeMap;

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let summary = format!("{}/SUMMARY.md", source.pages_in);
    let titles: BTreeMap<_, _> = source
        .summary
        .iter()
        .map(|(path, title)| (path, title))
        .collect();
    let mut problems = Vec::new();
    for (path, title) in &source.summary {
        if !source.pages.contains_key(path) {
            let expected = format!("the page {path}, {title:?}");
            let mend = "write it, or take its line out";
            problems.push(Problem::new(&summary, expected, "no such file", mend));
        }
    }
    // mdBook shows 404.md in place of a page that does not exist.
    let listed = |page: &&Page| !["SUMMARY.md", "404.md"].contains(&name(&page.path));
    for page in source.pages.values().filter(listed) {
        match titles.get(&page.path) {
            Some(title) => problems.extend(titled(page, title, &summary)),
            None => {
                let line = format!("- [{}]({})", page.title(), source.in_book(&page.path));
                let expected = format!("a line of {summary} for it");
                problems.push(Problem::new(
                    &page.path,
                    expected,
                    "none",
                    format!("add `{line}`"),
                ));
            }
        }
    }
    problems
}

/// A page has one title, that of SUMMARY.md.
fn titled(page: &Page, title: &str, summary: &str) -> Option<Problem> {
    let mut heads = page.headings.iter().filter(|heading| heading.level == 1);
    let (line, expected, found, mend) = match (heads.next(), heads.next()) {
        (None, _) => (
            1,
            "one title, `# ...`".to_owned(),
            "none".to_owned(),
            "write one",
        ),
        (_, Some(second)) => {
            let found = format!("a second, {:?}", second.text);
            (
                second.line,
                "one title, `# ...`".into(),
                found,
                "make it `## ...`",
            )
        }
        (Some(head), None) if head.text != title => {
            let expected = format!("the title that {summary} gives, {title:?}");
            (
                head.line,
                expected,
                format!("{:?}", head.text),
                "make the two the same",
            )
        }
        _ => return None,
    };
    Some(Problem::at(&page.path, line, expected, found, mend))
}
