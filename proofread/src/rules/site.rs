//! Builds the site with mdBook in a temporary folder, and checks its links and ids.

use super::includes;
pub(crate) use super::lines::Place;
use super::lines::places;
use crate::page::line_of;
use crate::paths::{folder, join};
use crate::{Page, Pages, Problem, Source};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use mdbook_core::utils::escape_html;
use mdbook_driver::MDBook;
use mdbook_driver::book::Book;
use mdbook_driver::builtin_preprocessors::CmdPreprocessor;
use mdbook_driver::config::HtmlConfig;
use mdbook_driver::errors::{Error, Result};
use mdbook_html::HtmlHandlebars;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use mdbook_renderer::{RenderContext, Renderer};
use mdbook_summary::SummaryItem;
use percent_encoding::percent_decode_str;
use regex::Regex;
use std::cell::{Cell, LazyCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The site that mdBook makes of a book.
pub(crate) struct Site<'a> {
    pub(crate) source: &'a Source<'a>,
    folder: TempDir,
    settings: HtmlConfig,
    pub(crate) pages: Vec<Made<'a>>,
    /// The parts that were left out, each with the reason.
    pub(crate) notes: Vec<String>,
    /// The problem of a site that mdBook does not build.
    pub(crate) failed: Option<Problem>,
}

/// A page of the site: the file that mdBook makes of it, with its text and attributes.
pub(crate) struct Made<'a> {
    /// The page as the author wrote it.
    pub(crate) page: &'a Page,
    /// The Markdown after all preprocessors.
    pub(crate) text: String,
    /// The place of each line of the text.
    pub(crate) places: Vec<Place>,
    /// The path of the file in the site.
    file: String,
    attributes: Vec<(String, String)>,
}

impl Made<'_> {
    fn values(&self, names: &[&str]) -> impl Iterator<Item = &str> {
        let all = self.attributes.iter();
        let named = all.filter(|(name, _)| names.contains(&&**name));
        named.map(|(_, value)| &**value)
    }

    /// Returns the place of a byte of the text.
    pub(crate) fn at(&self, offset: usize) -> Place {
        self.places[line_of(&self.text, offset) - 1].clone()
    }

    /// Returns the place of the nth text of a form, or of the last one, if there are fewer.
    fn place(&self, form: &str, nth: usize) -> Place {
        let part = |letter: char| letter.is_alphanumeric() || "#-_./".contains(letter);
        let form = Regex::new(form).expect("the parts are escaped");
        let prose = Page::new(&self.page.path, self.text.clone()).prose;
        let whole = form.find_iter(&prose).filter(|found| {
            let inside = |at| prose[..at].ends_with(part) && prose[at..].starts_with(part);
            !inside(found.start()) && !inside(found.end())
        });
        let last = whole.take(nth + 1).last();
        last.map_or((self.page.path.clone(), 0), |found| self.at(found.start()))
    }
}

/// Builds the site and checks its links and ids.
pub(crate) fn check(source: &Source, pages: Pages) -> Vec<Problem> {
    match Site::build(source, Some(pages)) {
        Ok(site) => {
            let failed = site.failed.clone().into_iter().collect();
            [site.ids(), site.links(), includes::references(&site), failed].concat()
        }
        Err(problem) => vec![problem],
    }
}

/// Takes the place of a command of `book.toml`. If the command is missing or fails, the book stays as
/// it is.
struct Lenient(CmdPreprocessor, Arc<Mutex<Left>>);

/// The notes about the preprocessors that are missing, and the error of one that failed.
type Left = (Vec<String>, Option<Error>);

impl Preprocessor for Lenient {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        self.0.run(context, book.clone()).or_else(|error| {
            self.1.lock().expect("no thread panics").1.get_or_insert(error);
            Ok(book)
        })
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        self.0.supports_renderer(renderer).or_else(|error| {
            let note = format!("the preprocessor {} is left out: {error:#}", self.0.name());
            self.1.lock().expect("no thread panics").0.push(note);
            Ok(false)
        })
    }
}

impl<'a> Site<'a> {
    /// Builds the site in a temporary folder. Nothing is written into the folder of the book.
    pub(crate) fn build(source: &'a Source<'a>, pages: Option<Pages>) -> Result<Self, Problem> {
        let wrong = |error: Error| {
            problem!("book.toml";
                expected "a site that mdBook builds"; found "{error:#}"; mend "see: mdbook build")
        };
        let mut site = Site {
            source,
            folder: tempfile::tempdir().map_err(|error| wrong(error.into()))?,
            settings: source.config.html_config().unwrap_or_default(),
            pages: Vec::new(),
            notes: Vec::new(),
            failed: None,
        };
        site.failed = site.render(pages).map_err(wrong).err();
        Ok(site)
    }

    fn render(&mut self, pages: Option<Pages>) -> Result<()> {
        let root = self.source.root();
        let folder = self.folder.path();
        let mut config = self.source.config.clone();
        // The look of the site has no links of the author. A theme may be made for another mdBook.
        fs::create_dir(folder.join("theme"))?;
        let mut html = self.settings.clone();
        html.theme = Some(folder.join("theme"));
        html.print.enable = false;
        html.search.get_or_insert_default().enable = false;
        config.set("output", BTreeMap::from([("html", html)]))?;
        config.build.build_dir = folder.join("site");
        let mut summary = self.source.contents.clone();
        let parts = [
            &mut summary.prefix_chapters,
            &mut summary.numbered_chapters,
            &mut summary.suffix_chapters,
        ];
        let mut open: Vec<&mut SummaryItem> = parts.into_iter().flatten().collect();
        while let Some(item) = open.pop() {
            if let SummaryItem::Link(link) = item {
                let path = |path: &PathBuf| join(&self.source.pages_in, &path.to_string_lossy());
                let there = |it: &PathBuf| self.source.pages.contains_key(&path(it));
                // Another rule reports a missing page. mdBook would write it.
                link.location = link.location.take().filter(there);
                open.extend(&mut link.nested_items);
            }
        }
        let commands: BTreeMap<String, toml::Table> = config.preprocessors()?;
        let mut book = MDBook::load_with_config_and_summary(root, config, summary)?;
        let left = Arc::<Mutex<Left>>::default();
        for (name, table) in commands {
            let builtin = ["links", "index"].contains(&&*name);
            let command = table.get("command").and_then(toml::Value::as_str);
            let command = command.map_or(format!("mdbook-{name}"), str::to_owned);
            if !builtin {
                let command = CmdPreprocessor::new(name, command, root.to_owned(), false);
                book.with_preprocessor(Lenient(command, left.clone()));
            }
        }
        if let Some(pages) = pages {
            book.with_preprocessor(pages);
        }
        let html = HtmlHandlebars::new();
        let made = book.preprocess_book(&html);
        let (notes, failed) = std::mem::take(&mut *left.lock().expect("no thread panics"));
        self.notes = notes;
        let (made, _) = made?;
        let (config, site) = (book.config.clone(), folder.join("site"));
        let built = html.render(&RenderContext::new(root, made.clone(), config, &site));
        for chapter in made.chapters() {
            let (Some(path), Some(from)) = (&chapter.path, &chapter.source_path) else {
                continue;
            };
            let from = join(&self.source.pages_in, &from.to_string_lossy());
            let file = path.with_extension("html").to_string_lossy().replace('\\', "/");
            if let Some(page) = self.source.pages.get(&from) {
                let attributes =
                    attributes(&fs::read_to_string(site.join(&file)).unwrap_or_default());
                let text = chapter.content.clone();
                let places = places(root, page, &text);
                self.pages.push(Made { page, text, places, file, attributes });
            }
        }
        failed.map_or(built, Err)
    }

    /// Checks that no page has an id twice.
    pub(crate) fn ids(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for made in &self.pages {
            let mut seen = BTreeSet::new();
            for id in made.values(&["id"]).filter(|id| !seen.insert(*id)) {
                let [plain, html] = [id, &escape_html(id)].map(regex::escape);
                let form = format!(r#"(?i)(\bid\s*=\s*["']?|\{{[^}}\n]*#)({plain}|{html})"#);
                let (path, line) = made.place(&form, 1);
                problems.push(problem!(path, line;
                    expected "each id once on a page"; found "the id {id} twice"; mend "change one of the two"));
            }
        }
        problems
    }

    /// Checks that each link within the site has a target.
    pub(crate) fn links(&self) -> Vec<Problem> {
        let mut problems = BTreeSet::new();
        for made in &self.pages {
            let links: BTreeSet<&str> = made.values(&["href", "src"]).collect();
            let page = LazyCell::new(|| Page::new(&made.page.path, made.text.clone()));
            for link in links {
                let Some((expected, mend)) = self.dead(&made.file, link) else {
                    continue;
                };
                let written = page.links.iter().filter(|(_, to)| makes(to, link));
                let mut places: Vec<_> =
                    written.map(|(line, to)| (made.places[line - 1].clone(), &**to)).collect();
                if places.is_empty() {
                    places.push((made.place(&regex::escape(link), 0), link));
                }
                problems.extend(places.into_iter().map(|((path, line), link)| {
                    problem!(path, line; expected "{expected}"; found "the link {link}"; mend "{mend}")
                }));
            }
        }
        problems.into_iter().collect()
    }

    /// If a link within the site is dead, returns the expected target and a way to fix the link.
    fn dead(&self, file: &str, link: &str) -> Option<(&'static str, &'static str)> {
        let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
        let path = path.split('?').next().unwrap_or_default();
        let path = percent_decode_str(path).decode_utf8_lossy();
        // An address from the root of the host leads into the book only below its own address.
        let own = self.settings.site_url.as_deref().filter(|own| own.len() > 1);
        let target = match own.and_then(|own| path.strip_prefix(own)) {
            Some(inside) => inside.to_owned(),
            None if regex!(r"^(/|[A-Za-z][A-Za-z0-9+.-]*:)").is_match(&path) => return None,
            None if path.is_empty() => file.to_owned(),
            None => join(folder(file), &path),
        };
        // Another book may lie beside this one, but no file of the project.
        if target.starts_with("..") {
            let outside = join(&self.source.pages_in, &target);
            let file = |path: &str| self.source.root().join(path).exists();
            let lost = !outside.starts_with("..")
                && (file(&outside) || file(&outside.replace(".html", ".md")));
            let expected = "a link to a file of the site, because readers have no others";
            return lost
                .then_some((expected, "link to its address, for example in the repository"));
        }
        let there = self.folder.path().join("site").join(&target);
        let page =
            |file: &str| there.join(file).is_file() || there.with_extension("html").is_file();
        if target == "print.html" || (there.is_dir() && page("index.html")) {
            return None;
        }
        if !(there.is_file() || there.extension().is_none() && page("")) {
            return Some(("a link to a file of the site", "correct the link"));
        }
        let first = self.pages.first().filter(|_| target == "index.html");
        let page = self.pages.iter().find(|page| page.file == target).or(first)?;
        let fragment = percent_decode_str(fragment).decode_utf8_lossy();
        // Every page has a top.
        let given = fragment.is_empty() || fragment.eq_ignore_ascii_case("top");
        let lacks = !given && page.values(&["id", "name"]).all(|id| id != fragment);
        let mend = "correct the link, or give that heading an id, {#...}";
        lacks.then_some(("a link to a heading of that page", mend))
    }
}

/// Returns whether mdBook makes a link of the site from a link of a page.
fn makes(written: &str, link: &str) -> bool {
    let html = written.replacen(".md", ".html", 1);
    written == link || html == link || html.replacen("README.html", "index.html", 1) == link
}

/// The attributes of the main part of a page, each with its value.
#[derive(Default)]
struct Attributes {
    found: RefCell<Vec<(String, String)>>,
    inside: Cell<bool>,
}

impl TokenSink for Attributes {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            if &*tag.name == "main" {
                self.inside.set(tag.kind == TagKind::StartTag);
            } else if self.inside.get() {
                let attributes = tag.attrs.into_iter();
                let named =
                    attributes.map(|all| (all.name.local.to_string(), all.value.to_string()));
                self.found.borrow_mut().extend(named);
            }
        }
        TokenSinkResult::Continue
    }
}

fn attributes(html: &str) -> Vec<(String, String)> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Attributes::default(), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.found.into_inner()
}
