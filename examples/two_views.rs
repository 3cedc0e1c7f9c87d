//! Uses one mapped file as bytes and as a file.

use memchr::memmem;
use memmap2::Mmap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, Cursor};

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let map = unsafe { Mmap::map(&file)? };

    // The bytes: a map dereferences to a `[u8]` as long as the file.
    let dolor = memmem::find(&map, b"dolor").ok_or("no dolor in lorem.txt")?;
    println!("The map is {} bytes long", map.len());
    let bytes = map.get(6..11).ok_or("fewer than 11 bytes")?;
    println!("Bytes 6..11 are {:?}", str::from_utf8(bytes)?);
    println!("\"dolor\" starts at byte {dolor}");

    // The file: a cursor has a position, and reads the bytes from there.
    let mut cursor = Cursor::new(&map[..]);
    let mut line = Vec::new();
    cursor.read_until(b'\n', &mut line)?;
    println!("The first line is {} bytes long", line.len());
    println!("The position is now {}", cursor.position());
    Ok(())
}
