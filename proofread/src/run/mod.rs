//! Runs programs, and checks that each prints the same output in every environment.

pub(crate) mod tools;
pub(crate) mod verdicts;

use crate::page::directive;
use crate::program::{COLUMNS, parts};
use crate::{Book, Problem};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{fs, io};
use tempfile::TempDir;
use verdicts::Key;
use walkdir::WalkDir;

/// The largest number of lines of an output on a page.
const LINES: usize = 200;

/// The differences between two runs of a program. The output must not depend on them.
const UNLIKE: [(&str, [&str; 2]); 7] = [
    ("HOME", ["home", "at home"]),
    ("TMPDIR", ["temporary", "for a while"]),
    ("TZ", ["UTC0", "XYZ-5:45"]),
    ("LANG", ["C", "de_DE.UTF-8"]),
    ("LC_ALL", ["C", "C.UTF-8"]),
    ("PYTHONHASHSEED", ["1", "2"]),
    (CORES, ["one", "all"]),
];

const CORES: &str = "the number of cores";

/// The environment of a run: for each entry of [`UNLIKE`], the index of its value.
type Environment = [usize; UNLIKE.len()];

/// Returns an environment that differs from the first environment in one entry.
fn differs_in(at: usize) -> Environment {
    let mut environment = [0; UNLIKE.len()];
    environment[at] = 1;
    environment
}

/// Returns whether this run of the tests accepts new outputs.
pub(crate) fn accepts() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always" || how == "force")
}

/// A program, as the tests run it.
pub(crate) struct Run<'a> {
    book: &'a Book,
    /// The path of the source, for messages.
    path: &'a str,
    /// The command line.
    words: &'a [OsString],
}

impl<'a> Run<'a> {
    pub(crate) fn new(book: &'a Book, path: &'a str, words: &'a [OsString]) -> Self {
        Run { book, path, words }
    }

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
        let first = self.leaves_nothing([0; UNLIKE.len()])?;
        for time in 1..times {
            let found = self.leaves_nothing([time % 2; UNLIKE.len()])?;
            if first != found {
                return Err(problem!(self.path;
                    expected "the same output in every run:\n{first}";
                    found "another output {}:\n{found}", self.cause(&first)?;
                    mend "make the output the same in every run"));
            }
        }
        presentable(self.path, &first)?;
        key.keep(&first);
        Ok(first)
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
        let (output, _) = self.start(differs_in(UNLIKE.len() - 1))?;
        key.keep(&output);
        Ok(output)
    }

    /// Returns a key of everything that a run depends on.
    fn key(&self, kind: &str) -> Key {
        let words = self.words.iter().map(Path::new);
        let words = words.filter(|word| word.is_file());
        let key = words.fold(Key::new(kind).with(self.words), Key::file);
        let root = &self.book.root;
        let parts = parts(root, self.path);
        let files = self.book.beside.iter().chain(&parts);
        files.fold(key, |key, path| key.file(&root.join(path)))
    }

    /// Returns the words for the condition under which the output differs from the first output.
    fn cause(&self, first: &str) -> Result<String, Problem> {
        let differs = |environment| Ok(self.leaves_nothing(environment)? != first);
        if !differs([0; UNLIKE.len()])? {
            for (at, (name, _)) in UNLIKE.iter().enumerate() {
                if differs(differs_in(at))? {
                    return Ok(format!("if {name} differs"));
                }
            }
        }
        Ok("in another run".into())
    }

    /// Runs the program once, and checks that it leaves no file behind.
    fn leaves_nothing(&self, environment: Environment) -> Result<String, Problem> {
        let (output, world) = self.start(environment)?;
        self.left(world.path())?;
        Ok(output)
    }

    /// Runs the program once, in a folder that holds only the files of [`Book::beside`]. Returns
    /// the output, and the parent of that folder, of the home and of the folder for temporary
    /// files.
    fn start(&self, environment: Environment) -> Result<(String, TempDir), Problem> {
        let (world, mut command) = self.prepared(environment).map_err(|error| {
            let mend = "free disk space, or write the files that Book::beside names";
            Problem::new(
                self.path,
                "a new folder to run the program in",
                error.to_string(),
                mend,
            )
        })?;
        command.args(&self.words[1..]).stdin(Stdio::null());
        let one_core = environment[UNLIKE.len() - 1] == 0;
        let ran = on_cores(command, one_core).map_err(|error| {
            problem!(self.path;
                expected "an executable, {}", self.words[0].to_string_lossy();
                found "{error}";
                mend "see: cargo build --examples")
        })?;
        let stderr = String::from_utf8_lossy(&ran.stderr);
        if !ran.status.success() || !stderr.is_empty() {
            return Err(problem!(self.path;
                expected "success and nothing on stderr";
                found "{} and:\n{stderr}", ran.status;
                mend "correct the program; if it reads a file, name the file in Book::beside"));
        }
        let output = String::from_utf8(ran.stdout).map_err(|error| {
            Problem::new(
                self.path,
                "output in UTF-8",
                error.to_string(),
                "print text",
            )
        })?;
        // Python ends its lines with \r\n on Windows.
        Ok((output.replace("\r\n", "\n"), world))
    }

    /// Returns a new folder, and the command to run the program in it.
    fn prepared(&self, environment: Environment) -> io::Result<(TempDir, Command)> {
        let world = tempfile::tempdir()?;
        let folder = world.path().join("folder");
        fs::create_dir(&folder)?;
        for file in &self.book.beside {
            let to = folder.join(file);
            fs::create_dir_all(to.parent().unwrap_or(&folder))?;
            fs::copy(self.book.root.join(file), to)?;
        }
        let mut command = Command::new(&self.words[0]);
        command.current_dir(&folder);
        for ((name, values), which) in UNLIKE.iter().zip(environment) {
            if ["HOME", "TMPDIR"].contains(name) {
                let path = world.path().join(values[which]);
                fs::create_dir(&path)?;
                command.env(name, path);
            } else if *name != CORES {
                command.env(name, values[which]);
            }
        }
        Ok((world, command))
    }

    /// Checks that a program left the given files as they were, and no other files.
    fn left(&self, world: &Path) -> Result<(), Problem> {
        let given = world.join("folder");
        let beside = &self.book.beside;
        let entries = WalkDir::new(world).min_depth(1).sort_by_file_name();
        for entry in entries.into_iter().flatten() {
            let inside = entry.path().strip_prefix(&given).unwrap_or(entry.path());
            let inside = inside.to_string_lossy().replace('\\', "/");
            let parent = |file: &String| file.starts_with(&format!("{inside}/"));
            // The folder itself, the home and the folder for temporary files existed before the
            // run.
            let was_there = match entry.file_type().is_dir() {
                true => entry.depth() == 1 || beside.iter().any(parent),
                false => beside.contains(&inside),
            };
            if !was_there {
                return Err(problem!(self.path;
                    expected "a program that leaves no files behind";
                    found "{}", entry.file_name().to_string_lossy();
                    mend "remove the file at the end of the program"));
            }
        }
        let changed = |file: &&String| {
            fs::read(given.join(file)).ok() != fs::read(self.book.root.join(file)).ok()
        };
        beside.iter().find(changed).map_or(Ok(()), |file| {
            Err(problem!(self.path;
                expected "{file} unchanged";
                found "the file changed or deleted";
                mend "let the program work on a copy"))
        })
    }
}

/// Runs a command. If `one` is true, the command runs on one core, on systems that support it.
fn on_cores(mut command: Command, one: bool) -> io::Result<Output> {
    #[cfg(target_os = "linux")]
    if one {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        // A child process inherits the cores of the thread that starts it.
        return std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let mut set = CpuSet::new();
                let mine = sched_getaffinity(None)?;
                let first = (0..CpuSet::MAX_CPU).find(|core| mine.is_set(*core));
                set.set(first.unwrap_or(0));
                sched_setaffinity(None, &set)?;
                command.output()
            });
            let ended = thread.join();
            ended.unwrap_or_else(|_| Err(io::Error::other("the thread panicked")))
        });
    }
    let _ = one;
    command.output()
}

/// Checks that a page can show an output exactly and without scrolling.
fn presentable(path: &str, output: &str) -> Result<(), Problem> {
    let refuse = |line: usize, expected: &str, found: String| {
        Err(problem!(path;
            expected "an output {expected}";
            found "{found} in its line {line}";
            mend "change the output of the program"))
    };
    if !output.ends_with('\n') || output.ends_with("\n\n") {
        let last = output.lines().last().unwrap_or_default();
        let found = format!("{last:?}");
        return refuse(output.lines().count(), "with one newline at its end", found);
    }
    let resolved = directive(output).unwrap_or(0);
    for (line, text) in (1..).zip(output.lines()) {
        let columns = text.chars().count();
        let expected = if line == resolved {
            "without directives of mdBook".to_owned()
        } else if text.contains(char::is_control) {
            "without control characters".into()
        } else if text.ends_with(char::is_whitespace) {
            "without spaces at the ends of lines".into()
        } else if columns > COLUMNS {
            let expected = format!("with at most {COLUMNS} columns");
            return refuse(line, &expected, format!("{columns} columns"));
        } else if line > LINES {
            format!("of at most {LINES} lines")
        } else {
            continue;
        };
        return refuse(line, &expected, format!("{text:?}"));
    }
    Ok(())
}
