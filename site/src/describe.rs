//! Makes the description of a page from its first paragraph.

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// The number of characters that a list of search results shows.
const MOST: usize = 160;

/// Returns the first sentences of a page that fit into a description, as plain text without marks
/// of proofs. If the page begins with a list, uses the first item.
pub fn describe(markdown: &str) -> String {
    let (mut text, mut inside, mut mark) = (String::new(), false, false);
    for event in new_cmark_parser(markdown, &MarkdownOptions::default()) {
        match event {
            Event::Start(Tag::Paragraph | Tag::Item) => inside = true,
            Event::End(TagEnd::Paragraph | TagEnd::Item) if text.starts_with("{{") => text.clear(),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => break,
            Event::InlineHtml(html) => mark = html.starts_with("<a class=\"mark\""),
            Event::Text(words) | Event::Code(words) if inside && !mark => text += &words,
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    shorten(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Returns the first sentences of a text that fit. If these sentences are too short, returns the
/// first words that fit.
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
    // One character is needed for the `…` at the end.
    let words = ends.iter().rfind(|at| **at < most).copied().unwrap_or(0);
    format!("{}…", text[..words].trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::{MOST, describe};
    use crate::{expand, pages};
    use mdbook_driver::MDBook;
    use site::{book, root};
    use std::collections::BTreeMap;

    #[test]
    fn it_is_the_text_of_whole_sentences() {
        let page = "# Title\n\nA *map* of `bytes` is\n[one](a.md), <a class=\"mark\" id=\"from-one\" href=\"#one\">proved</a> or two. \
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
        let mut mdbook = MDBook::load(root()).unwrap();
        let expanded = expand(&book(None), &mut mdbook).unwrap();
        let mut seen = BTreeMap::new();
        // The first page occurs twice, under both of its names.
        for page in pages(&mdbook, &expanded).into_iter().skip(1) {
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
