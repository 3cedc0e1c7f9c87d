//! Text in bytes.

use super::*;
use bstr::ByteSlice;
use regex::bytes::Regex;

/// The listing itself.
#[path = "../../examples/find_words.rs"]
mod find_words;

/// Whether the listing finds a word.
fn finds(word: &str, text: &[u8]) -> bool {
    let word = find_words::Word::new(word, find_words::Encoding::Utf8).unwrap();
    word.find_iter(text).count() > 0
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn both_forms_of_an_accent_are_found() {
    let forms = ["caf\u{e9}", "cafe\u{301}"];
    for word in forms {
        assert!(forms.iter().all(|text| finds(word, text.as_bytes())));
        assert!(!finds(word, b"cafe"));
    }
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn lines_and_words_are_parts_of_the_map() {
    let (_folder, path) = lorem();
    let text = b"Un caf\xc3\xa9, deux caf\xc3\xa9s\r\nle caf\xe9 \xff noir\n\nfin";
    fs::write(&path, text).unwrap();
    let map = map(&open(&path)).unwrap();
    let part = |bytes: &[u8]| {
        let (all, part) = (map.as_ptr_range(), bytes.as_ptr_range());
        all.start <= part.start && part.end <= all.end
    };
    let mut words = Vec::new();
    for line in map.lines() {
        assert!(part(line));
        for word in line.words() {
            assert!(part(word.as_bytes()));
            words.push(word);
        }
    }
    let all = ["Un", "café", "deux", "cafés", "le", "caf", "noir", "fin"];
    assert_eq!((map.lines().count(), words), (4, all.to_vec()));
}

// rests on: std or a crate, in a part that no lie touches
/// `sentences` of `bstr` end at the first byte that is not UTF-8
#[test]
fn sentences_of_bstr_end_at_the_first_byte_that_is_not_utf_8() {
    let sentences = |text: &'static [u8]| text.sentences().collect::<Vec<_>>();
    assert_eq!(sentences(b"One. Two. Three."), ["One. ", "Two. ", "Three."]);
    assert_eq!(sentences(b"One. Tw\xf2. Three."), ["One. ", "Tw"]);
    assert!(sentences(b"\xd3ne. Two. Three.").is_empty());
}

// rests on: std or a crate, in a part that no lie touches
/// A word that is no pattern is an error, unless it is escaped
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

// rests on: std or a crate, in a part that no lie touches
/// `Word` finds "C plus plus", which a word boundary misses
#[test]
fn word_finds_c_plus_plus_which_a_word_boundary_misses() {
    let found = |pattern: &str| Regex::new(pattern).unwrap().is_match(b"In C++.");
    assert!(!found(r"\bC\+\+\b"));
    assert!(finds("C++", b"In C++.") && finds("C++", b"In C++\xa0?"));
    assert!(found(r"\b{start-half}C\+\+\b{end-half}"));
}

// rests on: std or a crate, in a part that no lie touches
/// Beside a byte that is not UTF-8, a half boundary does not match, and a whole one does
#[test]
fn beside_a_byte_that_is_not_utf_8_a_half_boundary_does_not_match_and_a_whole_one_does() {
    let halves = Regex::new(r"\b{start-half}noir\b{end-half}").unwrap();
    let wholes = Regex::new(r"\b{start}noir\b{end}").unwrap();
    for text in [
        &b"noir\xa0!"[..],
        b"\xabnoir.",
        b" \xabnoir\xbb.",
        b"\xe9noir",
    ] {
        assert!(!halves.is_match(text) && wholes.is_match(text), "{text:x?}");
        assert!(finds("noir", &[text, b"."].concat()), "{text:x?}");
    }
    // Beside a letter of UTF-8, neither holds.
    for text in ["noirs.", "énoir.", "noiré."] {
        assert!(!halves.is_match(text.as_bytes()) && !wholes.is_match(text.as_bytes()));
        assert!(!finds("noir", text.as_bytes()));
    }
}

// rests on: std or a crate, in a part that no lie touches
/// A byte that is not UTF-8 counts as no letter
#[test]
fn a_byte_that_is_not_utf_8_counts_as_no_letter() {
    assert!(finds("caf", b"Un caf\xe9."));
    assert!(!finds("caf", "Un café.".as_bytes()));
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_word_after_a_letter_and_a_byte_that_goes_on_is_not_found() {
    let whole = Regex::new(r"\bnoir\b").unwrap();
    // In UTF-8, a character may go on with a byte up to 0xbf, and none begins with one.
    for byte in 0x80..=0xff {
        let text = [b"un", &[byte][..], b"noir."].concat();
        assert!(finds("noir", &text), "{byte:x}");
        assert_eq!(whole.is_match(&text), byte > 0xbf, "{byte:x}");
        // It is the letter that it is taken for a part of.
        let text = [b"un ", &[byte][..], b"noir."].concat();
        assert!(finds("noir", &text), "{byte:x}");
    }
    for letter in (b'A'..=b'Z').chain(b'a'..=b'z') {
        let text = [letter, b'\xa0'];
        assert!(!whole.is_match(&[&text[..], b"noir"].concat()), "{letter}");
    }
}

// rests on: std or a crate, in a part that no lie touches
/// A pattern for strings refuses to match what is not UTF-8
#[test]
fn a_pattern_for_strings_refuses_to_match_what_is_not_utf_8() {
    let pattern = String::from("(?-u:[^.])");
    regex::Regex::new(&pattern).unwrap_err();
    assert!(Regex::new(&pattern).unwrap().is_match(b"\xe9"));
}
