//! Appends records to a log in a mapped file, which grows in steps.

use memmap2::MmapRaw;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{error::Error, fs, fs::File, io, io::Write};

const STEP: usize = 32 * 1024;

/// Appends to a log, whose first 8 bytes say where it ends. Returns the end.
pub fn append(file: &File, map: &mut MmapRaw, new: &[u8]) -> io::Result<usize> {
    let header = (map.len() >= 8).then(|| map.as_mut_ptr().cast());
    // SAFETY: the map has these 8 bytes, and starts with a page. Others are
    // trusted to use them as an atomic alone, and not to shorten the file.
    let header = header.map(|header| unsafe { AtomicU64::from_ptr(header) });
    let end = header.map(|header| header.load(Ordering::Acquire));
    let end = end.filter(|end| (8..=map.len() as u64).contains(end));
    let end = end.ok_or(io::ErrorKind::InvalidData)? as usize;
    let new_end = end + new.len();
    if new_end > map.len() {
        file.set_len(new_end.next_multiple_of(STEP) as u64)?;
        *map = MmapRaw::map_raw(file)?;
    }
    // SAFETY: `new_end` is within the map by now, however long the record is.
    // Nobody looks past the end of the log. Others are trusted as above.
    unsafe {
        let place = map.as_mut_ptr().add(end);
        place.copy_from_nonoverlapping(new.as_ptr(), new.len());
        let header = AtomicU64::from_ptr(map.as_mut_ptr().cast());
        header.store(new_end as u64, Ordering::Release);
    }
    Ok(new_end)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = File::create_new("log.bin")?;
    file.write_all(&8_u64.to_ne_bytes())?; // an empty log
    let mut map = MmapRaw::map_raw(&file)?;
    for number in 1..=10_000 {
        append(&file, &mut map, format!("record {number}\n").as_bytes())?;
    }
    let end = append(&file, &mut map, &[b'-'; 40_000])?;
    println!("A log of {end} bytes in a map of {}", map.len());
    drop((map, file));
    Ok(fs::remove_file("log.bin")?)
}
