//! Figures and tables, drawn from the data.

use crate::data::{Data, Kind, Row};
use std::collections::BTreeSet;
use std::fmt::Write;

const WIDTH: f64 = 420.0;
/// Where the scale ends. Half of its last label is on the right of that.
const RIGHT: f64 = WIDTH - 24.0;
/// A character of a label takes less than this, in any font: a monospaced one has 0.6 of the font's
/// size, which is 14, and a wide one such as Verdana less on average.
const CHARACTER: f64 = 8.7;
const ROW: f64 = 19.0;
const STRIP: f64 = 26.0;

/// Text for `{{#figure NAME}}`: a figure and its table, or a table alone, below an element whose id
/// is the name. If there is a run of the reader's, it is beside ours.
///
/// # Errors
///
/// If no figure has the name: which names there are.
pub fn figure(name: &str, ours: &Data, yours: Option<&Data>) -> Result<String, String> {
    let both: Vec<&Data> = [Some(ours), yours].into_iter().flatten().collect();
    let text = match name {
        "speed_machine" => machine(&both),
        "speed_ratios" => {
            let tables: Vec<String> = both.iter().map(|data| comparison(data)).collect();
            tables.join("\nOn this machine:\n\n")
        }
        _ => state(name, ours, yours).ok_or_else(|| {
            let states = both.iter().flat_map(|data| &data.rows).map(Row::figure);
            let names = ["speed_machine", "speed_ratios"]
                .map(str::to_owned)
                .into_iter();
            let names: BTreeSet<String> = names.chain(states).collect();
            let names: Vec<String> = names.into_iter().collect();
            format!(
                "expected a figure, found {name:?}; there are {}",
                names.join(", ")
            )
        })?,
    };
    // A figure goes on in the block of HTML, and a table of Markdown needs a blank line.
    let between = if text.starts_with('<') { "" } else { "\n" };
    Ok(format!(
        "<div id=\"{name}\"></div>\n{between}{}\n",
        text.trim_end()
    ))
}

/// The figure of a state of a page, with its table.
fn state(name: &str, ours: &Data, yours: Option<&Data>) -> Option<String> {
    let of = |data: &'_ Data| -> Vec<Row> {
        data.rows
            .iter()
            .filter(|row| row.figure() == name)
            .cloned()
            .collect()
    };
    let (ours, yours) = (of(ours), yours.map(of).unwrap_or_default());
    let (ours, yours): (Vec<&Row>, Vec<&Row>) = (ours.iter().collect(), yours.iter().collect());
    Some(match &*ours.first().or(yours.first())?.unit {
        "pages" => strips(name, &ours, &yours),
        "ns" => {
            let tables = [(&ours, "\n"), (&yours, "\nOn this machine:\n\n")];
            let tables = tables.into_iter().filter(|(rows, _)| !rows.is_empty());
            let tables = tables.map(|(rows, before)| before.to_owned() + &table(rows, &[]));
            dots(name, &ours, &yours) + &tables.collect::<String>()
        }
        _ => table(&ours, &yours),
    })
}

fn machine(both: &[&Data]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in both.iter().flat_map(|data| &data.machine) {
        if !names.contains(&&**name) {
            names.push(name);
        }
    }
    let mut text = head(&["the machine of the book", "this machine"][..both.len()]);
    for name in names {
        let values = both.iter().map(|data| {
            let value = data.machine.iter().find(|(known, _)| known == name);
            value.map_or("", |(_, value)| value)
        });
        let _ = writeln!(
            text,
            "| {name} | {} |",
            values.collect::<Vec<_>>().join(" | ")
        );
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
    for rows in data
        .rows
        .chunk_by(|left, right| left.path()[..3] == right.path()[..3])
    {
        let best = |kinds: &[Kind]| {
            let all = rows
                .iter()
                .filter(|row| row.unit == "ns" && kinds.contains(&row.kind));
            all.min_by(|left, right| left.median.total_cmp(&right.median))
        };
        let better = best(&[Kind::Made, Kind::Kept]);
        let others = (better, best(&[Kind::Without]), best(&[Kind::Limit]));
        let (Some(better), Some(without), Some(limit)) = others else {
            continue;
        };
        let cell = |map: Option<&Row>| match map {
            Some(map) => format!("{} {}", map.contender, ratio(map.median / without.median)),
            None => "—".to_owned(),
        };
        let title = better.page.replace('_', " ");
        let (first, rest) = title.split_at(1);
        let _ = writeln!(
            text,
            "| [{}{rest}]({}.md), {}, {} | {} | {} | {} | {} |",
            first.to_uppercase(),
            better.page,
            better.state,
            better.size,
            without.contender,
            cell(best(&[Kind::Made])),
            cell(best(&[Kind::Kept])),
            ratio(better.median / limit.median),
        );
    }
    text
}

/// What something is in the order of its first appearance, once.
fn once<'a>(rows: &[&'a Row], of: fn(&Row) -> &String) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    rows.iter()
        .map(|row| &**of(row))
        .filter(|name| seen.insert(*name))
        .collect()
}

fn find<'a>(rows: &[&'a Row], size: &str, contender: &str) -> Option<&'a Row> {
    rows.iter()
        .find(|row| row.size == size && row.contender == contender)
        .copied()
}

/// The limit of a size: what the same work takes at the least.
fn limit(rows: &[&Row], size: &str) -> Option<f64> {
    let limit = rows
        .iter()
        .find(|row| row.size == size && row.kind == Kind::Limit);
    limit.map(|row| row.median)
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

/// A ratio, in two digits or as a whole number: `16,384`, `1.0`, `0.50`, `0.0047`.
pub(crate) fn ratio(value: f64) -> String {
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

/// What was measured, with its unit where that is a time.
pub(crate) fn amount(value: f64, unit: &str) -> String {
    let digits = |value: f64| match value {
        value if value < 9.995 => format!("{value:.2}"),
        value if value < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    };
    match (unit, value) {
        ("ratio", _) => format!("{value:.2}"),
        ("ns", ns) if ns < 999.5 => format!("{} ns", digits(ns)),
        ("ns", ns) if ns < 999.5e3 => format!("{} µs", digits(ns / 1e3)),
        ("ns", ns) if ns < 999.5e6 => format!("{} ms", digits(ns / 1e6)),
        ("ns", ns) => format!("{} s", digits(ns / 1e9)),
        _ => whole(value),
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
            let row = find(rows, size, contender);
            let cell = row.map_or(String::new(), |row| amount(row.median, &row.unit));
            let limit = limit(rows, size).filter(|_| row.is_some_and(compared));
            let times = row.zip(limit).map(|(row, limit)| ratio(row.median / limit));
            let times = times.map_or(String::new(), |times| format!(" ({times})"));
            let _ = write!(text, " {cell}{times} |");
        }
        text.push('\n');
    }
    text
}

/// Whether a row is a time that is told as a multiple of the limit.
fn compared(row: &Row) -> bool {
    row.unit == "ns" && row.kind != Kind::Limit
}

/// The figure of a state: for each size and contender how many times the limit its median is, with
/// the quartiles. What the reader's machine did is an open mark.
fn dots(name: &str, ours: &[&Row], yours: &[&Row]) -> String {
    let all = [ours, yours].concat();
    let all: Vec<&Row> = all.into_iter().filter(|row| compared(row)).collect();
    let (mut low, mut high) = (0.9_f64, 2.2_f64);
    for rows in [ours, yours] {
        for row in rows.iter().filter(|row| compared(row)) {
            if let Some(limit) = limit(rows, &row.size) {
                low = low.min(row.low / limit / 1.15);
                high = high.max(row.high / limit * 1.15);
            }
        }
    }
    let left = column(&all);
    let x = |times: f64| left + (times.max(low) / low).ln() / (high / low).ln() * (RIGHT - left);
    let (mut words, mut lines, mut texts) = (String::new(), String::new(), String::new());
    let mut y = 8.0;
    for size in once(&all, |row| &row.size) {
        y += ROW + 5.0;
        let _ = writeln!(texts, "<text y=\"{y}\" font-weight=\"600\">{size}</text>");
        let mut told = Vec::new();
        let contenders = once(&all, |row| &row.contender).into_iter();
        for row in contenders.filter_map(|contender| find(&all, size, contender)) {
            y += ROW;
            let contender = &row.contender;
            let _ = writeln!(texts, "<text y=\"{y}\">{contender}</text>");
            let class = if row.kind.is_map() {
                " class=\"accent\""
            } else {
                ""
            };
            let times = [(ours, " fill=\"currentColor\""), (yours, "")].map(|(rows, fill)| {
                let (row, limit) = (find(rows, size, contender)?, limit(rows, size)?);
                let [low, x, high] = [row.low, row.median, row.high].map(|ns| x(ns / limit));
                let mark = match row.kind.is_map() {
                    true => format!("circle cx=\"{x:.1}\" cy=\"{y}\" r=\"4\""),
                    false => {
                        let (x, y) = (x - 3.5, y - 3.5);
                        format!("rect x=\"{x:.1}\" y=\"{y}\" width=\"7\" height=\"7\"")
                    }
                };
                let spread = format!("<path d=\"M{low:.1} {y}H{high:.1}\"/>");
                let _ = writeln!(lines, "<g{class}>{spread}<{mark}{fill}/></g>");
                Some(ratio(row.median / limit))
            });
            told.extend(tell(contender, times));
        }
        let _ = write!(words, "{size}: {}. ", told.join(", "));
    }
    let bottom = y + 10.0;
    let mut scale = String::new();
    for mark in marks(low, high) {
        let (x, is_limit) = (x(mark), (mark - 1.0).abs() < f64::EPSILON);
        let opacity = if is_limit { 0.8 } else { 0.2 };
        let label = match mark {
            _ if is_limit => "limit".to_owned(),
            mark if mark > 1.0 => format!("{}×", ratio(mark).trim_end_matches(".0")),
            mark => format!("{mark}×"),
        };
        let _ = writeln!(
            scale,
            "<path opacity=\"{opacity}\" d=\"M{x:.1} 20V{bottom}\"/>"
        );
        let _ = writeln!(
            texts,
            "<text x=\"{x:.1}\" y=\"10\" text-anchor=\"middle\">{label}</text>"
        );
    }
    svg(
        name,
        "Times as multiples of the limit",
        &words,
        bottom + 4.0,
        &(scale + &lines),
        &texts,
    )
}

/// The column of the names: as wide as the longest.
fn column(rows: &[&Row]) -> f64 {
    let longest = rows.iter().map(|row| row.contender.chars().count()).max();
    f64::from(u32::try_from(longest.unwrap_or_default()).unwrap_or_default()) * CHARACTER + 8.0
}

/// A contender with what was found for it, ours and yours, as a figure is told in words.
fn tell(contender: &str, found: [Option<String>; 2]) -> Option<String> {
    match found {
        [None, None] => None,
        [Some(ours), None] => Some(format!("{contender} {ours}")),
        [None, Some(yours)] => Some(format!("{contender} (yours {yours})")),
        [Some(ours), Some(yours)] => Some(format!("{contender} {ours} (yours {yours})")),
    }
}

/// Where the lines of the scale are.
fn marks(low: f64, high: f64) -> Vec<f64> {
    let (steps, every): (&[f64], usize) = match (high / low).log10() {
        decades if decades < 1.8 => (&[1.0, 2.0, 5.0], 1),
        decades if decades < 5.0 => (&[1.0], 1),
        _ => (&[1.0], 2),
    };
    let decades = (-6..=8).step_by(every).map(|decade| 10_f64.powi(decade));
    let marks = decades.flat_map(|decade| steps.iter().map(move |step| step * decade));
    marks.filter(|mark| (low..high).contains(mark)).collect()
}

/// The figure of what is in memory: a strip for each contender, from the first page of the file to
/// its last. What the reader's machine did is a strip below it, open.
fn strips(name: &str, ours: &[&Row], yours: &[&Row]) -> String {
    let all = [ours, yours].concat();
    let left = column(&all);
    let (mut words, mut lines, mut texts) = (String::new(), String::new(), String::new());
    let mut y = 17.0;
    for row in all
        .iter()
        .filter(|row| row.size == "held" && row.kind != Kind::Limit)
    {
        let contender = &row.contender;
        if texts.contains(&format!(">{contender}<")) {
            continue;
        }
        let mut label = &**contender;
        let pages = [(ours, " fill=\"currentColor\""), (yours, "")].map(|(rows, fill)| {
            let (held, all) = (find(rows, "held", contender)?.median, limit(rows, "held")?);
            let _ = writeln!(texts, "<text y=\"{y}\">{label}</text>");
            label = "yours";
            let (top, width) = (y - 8.0, RIGHT - left);
            let strip = |x: f64, width: f64, more: &str| {
                format!(
                    "<rect x=\"{x:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"16\"{more}/>\n"
                )
            };
            lines += &strip(left, width, " opacity=\"0.6\"");
            let runs = rows
                .iter()
                .filter(|row| row.size == "runs" && row.contender == *contender);
            for run in runs {
                // One page is drawn wider than it is, to be seen.
                let long = ((run.high - run.low) / all * width).max(2.0);
                let more = format!(" class=\"accent\"{fill}");
                lines += &strip(left + run.low / all * width, long, &more);
            }
            y += STRIP;
            Some(format!("{} of {} pages", whole(held), whole(all)))
        });
        let _ = write!(
            words,
            "{}. ",
            tell(&format!("{contender}:"), pages).unwrap_or_default()
        );
    }
    svg(name, "Pages in memory", &words, y - 9.0, &lines, &texts)
}

/// A figure in the colors of the theme, with its words for whoever cannot see it. It has no blank
/// line, which would end it.
fn svg(name: &str, title: &str, words: &str, height: f64, lines: &str, texts: &str) -> String {
    let words = words.trim();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{name}_title {name}_text\" \
         viewBox=\"0 0 {WIDTH} {height}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\">\n\
         <title id=\"{name}_title\">{title}</title>\n<desc id=\"{name}_text\">{words}</desc>\n{lines}\
         <g font-size=\"14\" fill=\"currentColor\" stroke=\"none\" transform=\"translate(0 5)\">\n{texts}</g>\n</svg>\n"
    )
}
