//! Writes to a mapped file through a cursor, and closes it.

use memmap2::MmapMut;
use std::error::Error;
use std::fs::{self, File};
use std::io::{Cursor, Seek, SeekFrom, Write};

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let file = File::options()
        .read(true)
        .write(true)
        .open("lorem_copy.txt")?;
    // SAFETY: no other program may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run only one program that writes this file.
    let mut map = unsafe { MmapMut::map_mut(&file)? };

    let mut cursor = Cursor::new(&mut map[..]);
    cursor.seek(SeekFrom::Start(6))?;
    println!("Position after the seek : {}", cursor.position());
    cursor.write_all(b"IPSUM DOLOR")?;
    println!("Position after the write: {}", cursor.position());
    map.flush()?;
    drop(map);

    let text = fs::read_to_string("lorem_copy.txt")?;
    let start = text.get(..26).ok_or("the file is too short")?;
    println!("The file starts with {start:?}");
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
