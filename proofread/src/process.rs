//! Starts programs: with a limit, in unlike environments. Finds words of this machine in an output.

use regex::Regex;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, thread};
use tempfile::TempDir;

/// The most bytes that a program may print.
const MOST: u64 = 1 << 20;

/// The differences between the two environments in which a program runs: for each, the values in
/// the first and in the second one. The output must not depend on them.
pub(crate) const UNLIKE: [(&str, [&str; 2]); 8] = [
    ("HOME", ["home", "at home"]),
    ("TMPDIR", ["temporary", "for a while"]),
    ("TZ", ["UTC0", "XYZ-5:45"]),
    ("LANG", ["C", "de_DE.UTF-8"]),
    ("LC_ALL", ["C", "C.UTF-8"]),
    ("PYTHONHASHSEED", ["1", "2"]),
    ("USER", ["somebody", "someone"]),
    (CORES, ["one", "all"]),
];

const CORES: &str = "the number of cores";

/// Returns a new folder for a run, with copies of the given files in `folder`, in which the program
/// starts. [`command`] makes the home and the folder for temporary files beside it.
pub(crate) fn world(root: &Path, files: &[String]) -> io::Result<TempDir> {
    let world = tempfile::tempdir()?;
    fs::create_dir(world.path().join("folder"))?;
    for file in files {
        let to = world.path().join("folder").join(file);
        fs::create_dir_all(to.parent().unwrap_or(&to))?;
        fs::copy(root.join(file), to)?;
    }
    Ok(world)
}

/// Returns the command that runs a program in a folder of [`world`].
pub(crate) fn command<W: AsRef<OsStr>>(
    words: &[W],
    world: &TempDir,
    environment: usize,
) -> io::Result<Command> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(world.path().join("folder"));
    for (name, values) in UNLIKE {
        if ["HOME", "TMPDIR"].contains(&name) {
            let path = world.path().join(values[environment]);
            fs::create_dir_all(&path)?;
            command.env(name, path);
        } else if name != CORES {
            command.env(name, values[environment]);
        }
    }
    // A program that panics prints other words with it.
    command.env_remove("RUST_BACKTRACE");
    Ok(command)
}

/// Runs a command to its end, without input, and returns its output. If `together` is true, stdout
/// has both streams in the order in which the program wrote them.
///
/// # Errors
///
/// Returns an error if the command cannot be started. If it does not end within the limit, or if
/// it prints too much, stops it and returns an error of kind `TimedOut`. On Unix, all processes of
/// its group end with it, and also if this process ends, by Ctrl-C or any other signal.
pub(crate) fn output(command: &mut Command, together: bool) -> io::Result<Output> {
    let limit = env::var("PROOFREAD_LIMIT").ok();
    let limit = limit.and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    // The program writes to files. A pipe would stay open while a process of the program runs.
    let (mut stdout, mut stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let errors = if together { &stdout } else { &stderr }.try_clone()?;
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(errors);
    #[cfg(unix)]
    let group = Group::of(command)?;
    let mut child = command.spawn()?;
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    let status = loop {
        let status = child.try_wait()?;
        let size = stdout.metadata()?.len() + stderr.metadata()?.len();
        let late = status.is_none() && start.elapsed() > Duration::from_secs(limit);
        if let Some(status) = status.filter(|_| size <= MOST) {
            break Ok(status);
        }
        if size > MOST || late {
            let _ = child.kill();
            child.wait()?;
            let why = match late {
                true => format!("no end after {limit} s, the limit of PROOFREAD_LIMIT"),
                false => "more than 1 MiB of output".to_owned(),
            };
            break Err(io::Error::new(io::ErrorKind::TimedOut, why));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    #[cfg(unix)]
    drop(group);
    let status = status?;
    let bytes = |file: &mut File| {
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes).map(|_| bytes)
    };
    Ok(Output { status, stdout: bytes(&mut stdout)?, stderr: bytes(&mut stderr)? })
}

/// The processes of a command. They end with this value. A shell is the first of them: it kills all
/// when its input ends, so that they end with this process, too.
#[cfg(unix)]
struct Group(std::process::Child);

#[cfg(unix)]
impl Group {
    fn of(command: &mut Command) -> io::Result<Self> {
        use std::os::unix::process::CommandExt;
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", "read _; kill -9 0"]).stdin(Stdio::piped()).process_group(0);
        let shell = shell.spawn()?;
        command.process_group(shell.id().cast_signed());
        Ok(Group(shell))
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        use rustix::process::{Pid, Signal, kill_process_group};
        // The shell cannot do this if the program has stopped the group.
        let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// Runs a command like [`output`], on one core or all cores, as the environment says. One core
/// needs Linux.
pub(crate) fn in_environment(
    command: &mut Command,
    together: bool,
    environment: usize,
) -> io::Result<Output> {
    #[cfg(target_os = "linux")]
    if environment == 0 {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        // A process inherits the cores of the thread that starts it.
        let (all, mut one) = (sched_getaffinity(None)?, CpuSet::new());
        one.set((0..CpuSet::MAX_CPU).find(|core| all.is_set(*core)).unwrap_or(0));
        sched_setaffinity(None, &one)?;
        let ran = output(command, together);
        sched_setaffinity(None, &all)?;
        return ran;
    }
    let _ = environment;
    output(command, together)
}

/// Returns the output without the number of the thread that panicked: Rust prints another number
/// in each run.
pub(crate) fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let number = regex!(r"(?m)^(thread '[^'\n]*') \(\d+\) panicked at");
    number.replace_all(&text, "$1 panicked at").into_owned()
}

/// Returns a word of an output that another machine or day would not print, and its meaning: one of
/// the folders, the home or the name of the user, the host, or the date. A word is allowed if it is
/// `known`, because a source of the program contains it.
pub(crate) fn of_here(
    output: &str,
    folders: &[(&'static str, &Path)],
    known: impl Fn(&str) -> bool,
) -> Option<(&'static str, String)> {
    let variable = |names: [&str; 2]| names.iter().find_map(|name| env::var(name).ok());
    let home = env::home_dir().unwrap_or_default();
    let name = || Some(home.file_name()?.to_str()?.to_owned());
    let user = variable(["USER", "USERNAME"]).or_else(name).unwrap_or_default();
    let host = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let host = host.or_else(|| variable(["HOSTNAME", "COMPUTERNAME"])).unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let paths = folders.iter().copied().chain([("the home of the user", &*home)]);
    let paths = paths.filter(|(_, path)| path.parent().is_some());
    let paths = paths.map(|(what, path)| (what, regex::escape(&path.to_string_lossy()) + r"\b"));
    let words = [("the user", user), ("the host", host)].into_iter();
    let words = words.map(|(what, word)| (what, word.trim().to_owned()));
    let words = words.filter(|(_, word)| word.len() > 1);
    let words = words.map(|(what, word)| (what, format!(r"\b{}\b", regex::escape(&word))));
    // Another time zone may have the date of yesterday or tomorrow.
    let days = [now - 12 * 3600, now, now + 14 * 3600];
    let days = days.map(|seconds| ("the date of today", date(seconds / 86400)));
    // Seconds since 1970, or their thousandths, millionths or billionths.
    let time = format!(r"\b{}\d{{5}}(\d{{3}}){{0,3}}\b", now / 100_000);
    let all = paths.chain(words).chain(days).chain([("the time of this run", time)]);
    all.filter_map(|(what, form)| {
        let word = Regex::new(&form).ok()?.find(output)?.as_str().to_owned();
        (!known(&word)).then_some((what, word))
    })
    .next()
}

/// Returns a day, counted from 1970-01-01, as YYYY-MM-DD.
fn date(day: u64) -> String {
    // Count from a March 1: then leap days are at the ends of years, and the months from March on
    // have 153 days in five. A century has 146,097 / 4 days, and four years have 1461.
    let day = day + 719_468;
    let century = (4 * day + 3) / 146_097;
    let day = day - 146_097 * century / 4;
    let year = (4 * day + 3) / 1461;
    let day = day - 1461 * year / 4;
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    format!("{}-{:02}-{day:02}", 100 * century + year + month / 10, (month + 2) % 12 + 1)
}

/// Returns the number of the first line in which two texts differ, and that line of each text.
/// Returns `None` if the texts are equal.
pub(crate) fn difference(left: &str, right: &str) -> Option<(usize, String, String)> {
    let pairs = left.lines().zip(right.lines());
    let same = pairs.take_while(|(left, right)| left == right).count();
    let line = |text: &str| match text.lines().nth(same) {
        Some(line) => format!("{line:?}"),
        None => "the end of the output".into(),
    };
    (left != right).then(|| (same + 1, line(left), line(right)))
}
