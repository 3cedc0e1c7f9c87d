//! One list of tests: listings, twins, proofs in Python, blocks, and rules.

use crate::rules::{commands, figures, pages, programs, sets, site, tables, words};
use crate::{Book, Problem, Source, needs, outputs, proofs, source, versions};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

type Check = fn(&Source) -> Vec<Problem>;

/// Causes: nothing else can be said of a book that breaks one of these.
const CAUSES: [(&str, Check); 4] = [
    ("files_that_the_tests_name_are_there", sets::named),
    ("files_end_their_lines_with_lf", sets::lines),
    ("pages_are_prose_and_includes", pages::check),
    ("pages_are_those_of_the_summary", sets::pages),
];

/// What else holds.
const RULES: [(&str, Check); 10] = [
    (
        "listings_stand_with_their_outputs_and_twins",
        sets::programs,
    ),
    ("outputs_begin_with_their_command", sets::snapshots),
    ("listings_say_what_they_need", needs::check),
    ("programs_are_fit_to_be_copied", programs::check),
    ("proofs_prove_what_pages_say", proofs::check),
    ("figures_are_right_in_both_themes", figures::check),
    ("tables_are_whole", tables::check),
    ("names_exist", words::names),
    ("versions_and_addresses_are_right", words::addresses),
    ("commands_lead_somewhere", commands::check),
];

/// What follows from the rest.
const CONSEQUENCES: [(&str, Check); 1] = [("links_of_the_site_lead_somewhere", site::check)];

/// The problems of a book, without those that follow from others.
pub(crate) fn problems(source: &Source) -> Vec<Problem> {
    let made = || {
        let made = source.makes().into_iter();
        let problems = made.filter_map(|name| shows(source.book, name, &source.make(name)).err());
        vec![("made", problems.collect())]
    };
    let steps: [&dyn Fn() -> Vec<Verdict>; 4] = [
        &|| judge(source, &CAUSES),
        &|| judge(source, &rules(source)),
        &made,
        &|| judge(source, &CONSEQUENCES),
    ];
    let steps = steps
        .iter()
        .map(|step| step().into_iter().flat_map(|(_, problems)| problems));
    steps
        .map(Iterator::collect)
        .find(|problems: &Vec<_>| !problems.is_empty())
        .unwrap_or_default()
}

/// The rules that every book has, and its own.
fn rules(source: &Source) -> Vec<(&'static str, Check)> {
    RULES
        .into_iter()
        .chain(source.book.rules.iter().copied())
        .collect()
}

type Verdict = (&'static str, Vec<Problem>);

fn judge(source: &Source, rules: &[(&'static str, Check)]) -> Vec<Verdict> {
    rules
        .iter()
        .map(|(name, check)| (*name, check(source)))
        .collect()
}

/// What each rule found, looked for once.
struct Verdicts {
    source: Source<'static>,
    causes: OnceLock<Vec<Verdict>>,
    rules: OnceLock<Vec<Verdict>>,
}

impl Verdicts {
    fn causes(&self) -> &[Verdict] {
        self.causes.get_or_init(|| judge(&self.source, &CAUSES))
    }

    fn rules(&self) -> &[Verdict] {
        self.rules
            .get_or_init(|| judge(&self.source, &rules(&self.source)))
    }

    /// Why what follows from all rules is not looked at.
    fn blamed(&self) -> Option<String> {
        blamed(self.causes()).or_else(|| blamed(self.rules()))
    }
}

/// Insta's part: holds a text to the snapshot of a name, and panics where it is another.
type Assert = fn(&str, &str);

impl Book {
    /// Runs the tests that the command line names, as [`main!`](crate::main) has it: `blocks` are
    /// those that the build script made, and `assert` is insta's part.
    #[doc(hidden)]
    pub fn run(
        self,
        blocks: &'static [(&'static str, fn())],
        beside: &'static [&'static str],
        assert: Assert,
    ) -> ExitCode {
        let arguments = Arguments::from_args();
        // A failed snapshot panics; the message of the test says more than a backtrace.
        set_hook(Box::new(|_| {}));
        // The tests run in threads, to the end of the process.
        let book: &'static Book = Box::leak(Box::new(self));
        let trials = match Source::read(book) {
            Ok(mut source) => {
                source.accepts = outputs::accepts();
                trials(book, source, blocks, beside, assert)
            }
            Err(problem) => vec![trial("rule", "the_book_can_be_read", move || Err(problem))],
        };
        libtest_mimic::run(&arguments, trials).exit_code()
    }
}

/// A test that says what a problem says, and with `None` is ignored for a reason.
fn trial(
    kind: &str,
    name: &str,
    test: impl FnOnce() -> Result<Option<String>, Problem> + Send + 'static,
) -> Trial {
    let run = move || match test() {
        Ok(None) => Ok(Completion::Completed),
        Ok(Some(reason)) => Ok(Completion::ignored_with(reason)),
        Err(problem) => Err(Failed::from(problem)),
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
    let mut trials = Vec::new();
    let readme = words::readme(&source);
    let shown = source
        .pages
        .values()
        .chain(&readme)
        .flat_map(|page| &page.blocks);
    let shown = shown.filter(|block| block.info == "rust").count();
    let made = source.makes();
    let own: Vec<&str> = rules(&source).iter().map(|(name, _)| *name).collect();
    let source = Arc::new(Verdicts {
        source,
        causes: OnceLock::new(),
        rules: OnceLock::new(),
    });
    let verdicts = source.clone();
    let source = &source.source;
    let elsewhere = |stem: &str| {
        let system = source
            .listings
            .get(stem)
            .map(|text| outputs::needed_system(text))??;
        Some(format!("it needs {system}"))
    };
    for stem in source.listings.keys() {
        let (stem, elsewhere) = (stem.clone(), elsewhere(stem));
        trials.push(trial("listing", &format!("{stem}.rs"), move || {
            elsewhere.map_or_else(|| listing(book, &stem, assert), |reason| Ok(Some(reason)))
        }));
    }
    for name in source.twins.keys() {
        let (name, elsewhere) = (name.clone(), elsewhere(source::stem(name)));
        trials.push(trial("twin", &name.clone(), move || {
            elsewhere.map_or_else(|| twin(book, &name), |reason| Ok(Some(reason)))
        }));
    }
    for proof in source.proofs().filter(|proof| proof.path.ends_with(".py")) {
        let (path, name) = (proof.path.clone(), proof.name.clone());
        trials.push(trial("proof", &name.clone(), move || {
            python_proof(book, &path, &name)
        }));
    }
    for (name, block) in blocks {
        let verdicts = verdicts.clone();
        trials.push(trial("block", name, move || {
            match blamed(verdicts.causes()) {
                None => run_block(name, *block),
                reason => Ok(reason),
            }
        }));
    }
    let of_build = verdicts.clone();
    trials.push(trial("rule", "build_rs_makes_the_tests", move || {
        if let Some(reason) = blamed(of_build.causes()) {
            return Ok(Some(reason));
        }
        let problem = |expected: String, found: String, mend: &str| {
            Err(Problem::new("build.rs", expected, found, mend))
        };
        if book.beside != beside {
            let expected = format!(
                "the same files beside the programs as in the tests, {:?}",
                book.beside
            );
            return problem(
                expected,
                format!("{beside:?}"),
                "name them in both: .beside([...])",
            );
        }
        if blocks.len() != shown {
            let expected = format!("a test for each of {shown} Rust blocks");
            return problem(
                expected,
                blocks.len().to_string(),
                "see that it calls Book::build",
            );
        }
        Ok(None)
    }));
    for (name, _) in CAUSES {
        let verdicts = verdicts.clone();
        trials.push(trial("rule", name, move || told(verdicts.causes(), name)));
    }
    for name in own {
        let verdicts = verdicts.clone();
        trials.push(trial("rule", name, move || {
            match blamed(verdicts.causes()) {
                None => told(verdicts.rules(), name),
                reason => Ok(reason),
            }
        }));
    }
    for name in made {
        let verdicts = verdicts.clone();
        trials.push(trial(
            "rule",
            &format!("{name}.snap"),
            move || match verdicts.blamed() {
                None => hold(book, name, &verdicts.source.make(name), assert),
                reason => Ok(reason),
            },
        ));
    }
    for (name, check) in CONSEQUENCES {
        let verdicts = verdicts.clone();
        trials.push(trial("rule", name, move || {
            let source = &verdicts.source;
            let old = |name: &&str| shows(book, name, &source.make(name)).is_err();
            let stale = || source.makes().into_iter().find(old);
            let reason = || {
                verdicts
                    .blamed()
                    .or_else(|| Some(format!("first mend {}.snap", stale()?)))
            };
            match reason() {
                None => told(&judge(&verdicts.source, &[(name, check)]), name),
                reason => Ok(reason),
            }
        }));
    }
    trials
}

/// The program of a block compiles and runs. Skeptic prints what the compiler or the program says,
/// and panics with its command, which nobody wants to read.
fn run_block(name: &str, block: fn()) -> Result<Option<String>, Problem> {
    let mend = "see what the compiler or the program says above";
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
    ran.map(|()| None).map_err(|_| {
        Problem::new(
            name,
            "a program that compiles and succeeds",
            "one that does not",
            mend,
        )
    })
}

/// The problems that a rule found, together.
fn told(verdicts: &[Verdict], name: &str) -> Result<Option<String>, Problem> {
    let problems = verdicts
        .iter()
        .find(|(found, _)| *found == name)
        .map_or(&[][..], |(_, problems)| problems);
    Problem::all(problems).map_or(Ok(None), Err)
}

/// Why what follows from some rules is not looked at.
fn blamed(verdicts: &[Verdict]) -> Option<String> {
    let (name, _) = verdicts.iter().find(|(_, problems)| !problems.is_empty())?;
    Some(format!("first mend what {name} found"))
}

/// A listing prints what its snapshot holds.
fn listing(book: &Book, stem: &str, assert: Assert) -> Result<Option<String>, Problem> {
    let Some(output) = printed(book, stem)? else {
        return Ok(Some("first mend what does not compile".into()));
    };
    hold(
        book,
        stem,
        &format!("{}\n{output}", outputs::command(stem)),
        assert,
    )
}

/// What a listing prints; nothing where a listing does not compile, which the first that asks tells.
fn printed(book: &Book, stem: &str) -> Result<Option<String>, Problem> {
    static TOLD: AtomicBool = AtomicBool::new(false);
    match outputs::build_examples(book) {
        Err(problem) if !TOLD.swap(true, Ordering::Relaxed) => return Err(problem),
        Err(_) => return Ok(None),
        Ok(()) => {}
    }
    let program = outputs::program(stem).unwrap_or_default();
    outputs::print(book, &format!("examples/{stem}.rs"), &[program.into()]).map(Some)
}

/// A twin prints what the snapshot of its listing holds.
fn twin(book: &Book, name: &str) -> Result<Option<String>, Problem> {
    let path = format!("examples/{name}");
    let ending = name.rsplit('.').next();
    let command = book
        .twins
        .iter()
        .find(|(found, _)| Some(&**found) == ending);
    let command = command.map_or("", |(_, command)| command);
    let Some(mut program) = interpreter(command) else {
        return Ok(Some(format!("there is no {command}")));
    };
    program.push(book.root.join(&path).into());
    let found = outputs::print(book, &path, &program)?;
    let stem = source::stem(name);
    // While outputs are accepted, the snapshot may be written at this moment.
    let expected = match outputs::accepts() {
        true => printed(book, stem)?,
        false => snapshot(book, stem)
            .split_once('\n')
            .map(|(_, output)| output.to_owned()),
    };
    let Some(expected) = expected else {
        return Ok(Some(format!(
            "first mend examples/{stem}.rs, or accept what it prints"
        )));
    };
    if found != expected {
        let expected = format!("what its listing prints:\n{expected}");
        return Err(Problem::new(
            path,
            expected,
            format!("\n{found}"),
            "make the two print the same",
        ));
    }
    Ok(None)
}

/// A proof in Python runs to its end, or says why it cannot here.
fn python_proof(book: &Book, path: &str, name: &str) -> Result<Option<String>, Problem> {
    let Some(python) = outputs::python() else {
        return Ok(Some("there is no python3".into()));
    };
    // unittest.SkipTest by its name: to import unittest takes longer than most proofs.
    let program = "import runpy, sys
try: runpy.run_path(sys.argv[1])[sys.argv[2]]()
except Exception as reason:
    if type(reason).__name__ != 'SkipTest': raise
    print('ignored:', reason)";
    // Isolated: a variable of the environment can take the assertions out of Python. And without
    // the packages of the site, which no proof needs.
    let words = [
        "-I".into(),
        "-S".into(),
        "-c".into(),
        program.into(),
        book.root.join(path).into(),
        name.into(),
    ];
    let program = [vec![python.into()], words.to_vec()].concat();
    let printed = outputs::run_once(book, &format!("{path}, {name}"), &program)?;
    Ok(printed
        .strip_prefix("ignored: ")
        .map(|reason| reason.trim().to_owned()))
}

/// The command of a twin, if there is one.
pub(crate) fn interpreter(command: &str) -> Option<Vec<OsString>> {
    if command == "python3" {
        return Some(vec![outputs::python()?.into()]);
    }
    let mut words = command.split_whitespace();
    let name = words.next()?;
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).any(|folder| {
        folder
            .join(name)
            .with_extension(std::env::consts::EXE_EXTENSION)
            .is_file()
    });
    found.then(|| std::iter::once(name).chain(words).map(Into::into).collect())
}

/// What a page shows of a snapshot: all but its header.
fn snapshot(book: &Book, stem: &str) -> String {
    let text = book
        .read(&format!("snapshots/{stem}.snap"))
        .unwrap_or_default();
    text.replace("\r\n", "\n")
        .split_inclusive('\n')
        .skip(3)
        .collect()
}

/// A text is what the page shows of its snapshot.
fn shows(book: &Book, stem: &str, text: &str) -> Result<(), Problem> {
    let shown = snapshot(book, stem);
    let path = format!("snapshots/{stem}.snap");
    if shown == text {
        return Ok(());
    }
    let made = ["proofs", "index", "needs", versions::NAME].contains(&stem)
        || book.made.iter().any(|(name, _)| name == stem);
    let (from, test) = match made {
        true => ("what is made of the sources", format!("{stem}.snap")),
        false => ("what the program prints", format!("{stem}.rs")),
    };
    let mend = format!(
        "where that is right, accept it: {}",
        outputs::accept("always", &test)
    );
    if shown.is_empty() {
        return Err(Problem::new(path, from, "no such file", mend));
    }
    let lines = shown
        .lines()
        .zip(text.lines())
        .take_while(|(old, new)| old == new)
        .count();
    let old = shown.lines().nth(lines).unwrap_or("its end");
    let new = text.lines().nth(lines).unwrap_or("the end");
    let expected = format!("{from}, {new:?}");
    Err(Problem::at(
        &path,
        lines + 4,
        expected,
        format!("{old:?}"),
        mend,
    ))
}

/// Holds a text to its snapshot, or accepts it where insta is told to.
fn hold(book: &Book, stem: &str, text: &str, assert: Assert) -> Result<Option<String>, Problem> {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(book.root.join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _ = catch_unwind(AssertUnwindSafe(|| settings.bind(|| assert(stem, text))));
    // Insta trims both sides. The page shows what the file holds, to the last byte.
    shows(book, stem, text).map(|()| None)
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
