//! Tests that each proof fails if its sentence is false.
//!
//! A world is a system in which sentences of the book are false. In most worlds, the library
//! `preload/` replaces functions of libc and tells one lie. The comment above a proof names the
//! worlds in which the proof must fail, or the reason on which the proof rests instead:
//!
//! ```text
//! // killed by: maps_are_private, small_maps_fail
//! // fails on: tmpfs_of_16_pages, where a load from a hole takes a page
//! ```
//!
//! A trial runs a proof once without a lie, where the proof must hold, and once in each of its
//! worlds, where the proof must fail. All proofs also run on other file systems. A proof may fail
//! there only if its comment says so. The module `comments` reads the comments.

mod comments;
mod file_systems;
#[path = "preload/src/lies.rs"]
mod lies;

use comments::{Proof, said};
use file_systems::{FILE_SYSTEMS, FileSystem};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use lies::LIES;
use serde_json::Value;
use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::process::{Command, ExitCode, Stdio};

/// The folder of the book.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The number of seconds that a proof may take. Proofs take a few seconds at most. A proof that
/// takes this long waits for an event that never happens.
const PATIENCE: &str = "600";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = if cfg!(all(
        target_os = "linux",
        target_pointer_width = "64",
        not(target_feature = "crt-static")
    )) {
        match Stage::build() {
            // The trials run in threads until the process ends, so the stage is never freed.
            Ok(stage) => trials(Box::leak(Box::new(stage))),
            Err(failed) => vec![Trial::test("the_proofs_can_be_built", || Err(failed))],
        }
    } else {
        let reason = "a library is put before libc on 64-bit Linux alone, and before no program \
                      that has libc in it";
        vec![Trial::ignorable_test("proofs_in_false_worlds", move || {
            Ok(Completion::ignored_with(reason))
        })]
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(stage: &'static Stage) -> Vec<Trial> {
    let comments = Trial::test("each_proof_says_what_kills_it", || all(&stage.problems));
    let proofs = stage.proofs.iter().map(|proof| {
        let kind = match proof.killed_by[..] {
            [] => format!("rests on {}", proof.rests_on),
            _ => proof.killed_by.join(", "),
        };
        Trial::ignorable_test(&proof.name, || falls(stage, proof)).with_kind(kind)
    });
    let systems = FILE_SYSTEMS.iter().map(|system| {
        Trial::ignorable_test(system.name, || holds_on(stage, system)).with_kind("file system")
    });
    let mut trials = vec![comments]; // the longest trials start next
    trials.extend(systems);
    trials.extend(proofs);
    trials
}

/// Checks that a proof holds without a lie, and fails in each of its worlds. If the proof is
/// ignored on this file system, uses the first other file system on which it is not ignored.
fn falls(stage: &Stage, proof: &Proof) -> Result<Completion, Failed> {
    let mut on = None;
    let mut end = stage.prove(proof, World::default())?;
    for system in FILE_SYSTEMS {
        if !matches!(end, End::Skipped(_)) {
            break;
        }
        let there = stage.why_not(system).is_none() && !proof.fails_on.contains(&system.name);
        let world = World {
            on: Some(system),
            lie: None,
        };
        match there.then(|| stage.prove(proof, world)).transpose()? {
            None | Some(End::Skipped(_)) => {}
            Some(other) => (on, end) = (Some(system), other),
        }
    }
    match end {
        End::Held => {}
        End::Skipped(reason) => return Ok(Completion::ignored_with(reason)),
        End::Fell(output) => {
            let mend = "see: cargo test";
            return Err(said(&proof.named(), "a proof that holds", &output, mend).into());
        }
    }
    for lie in &proof.killed_by {
        let world = World { on, lie: Some(lie) };
        if let End::Held | End::Skipped(_) = stage.prove(proof, world)? {
            let expected = format!("a proof that fails in the world {lie}");
            let mend = "let the proof check its whole sentence, or correct the comment above it";
            return Err(said(&proof.named(), &expected, "a proof that holds there", mend).into());
        }
    }
    Ok(Completion::Completed)
}

/// Checks that the proofs that fail on a file system are those whose comments say so.
fn holds_on(stage: &Stage, system: &'static FileSystem) -> Result<Completion, Failed> {
    if let Some(reason) = stage.why_not(system) {
        return Ok(Completion::ignored_with(reason));
    }
    let world = World {
        on: Some(system),
        lie: None,
    };
    let mut problems = Vec::new();
    for proof in &stage.proofs {
        let fails = proof.fails_on.contains(&system.name);
        let (expected, found) = match stage.prove(proof, world)? {
            End::Fell(output) if !fails => ("a proof that holds", output),
            End::Held if fails => ("a proof that fails, as its comment says", "success".into()),
            _ => continue,
        };
        let place = format!("{} on {}", proof.named(), system.name);
        let mend =
            "limit the sentence to systems where it holds, or correct the comment above the proof";
        problems.push(said(&place, expected, &found, mend));
    }
    all(&problems).map(|()| Completion::Completed)
}

/// Fails with all problems, if there are any.
fn all(problems: &[String]) -> Result<(), Failed> {
    match problems {
        [] => Ok(()),
        _ => Err(problems.join("\n").into()),
    }
}

/// The things that all trials need.
struct Stage {
    /// The test binary of the proofs in Rust.
    binary: String,
    /// The library of lies.
    library: String,
    proofs: Vec<Proof>,
    /// The problems of the comments above the proofs.
    problems: Vec<String>,
}

/// The system in which a proof runs.
#[derive(Clone, Copy, Default)]
struct World {
    on: Option<&'static FileSystem>,
    lie: Option<&'static str>,
}

/// The result of a proof.
enum End {
    Held,
    Fell(String),
    Skipped(String),
}

impl Stage {
    fn build() -> Result<Stage, Failed> {
        let binary = ["test", "-p", "mapped_file", "--test", "proofs", "--no-run"];
        let binary = cargo(&binary, "proofs", "executable", "")?;
        let library = cargo(&["build", "-p", "preload"], "preload", "filenames", ".so")?;
        let (mut proofs, mut problems) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(format!("{ROOT}/tests/proofs"))? {
            let entry = entry?;
            let file = format!("tests/proofs/{}", entry.file_name().display());
            let text = fs::read_to_string(entry.path())?;
            proofs.extend(comments::read(&file, &text, &mut problems));
        }
        proofs.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        let mut list = Command::new(&binary);
        let listed = list.args(["--list", "--format=terse"]).output()?;
        let listed = String::from_utf8_lossy(&listed.stdout);
        let names = listed.lines().map(|line| line.strip_suffix(": test"));
        let mut listed: BTreeSet<&str> = names.flatten().collect();
        // The binary does not contain proofs for other systems.
        proofs.retain(|proof| proof.is_python() || listed.remove(&*proof.path()));
        for name in listed {
            let mend = "write `#[test]` and `fn` at the start of a line, below a blank one";
            problems.push(said(
                name,
                "a proof whose source can be read",
                "only a test in the binary",
                mend,
            ));
        }
        for (lie, _) in LIES {
            if !proofs.iter().any(|proof| proof.killed_by.contains(lie)) {
                let place = "tests/worlds/preload/src/lies.rs";
                let expected = format!("a proof that is killed by {lie}");
                let mend = "name the lie in the comment of a proof, or delete it";
                problems.push(said(place, &expected, "no such proof", mend));
            }
        }
        Ok(Stage {
            binary,
            library,
            proofs,
            problems,
        })
    }

    /// Returns the reason why a file system cannot be used here, or `None` if it can.
    fn why_not(&self, system: &'static FileSystem) -> Option<String> {
        let world = World {
            on: Some(system),
            lie: None,
        };
        match self.run(world, &["true"]) {
            Ok(Ok(_)) => None,
            Ok(Err(output)) => Some(output.lines().nth(1).unwrap_or("it is not there").into()),
            Err(failed) => Some(failed.message().unwrap_or_default().into()),
        }
    }

    /// Runs a proof in a world.
    fn prove(&self, proof: &Proof, world: World) -> Result<End, Failed> {
        // -I ignores environment variables, because PYTHONOPTIMIZE turns off assertions. -S leaves
        // out site packages. unittest is not imported, because importing it takes long.
        let program = "import runpy, sys\n\
            try: runpy.run_path(sys.argv[1])[sys.argv[2]]()\n\
            except Exception as reason:\n    \
                if type(reason).__name__ != 'SkipTest': raise\n    \
                print('ignored:', reason)";
        let (file, path) = (format!("{ROOT}/{}", proof.file), proof.path());
        let ran = if !proof.is_python() {
            self.run(world, &[&self.binary, "--show-output", "--exact", &path])?
        } else if let Some(python) = option_env!("PYTHON3") {
            let program = [python, "-I", "-S", "-c", program, &file, &proof.name];
            self.run(world, &program)?
        } else {
            return Ok(End::Skipped(
                "it needs python3, which is not installed".into(),
            ));
        };
        let output = match ran {
            Ok(output) => output,
            Err(output) => return Ok(End::Fell(output)),
        };
        // libtest cannot report an ignored test from within the test, so an ignored proof prints a
        // line. If the binary lacks the name, libtest succeeds without running a test.
        let skipped = |line: &str| line.strip_prefix("ignored: ").map(str::to_owned);
        Ok(match output.lines().find_map(skipped) {
            Some(reason) => End::Skipped(reason),
            None if proof.is_python() || output.contains(" 1 passed") => End::Held,
            None => End::Fell(output),
        })
    }

    /// Runs a program in a world, in a new folder with `lorem.txt`. Returns its output, as an error
    /// if the program failed.
    fn run(&self, world: World, program: &[&str]) -> Result<Result<String, String>, Failed> {
        let folder = match world.on {
            Some(FileSystem { mount: None, .. }) => tempfile::tempdir_in("/dev/shm"),
            _ => tempfile::tempdir(),
        }?;
        let temporary = folder.path().join("temporary");
        fs::create_dir(&temporary)?;
        fs::create_dir(folder.path().join("layers"))?;
        fs::copy(format!("{ROOT}/lorem.txt"), folder.path().join("lorem.txt"))?;

        let mut command = Command::new("timeout");
        command.arg(PATIENCE);
        if let Some(system) = world.on {
            if system.mount.is_some() {
                command.args(namespace());
                // Only this proof uses the file system.
                command.env("TEMPORARY_FILES_MAY_FILL_THE_DISK", "1");
            }
            command.args(["sh", "-ec", &system.script(), "sh"]);
        }
        if let Some(lie) = world.lie {
            // The lie is told only to the program, not to the commands that mount its file system.
            let preload = format!("LD_PRELOAD={}", self.library);
            command.args(["env", &preload, &format!("WORLD={lie}")]);
        }
        // The output goes to a file. With a pipe, a process that outlives the proof would block
        // this read.
        let printed = folder.path().join("printed");
        let output = File::create(&printed)?;
        let status = command
            .args(program)
            .current_dir(&folder)
            .env("TMPDIR", &temporary)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output)
            .status()?;
        let output = String::from_utf8_lossy(&fs::read(printed)?).into_owned();
        match status.code() {
            Some(0) => Ok(Ok(output)),
            // timeout(1) stopped it.
            Some(124) => {
                let expected = format!("a proof that ends within {PATIENCE} seconds");
                let mend = "remove the wait that does not end";
                Err(said(&format!("{program:?}"), &expected, &output, mend).into())
            }
            _ => Ok(Err(format!("{status}\n{output}"))),
        }
    }
}

/// Returns the command that runs a program in a new mount namespace. Only root may mount an image
/// there.
fn namespace() -> &'static [&'static str] {
    let me = Command::new("id").arg("-u").output();
    match me.is_ok_and(|me| me.stdout.trim_ascii() == b"0") {
        true => &["unshare", "--mount"],
        false => &["unshare", "--user", "--map-root-user", "--mount"],
    }
}

/// Builds with the cargo that runs this test, and returns the path of the built file.
fn cargo(words: &[&str], target: &str, files: &str, ending: &str) -> Result<String, Failed> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words).arg("--message-format=json");
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let ran = command.current_dir(ROOT).output()?;
    let printed = String::from_utf8_lossy(&ran.stdout);
    let built = printed.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let named = message["target"]["name"] == target;
        let files = &message[files];
        let mut files = files.as_array().into_iter().flatten().chain([files]);
        let file = files.find_map(|file| file.as_str().filter(|file| file.ends_with(ending)))?;
        named.then(|| file.into())
    });
    built.ok_or_else(|| {
        let found = String::from_utf8_lossy(&ran.stderr);
        let mend = format!("see: cargo {}", words.join(" "));
        said(target, "a file that cargo has built", &found, &mend).into()
    })
}
