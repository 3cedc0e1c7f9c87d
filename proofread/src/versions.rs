//! What the outputs were made with, and the version of each.

use crate::rules::words::locked;
use crate::{Source, harness};
use std::fmt::Write;
use std::process::Command;

/// The name of the snapshot.
pub(crate) const NAME: &str = "tested_with";

/// The table: of this machine where its outputs are accepted, and else as the snapshot has it, as
/// far as that has the form. The versions of the crates are those of Cargo.lock.
pub(crate) fn table<'a>(source: &'a Source) -> String {
    let held = source.snapshots.get(NAME).map_or("", String::as_str);
    let form = |name: &str| match name {
        "system" => regex!(r"^[A-Za-z]+( [0-9]+(\.[0-9]+)?)?$"),
        _ => regex!(r"^[0-9]+(\.[0-9]+)+(-[a-z]+)?$"),
    };
    let held = |name: &str| {
        let mut rows = held.lines().filter_map(|line| row(line));
        let (_, version) = rows.find(|(found, _)| *found == name)?;
        form(name).is_match(version).then(|| version.to_owned())
    };
    let of = |name: &'a str, find: &dyn Fn() -> Option<String>| {
        let version = if source.accepts { None } else { held(name) };
        (name, version.or_else(find))
    };
    let mut rows: Vec<(&str, Option<String>)> = vec![of("Rust", &|| {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        version(Command::new(rustc).arg("-V").current_dir(source.root()))
    })];
    let locked = locked(source);
    for name in source.book.tested_with.iter().flatten() {
        rows.push((name, locked.get(name).map(|versions| versions.join(", "))));
    }
    for (_, command) in &source.book.twins {
        let name = match &**command {
            "python3" => "Python",
            command => command.split_whitespace().next().unwrap_or_default(),
        };
        rows.push(of(name, &|| {
            let words = harness::interpreter(command)?;
            version(Command::new(&words[0]).arg("--version"))
        }));
    }
    rows.push(of("system", &|| Some(system())));
    let mut text = "| what | version |\n|---|---|\n".to_owned();
    for (name, version) in rows {
        // What is not here has run nothing.
        if let Some(version) = version {
            let _ = writeln!(text, "| {name} | {version} |");
        }
    }
    text
}

/// The two cells of a row.
fn row(line: &str) -> Option<(&str, &str)> {
    let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
    cells.split_once(" | ")
}

/// The first version that a command prints.
fn version(command: &mut Command) -> Option<String> {
    let run = command.output().ok()?;
    let text = String::from_utf8_lossy(&run.stdout);
    let found = regex!(r"[0-9]+(?:\.[0-9]+)+(?:-[a-z]+)?").find(&text)?;
    Some(found.as_str().to_owned())
}

/// The system and its release, as far as programs can tell releases apart.
fn system() -> String {
    let run = Command::new("uname").args(["-s", "-r"]).output();
    let text = run.map_or(String::new(), |run| {
        String::from_utf8_lossy(&run.stdout).into_owned()
    });
    let found = regex!(r"^([A-Za-z]+) ([0-9]+\.[0-9]+)").captures(&text);
    found.map_or_else(
        || std::env::consts::OS.to_owned(),
        |found| format!("{} {}", &found[1], &found[2]),
    )
}

#[cfg(test)]
mod tests {
    use super::{NAME, row, table};
    use crate::{Book, Source};
    use std::fs;

    /// The rows of a book whose snapshot has these, on this machine and on the next.
    fn rows(held: &str, here: bool) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tiny");
        crate::new(&root).unwrap();
        let lock = "[[package]]\nname = \"words\"\nversion = \"1.2.3\"\n";
        fs::write(root.join("Cargo.lock"), lock).unwrap();
        let path = root.join(format!("snapshots/{NAME}.snap"));
        let head = "---\nsource: x\n---\n| what | version |\n|---|---|\n";
        fs::write(path, format!("{head}{held}")).unwrap();
        let book = Book::new(&root)
            .twins("py", "python3")
            .tested_with(["words"]);
        let mut source = Source::read(&book).unwrap();
        source.accepts = here;
        let text = table(&source);
        let rows = text.lines().skip(2).map(|line| row(line).unwrap());
        rows.map(|(name, version)| (name.into(), version.into()))
            .collect()
    }

    #[test]
    fn another_machine_leaves_all_but_the_crates() {
        let held =
            "| Rust | 1.0.0 |\n| words | 0.9.0 |\n| Python | 3.0.1 |\n| system | Other 1.0 |\n";
        let row = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        let expected = [
            row("Rust", "1.0.0"),
            row("words", "1.2.3"),
            row("Python", "3.0.1"),
            row("system", "Other 1.0"),
        ];
        assert_eq!(rows(held, false), expected);
        let here = rows(held, true);
        assert_ne!(here[0], expected[0], "what accepts says what it is itself");
        assert_eq!(here[1], expected[1]);
        assert_ne!(here.last(), expected.last());
    }

    #[test]
    fn what_is_no_version_is_not_left() {
        let held = "| Rust | a new one |\n| Python | |\n| system | Linux, I think |\n";
        let found = rows(held, false);
        assert_eq!(found, rows("", true));
        assert_eq!(found[0].0, "Rust");
        assert!(found[0].1.starts_with("1."), "{found:?}");
    }
}
