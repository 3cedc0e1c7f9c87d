//! Writes up to the end of a map, and then tries to write past it.

use mapped_file::{Access, MappedFile};
use std::error::Error;
use std::fs;
use std::io::{Seek, SeekFrom};

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let mut options = MappedFile::options();
    options.access(Access::Write);
    // SAFETY: no other program may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run only one program that writes this file.
    let mut map = unsafe { options.open("lorem_copy.txt")? };

    map.seek(SeekFrom::End(-7))?;
    map.write_exact(b"Finis.")?;
    println!("Position after 6 bytes : {}", map.position());
    let refused = map.write_exact(b"!\n").is_err();
    println!("Refused 2 bytes more   : {refused}");
    println!("Position is still      : {}", map.position());
    map.write_byte(b'\n')?;
    println!("Position after one more: {}", map.position());
    let text = fs::read_to_string("lorem_copy.txt")?;
    let end = text.get(730..).ok_or("fewer than 730 bytes")?;
    println!("The file ends in {end:?}");
    drop(map);
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
