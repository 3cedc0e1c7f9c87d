//! Searches a mapped file with the regular expression of the chapter.

use memmap2::Mmap;
use regex::bytes::Regex;
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: nobody may write to or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts whoever else can open the file.
    let map = unsafe { Mmap::map(&file)? };

    let pattern = Regex::new(r"(?i-u)(\.\W+)?([^.]?nulla[^.]*?\.)")?;
    for found in pattern.captures_iter(&map) {
        println!("{}", String::from_utf8_lossy(&found[2]).replace('\n', " "));
    }
    Ok(())
}
