//! Appends to a file through a plain map: longer file, old map gone, new map.

use memmap2::MmapMut;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};

/// Appends to a file that is mapped, and returns a map of all of it.
///
/// # Safety
///
/// `map` is of all of `file`, and nobody else writes to the file or shortens
/// it while the new map exists.
unsafe fn append(file: &File, map: MmapMut, end: &[u8]) -> io::Result<MmapMut> {
    let old = map.len() as u64;
    drop(map);
    if file.metadata()?.len() != old {
        return Err(io::Error::other("the file is not as long as its map"));
    }
    file.set_len(old + end.len() as u64)?;
    // SAFETY: the caller promises that nobody else changes the file.
    let map = unsafe { MmapMut::map_mut(file) };
    let mut map = map.or_else(|why| file.set_len(old).and(Err(why)))?;
    let start = map.len() - end.len();
    map.get_mut(start..).unwrap_or_default().write_all(end)?;
    Ok(map)
}

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let mut options = File::options();
    let file = options.read(true).write(true).open("lorem_copy.txt")?;
    // SAFETY: others are trusted not to change lorem_copy.txt meanwhile.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    for more in ["Finis.\n", "Explicit liber.\n"] {
        // SAFETY: as above, and the map is of all of the file.
        map = unsafe { append(&file, map, more.as_bytes())? };
        println!("map {}, file {}", map.len(), file.metadata()?.len());
    }
    map.flush()?;
    let text = fs::read_to_string("lorem_copy.txt")?;
    println!("{}", text.lines().last().ok_or("no line")?);
    drop(map);
    Ok(fs::remove_file("lorem_copy.txt")?)
}
