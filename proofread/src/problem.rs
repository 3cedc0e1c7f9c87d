//! What is wrong with a book, and where.

use std::fmt;

/// Something that is wrong with a book: where, what was expected and found, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Problem {
    /// The file, from the folder of `book.toml` on.
    pub path: String,
    /// The line, counted from 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// What should be there.
    pub expected: String,
    /// What is there instead.
    pub found: String,
    /// What the author can do.
    pub mend: String,
}

impl Problem {
    /// A problem with a file as a whole.
    pub fn new(
        path: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self::at(path, 0, expected, found, mend)
    }

    /// A problem with a line of a file.
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

/// A problem with a file, or with a line of it. The three texts are written as for `format!`.
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

/// Problems, a line each.
pub(crate) fn lines(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}
