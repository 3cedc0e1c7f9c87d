//! Draws figures and tables from the data.

use crate::data::{Data, Kind, Row};
use std::collections::BTreeSet;

const WIDTH: f64 = 420.0;
/// The right end of the scale. Half of its last label is to the right of it.
const RIGHT: f64 = WIDTH - 24.0;
/// A character of a label takes less than this, in any font: a monospaced one has 0.6 of the font's
/// size, which is 14, and a wide one such as Verdana less on average.
const CHARACTER: f64 = 8.7;
const ROW: f64 = 19.0;
/// The class of the marks of maps, which have the accent color of the theme.
const ACCENT: &str = " class=\"accent\"";
/// The class of our marks, which are filled. The marks of the reader's data are open.
const FILLED: &str = " fill=\"currentColor\"";

/// Returns the text for `{{#figure NAME}}`: a figure and its table, or only a table, below an
/// element whose id is the name. If there are data of a run of the reader, they are beside ours.
///
/// # Errors
///
/// If no figure has the name: the names that exist.
pub fn figure(name: &str, ours: &Data, yours: Option<&Data>) -> Result<String, String> {
    let both: Vec<&Data> = [Some(ours), yours].into_iter().flatten().collect();
    let rows = both.iter().flat_map(|data| &data.rows);
    let states: BTreeSet<String> = rows.map(Row::figure).collect();
    let text = match name {
        "speed_machine" => machine(&both),
        "speed_ratios" => {
            let tables: Vec<String> = both.iter().map(|data| comparison(data)).collect();
            tables.join("\nOn this machine:\n\n")
        }
        name if states.contains(name) => state(name, ours, yours),
        name => {
            let names: Vec<String> = states.into_iter().collect();
            let names = names.join(", ");
            let expected = "expected a figure: speed_machine, speed_ratios";
            return Err(format!("{expected}, {names}; found {name:?}"));
        }
    };
    // A figure is part of the block of HTML, but a table of Markdown needs a blank line before it.
    let between = if text.starts_with('<') { "" } else { "\n" };
    let text = text.trim_end();
    Ok(format!("<div id=\"{name}\"></div>\n{between}{text}\n"))
}

/// The figure of a state of a page, if it has one, and its table.
fn state(name: &str, ours: &Data, yours: Option<&Data>) -> String {
    let [ours, yours] = [Some(ours), yours].map(|data| -> Vec<&Row> {
        let rows = data.into_iter().flat_map(|data| &data.rows);
        rows.filter(|row| row.figure() == name).collect()
    });
    match ours.first().or(yours.first()).map(|row| &*row.unit) {
        Some("pages") => strips(name, &ours, &yours) + "\n" + &table(&ours, &yours),
        Some("ns") => {
            let tables = [(&ours, "\n"), (&yours, "\nOn this machine:\n\n")];
            let tables = tables.into_iter().filter(|(rows, _)| !rows.is_empty());
            let tables = tables.map(|(rows, before)| before.to_owned() + &table(rows, &[]));
            dots(name, &ours, &yours) + &tables.collect::<String>()
        }
        _ => table(&ours, &yours),
    }
}

/// Makes a table in Markdown from the titles of its columns after the first, and its lines.
fn markdown(heads: &[String], lines: impl Iterator<Item = (String, Vec<String>)>) -> String {
    let line = |name: &str, cells: &[String]| format!("| {name} | {} |\n", cells.join(" | "));
    let rule = format!("|---|{}\n", "---|".repeat(heads.len()));
    let lines: String = lines.map(|(name, cells)| line(&name, &cells)).collect();
    line("what", heads) + &rule + &lines
}

fn machine(both: &[&Data]) -> String {
    let facts = both.iter().flat_map(|data| &data.machine);
    let names = once(facts.map(|(name, _)| &**name)).into_iter();
    let lines = names.map(|name| {
        let values = both.iter().map(|data| {
            let value = data.machine.iter().find(|(known, _)| known == name);
            value.map_or(String::new(), |(_, value)| value.clone())
        });
        (name.to_owned(), values.collect())
    });
    let heads = ["the machine of the book", "this machine"].map(str::to_owned);
    markdown(&heads[..both.len()], lines)
}

/// Makes a fold for each state with a table: a line for each size with a map and another contender.
/// It has the best time without a map, the ratios of the best new map and of the best kept map to
/// it, and the ratio of the better of the two maps to the baseline.
fn comparison(data: &Data) -> String {
    let figures: Vec<String> = data.rows.iter().map(Row::figure).collect();
    let tables = once(figures.iter().map(|name| &**name)).into_iter();
    let tables = tables.map(|figure| {
        let rows: Vec<&Row> = data
            .rows
            .iter()
            .filter(|row| row.figure() == figure)
            .collect();
        let cases = sizes(&rows).into_iter();
        let lines: Vec<_> = cases.filter_map(|size| compare(&rows, size)).collect();
        if lines.is_empty() {
            return String::new();
        }
        let [page, state, ..] = &rows[0].path;
        let title = page.replace('_', " ");
        let (first, rest) = title.split_at(1);
        let heads = "the best without a map|made for it|kept|to the baseline".split('|');
        let table = markdown(
            &heads.map(str::to_owned).collect::<Vec<_>>(),
            lines.into_iter(),
        );
        format!(
            "<details class=\"fold\">\n<summary>{}{rest}, {state}</summary>\n\n\
             {table}\n[The figure]({page}.md#{figure})\n\n</details>\n",
            first.to_uppercase(),
        )
    });
    tables.collect()
}

/// The line of a size, if it has a map and another contender.
fn compare(rows: &[&Row], size: &str) -> Option<(String, Vec<String>)> {
    let best = |kinds: &[Kind]| {
        let times = rows
            .iter()
            .filter(|row| row.size() == size && row.unit == "ns");
        let times = times.filter(|row| kinds.contains(&row.kind));
        times.min_by(|left, right| left.median().total_cmp(&right.median()))
    };
    let better = best(&[Kind::Made, Kind::Kept])?;
    let (without, baseline) = (best(&[Kind::Without])?, best(&[Kind::Baseline])?);
    let cell = |row: &Row, to: &Row| ratio(row.median() / to.median());
    let [made, kept] = [Kind::Made, Kind::Kept].map(|kind| match best(&[kind]) {
        Some(map) => format!("{} {}", map.contender(), cell(map, without)),
        None => "—".to_owned(),
    });
    let cells = vec![
        without.contender().to_owned(),
        made,
        kept,
        cell(better, baseline),
    ];
    Some((size.to_owned(), cells))
}

/// Names in the order of their first appearance.
fn once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

fn sizes<'a>(rows: &[&'a Row]) -> Vec<&'a str> {
    once(rows.iter().map(|row| row.size()))
}

fn contenders<'a>(rows: &[&'a Row]) -> Vec<&'a str> {
    once(rows.iter().map(|row| row.contender()))
}

fn find<'a>(rows: &[&'a Row], size: &str, contender: &str) -> Option<&'a Row> {
    let mut rows = rows.iter().copied();
    rows.find(|row| row.path[2..] == [size, contender])
}

/// The baseline of a size.
fn baseline(rows: &[&Row], size: &str) -> Option<f64> {
    let mut baselines = rows.iter().filter(|row| row.kind == Kind::Baseline);
    Some(baselines.find(|row| row.size() == size)?.median())
}

/// A time and its quartiles as multiples of the baseline.
fn times(row: &Row, rows: &[&Row]) -> Option<[f64; 3]> {
    let compared = row.unit == "ns" && row.kind != Kind::Baseline;
    let baseline = baseline(rows, row.size()).filter(|_| compared)?;
    Some(row.numbers.map(|ns| ns / baseline))
}

/// A whole number: `16,384`.
fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// A number rounded to this many digits. With two digits: `16,000`, `1.0`, `0.50`, `0.0047`.
fn digits(value: f64, count: i32) -> String {
    let text = format!("{value:.*e}", count as usize - 1);
    let (_, exponent) = text.split_once('e').unwrap_or_default();
    let places = count - 1 - exponent.parse().unwrap_or(0);
    let rounded = text.parse().unwrap_or(value);
    match usize::try_from(places) {
        Ok(places) if places > 0 => format!("{rounded:.places$}"),
        _ => whole(rounded),
    }
}

/// A ratio, with two digits.
pub(crate) fn ratio(value: f64) -> String {
    digits(value, 2)
}

/// A measured value, with its unit if it is a time.
pub(crate) fn amount(value: f64, unit: &str) -> String {
    match (unit, value) {
        ("ratio", _) => format!("{value:.2}"),
        ("ns", ns) if ns < 999.5 => format!("{} ns", digits(ns, 3)),
        ("ns", ns) if ns < 999.5e3 => format!("{} µs", digits(ns / 1e3, 3)),
        ("ns", ns) if ns < 999.5e6 => format!("{} ms", digits(ns / 1e6, 3)),
        ("ns", ns) => format!("{} s", digits(ns / 1e9, 3)),
        _ => whole(value),
    }
}

/// A line for each contender and a column for each size: the median, and its ratio to the baseline.
/// The reader's data have columns beside ours. If there are too many sizes for columns, the sizes
/// are lines.
fn table(ours: &[&Row], yours: &[&Row]) -> String {
    let all = [ours, yours].concat();
    let of_rows = sizes(&all).into_iter().filter(|size| *size != "runs");
    let of_rows = of_rows.flat_map(|size| [(size, ours, ""), (size, yours, ", yours")]);
    let has = |(size, rows, _): &(&str, &[&Row], &str)| sizes(rows).contains(size);
    let of_rows: Vec<_> = of_rows.filter(has).collect();
    let head = |of: &(&str, &[&Row], &str)| of.0.to_owned() + of.2;
    let cell = |(size, rows, _): &(&str, &[&Row], &str), contender| {
        let row = find(rows, size, contender);
        let cell = row.map_or(String::new(), |row| amount(row.median(), &row.unit));
        match row.and_then(|row| times(row, rows)) {
            Some([median, ..]) => format!("{cell} ({})", ratio(median)),
            None => cell,
        }
    };
    let contenders = contenders(&all);
    if of_rows.len() > 8 {
        let heads: Vec<String> = contenders.iter().map(|name| (*name).to_owned()).collect();
        let cells = |of: &_| contenders.iter().map(|name| cell(of, name)).collect();
        return markdown(&heads, of_rows.iter().map(|of| (head(of), cells(of))));
    }
    let heads: Vec<String> = of_rows.iter().map(head).collect();
    let cells = |name| of_rows.iter().map(|of| cell(of, name)).collect();
    let lines = contenders
        .iter()
        .map(|name| ((*name).to_owned(), cells(name)));
    markdown(&heads, lines)
}

/// The figure of a state: for each size and contender, the ratio of the median to the baseline, with
/// the quartiles. The reader's data are open marks.
fn dots(name: &str, ours: &[&Row], yours: &[&Row]) -> String {
    let mut all = [ours, yours].concat();
    all.retain(|row| row.kind != Kind::Baseline);
    let (mut low, mut high) = (0.9_f64, 2.2_f64);
    for rows in [ours, yours] {
        for [_, least, most] in rows.iter().filter_map(|row| times(row, rows)) {
            (low, high) = (low.min(least / 1.15), high.max(most * 1.15));
        }
    }
    let left = column(&all);
    let x = |times: f64| left + (times.max(low) / low).ln() / (high / low).ln() * (RIGHT - left);
    let (mut lines, mut texts, mut y) = (String::new(), String::new(), 8.0);
    // A line of the scale. It has a gap at the name of each size.
    let mut line = format!("{}", y + ROW / 2.0);
    for size in sizes(&all) {
        y += ROW + 5.0;
        let name = y;
        texts += &format!("<text y=\"{y}\" font-weight=\"600\">{size}</text>\n");
        let names = contenders(&all).into_iter();
        for drawn in names.filter_map(|name| find(&all, size, name)) {
            y += ROW;
            texts += &format!("<text y=\"{y}\">{}</text>\n", drawn.contender());
            for (rows, fill) in [(ours, FILLED), (yours, "")] {
                let row = find(rows, size, drawn.contender());
                if let Some(times) = row.and_then(|row| times(row, rows)) {
                    lines += &dot(drawn.kind, times.map(x), y, fill);
                }
            }
        }
        line += &format!("m0 {}v{}", ROW + 5.0, y - name);
    }
    let mut scale = String::new();
    for mark in marks(low, high) {
        let (x, is_baseline) = (x(mark), (mark - 1.0).abs() < f64::EPSILON);
        let opacity = if is_baseline { 0.8 } else { 0.2 };
        let label = match mark {
            _ if is_baseline => "baseline".to_owned(),
            mark if mark > 1.0 => whole(mark) + "×",
            mark => format!("{mark}×"),
        };
        scale += &format!("<path opacity=\"{opacity}\" d=\"M{x:.1} {line}\"/>\n");
        texts += &format!("<text x=\"{x:.1}\" y=\"10\" text-anchor=\"middle\">{label}</text>\n");
    }
    let state = all.first().map_or("", |row| &row.path[1]);
    let title = format!("Times as multiples of the baseline: {state}");
    svg(name, &title, y + 14.0, &(scale + &lines), &texts)
}

/// A line from one quartile to the other, with a mark at the median: a circle for a map, a square
/// for other contenders.
fn dot(kind: Kind, [median, low, high]: [f64; 3], y: f64, fill: &str) -> String {
    let (left, top) = (median - 3.5, y - 3.5);
    let circle = format!("circle cx=\"{median:.1}\" cy=\"{y}\" r=\"4\"");
    let square = format!("rect x=\"{left:.1}\" y=\"{top}\" width=\"7\" height=\"7\"");
    let (class, mark) = match kind.is_map() {
        true => (ACCENT, circle),
        false => ("", square),
    };
    format!("<g{class}><path d=\"M{low:.1} {y}H{high:.1}\"/><{mark}{fill}/></g>\n")
}

/// The width of the column of names, for the longest name.
fn column(rows: &[&Row]) -> f64 {
    let names = rows.iter().map(|row| row.contender().chars().count());
    8.0 + CHARACTER * names.max().unwrap_or_default() as f64
}

/// The places of the lines of the scale.
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

/// The figure of the pages in memory: a strip for each contender, from the first page of the file
/// to the last. The reader's data are an open strip below it.
fn strips(name: &str, ours: &[&Row], yours: &[&Row]) -> String {
    let all = [ours, yours].concat();
    let left = column(&all);
    let strip = |[from, to]: [f64; 2], y: f64, more: &str| {
        let (x, y) = (left + from * (RIGHT - left), y - 8.0);
        // A single page is drawn wider than its share, so that it can be seen.
        let width = ((to - from) * (RIGHT - left)).max(2.0);
        format!("<rect x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"16\"{more}/>\n")
    };
    let (mut lines, mut texts, mut y) = (String::new(), String::new(), -9.0);
    for contender in contenders(&all) {
        let mut label = contender;
        for (rows, fill) in [(ours, FILLED), (yours, "")] {
            let held = find(rows, "held", contender).filter(|row| row.kind != Kind::Baseline);
            let Some(all) = held.and(baseline(rows, "held")) else {
                continue;
            };
            y += 26.0;
            texts += &format!("<text y=\"{y}\">{label}</text>\n");
            label = "yours";
            lines += &strip([0.0, 1.0], y, " opacity=\"0.6\"");
            let is_run = |row: &&&Row| row.path[2..] == ["runs", contender];
            for [_, from, to] in rows.iter().filter(is_run).map(|row| row.numbers) {
                lines += &strip([from / all, to / all], y, &format!("{ACCENT}{fill}"));
            }
        }
    }
    svg(name, "Pages in memory", y + 17.0, &lines, &texts)
}

/// A figure in the colors of the theme. It has no blank line, which would end it.
fn svg(name: &str, title: &str, height: f64, lines: &str, texts: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{name}_title {name}_text\" \
         viewBox=\"0 0 {WIDTH} {height}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\">\n\
         <title id=\"{name}_title\">{title}</title>\n\
         <desc id=\"{name}_text\">The table below has the numbers.</desc>\n{lines}\
         <g font-size=\"14\"{FILLED} stroke=\"none\" transform=\"translate(0 5)\">\n{texts}</g>\n</svg>\n"
    )
}
