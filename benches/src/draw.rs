//! Figures and tables, drawn from the data.

use crate::data::{Data, LIMIT, Row};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::combinators::LogCoord;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::collections::BTreeSet;
use std::fmt::Write;

type Drawn<'a> = DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>;

const WIDTH: u32 = 420;
/// Left of it the contenders have their names.
const LEFT: i32 = 150;
const RIGHT: i32 = 408;
const ROW: i32 = 19;
/// What is drawn in this color has the accent of the theme: maps.
const ACCENT: RGBColor = RGBColor(1, 0, 0);
/// Where nothing was measured that a ratio could be of.
const NONE: &str = "—";
/// The page that takes a map apart: what it measures does not do the same work.
const PARTS: &str = "what_a_map_costs";
/// Where each map is kept, as the page says: the page, and its state, or all of them. Elsewhere a map
/// that is kept has it in its name.
const KEPT: [(&str, Option<&str>); 3] = [
    ("map_or_read", Some("again")),
    ("map_or_read", Some("into a Vec")),
    ("larger_than_memory", None),
];

/// The names of the snapshots: one for each state of each page, one for the machine, and one for
/// the comparison of all.
#[must_use]
pub fn names(ours: &Data) -> Vec<String> {
    let mut names = vec!["speed_machine".to_owned(), "speed_ratios".to_owned()];
    for row in &ours.rows {
        let name = name(&row.page, &row.state);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn name(page: &str, state: &str) -> String {
    format!("speed_{page}_{}", state.to_lowercase().replace(' ', "_"))
}

/// What a page includes under one of the names: a figure and a table, or the machine. Where there
/// is a run of the reader's, it is beside ours.
#[must_use]
pub fn made(name: &str, ours: &Data, yours: Option<&Data>) -> String {
    if name == "speed_machine" {
        return machine(ours, yours);
    }
    if name == "speed_ratios" {
        let here = yours.map(|yours| format!("\nOn this machine:\n\n{}", comparison(yours)));
        return comparison(ours) + &here.unwrap_or_default();
    }
    let ours = rows(ours, name);
    let yours = yours.map_or(Vec::new(), |yours| rows(yours, name));
    let Some(first) = ours.first().or(yours.first()) else {
        return String::new();
    };
    // What is drawn cannot fail to be written: it goes to a text in memory.
    match &*first.unit {
        "pages" => strips(name, &ours, &yours).unwrap_or_default(),
        "ns" => {
            let mut text = ratios(name, &ours, &yours).unwrap_or_default();
            if !ours.is_empty() {
                text += &table(&ours, &[]);
            }
            if !yours.is_empty() {
                text += "\nOn this machine:\n\n";
                text += &table(&yours, &[]);
            }
            text
        }
        _ => table(&ours, &yours),
    }
    .trim_end()
    .to_owned()
        + "\n"
}

/// The rows that stand under a name, in their order.
fn rows<'a>(data: &'a Data, name: &str) -> Vec<&'a Row> {
    let is = |row: &&Row| self::name(&row.page, &row.state) == name;
    data.rows.iter().filter(is).collect()
}

fn machine(ours: &Data, yours: Option<&Data>) -> String {
    let data = [Some(ours), yours];
    let data: Vec<&Data> = data.into_iter().flatten().collect();
    let mut names = Vec::new();
    for (name, _) in data.iter().flat_map(|data| &data.machine) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let heads = ["the machine of the book", "this machine"];
    let mut text = head(&heads[..data.len()]);
    for name in names {
        let value = |data: &&Data| {
            let value = data.machine.iter().find(|(found, _)| found == name);
            value.map_or(String::new(), |(_, value)| value.clone())
        };
        let values: Vec<String> = data.iter().map(value).collect();
        let _ = writeln!(text, "| {name} | {} |", values.join(" | "));
    }
    text
}

/// The first lines of a table, of what stands to the right of *what*.
fn head(columns: &[impl AsRef<str>]) -> String {
    let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    let line = "---|".repeat(columns.len());
    format!("| what | {} |\n|---|{line}\n", columns.join(" | "))
}

/// A line for each size of each state that a map and something else was measured for: the best
/// without a map, and how many times as long the best map takes that is made for it, and the best that
/// is kept. To the limit is the better of these two.
fn comparison(data: &Data) -> String {
    let mut text = head(&[
        "the best without a map",
        "made for it",
        "kept",
        "to the limit",
    ]);
    let case = |row: &Row| (row.page.clone(), row.state.clone(), row.size.clone());
    for rows in data.rows.chunk_by(|left, right| case(left) == case(right)) {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.unit == "ns").collect();
        let best = |kind: Kind| {
            let all = rows.iter().filter(|row| Kind::of(row) == kind);
            all.min_by(|left, right| left.median.total_cmp(&right.median))
        };
        let (made, kept) = (best(Kind::Made), best(Kind::Kept));
        let maps = made.into_iter().chain(kept);
        let better = maps.min_by(|left, right| left.median.total_cmp(&right.median));
        let (Some(better), Some(without)) = (better, best(Kind::Without)) else {
            continue;
        };
        let Some(limit) = limit(&rows, &better.size).filter(|_| better.page != PARTS) else {
            continue;
        };
        let cell = |map: Option<&&Row>| {
            map.map_or(NONE.to_owned(), |map| {
                format!("{} {}", map.contender, ratio(map.median / without.median))
            })
        };
        let page = better.page.replace('_', " ");
        let (first, rest) = page.split_at(1);
        let _ = writeln!(
            text,
            "| [{}{rest}]({}.md), {}, {} | {} | {} | {} | {} |",
            first.to_uppercase(),
            better.page,
            better.state,
            better.size,
            without.contender,
            cell(made),
            cell(kept),
            ratio(better.median / limit),
        );
    }
    text
}

/// What a contender is to the comparison, by its name and by where it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// The least that the work can take.
    Limit,
    /// A map that is made for the work, and taken away after it.
    Made,
    /// A map from before.
    Kept,
    /// No map.
    Without,
    /// A program with a start and a map of its own, or no more than its start: neither our map nor
    /// what takes the place of one.
    Foreign,
}

impl Kind {
    fn of(row: &Row) -> Kind {
        let name = &row.contender;
        let here = |(page, state): (&str, Option<&str>)| {
            row.page == page && state.is_none_or(|state| row.state == state)
        };
        match () {
            () if name == LIMIT => Kind::Limit,
            () if is_rg(name) || words(name).any(|word| word == "Python") => Kind::Foreign,
            () if !is_map(name) => Kind::Without,
            () if words(name).any(|word| word == "kept") => Kind::Kept,
            () if KEPT.into_iter().any(here) => Kind::Kept,
            () => Kind::Made,
        }
    }
}

/// What something is in the order of its first appearance, once.
fn once<'a>(rows: &[&'a Row], of: fn(&Row) -> &String) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    let all = rows.iter().map(|row| &**of(row));
    all.filter(|name| seen.insert(*name)).collect()
}

fn find<'a>(rows: &[&'a Row], size: &str, contender: &str) -> Option<&'a Row> {
    let is = |row: &&&Row| row.size == size && row.contender == contender;
    rows.iter().find(is).copied()
}

/// The limit of a row: what is done to as much of it at the least.
fn limit(rows: &[&Row], size: &str) -> Option<f64> {
    find(rows, size, LIMIT).map(|row| row.median)
}

/// Whether a contender is drawn as a map: one that begins as a map is called, or `rg`, which maps the
/// file where it is given one. `grep` does not.
fn is_map(contender: &str) -> bool {
    let starts = ["Mmap", "MappedFile", "map", "mmap", "unmap"];
    is_rg(contender) || starts.iter().any(|start| contender.starts_with(start))
}

fn is_rg(contender: &str) -> bool {
    words(contender).next() == Some("rg")
}

fn words(contender: &str) -> impl Iterator<Item = &str> {
    contender.split([' ', ','])
}

/// Three digits.
fn digits(value: f64) -> String {
    match value {
        value if value < 9.995 => format!("{value:.2}"),
        value if value < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// A whole number: `16,384`.
fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A ratio, in two digits: `16,384`, `1.0`, `0.50`, `0.0047`.
fn ratio(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if value < 0.0995 => {
            #[expect(clippy::cast_possible_truncation, reason = "how many zeros there are")]
            let zeros = -value.log10().floor() as usize;
            format!("{value:.*}", zeros + 1)
                .trim_end_matches('0')
                .to_owned()
        }
        value if value < 0.995 => format!("{value:.2}"),
        value if value < 9.95 => format!("{value:.1}"),
        value => whole(value),
    }
}

fn time(ns: f64) -> String {
    match ns {
        ns if ns < 999.5 => format!("{} ns", digits(ns)),
        ns if ns < 999.5e3 => format!("{} µs", digits(ns / 1e3)),
        ns if ns < 999.5e6 => format!("{} ms", digits(ns / 1e6)),
        ns => format!("{} s", digits(ns / 1e9)),
    }
}

/// A line for each contender, a column for each size: the median, and how many times the limit it
/// is. What is yours has a column beside ours.
fn table(ours: &[&Row], yours: &[&Row]) -> String {
    let all = [ours, yours].concat();
    let mut columns = Vec::new();
    for size in once(&all, |row| &row.size) {
        for (rows, whose) in [(ours, ""), (yours, ", yours")] {
            if rows.iter().any(|row| row.size == size) {
                columns.push((format!("{size}{whose}"), size, rows));
            }
        }
    }
    let heads: Vec<_> = columns.iter().map(|(head, ..)| head).collect();
    let mut text = head(&heads);
    for contender in once(&all, |row| &row.contender) {
        let _ = write!(text, "| {contender} |");
        for (_, size, rows) in &columns {
            let cell = match find(rows, size, contender) {
                None => String::new(),
                Some(row) if row.unit == "ratio" => format!("{:.2}", row.median),
                Some(row) if row.unit != "ns" => whole(row.median),
                Some(row) => match limit(rows, size).filter(|_| contender != LIMIT) {
                    Some(limit) => format!("{} ({})", time(row.median), ratio(row.median / limit)),
                    None => time(row.median),
                },
            };
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

/// The figure of a state: for each size and contender how many times the limit its median is, with
/// the quartiles. What the reader's machine did is an open mark.
fn ratios<'a>(name: &str, ours: &[&Row], yours: &[&Row]) -> Result<String, Drawn<'a>> {
    let all = [ours, yours].concat();
    let mut words = String::new();
    let (mut low, mut high) = (0.9_f64, 2.2_f64);
    for rows in [ours, yours] {
        for row in rows.iter().filter(|row| row.contender != LIMIT) {
            if let Some(limit) = limit(rows, &row.size) {
                low = low.min(row.low / limit / 1.15);
                high = high.max(row.high / limit * 1.15);
            }
        }
    }
    let mut lines = Vec::new();
    for size in once(&all, |row| &row.size) {
        lines.push((size, None));
        let mut contenders = once(&all, |row| &row.contender);
        contenders.retain(|contender| *contender != LIMIT && find(&all, size, contender).is_some());
        let told = contenders.iter().filter_map(|contender| {
            let times = |rows| Some(find(rows, size, contender)?.median / limit(rows, size)?);
            told(contender, times(ours).map(ratio), times(yours).map(ratio))
        });
        let _ = write!(words, "{size}: {}. ", told.collect::<Vec<_>>().join(", "));
        lines.extend(
            contenders
                .into_iter()
                .map(|contender| (size, Some(contender))),
        );
    }
    let bottom = 30 + ROW * i32::try_from(lines.len()).unwrap_or_default();
    let height = u32::try_from(bottom + 8).unwrap_or_default();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let coordinates = Cartesian2d::<LogCoord<f64>, RangedCoordf64>::new(
            (low..high).log_scale(),
            0.0..f64::from(bottom),
            (LEFT..RIGHT, 0..bottom),
        );
        let text = |size: i32, across: HPos| {
            TextStyle::from(("sans-serif", size).into_font()).pos(Pos::new(across, VPos::Center))
        };
        let chart = area.apply_coord_spec(coordinates);
        for mark in marks(low, high) {
            let at = chart.map_coordinate(&(mark, 0.0)).0;
            let is_limit = (mark - 1.0).abs() < f64::EPSILON;
            let width = if is_limit { 2 } else { 1 };
            let shade = if is_limit { 0.8 } else { 0.2 };
            let line = PathElement::new(
                [(at, 20), (at, bottom)],
                BLACK.mix(shade).stroke_width(width),
            );
            area.draw(&line)?;
            let label = match mark {
                _ if is_limit => LIMIT.to_owned(),
                mark if mark > 1.0 => format!("{}×", ratio(mark).trim_end_matches(".0")),
                mark => format!("{mark}×"),
            };
            area.draw(&Text::new(label, (at, 10), text(16, HPos::Center)))?;
        }
        for (at, (size, contender)) in lines.iter().enumerate() {
            let y = 32 + ROW * i32::try_from(at).unwrap_or_default();
            let Some(contender) = contender else {
                area.draw(&Text::new((*size).to_owned(), (0, y), text(18, HPos::Left)))?;
                continue;
            };
            area.draw(&Text::new(
                (*contender).to_owned(),
                (LEFT - 10, y),
                text(17, HPos::Right),
            ))?;
            let color = if is_map(contender) { ACCENT } else { BLACK };
            for (rows, filled) in [(ours, true), (yours, false)] {
                let (Some(row), Some(limit)) = (find(rows, size, contender), limit(rows, size))
                else {
                    continue;
                };
                let x = |ns: f64| chart.map_coordinate(&((ns / limit).max(low), 0.0)).0;
                let spread = [(x(row.low), y), (x(row.high), y)];
                area.draw(&PathElement::new(spread, color.stroke_width(2)))?;
                let style = if filled {
                    color.filled()
                } else {
                    color.stroke_width(2)
                };
                let center = (x(row.median), y);
                if is_map(contender) {
                    area.draw(&Circle::new(center, 5, style))?;
                } else {
                    let (x, y) = center;
                    area.draw(&Rectangle::new([(x - 4, y - 4), (x + 4, y + 4)], style))?;
                }
            }
        }
        area.present()?;
    }
    let title = "Times as multiples of the limit";
    Ok(themed(&svg, name, title, words.trim(), height))
}

/// A contender with what was found for it, as a figure is told in words.
fn told(contender: &str, ours: Option<String>, yours: Option<String>) -> Option<String> {
    match (ours, yours) {
        (None, None) => None,
        (Some(ours), None) => Some(format!("{contender} {ours}")),
        (None, Some(yours)) => Some(format!("{contender} (yours {yours})")),
        (Some(ours), Some(yours)) => Some(format!("{contender} {ours} (yours {yours})")),
    }
}

/// Where the lines of the scale are.
fn marks(low: f64, high: f64) -> Vec<f64> {
    let within = |mark: &f64| (low..high).contains(mark);
    let steps: &[f64] = match (high / low).log10() {
        decades if decades < 1.8 => &[1.0, 2.0, 5.0],
        decades if decades < 5.0 => &[1.0],
        _ => &[1.0, 100.0],
    };
    let every = if steps.contains(&100.0) { 2 } else { 1 };
    let decades = (-6..=8).filter(|decade| decade % every == 0);
    let marks = decades.flat_map(|decade| {
        let steps = steps.iter().filter(|step| **step < 100.0);
        steps.map(move |step| step * 10_f64.powi(decade))
    });
    marks.filter(within).collect()
}

/// The figure of what is in memory: a strip for each contender, from the first page of the file to
/// its last. What the reader's machine did is a strip below it, open.
fn strips<'a>(name: &str, ours: &[&Row], yours: &[&Row]) -> Result<String, Drawn<'a>> {
    let all = [ours, yours].concat();
    let mut lines = Vec::new();
    let mut words = String::new();
    for contender in once(&all, |row| &row.contender) {
        let [ours, yours] = [ours, yours].map(|rows| {
            let last = rows.iter().map(|row| row.high).fold(1.0, f64::max);
            let mut rows = rows.to_vec();
            rows.retain(|row| row.contender == contender);
            (rows, last)
        });
        let pages = |(rows, last): &(Vec<&Row>, f64)| {
            let held = rows.iter().map(|row| row.median).sum();
            (!rows.is_empty()).then(|| format!("{} of {} pages", whole(held), whole(*last)))
        };
        let told = told(&format!("{contender}:"), pages(&ours), pages(&yours));
        let _ = write!(words, "{}. ", told.unwrap_or_default());
        let label = if ours.0.is_empty() {
            contender
        } else {
            "yours"
        };
        lines.push((contender, ours, true));
        lines.push((label, yours, false));
    }
    lines.retain(|(_, (rows, _), _)| !rows.is_empty());
    let bottom = 8 + 26 * i32::try_from(lines.len()).unwrap_or_default();
    let height = u32::try_from(bottom).unwrap_or_default();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let style = TextStyle::from(("sans-serif", 17).into_font());
        let style = style.pos(Pos::new(HPos::Right, VPos::Center));
        for (at, (label, (rows, last), filled)) in lines.iter().enumerate() {
            let y = 17 + 26 * i32::try_from(at).unwrap_or_default();
            area.draw(&Text::new(
                (*label).to_owned(),
                (LEFT - 10, y),
                style.clone(),
            ))?;
            let all = [(LEFT, y - 8), (RIGHT, y + 8)];
            area.draw(&Rectangle::new(all, BLACK.mix(0.6)))?;
            for row in rows.iter().filter(|row| row.median > 0.0) {
                #[expect(clippy::cast_possible_truncation, reason = "a place in the figure")]
                let x = |page: f64| LEFT + (page / last * f64::from(RIGHT - LEFT)) as i32;
                // One page is wider than it is, to be seen.
                let run = [
                    (x(row.low), y - 8),
                    (x(row.high).max(x(row.low) + 2), y + 8),
                ];
                let style = if *filled {
                    ACCENT.filled()
                } else {
                    ACCENT.stroke_width(2)
                };
                area.draw(&Rectangle::new(run, style))?;
            }
        }
        area.present()?;
    }
    Ok(themed(&svg, name, "Pages in memory", words.trim(), height))
}

/// What plotters drew in black, in the colors of the theme, and with its words.
fn themed(svg: &str, name: &str, title: &str, words: &str, height: u32) -> String {
    let id = name.replace('_', "-");
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{id}-title {id}-text\" \
         viewBox=\"0 0 {WIDTH} {height}\" fill=\"none\" stroke=\"currentColor\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-text\">{words}</desc>\n"
    );
    // The first line is its own <svg>; an element stands in a line of its own.
    for line in svg.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let line = line
            .replace(" opacity=\"1\"", "")
            .replace(" font-family=\"sans-serif\"", "");
        let line = match line.contains("#010000") {
            true => line.replacen(' ', " class=\"accent\" ", 1),
            false => line,
        };
        let line = line
            .replace("#010000", "currentColor")
            .replace("#000000", "currentColor");
        let line = line.replace("<text ", "<text stroke=\"none\" ");
        text += line.trim_end();
        text.push('\n');
    }
    text + "\n"
}
