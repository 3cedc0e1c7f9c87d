//! One list of tests: programs, twins, proofs in Python, blocks, and rules.

use crate::expand::expand;
use crate::program::accept;
use crate::rules::{CAUSES, EXPANDED, LINKS, RULES, Rule, site};
use crate::run::tools::{build_examples, executable, find_python, interpreter};
use crate::run::{Run, accepts, verdicts};
use crate::{Book, Problem, Program, Proof, Source, paths};
use libtest_mimic::{Arguments, Completion, Trial};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

/// How a test ends: it passed, or it was not run, for a reason.
type Ended = Result<Option<String>, Vec<Problem>>;

/// Insta's part: holds a text to the snapshot of a name, and panics if it is another.
type Assert = fn(&str, &str);

/// What each rule found, in stages: what follows from the problems of one is not looked for.
fn judged(source: &Source) -> Vec<(&'static str, Ended)> {
    let expanded = LazyLock::new(|| expand(source));
    type Stage<'a> = Vec<(&'static str, Box<dyn Fn() -> Vec<Problem> + 'a>)>;
    let own = source.book.rules.iter();
    let own = own.map(|own| (own.name, Box::new(|| (own.check)(source)) as _));
    let rules = |rules: &'static [Rule]| -> Stage {
        let rules = rules.iter();
        rules
            .map(|(name, check)| (*name, Box::new(move || check(source)) as _))
            .collect()
    };
    let stages: [Stage; 4] = [
        rules(&CAUSES),
        vec![(EXPANDED, Box::new(|| expanded.problems.clone()))],
        rules(&RULES).into_iter().chain(own).collect(),
        vec![(LINKS, Box::new(|| site::check(source, &expanded)))],
    ];
    let mut blamed = None;
    let mut found = Vec::new();
    for stage in stages {
        let mut next = blamed.clone();
        for (name, check) in stage {
            let ended = match &blamed {
                Some(reason) => Ok(Some(String::clone(reason))),
                None => outcome(check()),
            };
            if ended.is_err() && next.is_none() {
                next = Some(format!("first mend what {name} found"));
            }
            found.push((name, ended));
        }
        blamed = next;
    }
    found
}

/// The problems of a book, without those that follow from others.
pub(crate) fn problems(source: &Source) -> Vec<Problem> {
    let all = judged(source).into_iter();
    all.filter_map(|(_, ended)| ended.err()).flatten().collect()
}

impl Book {
    /// Runs the tests that the command line names, or expands the pages if its first word is `expand`,
    /// as [`main!`](crate::main) has it: `blocks` are
    /// those that the build script made, and `assert` is insta's part.
    #[doc(hidden)]
    pub fn run(
        self,
        blocks: &'static [(&'static str, fn())],
        beside: &'static [&'static str],
        assert: Assert,
    ) -> ExitCode {
        let mut words = std::env::args().skip(1).peekable();
        if words.next_if_eq("expand").is_some() {
            return self.preprocess(words);
        }
        let arguments = Arguments::from_args();
        // A failed snapshot panics; the message of the test says more than a backtrace.
        set_hook(Box::new(|_| {}));
        // The tests run in threads, to the end of the process.
        let book: &'static Book = Box::leak(Box::new(self));
        let trials = match Source::read(book) {
            Ok(source) => trials(book, Box::leak(Box::new(source)), blocks, beside, assert),
            Err(problem) => vec![trial("rule", "the_book_can_be_read", move || {
                Err(vec![problem])
            })],
        };
        let code = libtest_mimic::run(&arguments, trials).exit_code();
        if let Some(told) = verdicts::told().filter(|_| !arguments.list) {
            println!("{told}");
        }
        code
    }
}

/// A test with a name.
fn trial(kind: &str, name: &str, test: impl FnOnce() -> Ended + Send + 'static) -> Trial {
    let run = move || match test() {
        Ok(None) => Ok(Completion::Completed),
        Ok(Some(reason)) => Ok(Completion::ignored_with(reason)),
        Err(problems) => {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            Err(lines.join("\n").into())
        }
    };
    Trial::ignorable_test(name, run).with_kind(kind)
}

fn trials(
    book: &'static Book,
    source: &'static Source<'static>,
    blocks: &'static [(&'static str, fn())],
    beside: &'static [&'static str],
    assert: Assert,
) -> Vec<Trial> {
    let mut trials = Vec::new();
    for program in &source.programs {
        let name = format!("{}.rs", program.name);
        trials.push(trial("listing", &name, move || {
            listing(source, program, assert)
        }));
        for twin in &program.twins {
            let name = paths::name(twin);
            trials.push(trial("twin", name, move || {
                self::twin(source, program, twin)
            }));
        }
    }
    for proof in source.proofs().filter(|proof| proof.path.ends_with(".py")) {
        trials.push(trial("proof", &proof.name, move || {
            python_proof(book, proof)
        }));
    }
    for (name, block) in blocks {
        trials.push(trial("block", name, move || run_block(name, *block)));
    }
    let verdicts = Arc::new(LazyLock::new(move || judged(source)));
    let own = book.rules.iter().map(|own| own.name);
    let names = CAUSES.iter().chain(&RULES).map(|(name, _)| *name);
    for name in names.chain([EXPANDED, LINKS]).chain(own) {
        let verdicts = verdicts.clone();
        trials.push(trial("rule", name, move || {
            let mut all = verdicts.iter();
            let found = all.find(|(found, _)| *found == name);
            found.map_or(Ok(None), |(_, ended)| ended.clone())
        }));
    }
    trials.push(trial("rule", "build_rs_makes_the_tests", move || {
        built(source, blocks.len(), beside)
    }));
    trials
}

/// The build script makes a test for each Rust block, with the same files beside it.
fn built(source: &Source, blocks: usize, beside: &[&str]) -> Ended {
    let problem = |expected: String, found: String, mend: &str| {
        Err(vec![Problem::new("build.rs", expected, found, mend)])
    };
    let named = &source.book.beside;
    if named != beside {
        let expected = format!("the same files beside the programs as in the tests, {named:?}");
        let mend = "name them in both: .beside([...])";
        return problem(expected, format!("{beside:?}"), mend);
    }
    let listings = source
        .in_order()
        .flat_map(|page| page.named("listing"))
        .count();
    let program = |block: &&crate::Block| block.kind == crate::BlockKind::Program;
    let readme = source.readme();
    let typed = readme.iter().flat_map(|page| &page.blocks).filter(program);
    let shown = listings + typed.count();
    if blocks != shown {
        let expected = format!("a test for each of {shown} Rust blocks");
        return problem(
            expected,
            blocks.to_string(),
            "see that it calls Book::build",
        );
    }
    Ok(None)
}

fn outcome(problems: Vec<Problem>) -> Ended {
    match problems.is_empty() {
        true => Ok(None),
        false => Err(problems),
    }
}

fn one(problem: Problem) -> Vec<Problem> {
    vec![problem]
}

/// The program of a block compiles and runs. Skeptic prints what the compiler or the program says,
/// and panics with its command, which nobody wants to read.
fn run_block(name: &str, block: fn()) -> Ended {
    let mut ran = catch_unwind(block);
    // Skeptic stores a program and starts it. A process that another trial starts in between has
    // the file open for writing until it runs its own program, and so long Linux does not run it.
    for _ in 0..100 {
        let why = ran
            .as_ref()
            .err()
            .and_then(|panic| panic.downcast_ref::<String>());
        if !why.is_some_and(|why| why.contains("Text file busy")) {
            break;
        }
        thread::sleep(Duration::from_millis(10));
        ran = catch_unwind(block);
    }
    let mend = "see what the compiler or the program says above";
    let expected = "a program that compiles and succeeds";
    let problem = |_| one(Problem::new(name, expected, "one that does not", mend));
    ran.map(|()| None).map_err(problem)
}

/// What a listing prints; a reason, if it is for another system.
fn printed(source: &Source, program: &Program) -> Result<Result<String, String>, Vec<Problem>> {
    if let Some(system) = program.needs_another_system() {
        return Ok(Err(format!("it needs {system}")));
    }
    build_examples(source.book).map_err(one)?;
    let words = [executable(&program.name).into()];
    let run = Run {
        book: source.book,
        path: &program.path,
        words: &words,
    };
    run.printed().map(Ok).map_err(one)
}

/// A listing prints what its snapshot holds, or that is accepted if insta is told to.
fn listing(source: &Source, program: &Program, assert: Assert) -> Ended {
    let output = match printed(source, program)? {
        Ok(output) => output,
        Err(reason) => return Ok(Some(reason)),
    };
    let text = format!("{}\n{output}", program.command());
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(source.root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _ = catch_unwind(AssertUnwindSafe(|| {
        settings.bind(|| assert(&program.name, &text))
    }));
    // Insta trims both sides. The page shows what the file holds, to the last byte.
    let held = source.file(&program.snapshot).unwrap_or_default();
    let shown = held.splitn(4, '\n').nth(3).unwrap_or_default();
    differs(&program.snapshot, shown, &text, &program.name)
        .map_or(Ok(None), |problem| Err(one(problem)))
}

/// The first line that is not what the program prints.
fn differs(path: &str, shown: &str, text: &str, name: &str) -> Option<Problem> {
    if shown == text {
        return None;
    }
    let mend = format!(
        "if that is right, accept it: {}",
        accept(&format!("{name}.rs"))
    );
    let what = "what the program prints";
    if shown.is_empty() {
        return Some(Problem::new(path, what, "no such file", mend));
    }
    let pairs = shown.lines().zip(text.lines());
    let same = pairs.take_while(|(old, new)| old == new).count();
    let old = shown.lines().nth(same).unwrap_or("its end");
    let new = text.lines().nth(same).unwrap_or("the end");
    let expected = format!("{what}, {new:?}");
    Some(Problem::at(
        path,
        same + 4,
        expected,
        format!("{old:?}"),
        mend,
    ))
}

/// A twin prints what the snapshot of its listing holds.
fn twin(source: &Source, program: &Program, path: &str) -> Ended {
    let mut twins = source.book.twins.iter();
    let command = twins.find(|(extension, _)| extension == paths::extension(path));
    let command = command.map_or("", |(_, command)| command);
    let Some(mut words) = interpreter(command) else {
        return Ok(Some(format!("there is no {command}")));
    };
    if let Some(system) = program.needs_another_system() {
        return Ok(Some(format!("it needs {system}")));
    }
    words.push(source.root().join(path).into());
    let run = Run {
        book: source.book,
        path,
        words: &words,
    };
    let found = run.printed().map_err(one)?;
    // While outputs are accepted, the snapshot may be written at this moment.
    let held = match accepts() {
        true => printed(source, program)?.ok(),
        false => {
            let output = source
                .output(program)
                .and_then(|output| output.split_once('\n'));
            output.map(|(_, output)| output.to_owned())
        }
    };
    let Some(held) = held else {
        return Ok(Some(format!("first accept the output of {}", program.path)));
    };
    if found == held {
        return Ok(None);
    }
    let expected = format!("what {} prints:\n{held}", program.path);
    let mend = "make the two print the same";
    Err(one(Problem::new(
        path,
        expected,
        format!("\n{found}"),
        mend,
    )))
}

/// A proof in Python holds, or says why it is ignored.
fn python_proof(book: &Book, proof: &Proof) -> Ended {
    let (path, name) = (&proof.path, &proof.name);
    let Some(python) = find_python() else {
        return Ok(Some("there is no python3".into()));
    };
    let program = "
import runpy, sys
proofs = runpy.run_path(sys.argv[1])
try:
    proofs[sys.argv[2]]()
except Exception as reason:
    if type(reason).__name__ != 'SkipTest': raise
    print('ignored:', reason)";
    // Isolated: a variable of the environment can take the assertions out of Python. And without
    // the packages of the site, which no proof needs.
    let root = book.root.join(path).into_os_string();
    let words: Vec<OsString> = ["-I", "-S", "-c", program].map(Into::into).into();
    let words = [vec![python.into()], words, vec![root, name.into()]].concat();
    let run = Run {
        book,
        path: &format!("{path}, {name}"),
        words: &words,
    };
    let printed = run.once().map_err(one)?;
    let reason = printed.strip_prefix("ignored: ");
    Ok(reason.map(|reason| reason.trim().to_owned()))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::run_block;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn a_program_that_is_still_being_stored_is_run_again_and_no_other() {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let busy = || {
            if RUNS.fetch_add(1, Ordering::Relaxed) < 2 {
                let error = std::io::Error::from_raw_os_error(26);
                panic!("Could not run a program: {error}");
            }
        };
        assert_eq!(run_block("busy", busy), Ok(None));
        assert_eq!(RUNS.load(Ordering::Relaxed), 3);
        let fails = || {
            RUNS.fetch_add(1, Ordering::Relaxed);
            panic!("Command failed");
        };
        assert!(run_block("fails", fails).is_err());
        assert_eq!(RUNS.load(Ordering::Relaxed), 4);
    }
}
