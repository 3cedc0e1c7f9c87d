//! `proofread check PATH`: checks any mdBook. Unless programs are to be run, it writes nothing into the
//! folder of the book.

use crate::cargo::in_repository;
use crate::console::OUTPUTS;
use crate::level::{Allowed, Level, Levels, allowed};
use crate::rules::site::Site;
use crate::rules::{ANY, CAUSES, EXPANDED, OF_SITE, RULES};
use crate::settings::{self, Settings};
use crate::{Book, Problem, Source, blocks, console, expand};
use serde::Serialize;
use serde_json::json;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The rules that `proofread check` itself adds to those of [`crate::rules`].
const ALLOWS: &str = "allows";
const BLOCKS: &str = "blocks";
const SITE: &str = "site";
const STALE: &str = "stale";

/// The form of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// Lines to read
    #[default]
    Text,
    /// One JSON object
    Json,
    /// Annotations of GitHub Actions
    Github,
}

/// The options of `proofread check`.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "\
Exit codes: 0 if the check passes, 1 if it finds a problem of a rule of level deny,
2 if the check cannot be done.")]
pub struct Options {
    /// The folder of `book.toml`
    pub path: PathBuf,
    /// Run the Rust blocks, and the commands of `console` blocks
    #[arg(long)]
    pub run: bool,
    /// Run them, and write the outputs of the commands into the pages
    #[arg(long)]
    pub accept: bool,
    /// Use the rules of taste, too
    #[arg(long)]
    pub strict: bool,
    /// The form of the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Turn a rule off
    #[arg(long, value_name = "RULE")]
    pub allow: Vec<String>,
    /// Report the problems of a rule
    #[arg(long, value_name = "RULE")]
    pub warn: Vec<String>,
    /// Report the problems of a rule, and fail
    #[arg(long, value_name = "RULE")]
    pub deny: Vec<String>,
    /// The Cargo.toml whose crates the blocks use
    #[arg(long, value_name = "FILE")]
    pub manifest_path: Option<PathBuf>,
}

/// A problem with its rule.
#[derive(Serialize)]
struct Told {
    rule: &'static str,
    level: Level,
    #[serde(flatten)]
    problem: Problem,
}

/// A rule with the problems that it found.
type Found = (&'static str, Vec<Problem>);

/// The problems of a book.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// The report in the form that the options name.
    pub text: String,
    /// The parts that were not checked, each with the reason.
    pub notes: Vec<String>,
    /// Whether a rule of level `deny` has a problem.
    pub failed: bool,
}

impl Options {
    /// Checks the book.
    ///
    /// # Errors
    ///
    /// Returns an error if an option is wrong or the book cannot be read.
    pub fn check(&self) -> Result<Report, String> {
        let start = Instant::now();
        // A package may start this program; the path is still relative to the current folder.
        let root = std::env::current_dir().map_err(|error| error.to_string())?;
        let mut book = Book::new(root.join(&self.path));
        if self.strict {
            // As in the book of `proofread new`.
            book = book.twins("py", "python3");
            let proofs = ["tests/proofs", "tests/proofs.rs"].into_iter();
            book.proofs = proofs.map(str::to_owned).find(|path| book.root.join(path).exists());
        }
        let told = |problem: Problem| self.placed(problem).to_string();
        let (config, unknown) = settings::read(&book.root).map_err(told)?;
        let version = mdbook_core::MDBOOK_VERSION;
        let note = |key| format!("book.toml: mdBook {version} does not know the key {key}");
        let mut notes: Vec<String> = unknown.iter().map(note).collect();
        let settings = config.get::<Settings>("preprocessor.proofread");
        let settings = settings.map_err(|error| format!("book.toml: {error:#}"))?;
        let settings = settings.unwrap_or_default();
        let levels = self.levels(settings.rules)?;
        let named = settings.manifest_path.map(|path| book.root.join(path));
        let named = self.manifest_path.clone().or(named);
        let real = |path: PathBuf| {
            path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))
        };
        let named = named.map(real).transpose()?;
        let manifest = named.clone().or_else(|| manifest(&book.root));
        let cargo = manifest.as_deref().and_then(Path::parent);
        let cargo = cargo.unwrap_or(&book.root);
        progress("reading the pages");
        let source = Source::with(&book, config, cargo).map_err(told)?;
        if let (Some(path), Err(error)) = (&manifest, source.cargo.metadata()) {
            notes.push(format!("{}: its programs are not known: {error}", path.display()));
        }

        let on = |rule: &str| levels[rule] > Level::Allow;
        let mut found: Vec<Found> = Vec::new();
        for (rule, check) in ANY.iter().chain(&CAUSES).chain(&RULES) {
            if on(rule) {
                progress(rule);
                found.push((rule, check(&source)));
            }
        }
        // The rules `missing` and `includes` report those of these files that mdBook reads.
        found.push((CAUSES[0].0, source.unread.clone()));
        if on(EXPANDED) {
            found.push((EXPANDED, expand::expand(&source).problems));
        }
        progress("building the site");
        let mut site = Site::build(&source, None).map_err(told)?;
        // These rules find nothing if nothing is run, or if a part that they need is missing.
        let mut idle = if self.runs() { vec![] } else { vec![BLOCKS, OUTPUTS] };
        if source.cargo.metadata().is_err() {
            idle.extend(["commands", OUTPUTS]);
        }
        if source.cargo.locked.is_empty() {
            idle.push("versions");
        }
        let failed = site.failed.take();
        if failed.is_some() || !site.notes.is_empty() {
            idle.extend(OF_SITE.iter().map(|(rule, _)| *rule).chain([BLOCKS]));
        }
        found.push((SITE, failed.into_iter().collect()));
        notes.append(&mut site.notes);
        for (rule, check) in OF_SITE.iter().filter(|(rule, _)| on(rule)) {
            progress(rule);
            found.push((rule, check(&site)));
        }
        if on(STALE) {
            found.push((STALE, console::stale(&source)));
        }
        if self.runs() && on(BLOCKS) {
            progress("running the blocks");
            found.push((BLOCKS, blocks::run(&site, named.as_deref(), &mut notes)));
        }
        if self.runs() && on(OUTPUTS) {
            progress("running the commands");
            let problems = console::run(&source, &settings.commands, self.accept, &mut notes);
            found.push((OUTPUTS, problems));
        }
        progress("");
        let comments = unallowed(&source, &mut found, &levels, &idle);
        found.push((ALLOWS, comments));
        found.sort_by_key(|(rule, _)| (Reverse(levels[rule]), *rule));
        let mut seen = BTreeSet::new();
        let mut reports: Vec<Told> = Vec::new();
        for (rule, mut problems) in found {
            let level = levels[rule];
            problems.sort();
            // Two rules may report the same problem.
            problems.retain(|problem| level > Level::Allow && seen.insert(problem.clone()));
            let placed = problems.into_iter().map(|problem| self.placed(problem));
            reports.extend(placed.map(|problem| Told { rule, level, problem }));
        }
        let (pages, seconds) = (source.summary.len(), start.elapsed().as_secs_f64());
        let text = match self.format {
            Format::Text => format!("{}{pages} pages, {seconds:.1} s\n", text(&reports)),
            Format::Github => github(&reports),
            Format::Json => {
                let all = json!({
                    "problems": reports, "notes": notes, "pages": pages, "seconds": seconds,
                });
                format!("{all:#}\n")
            }
        };
        let failed = reports.iter().any(|told| told.level == Level::Deny);
        Ok(Report { text, notes, failed })
    }

    /// Returns the levels: first those of the rules, then those of `book.toml`, then those of the
    /// command line.
    fn levels(&self, own: BTreeMap<String, Level>) -> Result<Levels, String> {
        let any = ANY.iter().map(|(rule, _)| *rule);
        let any = any.chain(OF_SITE.iter().map(|(rule, _)| *rule));
        let any = any.chain([SITE, ALLOWS, BLOCKS, OUTPUTS, STALE]);
        let taste = CAUSES.iter().chain(&RULES).map(|(rule, _)| *rule);
        let level = if self.strict { Level::Deny } else { Level::Allow };
        let taste = taste.chain([EXPANDED]).map(|rule| (rule, level));
        let mut levels: Levels = any.map(|rule| (rule, Level::Deny)).chain(taste).collect();
        let known: Vec<&str> = levels.keys().copied().collect();
        let known = known.join(", ");
        let each =
            [(&self.allow, Level::Allow), (&self.warn, Level::Warn), (&self.deny, Level::Deny)];
        let named =
            each.iter().flat_map(|(rules, level)| rules.iter().map(|rule| (rule.clone(), *level)));
        for (rule, level) in own.into_iter().chain(named) {
            let wrong = || format!("expected one of the rules {known}; found `{rule}`");
            *levels.get_mut(&*rule).ok_or_else(wrong)? = level;
        }
        Ok(levels)
    }

    fn runs(&self) -> bool {
        self.run || self.accept
    }

    /// Returns a problem whose path starts in the current folder.
    fn placed(&self, problem: Problem) -> Problem {
        let path = self.path.join(&problem.path);
        let path = path.strip_prefix(".").unwrap_or(&path);
        Problem { path: path.to_string_lossy().replace('\\', "/"), ..problem }
    }
}

/// Removes the problems that a comment of a page allows, and returns the problems of these
/// comments. The `idle` rules did not check every place.
fn unallowed(source: &Source, found: &mut [Found], levels: &Levels, idle: &[&str]) -> Vec<Problem> {
    let mut wrong = Vec::new();
    for (page, comment) in
        source.pages.values().flat_map(|page| allowed(page).map(move |it| (page, it)))
    {
        let Allowed { rule, reason, line, lines } = &comment;
        let mut used = false;
        for (_, problems) in found.iter_mut().filter(|(of, _)| of == rule) {
            let before = problems.len();
            problems.retain(|it| it.path != page.path || !lines.contains(&it.line));
            used |= problems.len() < before;
        }
        let (expected, mend) = match levels.get(&**rule) {
            None => ("the name of a rule", "correct the name"),
            _ if reason.is_empty() => {
                ("a reason", "write `<!-- proofread: allow RULE: REASON -->`")
            }
            Some(level) if !used && *level > Level::Allow && !idle.contains(&&**rule) => {
                ("a problem that this comment allows", "delete the comment")
            }
            _ => continue,
        };
        wrong.push(problem!(&page.path, *line;
            expected "{expected}"; found "allow {rule}: {reason}"; mend "{mend}"));
    }
    wrong
}

/// Returns the problems of each rule, and the start of the last line, which counts them.
fn text(reports: &[Told]) -> String {
    let mut text = String::new();
    let mut counts = Vec::new();
    for all in reports.chunk_by(|left, right| left.rule == right.rule) {
        let Told { rule, level, .. } = &all[0];
        text += &format!("{rule} ({}):\n", format!("{level:?}").to_lowercase());
        text.extend(all.iter().map(|told| format!("  {}\n", told.problem)));
        counts.push(format!("{rule} {}", all.len()));
    }
    match &counts[..] {
        [] => "no problems in ".into(),
        counts => format!("{text}\nproblems ({}) in ", counts.join(", ")),
    }
}

/// Returns the problems as annotations of GitHub Actions.
fn github(reports: &[Told]) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D");
    let lines = reports.iter().map(|Told { rule, level, problem }| {
        let kind = if *level == Level::Deny { "error" } else { "warning" };
        let file = escaped(&problem.path).replace(':', "%3A").replace(',', "%2C");
        let line = problem.line.max(1);
        let Problem { expected, found, mend, .. } = problem;
        let told = escaped(&format!("expected {expected}, found {found}; {mend}"));
        format!("::{kind} file={file},line={line},title=proofread {rule}::{told}\n")
    });
    lines.collect()
}

/// Returns the Cargo.toml of the project: the nearest one in the folder of the book or above it, in
/// the same repository, that has a Cargo.lock beside it, or else the nearest one.
fn manifest(root: &Path) -> Option<PathBuf> {
    let folders = in_repository(root).filter(|folder| folder.join("Cargo.toml").is_file());
    let folders: Vec<&Path> = folders.collect();
    let locked = folders.iter().find(|folder| folder.join("Cargo.lock").is_file());
    Some(locked.or(folders.first())?.join("Cargo.toml"))
}

/// Shows on a terminal what the check does now.
fn progress(step: &str) {
    if stderr().is_terminal() {
        match step {
            "" => eprint!("\r\x1b[K"),
            step => eprint!("\r\x1b[Kproofread: {step} ..."),
        }
    }
}
