//! Runs programs: one prints what its snapshot holds, wherever it runs.

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

/// The lines of an output that a page shows at the most.
const LINES: usize = 200;

/// What differs between two runs of a program: nothing that it prints may depend on it.
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

/// Where a program runs: the first or the second value of each of [`UNLIKE`].
type Environment = [usize; UNLIKE.len()];

/// An environment that differs from the first one in one thing.
fn differs_in(at: usize) -> Environment {
    let mut environment = [0; UNLIKE.len()];
    environment[at] = 1;
    environment
}

/// Whether this run accepts what it finds.
pub(crate) fn accepts() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always" || how == "force")
}

/// A program, as the tests run it.
pub(crate) struct Run<'a> {
    book: &'a Book,
    /// Its source, which messages name.
    path: &'a str,
    /// What starts it.
    words: &'a [OsString],
}

impl<'a> Run<'a> {
    pub(crate) fn new(book: &'a Book, path: &'a str, words: &'a [OsString]) -> Self {
        Run { book, path, words }
    }

    /// What the program prints in two unlike environments, or in an earlier run with the same input.
    ///
    /// # Errors
    ///
    /// If it fails, writes to stderr, leaves or changes a file, prints something else in the other
    /// environment, or prints what a page cannot show.
    pub(crate) fn printed(&self) -> Result<String, Problem> {
        let key = self.key("output");
        if let Some(output) = key.passed() {
            return Ok(output);
        }
        let text = fs::read_to_string(self.book.root.join(self.path)).unwrap_or_default();
        // A source that hashes is run more often: what it prints may depend on random keys.
        let hashes = regex!(r"HashMap|HashSet|RandomState|DefaultHasher|set\(|hash\(");
        let times = if hashes.is_match(&text) { 8 } else { 2 };
        let first = self.leaves_nothing([0; UNLIKE.len()])?;
        for time in 1..times {
            let found = self.leaves_nothing([time % 2; UNLIKE.len()])?;
            if first != found {
                return Err(problem!(self.path;
                    expected "the same output in every run:\n{first}";
                    found "another {}:\n{found}", self.cause(&first)?;
                    mend "print nothing that depends on it"));
            }
        }
        presentable(self.path, &first)?;
        key.keep(&first);
        Ok(first)
    }

    /// What the program prints, if nobody sees it; or what it printed in an earlier run.
    ///
    /// # Errors
    ///
    /// If it fails or writes to stderr.
    pub(crate) fn once(&self) -> Result<String, Problem> {
        let key = self.key("once");
        if let Some(output) = key.passed() {
            return Ok(output);
        }
        let (output, _) = self.start(differs_in(UNLIKE.len() - 1))?;
        key.keep(&output);
        Ok(output)
    }

    /// All that a run depends on.
    fn key(&self, kind: &str) -> Key {
        let words = self.words.iter().map(Path::new);
        let words = words.filter(|word| word.is_file());
        let key = words.fold(Key::new(kind).with(self.words), Key::file);
        let root = &self.book.root;
        let parts = parts(root, self.path);
        let files = self.book.beside.iter().chain(&parts);
        files.fold(key, |key, path| key.file(&root.join(path)))
    }

    /// When the output is another than the first.
    fn cause(&self, first: &str) -> Result<String, Problem> {
        let differs = |environment| Ok(self.leaves_nothing(environment)? != first);
        if !differs([0; UNLIKE.len()])? {
            for (at, (name, _)) in UNLIKE.iter().enumerate() {
                if differs(differs_in(at))? {
                    return Ok(format!("where {name} is another"));
                }
            }
        }
        Ok("in another run".into())
    }

    /// Runs the program once, and looks at what it leaves.
    fn leaves_nothing(&self, environment: Environment) -> Result<String, Problem> {
        let (output, world) = self.start(environment)?;
        self.left(world.path())?;
        Ok(output)
    }

    /// Runs the program once, in a folder that holds only what it may find. Returns what it printed,
    /// and the folder around that folder, its home and its folder for temporary files.
    fn start(&self, environment: Environment) -> Result<(String, TempDir), Problem> {
        let (world, mut command) = self.prepared(environment).map_err(|error| {
            let mend = "free the disk, or write the files that Book::beside names";
            Problem::new(self.path, "a folder to run it in", error.to_string(), mend)
        })?;
        command.args(&self.words[1..]).stdin(Stdio::null());
        let one_core = environment[UNLIKE.len() - 1] == 0;
        let ran = on_cores(command, one_core).map_err(|error| {
            problem!(self.path;
                expected "to run {}", self.words[0].to_string_lossy();
                found "{error}";
                mend "see: cargo build --examples")
        })?;
        let stderr = String::from_utf8_lossy(&ran.stderr);
        if !ran.status.success() || !stderr.is_empty() {
            return Err(problem!(self.path;
                expected "success and nothing on stderr";
                found "{} and:\n{stderr}", ran.status;
                mend "correct it; a file that it reads is named in Book::beside"));
        }
        let output = String::from_utf8(ran.stdout)
            .map_err(|error| Problem::new(self.path, "UTF-8", error.to_string(), "print text"))?;
        // Python ends its lines with \r\n on Windows.
        Ok((output.replace("\r\n", "\n"), world))
    }

    /// A folder of its own, and the command that runs there.
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

    /// A program leaves what it was given, and nothing else.
    fn left(&self, world: &Path) -> Result<(), Problem> {
        let given = world.join("folder");
        let beside = &self.book.beside;
        let entries = WalkDir::new(world).min_depth(1).sort_by_file_name();
        for entry in entries.into_iter().flatten() {
            let inside = entry.path().strip_prefix(&given).unwrap_or(entry.path());
            let inside = inside.to_string_lossy().replace('\\', "/");
            let parent = |file: &String| file.starts_with(&format!("{inside}/"));
            // The folder itself, the home and that for temporary files were there before.
            let was_there = match entry.file_type().is_dir() {
                true => entry.depth() == 1 || beside.iter().any(parent),
                false => beside.contains(&inside),
            };
            if !was_there {
                return Err(problem!(self.path;
                    expected "a program that leaves nothing";
                    found "{}", entry.file_name().to_string_lossy();
                    mend "have the program remove what it makes"));
            }
        }
        let changed = |file: &&String| {
            fs::read(given.join(file)).ok() != fs::read(self.book.root.join(file)).ok()
        };
        beside.iter().find(changed).map_or(Ok(()), |file| {
            Err(problem!(self.path;
                expected "{file} as it was";
                found "another, or none";
                mend "have the program work on a copy"))
        })
    }
}

/// Runs a command, on one core if the system can be asked for that.
fn on_cores(mut command: Command, one: bool) -> io::Result<Output> {
    #[cfg(target_os = "linux")]
    if one {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        // A child has the cores of the thread that starts it.
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

/// What a page can show as it was printed, without scrolling.
fn presentable(path: &str, output: &str) -> Result<(), Problem> {
    let refuse = |line: usize, expected: &str, found: String| {
        Err(problem!(path;
            expected "in line {line} of its output {expected}";
            found "{found}";
            mend "print something else"))
    };
    if !output.ends_with('\n') || output.ends_with("\n\n") {
        let last = output.lines().last().unwrap_or_default();
        let found = format!("{last:?}");
        return refuse(output.lines().count(), "one newline at the end", found);
    }
    let resolved = directive(output).unwrap_or(0);
    for (line, text) in (1..).zip(output.lines()) {
        let columns = text.chars().count();
        let expected = if line == resolved {
            "nothing that mdBook takes for a directive".to_owned()
        } else if text.contains(char::is_control) {
            "no control characters, which a page does not show".into()
        } else if text.ends_with(char::is_whitespace) {
            "no space at the end, which nobody sees".into()
        } else if columns > COLUMNS {
            let expected = format!("at most {COLUMNS} columns");
            return refuse(line, &expected, columns.to_string());
        } else if line > LINES {
            format!("the end: a page shows {LINES} lines")
        } else {
            continue;
        };
        return refuse(line, &expected, format!("{text:?}"));
    }
    Ok(())
}
