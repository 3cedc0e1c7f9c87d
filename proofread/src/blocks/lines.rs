//! Where the lines of an expanded page come from.

use crate::Page;
use crate::page::includes;
use crate::paths::read;
use crate::rules::site::Made;
use std::iter::repeat_n;
use std::path::Path;

/// A file, and a line of it.
pub(crate) type Place = (String, usize);

/// Returns a place for each line of an expanded page: the same line of the page or of a file that
/// the page includes, or else the line of the page that became this line.
pub(crate) fn places(root: &Path, made: &Made) -> Vec<Place> {
    let (written, text) = (lines(&made.page.text), lines(&made.text));
    // For each line of the text, the index of a line of the page, and whether it is the same.
    let (mut found, mut at, mut changed) = (Vec::new(), 0, 0);
    let directive = |line: &str| line.contains("{{#");
    for piece in written.chunk_by(|a, b| !directive(a) && !directive(b) && !b.is_empty()) {
        let rest = &text[found.len()..];
        match (0..rest.len()).find(|from| rest[*from..].starts_with(piece)) {
            Some(between) => {
                found.extend(repeat_n((changed, false), between));
                found.extend((at..at + piece.len()).map(|line| (line, true)));
            }
            None => changed = at,
        }
        at += piece.len();
    }
    found.resize(text.len(), (changed, false));
    let files = included(root, made.page);
    let files: Vec<_> = files.iter().map(|(path, text)| (path, lines(text))).collect();
    let place = |(at, (line, same)): (usize, (usize, bool))| {
        let of_file = |(path, file): &(&String, Vec<_>)| {
            let (length, line) = longest(&text, at, file)?;
            Some((length, ((*path).clone(), line + 1)))
        };
        let of_files = files[1..].iter().filter(|_| !same).filter_map(of_file);
        let place = of_files.max_by_key(|(length, _)| *length).map(|(_, place)| place);
        place.unwrap_or_else(|| (made.page.path.clone(), line + 1))
    };
    found.into_iter().enumerate().map(place).collect()
}

/// Returns the path and the text of a page and of all files that it includes.
fn included(root: &Path, page: &Page) -> Vec<(String, String)> {
    let mut files = vec![(page.path.clone(), page.text.clone())];
    let mut next = 0;
    while let Some((path, text)) = files.get(next).cloned() {
        let page = Page { path, text, ..Page::default() };
        for found in includes(&page) {
            let path = page.include(&found.argument).0;
            if files.iter().all(|(known, _)| *known != path) {
                files.extend(read(root, &path).map(|text| (path, text)));
            }
        }
        next += 1;
    }
    files
}

/// Returns the lines of a text without the marks of hidden lines and without spaces at their ends.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(|line| line.trim().trim_start_matches('#').trim()).collect()
}

/// Returns the line of a file that is the same as the line `at` of the text, and before it the
/// number of lines around it that are the same, too. If there are several such lines, returns the
/// one with the largest number.
fn longest(text: &[&str], at: usize, file: &[&str]) -> Option<(usize, usize)> {
    let length = |line: usize| {
        let above = file[..line].iter().rev().zip(text[..at].iter().rev());
        let below = file[line..].iter().zip(&text[at..]);
        above.take_while(|(a, b)| a == b).count() + below.take_while(|(a, b)| a == b).count()
    };
    let same = (0..file.len()).filter(|line| file[*line] == text[at]);
    same.map(|line| (length(line), line)).max_by_key(|(length, _)| *length)
}
