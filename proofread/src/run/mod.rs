//! Runs programs, and checks that each prints the same output in every environment.

pub(crate) mod tools;
pub(crate) mod verdicts;

use crate::page::directive;
use crate::process::{UNLIKE, command, in_environment, of_here, world};
use crate::program::{COLUMNS, fails, parts};
use crate::{Book, Problem, process};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};
use tools::executable;
use verdicts::Key;
use walkdir::WalkDir;

/// The largest number of lines of an output on a page.
const LINES: usize = 200;

/// Returns whether this run of the tests accepts new outputs.
pub(crate) fn accepts() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always" || how == "force")
}

/// A program, as the tests run it.
pub(crate) struct Run<'a> {
    pub(crate) book: &'a Book,
    /// The path of the source, for messages.
    pub(crate) path: &'a str,
    /// The command line.
    pub(crate) words: &'a [OsString],
}

impl Run<'_> {
    /// Returns the output of the program in two different environments, or the output of an earlier
    /// run with the same input.
    ///
    /// # Errors
    ///
    /// Returns an error if the program fails, writes to stderr, leaves or changes a file, or prints
    /// another output in the second environment, or if a page cannot show the output.
    pub(crate) fn printed(&self) -> Result<String, Problem> {
        let key = self.key("output");
        if let Some(output) = key.passed() {
            return Ok(output);
        }
        let text = fs::read_to_string(self.book.root.join(self.path)).unwrap_or_default();
        // If the source uses hashes, the output may depend on random keys, so it runs more often.
        let hashes = regex!(r"HashMap|HashSet|RandomState|DefaultHasher|set\(|hash\(");
        let times = if hashes.is_match(&text) { 8 } else { 2 };
        let first = self.start(0, false)?;
        for time in 1..times {
            let found = self.start(time % 2, false)?;
            if first != found {
                let differs = UNLIKE.map(|(name, _)| name).join(", ");
                return Err(problem!(self.path;
                    expected "the same output in every run:\n{first}";
                    found "another output:\n{found}";
                    mend "make the output the same in every run: the runs differ in {differs}"));
            }
        }
        presentable(self.path, &first)?;
        self.of_everywhere(&first)?;
        key.keep(&first);
        Ok(first)
    }

    /// Checks that an output does not contain words of this machine or of today.
    fn of_everywhere(&self, output: &str) -> Result<(), Problem> {
        let (root, target) = (&*self.book.root, executable(""));
        let target = target.ancestors().nth(2).unwrap_or(root);
        let folders = [("the target folder", target), ("the folder of the book", root)];
        let mut sources = parts(root, self.path);
        sources.extend(self.book.beside.iter().cloned());
        let known = |word: &str| {
            let texts = sources.iter().map(|path| fs::read_to_string(root.join(path)));
            texts.flatten().any(|text| text.contains(word))
        };
        of_here(output, &folders, known).map_or(Ok(()), |(what, word)| {
            Err(problem!(self.path;
                expected "an output that is the same on every machine and day";
                found "{what}, {word}";
                mend "change the output of the program"))
        })
    }

    /// Runs the program once and returns its output, without the checks for a page. If the program
    /// passed earlier with the same input, returns that output.
    ///
    /// # Errors
    ///
    /// Returns an error if the program fails or writes to stderr.
    pub(crate) fn once(&self) -> Result<String, Problem> {
        let key = self.key("once");
        if let Some(output) = key.passed() {
            return Ok(output);
        }
        let output = self.start(1, true)?;
        key.keep(&output);
        Ok(output)
    }

    /// Returns a key of everything that a run depends on.
    fn key(&self, kind: &str) -> Key {
        let words = self.words.iter().map(Path::new).filter(|word| word.is_file());
        let key = words.fold(Key::new(kind).with(self.words), Key::file);
        let root = &self.book.root;
        let parts = parts(root, self.path);
        self.book.beside.iter().chain(&parts).fold(key, |key, path| key.file(&root.join(path)))
    }

    /// Runs the program once, in a folder that holds only the files of [`Book::beside`]. Returns
    /// the output. If `leaves` is true, the program may leave and change files there.
    fn start(&self, environment: usize, leaves: bool) -> Result<String, Problem> {
        let text = fs::read_to_string(self.book.root.join(self.path)).unwrap_or_default();
        let fails = fails(&text);
        let ran = world(&self.book.root, &self.book.beside).and_then(|world| {
            let mut command = command(self.words, &world, environment)?;
            let before = contents(world.path());
            let ran = in_environment(&mut command, fails.is_some(), environment)?;
            Ok((ran, self.left(before, contents(world.path()))))
        });
        let (ran, left) = ran.map_err(|error| {
            let program = self.words[0].to_string_lossy();
            let (expected, mend) = match error.kind() {
                io::ErrorKind::TimedOut => ("a program that ends", "correct the program"),
                _ => (
                    "an executable",
                    "see: cargo build --examples; write the files of Book::beside",
                ),
            };
            problem!(self.path; expected "{expected}, {program}"; found "{error}"; mend "{mend}")
        })?;
        let stderr = String::from_utf8_lossy(&ran.stderr);
        let output = match fails {
            Some(_) if fails == ran.status.code() => {
                process::text(&ran.stdout).trim_start_matches('\n').into()
            }
            None if ran.status.success() && stderr.is_empty() => {
                let output = String::from_utf8(ran.stdout).map_err(|error| {
                    Problem::new(self.path, "output in UTF-8", error.to_string(), "print text")
                })?;
                // Python ends its lines with \r\n on Windows.
                output.replace("\r\n", "\n")
            }
            _ => Err(problem!(self.path;
                expected "{}", fails.map_or("success and nothing on stderr".into(), |code| format!("exit code {code}"));
                found "{} and:\n{stderr}", ran.status;
                mend "correct the program; if it reads a file, name the file in Book::beside; if it is to fail, \
                    write `//! Fails with exit code N.` on a line of its own"))?,
        };
        left.filter(|_| !leaves).map_or(Ok(output), Err)
    }

    /// Returns the problem if a program left a file behind, or changed a given file.
    fn left(&self, before: Contents, after: Contents) -> Option<Problem> {
        let differs = |path: &&PathBuf| before.get(*path) != after.get(*path);
        let path = after.keys().chain(before.keys()).find(differs)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let does = if before.contains_key(path) { "changed or deleted" } else { "left behind" };
        Some(problem!(self.path;
            expected "a program that leaves all files as they were";
            found "{name}, {does}";
            mend "remove a new file at the end of the program, and change only copies of files"))
    }
}

/// The paths below a folder, with the bytes of each file.
type Contents = BTreeMap<PathBuf, Option<Vec<u8>>>;

fn contents(folder: &Path) -> Contents {
    let paths = WalkDir::new(folder).into_iter().flatten().map(walkdir::DirEntry::into_path);
    paths.map(|path| (path.clone(), fs::read(path).ok())).collect()
}

/// Checks that a page can show an output exactly and without scrolling.
fn presentable(path: &str, output: &str) -> Result<(), Problem> {
    let directive = directive(output).unwrap_or(0);
    let unfit = |(line, text): (usize, &str)| {
        let expected = if line == directive {
            "without directives of mdBook".to_owned()
        } else if text.contains(char::is_control) {
            "without control characters".into()
        } else if text.ends_with(char::is_whitespace) {
            "without spaces at the ends of lines".into()
        } else if text.chars().count() > COLUMNS {
            format!("with at most {COLUMNS} columns")
        } else if line > LINES {
            format!("of at most {LINES} lines")
        } else {
            return None;
        };
        Some((line, expected, text.to_owned()))
    };
    let mut lines = (1..).zip(output.lines());
    let open = !output.ends_with('\n') || output.ends_with("\n\n");
    let found = match open {
        true => lines
            .last()
            .or(Some((0, "")))
            .map(|(line, text)| (line, "with one newline at its end".into(), text.to_owned())),
        false => lines.find_map(unfit),
    };
    found.map_or(Ok(()), |(line, expected, text)| {
        Err(problem!(path;
            expected "an output {expected}";
            found "{text:?} in its line {line}";
            mend "change the output of the program"))
    })
}
