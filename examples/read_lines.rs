//! Reads a mapped file line by line.

use memmap2::Mmap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, Cursor};

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let map = unsafe { Mmap::map(&file)? };

    let mut cursor = Cursor::new(&map[..]);
    let mut line = Vec::new();
    loop {
        let start = cursor.position();
        line.clear();
        if cursor.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        print!("{start:3}: {}", String::from_utf8_lossy(&line));
    }
    Ok(())
}
