//! Maps a file that has no bytes.

use memmap2::Mmap;
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    File::create("empty.txt")?;
    let file = File::open("empty.txt")?;
    // SAFETY: this program made empty.txt and alone has it open; while it is mapped,
    // nobody else may write to it.
    let map = unsafe { Mmap::map(&file)? };

    println!("The map is {} bytes long", map.len());
    println!("Is it empty? {}", map.is_empty());
    Ok(())
}
