//! Builds the site, completes it, prints its path and opens it in the browser.

mod describe;
mod picture;
mod publish;
mod whole;

use mdbook_driver::MDBook;
use speed::data::{self, Data};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the command line asks for.
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
    let mut book = load()?;
    let html = book.config.html_config().unwrap_or_default();
    // mdBook takes a path or an address. What is built for an address is for others to read.
    let address = html.site_url.filter(|url| url.starts_with("http"));
    if let Some(address) = address.as_ref().filter(|address| !address.ends_with('/')) {
        let mend = "end it with /, as what is below it is put right behind";
        return Err(
            format!("site-url: expected the address of a folder, found {address}; {mend}").into(),
        );
    }
    // What is published has our numbers alone.
    let yours = match &address {
        None => Data::read(&root(), data::YOURS)?,
        Some(_) => None,
    };
    draw(&mut book, yours.as_ref())?;
    book.build()?;
    let folder = book.build_dir_for("html");
    let offers = if wholes {
        whole::make(&folder)?
    } else {
        Vec::new()
    };
    let pages = pages(&book);
    publish::publish(
        &folder,
        &pages,
        address.as_deref(),
        &tested_with()?,
        &offers,
    )?;
    let page = folder.join("index.html").canonicalize()?;
    println!("{}", page.display());
    if opens {
        // No browser, no display: whoever runs this has the path.
        let _ = open::that_detached(&page);
    }
    Ok(())
}

/// The root of the book.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn load() -> Result<MDBook> {
    Ok(MDBook::load(root())?)
}

/// Draws what the book measured, and beside it what `cargo bench` measured on this machine; and prints
/// the numbers of the sentences.
fn draw(book: &mut MDBook, yours: Option<&Data>) -> Result<()> {
    let ours = Data::read(&root(), data::OURS)?.ok_or(data::OURS)?;
    let mut problems = Vec::new();
    book.book.for_each_chapter_mut(|chapter| {
        let path = chapter.path.clone().unwrap_or_default();
        let page = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut text = String::new();
        for (at, part) in chapter.content.split("{{#").enumerate() {
            let made = part.split_once("}}").and_then(|(directive, rest)| {
                let made = match directive.split_once(' ')? {
                    ("figure", name) => speed::figure(name, &ours, yours),
                    ("measured", claim) => {
                        speed::measured(claim, &page, &ours).map_err(|error| error.to_string())
                    }
                    _ => return None,
                };
                Some((made, rest))
            });
            match made {
                Some((Ok(made), rest)) => text += &(made + rest),
                Some((Err(error), _)) => problems.push(format!("{page}: {error}")),
                None if at > 0 => text += &format!("{{{{#{part}"),
                None => text += part,
            }
        }
        chapter.content = text;
    });
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("\n").into()),
    }
}

/// A page of the site.
struct Page {
    /// The file in the folder of the site.
    file: String,
    /// Its place below the address of the site.
    path: String,
    /// What it says of itself.
    description: String,
}

/// The pages in their order; the first has two files, and one place.
fn pages(book: &MDBook) -> Vec<Page> {
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
        let files = if first {
            vec!["index.html".to_owned(), file]
        } else {
            vec![file]
        };
        pages.extend(files.into_iter().map(|file| Page {
            path: if first { String::new() } else { file.clone() },
            file,
            description: describe::describe(&chapter.content),
        }));
    }
    pages
}

/// What the outputs of the book were made with, and the version of each.
fn tested_with() -> Result<Vec<(String, String)>> {
    let path = "snapshots/tested_with.snap";
    let text = std::fs::read_to_string(root().join(path)).map_err(|error| {
        format!("{path}: expected the versions, found {error}; make it: INSTA_UPDATE=always cargo test tested_with")
    })?;
    // A table, below the header of a snapshot and its own.
    let rows = text.lines().skip(5).filter_map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, version] = cells[..] else {
            return None;
        };
        Some((name.to_owned(), version.to_owned()))
    });
    Ok(rows.collect())
}
