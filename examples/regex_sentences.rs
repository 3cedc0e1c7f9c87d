//! Finds whole sentences with a word, where the chapter's pattern finds parts.

use memmap2::Mmap;
use regex::bytes::Regex;
use std::error::Error;
use std::fs::{self, File};

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = fs::read("lorem.txt")?;
    text.extend(b"Donec nulla ligula. Fusce nullam non sapit.\n");
    fs::write("lorem_copy.txt", text)?;
    let file = File::open("lorem_copy.txt")?;
    // SAFETY: nobody else may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run one program that writes this file at a time.
    let map = unsafe { Mmap::map(&file)? };

    println!("The pattern of the chapter:");
    let pattern = Regex::new(r"(?i-u)(\.\W+)?([^.]?nulla[^.]*?\.)")?;
    for found in pattern.captures_iter(&map) {
        println!("  {:?}", str::from_utf8(&found[2])?);
    }
    println!("Whole sentences with the whole word:");
    let pattern = Regex::new(r"(?i-u)[^.]*\bnulla\b[^.]*\.")?;
    for found in pattern.find_iter(&map) {
        println!("  {:?}", str::from_utf8(found.as_bytes().trim_ascii())?);
    }
    drop(map);
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
