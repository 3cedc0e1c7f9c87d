//! Counts the blocks of a table that lookups touch.

use memmap2::Mmap;
use std::collections::BTreeSet;
use std::{error::Error, fs, fs::File, io::Write};
use zerocopy::little_endian::U64;
use zerocopy::{FromBytes, IntoBytes};

/// Finds the row of a key, and notes the blocks of 4,096 bytes it touches.
fn find(table: &[U64], key: u64, seen: &mut BTreeSet<usize>) -> Option<usize> {
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low.midpoint(high);
        seen.insert(middle * size_of::<U64>() / 4096);
        match table.get(middle)?.get() < key {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    (table.get(low)?.get() == key).then_some(low)
}

fn main() -> Result<(), Box<dyn Error>> {
    let keys: Vec<U64> = (0..1 << 19).map(|n| U64::new(3 * n)).collect();
    File::create_new("keys.table")?.write_all(keys.as_bytes())?;
    // SAFETY: the program made it for itself. Others are trusted to keep off.
    let map = unsafe { Mmap::map(&File::open("keys.table")?)? };
    #[cfg(unix)]
    map.advise(memmap2::Advice::Random)?;
    let table = <[U64]>::ref_from_bytes(&map).map_err(|_| "cut off")?;
    for lookups in [1, 10, 100, 1000] {
        let (mut seen, mut found) = (BTreeSet::new(), 0);
        for n in 0..lookups {
            let row = find(table, n * (3 << 19) / lookups, &mut seen);
            found += usize::from(row.is_some());
        }
        let (touched, blocks) = (seen.len(), map.len() / 4096);
        println!("{lookups} keys, {found} found: {touched} of {blocks} blocks");
    }
    drop(map);
    fs::remove_file("keys.table")?;
    Ok(())
}
