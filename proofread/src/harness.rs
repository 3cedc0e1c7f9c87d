//! One list of tests: programs, twins, proofs in Python, blocks, and rules.

use crate::expand::{Expanded, expand};
use crate::program::accept;
use crate::rules::{CAUSES, RULES, site};
use crate::run::tools::{build_examples, executable, find_python, here, interpreter};
use crate::run::{Run, accepts, verdicts};
use crate::{Book, Problem, Source, paths, tested_with};
use libtest_mimic::{Arguments, Completion, Trial};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

/// How a test ends: it passed, or it was not run, for a reason.
type Ended = Result<Option<String>, Vec<Problem>>;

/// Insta's part: holds a text to the snapshot of a name, and panics if it is another.
type Assert = fn(&str, &str);

/// The problems of a book, without those that follow from others.
pub(crate) fn problems(source: Source) -> Vec<Problem> {
    let verdicts = Verdicts::of(source);
    let steps: [&dyn Fn() -> Vec<Problem>; 4] = [
        &|| all(verdicts.causes()),
        &|| verdicts.expanded().problems.clone(),
        &|| all(verdicts.rules()),
        &|| site::check(&verdicts.source, verdicts.expanded()),
    ];
    let mut found = steps.iter().map(|step| step());
    found
        .find(|problems| !problems.is_empty())
        .unwrap_or_default()
}

fn all(verdicts: &[Verdict]) -> Vec<Problem> {
    verdicts
        .iter()
        .flat_map(|(_, problems)| problems.clone())
        .collect()
}

type Verdict = (&'static str, Vec<Problem>);

/// What each rule found, looked for once.
struct Verdicts<'a> {
    source: Source<'a>,
    causes: OnceLock<Vec<Verdict>>,
    expanded: OnceLock<Expanded>,
    rules: OnceLock<Vec<Verdict>>,
}

/// The name of the test that tells what no directive names.
const EXPANDED: &str = "directives_name_what_is_there";

impl<'a> Verdicts<'a> {
    fn of(source: Source<'a>) -> Self {
        Verdicts {
            source,
            causes: OnceLock::new(),
            expanded: OnceLock::new(),
            rules: OnceLock::new(),
        }
    }

    fn causes(&self) -> &[Verdict] {
        self.causes.get_or_init(|| {
            let rules = CAUSES.iter();
            rules
                .map(|(name, check)| (*name, check(&self.source)))
                .collect()
        })
    }

    fn expanded(&self) -> &Expanded {
        self.expanded.get_or_init(|| expand(&self.source))
    }

    fn rules(&self) -> &[Verdict] {
        self.rules.get_or_init(|| {
            let rules = RULES
                .iter()
                .map(|(name, check)| (*name, check(&self.source)));
            let own = self.source.book.rules.iter();
            rules
                .chain(own.map(|own| (own.name, (own.check)(&self.source))))
                .collect()
        })
    }

    /// Why what follows from the causes is not looked at.
    fn cause(&self) -> Option<String> {
        first_to_mend(self.causes())
    }

    /// Why what follows from all rules is not looked at.
    fn blamed(&self) -> Option<String> {
        let expanded = &self.expanded().problems;
        let expanded =
            || (!expanded.is_empty()).then(|| format!("first mend what {EXPANDED} found"));
        self.cause()
            .or_else(expanded)
            .or_else(|| first_to_mend(self.rules()))
    }
}

fn first_to_mend(verdicts: &[Verdict]) -> Option<String> {
    let (name, _) = verdicts.iter().find(|(_, problems)| !problems.is_empty())?;
    Some(format!("first mend what {name} found"))
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
            Ok(source) => trials(book, source, blocks, beside, assert),
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
    source: Source<'static>,
    blocks: &'static [(&'static str, fn())],
    beside: &'static [&'static str],
    assert: Assert,
) -> Vec<Trial> {
    let verdicts = Arc::new(Verdicts::of(source));
    let source = &verdicts.source;
    let mut trials = Vec::new();
    for (nth, program) in source.programs.iter().enumerate() {
        let name = format!("{}.rs", program.name);
        let known = verdicts.clone();
        trials.push(trial("listing", &name, move || {
            listing(&known.source, nth, assert)
        }));
        for twin in &program.twins {
            let (known, path) = (verdicts.clone(), twin.clone());
            trials.push(trial("twin", paths::name(twin), move || {
                self::twin(&known.source, nth, &path)
            }));
        }
    }
    for proof in source.proofs().filter(|proof| proof.path.ends_with(".py")) {
        let (path, name) = (proof.path.clone(), proof.name.clone());
        trials.push(trial("proof", &proof.name, move || {
            python_proof(book, &path, &name)
        }));
    }
    for (name, block) in blocks {
        let known = verdicts.clone();
        trials.push(trial("block", name, move || match known.cause() {
            None => run_block(name, *block),
            reason => Ok(reason),
        }));
    }
    trials.extend(rules(&verdicts));
    let known = verdicts.clone();
    trials.push(trial("rule", "build_rs_makes_the_tests", move || {
        known.cause().map_or_else(
            || built(&known.source, blocks.len(), beside),
            |why| Ok(Some(why)),
        )
    }));
    if !book.tested_with.is_empty() {
        let known = verdicts.clone();
        trials.push(trial("rule", "tested_with", move || {
            versions(&known.source)
        }));
    }
    trials
}

/// A test for each rule, and for what follows from all of them.
fn rules(verdicts: &Arc<Verdicts<'static>>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, _) in CAUSES {
        let known = verdicts.clone();
        trials.push(trial("rule", name, move || told(known.causes(), name)));
    }
    let known = verdicts.clone();
    trials.push(trial("rule", EXPANDED, move || match known.cause() {
        None => outcome(known.expanded().problems.clone()),
        reason => Ok(reason),
    }));
    let own = verdicts.source.book.rules.iter().map(|own| own.name);
    for name in RULES.iter().map(|(name, _)| *name).chain(own) {
        let known = verdicts.clone();
        trials.push(trial("rule", name, move || match known.cause() {
            None => told(known.rules(), name),
            reason => Ok(reason),
        }));
    }
    let known = verdicts.clone();
    trials.push(trial(
        "rule",
        "links_of_the_site_lead_somewhere",
        move || match known.blamed() {
            None => outcome(site::check(&known.source, known.expanded())),
            reason => Ok(reason),
        },
    ));
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

/// The problems that a rule found, together.
fn told(verdicts: &[Verdict], name: &str) -> Ended {
    let mut found = verdicts.iter().filter(|(found, _)| *found == name);
    outcome(
        found
            .next()
            .map_or(Vec::new(), |(_, problems)| problems.clone()),
    )
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
fn printed(source: &Source, nth: usize) -> Result<Result<String, String>, Vec<Problem>> {
    let program = &source.programs[nth];
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
fn listing(source: &Source, nth: usize, assert: Assert) -> Ended {
    let output = match printed(source, nth)? {
        Ok(output) => output,
        Err(reason) => return Ok(Some(reason)),
    };
    let program = &source.programs[nth];
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
fn twin(source: &Source, nth: usize, path: &str) -> Ended {
    let mut twins = source.book.twins.iter();
    let command = twins.find(|(extension, _)| extension == paths::extension(path));
    let command = command.map_or("", |(_, command)| command);
    let Some(mut words) = interpreter(command) else {
        return Ok(Some(format!("there is no {command}")));
    };
    let program = &source.programs[nth];
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
        true => printed(source, nth)?.ok(),
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
fn python_proof(book: &Book, path: &str, name: &str) -> Ended {
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

/// The versions that the outputs were accepted with are there; a run that accepts writes them.
fn versions(source: &Source) -> Ended {
    if accepts() {
        let written = std::fs::write(source.root().join(tested_with::PATH), here(source));
        return written.map(|()| None).map_err(|error| {
            let path = tested_with::PATH;
            one(Problem::new(
                path,
                "a file to write",
                error.to_string(),
                "make it writable",
            ))
        });
    }
    tested_with::versions(source).map(|_| None).map_err(one)
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
