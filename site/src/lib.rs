//! The book: what belongs to it, and the directives that only it has.

use benches::data::{self, Data};
use proofread::{Book, Page, Problem, Source};
use std::path::{Path, PathBuf};

/// The root of the book.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The book. Its figures show the measurements of a reader beside its own, if there are any.
#[must_use]
pub fn book(yours: Option<Data>) -> Book {
    // Without the data of the book each figure says that its data are missing.
    let ours = Data::read(&root(), data::OURS).unwrap_or_default();
    let figure = move |_: &Source, _: &Page, name: &str| {
        if benches::names(&ours).iter().any(|known| known == name) {
            return Ok(benches::made(name, &ours, yours.as_ref()));
        }
        let mend = "correct it, or measure it";
        Err(Problem::new("", "a figure of the data", name, mend))
    };
    Book::new(root())
        .beside(["lorem.txt"])
        .twins("py", "python3")
        .proofs("tests/proofs")
        .tested_with(["memmap2"])
        .directive("figure", true, figure)
        .directive("refused", true, refused)
        .directive("differences", true, differences)
}

/// `{{#refused NAME}}`: a program that rustc refuses, and what rustc says of it.
fn refused(source: &Source, _: &Page, name: &str) -> Result<String, Problem> {
    let path = format!("tests/refused/programs/{name}");
    let block = |info: &str, extension: &str| -> Result<String, Problem> {
        let text = source.file(&format!("{path}.{extension}"))?;
        Ok(format!("```{info}\n{text}```\n"))
    };
    Ok(block("rust,ignore", "rs")? + "\n" + &block("text", "stderr")?)
}

/// `{{#differences}}`: where the type differs from Python's, as the comparison of the two knows it.
fn differences(source: &Source, _: &Page, _: &str) -> Result<String, Problem> {
    let text = source.file("tests/like_python/differences.tsv")?;
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    let rows = rows.map(|(name, what)| format!("| `{name}` | {what} |\n"));
    Ok(format!(
        "| difference | what it is |\n|---|---|\n{}",
        rows.collect::<String>()
    ))
}
