//! Appends records to a mapped file that grows in steps.

use memmap2::MmapRaw;
use std::error::Error;
use std::fs::{self, File};
use std::sync::atomic::{AtomicU64, Ordering};

const STEP: usize = 32 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    fs::write("log.bin", [0; STEP])?;
    let file = File::options().read(true).write(true).open("log.bin")?;
    let mut map = MmapRaw::map_raw(&file)?;
    let mut maps = 1;
    let mut end = 8; // behind the header

    for number in 1..=10_000 {
        let record = format!("record {number}\n");
        if map.len() - end < record.len() {
            file.set_len((map.len() + STEP) as u64)?;
            map = MmapRaw::map_raw(&file)?;
            maps += 1;
        }
        // SAFETY: the record fits. Nobody looks behind the end of the log, and
        // the header is an atomic, aligned as a map starts with a page. Others
        // are trusted not to shorten the file.
        unsafe {
            let place = map.as_mut_ptr().add(end);
            place.copy_from_nonoverlapping(record.as_ptr(), record.len());
            end += record.len();
            let header = AtomicU64::from_ptr(map.as_mut_ptr().cast());
            header.store(end as u64, Ordering::Release);
        }
    }
    println!("A log of {end} bytes, mapped {maps} times");
    drop(map);
    file.set_len(end as u64)?; // gives back the rest of the last step
    let bytes = fs::read("log.bin")?;
    let last = bytes.last_chunk::<13>().ok_or("the log was cut off")?;
    println!("Its file ends with {:?}", str::from_utf8(last)?);
    fs::remove_file("log.bin")?;
    Ok(())
}
