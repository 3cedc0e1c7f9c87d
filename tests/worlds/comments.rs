//! Reads the comments above the proofs.

use crate::file_systems::FILE_SYSTEMS;
use crate::lies::LIES;
use std::collections::BTreeSet;

/// The starts of the lines of such a comment.
const KEYS: [&str; 3] = ["killed by: ", "rests on: ", "fails on: "];

/// The place of such a comment.
const PLACE: &str = "directly above a proof, before its documentation and its attributes";

/// A proof, with the content of the comment above it.
#[derive(Default)]
pub(crate) struct Proof {
    pub(crate) name: String,
    /// The path of the file, relative to the root of the book.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) killed_by: Vec<&'static str>,
    pub(crate) rests_on: String,
    pub(crate) fails_on: Vec<&'static str>,
}

impl Proof {
    pub(crate) fn is_python(&self) -> bool {
        self.file.ends_with(".py")
    }

    /// Returns the name of the test in the binary of the proofs: the module and the name.
    pub(crate) fn path(&self) -> String {
        let (_, module) = self.file.rsplit_once('/').unwrap_or_default();
        format!("{}::{}", module.trim_end_matches(".rs"), self.name)
    }

    /// Returns the place and the name of the proof for a message.
    pub(crate) fn named(&self) -> String {
        format!("{}:{}, {}", self.file, self.line, self.name)
    }

    /// Adds the content of a line of the comment. If the line is wrong, returns the expected text.
    fn add(&mut self, line: &str) -> Result<(), String> {
        let lies: Vec<&str> = LIES.iter().map(|(name, _)| *name).collect();
        let systems: Vec<&str> = FILE_SYSTEMS.iter().map(|system| system.name).collect();
        if let Some(names) = line.strip_prefix(KEYS[0]) {
            for name in names.split(", ") {
                // A name that is not a lie is refused, because the proof may fail there for another
                // reason.
                let lie = lies.iter().find(|lie| **lie == name);
                let lie =
                    lie.ok_or_else(|| format!("names of lies in preload/ ({})", lies.join(", ")))?;
                self.killed_by.push(lie);
            }
        } else if let Some(what) = line.strip_prefix(KEYS[1]) {
            self.rests_on = what.into();
        } else {
            let system = line.strip_prefix(KEYS[2]);
            let name = system.and_then(|system| Some(system.split_once(", where ")?.0));
            let system = systems.iter().find(|system| Some(**system) == name);
            self.fails_on.push(system.ok_or_else(|| {
                let systems = systems.join(", ");
                format!("`killed by: `, `rests on: ` or `fails on: SYSTEM, where …` with {systems}")
            })?);
        }
        Ok(())
    }
}

/// Returns a message: the place, the expected and the found text, and a way to fix the problem.
pub(crate) fn said(place: &str, expected: &str, found: &str, mend: &str) -> String {
    format!("{place}: expected {expected}, found {found}; {mend}")
}

/// Returns the proofs of a file. Adds the problems of their comments to `problems`.
pub(crate) fn read(file: &str, text: &str, problems: &mut Vec<String>) -> Vec<Proof> {
    let lines: Vec<&str> = text.lines().collect();
    let mut proofs = Vec::new();
    let mut elsewhere = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        let comment = comment(line.trim_start());
        if KEYS.iter().any(|key| comment.starts_with(key)) {
            elsewhere.insert(at);
        }
    }
    for (end, line) in lines.iter().enumerate() {
        let function = line.strip_prefix("fn ").or(line.strip_prefix("def "));
        let Some((name, _)) = function.and_then(|rest| rest.split_once('(')) else {
            continue;
        };
        let is_blank = |line: &&str| line.is_empty();
        let start = lines[..end]
            .iter()
            .rposition(is_blank)
            .map_or(0, |at| at + 1);
        let mut proof = Proof {
            name: name.into(),
            file: file.into(),
            line: end + 1,
            ..Proof::default()
        };
        let is_test = || lines[start..end].contains(&"#[test]");
        if name.starts_with('_') || !(proof.is_python() || is_test()) {
            continue;
        }
        for at in (start..end).take_while(|&at| !comment(lines[at]).is_empty()) {
            elsewhere.remove(&at);
            if let Err(expected) = proof.add(comment(lines[at])) {
                let place = format!("{file}:{}", at + 1);
                problems.push(said(&place, &expected, lines[at], "correct the comment"));
            }
        }
        if proof.killed_by.is_empty() == proof.rests_on.is_empty() {
            let expected = format!("a comment with `{}` or `{}`, {PLACE}", KEYS[0], KEYS[1]);
            let mend = "name a lie that makes the sentence false, or write what it rests on; then run: \
                        cargo test -p worlds";
            problems.push(said(
                &proof.named(),
                &expected,
                "neither or both of them",
                mend,
            ));
        }
        proofs.push(proof);
    }
    for at in elsewhere {
        let (place, expected) = (
            format!("{file}:{}", at + 1),
            format!("this comment {PLACE}"),
        );
        let mend = "move the comment there, or delete it";
        problems.push(said(&place, &expected, "it in another place", mend));
    }
    proofs
}

/// Returns the text of a comment in Rust or Python, or an empty text if the line is not a comment.
fn comment(line: &str) -> &str {
    let text = line.strip_prefix("// ").or(line.strip_prefix("# "));
    text.unwrap_or_default()
}
