//! Reads `book.toml`, also that of a book for an older mdBook.

use crate::level::Level;
use crate::{Problem, paths};
use mdbook_core::config::{Config, HtmlConfig};
use mdbook_core::errors::Error;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// The table `[preprocessor.proofread]` of `book.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    pub(crate) rules: BTreeMap<String, Level>,
    /// The commands that `--run` may run besides the programs of the package.
    pub(crate) commands: Vec<String>,
    /// The Cargo.toml whose crates the blocks use, relative to the folder of `book.toml`.
    pub(crate) manifest_path: Option<PathBuf>,
    // The keys that mdBook reads.
    command: IgnoredAny,
    renderers: IgnoredAny,
    before: IgnoredAny,
    after: IgnoredAny,
    optional: IgnoredAny,
}

/// Returns the settings of a book, and the keys that this version of mdBook does not know.
pub(crate) fn read(root: &Path) -> Result<(Config, Vec<String>), Problem> {
    // If book.toml is missing, mdBook assumes a book in `src`.
    if !root.join("book.toml").is_file() {
        return Err(problem!("book.toml";
            expected "the settings of an mdBook"; found "no such file"; mend "name the folder of book.toml"));
    }
    let text = paths::read(root, "book.toml")?;
    let wrong = |error: Error| unread("book.toml", "the settings of an mdBook")(error);
    let mut table: Table = text.parse().map_err(|error| wrong(Error::new(error)))?;
    let mut unknown = Vec::new();
    loop {
        let config = Value::Table(table.clone()).try_into::<Config>().map_err(Error::new);
        let html = |config: &Config| config.get::<HtmlConfig>("output.html").map(drop);
        let (error, within) = match config.map(|config| (html(&config), config)) {
            Ok((Ok(()), config)) => return Ok((config, unknown)),
            Ok((Err(error), _)) => (error, "output.html."),
            Err(error) => (error, ""),
        };
        let form = regex!(r"unknown field `([^`]+)`, expected .*\n?(?:in `([^`]+))?");
        let removed = form.captures(&format!("{error:#}")).and_then(|found| {
            let path = within.to_owned() + found.get(2).map_or("", |path| path.as_str());
            let mut path: Vec<&str> = path.split_terminator('.').collect();
            let key = &found[1];
            let mut names = path.iter();
            let inner = names.try_fold(&mut table, |all, name| all.get_mut(*name)?.as_table_mut());
            inner?.remove(key)?;
            path.push(key);
            Some(path.join("."))
        });
        unknown.push(removed.ok_or_else(|| wrong(error))?);
    }
}

/// Returns a function that makes a problem of an error of mdBook about a file.
pub(crate) fn unread(path: &str, expected: &str) -> impl Fn(Error) -> Problem {
    move |error| Problem::new(path, expected, format!("{error:#}"), "correct the file")
}
