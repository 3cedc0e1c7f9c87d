//! A table has a cell for each column, and the rows that a list demands.

use crate::rules::words::{crate_folders, texts};
use crate::source::{Source, join};
use crate::{Problem, api};

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
    let mut demanded = source.book.rows.clone();
    for (page, name) in &source.book.apis {
        match public_names(source, name) {
            Ok(names) => demanded.push((page.clone(), names)),
            Err(found) => {
                let expected = format!("the source of {name}, as cargo keeps it");
                problems.push(Problem::new("Cargo.toml", expected, found, "cargo fetch"));
            }
        }
    }
    for (path, names) in &demanded {
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

/// What the source of a crate makes public, or what is the matter with it.
fn public_names(source: &Source, name: &str) -> Result<Vec<String>, String> {
    let folders = crate_folders(source);
    let folder = folders.get(name).ok_or("none")?.join("src");
    let lib = std::fs::read_to_string(folder.join("lib.rs"));
    let lib = lib.map_err(|error| error.to_string())?;
    let names = api::names(&lib, &texts(&folder, "rs")).map_err(|error| error.to_string())?;
    if names.is_empty() {
        return Err("one that makes nothing public".into());
    }
    Ok(names.into_iter().collect())
}
