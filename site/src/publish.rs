//! Completes a site with parts for which mdBook has no setting: the description and the address of
//! each page, the tested versions, files for search engines, and smaller search data.

use crate::{Page, Result};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The picture that other sites show with a link to a page.
pub const PICTURE: &str = "open_graph.png";
/// The text for readers who cannot see the picture.
const ALT: &str = "Memory-mapped files in Rust: pages of a file, the page cache, and a map of them \
                   in the address space of a program";

/// A file of the whole book that the site offers.
pub struct Offer {
    /// The name of the file.
    pub file: String,
    /// The format, such as EPUB.
    pub kind: &'static str,
    /// The length in bytes.
    pub len: u64,
}

/// Completes the site in a folder. Without an address, leaves out the parts that contain the
/// address.
///
/// # Errors
///
/// Returns an error if a file cannot be read or written, or if the template lacks a text to
/// replace.
pub fn publish(
    folder: &Path,
    pages: &[Page],
    address: Option<&str>,
    tested_with: &[(String, String)],
    offers: &[Offer],
) -> Result<()> {
    let foot = foot(tested_with, offers);
    let rewrite = |file: &str, change: &dyn Fn(&str) -> Result<String>| -> Result<()> {
        let path = folder.join(file);
        let told = |error| format!("{}: {error}", path.display());
        let html = fs::read_to_string(&path).map_err(|error| told(error.to_string()))?;
        let html = change(&html).map_err(|error| told(error.to_string()))?;
        Ok(fs::write(&path, html)?)
    };
    for page in pages {
        rewrite(&page.file, &|html| {
            let html = set(
                html,
                "<meta name=\"description\" content=\"",
                &page.description,
            )?;
            let html = set(
                &html,
                "<meta property=\"og:description\" content=\"",
                &page.description,
            )?;
            let head = address.map_or(String::new(), |address| head(address, &page.path));
            let html = before(&html, "</head>", &head)?;
            before(&html, "</footer>", &foot)
        })?;
    }
    rewrite("404.html", &|html| before(html, "</footer>", &foot))?;
    // The first page comes twice, under both its names.
    for page in &pages[1..] {
        fs::write(folder.join(markdown(page)), plain(&page.text))?;
    }
    fs::write(folder.join("llms.txt"), llms(address, &pages[1..]))?;
    rewrite(&search_data(folder)?, &texts)?;
    // Search engines read robots.txt only at the root of a host. In a subfolder, it only names the
    // sitemap.
    let mut robots = "User-agent: *\nDisallow:\n".to_owned();
    if let Some(address) = address {
        let _ = write!(robots, "\nSitemap: {address}sitemap.xml\n");
        fs::write(folder.join("sitemap.xml"), sitemap(address, pages))?;
    }
    Ok(fs::write(folder.join("robots.txt"), robots)?)
}

/// Returns the path of the file with the search data. Its name contains a hash.
fn search_data(folder: &Path) -> Result<String> {
    let names = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.file_name());
    let mut names = names.filter_map(|name| name.into_string().ok());
    let data = names.find(|name| name.starts_with("searchindex") && name.ends_with(".js"));
    Ok(data.ok_or("expected searchindex-….js in the site, found no such file")?)
}

/// Reduces the search data to the part that `theme/search.js` reads: the text of each section that
/// is not a proof. The rest is an index for the script of mdBook's own theme, and several times as
/// large.
fn texts(script: &str) -> Result<String> {
    let json = script.split_once("JSON.parse('");
    let json = json.and_then(|(_, rest)| Some(rest.rsplit_once("')")?.0));
    let json = json.ok_or("expected JSON.parse('…') in the search data, found other text")?;
    let data: Value = serde_json::from_str(&json.replace("\\'", "'").replace(r"\\", r"\"))?;
    let urls = data["doc_urls"].as_array().ok_or("expected doc_urls")?;
    let texts = (0..).zip(urls).filter(|(_, url)| !is_proof(url));
    let (urls, docs): (Vec<_>, Vec<_>) = texts
        .map(|(id, url)| {
            let text = &data["index"]["documentStore"]["docs"][id.to_string()];
            let part = |name| (name, &text[name]);
            let parts = ["title", "breadcrumbs", "body"].map(part);
            (url, BTreeMap::from(parts))
        })
        .unzip();
    let data = json!({ "doc_urls": urls, "index": { "documentStore": { "docs": docs } } });
    Ok(format!("Object.assign(window.search, {data});\n"))
}

/// Returns whether a section contains proofs. `theme/search.js` leaves out the same sections.
fn is_proof(url: &Value) -> bool {
    let url = url.as_str().unwrap_or_default();
    url.ends_with("#proofs")
}

/// Returns the tags for the head of a page, if the site has an address.
fn head(address: &str, path: &str) -> String {
    let (address, path) = (escape(address), escape(path));
    format!(
        "<link rel=\"canonical\" href=\"{address}{path}\">\n\
         <meta property=\"og:url\" content=\"{address}{path}\">\n\
         <meta property=\"og:image\" content=\"{address}{PICTURE}\">\n\
         <meta property=\"og:image:width\" content=\"1200\">\n\
         <meta property=\"og:image:height\" content=\"630\">\n\
         <meta property=\"og:image:alt\" content=\"{ALT}\">\n\
         <meta name=\"twitter:card\" content=\"summary_large_image\">\n"
    )
}

/// Returns the text at the foot of every page, next to its source and its license.
fn foot(tested_with: &[(String, String)], offers: &[Offer]) -> String {
    let mut foot = String::new();
    let version = |(name, version): &(String, String)| match &**name {
        "system" => escape(version),
        name => escape(&format!("{name} {version}")),
    };
    let versions: Vec<_> = tested_with.iter().map(version).collect();
    if !versions.is_empty() {
        let _ = writeln!(foot, "  <span>Tested with {}</span>", versions.join(", "));
    }
    let link = |Offer { file, kind, len }: &Offer| {
        let (file, size) = (escape(file), *len as f64 / 1e6);
        format!("<a href=\"{file}\" download>{kind}</a> ({size:.1} MB)")
    };
    let links: Vec<_> = offers.iter().map(link).collect();
    if !links.is_empty() {
        let _ = writeln!(foot, "  <span>The book as {}</span>", links.join(" or "));
    }
    foot
}

/// Returns the name of the file that has a page as Markdown.
fn markdown(page: &Page) -> String {
    page.file.replace(".html", ".md")
}

/// Returns a page as Markdown, without the figures that mdBook would include.
fn plain(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("{{#"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Returns the list of the pages for a language model: see <https://llmstxt.org>.
fn llms(address: Option<&str>, pages: &[Page]) -> String {
    let mut text = "# Memory-mapped files in Rust\n\n".to_owned();
    for page in pages {
        let (title, file) = (&page.title, markdown(page));
        let address = address.unwrap_or_default();
        let _ = writeln!(text, "- [{title}]({address}{file}): {}", page.description);
    }
    text
}

/// Returns the sitemap, with the address of each page once.
fn sitemap(address: &str, pages: &[Page]) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                   <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
        .to_owned();
    let mut paths: Vec<_> = pages.iter().map(|page| &*page.path).collect();
    paths.dedup();
    for path in paths {
        let _ = writeln!(
            xml,
            "<url><loc>{}{}</loc></url>",
            escape(address),
            escape(path)
        );
    }
    xml + "</urlset>\n"
}

/// Replaces the value of an attribute that the template writes once. `start` is the text up to the
/// value.
fn set(html: &str, start: &str, value: &str) -> Result<String> {
    let (head, rest) = once(html, start)?;
    let (_, rest) = rest.split_once('"').unwrap_or_default();
    Ok([head, start, &escape(value), "\"", rest].concat())
}

/// Inserts a text before a tag that the template writes once.
fn before(html: &str, tag: &str, text: &str) -> Result<String> {
    let (head, rest) = once(html, tag)?;
    Ok([head, text, tag, rest].concat())
}

/// Returns the texts before and after a text that the template writes once.
///
/// # Errors
///
/// Returns an error if the template does not write the text exactly once.
pub fn once<'a>(html: &'a str, what: &str) -> Result<(&'a str, &'a str)> {
    let mend = "compare theme/index.hbs, which writes it, with site/src/publish.rs";
    match html.matches(what).count() {
        1 => Ok(html.split_once(what).unwrap_or_default()),
        count => Err(format!("expected `{what}` once, found it {count} times; {mend}").into()),
    }
}

/// Escapes a text for HTML and XML, also within quotes.
pub fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Offer, before, escape, foot, set, texts};

    #[test]
    fn what_is_replaced_stands_there_once() {
        let html = "<meta name=\"description\" content=\"old\"><p>";
        let start = "<meta name=\"description\" content=\"";
        assert_eq!(
            set(html, start, "a \"new\" <one>").unwrap(),
            "<meta name=\"description\" content=\"a &quot;new&quot; &lt;one&gt;\"><p>"
        );
        assert_eq!(before("<p></p>", "</p>", "text").unwrap(), "<p>text</p>");
        for (html, count) in [("", 0), ("</p></p>", 2)] {
            let told = before(html, "</p>", "").unwrap_err().to_string();
            let expected = format!("expected `</p>` once, found it {count} times; compare theme/");
            assert!(told.starts_with(&expected), "{told}");
        }
    }

    #[test]
    fn the_search_data_are_the_texts_of_what_is_no_proof() {
        let script = r#"window.search = Object.assign(window.search, JSON.parse('{"doc_urls":["a.html#a","a.html#proofs","b.html#b"],"index":{"documentStore":{"docs":{"0":{"id":"0","title":"A","body":"it\'s \\"1\\"","breadcrumbs":"A"},"1":{},"2":{"title":"B","body":"\\\\n","breadcrumbs":"B"}},"docInfo":{}},"index":{}}}'));"#;
        assert_eq!(
            texts(script).unwrap(),
            r#"Object.assign(window.search, {"doc_urls":["a.html#a","b.html#b"],"index":{"documentStore":{"docs":[{"body":"it's \"1\"","breadcrumbs":"A","title":"A"},{"body":"\\n","breadcrumbs":"B","title":"B"}]}}});
"#
        );
        assert!(texts("window.search = {}").is_err());
    }

    #[test]
    fn the_foot_names_what_there_is() {
        let row = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        let rows = [row("Rust", "1.95.0"), row("system", "Linux 6.18")];
        assert_eq!(
            foot(&rows, &[]),
            "  <span>Tested with Rust 1.95.0, Linux 6.18</span>\n"
        );
        assert_eq!(foot(&[], &[]), "");
        let offer = |kind, len| Offer {
            file: "book".into(),
            kind,
            len,
        };
        assert_eq!(
            foot(&[], &[offer("EPUB", 260_000), offer("PDF", 5_600_000)]),
            "  <span>The book as <a href=\"book\" download>EPUB</a> (0.3 MB) or \
             <a href=\"book\" download>PDF</a> (5.6 MB)</span>\n"
        );
        assert_eq!(escape("&<"), "&amp;&lt;");
    }
}
