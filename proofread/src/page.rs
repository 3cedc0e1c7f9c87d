//! A page, read once by mdBook's own parser.

use crate::paths::{folder, join};
use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use std::collections::HashSet;
use std::ops::Range;

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
    /// The rows of the tables, without their heads.
    pub rows: Vec<Row>,
    /// The directives in its prose, mdBook's own included.
    pub directives: Vec<Directive>,
}

/// A code block.
#[derive(Debug)]
pub struct Block {
    /// The line of its fence.
    pub line: usize,
    /// What it shows.
    pub kind: BlockKind,
    /// What is in it.
    pub text: String,
}

/// What a code block shows.
#[derive(Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// `rust`, typed: a program that skeptic compiles and runs.
    Program,
    /// `shell`: commands to type.
    Commands,
    /// `markdown`: text about pages.
    Markdown,
    /// One include and nothing else, in a language of one small word: a file, or a part of it.
    File {
        /// `toml`, or `rust,ignore`.
        language: String,
        /// What it includes.
        include: Include,
        /// The name under which the page offers the file, as in `text,words.txt`.
        offered: Option<String>,
    },
    /// Anything else: the words behind the fence.
    Other(String),
}

/// A directive that includes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The path of the file, from the root of the book on.
    pub path: String,
    /// What of it: an anchor, or lines.
    pub part: String,
}

/// A directive, `{{#name argument}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// What it asks for, as `listing`.
    pub name: String,
    /// The rest of it.
    pub argument: String,
    /// Where it stands.
    pub line: usize,
    /// Whether nothing else is on its line.
    pub alone: bool,
    /// Its bytes in the text of the page.
    pub(crate) range: Range<usize>,
}

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// From 1 to 6.
    pub level: u8,
    /// Where it stands.
    pub line: usize,
    /// Its words, without marks.
    pub text: String,
    /// The id that it was given, not the one that mdBook makes of its words.
    pub id: Option<String>,
}

/// A link or a picture.
#[derive(Debug)]
pub struct Link {
    /// Where it stands.
    pub line: usize,
    /// Where it leads, as it is written.
    pub to: String,
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
    /// Reads a text.
    pub fn new(path: &str, text: String) -> Self {
        let mut page = Page {
            path: path.into(),
            prose: text.clone(),
            ..Page::default()
        };
        let mut reader = Reader::default();
        let parser = new_cmark_parser(&text, &MarkdownOptions::default());
        for (event, range) in parser.into_offset_iter() {
            let line = line_of(&text, range.start);
            if matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)) {
                let blank = text[range.clone()].chars().map(|letter| match letter {
                    '\n' => "\n".to_owned(),
                    letter => " ".repeat(letter.len_utf8()),
                });
                let blank: String = blank.collect();
                page.prose.replace_range(range.clone(), &blank);
            }
            reader.take(&mut page, event, line, &text[range]);
        }
        page.directives = directives(&page.prose);
        page.text = text;
        page
    }

    /// Its first heading.
    pub fn title(&self) -> &str {
        let first = self.headings.first();
        first.map_or("Title", |heading| &heading.text)
    }

    /// The place that a line has on the site: the path of the page with the id of the heading above
    /// it, and how the two are called. The title of the page is the page itself.
    pub(crate) fn place(&self, line: usize) -> (String, String) {
        let words = |heading: &Heading| {
            let written = self.text.lines().nth(heading.line - 1).unwrap_or_default();
            let written = written.trim_start_matches('#').trim();
            written.split(" {#").next().unwrap_or_default().to_owned()
        };
        let mut ids = HashSet::new();
        let mut above = None;
        for heading in self.headings.iter().filter(|heading| heading.line <= line) {
            let id = heading.id.clone().unwrap_or_else(|| id(&heading.text));
            let others = (1..).map(|nth| format!("{id}-{nth}"));
            let mut free = [id.clone()].into_iter().chain(others);
            let free = free.find(|id| ids.insert(id.clone()));
            above = free.map(|id| (heading, id));
        }
        let title = self.headings.first().map(words).unwrap_or_default();
        match above {
            Some((heading, id)) if heading.level > 1 => {
                let name = format!("{title}: {}", words(heading));
                (format!("{}#{id}", self.path), name)
            }
            _ => (self.path.clone(), title),
        }
    }

    /// The directives of one name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Directive> {
        let all = self.directives.iter();
        all.filter(move |directive| directive.name == name)
    }

    /// The files that it includes, in code blocks and outside them, with their lines.
    pub fn includes(&self) -> impl Iterator<Item = (usize, Include)> {
        let in_blocks = self.blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::File { include, .. } => Some((block.line + 1, include.clone())),
            _ => None,
        });
        let outside = self.named("include");
        in_blocks.chain(outside.map(|found| (found.line, include(&self.path, &found.argument))))
    }
}

/// What is open while the events of a page come by.
#[derive(Default)]
struct Reader {
    in_block: bool,
    in_heading: bool,
    in_table_head: bool,
}

impl Reader {
    fn take(&mut self, page: &mut Page, event: Event, line: usize, written: &str) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => "indented".into(),
                };
                page.blocks.push(Block {
                    line,
                    kind: BlockKind::Other(info),
                    text: String::new(),
                });
                self.in_block = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                self.in_block = false;
                if let Some(block) = page.blocks.last_mut() {
                    block.kind = kind(&page.path, block);
                }
            }
            Event::Start(Tag::Heading { level, id, .. }) => {
                self.in_heading = true;
                page.headings.push(Heading {
                    level: number(level),
                    line,
                    text: String::new(),
                    id: id.map(|id| id.to_string()),
                });
            }
            Event::End(TagEnd::Heading(_)) => self.in_heading = false,
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let to = dest_url.to_string();
                page.links.push(Link { line, to });
            }
            Event::Start(Tag::TableHead) => self.in_table_head = true,
            Event::End(TagEnd::TableHead) => self.in_table_head = false,
            Event::Start(Tag::TableRow) => page.rows.push(row(line, written)),
            Event::Start(Tag::TableCell) if !self.in_table_head => {
                let row = page.rows.last_mut();
                row.into_iter()
                    .for_each(|row| row.cells.push(written.trim().into()));
            }
            Event::Text(words) => self.words(page, &words),
            Event::Code(code) => {
                self.words(page, &code);
                page.code.push((line, code.to_string()));
            }
            _ => {}
        }
    }

    /// Adds words to what is open.
    fn words(&self, page: &mut Page, words: &str) {
        if self.in_block {
            let block = page.blocks.last_mut();
            block.into_iter().for_each(|block| block.text += words);
        } else if self.in_heading {
            let heading = page.headings.last_mut();
            heading
                .into_iter()
                .for_each(|heading| heading.text += words);
        }
    }
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}

fn row(line: usize, written: &str) -> Row {
    let row = written.trim().replace(r"\|", "");
    let row = row.strip_prefix('|').unwrap_or(&row);
    let written = row.strip_suffix('|').unwrap_or(row).matches('|').count() + 1;
    Row {
        line,
        cells: Vec::new(),
        written,
    }
}

/// Decides what a block is, once its text is there.
fn kind(page: &str, block: &Block) -> BlockKind {
    let BlockKind::Other(info) = &block.kind else {
        unreachable!("a block is decided once");
    };
    let include = directives(&block.text).into_iter().find(|found| {
        found.name == "include" && block.text.trim_end_matches('\n').len() == found.range.len()
    });
    let offered = info.rsplit_once(',').filter(|(_, name)| name.contains('.'));
    let language = offered.map_or(&**info, |(language, _)| language);
    let one_word =
        regex!(r"^[a-z]+$").is_match(language) && !["indented", "rs"].contains(&language);
    match (language, include) {
        ("shell", _) => BlockKind::Commands,
        ("markdown", _) => BlockKind::Markdown,
        (_, Some(found)) if one_word || language == "rust,ignore" => BlockKind::File {
            language: language.into(),
            include: self::include(page, &found.argument),
            offered: offered.map(|(_, name)| name.to_owned()),
        },
        ("rust", None) => BlockKind::Program,
        _ => BlockKind::Other(info.clone()),
    }
}

/// The directives of a text.
fn directives(text: &str) -> Vec<Directive> {
    let form = regex!(r"\\?\{\{[ \t]*#([a-z_]+)(?:[ \t\n]+([^}]*))?\}\}");
    let found = form
        .captures_iter(text)
        .filter(|found| !found[0].starts_with('\\'));
    let all = found.map(|found| {
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
    all.collect()
}

/// The line in which mdBook finds a directive of its own in a text. It would resolve it on the page.
pub(crate) fn directive(text: &str) -> Option<usize> {
    let own = regex!(r"\\?\{\{\s*#(include|rustdoc_include|playground|playpen|template|title)\s");
    let mut found = own.find_iter(text);
    let found = found.find(|found| !found.as_str().starts_with('\\'))?;
    Some(line_of(text, found.start()))
}

/// `../lorem.txt:part` on a page.
fn include(page: &str, argument: &str) -> Include {
    let (path, part) = argument.split_once(':').unwrap_or((argument, ""));
    Include {
        path: join(folder(page), path),
        part: part.into(),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text[..offset].matches('\n').count()
}

/// The id that mdBook makes of the words of a heading; its own function for that is private.
fn id(words: &str) -> String {
    let letters = words.trim().chars().flat_map(char::to_lowercase);
    let letters = letters.map(|letter| if letter.is_whitespace() { '-' } else { letter });
    letters
        .filter(|letter| letter.is_alphanumeric() || "_-".contains(*letter))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_line_has_the_place_of_the_heading_above_it() {
        let text = "# Why `unsafe`\n\nOne\n\n## Who, and `how`?\n\nTwo\n\n## Own {#other}\n\nThree\n\n## Who and how\n";
        let page = Page::new("book/why.md", text.into());
        let section = "book/why.md#who-and-how";
        let places = [
            (3, "book/why.md", "Why `unsafe`"),
            (7, section, "Why `unsafe`: Who, and `how`?"),
            (11, "book/why.md#other", "Why `unsafe`: Own"),
            (13, &format!("{section}-1"), "Why `unsafe`: Who and how"),
        ];
        for (line, to, name) in places {
            assert_eq!(page.place(line), (to.into(), name.into()));
        }
    }

    #[test]
    fn a_directive_knows_its_line_and_whether_it_is_alone() {
        let text = "# T\n\nÄ `{{#not}}`: {{#proved a_b}}\n\n{{#listing  x }}\n\n\\{{#no x}}\n\n```text\n{{#no}}\n```\n";
        let page = Page::new("book/t.md", text.into());
        let found = page.directives.iter();
        let found: Vec<_> = found
            .map(|found| (&*found.name, &*found.argument, found.line, found.alone))
            .collect();
        assert_eq!(
            found,
            [("proved", "a_b", 3, false), ("listing", "x", 5, true)]
        );
        assert_eq!(&text[page.directives[1].range.clone()], "{{#listing  x }}");
    }
}
