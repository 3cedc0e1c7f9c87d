//! A page, taken apart once by mdBook's own parser.

use crate::source::{folder, join};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use std::collections::HashSet;

/// A page of the book, or another Markdown file of the project.
#[derive(Debug, Default)]
pub struct Page {
    /// Its path from the root of the book.
    pub path: String,
    /// All of it.
    pub text: String,
    /// The text with all code blanked out, line for line.
    pub prose: String,
    /// The code blocks.
    pub blocks: Vec<Block>,
    /// The headings.
    pub headings: Vec<Heading>,
    /// The links and pictures.
    pub links: Vec<Link>,
    /// The code within sentences, with its line.
    pub code: Vec<(usize, String)>,
    /// The rows of the tables, their heads not included.
    pub rows: Vec<Row>,
    /// Text of paragraphs that is folded together with something else, with its line.
    pub(crate) folded: Vec<(usize, String)>,
}

/// A code block.
#[derive(Debug)]
pub struct Block {
    /// The line of its fence.
    pub line: usize,
    /// The words behind the fence but for a file name, or `indented`.
    pub info: String,
    /// The name under which the page offers the file that the block shows.
    pub name: Option<String>,
    /// What is in it.
    pub text: String,
    /// Whether it is in a list or a quote.
    pub nested: bool,
    /// The file that it includes, if that is all there is in it.
    pub include: Option<Include>,
}

/// A directive that includes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The path of the file, from the root of the book.
    pub path: String,
    /// What of it: an anchor, or lines.
    pub part: String,
    /// The line of the page.
    pub line: usize,
}

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// From 1 to 6.
    pub level: HeadingLevel,
    /// Where it stands.
    pub line: usize,
    /// Its words, without marks.
    pub text: String,
    /// The id that it was given, not the one that mdBook makes of its words.
    pub id: Option<String>,
}

/// A link.
#[derive(Debug)]
pub struct Link {
    /// Where it stands.
    pub line: usize,
    /// Where it leads, as it is written.
    pub to: String,
    /// Its words.
    pub text: String,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// Where it stands.
    pub line: usize,
    /// Its cells, as they are written. The parser adds empty ones where a row is short.
    pub cells: Vec<String>,
    /// How many cells are written, which may be more than the table has columns.
    pub written: usize,
}

impl Page {
    /// Takes a text apart.
    pub fn new(path: &str, text: String) -> Self {
        let mut page = Page {
            path: path.into(),
            prose: text.clone(),
            ..Page::default()
        };
        let line_at = |offset: usize| 1 + text[..offset].matches('\n').count();
        let mut inside = false; // a code block
        let mut words: Option<String> = None; // of a heading
        let (mut link, mut folds, mut in_head) = (None::<String>, false, false);
        let parser = new_cmark_parser(&text, &MarkdownOptions::default());
        for (event, range) in parser.into_offset_iter() {
            let line = line_at(range.start);
            if let (Event::Text(word) | Event::Code(word), Some(text)) = (&event, &mut link) {
                *text += word;
            }
            if let (Event::Text(word) | Event::Code(word), Some(text)) = (&event, &mut words) {
                *text += word;
            }
            match &event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.to_string(),
                        CodeBlockKind::Indented => "indented".into(),
                    };
                    let named = info.rsplit_once(',').filter(|(_, name)| name.contains('.'));
                    let name = named.map(|(_, name)| name.to_owned());
                    let info = named.map_or(&*info, |(info, _)| info).to_owned();
                    let nested = !text[..range.start].ends_with('\n') && range.start > 0;
                    let text = String::new();
                    page.blocks.push(Block {
                        line,
                        info,
                        name,
                        text,
                        nested,
                        include: None,
                    });
                    inside = true;
                }
                Event::Text(line) if inside => {
                    if let Some(block) = page.blocks.last_mut() {
                        block.text += line;
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    inside = false;
                    if let Some(block) = page.blocks.last_mut() {
                        let found = includes(path, &block.text).next();
                        block.include =
                            found
                                .filter(|(_, whole)| *whole)
                                .map(|(include, _)| Include {
                                    line: block.line + 1,
                                    ..include
                                });
                    }
                }
                Event::Start(Tag::Heading { level, id, .. }) => {
                    let id = id.as_ref().map(ToString::to_string);
                    page.headings.push(Heading {
                        level: *level,
                        line,
                        text: String::new(),
                        id,
                    });
                    words = Some(String::new());
                }
                Event::End(TagEnd::Heading(_)) => {
                    if let (Some(heading), Some(words)) = (page.headings.last_mut(), words.take()) {
                        heading.text = words;
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let to = dest_url.to_string();
                    page.links.push(Link {
                        line,
                        to,
                        text: String::new(),
                    });
                    link = Some(String::new());
                }
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    if let (Some(last), Some(words)) = (page.links.last_mut(), link.take()) {
                        last.text = words;
                    }
                }
                Event::Code(code) => page.code.push((line, code.to_string())),
                Event::Start(Tag::TableHead) => in_head = true,
                Event::End(TagEnd::TableHead) => in_head = false,
                Event::Start(Tag::TableRow) => {
                    let row = text[range.clone()].trim().replace(r"\|", "");
                    let row = row.strip_prefix('|').unwrap_or(&row);
                    let written = row.strip_suffix('|').unwrap_or(row).matches('|').count() + 1;
                    page.rows.push(Row {
                        line,
                        cells: Vec::new(),
                        written,
                    });
                }
                Event::Start(Tag::TableCell) if !in_head => {
                    if let Some(row) = page.rows.last_mut() {
                        row.cells.push(text[range.clone()].trim().into());
                    }
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    folds = (folds || html.contains("<details")) && !html.contains("</details");
                }
                Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Table(_)) if folds => {
                    let start = text[range.clone()].lines().next().unwrap_or_default();
                    page.folded.push((line, start.into()));
                }
                _ => {}
            }
            if matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)) {
                let blank = text[range.clone()]
                    .bytes()
                    .map(|byte| if byte == b'\n' { '\n' } else { ' ' });
                page.prose.replace_range(range, &blank.collect::<String>());
            }
        }
        page.text = text;
        page
    }

    /// Its first heading.
    pub fn title(&self) -> &str {
        self.headings
            .first()
            .map_or("Title", |heading| &heading.text)
    }

    /// The place that a line has on the site: the path of the page with the id of the heading above it,
    /// and how the two are called. The title of the page is the page itself.
    pub(crate) fn place(&self, line: usize) -> (String, String) {
        let words = |heading: &Heading| {
            let written = self.text.lines().nth(heading.line - 1).unwrap_or_default();
            let written = written.trim_start_matches('#').trim();
            written.split(" {#").next().unwrap_or_default().to_owned()
        };
        let mut ids = HashSet::new();
        let mut above = None;
        for heading in self.headings.iter().filter(|heading| heading.line <= line) {
            // As mdBook does it: its function for that is its own.
            let id = heading.id.clone().unwrap_or_else(|| id(&heading.text));
            let others = (1..).map(|nth| format!("{id}-{nth}"));
            let mut free = [id.clone()].into_iter().chain(others);
            above = free
                .find(|id| ids.insert(id.clone()))
                .map(|id| (heading, id));
        }
        let title = self.headings.first().map(words).unwrap_or_default();
        match above {
            Some((heading, id)) if heading.level != HeadingLevel::H1 => (
                format!("{}#{id}", self.path),
                format!("{title}: {}", words(heading)),
            ),
            _ => (self.path.clone(), title),
        }
    }

    /// The files that it includes, in code blocks and outside them.
    pub fn includes(&self) -> impl Iterator<Item = Include> {
        let in_blocks = self.blocks.iter().filter_map(|block| block.include.clone());
        in_blocks.chain(includes(&self.path, &self.prose).map(|(include, _)| include))
    }
}

/// The id that mdBook makes of the words of a heading.
fn id(words: &str) -> String {
    let letters = words.trim().chars().flat_map(char::to_lowercase);
    let letters = letters.map(|letter| if letter.is_whitespace() { '-' } else { letter });
    letters
        .filter(|letter| letter.is_alphanumeric() || "_-".contains(*letter))
        .collect()
}

/// The includes of a text, and whether there is nothing else in it.
fn includes(page: &str, text: &str) -> impl Iterator<Item = (Include, bool)> {
    regex!(r"\{\{[ \t\n]*#include[ \t\n]+([^}: \t\n]+)(?::([^} \t\n]*))?[ \t\n]*\}\}")
        .captures_iter(text)
        .map(move |found| {
            let path = join(folder(page), &found[1]);
            let part = found.get(2).map_or("", |part| part.as_str()).into();
            let line = 1 + text[..found.get_match().start()].matches('\n').count();
            (
                Include { path, part, line },
                found[0] == *text.trim_end_matches('\n'),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_line_has_the_place_of_the_heading_above_it() {
        let text = "# Why `unsafe`\n\nOne\n\n## Who, and `how`?\n\nTwo\n\n## Own {#other}\n\nThree\n\n## Who and how\n";
        let page = Page::new("book/why.md", text.into());
        let places = [
            (3, "book/why.md", "Why `unsafe`"),
            (
                7,
                "book/why.md#who-and-how",
                "Why `unsafe`: Who, and `how`?",
            ),
            (11, "book/why.md#other", "Why `unsafe`: Own"),
            (13, "book/why.md#who-and-how-1", "Why `unsafe`: Who and how"),
        ];
        for (line, to, name) in places {
            assert_eq!(page.place(line), (to.into(), name.into()));
        }
    }
}
