//! Reads the comments above the proofs.

use crate::file_systems::FILE_SYSTEMS;
use crate::lies::LIES;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a line of such a comment begins with.
const KEYS: [&str; 3] = ["killed by: ", "rests on: ", "fails on: "];

/// Where such a comment stands.
const PLACE: &str = "directly above a proof, before its documentation and its attributes";

/// A proof, and what the comment above it says.
#[derive(Default)]
pub(crate) struct Proof {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) killed_by: Vec<&'static str>,
    pub(crate) rests_on: String,
    pub(crate) fails_on: Vec<&'static str>,
}

impl Proof {
    pub(crate) fn is_python(&self) -> bool {
        self.file.extension().is_some_and(|ending| ending == "py")
    }

    /// Its name in the binary of the proofs, behind that of its module.
    pub(crate) fn path(&self) -> String {
        let module = self.file.file_stem().unwrap_or_default();
        format!("{}::{}", module.display(), self.name)
    }

    /// The proof, as a message names it.
    pub(crate) fn named(&self) -> String {
        format!("{}, {}", at(&self.file, self.line), self.name)
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

/// A line of a file, as a message names it.
fn at(file: &Path, line: usize) -> String {
    let file = file.file_name().unwrap_or_default().display();
    format!("tests/proofs/{file}:{line}")
}

/// The proofs of a file. What is wrong with their comments is added to the problems.
pub(crate) fn read(file: &Path, text: &str, problems: &mut Vec<String>) -> Vec<Proof> {
    let lines: Vec<&str> = text.lines().collect();
    let mut proofs = Vec::new();
    let mut elsewhere: BTreeSet<usize> = (0..lines.len())
        .filter(|&at| {
            KEYS.iter()
                .any(|key| comment(lines[at].trim_start()).starts_with(key))
        })
        .collect();
    for (end, line) in lines.iter().enumerate() {
        let function = line.strip_prefix("fn ").or(line.strip_prefix("def "));
        let Some((name, _)) = function.and_then(|rest| rest.split_once('(')) else {
            continue;
        };
        let above = lines[..end]
            .iter()
            .rev()
            .take_while(|line| !line.is_empty());
        let start = end - above.count();

        let mut proof = Proof {
            name: name.into(),
            file: file.into(),
            line: end + 1,
            ..Proof::default()
        };
        let is_proof = match proof.is_python() {
            true => !name.starts_with('_'),
            false => lines[start..end].contains(&"#[test]"),
        };
        if !is_proof {
            continue;
        }
        for line in (start..end).take_while(|&line| !comment(lines[line]).is_empty()) {
            elsewhere.remove(&line);
            if let Err(expected) = proof.add(comment(lines[line])) {
                problems.push(said(
                    &at(file, line + 1),
                    &expected,
                    lines[line],
                    "correct it",
                ));
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
    for line in elsewhere {
        let expected = format!("this comment {PLACE}");
        let mend = "move it there, or delete it";
        problems.push(said(&at(file, line + 1), &expected, "it elsewhere", mend));
    }
    proofs
}

/// What a comment says, in Rust or in Python. That of another line is empty.
fn comment(line: &str) -> &str {
    let text = line.strip_prefix("// ").or(line.strip_prefix("# "));
    text.unwrap_or_default()
}
