//! Checks that each name in code font is in a source of the book, of its crates, or in Python.

use crate::cargo::rust_files;
use crate::paths::{files, read};
use crate::{Problem, Source, find_python};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::process::Command;

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let own = own_texts(source);
    let known: HashSet<&str> = own.iter().flat_map(|text| words(text)).collect();
    let mut unknown = BTreeMap::new();
    for page in source.pages.values() {
        for (line, code) in &page.code {
            let named = |word: &&str| source.book.names.iter().any(|name| name == word);
            for word in words(code).filter(|word| !known.contains(word) && !named(word)) {
                unknown.entry(word).or_insert((&page.path, *line));
            }
        }
    }
    if unknown.is_empty() {
        return Vec::new();
    }
    let folders = source.cargo.sources().into_values();
    let crates: Vec<String> = folders.flat_map(|folder| rust_files(&folder)).collect();
    unknown.retain(|name, _| !crates.iter().any(|text| holds(text, name)));
    if !unknown.is_empty() && !source.book.twins.is_empty() {
        match python_names(source) {
            Some(names) => unknown.retain(|name, _| !names.contains(*name)),
            None => unknown.clear(), // without Python, its names are unknown
        }
    }
    let unknown = unknown.into_iter();
    let problems = unknown.map(|(name, (path, line))| {
        problem!(path, line;
            expected "in code font, a name from the sources of this book, of its crates or of Python";
            found "`{name}`";
            mend "correct the name; if it is right, for example a name of std, add it to Book::names")
    });
    problems.collect()
}

/// Returns the names in a text that have at least two characters and do not start with a digit.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words.filter(|word| word.len() > 1 && !word.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// Returns the texts of all sources of this project except its pages, and the paths of these
/// sources.
fn own_texts(source: &Source) -> Vec<String> {
    let root = source.root();
    let extensions = ["rs", "py", "toml", "snap", "lock", "yml", "run", "sh"];
    let mut paths = files(root, "", &extensions);
    let pages = format!("{}/", source.pages_in);
    paths.retain(|path| !path.starts_with(&pages));
    let names = paths.join("\n");
    paths.iter().filter_map(|path| read(root, path).ok()).chain([names]).collect()
}

/// Returns whether a text has a name as a whole word.
pub(crate) fn holds(text: &str, name: &str) -> bool {
    let part = |letter: char| letter == '_' || letter.is_alphanumeric();
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + name.len()..].starts_with(part))
}

/// Returns the names that Python knows: keywords, built-in names, and the names in the modules that
/// twins import. Returns `None` if Python is not installed.
fn python_names(source: &Source) -> Option<BTreeSet<String>> {
    let program = "
import builtins, importlib, keyword, sys
names = set(keyword.kwlist) | set(dir(builtins)) | {'self'}
for module in map(importlib.import_module, sys.argv[1:]):
    names |= set(dir(module)).union(*(dir(value) for value in vars(module).values()))
print('\\n'.join(names))";
    let import = regex!(r"(?m)^[ \t\n]*(?:import|from) ([A-Za-z0-9_]+)");
    let twins = source.programs.iter().flat_map(|program| &program.twins);
    let texts: Vec<String> = twins.filter_map(|path| source.file(path).ok()).collect();
    let imports = texts.iter().flat_map(|text| import.captures_iter(text));
    let modules = imports.map(|found| found[1].to_owned());
    // A twin may import another twin, which is not a module of Python.
    let modules = modules.filter(|module| source.program(module).is_none());
    let modules: BTreeSet<String> = modules.collect();
    let mut python = Command::new(find_python()?);
    let run = python.args(["-S", "-c", program]).args(modules).output().ok()?;
    let names = String::from_utf8_lossy(&run.stdout);
    Some(names.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_text_holds_a_name_and_not_as_a_part_of_a_longer_one() {
        for text in ["map", "a map", "map.len()", "remap, map", "(map)"] {
            assert!(holds(text, "map"), "{text}");
        }
        for text in ["", "remap", "maps", "map_mut", "raw_map", "map2"] {
            assert!(!holds(text, "map"), "{text}");
        }
    }
}
