//! Replaces a word in the middle of a file, in place.

use memchr::memmem;
use memmap2::MmapMut;
use std::error::Error;
use std::fs::{self, File};
use std::slice::EscapeAscii;

fn first_line(text: &[u8]) -> EscapeAscii<'_> {
    let mut lines = text.split(|&byte| byte == b'\n');
    lines.next().unwrap_or(text).escape_ascii()
}

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let word = b"consectetuer";
    let mut reversed = *word;
    reversed.reverse();
    println!("Looking for    : {}", word.escape_ascii());
    println!("Replacing with : {}", reversed.escape_ascii());

    let file = File::options()
        .read(true)
        .write(true)
        .open("lorem_copy.txt")?;
    // SAFETY: no other program may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run only one program that writes this file.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    println!("Before: {}", first_line(&map));
    let start = memmem::find(&map, word).ok_or("the word is not there")?;
    let found = map.get_mut(start..start + word.len());
    found
        .ok_or("the word is cut off")?
        .copy_from_slice(&reversed);
    map.flush()?;
    println!("After : {}", first_line(&map));
    drop(map);
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
