//! Shows of each proof that it fails where its sentence is false.
//!
//! [`table`] names for each proof the worlds that are to kill it: each is a lie of `preload/`, which
//! is put before libc. A trial runs the proof as it is, where it has to hold, and in each of its
//! worlds, where it has to fail. Other file systems are worlds too: all proofs run there, and the
//! table names those that fail.

mod table;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;
use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use table::{FILE_SYSTEMS, FileSystem, PROOFS, Place, Row};

/// The root of the book.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The table, as a message names it.
const TABLE: &str = "tests/worlds/table.rs";

/// How long a proof may take: in a false world it may wait for what never comes.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = if cfg!(all(target_os = "linux", not(target_feature = "crt-static"))) {
        match Stage::build() {
            // The trials run in threads, to the end of the process.
            Ok(stage) => trials(Box::leak(Box::new(stage))),
            Err(message) => vec![Trial::test("the_proofs_can_be_built", || {
                Err(message.into())
            })],
        }
    } else {
        let reason = "a library is put before libc on Linux alone, and before no program that has \
                      libc in it";
        vec![Trial::ignorable_test("proofs_in_false_worlds", move || {
            Ok(Completion::ignored_with(reason))
        })]
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What the trials need.
struct Stage {
    /// The test binary of the proofs in Rust.
    binary: PathBuf,
    /// The library of lies.
    library: PathBuf,
    /// Python itself, where there is one: what the PATH calls python3 may be a script.
    python: Option<PathBuf>,
    proofs: Vec<Proof>,
}

/// A proof, found where it is: in the binary, or in a file of functions.
struct Proof {
    name: String,
    place: ProofPlace,
}

enum ProofPlace {
    /// The name in the binary, with its module.
    Rust(String),
    /// The file.
    Python(PathBuf),
}

impl Proof {
    /// The proof, as a message names it.
    fn named(&self) -> String {
        let file = match &self.place {
            ProofPlace::Rust(path) => {
                let module = path.split_once("::").map_or("main", |(module, _)| module);
                format!("{module}.rs")
            }
            ProofPlace::Python(path) => path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        };
        format!("tests/proofs/{file}, {}", self.name)
    }
}

/// Where a proof runs.
#[derive(Clone, Copy)]
enum World {
    Plain,
    Lie(&'static str),
    On(&'static FileSystem),
}

/// How a proof ended.
enum End {
    Held,
    Fell(String),
    Skipped(String),
}

impl Stage {
    fn build() -> Result<Stage, String> {
        let binary = cargo(
            &["test", "-p", "mapped_file", "--test", "proofs", "--no-run"],
            "proofs",
            |message| message["executable"].as_str(),
        )?;
        let library = cargo(&["build", "-p", "preload"], "preload", |message| {
            let mut files = message["filenames"].as_array()?.iter();
            files.find_map(|file| file.as_str().filter(|file| file.ends_with(".so")))
        })?;
        let mut proofs = Vec::new();
        let listed = Command::new(&binary)
            .args(["--list", "--format=terse"])
            .output();
        let listed = listed.map_err(|error| {
            said(
                &binary.to_string_lossy(),
                "a list of the proofs",
                &error,
                "see: cargo test --test proofs",
            )
        })?;
        for line in String::from_utf8_lossy(&listed.stdout).lines() {
            if let Some(path) = line.strip_suffix(": test") {
                proofs.push(Proof {
                    name: path.rsplit("::").next().unwrap_or(path).to_owned(),
                    place: ProofPlace::Rust(path.to_owned()),
                });
            }
        }
        let folder = Path::new(ROOT).join("tests/proofs");
        let files =
            fs::read_dir(&folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let files =
            files.map_err(|error| said("tests/proofs", "a folder", &error, "see the README"))?;
        let mut files: Vec<PathBuf> = files.iter().map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            if file.extension() != Some(OsStr::new("py")) {
                continue;
            }
            let text = fs::read_to_string(&file).map_err(|error| {
                said(&file.to_string_lossy(), "a text", &error, "write it anew")
            })?;
            for line in text.lines() {
                let name = line
                    .strip_prefix("def ")
                    .and_then(|rest| rest.split_once('('));
                if let Some((name, _)) = name.filter(|(name, _)| !name.starts_with('_')) {
                    proofs.push(Proof {
                        name: name.to_owned(),
                        place: ProofPlace::Python(file.clone()),
                    });
                }
            }
        }
        let python = Command::new("python3")
            .args(["-c", "import sys; print(sys.executable)"])
            .output()
            .ok()
            .filter(|run| run.status.success())
            .map(|run| String::from_utf8_lossy(&run.stdout).trim().into());
        Ok(Stage {
            binary,
            library,
            python,
            proofs,
        })
    }

    /// Runs a proof in a world: in a fresh folder, beside `lorem.txt`.
    fn run(&self, proof: &Proof, world: World) -> Result<End, String> {
        let program: Vec<&OsStr> = match &proof.place {
            ProofPlace::Rust(name) => vec![
                self.binary.as_ref(),
                "--show-output".as_ref(),
                "--exact".as_ref(),
                name.as_ref(),
            ],
            ProofPlace::Python(file) => {
                let Some(python) = &self.python else {
                    return Ok(End::Skipped("there is no python3".into()));
                };
                let program = "import runpy, sys, unittest\n\
                    try: runpy.run_path(sys.argv[1])[sys.argv[2]]()\n\
                    except unittest.SkipTest as reason: print('ignored:', reason)";
                // Isolated: a variable of the environment can take the assertions out of Python.
                vec![
                    python.as_ref(),
                    "-I".as_ref(),
                    "-c".as_ref(),
                    program.as_ref(),
                    file.as_ref(),
                    proof.name.as_ref(),
                ]
            }
        };
        let ran = run(&self.library, &program, world)?;
        // A proof that has nothing to look at here says so: libtest has no word for it.
        let skipped = |line: &str| line.strip_prefix("ignored: ").map(str::to_owned);
        let reason = ran.output.lines().find_map(skipped);
        // A name that the binary does not have is a success too, of no test.
        let ran_it =
            matches!(proof.place, ProofPlace::Python(_)) || ran.output.contains(" 1 passed");
        Ok(match reason {
            Some(reason) if ran.status.success() => End::Skipped(reason),
            None if ran.status.success() && ran_it => End::Held,
            _ => End::Fell(format!("{}\n{}", ran.status, ran.output)),
        })
    }
}

/// How a program ended, and what it printed.
struct Ran {
    status: ExitStatus,
    output: String,
}

/// Runs a program in a world.
fn run(library: &Path, program: &[&OsStr], world: World) -> Result<Ran, String> {
    let io = |error: std::io::Error| {
        said(
            "a proof",
            "to run",
            &error,
            "free the disk, or see the error",
        )
    };
    let on = match world {
        World::On(FileSystem {
            place: Place::Folder(folder),
            ..
        }) => Path::new(folder).to_owned(),
        _ => env::temp_dir(),
    };
    let folder = tempfile::tempdir_in(on).map_err(io)?;
    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).map_err(io)?;
    fs::create_dir(folder.path().join("layers")).map_err(io)?;
    let lorem = Path::new(ROOT).join("lorem.txt");
    fs::copy(lorem, folder.path().join("lorem.txt")).map_err(io)?;

    let mut command = match world {
        World::On(FileSystem {
            kind,
            place: Place::Mounted(script),
            ..
        }) => {
            let script = format!(
                "{{
                     {script}
                     cd \"$TMPDIR\"
                     grep -q \" $(pwd -P) {kind} \" /proc/self/mounts
                     test -f lorem.txt || cp \"$OLDPWD/lorem.txt\" .
                 }} >&2
                 exec \"$@\""
            );
            let mut command = namespace();
            command.args(["sh", "-ec", &script, "sh"]).args(program);
            // It is there for this proof alone.
            command.env("TEMPORARY_FILES_MAY_FILL_THE_DISK", "1");
            command
        }
        _ => {
            let mut command = Command::new(program[0]);
            command.args(&program[1..]);
            command
        }
    };
    if let World::Lie(lie) = world {
        command.env("LD_PRELOAD", library).env("WORLD", lie);
    }
    // To a file, which a process that outlives the proof does not keep open for ever.
    let printed = folder.path().join("printed");
    let output = File::create(&printed).map_err(io)?;
    let mut child = command
        .current_dir(&folder)
        .env("TMPDIR", &temporary)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stderr(output.try_clone().map_err(io)?)
        .stdout(output)
        .spawn()
        .map_err(io)?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(io)? {
            break status;
        } else if start.elapsed() > PATIENCE {
            child.kill().and_then(|()| child.wait()).map_err(io)?;
            let expected = format!("an end within {PATIENCE:?}");
            return Err(said(
                "a proof",
                &expected,
                &"none",
                "have it wait for nothing",
            ));
        }
        sleep(Duration::from_millis(5));
    };
    let output = String::from_utf8_lossy(&fs::read(printed).map_err(io)?).into_owned();
    Ok(Ran { status, output })
}

/// A command in a mount namespace of its own, where only root may mount an image.
fn namespace() -> Command {
    let mut command = Command::new("unshare");
    let me = Command::new("id").arg("-u").output();
    if me.is_ok_and(|me| me.stdout.trim_ascii() == b"0") {
        command.arg("--mount");
    } else {
        command.args(["--user", "--map-root-user", "--mount"]);
    }
    command
}

/// Builds with the cargo that runs this, and finds what it has built.
fn cargo(
    words: &[&str],
    target: &str,
    built: fn(&Value) -> Option<&str>,
) -> Result<PathBuf, String> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(words)
        .arg("--message-format=json")
        .current_dir(ROOT);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let mend = format!("see: cargo {}", words.join(" "));
    let ran = command.output();
    let ran = ran.map_err(|error| said(target, "to build it", &error, &mend))?;
    let found = String::from_utf8_lossy(&ran.stdout)
        .lines()
        .find_map(|line| {
            let message: Value = serde_json::from_str(line).ok()?;
            let named = message["target"]["name"].as_str() == Some(target);
            let path = built(&message)?;
            named.then(|| PathBuf::from(path))
        });
    found.ok_or_else(|| {
        let found = String::from_utf8_lossy(&ran.stderr);
        said(target, "a file that cargo has built", &found, &mend)
    })
}

/// What is wrong: where, what was expected and found, and what mends it.
fn said(place: &str, expected: &str, found: &dyn std::fmt::Display, mend: &str) -> String {
    format!("{place}: expected {expected}, found {found}; {mend}")
}

fn trials(stage: &'static Stage) -> Vec<Trial> {
    let table = Trial::test("the_table_has_each_proof_and_no_other", || {
        let problems = problems(stage);
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems.join("\n").into())
        }
    });
    let mut trials = vec![table];
    for proof in &stage.proofs {
        let Some(row) = PROOFS.iter().find(|row| row.proof == proof.name) else {
            continue;
        };
        let kind = if row.lies.is_empty() {
            format!("rests on {}", row.rests_on)
        } else {
            row.lies.join(", ")
        };
        trials
            .push(Trial::ignorable_test(&proof.name, || falls(stage, proof, row)).with_kind(kind));
    }
    for system in FILE_SYSTEMS {
        trials.push(
            Trial::ignorable_test(system.name, || holds_on(stage, system)).with_kind("file system"),
        );
    }
    trials
}

/// Where the table and the proofs are not the same.
fn problems(stage: &Stage) -> Vec<String> {
    let proofs: BTreeSet<&str> = stage.proofs.iter().map(|proof| &*proof.name).collect();
    let mut rows = BTreeSet::new();
    let mut problems = Vec::new();
    for Row { proof, lies, .. } in PROOFS {
        if !rows.insert(*proof) {
            problems.push(said(
                TABLE,
                &format!("one row for {proof}"),
                &"two",
                "leave one",
            ));
        }
        for lie in *lies {
            // Else a proof that fails by itself there, for its own reason, would do.
            if !include_str!("preload/src/lib.rs").contains(&format!("b\"{lie}\"")) {
                let expected = format!("a lie of preload/ to kill {proof}");
                let mend = "correct it, or tell it in tests/worlds/preload/src/lib.rs";
                problems.push(said(TABLE, &expected, lie, mend));
            }
        }
    }
    for proof in proofs.difference(&rows) {
        let mend = "name the lie that makes its sentence false, and run: cargo test -p worlds";
        problems.push(said(
            TABLE,
            &format!("a row for the proof {proof}"),
            &"none",
            mend,
        ));
    }
    let named = FILE_SYSTEMS.iter().flat_map(|system| system.fails);
    rows.extend(named.map(|(proof, _)| *proof));
    for row in rows.difference(&proofs) {
        let mend = "take the row out, or correct the name";
        problems.push(said(
            TABLE,
            &format!("a proof of the name {row}"),
            &"none in tests/proofs",
            mend,
        ));
    }
    problems
}

/// A proof holds as things are, and falls in each world that makes its sentence false.
fn falls(stage: &Stage, proof: &Proof, row: &Row) -> Result<Completion, Failed> {
    match stage.run(proof, World::Plain)? {
        End::Held => {}
        End::Skipped(reason) => return Ok(Completion::ignored_with(reason)),
        End::Fell(output) => {
            let mend = "see: cargo test";
            return Err(said(&proof.named(), "a proof that holds", &output, mend).into());
        }
    }
    for lie in row.lies {
        if let End::Held | End::Skipped(_) = stage.run(proof, World::Lie(lie))? {
            let expected = format!("a proof that fails in the world {lie}");
            let mend =
                format!("have it look at what its sentence says, or correct its row in {TABLE}");
            return Err(said(&proof.named(), &expected, &"one that holds", &mend).into());
        }
    }
    Ok(Completion::Completed)
}

/// Of all proofs, those fail on a file system that the table names for it.
fn holds_on(stage: &Stage, system: &'static FileSystem) -> Result<Completion, Failed> {
    match system.place {
        Place::Folder(folder) => {
            let mounts = fs::read_to_string("/proc/self/mounts")?;
            if !mounts.contains(&format!(" {folder} {} ", system.kind)) {
                let reason = format!("there is no {} on {folder}", system.kind);
                return Ok(Completion::ignored_with(reason));
            }
        }
        Place::Mounted(_) => match run(&stage.library, &["true".as_ref()], World::On(system)) {
            Ok(ran) if ran.status.success() => {}
            Ok(ran) => {
                let reason = ran
                    .output
                    .lines()
                    .next()
                    .unwrap_or("no reason given")
                    .to_owned();
                return Ok(Completion::ignored_with(reason));
            }
            Err(message) => return Ok(Completion::ignored_with(message)),
        },
    }
    let mut problems = Vec::new();
    for proof in &stage.proofs {
        let end = stage.run(proof, World::On(system))?;
        let named = system.fails.iter().any(|(name, _)| *name == proof.name);
        let (expected, found) = match (end, named) {
            (End::Fell(output), false) => ("a proof that holds", output),
            (End::Held, true) => ("a proof that fails, as the table has it", "success".into()),
            _ => continue,
        };
        let place = format!("{} on {}", proof.named(), system.name);
        let mend = format!("say in its sentence where it holds, or correct {TABLE}");
        problems.push(said(&place, expected, &found, &mend));
    }
    if problems.is_empty() {
        Ok(Completion::Completed)
    } else {
        Err(problems.join("\n").into())
    }
}
