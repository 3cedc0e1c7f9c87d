//! Reads `book.toml`, also that of a book for an older mdBook.

use crate::level::Level;
use crate::{Problem, paths};
use mdbook_core::config::Config;
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
        let config = Value::Table(table.clone()).try_into::<Config>();
        let config = config.map_err(Error::new).and_then(|config| {
            config.get::<mdbook_core::config::HtmlConfig>("output.html")?;
            Ok(config)
        });
        let error = match config {
            Ok(config) => return Ok((config, unknown)),
            Err(error) => error,
        };
        let told = format!("{error:#}");
        let key = regex!(r"unknown field `([^`]+)`").captures(&told);
        let removed = key.is_some_and(|key| remove(&mut table, "", &key[1], &mut unknown));
        if !removed {
            return Err(wrong(error));
        }
    }
}

/// Removes a key from all tables that mdBook itself reads.
fn remove(table: &mut Table, path: &str, key: &str, removed: &mut Vec<String>) -> bool {
    let mut found = table.remove(key).is_some();
    if found {
        removed.push(format!("{path}{key}"));
    }
    for (name, value) in table {
        let inside = format!("{path}{name}.");
        let others = inside == "preprocessor." || (path == "output." && name != "html");
        if let Value::Table(table) = value
            && !others
        {
            found |= remove(table, &inside, key, removed);
        }
    }
    found
}

/// Returns a function that makes a problem of an error of mdBook about a file.
pub(crate) fn unread(path: &str, expected: &str) -> impl Fn(Error) -> Problem {
    move |error| Problem::new(path, expected, format!("{error:#}"), "correct the file")
}
