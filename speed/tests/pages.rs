//! What the pages say of speed holds in the data of our run.

use speed::Data;
use std::fs::{read_dir, read_to_string};
use std::path::Path;

/// The pages: the stem of each file, and its text.
fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book");
    let files = read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    pages
        .map(|path| (stem(&path), read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn each_directive_of_a_page_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = Data::read(&root, speed::data::OURS).unwrap().unwrap();
    let (mut problems, mut printed) = (Vec::new(), 0);
    for (page, text) in pages() {
        for (line, directive) in (1..).zip(text.lines()).flat_map(|(at, line)| {
            line.split("{{#")
                .skip(1)
                .map(move |directive| (at, directive))
        }) {
            let directive = directive.split("}}").next().unwrap_or_default();
            let made = match directive.split_once(' ') {
                Some(("figure", name)) => speed::figure(name, &ours, None),
                Some(("measured", claim)) => {
                    speed::measured(claim, &page, &ours).map_err(|error| error.to_string())
                }
                _ => continue,
            };
            printed += 1;
            problems.extend(
                made.err()
                    .map(|error| format!("book/{page}.md:{line}: {error}")),
            );
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(printed > 100, "{printed} directives in book/");
}

/// On a page with figures, a paragraph that compares has a number that was measured.
#[test]
fn a_paragraph_about_speed_is_measured() {
    let says = [
        "faster",
        "slower",
        "longer",
        "as fast",
        "costs more",
        "cost more",
    ];
    let mut problems = Vec::new();
    for (page, text) in pages()
        .iter()
        .filter(|(_, text)| text.contains("{{#figure speed_"))
    {
        for paragraph in text
            .split("\n\n")
            .filter(|text| !text.starts_with(['#', '|']))
        {
            let words = says.iter().find(|words| paragraph.contains(*words));
            if let Some(words) = words.filter(|_| !paragraph.contains("{{#measured ")) {
                problems.push(format!(
                    "book/{page}.md: {words:?} without a number: {paragraph}"
                ));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}
