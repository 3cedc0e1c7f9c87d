//! Maps 29 bytes from the middle of a file.

use memmap2::MmapOptions;
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    if file.metadata()?.len() < 64 + 29 {
        return Err("lorem.txt ends before byte 93".into());
    }
    // SAFETY: the file has these bytes. No program may change or shorten it
    // while it is mapped: this trusts every program that can open the file.
    let map = unsafe { MmapOptions::new().offset(64).len(29).map(&file)? };

    println!("The map is {} bytes long", map.len());
    println!("It holds {:?}", str::from_utf8(&map)?);
    Ok(())
}
