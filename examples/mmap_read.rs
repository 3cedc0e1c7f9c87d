//! Reads a mapped file through a cursor and through a slice.

use memmap2::Mmap;
use std::error::Error;
use std::fs::File;
use std::io::{Cursor, Read};

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let map = unsafe { Mmap::map(&file)? };

    let mut cursor = Cursor::new(&map[..]);
    let mut ten = [0; 10];
    cursor.read_exact(&mut ten)?;
    println!("First 10 bytes via read : {}", ten.escape_ascii());
    let slice = map.get(..10).ok_or("fewer than 10 bytes")?;
    println!("First 10 bytes via slice: {}", slice.escape_ascii());
    cursor.read_exact(&mut ten)?;
    println!("2nd   10 bytes via read : {}", ten.escape_ascii());
    Ok(())
}
