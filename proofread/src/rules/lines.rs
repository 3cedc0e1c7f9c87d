//! Where the lines of an expanded page come from.

use crate::Page;
use crate::page::includes;
use crate::paths::read;
use std::cmp::Reverse;
use std::iter::repeat_n;
use std::path::Path;

/// A file, and a line of it.
pub(crate) type Place = (String, usize);

/// Returns a place for each line of an expanded page: the same line of the page or of a file that
/// the page includes, or else the line of the page that became this line.
pub(crate) fn places(root: &Path, page: &Page, text: &str) -> Vec<Place> {
    let (written, text) = (lines(&page.text), lines(text));
    // For each line of the text, the index of a line of the page, and whether it is the same.
    let (mut found, mut at, mut changed) = (Vec::new(), 0, 0);
    let directive = |line: &str| line.contains("{{");
    for piece in written.chunk_by(|a, b| !directive(a) && !directive(b) && !b.is_empty()) {
        let rest = &text[found.len()..];
        let same = (0..rest.len()).find(|from| rest[*from..].starts_with(piece));
        // A directive that mdBook leaves stays at its place. Further on, the same text is another.
        match same.filter(|between| *between == 0 || !directive(&piece[0])) {
            Some(between) => {
                found.extend(repeat_n((changed, false), between));
                found.extend((at..at + piece.len()).map(|line| (line, true)));
            }
            None => changed = at,
        }
        at += piece.len();
    }
    found.resize(text.len(), (changed, false));
    let mut files = Vec::new();
    include(root, page, &mut files);
    let files: Vec<_> = files.iter().map(|(path, text)| (path, lines(text))).collect();
    let (mut places, mut last) = (Vec::new(), (0, 0));
    while let Some((line, same)) = found.get(places.len()) {
        let at = places.len();
        // The most lines that are the same; of several such places, the next one.
        let best = files.iter().enumerate().flat_map(|(nth, (_, file))| {
            let (text, found) = (&text[at..], &found[at..]);
            let first = (0..file.len()).filter(move |line| !same && file[*line] == text[0]);
            first.map(move |line| {
                let pairs = file[line..].iter().zip(text).zip(found);
                (pairs.take_while(|((a, b), (_, same))| a == b && !same).count(), (nth, line))
            })
        });
        let best = best.max_by_key(|(length, place)| (*length, *place >= last, Reverse(*place)));
        if let Some((length, (nth, first))) = best {
            last = (nth, first + length);
            places.extend((first..last.1).map(|line| (files[nth].0.clone(), line + 1)));
        } else {
            places.push((page.path.clone(), line + 1));
        }
    }
    places
}

/// Adds the path and the text of each file that a page includes, also through other files.
fn include(root: &Path, page: &Page, files: &mut Vec<(String, String)>) {
    for found in includes(page) {
        let path = page.include(&found.argument).0;
        let new = files.iter().all(|(known, _)| *known != path);
        if let Some(text) = read(root, &path).ok().filter(|_| new) {
            files.push((path.clone(), text.clone()));
            include(root, &Page { path, text, ..Page::default() }, files);
        }
    }
}

/// Returns the lines of a text without the marks of hidden lines and without spaces at their ends.
fn lines(text: &str) -> Vec<String> {
    // A preprocessor may write another fence, or the text of a quote.
    let text = regex!(r"(?m)^[> \t#]*(?:`{3,}|~{3,})").replace_all(text, "```");
    let lines = text.lines().map(|line| line.trim_start_matches([' ', '\t', '>', '#']).trim_end());
    lines.map(str::to_owned).collect()
}
