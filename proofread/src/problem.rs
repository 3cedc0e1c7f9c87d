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

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        let Problem {
            expected,
            found,
            mend,
            ..
        } = self;
        write!(f, ": expected {expected}, found {found}; {mend}")
    }
}

impl std::error::Error for Problem {}
