//! The list of all tests: programs, twins, proofs in Python, blocks, and rules.

use crate::expand::{Expanded, expand};
use crate::paths::{extension, files};
use crate::process::difference;
use crate::program::accept;
use crate::rules::{CAUSES, EXPANDED, LINKS, RULES, Rule, site};
use crate::run::tools::{build_examples, executable, interpreter};
use crate::run::verdicts::{self, Key};
use crate::run::{Run, accepts};
use crate::source::below_header;
use crate::{Book, Problem, Program, Proof, Source, find_python, problem::lines};
use Unpassed::{Failed, Ignored};
use libtest_mimic::{Arguments, Completion, Trial};
use std::ffi::OsString;
use std::panic::{catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock, Mutex, mpsc::channel};
use std::thread;
use std::time::Duration;

/// The result of a test that does not pass.
enum Unpassed {
    /// The test was not run. The text gives the reason.
    Ignored(String),
    Failed(Vec<Problem>),
}

type Ended = Result<(), Unpassed>;

impl From<Problem> for Unpassed {
    fn from(problem: Problem) -> Self {
        Failed(vec![problem])
    }
}

/// Insta's function. It writes a text into the snapshot with a name.
type Assert = fn(&str, &str);

/// The tests of the blocks as the build script made them: each test with a hash of its text, and
/// whether it is to panic; and the files of [`Book::beside`].
#[doc(hidden)]
pub type Blocks = (&'static [(&'static str, u64, bool, fn())], &'static [&'static str]);

/// A rule with the problems that it found.
type Found = (&'static str, Vec<Problem>);

/// Returns the problems that each rule found. If no file of the project has changed since a run
/// without problems, no rule is run.
fn judged(source: &Source) -> Vec<Found> {
    let key = Key::project(source.root()).with("rules");
    if !accepts() && key.passed().is_some() {
        return names(source.book).map(|name| (name, Vec::new())).collect();
    }
    let found = staged(source);
    if found.iter().all(|(_, problems)| problems.is_empty()) {
        key.keep("");
    }
    found
}

/// Runs the rules. The stages after the first one with problems are skipped, because their problems
/// may only be consequences.
fn staged(source: &Source) -> Vec<Found> {
    let run = |rules: &[Rule]| rules.iter().map(|(name, check)| (*name, check(source))).collect();
    let wrong = |found: &[Found]| found.iter().any(|(_, problems)| !problems.is_empty());
    let mut found: Vec<Found> = run(&CAUSES);
    if wrong(&found) {
        return found;
    }
    let Expanded { pages, problems } = expand(source);
    found.push((EXPANDED, problems));
    if wrong(&found) {
        return found;
    }
    found.extend(run(&RULES));
    found.extend(source.book.rules.iter().map(|(name, check)| (*name, check(source))));
    if !wrong(&found) {
        found.push((LINKS, site::check(source, pages)));
    }
    found
}

/// Returns the names of the rules.
fn names(book: &Book) -> impl Iterator<Item = &'static str> {
    let own = book.rules.iter().map(|(name, _)| *name);
    CAUSES.iter().chain(&RULES).map(|(name, _)| *name).chain([EXPANDED, LINKS]).chain(own)
}

impl Book {
    /// Returns the problems of the book, without running its programs. The list is empty if the
    /// book follows all rules.
    ///
    /// The rules run in stages. If one stage finds problems, the later stages are skipped, because
    /// their problems may only be consequences.
    pub fn problems(&self) -> Vec<Problem> {
        match Source::read(self) {
            Ok(source) => judged(&source).into_iter().flat_map(|(_, problems)| problems).collect(),
            Err(problem) => vec![problem],
        }
    }

    /// Returns the output of a program, as the tests of listings and twins see it.
    ///
    /// # Errors
    ///
    /// Returns an error if the runs of the program differ, or if a page cannot show the output.
    #[doc(hidden)]
    pub fn print(&self, path: &str, words: &[std::ffi::OsString]) -> Result<String, Problem> {
        Run { book: self, path, words }.printed()
    }

    /// Runs the tests that the command line names. If its first argument is `expand`, acts as a
    /// preprocessor of mdBook instead. [`main!`](crate::main) calls this function.
    #[doc(hidden)]
    pub fn run(self, blocks: Blocks, assert: Assert) -> ExitCode {
        let mut words = std::env::args().skip(1).peekable();
        if words.next_if_eq("expand").is_some() {
            return self.preprocess(words);
        }
        let arguments = Arguments::from_args();
        if let Some(rustc) = std::env::var_os("PROOFREAD_RUSTC") {
            // SAFETY: no other thread runs yet.
            unsafe { std::env::set_var("RUSTC", rustc) };
        }
        // A block that fails panics. The message of the test says more than the panic message.
        set_hook(Box::new(|_| {}));
        // The tests run in threads until the process ends, so the book is never freed.
        let book: &'static Book = Box::leak(Box::new(self));
        let trials = match Source::read(book) {
            Ok(source) => trials(Box::leak(Box::new(source)), blocks, assert),
            Err(problem) => {
                let name = "the_book_can_be_read".to_owned();
                vec![trial("rule", name, move || Err(problem.clone().into()))]
            }
        };
        let code = libtest_mimic::run(&arguments, trials).exit_code();
        if let Ok(mut not_run) = NOT_RUN.lock()
            && !not_run.is_empty()
        {
            not_run.sort();
            println!("proofread: {} not run:\n{}", not_run.len(), not_run.concat());
        }
        if let Some(told) = verdicts::told().filter(|_| !arguments.list) {
            println!("{told}");
        }
        code
    }
}

/// One line for each test that was not run. The summary of the tests only counts them.
static NOT_RUN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Returns a test with a name.
fn trial(kind: &str, name: String, test: impl Fn() -> Ended + Send + 'static) -> Trial {
    let called = name.clone();
    let run = move || match test() {
        Ok(()) => Ok(Completion::Completed),
        Err(Ignored(reason)) => {
            if let Ok(mut not_run) = NOT_RUN.lock() {
                not_run.push(format!("  {called}: {reason}\n"));
            }
            Ok(Completion::ignored_with(reason))
        }
        Err(Failed(problems)) => Err(lines(&problems).into()),
    };
    Trial::ignorable_test(name, run).with_kind(kind)
}

fn trials(source: &'static Source<'static>, blocks: Blocks, assert: Assert) -> Vec<Trial> {
    let mut trials = Vec::new();
    // Each listing has a sender until its test has run or is left out.
    let (running, ended) = channel::<()>();
    for program in &source.programs {
        let file = format!("{}.rs", program.name);
        let running = running.clone();
        let test = move || {
            let _running = &running;
            listing(source, program, assert)
        };
        trials.push(trial("listing", file, test));
        for path in &program.twins {
            let file = format!("{}.{}", program.name, extension(path));
            trials.push(trial("twin", file, move || twin(source, program, path)));
        }
    }
    for proof in source.proofs().filter(|proof| proof.path.ends_with(".py")) {
        let name = proof.name.clone();
        let test = move || python_proof(source.book, proof);
        trials.push(trial("proof", name, test));
    }
    let around = Arc::new(LazyLock::new(|| around_blocks(source)));
    for (name, text, panics, block) in blocks.0 {
        let around = around.clone();
        let test = move || {
            let key = Key::clone(&around).with((name, text));
            if key.passed().is_none() {
                run_block(name, *panics, *block)?;
                key.keep("");
            }
            Ok(())
        };
        trials.push(trial("block", (*name).into(), test));
    }
    drop(running);
    let judged = Arc::new(LazyLock::new(move || {
        if !accepts() {
            return judged(source);
        }
        // The rules need the outputs that the listings accept.
        ended.iter().for_each(drop);
        Source::read(source.book).map_or_else(|_| judged(source), |source| judged(&source))
    }));
    for name in names(source.book) {
        let judged = judged.clone();
        trials.push(trial("rule", name.into(), move || verdict(&judged, name)));
    }
    let built = move || built(source, blocks);
    trials.push(trial("rule", "build_rs_makes_the_tests".into(), built));
    trials
}

/// Returns a key of everything except the texts of the blocks that their results depend on: the
/// files of [`Book::beside`], and the crates.
fn around_blocks(source: &Source) -> Key {
    let (root, pages) = (source.root(), format!("{}/", source.pages_in));
    let mut crates = files(root, "", &["rs", "toml", "lock"]);
    crates.retain(|path| !path.starts_with(&pages) && !path.starts_with("examples/"));
    let paths = source.book.beside.iter().chain(&crates);
    let key = paths.fold(Key::new("block"), |key, path| key.file(&root.join(path)));
    key.file(&root.join("target/.rustc_info.json"))
}

/// Returns the result of a rule. If an earlier stage found problems, the rule is ignored.
fn verdict(judged: &[(&str, Vec<Problem>)], name: &str) -> Ended {
    match judged.iter().find(|(rule, _)| *rule == name) {
        Some((_, problems)) if problems.is_empty() => Ok(()),
        Some((_, problems)) => Err(Failed(problems.clone())),
        None => {
            let blamed = judged.iter().find(|(_, problems)| !problems.is_empty());
            let blamed = blamed.map_or("another rule", |(rule, _)| rule);
            Err(Ignored(format!("first fix the problems of {blamed}")))
        }
    }
}

/// Checks that the build script made a test of each Rust block, with the same files of
/// [`Book::beside`].
fn built(source: &Source, (blocks, beside): Blocks) -> Ended {
    let named = &source.book.beside;
    if named != beside {
        Err(problem!("build.rs";
            expected "the same files in Book::beside as in the tests, {named:?}";
            found "{beside:?}";
            mend "name the same files in both calls: .beside([...])"))?;
    }
    let readme = source.readme();
    let typed = readme.iter().flat_map(|page| &page.blocks).filter(|block| block.info == "rust");
    let listings = source.in_order().flat_map(|page| page.named("listing"));
    let programs = listings.filter_map(|found| source.program(&found.argument));
    // Without an output, a page does not show its program.
    let shown = programs.filter(|program| source.output(program).is_some()).count() + typed.count();
    if blocks.len() != shown {
        Err(problem!("build.rs";
            expected "{shown} tests, one for each Rust block";
            found "{}", blocks.len();
            mend "call Book::build in it"))?;
    }
    Ok(())
}

/// Compiles and runs the program of a block. Skeptic prints the messages of the compiler and of the
/// program. Its own panic message, a long command, is dropped.
fn run_block(name: &str, panics: bool, block: fn()) -> Ended {
    let mut ran = catch_unwind(block);
    // Skeptic writes a program to a file and then starts it. If another test starts a process in
    // between, that process has the file open for writing until it runs its own program. Until
    // then, Linux does not run the file ("Text file busy").
    for _ in 0..100 {
        let why = ran.as_ref().err().and_then(|panic| panic.downcast_ref::<String>());
        if !why.is_some_and(|why| why.contains("Text file busy")) {
            break;
        }
        thread::sleep(Duration::from_millis(10));
        ran = catch_unwind(block);
    }
    let (expected, found) = match (panics, ran.is_err()) {
        (true, false) => ("a program that fails, as it says", "success"),
        (false, true) => ("a program that compiles and succeeds", "a failure"),
        _ => return Ok(()),
    };
    let mend = "see the messages of the compiler or the program above";
    Err(Problem::new(name, expected, found, mend).into())
}

/// Returns the output of a listing, or `Ignored` if the listing needs another system.
fn printed(source: &Source, program: &Program) -> Result<String, Unpassed> {
    if let Some(system) = program.needs_another_system() {
        return Err(Ignored(format!("it needs {system}")));
    }
    build_examples(source.book)?;
    let words = [executable(&program.name).into()];
    Ok(Run { book: source.book, path: &program.path, words: &words }.printed()?)
}

/// Checks that a listing prints the text of its snapshot, or accepts the output if `INSTA_UPDATE`
/// says so.
fn listing(source: &Source, program: &Program, assert: Assert) -> Ended {
    let output = printed(source, program)?;
    let text = format!("{}\n{output}", program.command());
    // If a snapshot differs, insta gives hints of its own, so it is only asked to write. It also
    // ignores spaces at both ends, but the page shows each byte of the file.
    if accepts() {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(source.root().join("snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| assert(&program.name, &text));
    }
    let held = source.file(&program.snapshot).unwrap_or_default();
    if held.is_empty() {
        Err(problem!(&program.snapshot;
            expected "the output of the program:\n{text}";
            found "no such file";
            mend "if the output is right, accept it: {}", accept(&program.name)))?;
    }
    if let Some((line, held, printed)) = difference(below_header(&held), &text) {
        Err(problem!(&program.snapshot, line + 3;
            expected "the output of the program, {printed}";
            found "{held}";
            mend "if the output is right, accept it: {}", accept(&program.name)))?;
    }
    Ok(())
}

/// Checks that a twin prints the same as its listing.
fn twin(source: &Source, program: &Program, path: &str) -> Ended {
    let mut twins = source.book.twins.iter();
    let command = twins.find(|(ending, _)| ending == extension(path));
    let command = command.map_or("", |(_, command)| command);
    let mut words = interpreter(command)
        .ok_or_else(|| Ignored(format!("it needs {command}, which is not installed")))?;
    let expected = printed(source, program)?;
    words.push(source.root().join(path).into());
    let found = Run { book: source.book, path, words: &words }.printed()?;
    if let Some((line, expected, found)) = difference(&expected, &found) {
        Err(problem!(path;
            expected "line {line} of the output of {}, {expected}", program.path;
            found "{found}";
            mend "make both programs print the same"))?;
    }
    Ok(())
}

/// Runs a proof in Python. If it raises `SkipTest`, it is ignored for the reason that it gives.
fn python_proof(book: &Book, proof: &Proof) -> Ended {
    let (path, name) = (&proof.path, &proof.name);
    let python =
        find_python().ok_or_else(|| Ignored("it needs python3, which is not installed".into()))?;
    let program = "
import runpy, sys
proofs = runpy.run_path(sys.argv[1])
try:
    proofs[sys.argv[2]]()
except Exception as reason:
    if type(reason).__name__ != 'SkipTest': raise
    print('ignored:', reason)";
    // -I ignores environment variables, because PYTHONOPTIMIZE turns off assertions. -S leaves out
    // site packages, because no proof needs them.
    let mut words: Vec<OsString> = vec![python.into()];
    words.extend(["-I", "-S", "-c", program].map(Into::into));
    words.extend([book.root.join(path).into(), name.into()]);
    let printed = Run { book, path: &format!("{path}, {name}"), words: &words }.once()?;
    match printed.strip_prefix("ignored: ") {
        Some(reason) => Err(Ignored(reason.trim().to_owned())),
        None => Ok(()),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::run_block;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn a_program_that_is_still_being_stored_is_run_again_and_no_other() {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let busy_twice = || match RUNS.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => panic!("Could not run: {}", std::io::Error::from_raw_os_error(26)),
            _ => panic!("Command failed"),
        };
        assert!(run_block("busy twice", false, busy_twice).is_err());
        assert_eq!(RUNS.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn a_block_that_is_to_fail_fails() {
        assert!(run_block("fails", true, || panic!()).is_ok());
        assert!(run_block("succeeds", true, || {}).is_err());
    }
}
