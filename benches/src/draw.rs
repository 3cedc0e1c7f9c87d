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
    let Some(first) = ours
        .rows
        .iter()
        .find(|row| self::name(&row.page, &row.state) == name)
    else {
        return String::new();
    };
    let rows = ours.of(&first.page, &first.state);
    let yours = yours.map(|data| data.of(&first.page, &first.state));
    let yours = yours.filter(|rows| !rows.is_empty());
    let mut text = String::new();
    match &*first.unit {
        // What is drawn cannot fail to be written: it goes to a text in memory.
        "ns" => text += &ratios(name, &rows, yours.as_deref()).unwrap_or_default(),
        "pages" => text += &strips(name, &rows).unwrap_or_default(),
        _ => {}
    }
    if first.unit != "pages" {
        text += &table(&rows);
    }
    if let Some(yours) = yours {
        text += "\nOn this machine:\n\n";
        match &*first.unit {
            "pages" => text += &strips(&format!("{name}_here"), &yours).unwrap_or_default(),
            _ => text += &table(&yours),
        }
    }
    text.trim_end().to_owned() + "\n"
}

fn machine(ours: &Data, yours: Option<&Data>) -> String {
    let here = if yours.is_some() {
        " this machine |"
    } else {
        ""
    };
    let line = if yours.is_some() { "---|" } else { "" };
    let mut text = format!("| what | the machine of the book |{here}\n|---|---|{line}\n");
    for (name, value) in &ours.machine {
        let _ = write!(text, "| {name} | {value} |");
        if let Some(yours) = yours {
            let value = yours.machine.iter().find(|(found, _)| found == name);
            let _ = write!(text, " {} |", value.map_or("", |(_, value)| value));
        }
        text.push('\n');
    }
    text
}

/// A line for each size of each state that a map and something else was measured for: the best of
/// both, and how the map compares with the other and with the limit.
fn comparison(data: &Data) -> String {
    let mut text =
        "| what | the best map | the best other | map to other | map to limit |\n|---|---|---|---|---|\n"
            .to_owned();
    let case = |row: &Row| (row.page.clone(), row.state.clone(), row.size.clone());
    for rows in data.rows.chunk_by(|left, right| case(left) == case(right)) {
        let rows: Vec<&Row> = rows.iter().filter(|row| row.unit == "ns").collect();
        let best = |map: bool| {
            let all = rows.iter().filter(|row| row.contender != LIMIT);
            let all = all.filter(|row| is_map(&row.contender) == map);
            all.min_by(|left, right| left.median.total_cmp(&right.median))
        };
        // A map taken apart has no other beside it.
        let (Some(map), Some(other)) = (best(true), best(false)) else {
            continue;
        };
        let Some(limit) = limit(&rows, &map.size).filter(|_| other.contender != "open") else {
            continue;
        };
        let page = map.page.replace('_', " ");
        let (first, rest) = page.split_at(1);
        let _ = writeln!(
            text,
            "| [{}{rest}]({}.md), {}, {} | {} | {} | {} | {} |",
            first.to_uppercase(),
            map.page,
            map.state,
            map.size,
            map.contender,
            other.contender,
            ratio(map.median / other.median),
            ratio(map.median / limit),
        );
    }
    text
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

fn is_map(contender: &str) -> bool {
    ["Mmap", "MappedFile", "map", "mmap", "unmap"]
        .iter()
        .any(|start| contender.starts_with(start))
}

/// Three digits.
fn digits(value: f64) -> String {
    match value {
        value if value < 9.95 => format!("{value:.2}"),
        value if value < 99.5 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// A ratio, in two digits.
fn ratio(value: f64) -> String {
    match value {
        value if value < 0.0095 => format!("{value:.1e}"),
        value if value < 0.995 => format!("{value:.2}"),
        value if value < 9.95 => format!("{value:.1}"),
        value => {
            let mut value = format!("{value:.0}");
            for at in (1..value.len())
                .rev()
                .filter(|at| (value.len() - at) % 3 == 0)
                .collect::<Vec<_>>()
            {
                value.insert(at, ',');
            }
            value
        }
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
/// is.
fn table(rows: &[&Row]) -> String {
    let sizes = once(rows, |row| &row.size);
    let mut text = format!("| what | {} |\n|---|", sizes.join(" | "));
    text += &"---|".repeat(sizes.len());
    text.push('\n');
    for contender in once(rows, |row| &row.contender) {
        let _ = write!(text, "| {contender} |");
        for size in &sizes {
            let cell = match find(rows, size, contender) {
                None => String::new(),
                Some(row) if row.unit == "ratio" => format!("{:.2}", row.median),
                Some(row) if row.unit != "ns" => ratio(row.median),
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
fn ratios<'a>(name: &str, ours: &[&Row], yours: Option<&[&Row]>) -> Result<String, Drawn<'a>> {
    let mut sizes = once(ours, |row| &row.size);
    for size in yours.map_or(Vec::new(), |rows| once(rows, |row| &row.size)) {
        if !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    let all = [ours, yours.unwrap_or_default()];
    let mut words = String::new();
    let (mut low, mut high) = (0.9_f64, 2.2_f64);
    for rows in all {
        for row in rows.iter().filter(|row| row.contender != LIMIT) {
            if let Some(limit) = limit(rows, &row.size) {
                low = low.min(row.low / limit / 1.15);
                high = high.max(row.high / limit * 1.15);
            }
        }
    }
    let mut lines = Vec::new();
    for size in &sizes {
        lines.push((*size, None));
        let _ = write!(words, "{size}: ");
        let mut contenders = once(ours, |row| &row.contender);
        contenders.retain(|contender| {
            *contender != LIMIT && all.iter().any(|rows| find(rows, size, contender).is_some())
        });
        let told = contenders.iter().filter_map(|contender| {
            let row = find(ours, size, contender)?;
            Some(format!(
                "{contender} {}",
                ratio(row.median / limit(ours, size)?)
            ))
        });
        let _ = write!(words, "{}. ", told.collect::<Vec<_>>().join(", "));
        lines.extend(
            contenders
                .into_iter()
                .map(|contender| (*size, Some(contender))),
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
            for (rows, filled) in [(ours, true), (yours.unwrap_or_default(), false)] {
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
/// its last.
fn strips<'a>(name: &str, rows: &[&Row]) -> Result<String, Drawn<'a>> {
    let contenders = once(rows, |row| &row.contender);
    let last = rows.iter().map(|row| row.high).fold(1.0, f64::max);
    let bottom = 8 + 26 * i32::try_from(contenders.len()).unwrap_or_default();
    let height = u32::try_from(bottom).unwrap_or_default();
    let mut words = String::new();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        let label = TextStyle::from(("sans-serif", 17).into_font());
        let label = label.pos(Pos::new(HPos::Right, VPos::Center));
        for (at, contender) in contenders.iter().enumerate() {
            let y = 17 + 26 * i32::try_from(at).unwrap_or_default();
            area.draw(&Text::new(
                (*contender).to_owned(),
                (LEFT - 10, y),
                label.clone(),
            ))?;
            let all = [(LEFT, y - 8), (RIGHT, y + 8)];
            area.draw(&Rectangle::new(all, BLACK.mix(0.6)))?;
            let mut pages = 0.0;
            for row in rows
                .iter()
                .filter(|row| row.contender == *contender && row.median > 0.0)
            {
                pages += row.median;
                #[expect(clippy::cast_possible_truncation, reason = "a place in the figure")]
                let x = |page: f64| LEFT + (page / last * f64::from(RIGHT - LEFT)) as i32;
                // One page is wider than it is, to be seen.
                let run = [
                    (x(row.low), y - 8),
                    (x(row.high).max(x(row.low) + 2), y + 8),
                ];
                area.draw(&Rectangle::new(run, ACCENT.filled()))?;
            }
            let _ = write!(
                words,
                "{contender}: {} of {} pages. ",
                ratio(pages),
                ratio(last)
            );
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
