//! The data of a run: one line for each measurement, with tabs between the cells.

use std::fmt;
use std::path::Path;

/// Where the data of our run are, from the root of the book on.
pub const OURS: &str = "snapshots/speed.tsv";
/// Where a run leaves its data.
pub const YOURS: &str = "target/speed.tsv";

/// What a contender is. The measurement knows it and writes it down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// The least that the work can take; the other contenders are compared with it.
    Limit,
    /// A map that is made for the work and unmapped after it.
    Made,
    /// A map that was made before.
    Kept,
    /// A part of a map's life, such as its first touch.
    Part,
    /// No map.
    Without,
    /// A whole program with a map of its own.
    Program,
    /// The start of such a program, without its work.
    Start,
}

impl Kind {
    const NAMES: [(Kind, &str); 7] = [
        (Kind::Limit, "limit"),
        (Kind::Made, "map made"),
        (Kind::Kept, "map kept"),
        (Kind::Part, "part of a map"),
        (Kind::Without, "no map"),
        (Kind::Program, "program with a map"),
        (Kind::Start, "program start"),
    ];

    fn parse(name: &str) -> Option<Kind> {
        let mut names = Kind::NAMES.into_iter();
        Some(names.find(|(_, known)| *known == name)?.0)
    }

    /// Whether the figures draw it as a map.
    pub fn is_map(self) -> bool {
        matches!(self, Kind::Made | Kind::Kept | Kind::Part | Kind::Program)
    }
}

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The page that it belongs to, by the stem of its file.
    pub page: String,
    /// The state of the file: one figure each.
    pub state: String,
    /// How much of the file: one block of the figure each.
    pub size: String,
    /// What did the work.
    pub contender: String,
    /// What the contender is.
    pub kind: Kind,
    /// `ns`, the time of one pass, or what else was counted.
    pub unit: String,
    /// The median of the samples.
    pub median: f64,
    /// The lower quartile of the samples.
    pub low: f64,
    /// The upper quartile of the samples.
    pub high: f64,
}

impl Row {
    /// What the row is about, from the page down to the contender.
    pub fn path(&self) -> [&str; 4] {
        [&self.page, &self.state, &self.size, &self.contender]
    }

    /// The name of the figure that shows it, which is its id on the page.
    pub(crate) fn figure(&self) -> String {
        figure_of(&self.page, &self.state)
    }
}

/// The name of the figure of a state of a page.
pub(crate) fn figure_of(page: &str, state: &str) -> String {
    format!("speed_{page}_{}", state.to_lowercase().replace(' ', "_"))
}

/// The data of a run, with the machine that they come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// What the machine is: names and values.
    pub machine: Vec<(String, String)>,
    /// What was measured, in the order of the figures.
    pub rows: Vec<Row>,
}

impl Data {
    /// The data in a file of the book, or `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a line of it is not data.
    pub fn read(root: &Path, path: &str) -> Result<Option<Self>, String> {
        match std::fs::read_to_string(root.join(path)) {
            Ok(text) => Self::parse(&text)
                .map(Some)
                .map_err(|error| format!("{path}:{error}")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{path}: {error}")),
        }
    }

    /// The data in a text.
    ///
    /// # Errors
    ///
    /// If a line is not data: the number of the line, and what it should be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut data = Data::default();
        for (number, line) in (1..).zip(text.lines()) {
            let cells: Vec<&str> = line.split('\t').collect();
            if let ["machine", name, value] = cells[..] {
                data.machine.push((name.into(), value.into()));
            } else if let [page, state, size, contender, kind, unit, median, low, high] = cells[..]
                && let Some(kind) = Kind::parse(kind)
                && let [Ok(median), Ok(low), Ok(high)] = [median, low, high].map(str::parse)
            {
                let [page, state, size] = [page, state, size].map(str::to_owned);
                let [contender, unit] = [contender, unit].map(str::to_owned);
                data.rows.push(Row {
                    page,
                    state,
                    size,
                    contender,
                    kind,
                    unit,
                    median,
                    low,
                    high,
                });
            } else {
                let cells = "page, state, size, contender, kind, unit and three numbers";
                return Err(format!(
                    "{number}: expected {cells}, found {line:?}; measure again"
                ));
            }
        }
        Ok(data)
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (name, value) in &self.machine {
            writeln!(f, "machine\t{name}\t{value}")?;
        }
        for row in &self.rows {
            let mut names = Kind::NAMES.iter();
            let kind = names
                .find(|(kind, _)| *kind == row.kind)
                .map_or("", |(_, name)| name);
            let (path, unit, median) = (row.path().join("\t"), &row.unit, row.median);
            let (low, high) = (row.low, row.high);
            writeln!(
                f,
                "{path}\t{kind}\t{unit}\t{median:.2}\t{low:.2}\t{high:.2}"
            )?;
        }
        Ok(())
    }
}
