//! Makes the whole book in one file: an EPUB with pandoc and a PDF with Chromium, both from the
//! page that mdBook makes for print. On that page, all ids differ, and the links between pages
//! point to them.

use crate::publish::{self, Offer, escape, once};
use crate::{Result, root};
use mdbook_driver::MDBook;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the EPUB and the PDF of a book in the folder of its site.
///
/// # Errors
///
/// Returns an error if pandoc or Chromium fails or is not installed. In the second case, the
/// message says how to install it.
pub fn make(book: &MDBook, site: &Path) -> Result<Vec<Offer>> {
    let pandoc = program("PANDOC", &["pandoc"])?;
    let chromium = chromium()?;
    let folder = root().canonicalize()?.join("target/whole");
    fs::create_dir_all(&folder)?;
    let css = format!("href=\"file://{}/css/", site.canonicalize()?.display());
    let print = fs::read_to_string(site.join(publish::PRINT))?.replace("href=\"css/", &css);
    let (_, chapters) = once(&print, "<main id=\"content\" tabindex=\"-1\">")?;
    let (chapters, _) = once(chapters, "</main>")?;
    let chapters = &on_paper(chapters);
    let name = book.config.book.title.clone().unwrap_or_default();
    let name = name
        .to_lowercase()
        .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let epub = folder.join(format!("{name}.epub"));
    make_epub(&pandoc, book, chapters, &epub)?;
    let pdf = folder.join(format!("{name}.pdf"));
    make_pdf(&chromium, book, &print, chapters, &pdf)?;
    let offer = |path: &Path, kind| -> Result<Offer> {
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let made = format!(
            "{}: expected the new file, found no such file",
            path.display()
        );
        let len = fs::copy(path, site.join(&file)).map_err(|error| format!("{made}: {error}"))?;
        Ok(Offer { file, kind, len })
    };
    Ok(vec![offer(&epub, "EPUB")?, offer(&pdf, "PDF")?])
}

fn make_epub(pandoc: &str, book: &MDBook, chapters: &str, epub: &Path) -> Result<()> {
    let (chapters, figures) = figures(chapters)?;
    for (at, figure) in (1..).zip(figures) {
        fs::write(epub.with_file_name(format!("figure-{at}.svg")), figure)?;
    }
    let page = epub.with_extension("epub.html");
    fs::write(&page, whole(book, "", &chapters))?;
    run(Command::new(pandoc)
        .current_dir(page.parent().unwrap_or(&page))
        .args(["--from=html", "--to=epub3", "--toc-depth=2"])
        // Colors make a chapter several times as long, and many e-readers cannot show them.
        .args(["--no-highlight", "--css"])
        .arg(style("epub.css")?)
        .arg("--output")
        .args([epub, &page]))
}

fn make_pdf(chromium: &str, book: &MDBook, print: &str, chapters: &str, pdf: &Path) -> Result<()> {
    let (_, of_site) = once(print, "<link rel=\"stylesheet\" href=\"")?;
    let (of_site, _) = of_site.split_once('"').unwrap_or_default();
    let own = fs::read_to_string(style("pdf.css")?)?;
    let styles = format!("<link rel=\"stylesheet\" href=\"{of_site}\">\n<style>\n{own}</style>\n");
    let contents = contents(book, chapters);
    let text = format!("<main>\n{contents}{chapters}</main>\n");
    let page = pdf.with_extension("pdf.html");
    fs::write(&page, whole(book, &styles, &text))?;
    run(headless(chromium, pdf)
        .args(["--no-pdf-header-footer", "--generate-pdf-document-outline"])
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", page.display())))
}

/// Draws the picture of 1200 by 630 pixels that other sites show with a link to the book.
///
/// # Errors
///
/// Returns an error if Chromium is not installed or fails.
pub fn draw(png: &Path) -> Result<()> {
    fs::create_dir_all(root().join("target/whole"))?;
    let profile = root().canonicalize()?.join("target/whole/picture");
    run(headless(&chromium()?, &profile)
        .args(["--hide-scrollbars", "--window-size=1200,630"])
        .arg(format!("--screenshot={}", png.display()))
        .arg(format!("file://{}", style("open_graph.svg")?.display())))
}

fn chromium() -> Result<String> {
    program(
        "CHROMIUM",
        &["chromium", "chromium-browser", "google-chrome"],
    )
}

/// Returns a command that runs Chromium without a window, with a profile next to a file.
fn headless(chromium: &str, beside: &Path) -> Command {
    let mut command = Command::new(chromium);
    // Chromium has no sandbox for root, for example in a container. The page is ours, so it is
    // safe.
    command.args(["--headless", "--no-sandbox", "--disable-gpu"]);
    // With a profile of its own, it does not disturb a running browser.
    let profile = beside.with_file_name("chromium");
    command.arg(format!("--user-data-dir={}", profile.display()));
    command
}

/// Returns the absolute path of a file in `theme/`, for a program that runs in another folder.
fn style(name: &str) -> Result<PathBuf> {
    Ok(root().join("theme").join(name).canonicalize()?)
}

/// Returns one page with the whole book.
fn whole(book: &MDBook, head: &str, text: &str) -> String {
    let title = escape(book.config.book.title.as_deref().unwrap_or_default());
    let language = book.config.book.language.as_deref().unwrap_or("en");
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{title}</title>\n{head}</head>\n<body>\n{text}</body>\n</html>\n"
    )
}

/// Writes each figure to a file, and returns the text with pictures in place of the figures. In an
/// EPUB, a figure within the text would break, because HTML changes the names of SVG to lower case.
fn figures(chapters: &str) -> Result<(String, Vec<String>)> {
    let (mut text, mut figures) = (String::new(), Vec::new());
    let mut rest = chapters;
    while let Some((before, after)) = rest.split_once("<svg ") {
        let (figure, behind) = after
            .split_once("</svg>")
            .ok_or("a figure without its end")?;
        let (head, body) = figure.split_once('>').unwrap_or_default();
        let head = head.replace("viewbox=", "viewBox=");
        let words = |tag| {
            body.split_once(&*format!("<{tag}"))
                .and_then(|(_, rest)| Some(rest.split_once('>')?.1.split_once('<')?.0))
        };
        let title = words("title").unwrap_or_default();
        let number = figures.len() + 1;
        text += before;
        text += &format!("<p><img src=\"figure-{number}.svg\" alt=\"{title}\"></p>");
        // In a file of its own, a figure does not inherit the colors of the page and the theme.
        figures.push(format!(
            "<svg color=\"#22252a\" {head}><style>.accent {{ color: #9a3a12 }}</style>{body}</svg>\n"
        ));
        rest = behind;
    }
    Ok((text + rest, figures))
}

/// Returns the first pages of the PDF: the title and the table of contents. An EPUB has its own.
fn contents(book: &MDBook, chapters: &str) -> String {
    let config = &book.config.book;
    let text = |text: &Option<String>| escape(text.as_deref().unwrap_or_default());
    let mut html = format!(
        "<p class=\"title\">{}</p>\n<p>{}</p>\n<ul class=\"contents\">\n",
        text(&config.title),
        text(&config.description)
    );
    // Each chapter begins with its only title.
    let ids = chapters.split("<h1 id=\"").skip(1);
    let mut ids = ids.map(|rest| rest.split('"').next().unwrap_or_default());
    for chapter in book.book.chapters() {
        let _ = writeln!(
            html,
            "<li class=\"depth-{}\"><a href=\"#{}\">{}</a></li>",
            chapter.parent_names.len(),
            ids.next().unwrap_or_default(),
            escape(&chapter.name)
        );
    }
    html + "</ul>\n"
}

/// Returns the proofs for print. Each id is moved out of the fold, because pandoc drops ids of
/// folds. The links back are removed, because Chromium cannot resolve all of them.
fn on_paper(chapters: &str) -> String {
    let mut proofs = chapters.split("<details class=\"proof\" id=\"");
    let mut text = proofs.next().unwrap_or_default().to_owned();
    for proof in proofs {
        let (id, rest) = proof.split_once("\">").unwrap_or_default();
        let _ = write!(
            text,
            "<div id=\"{id}\"></div><details class=\"proof\">{rest}"
        );
    }
    let mut links = text.split("<a href=\"#from-");
    let mut plain = links.next().unwrap_or_default().to_owned();
    for link in links {
        let (words, rest) = link.split_once("</a>").unwrap_or_default();
        let (_, words) = words.split_once("\">").unwrap_or_default();
        plain += words;
        plain += rest;
    }
    plain
}

/// Returns the program that an environment variable names, or the first installed one of a list.
fn program(variable: &str, names: &[&str]) -> Result<String> {
    let named = std::env::var(variable).ok();
    let tried = named.as_deref().map_or(names.to_vec(), |name| vec![name]);
    let here = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    if let Some(name) = tried.iter().find(here) {
        return Ok((*name).to_owned());
    }
    let (tried, package) = (tried.join(" or "), names[0]);
    let mend = format!(
        "install it (on Debian: `apt-get install {package}`), or name another program in {variable}"
    );
    Err(format!("expected the program {tried}, but it is not installed; {mend}").into())
}

/// Runs a program. If it fails, the error contains its messages.
fn run(command: &mut Command) -> Result<()> {
    let run = command.output()?;
    match run.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&run.stderr).into_owned();
            Err(format!(
                "expected success of {command:?}, found {}:\n{said}",
                run.status
            )
            .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MDBook, contents, figures, on_paper, program, root};

    #[test]
    fn the_contents_lead_to_each_chapter() {
        let book = MDBook::load(root()).unwrap();
        let chapters = "<h1 id=\"one\">One</h1><p></p><h1 id=\"two-1\">Two</h1>";
        let html = contents(&book, chapters);
        assert!(
            html.contains("\"><a href=\"#one\">Memory-map files (mmap)</a></li>\n"),
            "{html}"
        );
        assert!(html.contains("<a href=\"#two-1\">"), "{html}");
    }

    #[test]
    fn a_proof_has_a_place_and_no_way_back() {
        let fold = "<p>1</p><details class=\"proof\" id=\"a\"><a href=\"#from-a\">above</a> <a href=\"#b\">b</a>";
        let expected =
            "<p>1</p><div id=\"a\"></div><details class=\"proof\">above <a href=\"#b\">b</a>";
        assert_eq!(on_paper(fold), expected);
    }

    #[test]
    fn a_figure_becomes_a_file() {
        let figure = "<svg viewbox=\"0 0 1 1\"><title id=\"t\">Two</title><path></path></svg>";
        let (text, files) = figures(&format!("<p>1</p>{figure}<p>2</p>")).unwrap();
        assert_eq!(
            text,
            "<p>1</p><p><img src=\"figure-1.svg\" alt=\"Two\"></p><p>2</p>"
        );
        assert!(
            files[0].starts_with("<svg color=\"#22252a\" viewBox=\"0 0 1 1\"><style>"),
            "{files:?}"
        );
        assert!(files[0].ends_with("<title id=\"t\">Two</title><path></path></svg>\n"));
    }

    #[test]
    fn a_program_that_is_missing_is_told() {
        let told = program("NO_SUCH_VARIABLE", &["no-such-program"])
            .unwrap_err()
            .to_string();
        assert!(told.contains("apt-get install no-such-program"), "{told}");
    }
}
