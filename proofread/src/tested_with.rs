//! The versions that the outputs were accepted with.

use crate::program::accept;
use crate::{Problem, Source};

/// What the run that accepted the outputs was: a name and a version on each line.
pub(crate) const PATH: &str = "snapshots/tested_with.tsv";

/// A table of the versions. Those of crates are the ones in Cargo.lock.
pub(crate) fn table(source: &Source) -> Result<String, Problem> {
    let mut text = "| what | version |\n|---|---|\n".to_owned();
    for (name, version) in versions(source)? {
        text += &format!("| {name} | {version} |\n");
    }
    Ok(text)
}

/// The versions, crates included.
pub(crate) fn versions(source: &Source) -> Result<Vec<(String, String)>, Problem> {
    let held = source.file(PATH)?;
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(held.lines()) {
        let Some((name, version)) = text.split_once('\t') else {
            let mend = format!("make it anew: {}", accept(""));
            return Err(Problem::at(
                PATH,
                line,
                "a name, a tab and a version",
                text,
                mend,
            ));
        };
        rows.push((name.to_owned(), version.to_owned()));
    }
    for name in &source.book.tested_with {
        let Some(locked) = source.cargo.locked.get(name) else {
            let expected = format!("{name}, which Book::tested_with names");
            let mend = "name a crate that the programs use";
            return Err(Problem::new("Cargo.lock", expected, "no such crate", mend));
        };
        rows.insert(1.min(rows.len()), (name.clone(), locked.join(", ")));
    }
    Ok(rows)
}
