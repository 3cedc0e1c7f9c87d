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
    pub(crate) page: String,
    pub(crate) state: String,
    pub(crate) size: String,
    pub(crate) contender: String,
    pub(crate) kind: Kind,
    pub(crate) unit: String,
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Row {
    /// A row: the page by the stem of its file, the state of the file, which has a figure of its own,
    /// how much of the file, and what did the work; `ns`, the time of one pass, or what else was
    /// counted; the median of the samples, and the lower and the upper quartile.
    #[must_use]
    pub fn new(path: [&str; 4], kind: Kind, unit: &str, [median, low, high]: [f64; 3]) -> Self {
        let [page, state, size, contender] = path.map(str::to_owned);
        let unit = unit.to_owned();
        Row {
            page,
            state,
            size,
            contender,
            kind,
            unit,
            median,
            low,
            high,
        }
    }

    /// What the row is about, from the page down to the contender.
    #[must_use]
    pub fn path(&self) -> [&str; 4] {
        [&self.page, &self.state, &self.size, &self.contender]
    }

    /// The name of the figure that shows it, which is its id on the page.
    pub(crate) fn figure(&self) -> String {
        figure_of(&self.page, &self.state)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let names = Kind::NAMES.iter().filter(|(kind, _)| *kind == self.kind);
        let kind: String = names.map(|(_, name)| *name).collect();
        write!(f, "{}\t{kind}\t{}", self.path().join("\t"), self.unit)?;
        write!(f, "\t{:.2}\t{:.2}\t{:.2}", self.median, self.low, self.high)
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
            } else if let [path @ .., kind, unit, median, low, high] = &cells[..]
                && let Ok(path) = path.try_into()
                && let Some(kind) = Kind::parse(kind)
                && let [Ok(median), Ok(low), Ok(high)] =
                    [median, low, high].map(|cell| cell.parse())
            {
                data.rows
                    .push(Row::new(path, kind, unit, [median, low, high]));
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
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}
