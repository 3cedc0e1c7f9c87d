//! Runs the Rust blocks of any book, as `mdbook test` does: rustdoc compiles and runs each block.
//!
//! Each block is a file of its own for rustdoc, so that it is a crate root, and has a folder and a
//! time limit of its own.

mod crates;

use crate::rules::site::{Place, Site};
use crate::{Page, Problem, process};
use crates::Crates;
use regex::Captures;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

/// A Rust block of a page.
struct Block<'a> {
    /// The words after the fence.
    info: String,
    code: String,
    /// The place of the fence and of the lines below it.
    places: &'a [Place],
}

/// Compiles and runs the Rust blocks of the pages. If `manifest` is the path of a Cargo.toml, the
/// blocks see the library and the dependencies of that package; otherwise they see only `std`.
///
/// Returns a problem for each block that failed, or one problem if cargo cannot build the package.
/// Adds the counts, and each block that was not run, to the notes.
pub(crate) fn run(site: &Site, manifest: Option<&Path>, notes: &mut Vec<String>) -> Vec<Problem> {
    let edition = serde_json::to_value(site.source.config.rust.edition).unwrap_or_default();
    // Without `[rust] edition`, mdBook and rustdoc use 2015.
    let edition = ["--edition".to_owned(), edition.as_str().unwrap_or("2015").into()];
    let mut crates = match manifest.map(crates::crates).transpose() {
        Ok(crates) => crates.unwrap_or_default(),
        Err(problem) => return vec![problem],
    };
    crates.arguments.extend(edition);
    let version = rustdoc().arg("--version").output();
    let nightly = version.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).contains("nightly"));
    let blocks = site.pages.iter().flat_map(|made| {
        Page::new(&made.page.path, made.text.clone()).blocks.into_iter().filter_map(|block| {
            let (info, places) = (block.info, &made.places[block.line - 1..]);
            is_rust(&info).then_some(Block { info, code: block.text, places })
        })
    });
    let (blocks, next) = (blocks.collect::<Vec<_>>(), AtomicUsize::new(0));
    let work = || {
        let mut ended = Vec::new();
        while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
            if io::stderr().is_terminal() {
                eprint!("\r{} of {} blocks", next.load(Ordering::Relaxed), blocks.len());
            }
            ended.push((&block.places[0], block.run(&crates, nightly)));
        }
        ended
    };
    let mut ended: Vec<_> = thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|it| it.join().expect("no thread panics")).collect()
    });
    ended.sort_by_key(|(place, _)| *place);
    let (all, mut not_run, mut problems) = (ended.len(), Vec::new(), Vec::new());
    for ((path, line), ended) in ended {
        match ended {
            Ok(None) => {}
            Ok(Some(reason)) => not_run.push((reason, format!("{path}:{line}"))),
            Err(problem) => problems.push(problem),
        }
    }
    let (failed, ignored) = (problems.len(), not_run.len());
    let passed = all - failed - ignored;
    notes.push(format!("{all} Rust blocks: {passed} passed, {failed} failed, {ignored} not run"));
    not_run.sort();
    for blocks in not_run.chunk_by(|(a, _), (b, _)| a == b) {
        let places: Vec<&str> = blocks.iter().map(|(_, place)| &**place).collect();
        notes.push(format!("not run, {}: {}", blocks[0].0, places.join(", ")));
    }
    problems
}

fn rustdoc() -> Command {
    Command::new(env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
}

/// rustdoc takes a block for Rust if it says `rust`, or if it knows all its words. A block without
/// words is not Rust here, because mdBook shows it as plain text.
fn is_rust(info: &str) -> bool {
    let known = regex!(
        r"^[, \t]*((ignore(-[^, \t]*)?|no_run|should_panic|compile_fail|test_harness|standalone_crate|edition\d{4}|E\d{4})([, \t]+|$))+$"
    );
    info.split([',', ' ', '\t']).any(|word| word == "rust") || known.is_match(info)
}

impl Block<'_> {
    /// Compiles and runs the block. If the block is not run, returns the reason.
    fn run(&self, crates: &Crates, nightly: bool) -> Result<Option<String>, Problem> {
        let feature = regex!(r"(?m)^\s*(?:# )?(#!\[\s*feature\(.*)$").captures(&self.code);
        if let Some(feature) = feature.filter(|_| !nightly && !self.info.contains("ignore")) {
            return Ok(Some(format!("because `{}` needs nightly Rust", &feature[1])));
        }
        let (succeeded, said) = self.output(crates).unwrap_or_else(|it| (false, it.to_string()));
        if succeeded {
            let reason = format!("because the block says `{}`", self.info);
            // rustdoc finds no test at all in a block such as `rust,editable,ignore`.
            return Ok(Some(reason).filter(|_| !said.contains(" 1 passed;")));
        }
        let said = said.split_once(" stdout ----\n").map_or(&*said, |(_, after)| after);
        let said = said.split_once("\n\nfailures:\n").map_or(said, |(before, _)| before);
        let mend = match crates.variables.is_empty() && regex!(r"E0432|E0433|E0463").is_match(said)
        {
            true => "correct the block, or name the package that has its crates: --manifest-path",
            false => "correct it, or mark it `ignore`, `no_run`, `should_panic` or `compile_fail`",
        };
        let expected = "a block that compiles and succeeds, or fails as it says";
        let (path, line) = &self.places[0];
        Err(Problem::at(path, *line, expected, self.located(said.trim_end()), mend))
    }

    /// Runs rustdoc in a new folder. Returns whether it succeeds, and its output.
    fn output(&self, crates: &Crates) -> io::Result<(bool, String)> {
        let world = tempfile::tempdir()?;
        let (folder, Block { info, code, .. }) = (world.path().join("folder"), self);
        fs::create_dir(&folder)?;
        // Since edition 2024, rustdoc makes one crate of several blocks, unless a block forbids it.
        let fence = "~".repeat(20);
        let text = format!("{fence}rust,{info},standalone_crate\n{code}\n{fence}\n");
        fs::write(world.path().join("block.md"), text)?;
        let mut command = rustdoc();
        command.args(["../block.md", "--test", "--color=never"]).args(&crates.arguments);
        command
            .envs(crates.variables.clone())
            .current_dir(folder)
            .env("TMPDIR", world.path())
            .env("RUST_BACKTRACE", "0");
        if regex!(r"\bE\d{4}\b").is_match(info) {
            // Only with this variable, a stable rustdoc compares the code of the error.
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        let ran = process::output(&mut command, true)?;
        Ok((ran.status.success(), String::from_utf8_lossy(&ran.stdout).into()))
    }

    /// Returns messages of rustc or of the program. They name the author's lines instead of those
    /// of the file that rustdoc read.
    fn located(&self, said: &str) -> String {
        let panic = said.contains("Test executable failed");
        // rustdoc writes these lines above the code, but counts `main` only in a panic.
        let attribute = regex!(r"(?m)^\s*(# )?(#!\[|//!)").is_match(&self.code);
        let main = regex!(r"(?m)^\s*(# )?.*\bfn main\s*\(").is_match(&self.code);
        let above = 1 + usize::from(attribute) + usize::from(panic && !main);
        // rustdoc leaves out empty lines at the start.
        let empty = self.code.lines().take_while(|line| line.trim().is_empty()).count();
        let end = self.code.lines().count();
        let place = |number: &str| {
            let line = number.trim().parse::<usize>().ok()?.checked_sub(above)? + empty;
            self.places.get(line).filter(|_| line <= end)
        };
        let named = |found: &Captures| {
            let number = found.get(2).or(found.get(3)).map_or("", |number| number.as_str());
            match (place(number), found.get(1)) {
                // A line that rustdoc moved or wrote is shown as the line of the fence.
                (place, Some(before)) => {
                    let (path, line) = place.unwrap_or(&self.places[0]);
                    format!("{}{path}:{line}", before.as_str())
                }
                // The number beside a line of code.
                (Some((_, line)), None) if !panic => format!("{line:>0$}", number.len()),
                _ => found[0].to_owned(),
            }
        };
        regex!(r"(?m)((?:-->|:::|panicked at) )\.\./block\.md:(\d+)|^( *\d+)\b")
            .replace_all(said, named)
            .into_owned()
    }
}
