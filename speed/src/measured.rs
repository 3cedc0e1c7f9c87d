//! Checks the claims of the pages against the data, and prints their numbers in the sentences.
//!
//! ```text
//! {{#measured warm at 64 MiB: Mmap at least 1.2 times as fast as one buffer}}
//! ```
//!
//! prints `1.5 times as fast at 64 MiB`, as a link to the figure. A claim has these parts:
//!
//! - `STATE, SIZE: ` or `STATE at SIZE: `, which prints the size, too. `and` joins several sizes. Data
//!   that belong to another page have its name before the state: `PAGE/STATE`.
//! - One contender or several, joined by `and`. `X - Y` is X without what Y takes, and `X / 16` is the
//!   16th part of X.
//! - `at least`, `at most`, `within` or `exactly`, and a number. *Within* 1.5 times means at most 1.5
//!   times as much and at most 1.5 times as little.
//! - `times as long as`, `times as many as`, `times as fast as` or `of`, and another contender. If that is
//!   of another state or size, it is followed by `[STATE]`, `[at SIZE]` or `[STATE at SIZE]`; these alone
//!   mean the contender itself there. `of` prints both counts, such as `64 of 16,384`. Without another contender, the number
//!   is compared with the value itself.

use crate::data::{Data, OURS, Row, figure_of};
use crate::draw::{amount, ratio};
use regex::{Captures, Regex};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fmt, fs, iter};

static CLAIM: LazyLock<Regex> = LazyLock::new(|| {
    let claim = r"(?x) ^ (?: (?<page>\w+) / )? (?<state>.+?) (?<at>,\ |\ at\ ) (?<sizes>.+?) :\ 
        (?<subjects>.+?) \ (?<bound>at\ least|at\ most|within|exactly) \ (?<number>[\d,]+\.?\d*)
        (?: \ (?: (?<words>times\ as\ (?:long|many|fast)) \ as | (?<of>of) )
            \ (?<other>[^\[]*?) (?: \ ?\[ (?<other_state>.*?) (?: \ ?at\ (?<size>.+) )? \] )? )? $";
    Regex::new(claim).expect("a regular expression")
});

/// The reason why a claim cannot be printed.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The data lack a row, for example after a run with fewer sizes. Has the path of the row.
    NotMeasured(String),
    /// The data contradict the claim. Has the rows, the expected number and the found number.
    Contradicted(String),
    /// The text is not a claim. Has the expected form.
    Malformed(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Refused::NotMeasured(why) => write!(f, "not measured: {why}"),
            Refused::Contradicted(why) => write!(f, "contradicted by {OURS}: {why}"),
            Refused::Malformed(why) => write!(f, "not a claim: {why}"),
        }
    }
}

impl std::error::Error for Refused {}

/// The parts of a claim, and the page of its data.
struct Claim<'a> {
    parts: Captures<'a>,
    page: &'a str,
}

/// The result for one size and one subject: the number, and its text.
type Found = (f64, String);

/// Returns the text for `{{#measured CLAIM}}` on a page (the stem of its file): the number and its
/// words, as a link to the figure that shows them.
///
/// # Errors
///
/// If the text is not a claim, the data lack a row, or the data contradict the claim.
pub fn measured(claim: &str, page: &str, ours: &Data) -> Result<String, Refused> {
    let form = "`STATE, SIZE: CONTENDER at least NUMBER times as long as CONTENDER`, or as";
    let malformed = || format!("expected {form} speed/src/measured.rs says; found {claim:?}");
    let parts = CLAIM.captures(claim.trim());
    let parts = parts.ok_or_else(|| Refused::Malformed(malformed()))?;
    let (shown_on, page) = (page, parts.name("page").map_or(page, |page| page.as_str()));
    let claim = Claim { parts, page };
    let (mut missing, mut wrong, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
    for size in claim.part("sizes").split(" and ") {
        let mut found = Vec::new();
        for subject in claim.part("subjects").split(" and ") {
            match claim.find(ours, size, subject) {
                Ok(one) => found.push(one),
                Err(Refused::Contradicted(why)) => wrong.push(why),
                Err(Refused::NotMeasured(why)) => missing.push(why),
                Err(malformed) => return Err(malformed),
            }
        }
        sizes.push((size, found));
    }
    let why = [&wrong[..], &missing].concat().join("; ");
    match (&wrong[..], &missing[..]) {
        ([], []) => {}
        ([], _) => return Err(Refused::NotMeasured(why)),
        _ => return Err(Refused::Contradicted(why)),
    }
    let figure = figure_of(page, claim.part("state"));
    let file = Some(format!("{page}.md")).filter(|_| page != shown_on);
    let (text, file) = (claim.print(sizes), file.unwrap_or_default());
    Ok(format!("[{text}]({file}#{figure})"))
}

/// Checks the claims on the pages of a book against these data. Lists the claims that are
/// contradicted, not measured or not claims, counts the others, and lists the rows that these data
/// lack.
///
/// # Errors
///
/// If a page or the data of the book cannot be read.
pub fn outcomes(root: &Path, data: &Data) -> Result<String, String> {
    let (mut text, mut holding) = (String::new(), 0);
    let mut pages: Vec<PathBuf> = fs::read_dir(root.join("book"))
        .and_then(|files| files.map(|file| Ok(file?.path())).collect())
        .map_err(|error| format!("book: {error}"))?;
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    for path in pages {
        let page = fs::read_to_string(&path).map_err(|error| format!("{path:?}: {error}"))?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        for claim in page.split("{{#measured ").skip(1) {
            let claim = claim
                .split("}}")
                .next()
                .unwrap_or_default()
                .replace('\n', " ");
            match measured(&claim, &stem, data) {
                Ok(_) => holding += 1,
                Err(Refused::Contradicted(why)) => {
                    text += &format!("contradicted: {stem}: {claim}: {why}\n");
                }
                Err(Refused::NotMeasured(_)) => {
                    text += &format!("not measured: {stem}: {claim}\n");
                }
                Err(error) => text += &format!("{stem}: {error}\n"),
            }
        }
    }
    let book = Data::read(root, OURS)?.unwrap_or_default();
    let lacks = |row: &&Row| !data.rows.iter().any(|known| known.path == row.path);
    let lacking = book.rows.iter().filter(lacks);
    let lacking: BTreeSet<String> = lacking.map(|row| row.path[..3].join(", ")).collect();
    for case in &lacking {
        text += &format!("not in these data, or not all of it: {case}\n");
    }
    let lacking = lacking.len();
    Ok(format!(
        "{text}{holding} claims of the book hold; {lacking} of its cases are not in these data"
    ))
}

impl<'a> Claim<'a> {
    fn part(&self, name: &str) -> &'a str {
        self.parts.name(name).map_or("", |part| part.as_str())
    }

    /// The number for one size and one subject, if the bound holds.
    fn find(&self, data: &Data, size: &str, subject: &str) -> Result<Found, Refused> {
        let or = |part: &'a str, default| if part.is_empty() { default } else { part };
        let case = [self.page, self.part("state"), size];
        let (row, value) = operand(data, case, subject)?;
        let (words, is_of) = (self.part("words"), self.parts.name("of").is_some());
        let other = if words.is_empty() && !is_of {
            None
        } else {
            let state = or(self.part("other_state"), case[1]);
            let size = or(self.part("size"), size);
            let other = or(self.part("other"), subject);
            Some(operand(data, [self.page, state, size], other)?)
        };
        let number = match other {
            None => value,
            Some((_, other)) if words.ends_with("fast") => other / value,
            Some((_, other)) => value / other,
        };
        let (bound, expected) = (self.part("bound"), self.part("number"));
        let factor = parse(expected)?;
        let holds = match bound {
            "at least" => number >= factor,
            "at most" => number <= factor,
            "within" => number <= factor && number >= 1.0 / factor,
            _ => number.total_cmp(&factor).is_eq(),
        };
        let told = amount(value, &row.unit);
        let other = other.map(|(row, value)| (row.path.join(", "), amount(value, &row.unit)));
        if holds {
            let text = match other {
                Some((_, other)) if is_of => format!("{told} of {other}"),
                None if row.unit != "ratio" => told,
                _ => ratio(number),
            };
            return Ok((number, text));
        }
        let other = other.map(|(row, other)| format!(", and {row}: {other}"));
        let (found, case) = (ratio(number), case.join(", "));
        let found = format!(
            "{found}: {case}, {subject}: {told}{}",
            other.unwrap_or_default()
        );
        let why = format!("expected {bound} {expected}, found {found}");
        Err(Refused::Contradicted(why))
    }

    /// The numbers and their words. Several numbers are listed by size, or as a range.
    fn print(&self, sizes: Vec<(&str, Vec<Found>)>) -> String {
        let words = match self.part("words") {
            "" => String::new(),
            words => format!(" {words}"),
        };
        if self.part("at") == ", " {
            return range(sizes.into_iter().flat_map(|(_, found)| found).collect()) + &words;
        }
        // Only the first number has all words; the others have the first.
        let short = words.get(..6).unwrap_or_default();
        let words = iter::once(&*words).chain(iter::repeat(short));
        let told = |((size, found), words)| format!("{}{words} at {size}", range(found));
        let sizes: Vec<String> = sizes.into_iter().zip(words).map(told).collect();
        match sizes.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => sizes.concat(),
        }
    }
}

fn range(mut found: Vec<Found>) -> String {
    found.sort_by(|left, right| left.0.total_cmp(&right.0));
    match &found[..] {
        [(_, low), .., (_, high)] if low != high => format!("{low} to {high}"),
        [(_, text), ..] => text.clone(),
        [] => String::new(),
    }
}

/// The value of a contender, of the difference of two, or of a part of one.
fn operand<'a>(data: &'a Data, case: [&str; 3], text: &str) -> Result<(&'a Row, f64), Refused> {
    let [page, state, size] = case;
    let find = |name| find(data, [page, state, size, name]);
    if let Some((name, less)) = text.split_once(" - ") {
        let (row, less) = (find(name)?, find(less)?);
        return Ok((row, row.median() - less.median()));
    }
    let (name, parts) = text.split_once(" / ").unwrap_or((text, "1"));
    let row = find(name)?;
    Ok((row, row.median() / parse(parts)?))
}

/// The row of a path. If there is none: the missing part, and the names that exist.
fn find<'a>(data: &'a Data, path: [&str; 4]) -> Result<&'a Row, Refused> {
    let mut rows: Vec<&Row> = data.rows.iter().collect();
    for (at, name) in path.iter().enumerate() {
        let known: BTreeSet<&String> = rows.iter().map(|row| &row.path[at]).collect();
        rows.retain(|row| row.path[at] == *name);
        if rows.is_empty() {
            let known: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
            let (path, known) = (path.join(", "), known.join(", "));
            let why = format!("{OURS} has no row {path}; for {name:?} it has {known}");
            return Err(Refused::NotMeasured(why));
        }
    }
    Ok(rows[0])
}

/// A number: `1.5`, `16,384`.
fn parse(number: &str) -> Result<f64, Refused> {
    let malformed = |_| Refused::Malformed(format!("expected a number, found {number:?}"));
    number.replace(',', "").parse().map_err(malformed)
}
