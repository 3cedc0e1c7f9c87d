//! Runs the commands of typed outputs, the blocks of the language `console`.

use crate::cargo::{Target, cargo, rust_files, targets};
use crate::level::allowed as allowed_in;
use crate::page::{Block, Page, directive, includes, line_of};
use crate::paths::{files, plain};
use crate::process::{command, difference, in_environment, of_here, text, world};
use crate::{Problem, Source};
use Unrun::{Failed, Skipped};
use serde_json::Value;
use snapbox::{Data, filter::NormalizeToExpected};
use std::ops::Range;
use std::path::Path;
use std::{fs, io};

/// The name of the rule.
pub(crate) const OUTPUTS: &str = "outputs";

/// A command of a block, with the output that the author typed or accepted.
struct Step {
    /// The lines of the fence and of the command in the page.
    fence: usize,
    line: usize,
    command: String,
    /// The lines below the command: `? 2` for the exit code, lines of cargo, and the output.
    typed: String,
    /// The place of these lines in the page.
    lines: Range<usize>,
}

/// Why a command is not started.
enum Unrun {
    /// It must not or cannot be run: the reason.
    Skipped(&'static str),
    Failed(Problem),
}

/// The book and the package whose commands run.
struct Place<'a> {
    root: &'a Path,
    /// The folder of the package, or of the book if there is no package.
    folder: &'a Path,
    metadata: &'a Value,
    allowed: &'a [String],
}

/// Runs the commands of the pages, and compares or accepts their outputs. Returns the problems. Adds
/// the counts, and each block that is not run, to the notes.
pub(crate) fn run(
    source: &Source,
    allowed: &[String],
    accept: bool,
    notes: &mut Vec<String>,
) -> Vec<Problem> {
    let (mut problems, mut ran, mut left_out) = (Vec::new(), 0, Vec::new());
    let (root, folder) = (source.root(), &*source.cargo.root);
    let metadata = source.cargo.metadata().unwrap_or(&Value::Null);
    let place = Place { root, folder, metadata, allowed };
    for page in source.in_order() {
        let mut runs = Vec::new();
        for block in page.blocks.iter().filter(|block| is_typed(block)) {
            let path = &page.path;
            if directive(&block.text).is_some() {
                left_out.push(format!("{path}:{}: not run: it includes a file", block.line));
                continue;
            }
            let steps = steps(block);
            // A block without outputs only says what to type.
            let shown = steps.iter().any(|step| !step.typed.trim().is_empty());
            for step in steps.into_iter().filter(|_| shown) {
                match place.program(page, &step) {
                    Ok(program) => runs.push((step, program)),
                    Err(Failed(problem)) => problems.push(problem),
                    Err(Skipped(reason)) => {
                        let (line, command) = (step.line, &step.command);
                        left_out.push(format!(
                            "{path}:{line}: the block is not run from `{command}` on: {reason}"
                        ));
                        break;
                    }
                }
            }
        }
        if runs.is_empty() {
            continue;
        }
        ran += runs.len();
        // An allowed output stays as it is.
        let kept: Vec<_> = allowed_in(page).filter(|it| it.rule == OUTPUTS).collect();
        let [first, second] = [0, 1].map(|which| place.outputs(&runs, which, accept));
        let mut edits = Vec::new();
        for ((step, _), outputs) in runs.iter().zip(first.into_iter().zip(second)) {
            let accept = accept && !kept.iter().any(|it| it.lines.contains(&step.line));
            match place.compared(page, step, outputs, accept) {
                Ok(new) => edits.extend(new.map(|new| (step, new))),
                Err(problem) => problems.push(problem),
            }
        }
        if !edits.is_empty() {
            let commands = edits.len();
            match edit(&root.join(&page.path), page, edits) {
                Ok(()) => notes.push(format!("{}: wrote {commands} outputs", page.path)),
                Err(error) => problems.push(problem!(&page.path;
                    expected "a page that can be written"; found "{error}"; mend "correct the page")),
            }
        }
    }
    if ran + left_out.len() > 0 {
        notes
            .push(format!("typed outputs: {ran} commands run, {} blocks left out", left_out.len()));
    }
    notes.append(&mut left_out);
    problems
}

/// Returns whether a block has commands and outputs that a reader types and sees.
fn is_typed(block: &Block) -> bool {
    block.language() == "console" && block.info.split([',', ' ']).all(|word| word != "ignore")
}

/// Returns the commands of a block.
fn steps(block: &Block) -> Vec<Step> {
    // After a final `\`, or before `> `, the command goes on. The output ends at the next `$ `.
    let form =
        regex!(r"(?m)^\$ ((?:.*\\\n)*.*(?:\n> .*)*)\n((?:(?:[^$\n].*|\$(?:[^ \n].*)?)?\n)*)");
    let steps = form.captures_iter(&block.text).map(|found| {
        let line = |offset| block.line + line_of(&block.text, offset);
        let command = regex!(r"\\?\n(?:> )?\s*").replace_all(&found[1], " ");
        let lines = found.get(2).map_or(0..0, |typed| line(typed.start())..line(typed.end()));
        Step {
            fence: block.line,
            line: line(found.get_match().start()),
            command: command.trim().to_owned(),
            typed: found[2].to_owned(),
            lines,
        }
    });
    steps.collect()
}

/// Returns an output below a line with its exit code, without the spaces at the ends of lines, and
/// without the empty lines around it.
fn tidy(text: &str) -> String {
    let code = if text.starts_with("? ") { "" } else { "? 0\n" };
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = code.to_owned() + &lines.join("\n");
    regex!(r"^(\? .*\n)\n+").replace(text.trim_end(), "$1").into_owned()
}

/// Writes new lines into a page, below the command of each step.
fn edit(path: &Path, page: &Page, edits: Vec<(&Step, String)>) -> io::Result<()> {
    let text = fs::read_to_string(path)?;
    // The author may have saved the page during the runs.
    if plain(&text) != page.text {
        return Err(io::Error::other("a change during the check"));
    }
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for (step, new) in edits.into_iter().rev() {
        let fence = &lines[step.fence - 1];
        let before = &fence[..fence.find(['`', '~']).unwrap_or(0)];
        // A block in a list may begin on the line of the list item.
        let before = regex!(r"[^>\s]").replace_all(before, " ").into_owned();
        let end = if fence.ends_with("\r\n") { "\r\n" } else { "\n" };
        let new = new.lines().map(|line| (before.clone() + line).trim_end().to_owned() + end);
        lines.splice(step.lines.start - 1..step.lines.end - 1, new.collect::<Vec<_>>());
    }
    fs::write(path, lines.concat())
}

impl Place<'_> {
    /// Returns the words that start the program of a command.
    fn program(&self, page: &Page, step: &Step) -> Result<Vec<String>, Unrun> {
        let unquoted = regex!(r"'[^']*'").replace_all(&step.command, "");
        let plain = !unquoted.contains(['|', '&', ';', '<', '>', '`', '$', '*']);
        let words = shlex::split(&step.command).filter(|_| plain);
        let mut words = words.ok_or(Skipped("it needs a shell"))?;
        let first = words.iter().position(|word| word != "env" && !word.contains('='));
        let program = words.split_off(first.unwrap_or(words.len()));
        if words.first().is_some_and(|first| first != "env") {
            words.insert(0, "env".into());
        }
        let typed = program.join(" ") + " ";
        let mut allowed = self.allowed.iter().map(|start| format!("{start} "));
        words.extend(match self.arguments(&program) {
            Some(arguments) => self.built(page, step, arguments)?,
            None if typed != " " && allowed.any(|start| typed.starts_with(&start)) => program,
            None => {
                Err(Skipped("it is no program of the package, and not on the list `commands`"))?
            }
        });
        Ok(words)
    }

    /// Returns the arguments with which `cargo run` runs a program of the package, or `None` if the
    /// words start another program.
    fn arguments(&self, words: &[String]) -> Option<Vec<String>> {
        let (name, rest) = words.split_first()?;
        if name == "cargo" {
            let (run, rest) = rest.split_first()?;
            return (["run", "r"].contains(&&**run) && !self.metadata.is_null())
                .then(|| rest.to_vec());
        }
        let form = regex!(r"^(?:(?:\./)?target/(debug|release)/(examples/)?)?([\w-]+)$");
        let path = form.captures(name)?;
        let option = if path.get(2).is_some() { "--example" } else { "--bin" };
        let mut targets = targets(self.metadata);
        let target = targets.find(|target| target.option == option && target.name == path[3])?;
        let release = path.get(1).filter(|profile| profile.as_str() == "release");
        let release = release.map(|_| "--release".to_owned());
        let options = target.words().into_iter().chain(release).chain(["--".to_owned()]);
        Some(options.chain(rest.iter().cloned()).collect())
    }

    /// Lets cargo compile the program of `cargo run`, and returns its path and its arguments.
    fn built(
        &self,
        page: &Page,
        step: &Step,
        arguments: Vec<String>,
    ) -> Result<Vec<String>, Unrun> {
        let failed = |found: &str| {
            Failed(problem!(&page.path, step.line;
                expected "a command that cargo can run, `{}`", step.command;
                found "{found}";
                mend "correct the command or the program"))
        };
        // Cargo prints the path of the program and its arguments, instead of running the program.
        // No runner of the author's settings comes before this variable.
        let version = cargo("-vV").output().map(|ran| ran.stdout).unwrap_or_default();
        let version = String::from_utf8_lossy(&version);
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.unwrap_or_default().replace('-', "_").to_uppercase();
        let runner = format!("CARGO_TARGET_{host}_RUNNER");
        let run = |arguments: &[String]| {
            let mut run = cargo("run");
            run.args(arguments).current_dir(self.folder).env(&runner, r"printf %s\0");
            run.env("CARGO_TERM_QUIET", "true").env("CARGO_TERM_COLOR", "never");
            run.output().map_err(|error| failed(&error.to_string()))
        };
        let mut ran = run(&arguments)?;
        let open = regex!("could not determine which binary|a bin target must be available");
        if open.is_match(&String::from_utf8_lossy(&ran.stderr)) {
            let target = self.included(page, step.line);
            let target =
                target.ok_or(Skipped("the page includes no program of the package above"))?;
            let package = regex!("(?m)^(-p|--package=?)").is_match(&arguments.join("\n"));
            let words = &target.words()[if package { 2 } else { 0 }..];
            ran = run(&[words, &arguments].concat())?;
        }
        if !ran.status.success() {
            return Err(failed(String::from_utf8_lossy(&ran.stderr).trim_end()));
        }
        let words = String::from_utf8_lossy(&ran.stdout);
        let words = words.strip_suffix('\0').ok_or(Skipped("cargo runs it for another target"))?;
        let mut words: Vec<String> = words.split('\0').map(str::to_owned).collect();
        words[0] = self.folder.join(&words[0]).to_string_lossy().into_owned();
        Ok(words)
    }

    /// Returns the program that the page includes last above a line.
    fn included(&self, page: &Page, line: usize) -> Option<Target> {
        let includes = includes(page);
        let last = includes.iter().rfind(|include| include.line < line)?;
        let path = self.root.join(page.include(&last.argument).0).canonicalize().ok()?;
        targets(self.metadata).find(|target| target.source == path)
    }

    /// Runs the programs of a page in their order, in a copy of the folder. Returns the exit code and
    /// the output of each, with the patterns of the author for the parts that fit them.
    fn outputs(
        &self,
        runs: &[(Step, Vec<String>)],
        which: usize,
        accept: bool,
    ) -> Vec<io::Result<String>> {
        let mut files = files(self.folder, "", &[]);
        files.retain(|path| self.folder.join(path).is_file());
        let world = match world(self.folder, &files) {
            Ok(world) => world,
            Err(error) => return vec![Err(error)],
        };
        let of_cargo =
            regex!(r"^ {2,}(Compiling|Finished|Running|Down\w+|Updating|Locking|Adding) ");
        let outputs = runs.iter().map(|(step, words)| {
            let mut command = command(words, &world, which)?;
            let ran = in_environment(&mut command, true, which)?;
            // A signal has a name on every system; a core file does not depend on the program.
            let signal = || ran.status.to_string().replace(" (core dumped)", "");
            let code = ran.status.code().map_or_else(signal, |code| code.to_string());
            let mut found = format!("? {code}\n");
            let typed = step.typed.lines().skip_while(|line| line.starts_with("? "));
            for line in typed.take_while(|line| of_cargo.is_match(line)) {
                found += &(if accept { now(line) } else { line.to_owned() } + "\n");
            }
            let found = Data::text(tidy(&(found + &text(&ran.stdout))) + "\n");
            let typed = Data::text(tidy(&step.typed) + "\n");
            let found = NormalizeToExpected::new().redact().normalize(found, &typed).to_string();
            Ok(found.trim_end().to_owned())
        });
        outputs.collect()
    }

    /// Compares the outputs of both runs with the typed output. If the output differs and is to be
    /// accepted, returns the new lines.
    fn compared(
        &self,
        page: &Page,
        step: &Step,
        outputs: (io::Result<String>, io::Result<String>),
        accept: bool,
    ) -> Result<Option<String>, Problem> {
        let Step { line, command, typed, lines, .. } = step;
        let found = match outputs {
            (Ok(first), Ok(second)) => match difference(&first, &second) {
                None => first,
                // A pattern of the author is only in an output that fits it.
                Some(_) if !accept && typed.contains("..") => first,
                Some((_, first, second)) => Err(problem!(&page.path, *line;
                    expected "the same output of `{command}` in each run";
                    found "{first} and {second}";
                    mend "type [..] for the part that differs or ... for the lines, and correct the rest"))?,
            },
            (Err(error), _) | (_, Err(error)) => {
                let ends = error.kind() == io::ErrorKind::TimedOut;
                let does = if ends { "ends" } else { "starts" };
                Err(problem!(&page.path, *line;
                    expected "a program that {does}, `{command}`";
                    found "{error}";
                    mend "correct the command or the program"))?
            }
        };
        let target = Path::new(self.metadata["target_directory"].as_str().unwrap_or_default());
        let folders = [("the target folder", target), ("the folder of the package", self.folder)];
        let known = |word: &str| {
            let files = command.split(' ').map(|path| self.folder.join(path));
            let texts = files.filter_map(|path| fs::read_to_string(path).ok());
            let mut texts = texts.chain(rust_files(self.folder)).chain([command.clone()]);
            texts.any(|text| text.contains(word))
        };
        if let Some((what, word)) = of_here(&found, &folders, known) {
            Err(problem!(&page.path, *line;
                expected "an output of `{command}` that is the same on every machine and day";
                found "{what}, {word}";
                mend "type [..] for it, or change the program"))?;
        }
        let Some((differs, new, old)) = difference(&found, &tidy(typed)) else {
            return Ok(None);
        };
        if let Some(line) = found.lines().find(|line| unfit(line)) {
            Err(problem!(&page.path, step.line;
                expected "an output of `{command}` that a block can hold"; found "{line:?}"; mend "change the output"))?;
        }
        if !accept {
            let line = lines.start + differs - 1 - usize::from(!typed.starts_with("? "));
            let what = if differs == 1 { "the exit code " } else { "" };
            Err(problem!(&page.path, line.min(lines.end - 1);
                expected "{what}{new} from `{command}`";
                found "{old}";
                mend "if the output is right, accept it: --run --accept"))?;
        }
        let shown = found.strip_prefix("? 0").filter(|shown| !shown.starts_with("\n? "));
        Ok(Some(shown.unwrap_or(&found).trim_start_matches('\n').to_owned()))
    }
}

/// Returns whether a line of an output would be another thing in a block.
fn unfit(line: &str) -> bool {
    let control = line.contains(|letter: char| letter.is_control() && letter != '\t');
    let other = regex!(r"^(\$ |> |\s*(```|~~~))").is_match(line);
    control || other || directive(line).is_some()
}

/// Returns a line with the words that cargo and rustc print now, in place of those that they printed
/// once.
fn now(line: &str) -> String {
    let old = [
        (regex!(r"Finished (dev|release|test|bench) \["), "Finished `$1` profile ["),
        (regex!(r"(Finished .* in [0-9.]+) secs$"), "${1}s"),
        (
            regex!(r"Created (binary \(application\)|library) `([^`]*)` (?:package|project)"),
            "Creating $1 `$2` package",
        ),
        (regex!(r"panicked at '(.*)', (\S+:\d+(?::\d+)?)$"), "panicked at $2:\n$1"),
        (
            regex!(r"panicked at 'assertion failed: `\(left (.=) right\)`$"),
            "panicked at FILE:LINE:COLUMN:\nassertion `left $1 right` failed",
        ),
        (
            regex!(r"note: Run with `RUST_BACKTRACE=1` for a backtrace\.?"),
            "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        ),
        (regex!(r"aborting due to previous error"), "aborting due to 1 previous error"),
    ];
    old.iter().fold(line.to_owned(), |line, (old, new)| old.replace(&line, *new).into_owned())
}

/// Returns the lines of all blocks with words that cargo and rustc no longer print.
pub(crate) fn stale(source: &Source) -> Vec<Problem> {
    let pages = source.pages.values();
    let blocks = pages.flat_map(|page| page.blocks.iter().map(move |block| (page, block)));
    let mut problems = Vec::new();
    // A diff may show an old form on purpose.
    for (page, block) in blocks.filter(|(_, block)| block.info != "diff") {
        let first = block.line + usize::from(block.info != "indented");
        for (line, old) in (first..).zip(block.text.lines()) {
            let new = now(old);
            if new != old {
                problems.push(problem!(&page.path, line;
                    expected "{:?}, the form that cargo or rustc prints now", new.trim_start();
                    found "{:?}", old.trim_start();
                    mend "correct the typed output"));
            }
        }
    }
    problems
}
