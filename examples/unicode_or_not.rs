//! Shows what a pattern finds in bytes with Unicode, and without it: `-u`.

use bstr::ByteSlice;
use memmap2::Mmap;
use regex::bytes::Regex;
use std::error::Error;
use std::fs::{self, File};
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    // The word twice in UTF-8, and once in Latin-1: there é is one byte.
    let text = b"caf\xc3\xa9 CAF\xc3\x89 caf\xe9";
    File::create_new("menu.txt")?.write_all(text)?;
    let file = File::open("menu.txt")?;
    // SAFETY: the program made this file for itself. Others are trusted to
    // keep off.
    let map = unsafe { Mmap::map(&file)? };
    for pattern in [
        r"\w+",
        r"(?-u)\w+",
        r"\bcaf\b",
        r"(?-u)\bcaf\b",
        r"\bcafé\b",
        r"(?-u)\bcafé\b",
        r"(?i)café",
        r"(?i-u)café",
        r"caf.",
        r"(?-u)caf.",
        r"caf\xe9",
        r"(?-u)caf\xe9",
    ] {
        let regex = Regex::new(pattern)?;
        let found = regex
            .find_iter(&map)
            .map(|found| found.as_bytes().as_bstr());
        println!("{pattern:14} {:?}", found.collect::<Vec<_>>());
    }
    drop(map);
    fs::remove_file("menu.txt")?;
    Ok(())
}
