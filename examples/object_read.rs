//! Reads a mapped file by position and by slice, through one object.

use mapped_file::MappedFile;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let mut map = unsafe { MappedFile::options().open("lorem.txt")? };

    let ten = map.read_bytes(10);
    println!("First 10 bytes via read : {}", ten.escape_ascii());
    let slice = map.get(..10).ok_or("fewer than 10 bytes")?;
    println!("First 10 bytes via slice: {}", slice.escape_ascii());
    let ten = map.read_bytes(10);
    println!("2nd   10 bytes via read : {}", ten.escape_ascii());
    println!("Next byte: {:?}", char::from(map.read_byte()?));
    println!("Position : {}", map.position());
    Ok(())
}
