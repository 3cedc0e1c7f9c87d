//! Finds sentences with what a user typed, in bytes of any kind.

use bstr::ByteSlice;
use memmap2::Mmap;
use regex::bytes::Regex;
use std::error::Error;
use std::fs::{self, File};
use std::io::Write;

/// A pattern for sentences that have these characters as a word.
pub fn sentences(word: &str) -> Result<Regex, regex::Error> {
    let word = regex::escape(word);
    let (start, end) = (r"\b{start}|\b{start-half}", r"\b{end}|\b{end-half}");
    let word = format!("(?:{start}){word}(?:{end})");
    Regex::new(&format!(r"(?i)(?-u:[^.!?])*{word}(?-u:[^.!?])*[.!?]"))
}

fn main() -> Result<(), Box<dyn Error>> {
    let text = b"Le caf\xc3\xa9 du p\xe8re. CAF\xc3\x89 noir\xa0! \
        \xabNoir\xbb. Deux caf\xc3\xa9s. Il co\xfbte 1.5 euro. \
        Non, 125! Du C++? Du C.";
    File::create_new("menu.txt")?.write_all(text)?;
    let file = File::open("menu.txt")?;
    // SAFETY: the program made this file for itself. Others are trusted to
    // keep off.
    let map = unsafe { Mmap::map(&file)? };
    for word in ["café", "noir", "1.5", "C++", "caf", "("] {
        println!("{word}");
        for found in sentences(word)?.find_iter(&map) {
            println!("  {:?}", found.as_bytes().trim_ascii().as_bstr());
        }
    }
    drop(map);
    fs::remove_file("menu.txt")?;
    Ok(())
}
