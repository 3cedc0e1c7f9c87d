//! A name in code font exists, a version is the one that is used, an address is one.

use crate::source::Source;
use crate::{Problem, outputs};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each word in code font stands in a source of the book, of its crates, or of Python.
pub(crate) fn names(source: &Source) -> Vec<Problem> {
    let own = own_texts(source);
    let demanded = source.book.rows.iter().flat_map(|(_, names)| names);
    let known: HashSet<&str> = own
        .iter()
        .flat_map(|text| words(text))
        .chain(source.book.names.iter().chain(demanded).map(String::as_str))
        .collect();
    let mut unknown = BTreeMap::new();
    for page in source.pages.values() {
        for (line, code) in &page.code {
            for word in words(code).filter(|word| !known.contains(word)) {
                unknown.entry(word).or_insert((&page.path, *line));
            }
        }
    }
    if unknown.is_empty() {
        return Vec::new();
    }
    let crates: Vec<String> = crate_folders(source)
        .into_values()
        .flat_map(|folder| texts(&folder, "rs"))
        .collect();
    unknown.retain(|name, _| !crates.iter().any(|text| holds(text, name)));
    if !unknown.is_empty() && !source.book.twins.is_empty() {
        match python_names(source) {
            Some(names) => unknown.retain(|name, _| !names.contains(*name)),
            None => unknown.clear(), // without Python nobody can tell
        }
    }
    let problem = |(name, (path, line)): (&str, (&String, usize))| {
        Problem::at(
            path,
            line,
            "in code font a name of this book, its crates or Python",
            format!("`{name}`"),
            "correct it, or name it in Book::names: std does not count",
        )
    };
    unknown.into_iter().map(problem).collect()
}

/// The names in a text: of two letters at least, and no numbers.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words.filter(|word| word.len() > 1 && !word.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// What is written in this project, but for the pages.
fn own_texts(source: &Source) -> Vec<String> {
    let mut files = Vec::new();
    let endings = ["rs", "py", "toml", "snap", "lock", "yml", "run", "sh"];
    for entry in fs::read_dir(&source.book.root)
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') && name != ".github" && name != ".ci";
        if !hidden && name != "target" && name != source.pages_in {
            files.extend(source.book.files(&name, &endings).unwrap_or_default());
        }
    }
    // What a file is called is a name too.
    let names = files.join("\n");
    let texts = files
        .iter()
        .filter_map(|path| fs::read_to_string(source.book.root.join(path)).ok());
    texts.chain([names]).collect()
}

/// Whether a text holds a name, and not only a longer one.
fn holds(text: &str, name: &str) -> bool {
    let part = |letter: Option<char>| {
        letter.is_some_and(|letter| letter == '_' || letter.is_alphanumeric())
    };
    text.match_indices(name).any(|(at, _)| {
        !part(text[..at].chars().next_back()) && !part(text[at + name.len()..].chars().next())
    })
}

/// The texts of a folder and of those in it.
pub(crate) fn texts(folder: &Path, ending: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
        {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                texts.extend(fs::read_to_string(path));
            }
        }
    }
    texts
}

/// Where cargo keeps the sources of the crates that the programs use.
pub(crate) fn crate_folders(source: &Source) -> BTreeMap<String, PathBuf> {
    let mut names = source.crates("dependencies");
    names.extend(source.crates("dev-dependencies"));
    let locked = locked(source);
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
        .unwrap_or_default();
    let mut folders = BTreeMap::new();
    for registry in fs::read_dir(home.join("registry/src"))
        .into_iter()
        .flatten()
        .flatten()
    {
        for name in &names {
            for version in locked.get(name).into_iter().flatten() {
                let folder = registry.path().join(format!("{name}-{version}"));
                if folder.is_dir() {
                    folders.insert(name.clone(), folder);
                }
            }
        }
    }
    folders
}

/// The versions in Cargo.lock, by the name of the package.
pub(crate) fn locked(source: &Source) -> BTreeMap<String, Vec<String>> {
    let lock = source.toml("Cargo.lock");
    let mut locked = BTreeMap::<_, Vec<String>>::new();
    for package in lock
        .get("package")
        .and_then(|list| list.as_array())
        .into_iter()
        .flatten()
    {
        let get = |key: &str| {
            package
                .get(key)
                .and_then(|value| value.as_str())
                .map(str::to_owned)
        };
        if let (Some(name), Some(version)) = (get("name"), get("version")) {
            locked.entry(name).or_default().push(version);
        }
    }
    locked
}

/// The names that Python knows: its words, and what is in the modules that the twins import.
fn python_names(source: &Source) -> Option<BTreeSet<String>> {
    let program = "
import builtins, importlib, keyword, sys
names = set(keyword.kwlist) | set(dir(builtins)) | {'self'}
for module in map(importlib.import_module, sys.argv[1:]):
    names |= set(dir(module)).union(*(dir(value) for value in vars(module).values()))
print('\\n'.join(names))";
    let import = regex!(r"(?m)^[ \t\n]*(?:import|from) ([A-Za-z0-9_]+)");
    let modules: BTreeSet<&str> = source
        .twins
        .values()
        .flat_map(|text| {
            import
                .captures_iter(text)
                .map(|found| found.extract::<1>().1[0])
        })
        .collect();
    let run = Command::new(outputs::python()?)
        .args(["-c", program])
        .args(modules)
        .output()
        .ok()?;
    let names = String::from_utf8_lossy(&run.stdout);
    Some(names.lines().map(str::to_owned).collect())
}

/// A version in a link, a sentence or a command is that of Cargo.lock; an item that a link to
/// docs.rs names is in the source of its crate; an address is one.
pub(crate) fn addresses(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let locked = locked(source);
    let version_of = |name: &str| {
        // The command mdbook and its library have one version.
        let library = if name == "mdbook" {
            "mdbook-driver"
        } else {
            name
        };
        locked
            .get(name)
            .or_else(|| locked.get(library))
            .filter(|versions| versions.len() == 1)?
            .first()
    };
    let address = regex!(r"^https?://[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+(:[0-9]+)?(/[^ \t\n]*)?$");
    let docs = regex!(r"^https://docs\.rs/([A-Za-z0-9_-]+)/([^/]+)/(.*)$");
    let crates_io = regex!(r"^https://crates\.io/crates/([A-Za-z0-9_-]+)/([^/]+)");
    let item = regex!(
        r"(?:struct|enum|trait|fn|macro|type|constant|union)\.([A-Za-z0-9_]+)\.html|#[A-Za-z0-9_]+\.([A-Za-z0-9_]+)"
    );
    let named = regex!(
        r"`?(?-u:\b)([a-z][A-Za-z0-9_-]+)`? (?:--version |version )?v?([0-9]+\.[0-9]+(?:\.[0-9]+)?)(?-u:\b)"
    );
    let folders = crate_folders(source);
    let readme = readme(source);
    for page in source.pages.values().chain(&readme) {
        let mut problem = |line: usize, expected: String, found: &str, mend: &str| {
            problems.push(Problem::at(&page.path, line, expected, found, mend));
        };
        for link in &page.links {
            let to = &link.to;
            let outside = to.contains(':')
                || to.starts_with("//")
                || to.starts_with("http")
                || to.starts_with("www.");
            if outside && !to.starts_with("mailto:") && !address.is_match(to) {
                problem(
                    link.line,
                    "an address, https://host/...".into(),
                    to,
                    "correct it",
                );
            }
            for (_, [name, version]) in [&docs, &crates_io].iter().filter_map(|form| {
                let found = form.captures(to)?;
                Some((0, [found.get(1)?.as_str(), found.get(2)?.as_str()]))
            }) {
                if version_of(name)
                    .is_some_and(|locked| !is_of(locked, version) && version != "latest")
                {
                    let expected = version_of(name).cloned().unwrap_or_default();
                    problem(
                        link.line,
                        format!("{name} {expected}, as in Cargo.lock"),
                        to,
                        "correct the link",
                    );
                }
            }
            if let Some(found) = docs.captures(to) {
                let Some(folder) = folders.get(&found[1]) else {
                    continue;
                };
                let source = texts(folder, "rs");
                for item in item.captures_iter(&found[3]) {
                    let name = item.get(1).or(item.get(2)).map_or("", |name| name.as_str());
                    if !source.iter().any(|text| holds(text, name)) {
                        problem(
                            link.line,
                            format!("an item of {}", &found[1]),
                            to,
                            "correct the link",
                        );
                    }
                }
            }
        }
        let mut sentences: Vec<(usize, String)> =
            (1..).zip(page.text.lines().map(str::to_owned)).collect();
        sentences.retain(|(_, text)| text.contains(|c: char| c.is_ascii_digit()));
        for (line, text) in &sentences {
            for found in named.captures_iter(text) {
                let Some(locked) = version_of(&found[1]) else {
                    continue;
                };
                if !is_of(locked, &found[2]) {
                    let expected = format!("{} {locked}, as in Cargo.lock", &found[1]);
                    problem(*line, expected, &found[0], "write the version that is used");
                }
            }
        }
    }
    problems
}

/// Whether a version is the one that is used, or its beginning.
fn is_of(locked: &str, version: &str) -> bool {
    locked == version || locked.starts_with(&format!("{version}."))
}

/// README.md, where there is one.
pub(crate) fn readme(source: &Source) -> Option<crate::Page> {
    let text = source.book.read("README.md").ok()?;
    Some(crate::Page::new("README.md", text.replace("\r\n", "\n")))
}
