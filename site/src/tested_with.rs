//! The versions with which the outputs were accepted.

use proofread::{Page, Problem, Source, find_python};
use std::process::Command;

/// The path of the file with the versions: a name and a version on each line.
const PATH: &str = "snapshots/tested_with.tsv";

/// `{{#tested_with}}`: a table of the versions.
pub(crate) fn table(source: &Source, _: &Page, _: &str) -> Result<String, Problem> {
    let rows = versions(source)?.into_iter();
    let rows = rows.map(|(name, version)| format!("| {name} | {version} |\n"));
    Ok("| what | version |\n|---|---|\n".to_owned() + &rows.collect::<String>())
}

/// Returns the versions. The version of memmap2 is the one in Cargo.lock.
///
/// # Errors
///
/// Returns an error if the file is missing or has another form.
pub fn versions(source: &Source) -> Result<Vec<(String, String)>, Problem> {
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(source.file(PATH)?.lines()) {
        let Some((name, version)) = text.split_once('\t') else {
            let mend = "make it anew: INSTA_UPDATE=always cargo test";
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
    let memmap2 = source.locked("memmap2").unwrap_or("none").to_owned();
    rows.insert(1.min(rows.len()), ("memmap2".to_owned(), memmap2));
    Ok(rows)
}

/// A rule: the file exists. A run that accepts outputs writes it.
#[must_use]
pub fn accepted(source: &Source) -> Vec<Problem> {
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let python = find_python().and_then(|python| version(Command::new(python).arg("-V")));
        let rows = [
            ("Rust", version(Command::new(rustc).arg("-V"))),
            ("Python", python),
            ("system", version(Command::new("uname").args(["-s", "-r"]))),
        ];
        let known = rows
            .into_iter()
            .filter_map(|(name, found)| Some((name, found?)));
        let text: String = known
            .map(|(name, found)| format!("{name}\t{found}\n"))
            .collect();
        if let Err(error) = std::fs::write(source.root().join(PATH), text) {
            return vec![Problem::new(
                PATH,
                "a file to write",
                error.to_string(),
                "free disk space",
            )];
        }
    }
    versions(source).err().into_iter().collect()
}

/// Returns the version that a command prints. For a system, returns its name and the first two
/// numbers of its release.
fn version(command: &mut Command) -> Option<String> {
    let run = command.output().ok()?;
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["Python" | "rustc", version, ..] => Some(version.to_owned()),
        [system, release] => {
            let parts: Vec<&str> = release.split('.').take(2).collect();
            Some(format!("{system} {}", parts.join(".")))
        }
        _ => None,
    }
}
