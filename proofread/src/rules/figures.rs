//! A figure is right in both themes, drawn by hand or made, and it is words for whoever cannot
//! see it.

use crate::Problem;
use crate::source::Source;
use roxmltree::Document;

/// The figures of the folder of the pages, and those in what the book makes.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for path in source
        .book
        .files(&source.pages_in, &["svg"])
        .unwrap_or_default()
    {
        let text = source.book.read(&path).unwrap_or_default();
        let included = source
            .pages
            .values()
            .any(|page| page.includes().any(|include| include.path == path));
        if !included {
            let mend = "include it where its topic is, or delete it";
            problems.push(Problem::new(
                &*path,
                "a page that includes it",
                "none",
                mend,
            ));
        }
        problems.extend(drawn(&path, 0, &text));
    }
    for (name, _) in &source.book.made {
        let path = format!("snapshots/{name}.snap");
        let text = source.make(name);
        for (at, _) in text.match_indices("<svg ") {
            let figure = text[at..].split_inclusive("</svg>").next();
            // Insta's header has three lines.
            let before = 3 + text[..at].matches('\n').count();
            problems.extend(drawn(&path, before, figure.unwrap_or_default()));
        }
    }
    problems
}

/// What is wrong with a figure that stands in a file below some lines.
fn drawn(path: &str, before: usize, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let line = error.pos().row as usize;
            problems.push(Problem::at(
                path,
                before + line,
                "well-formed SVG",
                error.to_string(),
                "correct it",
            ));
            return problems;
        }
    };
    let mut problem = |line: usize, expected: &str, found: String, mend: &str| {
        problems.push(Problem::at(path, before + line, expected, found, mend));
    };
    let root = document.root_element();
    let named = |tag: &str| {
        let child = root.children().find(|node| {
            node.has_tag_name(("http://www.w3.org/2000/svg", tag)) || node.has_tag_name(tag)
        })?;
        child
            .attribute("id")
            .filter(|_| child.text().is_some_and(|text| !text.trim().is_empty()))
    };
    let label = root.attribute("aria-labelledby").unwrap_or_default();
    let words: Option<Vec<&str>> = ["title", "desc"].map(named).into_iter().collect();
    if root.attribute("role") != Some("img") || words.is_none_or(|words| words.join(" ") != label) {
        let expected = "role=\"img\", and aria-labelledby with the ids of a <title> and a <desc>";
        problem(
            1,
            expected,
            format!("aria-labelledby={label:?}"),
            "they are the figure for whoever cannot see it",
        );
    }
    if root.attribute("fill") != Some("none") || root.attribute("stroke") != Some("currentColor") {
        let expected = "fill=\"none\" stroke=\"currentColor\" on <svg>";
        problem(
            1,
            expected,
            "something else".into(),
            "what says nothing of its color is black",
        );
    }
    for node in document.descendants() {
        for attribute in node.attributes() {
            let line = document.text_pos_at(attribute.range().start).row as usize;
            let fixed = ["fill", "stroke", "color", "stop-color"].contains(&attribute.name())
                && !["none", "currentColor"].contains(&attribute.value());
            if fixed || attribute.name() == "style" {
                let found = format!("{}={:?}", attribute.name(), attribute.value());
                problem(
                    line,
                    "currentColor, which is right in both themes",
                    found,
                    "let the theme color it",
                );
            }
        }
    }
    if let Some(at) = text.find("\n\n") {
        let line = 2 + text[..at].matches('\n').count();
        problem(
            line,
            "no blank line, which ends the figure on the page",
            "one".into(),
            "take it out",
        );
    }
    problems
}
