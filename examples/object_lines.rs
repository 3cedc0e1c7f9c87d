//! Reads a mapped file line by line, and finds the lines with "Vivamus".

use mapped_file::MappedFile;
use std::error::Error;
use std::io::{BufRead, Seek};

fn main() -> Result<(), Box<dyn Error>> {
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let mut map = unsafe { MappedFile::options().open("lorem.txt")? };

    let (mut line, mut number) = (Vec::new(), 0);
    while map.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        if memchr::memmem::find(&line, b"Vivamus").is_some() {
            println!("line {number} ends at byte {}", map.position());
        }
        line.clear();
    }
    map.rewind()?;
    println!("{} lines in all", map.lines().count());
    Ok(())
}
