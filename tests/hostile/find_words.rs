//! The search for words and sentences, against a simple one, in text of every kind, and its time
//! against a search for the bytes alone.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

/// The listing itself.
#[path = "../../examples/find_words.rs"]
mod program;

use memchr::memmem;
use memmap2::Mmap;
use program::Encoding::{self, Latin1, Utf8};
use program::Word;
use regex::bytes::Regex;
use std::fs::File;
use std::io::Write;
use std::time::Instant;

fn count(word: &str, text: impl AsRef<[u8]>) -> usize {
    Word::new(word, Utf8)
        .unwrap()
        .find_iter(text.as_ref())
        .count()
}

fn sentences<'a>(word: &str, of: Encoding, text: &'a (impl AsRef<[u8]> + ?Sized)) -> Vec<&'a [u8]> {
    Word::new(word, of)
        .unwrap()
        .sentences(text.as_ref())
        .collect()
}

#[test]
fn a_word_is_found_in_any_case_and_form_and_not_as_a_part() {
    for (word, text, times) in [
        ("café", "café CAFÉ Cafe\u{301} CAFE\u{301}", 4),
        ("cafe\u{301}", "café CAFÉ Cafe\u{301} CAFE\u{301}", 4),
        // "é" is another letter than "e", and so is what has a mark after it.
        ("cafe", "café cafe\u{301} cafe", 1),
        ("caf", "café cafés décaf", 0),
        ("σ", "Σ ς σ", 3),
        // Two marks: as one character, half, and apart.
        ("thế", "thế thê\u{301} the\u{302}\u{301}", 3),
        ("각", "각 \u{1100}\u{1161}\u{11a8}", 2),
        ("b c", "ab c b c", 1),
        ("a a", "xa a a", 1),
        ("1.5", "1.5 125 11.5 1.55 (1.5)", 2),
        ("C++", "C++ C+++ c++. C++11", 3),
        ("(", "( a (b", 1),
        ("under_score", "under_score under", 1),
        (" noir\n", "un noir", 1),
        ("Å", "\u{212b} å A\u{30a}", 3),
        // By simple folding, as the crate `regex` has it.
        ("straße", "STRASSE straße", 1),
    ] {
        assert_eq!(count(word, text), times, "{word:?} in {text:?}");
    }
    for text in [
        &b"noir\xa0!"[..],
        b"\xabnoir\xbb",
        b"\xe9noir",
        b"un\xa0noir",
        b"noir\xe9",
    ] {
        assert_eq!(count("noir", text), 1, "{text:x?}");
    }
    assert_eq!(count("C++", b"C++\xa0?"), 1);
}

#[test]
fn latin_1_is_found_where_it_is_asked_for() {
    let text = b"CAF\xc9, caf\xe9. Un caf\xe9s \xbfcaf\xe9? caf";
    let word = Word::new("cafe\u{301}", Latin1).unwrap();
    assert_eq!(word.find_iter(text).count(), 3);
    assert_eq!(sentences("café", Latin1, text).len(), 2);
    assert_eq!(count("café", text), 0);
    assert_eq!(Word::new("caf", Latin1).unwrap().find_iter(text).count(), 1);
    assert_eq!(
        Word::new("ŷ", Latin1).unwrap_err().to_string(),
        "'ŷ' is not Latin-1"
    );
    assert_eq!(sentences("[x]", Latin1, b"a [X] b"), [b"a [X] b"]);
}

#[test]
fn a_sentence_goes_from_end_to_end() {
    for (text, found) in [
        ("no period", vec!["no period"]),
        ("One. No end", vec!["No end"]),
        (
            "\"No,\" he said. \"No!\" Yes",
            vec!["\"No,\" he said.", "\"No!\""],
        ),
        ("No 1.5, no.", vec!["No 1.5, no."]),
        ("Title: no\n\nText.", vec!["Title: no"]),
        ("Title\r\n\r\nno\r\nmore", vec!["no\r\nmore"]),
        ("A… no… B", vec!["no…"]),
        ("是。 no。 是。", vec!["no。"]),
        ("a.no.b", vec!["a.no.b"]),
        ("Yes.no yes", vec!["Yes.no yes"]),
        ("?!?! no ?! x", vec!["no ?!"]),
        ("", vec![]),
    ] {
        let found: Vec<&[u8]> = found.into_iter().map(str::as_bytes).collect();
        assert_eq!(sentences("no", Utf8, text), found, "{text:?}");
    }
    let text = "Etc. and. Etc.";
    assert_eq!(sentences("etc.", Utf8, text), [&b"Etc."[..], b"Etc."]);
    assert_eq!(sentences("etc. and", Utf8, text), [b"Etc. and."]);
    // Sentences longer than what is looked at first, each one byte longer.
    for len in (200..300).chain(1000..1100) {
        let text = format!(
            "One. {}no. Two.",
            "x ".repeat(len / 2) + &"y".repeat(len % 2) + " "
        );
        let found = sentences("no", Utf8, &text);
        assert_eq!(found.len(), 1);
        assert_eq!(found.concat(), text.as_bytes()[5..text.len() - 5]);
    }
}

#[test]
fn an_empty_word_and_one_that_is_too_long_are_errors() {
    for word in ["", " ", "\n"] {
        assert_eq!(
            Word::new(word, Utf8).unwrap_err().to_string(),
            "the word is empty"
        );
        assert!(Word::new(word, Latin1).is_err());
    }
    assert!(Word::new(&"é".repeat(1 << 17), Utf8).is_err());
}

#[test]
fn no_bytes_make_it_panic_and_what_it_finds_is_in_order() {
    let mut state = 21_u64;
    let mut below = |limit: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % limit
    };
    let parts = [
        &b"no"[..],
        b"NO",
        b"e\xcc\x81",
        b"\xc3\xa9",
        b"\xc3",
        b"\xa9",
        b"\xff",
        b".",
        b"\n\n",
        b" ",
        b"!\"",
        b"\xe2\x80\xa6",
        b"n",
        b"o",
    ];
    let cases = if std::env::var_os("FULL").is_some() {
        200_000
    } else {
        3_000
    };
    let words =
        [Utf8, Latin1].map(|of| ["no", "é", "o n", "."].map(|word| Word::new(word, of).unwrap()));
    for _ in 0..cases {
        let text: Vec<&[u8]> = (0..below(60)).map(|_| parts[below(parts.len())]).collect();
        let text = text.concat();
        for word in words.iter().flatten() {
            let mut last = 0;
            for found in word.find_iter(&text) {
                assert!(last <= found.start && found.start < found.end);
                assert!(found.end <= text.len());
                last = found.end;
            }
            let mut last = text.as_ptr();
            for sentence in word.sentences(&text) {
                assert!(last <= sentence.as_ptr());
                last = sentence.as_ptr_range().end;
                let found = word.find_iter(sentence).count();
                assert!(found > 0, "{}", text.escape_ascii());
            }
        }
    }
}

/// The least time of some searches of a file, each through a new map, and what they found.
fn time(file: &File, search: impl Fn(&[u8]) -> usize) -> (usize, f64) {
    let once = || {
        let start = Instant::now();
        // SAFETY: no other process knows the file, and nothing changes it.
        let found = search(&unsafe { Mmap::map(file) }.unwrap());
        (found, start.elapsed().as_secs_f64())
    };
    let runs = (0..7).map(|_| once());
    runs.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

/// A file of so many MiB of French, with some words once on each page of it.
fn file_of_text(mib: usize) -> File {
    let usual = "Il était une fois, à l'été, une fée très âgée. Où est-elle allée ? Çà et là ! ";
    let page = usual.repeat(400) + "Un café noir. À la gare, près de la Straße.\n";
    let mut file = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let text = page.repeat((mib << 20) / page.len());
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// A pattern for sentences, with boundaries of Unicode, has to look at every byte.
#[test]
fn sentences_take_a_small_part_of_the_time_of_a_pattern_for_them() {
    let page = "Il était une fois, à l'été, une fée très âgée. ".repeat(700);
    let mut file = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    write!(file, "{page}Un café noir. {page}").unwrap();
    let pattern = r"(?i)(?-u:[^.!?])*\b{start-half}café\b{end-half}(?-u:[^.!?])*[.!?]";
    let pattern = Regex::new(pattern).unwrap();
    let (same, reference) = time(&file, |text| pattern.find_iter(text).count());
    let word = Word::new("café", Utf8).unwrap();
    let (found, took) = time(&file, |text| word.sentences(text).count());
    println!("{:.4} of the time of a pattern", took / reference);
    assert!(found == 1 && same == 1 && took < reference / 3.0);
}

/// Words that are rare, and the sentences that have them. Others are printed: each takes some work.
#[test]
fn a_search_takes_a_few_times_as_long_as_one_for_the_bytes() {
    if cfg!(debug_assertions) {
        return println!("ignored: a build without optimization says nothing about time");
    }
    let full = std::env::var_os("FULL").is_some();
    let file = file_of_text(if full { 58 } else { 16 });
    let mut wrong = false;
    for word in [
        "café",
        "Café noir",
        "gare",
        "zebra",
        "Straße",
        "été",
        "elle",
    ] {
        let (_, bytes) = time(&file, |text| memmem::find_iter(text, word).count());
        let prepared = Word::new(word, Utf8).unwrap();
        let (found, took) = time(&file, |text| prepared.find_iter(text).count());
        let (_, whole) = time(&file, |text| prepared.sentences(text).count());
        let pattern = Regex::new(&format!(r"(?i)\b{{start-half}}{word}\b{{end-half}}")).unwrap();
        let (same, pattern) = time(&file, |text| pattern.find_iter(text).count());
        assert_eq!(found, same, "{word}");
        let [took, whole, pattern] = [took, whole, pattern].map(|time| time / bytes);
        println!("{word}: {found} words, {bytes:.4} s, {took:.2}, {whole:.2}, {pattern:.2}");
        let often = ["été", "elle"].contains(&word);
        wrong |= !often && (took > 10.0 || whole > 10.0);
    }
    assert!(!wrong, "see above");
}

#[test]
fn a_sentence_of_latin_1_keeps_a_letter_that_looks_like_white_space_of_utf_8() {
    // "Â" and a no-break space of Latin-1 are the no-break space of UTF-8.
    let text = b"Oui.  \xc2\xa0mot, \xc2\xa0!\n\nNon.";
    assert_eq!(sentences("mot", Latin1, text), [b"\xc2\xa0mot, \xc2\xa0!"]);
}
