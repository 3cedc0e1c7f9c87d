//! Text in bytes.

use super::*;
use bstr::ByteSlice;
use regex::bytes::Regex;

#[test]
fn lines_and_words_are_parts_of_the_map() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    let part = |bytes: &[u8]| {
        let (all, part) = (map.as_ptr_range(), bytes.as_ptr_range());
        all.start <= part.start && part.end <= all.end
    };
    let (mut lines, mut words) = (0, 0);
    for line in map.lines() {
        assert!(part(line));
        lines += 1;
        for word in line.words() {
            assert!(part(word.as_bytes()));
            words += 1;
        }
    }
    assert_eq!((lines, words), (12, 105));
}

/// `sentences` of `bstr` end at the first byte that is not UTF-8
#[test]
fn sentences_of_bstr_end_at_the_first_byte_that_is_not_utf_8() {
    let sentences = |text: &'static [u8]| text.sentences().collect::<Vec<_>>();
    assert_eq!(sentences(b"One. Two. Three."), ["One. ", "Two. ", "Three."]);
    assert_eq!(sentences(b"One. Tw\xf2. Three."), ["One. ", "Tw"]);
    assert!(sentences(b"\xd3ne. Two. Three.").is_empty());
}

#[test]
fn a_word_that_is_no_pattern_is_an_error_unless_it_is_escaped() {
    let [word, number] = ["(", "1.5"];
    Regex::new(word).unwrap_err();
    let escaped = Regex::new(&regex::escape(word)).unwrap();
    assert!(escaped.is_match(b"(s)") && !escaped.is_match(b"s"));
    // And one that is a pattern finds something else.
    let (pattern, escaped) = (Regex::new(number), Regex::new(&regex::escape(number)));
    assert!(pattern.unwrap().is_match(b"125"));
    let escaped = escaped.unwrap();
    assert!(escaped.is_match(b"1.5") && !escaped.is_match(b"125"));
}

#[test]
fn a_word_boundary_does_not_stand_behind_a_sign_and_a_half_of_one_does() {
    let found = |pattern: &str| Regex::new(pattern).unwrap().is_match(b"In C++.");
    assert!(!found(r"\bC\+\+\b"));
    assert!(found(r"\b{start-half}C\+\+\b{end-half}"));
}

#[test]
fn a_pattern_for_strings_refuses_to_match_what_is_not_utf_8() {
    let pattern = String::from("(?-u:[^.])");
    regex::Regex::new(&pattern).unwrap_err();
    assert!(Regex::new(&pattern).unwrap().is_match(b"\xe9"));
}
