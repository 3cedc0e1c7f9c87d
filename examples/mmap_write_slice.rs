//! Replaces a word in the middle of a file, in place.

use memchr::{memchr, memmem};
use memmap2::MmapMut;
use std::error::Error;
use std::fs::{self, File};

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
    // SAFETY: nobody else may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run one program that writes this file at a time.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    let end = memchr(b'\n', &map).unwrap_or(map.len());
    println!("Before: {}", map[..end].escape_ascii());
    let start = memmem::find(&map, word).ok_or("the word is not there")?;
    map[start..start + word.len()].copy_from_slice(&reversed);
    map.flush()?;
    println!("After : {}", map[..end].escape_ascii());
    drop(map);
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
