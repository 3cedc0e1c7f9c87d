//! Writes changes back to the file, and learns whether that worked.

use mapped_file::{Access, MappedFile};
use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let mut options = MappedFile::options();
    options.access(Access::Write);
    // SAFETY: no other program may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run only one program that writes this file.
    let mut map = unsafe { options.open("lorem_copy.txt")? };

    let start = map.as_mut_slice()?.first_chunk_mut();
    *start.ok_or("fewer than 5 bytes")? = *b"LOREM";
    map.flush_range(..5)?;
    println!("flushed 5 bytes");
    map.flush()?;
    println!("flushed all {} bytes", map.len());
    if map.flush_range(700..800).is_err() {
        println!("refused to flush past the end");
    }
    map.close()?;
    let text = fs::read_to_string("lorem_copy.txt")?;
    println!(
        "closed; the file starts with {:?}",
        text.get(..11).ok_or("too short")?
    );
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
