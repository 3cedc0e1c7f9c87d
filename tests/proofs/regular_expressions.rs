//! Patterns that search bytes.

use regex::bytes::Regex;

// rests on: std or a crate, in a part that no lie touches
/// A Unicode pattern misses a sentence that is not UTF-8
#[test]
fn a_unicode_pattern_misses_a_sentence_that_is_not_utf_8() {
    let found = |flags: &str| {
        let pattern = format!(r"({flags})(\.\W+)?([^.]?nulla[^.]*?\.)");
        Regex::new(&pattern).unwrap().is_match(b"Nulla caf\xe9.")
    };
    assert!(found("?i-u") && !found("?i"));
}
