//! Writes a sorted table of words, and looks words up in a map of it.

use memmap2::Mmap;
use std::{error::Error, fs, fs::File, io::Write, path::Path};
use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Entry([u8; 16], U32); // a word and zeros; where it is first

fn key(word: &[u8]) -> Result<[u8; 16], &'static str> {
    let mut key = [0; 16];
    let room = key.get_mut(..word.len()).ok_or("more than 16 bytes")?;
    room.copy_from_slice(word);
    Ok(key)
}

fn main() -> Result<(), Box<dyn Error>> {
    let (text, mut entries) = (fs::read("lorem.txt")?, Vec::new());
    for word in regex::bytes::Regex::new(r"\w+")?.find_iter(&text) {
        let at = U32::new(word.start().try_into()?);
        entries.push(Entry(key(word.as_bytes())?, at));
    }
    entries.sort_by_key(|entry| entry.0);
    entries.dedup_by_key(|entry| entry.0);
    let make = |path: &Path| File::create_new(path);
    let mut file = tempfile::Builder::new().make_in(".", make)?;
    file.write_all(entries.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist("words.table")?;
    #[cfg(unix)]
    File::open(".")?.sync_all()?;
    // SAFETY: no file is changed after its rename: a new table is a new file.
    let map = unsafe { Mmap::map(&File::open("words.table")?)? };
    let table = <[Entry]>::ref_from_bytes(&map).map_err(|_| "cut off")?;
    for word in ["nulla", "Nulla", "null"] {
        let key = key(word.as_bytes())?;
        let row = table.binary_search_by_key(&key, |entry| entry.0);
        let entry = row.ok().and_then(|row| table.get(row));
        println!("{word}: {:?}", entry.map(|entry| entry.1.get()));
    }
    drop(map);
    Ok(fs::remove_file("words.table")?)
}
