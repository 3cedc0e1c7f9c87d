//! What a page says of itself: the beginning of its first paragraph.

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// The characters that a list of results shows.
const MOST: usize = 160;

/// The first sentence of a page, and those behind it that fit: text alone, without the marks of
/// proofs. A page that begins with a list is described by its first item.
pub fn describe(markdown: &str) -> String {
    let (mut text, mut inside, mut link) = (String::new(), false, false);
    for event in new_cmark_parser(markdown, &MarkdownOptions::default()) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Item) => inside = true,
            Event::End(TagEnd::Paragraph | TagEnd::Item) if text.starts_with("{{") => text.clear(),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => break,
            Event::Start(Tag::Link { dest_url, .. }) => link = dest_url.contains('#'),
            Event::End(TagEnd::Link) => link = false,
            Event::Text(words) if link && matches!(&*words, "proved" | "measured") => {}
            Event::Text(words) | Event::Code(words) if inside => text += &words,
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    shorten(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The sentences of a text that fit; where these are short, the words that fit.
fn shorten(text: &str) -> String {
    let most = text.char_indices().nth(MOST);
    let most = most.map_or(text.len(), |(at, _)| at);
    let spaces = text.match_indices(' ').map(|(at, _)| at);
    let ends: Vec<usize> = spaces
        .chain([text.len()])
        .take_while(|at| *at <= most)
        .collect();
    let is_sentence = |at: &&usize| text[..**at].ends_with(['.', '?', '!']);
    let sentences = ends.iter().rfind(is_sentence).copied().unwrap_or(0);
    if most == text.len() || sentences > MOST / 2 {
        let whole = if sentences > 0 { sentences } else { most };
        return text[..whole].trim_end_matches(':').to_owned();
    }
    // One place is for the sign that there is more.
    let words = ends.iter().rfind(|at| **at < most).copied().unwrap_or(0);
    format!("{}…", text[..words].trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::{MOST, describe};
    use crate::{load, pages};
    use std::collections::BTreeMap;

    #[test]
    fn it_is_the_text_of_whole_sentences() {
        let page = "# Title\n\nA *map* of `bytes` is\n[one](a.md#one), [proved](#one) or two. \
                    Which? These:\n\n- no\n\nMore.\n";
        assert_eq!(describe(page), "A map of bytes is one, or two. Which?");
    }

    #[test]
    fn a_list_a_figure_or_half_a_sentence_is_no_obstacle() {
        assert_eq!(
            describe("# T\n\n- [one](a.md): a page\n- two\n"),
            "one: a page"
        );
        assert_eq!(
            describe("# T\n\n{{#include x.svg}}\n\nSee it.\n"),
            "See it."
        );
        assert_eq!(describe("# T\n\nThese are needed:\n"), "These are needed");
        assert_eq!(describe("# T\n"), "");
    }

    #[test]
    fn a_long_sentence_ends_with_a_word() {
        let page = format!("# T\n\n{}", "a été, ".repeat(40));
        let text = describe(&page);
        assert!(text.chars().count() <= MOST, "{text}");
        assert!(text.ends_with("été…") || text.ends_with(" a…"), "{text}");
        assert_eq!(describe(&"é".repeat(MOST)), "é".repeat(MOST));
    }

    #[test]
    fn each_page_has_one_of_its_own() {
        let book = load().unwrap();
        let mut seen = BTreeMap::new();
        // The first page comes twice, under both its names.
        for page in pages(&book).into_iter().skip(1) {
            let text = &page.description;
            let path = format!("book/{}", page.file.replace(".html", ".md"));
            assert!(
                (40..=MOST).contains(&text.chars().count()),
                "{path}: expected a first paragraph that tells in 40 characters or more what the \
                 page is about, found {text:?}; search engines show it"
            );
            if let Some(other) = seen.insert(text.clone(), path.clone()) {
                panic!("{path}: expected another beginning than that of {other}, found {text:?}");
            }
        }
        assert!(seen.len() > 1);
    }
}
