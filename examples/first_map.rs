//! Maps a file and reads it as text.

use memmap2::Mmap;
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let map = unsafe { Mmap::map(&file)? };
    let text = str::from_utf8(&map)?;
    println!("{}", text.get(..26).ok_or("fewer than 26 bytes")?);
    println!("{} bytes, {} lines", map.len(), text.lines().count());
    Ok(())
}
