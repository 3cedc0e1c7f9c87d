//! Sentences held to the data: a claim is checked where it stands, and its number is printed there.
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
//!   of another state or size, it is followed by `[STATE]` or `[at SIZE]`; these alone mean the contender
//!   itself there. `of` prints both counts, such as `64 of 16,384`. Without another contender, the number
//!   is compared with the value itself.

use crate::data::{Data, OURS, Row};
use crate::draw::{amount, ratio};
use std::collections::BTreeSet;
use std::fmt;

/// Why a claim is not printed.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The data have no such row, as after a run with fewer sizes: which.
    NotMeasured(String),
    /// The data say otherwise: what was expected of which rows, and what was found.
    Contradicted(String),
    /// It is not written as a claim is: what was expected.
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

/// What the number says, by the words for it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Long,
    Many,
    Fast,
    Of,
    Value,
}

const FORMS: [(&str, Form); 4] = [
    ("times as long as ", Form::Long),
    ("times as many as ", Form::Many),
    ("times as fast as ", Form::Fast),
    ("of ", Form::Of),
];
const BOUNDS: [&str; 4] = [" at least ", " at most ", " within ", " exactly "];

/// A claim in its parts.
struct Claim<'a> {
    page: &'a str,
    state: &'a str,
    sizes: Vec<&'a str>,
    prints_size: bool,
    subjects: Vec<&'a str>,
    bound: &'static str,
    factor: f64,
    form: Form,
    other: &'a str,
}

/// What was found for one size and one subject.
struct Found {
    number: f64,
    text: String,
    figure: String,
}

/// Text for `{{#measured CLAIM}}` on a page, which is the stem of its file: the number and its words,
/// as a link to the figure that shows them.
///
/// # Errors
///
/// If the claim is not written as one, no row has what it is about, or the rows contradict it.
pub fn measured(claim: &str, page: &str, ours: &Data) -> Result<String, Refused> {
    let claim = Claim::parse(claim, page)?;
    let (mut missing, mut wrong, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for size in &claim.sizes {
        for subject in &claim.subjects {
            match claim.find(ours, size, subject) {
                Ok(one) => found.push((*size, one)),
                Err(Refused::Contradicted(why)) => wrong.push(why),
                Err(Refused::NotMeasured(why)) => missing.push(why),
                Err(malformed) => return Err(malformed),
            }
        }
    }
    let all = [&wrong[..], &missing].concat().join("; ");
    match found.first() {
        _ if !wrong.is_empty() => Err(Refused::Contradicted(all)),
        Some((_, first)) if missing.is_empty() => {
            let file = if claim.page == page {
                String::new()
            } else {
                format!("{}.md", claim.page)
            };
            Ok(format!(
                "[{}]({file}#{})",
                claim.print(&found),
                first.figure
            ))
        }
        _ => Err(Refused::NotMeasured(all)),
    }
}

impl<'a> Claim<'a> {
    fn parse(claim: &'a str, page: &'a str) -> Result<Self, Refused> {
        let expected = |what: &str| Refused::Malformed(format!("expected {what} in {claim:?}"));
        let head = "`STATE, SIZE: ` or `STATE at SIZE: `";
        let (case, rest) = claim.split_once(": ").ok_or_else(|| expected(head))?;
        let (page, case) = case.split_once('/').unwrap_or((page, case));
        let comma = case.split_once(", ");
        let at = case.split_once(" at ");
        let at = at.filter(|(state, _)| comma.is_none_or(|(before, _)| state.len() < before.len()));
        let (state, sizes) = at.or(comma).ok_or_else(|| expected(head))?;
        let bounds = "`at least`, `at most`, `within` or `exactly`";
        let parts = BOUNDS
            .iter()
            .find_map(|bound| Some((*bound, rest.split_once(bound)?)));
        let (bound, (subjects, rest)) = parts.ok_or_else(|| expected(bounds))?;
        let (factor, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let factor = number(factor).ok_or_else(|| expected("a number behind the bound"))?;
        let forms =
            "`times as long as`, `times as many as`, `times as fast as` or `of`, a contender";
        let mut parts = FORMS
            .iter()
            .filter_map(|(words, form)| Some((*form, rest.strip_prefix(words)?)));
        let (form, other) = match rest {
            "" => (Form::Value, ""),
            _ => parts.next().ok_or_else(|| expected(forms))?,
        };
        let [sizes, subjects] = [sizes, subjects].map(|names| names.split(" and ").collect());
        let prints_size = at.is_some();
        Ok(Claim {
            page,
            state,
            sizes,
            prints_size,
            subjects,
            bound,
            factor,
            form,
            other,
        })
    }

    /// The number for one size and one subject, if the bound holds.
    fn find(&self, data: &Data, size: &str, subject: &str) -> Result<Found, Refused> {
        let case = [self.page, self.state, size];
        let (row, value) = operand(data, case, subject)?;
        let other = match self.form {
            Form::Value => None,
            _ => {
                let of = self
                    .other
                    .strip_suffix(']')
                    .and_then(|all| all.rsplit_once('['));
                let (name, of) = of.unwrap_or((self.other, ""));
                let name = if name.is_empty() {
                    subject
                } else {
                    name.trim_end()
                };
                let case = match of.strip_prefix("at ") {
                    Some(size) => [self.page, self.state, size],
                    None if of.is_empty() => case,
                    None => [self.page, of, size],
                };
                Some(operand(data, case, name)?)
            }
        };
        let than = other.map_or(1.0, |(_, than)| than);
        let number = if self.form == Form::Fast {
            than / value
        } else {
            value / than
        };
        let holds = match self.bound {
            " at least " => number >= self.factor,
            " at most " => number <= self.factor,
            " within " => number <= self.factor && number >= 1.0 / self.factor,
            _ => number.total_cmp(&self.factor).is_eq(),
        };
        let told = amount(value, &row.unit);
        let than = other.map(|(row, than)| (row.path().join(", "), amount(than, &row.unit)));
        if !holds {
            let than = than.map_or(String::new(), |(row, than)| format!(", and {row}: {than}"));
            return Err(Refused::Contradicted(format!(
                "expected{}{}, found {}: {}, {subject}: {told}{than}",
                self.bound,
                self.factor,
                digits(number),
                case.join(", ")
            )));
        }
        let text = match (self.form, than) {
            (Form::Of, Some((_, than))) => format!("{told} of {than}"),
            (Form::Value, _) if row.unit != "ratio" => told,
            _ => digits(number),
        };
        Ok(Found {
            number,
            text,
            figure: row.figure(),
        })
    }

    /// The numbers and their words. If there are several numbers, they are told by size, or from the least
    /// to the greatest.
    fn print(&self, found: &[(&str, Found)]) -> String {
        let words = match self.form {
            Form::Long => " times as long",
            Form::Many => " times as many",
            Form::Fast => " times as fast",
            Form::Of | Form::Value => "",
        };
        if !self.prints_size {
            return range(found) + words;
        }
        let sizes = found.chunk_by(|left, right| left.0 == right.0).enumerate();
        let sizes = sizes.map(|(at, found)| {
            let words = if at > 0 && !words.is_empty() {
                " times"
            } else {
                words
            };
            format!("{}{words} at {}", range(found), found[0].0)
        });
        let sizes: Vec<String> = sizes.collect();
        match &sizes[..] {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            _ => sizes.concat(),
        }
    }
}

fn range(found: &[(&str, Found)]) -> String {
    let mut all: Vec<&Found> = found.iter().map(|(_, found)| found).collect();
    all.sort_by(|left, right| left.number.total_cmp(&right.number));
    match &all[..] {
        [low, .., high] if low.text != high.text => format!("{} to {}", low.text, high.text),
        all => all
            .first()
            .map_or(String::new(), |found| found.text.clone()),
    }
}

/// The value of a contender, of the difference of two, or of a part of one.
fn operand<'a>(data: &'a Data, case: [&str; 3], text: &str) -> Result<(&'a Row, f64), Refused> {
    let [page, state, size] = case;
    let find = |name| find(data, [page, state, size, name]).map_err(Refused::NotMeasured);
    if let Some((name, less)) = text.split_once(" - ") {
        let (row, less) = (find(name)?, find(less)?);
        return Ok((row, row.median - less.median));
    }
    if let Some((name, parts)) = text.split_once(" / ") {
        let expected = || Refused::Malformed(format!("expected a number behind / in {text:?}"));
        let (row, parts) = (find(name)?, number(parts).ok_or_else(expected)?);
        return Ok((row, row.median / parts));
    }
    let row = find(text)?;
    Ok((row, row.median))
}

/// The row of a path; or what is missing of it, and what is there instead.
fn find<'a>(data: &'a Data, path: [&str; 4]) -> Result<&'a Row, String> {
    let mut rows: Vec<&Row> = data.rows.iter().collect();
    for (at, name) in path.iter().enumerate() {
        let known: BTreeSet<&str> = rows.iter().map(|row| row.path()[at]).collect();
        rows.retain(|row| row.path()[at] == *name);
        if rows.is_empty() {
            let known: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
            let (path, known) = (path.join(", "), known.join(", "));
            return Err(format!(
                "{OURS} has no row {path}; for {name:?} it has {known}"
            ));
        }
    }
    Ok(rows[0])
}

/// A number that is greater than 0: `1.5`, `16,384`.
fn number(text: &str) -> Option<f64> {
    text.replace(',', "")
        .parse()
        .ok()
        .filter(|number: &f64| number.is_normal() && *number > 0.0)
}

/// Two digits: `190`, `1.5`, `0.97`.
fn digits(number: f64) -> String {
    if number < 99.5 {
        return ratio(number);
    }
    #[expect(clippy::cast_possible_truncation, reason = "how many digits there are")]
    let unit = 10_f64.powi(number.log10().floor() as i32 - 1);
    ratio((number / unit).round() * unit)
}
