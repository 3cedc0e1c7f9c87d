//! Writes a sorted table of words, and looks words up in a map of it.

use memmap2::Mmap;
use replace_whole::{Rights, replace};
use std::{error::Error, fs, fs::File, path::Path};
use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

mod replace_whole;

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
    let path = Path::new("words.table");
    replace(path, entries.as_bytes(), Rights::Mode(0o644))?;
    // SAFETY: no table is changed: `replace` makes a new file.
    let map = unsafe { Mmap::map(&File::open(path)?)? };
    let table = <[Entry]>::ref_from_bytes(&map).map_err(|_| "cut off")?;
    for word in ["nulla", "Nulla", "null"] {
        let key = key(word.as_bytes())?;
        let row = table.binary_search_by_key(&key, |entry| entry.0);
        let entry = row.ok().and_then(|row| table.get(row));
        println!("{word}: {:?}", entry.map(|entry| entry.1.get()));
    }
    drop(map);
    Ok(fs::remove_file(path)?)
}
