//! Reads a program of `examples/`: its text, its name, the system that it needs, and its twins.

use crate::paths::{extension, folder, name, read, stem};
use proc_macro2::{TokenStream, TokenTree};
use regex::Regex;
use std::collections::BTreeSet;
use std::path::Path;

/// The number of columns that a page shows without scrolling.
pub(crate) const COLUMNS: usize = 80;

/// A listing: a whole program of `examples/`, as a reader copies it.
#[derive(Debug)]
pub struct Program {
    /// The name that all files of the program share, such as `mmap_read`.
    pub name: String,
    /// The path of the program, such as `examples/mmap_read.rs`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The paths of the programs in other languages that print the same.
    pub twins: Vec<String>,
    /// The path of the output, such as `snapshots/mmap_read.snap`.
    pub(crate) snapshot: String,
}

impl Program {
    /// Returns the command that runs the program. It is the first line of the output on a page.
    pub(crate) fn command(&self) -> String {
        format!("$ cargo run --example {}", self.name)
    }

    /// Returns the system that the program needs, or `None` if it runs on every system. A program
    /// that needs a system has a second `main` for all others.
    pub(crate) fn system(&self) -> Option<&str> {
        let other =
            regex!(r#"#\[cfg\(not\((?:target_os = "(\w+)"|(unix|windows))\)\)\]\s*fn main\("#);
        let found = other.captures(&self.text)?;
        Some(found.get(1).or(found.get(2))?.as_str())
    }

    /// Returns the system that the program needs if it cannot run on this system.
    pub(crate) fn needs_another_system(&self) -> Option<&str> {
        let here = [std::env::consts::OS, std::env::consts::FAMILY];
        self.system().filter(|system| !here.contains(system))
    }
}

/// Returns the exit code of a program that says that it fails, such as one that shows a panic.
pub(crate) fn fails(text: &str) -> Option<i32> {
    let said = regex!(r"(?m)^//! Fails with exit code (\d+)\.$").captures(text)?;
    said[1].parse().ok()
}

/// Returns the name of the program of a file: NAME for `examples/NAME.rs` and
/// `examples/NAME/main.rs`.
pub(crate) fn called(path: &str) -> &str {
    match (stem(path), name(folder(path))) {
        ("main", folder) if folder != "examples" => folder,
        (stem, _) => stem,
    }
}

/// Returns the command that accepts the output of a program.
pub(crate) fn accept(name: &str) -> String {
    format!("INSTA_UPDATE=always cargo test {name}.rs")
}

/// Returns the paths of the files of a program: first its own file, then those of its modules. The
/// modules are other programs in the same folder, named by `mod NAME;` or, in Python, `import
/// NAME`.
pub(crate) fn parts(root: &Path, path: &str) -> Vec<String> {
    let mut parts = vec![path.to_owned()];
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        let text = read(root, part).unwrap_or_default();
        let named = regex!(r"(?m)^(?:mod (\w+);|(?:import|from) (\w+))").captures_iter(&text);
        let names = named.filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str()));
        let files = names.map(|name| format!("{}/{name}.{}", folder(path), extension(path)));
        let new = files.filter(|file| !parts.contains(file) && root.join(file).is_file());
        parts.extend(new.collect::<Vec<_>>());
        at += 1;
    }
    parts
}

/// Replaces each `mod NAME;` in a program of a folder by the text of the module. Then the program
/// compiles in any folder, and a changed module changes the text. A module stays as it is within
/// itself, because rustc refuses such a program; `around` has the names of the modules around the
/// text.
pub(crate) fn with_modules(root: &Path, folder: &str, text: &str, around: &[&str]) -> String {
    let line = regex!(r#"(?m)^(?:#\[path = "\w+\.rs"\]\n)?mod (\w+);$"#);
    let whole = |found: &regex::Captures| match read(root, &format!("{folder}/{}.rs", &found[1])) {
        Ok(text) if !around.contains(&&found[1]) => {
            let around = [around, &[&found[1]]].concat();
            format!("mod {} {{\n{}}}", &found[1], with_modules(root, folder, &text, &around))
        }
        _ => found[0].to_owned(),
    };
    line.replace_all(text, whole).into_owned()
}

/// Returns the first segments of all paths in a Rust program: the names of crates and modules.
pub(crate) fn roots(program: &str) -> BTreeSet<String> {
    let code = code(program.parse().unwrap_or_default());
    let all = |form: &Regex, text: &str| -> BTreeSet<String> {
        let found = form.captures_iter(text).filter_map(|found| found.get(1));
        found.map(|name| name.as_str().to_owned()).collect()
    };
    // A name after `::` is not the first one.
    let mut first = all(regex!(r": : \w+|\b([A-Za-z_]\w*) : :(?: \w+ : :)*"), &code);
    let trees = all(regex!(r"\buse ([^;]*)"), &code);
    let names = trees.iter().flat_map(|tree| all(regex!(r"\b(\w+) (?:[,}]|$)"), tree));
    let local = &names.collect::<BTreeSet<_>>() | &all(regex!(r"\bmod (\w+)"), &code);
    // If a module is in scope, its name hides the crate of the same name.
    first.retain(|name| !local.contains(name));
    first.extend(all(regex!(r"\buse (?:\{ )?(?:: : )?(\w+)"), &code));
    first
}

/// Returns the tokens of a program with a space after each. All brackets become braces, and all
/// literals become zeros.
fn code(tokens: TokenStream) -> String {
    let texts = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => format!("{{ {}}} ", code(group.stream())),
        TokenTree::Literal(_) => "0 ".into(),
        other => format!("{other} "),
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::with_modules;

    #[test]
    fn a_module_within_itself_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.rs"), "mod b;\n").unwrap();
        std::fs::write(folder.path().join("b.rs"), "mod a;\n").unwrap();
        let whole = with_modules(folder.path(), ".", "mod a;\n", &[]);
        assert_eq!(whole, "mod a {\nmod b {\nmod a;\n}\n}\n");
    }
}
