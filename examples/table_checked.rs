//! Checks a table that came from elsewhere, once, before it is searched.

use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};
use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, IntoBytes};

fn table(bytes: &[u8]) -> Result<&[U32], &'static str> {
    let Ok(table) = <[U32]>::ref_from_bytes(bytes) else {
        return Err("cut off within a key");
    };
    // Strictly: of two equal keys, a search finds either.
    if !table.is_sorted_by(|one, next| one.get() < next.get()) {
        return Err("not sorted");
    }
    Ok(table)
}

fn main() -> Result<(), Box<dyn Error>> {
    let keys = [[1, 3, 5, 7], [7, 5, 3, 1], [1, 3, 3, 7]];
    let keys = keys.map(|keys| keys.map(U32::new));
    let files = [keys[0].as_bytes(), keys[1].as_bytes(), keys[2].as_bytes()];
    for bytes in files.into_iter().chain([&b"\x01\0\0\0\x03"[..]]) {
        fs::write("keys.table", bytes)?;
        // SAFETY: the program made it for itself, and writes the next when this
        // map is gone. Others are trusted to keep off.
        let map = unsafe { Mmap::map(&File::open("keys.table")?)? };
        let checked = table(&map).map(<[_]>::len);
        let unchecked = <[U32]>::ref_from_bytes(&map).unwrap_or_default();
        let found = unchecked.binary_search_by_key(&7, |key| key.get()).ok();
        println!("{checked:?}; unchecked, 7 is in row {found:?}");
    }
    fs::remove_file("keys.table")?;
    Ok(())
}
