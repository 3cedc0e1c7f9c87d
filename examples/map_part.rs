//! Maps 29 bytes from the middle of a file.

use memmap2::MmapOptions;
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: nobody may write to or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts whoever else can open the file.
    let map = unsafe { MmapOptions::new().offset(64).len(29).map(&file)? };

    println!("The map is {} bytes long", map.len());
    println!("It holds {:?}", str::from_utf8(&map)?);
    Ok(())
}
