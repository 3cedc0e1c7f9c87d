//! Changes the map of a file but not the file.

use memchr::memmem;
use memmap2::MmapOptions;
use std::error::Error;
use std::fs::{self, File};
use std::slice::EscapeAscii;

fn first_line(text: &[u8]) -> EscapeAscii<'_> {
    let mut lines = text.split(|&byte| byte == b'\n');
    lines.next().unwrap_or(text).escape_ascii()
}

fn main() -> Result<(), Box<dyn Error>> {
    let word = b"consectetuer";
    let mut reversed = *word;
    reversed.reverse();

    let file = File::open("lorem.txt")?;
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let mut map = unsafe { MmapOptions::new().map_copy(&file)? };
    println!("Memory Before: {}", first_line(&map));
    println!("File Before  : {}", first_line(&fs::read("lorem.txt")?));
    println!();

    let start = memmem::find(&map, word).ok_or("the word is not there")?;
    let found = map.get_mut(start..start + word.len());
    found
        .ok_or("the word is cut off")?
        .copy_from_slice(&reversed);
    println!("Memory After : {}", first_line(&map));
    println!("File After   : {}", first_line(&fs::read("lorem.txt")?));
    Ok(())
}
