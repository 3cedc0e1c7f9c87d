//! Maps an empty file.

use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};

fn main() -> Result<(), Box<dyn Error>> {
    File::create_new("empty.txt")?;
    let file = File::open("empty.txt")?;
    // SAFETY: an empty map has no bytes that could change or go away. This
    // trusts that no program writes to empty.txt before it is mapped.
    let map = unsafe { Mmap::map(&file)? };

    println!("The map is {} bytes long", map.len());
    println!("Is it empty? {}", map.is_empty());
    drop(map);
    fs::remove_file("empty.txt")?;
    Ok(())
}
