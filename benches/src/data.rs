//! The data of a run: a line each, with tabs between.

use std::fmt;
use std::path::Path;

/// Where the data of our run are, from the root of the book on.
pub const OURS: &str = "snapshots/speed.tsv";
/// Where a run leaves its data.
pub const YOURS: &str = "target/speed.tsv";

/// The contender that the others are compared with.
pub const LIMIT: &str = "limit";

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The page that it belongs to, by the name of its file.
    pub page: String,
    /// What it was done to: a figure each.
    pub state: String,
    /// How much of it: a block of the figure each.
    pub size: String,
    /// What did it.
    pub contender: String,
    /// `ns`, the time of one pass, or what else was counted.
    pub unit: String,
    /// The median of the samples.
    pub median: f64,
    /// The lower quartile of the samples.
    pub low: f64,
    /// The upper quartile of the samples.
    pub high: f64,
}

/// The data of a run, with the machine that they come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// What the machine is, by the name of the thing.
    pub machine: Vec<(String, String)>,
    /// What was measured, in the order of the figures.
    pub rows: Vec<Row>,
}

impl Data {
    /// The data in a file of the book; none where there is no such file.
    #[must_use]
    pub fn read(root: &Path, path: &str) -> Option<Self> {
        Some(Self::parse(&std::fs::read_to_string(root.join(path)).ok()?))
    }

    /// The data in a text. A line that is none is left out: a sentence that needs it then fails.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut data = Data::default();
        for line in text.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            if let ["machine", name, value] = cells[..] {
                data.machine.push((name.into(), value.into()));
            } else if let [page, state, size, contender, unit, median, low, high] = cells[..]
                && let [Ok(median), Ok(low), Ok(high)] = [median, low, high].map(str::parse)
            {
                data.rows.push(Row {
                    page: page.into(),
                    state: state.into(),
                    size: size.into(),
                    contender: contender.into(),
                    unit: unit.into(),
                    median,
                    low,
                    high,
                });
            }
        }
        data
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (name, value) in &self.machine {
            writeln!(f, "machine\t{name}\t{value}")?;
        }
        for row in &self.rows {
            let (page, state, size) = (&row.page, &row.state, &row.size);
            let (contender, unit) = (&row.contender, &row.unit);
            let (median, low, high) = (row.median, row.low, row.high);
            writeln!(
                f,
                "{page}\t{state}\t{size}\t{contender}\t{unit}\t{median:.2}\t{low:.2}\t{high:.2}"
            )?;
        }
        Ok(())
    }
}
