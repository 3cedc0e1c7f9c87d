//! The preprocessor: replaces the pages that mdBook read by the expanded pages.

use crate::expand::{Expanded, expand};
use crate::problem::lines;
use crate::{Book, Problem, Source};
use mdbook_preprocessor::errors::Error;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext, book};
use std::collections::BTreeMap;
use std::io;
use std::process::ExitCode;

/// The expanded pages of a book, by their paths below the folder of the pages.
///
/// Pass it to `MDBook::with_preprocessor`. It replaces the command of the same name in `book.toml`,
/// so mdBook does not start a second cargo.
#[derive(Debug, Default, Clone)]
pub struct Pages(pub(crate) BTreeMap<String, String>);

impl Preprocessor for Pages {
    fn name(&self) -> &'static str {
        "proofread" // the same name as in `book.toml`
    }

    fn run(&self, _: &PreprocessorContext, mut book: book::Book) -> Result<book::Book, Error> {
        book.for_each_chapter_mut(|chapter| {
            let path = chapter.source_path.as_ref();
            let path = path.map(|path| path.to_string_lossy().replace('\\', "/"));
            if let Some(text) = path.and_then(|path| self.0.get(&path)) {
                chapter.content.clone_from(text);
            }
        });
        Ok(book)
    }
}

impl Book {
    /// Returns the pages with all directives expanded.
    ///
    /// # Errors
    ///
    /// Returns one problem for each directive that cannot be expanded, or one problem if the book
    /// cannot be read.
    pub fn pages(&self) -> Result<Pages, Vec<Problem>> {
        let source = Source::read(self).map_err(|problem| vec![problem])?;
        let Expanded { pages, problems } = expand(&source);
        problems.is_empty().then_some(pages).ok_or(problems)
    }

    /// Acts as a preprocessor of mdBook. `arguments` are the command-line arguments without the
    /// name of the program.
    ///
    /// For `supports RENDERER`, returns success. Otherwise, reads a book from standard input and
    /// writes the expanded book to standard output. If that fails, writes the error to stderr and
    /// returns failure.
    pub fn preprocess(&self, mut arguments: impl Iterator<Item = String>) -> ExitCode {
        if arguments.next().as_deref() == Some("supports") {
            return ExitCode::SUCCESS;
        }
        match self.answer() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn answer(&self) -> Result<(), Error> {
        let (context, book) = mdbook_preprocessor::parse_input(io::stdin())?;
        let pages = self.pages().map_err(|problems| Error::msg(lines(&problems)))?;
        let book = pages.run(&context, book)?;
        Ok(serde_json::to_writer(io::stdout(), &book)?)
    }
}

impl Pages {
    /// Returns the text of a page, or `None` if the book has no such page. `path` is relative to
    /// the folder of the pages.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
}
