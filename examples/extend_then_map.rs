//! Makes a file longer, then maps it and writes into the new part.

use memmap2::MmapMut;
use std::error::Error;
use std::fs::{self, File};

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let file = File::options()
        .read(true)
        .write(true)
        .open("lorem_copy.txt")?;
    let more = b"Finis.\n";
    let old = file.metadata()?.len();
    let new = old + more.len() as u64;
    println!("The file is {old} bytes long");
    file.set_len(new)?;

    // SAFETY: no other program may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run only one program that writes this file.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    println!("The map is {} bytes long", map.len());
    let part = map.last_chunk_mut().ok_or("the file was cut off")?;
    println!("The new part holds {part:?}");
    *part = *more;
    map.flush()?;

    let text = fs::read_to_string("lorem_copy.txt")?;
    println!(
        "The file ends in {:?}",
        text.lines().last().ok_or("no line")?
    );
    drop(map);
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
