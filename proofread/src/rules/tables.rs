//! A table has a cell for each column, and the rows that a list demands.

use crate::Problem;
use crate::source::{Source, join};

/// Each row is whole, and no demanded row is missing.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in source.pages.values() {
        for row in &page.rows {
            if row.written != row.cells.len() {
                problems.push(Problem::at(
                    &page.path,
                    row.line,
                    format!("a row of {} cells", row.cells.len()),
                    row.written,
                    "write what is missing, or leave the cell empty",
                ));
            }
        }
    }
    for (path, names) in &source.book.rows {
        let path = join(&source.pages_in, path);
        let Some(page) = source.pages.get(&path) else {
            problems.push(Problem::new(
                &*path,
                "a page with demanded rows",
                "none",
                "write it",
            ));
            continue;
        };
        for name in names {
            let row = |row: &crate::markdown::Row| {
                row.cells.first().is_some_and(|cell| {
                    cell.split('`')
                        .skip(1)
                        .step_by(2)
                        .any(|code| code.trim_end_matches("()") == name)
                })
            };
            if !page.rows.iter().any(row) {
                let expected = format!("a row whose first cell holds `{name}`");
                problems.push(Problem::new(&*path, expected, "none", "write one"));
            }
        }
    }
    problems
}
