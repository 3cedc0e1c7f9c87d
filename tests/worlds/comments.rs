//! Reads the comments above the proofs.

use crate::file_systems::FILE_SYSTEMS;
use crate::lies::LIES;
use std::collections::BTreeSet;

/// What a line of such a comment begins with.
const KEYS: [&str; 3] = ["killed by: ", "rests on: ", "fails on: "];

/// Where such a comment stands.
const PLACE: &str = "directly above a proof, before its documentation and its attributes";

/// A proof, and what the comment above it says.
#[derive(Default)]
pub(crate) struct Proof {
    pub(crate) name: String,
    /// From the root of the book.
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

    /// Its name in the binary of the proofs, behind that of its module.
    pub(crate) fn path(&self) -> String {
        let (_, module) = self.file.rsplit_once('/').unwrap_or_default();
        format!("{}::{}", module.trim_end_matches(".rs"), self.name)
    }

    /// The proof, as a message names it.
    pub(crate) fn named(&self) -> String {
        format!("{}:{}, {}", self.file, self.line, self.name)
    }

    /// Adds what a line of the comment says, or returns what was expected.
    fn add(&mut self, line: &str) -> Result<(), String> {
        let lies: Vec<&str> = LIES.iter().map(|(name, _)| *name).collect();
        let systems: Vec<&str> = FILE_SYSTEMS.iter().map(|system| system.name).collect();
        if let Some(names) = line.strip_prefix(KEYS[0]) {
            for name in names.split(", ") {
                // Else a proof that fails by itself there, for its own reason, would do.
                let lie = lies.iter().find(|lie| **lie == name);
                let lie = lie.ok_or_else(|| format!("lies of preload/: {}", lies.join(", ")))?;
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

/// What is wrong: where, what was expected and found, and what mends it.
pub(crate) fn said(place: &str, expected: &str, found: &str, mend: &str) -> String {
    format!("{place}: expected {expected}, found {found}; {mend}")
}

/// The proofs of a file. What is wrong with their comments is added to the problems.
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
                problems.push(said(&place, &expected, lines[at], "correct it"));
            }
        }
        if proof.killed_by.is_empty() == proof.rests_on.is_empty() {
            let expected = format!("a comment with `{}` or `{}`, {PLACE}", KEYS[0], KEYS[1]);
            let mend = "name the lie that makes its sentence false, or say what it rests on, and run: \
                        cargo test -p worlds";
            problems.push(said(&proof.named(), &expected, "neither or both", mend));
        }
        proofs.push(proof);
    }
    for at in elsewhere {
        let (place, expected) = (
            format!("{file}:{}", at + 1),
            format!("this comment {PLACE}"),
        );
        let mend = "move it there, or delete it";
        problems.push(said(&place, &expected, "it elsewhere", mend));
    }
    proofs
}

/// What a comment says, in Rust or in Python. That of another line is empty.
fn comment(line: &str) -> &str {
    let text = line.strip_prefix("// ").or(line.strip_prefix("# "));
    text.unwrap_or_default()
}
