//! Runs every listing and every Python twin and holds what they print to the snapshot.
//!
//! A test has the name of the file it runs: `cargo test mmap_read` runs
//! `examples/mmap_read.rs` and `examples/mmap_read.py`.

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    // A failed snapshot panics; the message of the test says more than a backtrace.
    set_hook(Box::new(|_| {}));
    build_examples()?;

    let mut trials = trials_of_this_harness();
    for entry in fs::read_dir(root().join("examples"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        trials.push(Trial::ignorable_test(name.clone(), move || {
            let (stem, extension) = name.split_once('.').unwrap_or_default();
            let listing = || output(&format!("{stem}.rs"), &mut Command::new(program(stem)?));
            match (extension, option_env!("PYTHON3")) {
                ("rs", _) => hold(stem, &listing()?)?,
                ("py", Some(python)) => {
                    compare(
                        stem,
                        &listing()?,
                        &output(&name, Command::new(python).arg(&file))?,
                    )?;
                }
                ("py", None) => return Ok(Completion::ignored_with("there is no python3")),
                _ => Err(format!("examples/{name}: expected a .rs or a .py file"))?,
            }
            Ok(Completion::Completed)
        }));
    }
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the snapshots; a test of this harness names an empty one.
fn snapshots() -> PathBuf {
    env::var_os("SNAPSHOTS").map_or_else(|| root().join("snapshots"), PathBuf::from)
}

/// Builds the listings, which `cargo test --test listings` leaves as they were.
fn build_examples() -> Result<(), Box<dyn Error>> {
    let mut build = Command::new(env::var("CARGO")?);
    build.args(["build", "--quiet", "--examples"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    match build.current_dir(root()).status()?.success() {
        true => Ok(()),
        false => Err("examples/: a listing does not compile; see: cargo build --examples".into()),
    }
}

/// Where cargo has put the program of a listing: in `examples`, beside the `deps` of this test.
fn program(stem: &str) -> Result<PathBuf, Failed> {
    let this = env::current_exe()?;
    let folder = this
        .ancestors()
        .nth(2)
        .ok_or("this test is not in a target folder")?;
    Ok(folder
        .join("examples")
        .join(stem)
        .with_extension(env::consts::EXE_EXTENSION))
}

/// Runs a program in two fresh folders that hold only `lorem.txt`, and returns what
/// it printed, if that is all it did and it did it twice.
fn output(name: &str, command: &mut Command) -> Result<String, Failed> {
    let mut outputs = [String::new(), String::new()];
    for output in &mut outputs {
        let folder = tempfile::tempdir()?;
        fs::copy(root().join("lorem.txt"), folder.path().join("lorem.txt"))?;
        let run = command.current_dir(&folder).output()?;
        let (status, stderr) = (run.status, String::from_utf8_lossy(&run.stderr));
        if !status.success() || !stderr.is_empty() {
            Err(format!(
                "examples/{name}: expected success and nothing on stderr, found {status} and:\n{stderr}"
            ))?;
        }
        // Python ends its lines with \r\n on Windows.
        *output = String::from_utf8(run.stdout)?.replace("\r\n", "\n");
    }
    let [first, second] = outputs;
    if first != second {
        Err(format!(
            "examples/{name}: expected the same output in every folder, \
             found:\n{first}and then:\n{second}"
        ))?;
    }
    // Insta trims the lines around what it compares, so that a snapshot would not tell.
    if first.starts_with('\n') || first.trim_end().len() + 1 != first.len() {
        Err(format!(
            "examples/{name}: expected an output that ends in one newline and starts \
             with none, found {first:?}"
        ))?;
    }
    Ok(first)
}

/// Holds the output of a listing to its snapshot: insta's part.
fn hold(stem: &str, output: &str) -> Result<(), Failed> {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(snapshots());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let assert = || settings.bind(|| insta::assert_snapshot!(stem, output));
    let held = catch_unwind(AssertUnwindSafe(assert)).is_ok();
    // Insta trims both sides. The page shows what the file holds, to the last byte.
    let path = snapshots().join(stem).with_extension("snap");
    let shown: String = fs::read_to_string(path)
        .unwrap_or_default()
        .split_inclusive('\n')
        .skip(3)
        .collect();
    let (found, update) = match (held, shown == output) {
        (true, true) => return Ok(()),
        (true, false) => ("more space around it".into(), "force"),
        (false, _) => (format!("{shown:?}"), "always"),
    };
    Err(format!(
        "snapshots/{stem}.snap: expected what examples/{stem}.rs prints, found {found}; \
         where the program is right, accept its output:\n\
         INSTA_UPDATE={update} cargo test --test listings -- --exact {stem}.rs"
    ))?;
    Ok(())
}

/// A twin prints what its listing prints, and so what the snapshot holds.
fn compare(stem: &str, listing: &str, twin: &str) -> Result<(), Failed> {
    if listing != twin {
        Err(format!(
            "examples/{stem}.py: expected what examples/{stem}.rs prints:\n{listing}\
             found:\n{twin}make the two print the same"
        ))?;
    }
    Ok(())
}

/// The mistakes that this harness is here to refuse, each made once.
fn trials_of_this_harness() -> Vec<Trial> {
    fn expect<T>(result: Result<T, Failed>, expected: &str) -> Result<(), Failed> {
        match result.err().as_ref().and_then(Failed::message) {
            Some(message) if message.contains(expected) => Ok(()),
            found => Err(format!("expected a failure with {expected:?}, found {found:?}").into()),
        }
    }
    fn sh(script: &str) -> Result<String, Failed> {
        output("x.rs", Command::new("sh").args(["-c", script]))
    }
    let mut trials = vec![
        Trial::test("an_output_without_a_snapshot_is_refused", || {
            let examples = fs::read_dir(root().join("examples"))?.flatten();
            let mut names = examples.map(|entry| entry.file_name().to_string_lossy().into_owned());
            let name = names
                .find(|name| name.ends_with(".rs"))
                .ok_or("there is no listing")?;
            let folder = tempfile::tempdir()?;
            let mut this = Command::new(env::current_exe()?);
            this.args(["--exact", &name])
                .env("SNAPSHOTS", folder.path());
            let run = this
                .envs([("CI", "true"), ("INSTA_UPDATE", "auto")])
                .output()?;
            let accept =
                format!("\nINSTA_UPDATE=always cargo test --test listings -- --exact {name}\n");
            match String::from_utf8(run.stdout)?.contains(&accept) {
                true if !run.status.success() => Ok(()),
                _ => Err("expected a failure that ends with the command that accepts".into()),
            }
        }),
        Trial::test("a_twin_that_prints_something_else_is_refused", || {
            expect(
                compare("x", "Lorem\n", "Ipsum\n"),
                "examples/x.py: expected what",
            )
        }),
    ];
    if cfg!(unix) {
        trials.extend([
            Trial::test("a_failure_is_refused", || {
                expect(sh("exit 3"), "exit status: 3")
            }),
            Trial::test("a_word_on_stderr_is_refused", || {
                expect(sh("echo oh >&2"), "and:\noh")
            }),
            Trial::test("a_changing_output_is_refused", || {
                expect(sh("pwd"), "and then:")
            }),
            Trial::test("a_missing_newline_is_refused", || {
                expect(sh("printf x"), "one newline")
            }),
            Trial::test("a_listing_finds_lorem_txt_alone", || {
                match sh("ls")?.as_str() {
                    "lorem.txt\n" => Ok(()),
                    found => Err(format!("expected lorem.txt alone, found {found}").into()),
                }
            }),
        ]);
    }
    trials
}
