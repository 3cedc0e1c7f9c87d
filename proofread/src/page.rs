//! Reads a page with mdBook's own parser.

use crate::paths::{folder, join};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use std::collections::HashSet;
use std::ops::Range;

/// mdBook's own directives. mdBook expands them after ours. The first four name a file.
pub(crate) const OF_MDBOOK: [&str; 6] =
    ["include", "rustdoc_include", "playground", "playpen", "template", "title"];

/// A page of the book, or another Markdown file of the project.
#[derive(Debug, Default)]
pub struct Page {
    /// The path of the page, relative to the folder of `book.toml`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// The text with all code replaced by spaces. Line numbers stay the same.
    pub prose: String,
    /// The rows of all tables, without the header rows.
    pub rows: Vec<Row>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) headings: Vec<Heading>,
    /// The line and the target of each link and picture, as written.
    pub(crate) links: Vec<(usize, String)>,
    /// The line and the text of each piece of code within a sentence.
    pub(crate) code: Vec<(usize, String)>,
    /// The directives in the prose, including those of mdBook.
    pub(crate) directives: Vec<Directive>,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// The line of the row, counted from 1.
    pub line: usize,
    /// The cells, as written. If the row is short, the parser adds empty cells.
    pub cells: Vec<String>,
    /// The number of cells in the text, which may be larger than the number of columns.
    pub(crate) written: usize,
}

/// A directive, `{{#name argument}}`.
#[derive(Debug, Clone)]
pub struct Directive {
    /// The name of the directive, such as `listing`.
    pub name: String,
    /// The words after the name.
    pub argument: String,
    /// The line of the directive, counted from 1.
    pub line: usize,
    /// Whether the line has no other text.
    pub alone: bool,
    /// The byte range of the directive in the text of the page.
    pub(crate) range: Range<usize>,
}

#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) level: u8,
    pub(crate) line: usize,
    /// The words as written.
    pub(crate) written: String,
    /// The words without markup.
    pub(crate) text: String,
    /// The id of the heading on the site, as mdBook makes it.
    pub(crate) id: String,
}

#[derive(Debug)]
pub(crate) struct Block {
    /// The line of the opening fence.
    pub(crate) line: usize,
    /// The words after the fence. For an indented block, `indented`.
    pub(crate) info: String,
    pub(crate) text: String,
    /// Whether the block has all its fences.
    pub(crate) closed: bool,
}

impl Page {
    pub(crate) fn new(path: &str, text: String) -> Self {
        let mut page = Page { path: path.into(), prose: text.clone(), ..Page::default() };
        // The ends of the last block, the last heading and the last header row of a table.
        let (mut block, mut heading, mut head) = (0, 0, 0);
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let parser = new_cmark_parser(&text, &MarkdownOptions::default());
        for (event, range) in parser.into_offset_iter() {
            let line = 1 + ends.partition_point(|end| *end < range.start);
            let written = text[range.clone()].trim();
            if let Event::Text(words) | Event::Code(words) = &event {
                if range.start < block {
                    page.blocks.last_mut().expect("one is open").text += words;
                } else if range.start < heading {
                    page.headings.last_mut().expect("one is open").text += words;
                }
            }
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    block = range.end;
                    let last = written.lines().skip(1).last().unwrap_or_default();
                    let (info, closed) = match kind {
                        CodeBlockKind::Fenced(info) => {
                            (info.to_string(), last.ends_with(['`', '~']))
                        }
                        CodeBlockKind::Indented => ("indented".into(), true),
                    };
                    page.blocks.push(Block { line, info, text: String::new(), closed });
                    page.blank(range);
                }
                Event::Code(code) => {
                    page.code.push((line, code.to_string()));
                    page.blank(range);
                }
                Event::Start(Tag::Heading { level, id, .. }) => {
                    heading = range.end;
                    let words = written.trim_start_matches('#').trim();
                    page.headings.push(Heading {
                        level: level as u8,
                        line,
                        written: words.split(" {#").next().unwrap_or_default().into(),
                        text: String::new(),
                        id: id.map_or(String::new(), |id| id.to_string()),
                    });
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((line, dest_url.to_string()));
                }
                Event::Start(Tag::TableHead) => head = range.end,
                Event::Start(Tag::TableRow) => {
                    let row = written.replace(r"\|", "");
                    let row = row.strip_prefix('|').unwrap_or(&row);
                    let row = row.strip_suffix('|').unwrap_or(row);
                    let count = row.matches('|').count() + 1;
                    page.rows.push(Row { line, cells: Vec::new(), written: count });
                }
                Event::Start(Tag::TableCell) if range.start >= head => {
                    let row = page.rows.last_mut().expect("one is open");
                    row.cells.push(written.into());
                }
                _ => {}
            }
        }
        give_ids(&mut page.headings);
        page.directives = directives(&page.prose);
        page.text = text;
        page
    }

    /// Replaces code in the prose by spaces.
    fn blank(&mut self, range: Range<usize>) {
        let code = self.prose[range.clone()].bytes();
        let blank = code.map(|byte| if byte == b'\n' { '\n' } else { ' ' });
        self.prose.replace_range(range, &blank.collect::<String>());
    }

    /// Returns the place of a line on the site: the path of the page with the id of the heading
    /// above the line, and the titles of both. Below the title of the page, the place is the page
    /// itself.
    pub(crate) fn place(&self, line: usize) -> (String, String) {
        let mut above = self.headings.iter().rev();
        let above = above.find(|heading| heading.line <= line && heading.level > 1);
        let title = self.headings.first().map_or("", |title| &title.written);
        let Some(Heading { id, written, .. }) = above else {
            return (self.path.clone(), title.to_owned());
        };
        (format!("{}#{id}", self.path), format!("{title}: {written}"))
    }

    /// Returns the directives with a name, in their order on the page.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Directive> {
        self.directives.iter().filter(move |directive| directive.name == name)
    }

    /// Returns the path and the part of an included file, such as `../lorem.txt:part`.
    pub(crate) fn include<'a>(&self, argument: &'a str) -> (String, &'a str) {
        let argument = argument.split(' ').next().unwrap_or_default();
        let (path, part) = argument.split_once(':').unwrap_or((argument, ""));
        (join(folder(&self.path), path), part)
    }
}

/// Gives each heading the id that mdBook makes of its words. mdBook's function for it is private.
fn give_ids(headings: &mut [Heading]) {
    let mut ids = HashSet::new();
    for heading in headings {
        if heading.id.is_empty() {
            let words = heading.text.trim().to_lowercase();
            heading.id = words.replace(char::is_whitespace, "-");
            let stays = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
            heading.id.retain(stays);
        }
        let (first, mut nth) = (heading.id.clone(), 0);
        while !ids.insert(heading.id.clone()) {
            nth += 1;
            heading.id = format!("{first}-{nth}");
        }
    }
}

impl Block {
    /// Returns the first word after the fence, the language.
    pub(crate) fn language(&self) -> &str {
        self.info.split([',', ' ']).next().unwrap_or_default()
    }
}

/// Returns the directives in a text.
pub(crate) fn directives(text: &str) -> Vec<Directive> {
    let form = regex!(r"\\?\{\{\s*#([a-z_]+)(?:\s+([^}]*))?\}\}");
    let all = form.captures_iter(text).map(|found| {
        let range = found.get_match().range();
        let before = text[..range.start].rsplit('\n').next().unwrap_or_default();
        let after = text[range.end..].split('\n').next().unwrap_or_default();
        let argument = found.get(2).map_or("", |words| words.as_str());
        Directive {
            name: found[1].to_owned(),
            argument: argument.split_whitespace().collect::<Vec<_>>().join(" "),
            line: line_of(text, range.start),
            alone: before.is_empty() && after.trim().is_empty(),
            range,
        }
    });
    let escaped = |found: &Directive| text[found.range.clone()].starts_with('\\');
    all.filter(|found| !escaped(found)).collect()
}

/// Returns the includes of a page, also those in code, which mdBook expands as well.
pub(crate) fn includes(page: &Page) -> Vec<Directive> {
    let all = directives(&page.text).into_iter();
    all.filter(|found| OF_MDBOOK[..4].contains(&&*found.name)).collect()
}

/// Returns the line of the first directive of mdBook in a text. On a page, mdBook would expand it.
pub(crate) fn directive(text: &str) -> Option<usize> {
    let mut all = directives(text).into_iter();
    all.find(|found| OF_MDBOOK.contains(&&*found.name)).map(|found| found.line)
}

pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}
