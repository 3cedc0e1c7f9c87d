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
    // SAFETY: this program made lorem_copy.txt and alone has it open; while it is
    // mapped, nobody else may write to or shorten it.
    let map = unsafe { Mmap::map(&file)? };

    println!("The pattern of the chapter:");
    let pattern = Regex::new(r"(?si-u)(\.\W+)?([^.]?nulla[^.]*?\.)")?;
    for found in pattern.captures_iter(&map) {
        println!("  {:?}", str::from_utf8(&found[2])?);
    }
    println!("Whole sentences with the whole word:");
    let pattern = Regex::new(r"(?si-u)[^.]*\bnulla\b[^.]*\.")?;
    for found in pattern.find_iter(&map) {
        println!("  {:?}", str::from_utf8(found.as_bytes().trim_ascii())?);
    }
    Ok(())
}
