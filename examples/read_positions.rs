//! Shows that reads and seeks move the position of a cursor, and slices do not.

use memmap2::Mmap;
use std::error::Error;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let map = unsafe { Mmap::map(&file)? };

    let mut cursor = Cursor::new(&map[..]);
    println!("Position at the start      : {}", cursor.position());
    let mut ten = [0; 10];
    cursor.read_exact(&mut ten)?;
    println!("after a read of 10 bytes   : {}", cursor.position());
    let five = map.get(..5).ok_or("fewer than 5 bytes")?;
    let position = cursor.position();
    println!("after a slice of {} bytes   : {position}", five.len());
    cursor.read_exact(&mut ten)?;
    println!("after a read of 10 more    : {}", cursor.position());
    cursor.seek(SeekFrom::End(-7))?;
    println!("after a seek 7 from the end: {}", cursor.position());
    let mut rest = Vec::new();
    cursor.read_to_end(&mut rest)?;
    println!("after a read of the rest   : {}", cursor.position());
    println!("which is {:?}", str::from_utf8(&rest)?);
    Ok(())
}
