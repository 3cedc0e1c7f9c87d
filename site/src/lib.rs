//! The book: its parts, and its own directives.

pub mod tested_with;

use mdbook_driver::config::Config;
use proofread::{Book, Page, Problem, Source};
use speed::data::{self, Data};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Returns the folder of the book.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the book. If a reader has measured too, the figures show those measurements beside ours.
#[must_use]
pub fn book(yours: Option<Data>) -> Book {
    let ours = Arc::new(ours());
    let drawn = ours.clone();
    let figure = move |_: &Source, _: &Page, name: &str| {
        let made = speed::figure(
            name,
            drawn.as_ref().as_ref().map_err(Problem::clone)?,
            yours.as_ref(),
        );
        made.map_err(|error| Problem::new("", "a figure of the data", error, "correct the name"))
    };
    let measured = move |_: &Source, page: &Page, claim: &str| {
        let stem = page.path.rsplit(['/', '.']).nth(1).unwrap_or_default();
        speed::measured(claim, stem, ours.as_ref().as_ref().map_err(Problem::clone)?).map_err(
            |error| {
                let mend = "correct the claim, or measure again";
                Problem::new(
                    "",
                    "a claim that the data bear out",
                    error.to_string(),
                    mend,
                )
            },
        )
    };
    Book::new(root())
        .beside(["lorem.txt"])
        .twins("py", "python3")
        .proofs("tests/proofs")
        .directive("figure", true, figure)
        .directive("measured", false, measured)
        .directive("refused", true, refused)
        .directive("differences", true, differences)
        .directive("tested_with", true, tested_with::table)
        .directive("checkout", true, checkout)
}

/// `{{#refused NAME}}`: a program that rustc refuses, and the message of rustc.
fn refused(source: &Source, _: &Page, name: &str) -> Result<String, Problem> {
    let path = format!("tests/refused/programs/{name}");
    let block = |info: &str, extension: &str| -> Result<String, Problem> {
        let text = source.file(&format!("{path}.{extension}"))?;
        Ok(format!("```{info}\n{text}```\n"))
    };
    Ok(block("rust,ignore", "rs")? + "\n" + &block("text", "stderr")?)
}

/// `{{#checkout}}`: where the source of this site is. A published site does not name a folder of the
/// machine that built it.
fn checkout(_: &Source, _: &Page, _: &str) -> Result<String, Problem> {
    let problem = |error: &dyn std::fmt::Display| {
        Problem::new("book.toml", "settings", error.to_string(), "correct them")
    };
    let path = root().canonicalize().map_err(|error| problem(&error))?;
    let mut config = Config::from_disk(path.join("book.toml")).map_err(|error| problem(&error))?;
    config.update_from_env().map_err(|error| problem(&error))?;
    let html = config.html_config().unwrap_or_default();
    let published = html.site_url.is_some_and(|url| url.starts_with("http"));
    Ok(match html.git_repository_url {
        Some(url) => format!("The source of this book is at <{url}>.\n"),
        None if published => String::new(),
        None => format!(
            "This site was built from the checkout in the folder `{}`.\n",
            path.display()
        ),
    })
}

/// `{{#differences}}`: the differences between our type and Python's, from the test that compares
/// them.
fn differences(source: &Source, _: &Page, _: &str) -> Result<String, Problem> {
    let text = source.file("tests/like_python/differences.tsv")?;
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    let rows = rows.map(|(name, what)| format!("| `{name}` | {what} |\n"));
    Ok(format!(
        "| difference | what it is |\n|---|---|\n{}",
        rows.collect::<String>()
    ))
}

/// Returns the data of the measurements that the book shows.
fn ours() -> Result<Data, Problem> {
    let mend = "measure them: FULL=1 cargo bench -p speed";
    match Data::read(&root(), data::OURS) {
        Ok(Some(data)) => Ok(data),
        Ok(None) => Err(Problem::new(
            data::OURS,
            "measured data",
            "no such file",
            mend,
        )),
        Err(error) => Err(Problem::new(
            data::OURS,
            "measured data",
            error.to_string(),
            mend,
        )),
    }
}
