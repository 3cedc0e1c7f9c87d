//! Problems of a book.

use std::fmt;

/// A problem of a book: its place, the expected and the found text, and a way to fix it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The path of the file, relative to the folder of `book.toml`.
    pub path: String,
    /// The line, counted from 1, or 0 if the problem concerns the whole file.
    pub line: usize,
    /// The text or thing that was expected there.
    pub expected: String,
    /// The text or thing that was found instead.
    pub found: String,
    /// A way to fix the problem.
    pub mend: String,
}

impl Problem {
    /// Returns a problem that concerns a whole file.
    pub fn new(
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self::at(path, 0, expected, found, mend)
    }

    /// Returns a problem with a line of a file.
    pub fn at(
        path: impl Into<String>,
        line: usize,
        expected: impl Into<String>,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Problem {
            path: path.into(),
            line,
            expected: expected.into(),
            found: found.into(),
            mend: mend.into(),
        }
    }
}

/// Returns a problem with a file, or with a line of a file. Write the three texts as for `format!`.
macro_rules! problem {
    ($path:expr; expected $($expected:expr),+; found $($found:expr),+; mend $($mend:expr),+) => {
        problem!($path, 0; expected $($expected),+; found $($found),+; mend $($mend),+)
    };
    ($path:expr, $line:expr;
     expected $($expected:expr),+; found $($found:expr),+; mend $($mend:expr),+) => {{
        let (expected, found) = (format!($($expected),+), format!($($found),+));
        crate::Problem::at($path, $line, expected, found, format!($($mend),+))
    }};
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        let (expected, found, mend) = (&self.expected, &self.found, &self.mend);
        write!(f, ": expected {expected}, found {found}; {mend}")
    }
}

impl std::error::Error for Problem {}

/// Returns the problems as text, one line for each.
pub(crate) fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
