//! The data of a run: one line for each measurement, with tabs between the cells.

use std::io::ErrorKind;
use std::path::Path;
use std::{fmt, fs};

/// The path of the data of our run, from the root of the book.
pub const OURS: &str = "snapshots/speed.tsv";
/// The path of the file to which a run writes its data.
pub const YOURS: &str = "target/speed.tsv";

/// The kind of a contender.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// The baseline: the time that the other contenders of a size are compared with.
    Baseline,
    /// A map that is made for the work and unmapped after it.
    Made,
    /// A map that was made before.
    Kept,
    /// A part of the work with a map, such as its first touch.
    Part,
    /// No map.
    Without,
    /// A whole program that makes its own map.
    Program,
    /// The start of such a program, without its work.
    Start,
}

impl Kind {
    const NAMES: [(Kind, &str); 7] = [
        (Kind::Baseline, "baseline"),
        (Kind::Made, "map made"),
        (Kind::Kept, "map kept"),
        (Kind::Part, "part of a map"),
        (Kind::Without, "no map"),
        (Kind::Program, "program with a map"),
        (Kind::Start, "program start"),
    ];

    /// Whether the figures draw it as a map.
    pub fn is_map(self) -> bool {
        matches!(self, Kind::Made | Kind::Kept | Kind::Part | Kind::Program)
    }
}

/// One measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The page (the stem of its file), the state of the measured file, its size, and the
    /// contender. Each state of a page has its own figure, and each size has a block in the figure.
    pub path: [String; 4],
    /// The kind of the contender.
    pub kind: Kind,
    /// `ns`, the time of one pass, or the name of what was counted.
    pub unit: String,
    /// The median, the lower quartile and the upper quartile of the samples.
    pub numbers: [f64; 3],
}

impl Row {
    /// Makes a row.
    #[must_use]
    pub fn new(path: [&str; 4], kind: Kind, unit: &str, numbers: [f64; 3]) -> Self {
        let (path, unit) = (path.map(str::to_owned), unit.to_owned());
        Row {
            path,
            kind,
            unit,
            numbers,
        }
    }

    pub(crate) fn size(&self) -> &str {
        &self.path[2]
    }

    pub(crate) fn contender(&self) -> &str {
        &self.path[3]
    }

    pub(crate) fn median(&self) -> f64 {
        self.numbers[0]
    }

    /// The name of the figure that shows the row, which is also the id of the figure on the page.
    pub(crate) fn figure(&self) -> String {
        figure_of(&self.path[0], &self.path[1])
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let names = Kind::NAMES.iter().filter(|(kind, _)| *kind == self.kind);
        let kind: String = names.map(|(_, name)| *name).collect();
        let ([median, low, high], unit) = (self.numbers, &self.unit);
        let path = self.path.join("\t");
        write!(
            f,
            "{path}\t{kind}\t{unit}\t{median:.2}\t{low:.2}\t{high:.2}"
        )
    }
}

/// The name of the figure of a state of a page.
pub(crate) fn figure_of(page: &str, state: &str) -> String {
    format!("speed_{page}_{}", state.to_lowercase().replace(' ', "_"))
}

/// The data of a run, and facts about its machine.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// Facts about the machine: names and values.
    pub machine: Vec<(String, String)>,
    /// The measurements, in the order of the figures.
    pub rows: Vec<Row>,
}

impl Data {
    /// Reads the data from a file of the book. Returns `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a line of it is not data.
    pub fn read(root: &Path, path: &str) -> Result<Option<Self>, String> {
        let data = match fs::read_to_string(root.join(path)) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => Err(format!(" {error}")),
        };
        data.map(Some).map_err(|error| format!("{path}:{error}"))
    }

    /// Reads the data from a text.
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
                && let Ok(path) = <[&str; 4]>::try_from(path)
                && let Some((kind, _)) = Kind::NAMES.into_iter().find(|(_, name)| name == kind)
                && let [Ok(median), Ok(low), Ok(high)] =
                    [median, low, high].map(|cell| cell.parse())
            {
                let numbers = [median, low, high];
                data.rows.push(Row::new(path, kind, unit, numbers));
            } else {
                let cells = "page, state, size, contender, kind, unit and three numbers";
                let found = format!("found {line:?}; measure again");
                return Err(format!("{number}: expected {cells}, {found}"));
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
