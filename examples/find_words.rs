//! Finds a word that a user typed, and the sentences that have it.
#![allow(dead_code, reason = "a program may call a part of it")]

use bstr::ByteSlice;
use memmap2::Mmap;
use regex::bytes::Regex;
use std::error::Error;
use std::{fs, fs::File, io::Write, iter, ops::Range};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// How the text is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8. Bytes that are not UTF-8 are allowed, and are no letters.
    Utf8,
    /// Latin-1, in which each byte is a character.
    Latin1,
}

/// A word, or several, in any case, and with each accent in both forms.
#[derive(Clone, Debug)]
pub struct Word {
    word: Regex,
    end: Regex,
    encoding: Encoding,
}

impl Word {
    /// Prepares a search. White space around the word is taken off.
    ///
    /// # Errors
    ///
    /// Fails if the word is empty, is too long for the crate `regex`, or
    /// has a character that the encoding does not have.
    pub fn new(word: &str, of: Encoding) -> Result<Word, Box<dyn Error>> {
        let letters = word.trim().nfc();
        let (word, end) = match of {
            Encoding::Utf8 => (
                letters.map(forms).collect::<String>(),
                r#"[.!?…]+["')\]»”’]*(?:\s|\z)|[\u3002\uff01\uff1f]+|\n\r?\n"#,
            ),
            Encoding::Latin1 => (
                letters.map(bytes).collect::<Result<String, _>>()?,
                r#"(?-u)[.!?]+["')\]\xbb]*(?:[\s\xa0]|\z)|\n\r?\n"#,
            ),
        };
        if word.is_empty() {
            return Err("the word is empty".into());
        }
        Ok(Word {
            word: Regex::new(&word)?,
            end: Regex::new(end)?,
            encoding: of,
        })
    }

    /// Where the word is, if no letter, mark, digit or `_` is beside it.
    pub fn find_iter<'w, 't>(
        &'w self,
        text: &'t [u8], // any bytes
    ) -> impl Iterator<Item = Range<usize>> + use<'w, 't> {
        let mut from = 0;
        iter::from_fn(move || {
            loop {
                let found = self.word.find_at(text, from)?.range();
                if self.is_whole(text, &found) {
                    from = found.end;
                    return Some(found);
                }
                from = found.start + 1;
            }
        })
    }

    fn is_whole(&self, text: &[u8], word: &Range<usize>) -> bool {
        let before = text.get(..word.start).unwrap_or_default();
        let after = text.get(word.end..).unwrap_or_default();
        let beside = match self.encoding {
            Encoding::Utf8 => {
                let (before, _) = bstr::decode_last_utf8(before);
                [before, bstr::decode_utf8(after).0]
            }
            Encoding::Latin1 => {
                let beside = [before.last(), after.first()];
                beside.map(|byte| byte.copied().map(char::from))
            }
        };
        !beside.into_iter().flatten().any(in_a_word)
    }

    /// The sentences with the word, each of them once. A sentence ends at
    /// `.`, `!`, `?` or `…` before white space, at an empty line, and at
    /// the end of the text.
    pub fn sentences<'w, 't>(
        &'w self,
        text: &'t [u8], // of which it returns parts
    ) -> impl Iterator<Item = &'t [u8]> + use<'w, 't> {
        let (mut words, mut last) = (self.find_iter(text), 0);
        iter::from_fn(move || {
            let word = words.find(|word| word.start >= last)?;
            let start = self.start(text, last, &word);
            let rest = text.get(word.start..)?;
            let ends = self.end.find_iter(rest);
            let mut ends = ends.map(|end| word.start + end.end());
            let end = ends.find(|end| *end >= word.end);
            last = end.unwrap_or(text.len());
            text.get(start..last).map(<[u8]>::trim_ascii)
        })
    }

    /// The last end of a sentence before a word, or `from`.
    fn start(&self, text: &[u8], from: usize, word: &Range<usize>) -> usize {
        let mut size = 64;
        loop {
            let start = word.start.saturating_sub(size).max(from);
            let part = text.get(start..word.end).unwrap_or_default();
            let ends = self.end.find_iter(part).map(|end| start + end.end());
            match ends.take_while(|end| *end <= word.start).last() {
                Some(end) => return end,
                None if start == from => return from,
                None => size *= 4,
            }
        }
    }
}

fn in_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// A pattern for a character with its marks as one character, and apart.
fn forms(letter: char) -> String {
    let apart: Vec<char> = [letter].into_iter().nfd().collect();
    let forms = (1..=apart.len()).map(|some| {
        let (one, rest) = apart.split_at(some);
        let one = one.iter().copied().nfc();
        regex::escape(&one.chain(rest.iter().copied()).collect::<String>())
    });
    format!("(?i:{})", forms.collect::<Vec<_>>().join("|"))
}

/// A pattern for a character of Latin-1 in both cases.
fn bytes(letter: char) -> Result<String, String> {
    u8::try_from(letter).map_err(|_| format!("{letter:?} is not Latin-1"))?;
    let both = letter.to_lowercase().chain(letter.to_uppercase());
    let bytes = both.chain([letter]).filter_map(|c| u8::try_from(c).ok());
    let bytes: Vec<_> = bytes.map(|byte| format!(r"\x{byte:02x}")).collect();
    Ok(format!("(?-u:[{}])", bytes.concat()))
}

fn main() -> Result<(), Box<dyn Error>> {
    let text = "Un café noir ! CAFE\u{301} crème. Deux cafés. \
        Il coûte 1.5 euro.\n\nDu C++? Non, du thé au Café";
    let latin1 = text.chars().filter_map(|c| u8::try_from(c).ok());
    let latin1: Vec<u8> = latin1.collect();
    for (encoding, text) in [
        (Encoding::Utf8, text.as_bytes()),
        (Encoding::Latin1, &latin1),
    ] {
        File::create_new("menu.txt")?.write_all(text)?;
        let file = File::open("menu.txt")?;
        // SAFETY: the program made this file for itself. Others are trusted
        // to keep off.
        let map = unsafe { Mmap::map(&file)? };
        for typed in ["café", "noir", "1.5", "c++"] {
            let word = Word::new(typed, encoding)?;
            let count = word.find_iter(&map).count();
            println!("{encoding:?}, {typed}: {count} times");
            for sentence in word.sentences(&map) {
                println!("  {:?}", sentence.as_bstr());
            }
        }
        drop(map);
        fs::remove_file("menu.txt")?;
    }
    Ok(())
}
