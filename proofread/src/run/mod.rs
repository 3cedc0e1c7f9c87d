//! Runs programs: one prints what its snapshot holds, wherever it runs.

pub(crate) mod tools;
pub(crate) mod verdicts;

use crate::page::directive;
use crate::program::COLUMNS;
use crate::{Book, Problem};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use verdicts::Key;

/// The lines of an output that a page shows at the most.
const LINES: usize = 200;

/// What differs between two runs of a program: nothing that it prints may depend on it.
const UNLIKE: [(&str, [&str; 2]); 6] = [
    ("HOME", ["home", "at home"]),
    ("TMPDIR", ["temporary", "for a while"]),
    ("TZ", ["UTC0", "XYZ-5:45"]),
    ("LANG", ["C", "de_DE.UTF-8"]),
    ("LC_ALL", ["C", "C.UTF-8"]),
    ("PYTHONHASHSEED", ["1", "2"]),
];

/// A source that hashes is run more often: what it prints may depend on random keys.
const HASHES: [&str; 6] = [
    "HashMap",
    "HashSet",
    "RandomState",
    "DefaultHasher",
    "set(",
    "hash(",
];

/// Whether this run accepts what it finds.
pub(crate) fn accepts() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always" || how == "force")
}

/// A program, as the tests run it.
pub(crate) struct Run<'a> {
    pub(crate) book: &'a Book,
    /// Its source, which messages name.
    pub(crate) path: &'a str,
    /// What starts it.
    pub(crate) words: &'a [OsString],
}

/// Where a program runs: the first or the second value of each of [`UNLIKE`], and on how many cores.
#[derive(Clone, Copy)]
struct Environment {
    which: [usize; UNLIKE.len()],
    one_core: bool,
}

const PLAIN: Environment = Environment {
    which: [0; UNLIKE.len()],
    one_core: false,
};

impl Run<'_> {
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
        let times = match HASHES.iter().any(|word| text.contains(word)) {
            true => 8,
            false => 2,
        };
        let mut first: Option<String> = None;
        for time in 0..times {
            let found = self.leaves_nothing(Environment {
                which: [time % 2; UNLIKE.len()],
                one_core: time % 2 == 0,
            })?;
            let first = first.get_or_insert_with(|| found.clone());
            if *first != found {
                return Err(Problem::new(
                    self.path,
                    format!("the same output in every run:\n{first}"),
                    format!("another {}:\n{found}", self.cause(first)?),
                    "print nothing that depends on it",
                ));
            }
        }
        let output = first.unwrap_or_default();
        presentable(self.path, &output)?;
        key.keep(&output);
        Ok(output)
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
        let (output, _) = self.start(PLAIN)?;
        key.keep(&output);
        Ok(output)
    }

    /// All that a run depends on.
    fn key(&self, kind: &str) -> Key {
        let key = Key::new(kind).with(self.words);
        let words = self
            .words
            .iter()
            .map(Path::new)
            .filter(|word| word.is_file());
        let key = words.fold(key, Key::file);
        let beside = self
            .book
            .beside
            .iter()
            .map(|file| self.book.root.join(file));
        beside
            .chain([self.book.root.join(self.path)])
            .fold(key, |key, file| key.file(&file))
    }

    /// When the output is another than the first.
    fn cause(&self, first: &str) -> Result<String, Problem> {
        let one_core = Environment {
            one_core: true,
            ..PLAIN
        };
        let differs = |environment| Ok(self.leaves_nothing(environment)? != first);
        if differs(one_core)? {
            return Ok("in another run".into());
        }
        for (at, (name, _)) in UNLIKE.iter().enumerate() {
            let mut other = one_core;
            other.which[at] = 1;
            if differs(other)? {
                return Ok(format!("where {name} is another"));
            }
        }
        Ok(match differs(PLAIN)? {
            true => "where the number of cores is another".into(),
            false => "in another run".into(),
        })
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
            Problem::new(
                self.path,
                "a folder to run it in",
                error.to_string(),
                "free the disk, or \
                         write the files that Book::beside names",
            )
        })?;
        command.args(&self.words[1..]).stdin(Stdio::null());
        let ran = on_cores(command, environment.one_core).map_err(|error| {
            let expected = format!("to run {}", self.words[0].to_string_lossy());
            Problem::new(
                self.path,
                expected,
                error.to_string(),
                "see: cargo build --examples",
            )
        })?;
        let stderr = String::from_utf8_lossy(&ran.stderr);
        if !ran.status.success() || !stderr.is_empty() {
            return Err(Problem::new(
                self.path,
                "success and nothing on stderr",
                format!("{} and:\n{stderr}", ran.status),
                "correct it; a file that it reads is named in Book::beside",
            ));
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
        for ((name, values), which) in UNLIKE.iter().zip(environment.which) {
            if ["HOME", "TMPDIR"].contains(name) {
                let path = world.path().join(values[which]);
                fs::create_dir(&path)?;
                command.env(name, path);
            } else {
                command.env(name, values[which]);
            }
        }
        Ok((world, command))
    }

    /// A program leaves what it was given, and nothing else.
    fn left(&self, world: &Path) -> Result<(), Problem> {
        let given = world.join("folder");
        let beside = &self.book.beside;
        let mut open = vec![world.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let inside = path.strip_prefix(&given).unwrap_or(&path);
                let inside = inside.to_string_lossy().replace('\\', "/");
                // The folder itself, the home and that for temporary files were there before.
                let parent = |file: &String| file.starts_with(&format!("{inside}/"));
                if path.is_dir() && (folder == world || beside.iter().any(parent)) {
                    open.push(path);
                } else if !beside.contains(&inside) {
                    let found = entry.file_name().to_string_lossy().into_owned();
                    let mend = "have the program remove what it makes";
                    let expected = "a program that leaves nothing";
                    return Err(Problem::new(self.path, expected, found, mend));
                }
            }
        }
        for file in beside {
            if fs::read(given.join(file)).ok() != fs::read(self.book.root.join(file)).ok() {
                let expected = format!("{file} as it was");
                let mend = "have the program work on a copy";
                return Err(Problem::new(self.path, expected, "another, or none", mend));
            }
        }
        Ok(())
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
    let lines = output.lines().count();
    let refuse = |line: usize, expected: &str, found: String| {
        let expected = format!("in line {line} of its output {expected}");
        Err(Problem::new(path, expected, found, "print something else"))
    };
    if !output.ends_with('\n') || output.ends_with("\n\n") {
        let last = output.lines().last().unwrap_or_default();
        return refuse(lines, "one newline at the end", format!("{last:?}"));
    }
    if let Some(line) = directive(output) {
        let shown = format!("{:?}", output.lines().nth(line - 1).unwrap_or_default());
        return refuse(line, "nothing that mdBook takes for a directive", shown);
    }
    for (line, text) in (1..).zip(output.lines()) {
        let columns = text.chars().count();
        let expected = if text.contains(char::is_control) {
            "no control characters, which a page does not show".to_owned()
        } else if text.ends_with(char::is_whitespace) {
            "no space at the end, which nobody sees".into()
        } else if columns > COLUMNS {
            format!("at most {COLUMNS} columns")
        } else if line > LINES {
            format!("the end: a page shows {LINES} lines")
        } else {
            continue;
        };
        let found = match columns > COLUMNS {
            true => columns.to_string(),
            false => format!("{text:?}"),
        };
        return refuse(line, &expected, found);
    }
    Ok(())
}
