//! The first program of the chapter again, with one object for file and bytes.

use mapped_file::MappedFile;
use std::error::Error;
use std::io::Read;

fn main() -> Result<(), Box<dyn Error>> {
    // SAFETY: nobody may write to or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts whoever else can open the file.
    let mut map = unsafe { MappedFile::options().open("lorem.txt")? };

    let mut ten = [0; 10];
    map.read_exact(&mut ten)?;
    println!("First 10 bytes via read : {}", ten.escape_ascii());
    println!("First 10 bytes via slice: {}", map[..10].escape_ascii());
    map.read_exact(&mut ten)?;
    println!("2nd   10 bytes via read : {}", ten.escape_ascii());
    println!("Next byte: {:?}", char::from(map.read_byte()?));
    println!("Position : {}", map.position());
    Ok(())
}
