//! Checks a table that came from elsewhere, once, before it is searched.

use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};
use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, IntoBytes};

fn table(bytes: &[u8]) -> Result<&[U32], &'static str> {
    let table = <[U32]>::ref_from_bytes(bytes);
    let table = table.map_err(|_| "cut off within a key")?;
    // Strictly: of equal keys, a search finds one.
    let sorted = table.is_sorted_by(|one, next| one.get() < next.get());
    sorted.then_some(table).ok_or("not sorted")
}

/// Finds the row of a key, if the table is sorted.
pub fn find(table: &[U32], key: u32) -> Option<usize> {
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low.midpoint(high);
        match table.get(middle)?.get() < key {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    (table.get(low)?.get() == key).then_some(low)
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
        let whole = <[U32]>::ref_from_prefix(&map).map_err(|_| "no key")?.0;
        println!("{checked:?}; unchecked, 7 is in row {:?}", find(whole, 7));
    }
    fs::remove_file("keys.table")?;
    Ok(())
}
