//! Completes a site with parts for which mdBook has no setting: the description and the address of
//! each page, the tested versions, files for search engines, and smaller search data.

use crate::{Page, Result};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use regex::Regex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The page with the whole book, to print.
pub const PRINT: &str = "print.html";
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
    // The stylesheet says where a page of paper ends.
    let end = "<div style=\"break-before: page; page-break-before: always;\"></div>";
    rewrite(PRINT, &|html| Ok(html.replace(end, "")))?;
    // The first page comes twice, under both its names.
    for page in &pages[1..] {
        fs::write(folder.join(markdown(page)), plain(&page.text))?;
    }
    fs::write(folder.join("llms.txt"), llms(address, &pages[1..]))?;
    // The comments of styles and scripts are for their authors.
    let comment = Regex::new(r"(?m)^\s*(?://.*|/\*+[^*]*\*/)\n")?;
    for below in ["", "css/", "theme/"] {
        for entry in fs::read_dir(folder.join(below))?.flatten() {
            let name = below.to_owned() + &entry.file_name().to_string_lossy();
            if name.starts_with("searchindex") {
                rewrite(&name, &|script| texts(script, pages))?;
            } else if name.ends_with(".css") || name.ends_with(".js") {
                rewrite(&name, &|text| Ok(comment.replace_all(text, "").into()))?;
            }
        }
    }
    // Search engines read robots.txt only at the root of a host. In a subfolder, it only names the
    // sitemap.
    let mut robots = "User-agent: *\nDisallow:\n".to_owned();
    if let Some(address) = address {
        let _ = write!(robots, "\nSitemap: {address}sitemap.xml\n");
        fs::write(folder.join("sitemap.xml"), sitemap(address, pages))?;
    }
    Ok(fs::write(folder.join("robots.txt"), robots)?)
}

/// A name that is in the programs of more sections than this, such as `File`, leads nowhere.
const COMMON: usize = 20;

/// Reduces the search data to the part that `theme/search.js` reads: the text of each section that
/// is not a proof, with the names of each program in place of the program, and without the lines
/// about its needs and the times in tables. The rest is an index for the script of mdBook's own
/// theme, and several times as large.
fn texts(script: &str, pages: &[Page]) -> Result<String> {
    let json = script.split_once("JSON.parse('");
    let json = json.and_then(|(_, rest)| Some(rest.rsplit_once("')")?.0));
    let json = json.ok_or("expected JSON.parse('…') in the search data, found other text")?;
    let data: Value = serde_json::from_str(&json.replace("\\'", "'").replace(r"\\", r"\"))?;
    let urls = data["doc_urls"].as_array().ok_or("expected doc_urls")?;
    let urls: Vec<(usize, &Value)> = (0..).zip(urls).filter(|(_, url)| !is_proof(url)).collect();
    let token = Regex::new(TOKEN)?;
    let programs = pages.iter();
    let programs = programs.map(|page| (&*page.file, shown(&page.text, &token)));
    let programs: BTreeMap<&str, Vec<Shown>> = programs.collect();
    // A mark behind a sentence is no word of it, and nobody searches for the times in a table.
    let mark = Regex::new(r"([.,:;][)”]?) (?:proved|measured)\b| proved( [A-Z]|$)")?;
    let times = Regex::new(r"(?: [\d.,]+ (?:ns|µs|ms|s)(?: \([\d.,]+\))?){2,}")?;
    let (mut docs, mut seen) = (Vec::new(), BTreeMap::<String, usize>::new());
    for (id, url) in &urls {
        let doc = &data["index"]["documentStore"]["docs"][id.to_string()];
        let part = |name: &str| squeeze(doc[name].as_str().unwrap_or_default());
        let (title, mut body) = (part("title"), part("body"));
        let mut names = Vec::new();
        let file = url.as_str().and_then(|url| url.split('#').next());
        for Shown { text, names: all } in file
            .and_then(|file| programs.get(file))
            .into_iter()
            .flatten()
        {
            if let Some(at) = body.find(&**text) {
                body.replace_range(at..at + text.len(), &format!("{{{}}}", names.len()));
                names.push(all);
            }
        }
        body = mark.replace_all(&body, "$1$2").into_owned();
        body = times.replace_all(&body, "").into_owned();
        let mut new: BTreeSet<String> = body
            .split(|c: char| !is_word(c))
            .map(str::to_lowercase)
            .collect();
        let names: Vec<Vec<&String>> = names
            .into_iter()
            .map(|all| {
                all.iter()
                    .filter(|name| new.insert(name.to_lowercase()))
                    .collect()
            })
            .collect();
        for name in names.iter().flatten() {
            *seen.entry((*name).clone()).or_default() += 1;
        }
        docs.push((title, body, names));
    }
    let docs = docs.into_iter().map(|(title, mut body, names)| {
        for (at, names) in names.iter().enumerate() {
            let telling = names.iter().filter(|name| seen[**name] <= COMMON);
            let telling: Vec<&str> = telling.map(|name| name.as_str()).collect();
            let list = match telling.is_empty() {
                true => String::new(),
                false => format!("{{{}}}", telling.join(" ")),
            };
            body = body.replace(&format!("{{{at}}}"), &list);
        }
        json!({ "title": title, "body": squeeze(&body) })
    });
    let docs: Vec<_> = docs.collect();
    let urls: Vec<_> = urls.iter().map(|(_, url)| url).collect();
    let data = json!({ "doc_urls": urls, "index": { "documentStore": { "docs": docs } } });
    Ok(format!("Object.assign(window.search, {data});\n"))
}

/// A part of a page that the search data have in another form: its text, and the names in it that
/// are kept.
struct Shown {
    text: String,
    names: Vec<String>,
}

/// Returns the programs of a page, and the charts and the lines about needs, which have no names to
/// keep.
fn shown(markdown: &str, token: &Regex) -> Vec<Shown> {
    let (mut all, mut fold, mut code) = (Vec::new(), None::<String>, None);
    for event in new_cmark_parser(markdown, &MarkdownOptions::default()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                if html.contains("class=\"needs\"") || html.contains("<svg ") {
                    fold = Some(String::new());
                }
                if let Some(text) = &mut fold {
                    *text += &plain_html(&html);
                    *text += " ";
                }
                if ["</details>", "<p class=\"needs\"", "</svg>"]
                    .iter()
                    .any(|end| html.contains(end))
                {
                    all.extend(fold.take().map(|text| Shown {
                        text: squeeze(&text),
                        names: Vec::new(),
                    }));
                }
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let program = info.starts_with("rust") || info.starts_with("python");
                code = (program || fold.is_some()).then(String::new);
            }
            Event::Text(text) => {
                if let Some(code) = &mut code {
                    *code += &text;
                }
            }
            Event::End(TagEnd::CodeBlock) => match (code.take(), &mut fold) {
                (Some(code), Some(fold)) => *fold += &(squeeze(&code) + " "),
                (Some(code), None) => all.push(Shown {
                    text: squeeze(&code),
                    names: names(&code, token),
                }),
                (None, _) => {}
            },
            _ => {}
        }
    }
    all.retain(|Shown { text, .. }| !text.is_empty());
    all
}

/// Returns the text of HTML without its tags.
fn plain_html(html: &str) -> String {
    let html = format!(">{html}");
    let pieces = html.split('<');
    let texts = pieces.filter_map(|piece| Some(piece.split_once('>')?.1));
    texts.collect()
}

/// A token of a program: a string, a comment or a name, with the signs around the name.
const TOKEN: &str =
    r#""""(?s:.*?)"""|"(?:\\(?s:.)|[^"\\])*"|//.*|([.:]?)\b([A-Za-z_]\w+)(\(|!|::)?"#;

/// Returns the names in a program that are not its own variables: of functions, types and fields.
fn names(program: &str, token: &Regex) -> Vec<String> {
    let found = token.captures_iter(program).filter_map(|token| {
        let name = token.get(2)?.as_str();
        let has = |group| token.get(group).is_some_and(|found| !found.is_empty());
        let long = name.contains(|c: char| c == '_' || c.is_ascii_uppercase());
        (has(1) || has(3) || long).then(|| name.to_owned())
    });
    found.collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Returns a text with one blank between its words.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
    use super::{Offer, Regex, TOKEN, before, escape, foot, set, shown, texts};

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
        let script = r#"window.search = Object.assign(window.search, JSON.parse('{"doc_urls":["a.html#a","a.html#proofs","b.html#b"],"index":{"documentStore":{"docs":{"0":{"id":"0","title":"A","body":"it\'s \\"1\\"","breadcrumbs":"A"},"1":{},"2":{"title":"B","body":"\\\\n. proved","breadcrumbs":"B"}},"docInfo":{}},"index":{}}}'));"#;
        assert_eq!(
            texts(script, &[]).unwrap(),
            r#"Object.assign(window.search, {"doc_urls":["a.html#a","b.html#b"],"index":{"documentStore":{"docs":[{"body":"it's \"1\"","title":"A"},{"body":"\\n.","title":"B"}]}}});
"#
        );
        assert!(texts("window.search = {}", &[]).is_err());
    }

    #[test]
    fn of_a_program_the_search_data_have_the_names() {
        let text = "Map it:\n\n```rust\n// a Comment\nlet own = File::open(\"no Name\")?.len();\n```\n\n\
                    <details class=\"needs\">\n<summary>Needs <code>a</code></summary>\n\n```toml\na = \"1\"\n```\n\n</details>\n\nSo.\n";
        let [program, needs] = &shown(text, &Regex::new(TOKEN).unwrap())[..] else {
            panic!("expected a program and its needs")
        };
        assert_eq!(program.names, ["File", "open", "len"]);
        assert_eq!((&*needs.text, needs.names.len()), ("Needs a a = \"1\"", 0));
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
