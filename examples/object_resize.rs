//! Appends to a file through a map that grows with it, then cuts the file back.

use mapped_file::{Access, MappedFile};
use std::error::Error;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let mut options = MappedFile::options();
    options.access(Access::Write);
    // SAFETY: no other program may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run only one program that writes this file.
    let mut map = unsafe { options.open("lorem_copy.txt")? };

    println!("map {}, file {}", map.len(), map.file_len()?);
    map.seek(SeekFrom::End(0))?;
    map.resize(744)?;
    println!("map {}, file {}", map.len(), map.file_len()?);
    map.write_all(b"Finis.\n")?;
    println!("position {}", map.position());
    map.resize(11)?;
    println!("map {}, file {}", map.len(), map.file_len()?);
    println!("position {}", map.position());
    println!("all of it: {}", fs::read_to_string("lorem_copy.txt")?);
    drop(map);
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
