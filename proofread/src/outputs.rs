//! What a program prints is what its snapshot holds, wherever it runs.

use crate::rules::programs::COLUMNS;
use crate::{Book, Problem};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// The lines of an output that a page shows at the most.
const LINES: usize = 200;

/// The command that runs a listing, which is the first line of its output.
pub(crate) fn command(stem: &str) -> String {
    format!("$ cargo run --example {stem}")
}

/// The system that a program needs: it has a `main` for others, which says so.
pub(crate) fn system(text: &str) -> Option<&str> {
    let other = regex!(r#"#\[cfg\(not\((?:target_os = "(\w+)"|(unix|windows))\)\)\]\s*fn main\("#);
    let found = other.captures(text)?;
    Some(found.get(1).or(found.get(2))?.as_str())
}

/// The system that a program needs, where this is another.
pub(crate) fn needed_system(text: &str) -> Option<&str> {
    let here = [std::env::consts::OS, std::env::consts::FAMILY];
    system(text).filter(|system| !here.contains(system))
}

/// The command that accepts what a test of one name prints.
pub(crate) fn accept(how: &str, test: &str) -> String {
    format!("INSTA_UPDATE={how} cargo test {test}")
}

/// Whether this run accepts what it finds.
pub(crate) fn accepts() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always" || how == "force")
}

/// What is unlike in two runs of a program: nothing that it prints may depend on it.
const UNLIKE: [(&str, [&str; 2]); 6] = [
    ("HOME", ["home", "at home"]),
    ("TMPDIR", ["temporary", "for a while"]),
    ("TZ", ["UTC0", "XYZ-5:45"]),
    ("LANG", ["C", "de_DE.UTF-8"]),
    ("LC_ALL", ["C", "C.UTF-8"]),
    ("PYTHONHASHSEED", ["1", "2"]),
];

/// Runs a program in two unlike environments, more often where it hashes; gives what it printed.
///
/// # Errors
///
/// Where it fails, writes to stderr, leaves or changes a file, prints something else in the other
/// environment, or prints what a page cannot show.
pub(crate) fn print(book: &Book, path: &str, program: &[OsString]) -> Result<String, Problem> {
    let text = fs::read_to_string(book.root.join(path)).unwrap_or_default();
    let hashes = [
        "HashMap",
        "HashSet",
        "RandomState",
        "DefaultHasher",
        "set(",
        "hash(",
    ];
    let times = if hashes.iter().any(|word| text.contains(word)) {
        8
    } else {
        2
    };
    let mut first: Option<String> = None;
    for time in 0..times {
        let found = run(
            book,
            path,
            program,
            &[time % 2; UNLIKE.len()],
            time % 2 == 0,
        )?;
        let first = first.get_or_insert_with(|| found.clone());
        if *first != found {
            let cause = cause(book, path, program, first)?;
            return Err(Problem::new(
                path,
                format!("the same output in every run:\n{first}"),
                format!("another {cause}:\n{found}"),
                "print nothing that depends on it",
            ));
        }
    }
    let output = first.unwrap_or_default();
    presentable(path, &output)?;
    Ok(output)
}

/// Runs a program once, where what it prints is nothing to a page.
///
/// # Errors
///
/// As for [`print`], where it fails or writes to stderr.
pub(crate) fn run_once(book: &Book, path: &str, program: &[OsString]) -> Result<String, Problem> {
    let (output, _) = start(book, path, program, &[0; UNLIKE.len()], false)?;
    Ok(output)
}

/// When the output of a program is another.
fn cause(book: &Book, path: &str, program: &[OsString], first: &str) -> Result<String, Problem> {
    const SAME: [usize; UNLIKE.len()] = [0; UNLIKE.len()];
    let differs =
        |which: &[usize], one_core| Ok(run(book, path, program, which, one_core)? != first);
    if differs(&SAME, true)? {
        return Ok("in another run".into());
    }
    for (at, (name, _)) in UNLIKE.iter().enumerate() {
        let mut which = SAME;
        which[at] = 1;
        if differs(&which, true)? {
            return Ok(format!("where {name} is another"));
        }
    }
    let cores = differs(&SAME, false)?;
    Ok(if cores {
        "where the number of cores is another"
    } else {
        "in another run"
    }
    .into())
}

/// Runs a program once, and looks at what it leaves.
fn run(
    book: &Book,
    path: &str,
    program: &[OsString],
    which: &[usize],
    one_core: bool,
) -> Result<String, Problem> {
    let (output, world) = start(book, path, program, which, one_core)?;
    left(book, path, world.path())?;
    Ok(output)
}

/// Runs a program once, in a folder that holds nothing but what it may find; gives what it printed,
/// and the folder around that folder, its home and that for temporary files.
fn start(
    book: &Book,
    path: &str,
    program: &[OsString],
    which: &[usize],
    one_core: bool,
) -> Result<(String, TempDir), Problem> {
    let io = |error: std::io::Error| {
        Problem::new(
            path,
            "a folder to run it in",
            error.to_string(),
            "free the disk",
        )
    };
    let world = tempfile::tempdir().map_err(io)?;
    let folder = world.path().join("folder");
    fs::create_dir(&folder).map_err(io)?;
    for file in &book.beside {
        if let Some(parent) = folder.join(file).parent() {
            fs::create_dir_all(parent).map_err(io)?;
        }
        fs::copy(book.root.join(file), folder.join(file)).map_err(|error| {
            Problem::new(
                file,
                "a file that the programs find beside them",
                error.to_string(),
                "write it",
            )
        })?;
    }
    let mut command = Command::new(&program[0]);
    command
        .args(&program[1..])
        .current_dir(&folder)
        .stdin(Stdio::null());
    for ((name, values), which) in UNLIKE.iter().zip(which) {
        if ["HOME", "TMPDIR"].contains(name) {
            let path = world.path().join(values[*which]);
            fs::create_dir(&path).map_err(io)?;
            command.env(name, path);
        } else {
            command.env(name, values[*which]);
        }
    }
    let ran = on_cores(command, one_core).map_err(|error| {
        let name = program[0].to_string_lossy().into_owned();
        Problem::new(
            path,
            format!("to run {name}"),
            error.to_string(),
            "see: cargo build --examples",
        )
    })?;
    let stderr = String::from_utf8_lossy(&ran.stderr);
    if !ran.status.success() || !stderr.is_empty() {
        let found = format!("{} and:\n{stderr}", ran.status);
        return Err(Problem::new(
            path,
            "success and nothing on stderr",
            found,
            "correct it; a file that it reads is named in Book::beside",
        ));
    }
    // Python ends its lines with \r\n on Windows.
    let output = String::from_utf8(ran.stdout);
    let output =
        output.map_err(|error| Problem::new(path, "UTF-8", error.to_string(), "print text"))?;
    Ok((output.replace("\r\n", "\n"), world))
}

/// A program leaves what it was given, and nothing else.
fn left(book: &Book, path: &str, world: &Path) -> Result<(), Problem> {
    let mut folders = vec![world.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let found = entry.path();
            let name = found.strip_prefix(world.join("folder")).unwrap_or(&found);
            let name = name.to_string_lossy().replace('\\', "/");
            // The folder itself, the home and that for temporary files were there before.
            let given = folder == world
                || book
                    .beside
                    .iter()
                    .any(|file| file.starts_with(&format!("{name}/")));
            if found.is_dir() && given {
                folders.push(found);
            } else if !book.beside.contains(&name) {
                let name = found
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let mend = "have the program remove what it makes";
                return Err(Problem::new(
                    path,
                    "a program that leaves nothing",
                    name,
                    mend,
                ));
            }
        }
    }
    for file in &book.beside {
        if fs::read(world.join("folder").join(file)).ok() != fs::read(book.root.join(file)).ok() {
            let mend = "have the program work on a copy";
            return Err(Problem::new(
                path,
                format!("{file} as it was"),
                "another, or none",
                mend,
            ));
        }
    }
    Ok(())
}

/// Runs a command, on one core where the system can be asked for that.
fn on_cores(mut command: Command, one: bool) -> std::io::Result<Output> {
    #[cfg(target_os = "linux")]
    if one {
        // A child has the cores of the thread that starts it.
        return std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let mut set = rustix::thread::CpuSet::new();
                let mine = rustix::thread::sched_getaffinity(None)?;
                let first = (0..rustix::thread::CpuSet::MAX_CPU).find(|core| mine.is_set(*core));
                set.set(first.unwrap_or(0));
                rustix::thread::sched_setaffinity(None, &set)?;
                command.output()
            });
            thread
                .join()
                .unwrap_or_else(|_| Err(std::io::Error::other("the thread panicked")))
        });
    }
    let _ = one;
    command.output()
}

/// Where mdBook finds a directive in a text, which it would resolve on the page.
pub(crate) fn directive(text: &str) -> Option<usize> {
    let mut found = regex!(r"\\?\{\{[ \t\r\n]*#").find_iter(text);
    found
        .find(|found| !found.as_str().starts_with('\\'))
        .map(|found| found.start())
}

/// What a page can show as it was printed, without scrolling.
fn presentable(path: &str, output: &str) -> Result<(), Problem> {
    let refuse = |line: usize, expected: &str, found: String| {
        Err(Problem::new(
            format!("{path}, line {line} of its output"),
            expected,
            found,
            "print something else",
        ))
    };
    if !output.ends_with('\n') || output.ends_with("\n\n") {
        let last = output.lines().last().unwrap_or_default();
        return refuse(
            output.lines().count(),
            "one newline at the end",
            format!("{last:?}"),
        );
    }
    if let Some(found) = directive(output) {
        let line = 1 + output[..found].matches('\n').count();
        let shown = format!("{:?}", output.lines().nth(line - 1).unwrap_or_default());
        return refuse(line, "nothing that mdBook takes for a directive", shown);
    }
    for (line, text) in (1..).zip(output.lines()) {
        let shown = format!("{text:?}");
        if text.trim_start().starts_with("```") || text.trim_start().starts_with("~~~") {
            return refuse(line, "no fence, which ends the block on the page", shown);
        } else if text.contains(|letter: char| letter.is_control()) {
            return refuse(
                line,
                "no control characters, which a page does not show",
                shown,
            );
        } else if text.ends_with(char::is_whitespace) {
            return refuse(
                line,
                "no space at the end of a line, which nobody sees",
                shown,
            );
        } else if text.chars().count() > COLUMNS {
            let found = text.chars().count().to_string();
            return refuse(line, &format!("{COLUMNS} columns at the most"), found);
        } else if line > LINES {
            return refuse(
                line,
                &format!("{LINES} lines at the most"),
                output.lines().count().to_string(),
            );
        }
    }
    Ok(())
}

/// Where cargo has put the program of a listing: in `examples`, beside the `deps` of the test.
pub(crate) fn program(stem: &str) -> Option<PathBuf> {
    let this = std::env::current_exe().ok()?;
    let folder = this.ancestors().nth(2)?.join("examples").join(stem);
    Some(folder.with_extension(std::env::consts::EXE_EXTENSION))
}

/// Builds the listings, which a test of another package leaves as they were.
pub(crate) fn build_examples(book: &Book) -> Result<(), Problem> {
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build
            .args(["build", "--quiet", "--examples"])
            .current_dir(&book.root);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        let built = build.output().map_err(|error| error.to_string())?;
        if built.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&built.stderr).into_owned())
        }
    });
    let mend = "see: cargo build --examples";
    built
        .clone()
        .map_err(|error| Problem::new("examples/", "listings that compile", error, mend))
}

/// Python itself: what the PATH calls python3 may be a script that looks for it.
pub(crate) fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| {
        let script = "import sys; print(sys.executable)";
        let run = Command::new("python3").args(["-c", script]).output().ok()?;
        let path = String::from_utf8(run.stdout).ok()?;
        run.status.success().then(|| PathBuf::from(path.trim()))
    });
    found.as_deref()
}

#[cfg(test)]
mod tests {
    use super::needed_system;

    #[test]
    fn a_program_for_another_system_is_known_by_its_second_main() {
        let program = |cfg: &str| format!("#[cfg(not({cfg}))]\nfn main() {{}}\n");
        assert_eq!(
            needed_system(&program("target_os = \"theirs\"")),
            Some("theirs")
        );
        let own = format!("target_os = \"{}\"", std::env::consts::OS);
        assert_eq!(needed_system(&program(&own)), None);
        assert_eq!(needed_system(&program(std::env::consts::FAMILY)), None);
        assert_eq!(
            needed_system("#[cfg(not(target_os = \"theirs\"))]\nfn other() {}\nfn main() {}\n"),
            None
        );
    }
}
