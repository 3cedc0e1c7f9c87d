//! Builds the site, completes it, prints its path and opens it in the browser.

mod describe;
mod publish;
mod whole;

use mdbook_driver::MDBook;
use proofread::{Book, Pages, Source};
use site::{book, root, tested_with};
use speed::data::{self, Data};
use std::error::Error;
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if_eq("expand").is_some() {
        return book(None).preprocess(arguments);
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command of the command line.
fn build() -> Result<()> {
    let (mut opens, mut wholes) = (true, false);
    for word in std::env::args().skip(1) {
        match &*word {
            "--no-open" => opens = false,
            "--whole" => wholes = true,
            word => {
                let expected = "expected --whole (make an EPUB and a PDF too) or --no-open";
                return Err(format!("{expected}, found {word}").into());
            }
        }
    }
    let mut mdbook = MDBook::load(root())?;
    let html = mdbook.config.html_config().unwrap_or_default();
    // mdBook accepts a path or an address. A site with an address is for publication.
    let address = html.site_url.filter(|url| url.starts_with("http"));
    if let Some(address) = address.as_ref().filter(|address| !address.ends_with('/')) {
        let mend = "end it with /, because the paths of pages are appended to it";
        return Err(
            format!("site-url: expected the address of a folder, found {address}; {mend}").into(),
        );
    }
    // A published site shows only our measurements.
    let yours = match &address {
        None => Data::read(&root(), data::YOURS)?,
        Some(_) => None,
    };
    let book = book(yours);
    let expanded = expand(&book, &mut mdbook)?;
    mdbook.build()?;
    let folder = mdbook.build_dir_for("html");
    let offers = if wholes {
        whole::make(&mdbook, &folder)?
    } else {
        Vec::new()
    };
    let pages = pages(&mdbook, &expanded);
    publish::publish(
        &folder,
        &pages,
        address.as_deref(),
        &tested_with::versions(&Source::read(&book)?)?,
        &offers,
    )?;
    if address.is_some() {
        whole::draw(&folder.join(publish::PICTURE))?;
    }
    let page = folder.join("index.html").canonicalize()?;
    println!("{}", page.display());
    if opens {
        // Without a browser or a display, the printed path is enough.
        let _ = open::that_detached(&page);
    }
    Ok(())
}

/// Makes mdBook expand the directives of the pages within this process.
fn expand(book: &Book, mdbook: &mut MDBook) -> Result<Pages> {
    let pages = book.pages().map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })?;
    mdbook.with_preprocessor(pages.clone());
    Ok(pages)
}

/// A page of the site.
struct Page {
    /// The path of the file in the folder of the site.
    file: String,
    /// The path below the address of the site.
    path: String,
    /// The title of the page.
    title: String,
    /// The description of the page.
    description: String,
    /// Its Markdown, with its listings and outputs.
    text: String,
}

/// Returns the pages in their order. The first page has two files, but only one address.
fn pages(book: &MDBook, expanded: &Pages) -> Vec<Page> {
    let mut pages = Vec::new();
    for chapter in book.book.chapters() {
        let Some(path) = &chapter.path else {
            continue;
        };
        let file = path
            .with_extension("html")
            .to_string_lossy()
            .replace('\\', "/");
        let first = pages.is_empty();
        let text = path.to_string_lossy().replace('\\', "/");
        let text = expanded.text(&text).unwrap_or_default();
        let files = if first {
            vec!["index.html".to_owned(), file]
        } else {
            vec![file]
        };
        pages.extend(files.into_iter().map(|file| Page {
            path: if first { String::new() } else { file.clone() },
            file,
            title: chapter.name.clone(),
            description: describe::describe(text),
            text: text.to_owned(),
        }));
    }
    pages
}
