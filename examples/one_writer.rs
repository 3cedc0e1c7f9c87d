//! Of two processes, the first has the lock and writes, and the other reads.

use memmap2::{Mmap, MmapMut};
use std::error::Error;
use std::fs::{self, File, TryLockError};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = File::options();
    file.read(true).write(true).create(true).truncate(false);
    let file = file.open("text.txt")?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::Error(error)) => return Err(error.into()),
        Err(TryLockError::WouldBlock) => {
            println!("reader: somebody has a lock, so I wait");
            file.lock_shared()?;
            // SAFETY: who writes has another lock, which cannot be had beside
            // this one. Others are trusted to ask for one.
            let map = unsafe { Mmap::map(&file)? };
            println!("reader: {}", map.escape_ascii());
            return Ok(());
        }
    }
    file.set_len(8)?;
    let mut reader = Command::new(std::env::current_exe()?);
    let mut reader = reader.stdout(Stdio::piped()).spawn()?;
    let told = reader.stdout.take().ok_or("no pipe")?;
    let mut told = BufReader::new(told).lines().map_while(Result::ok);
    println!("{}", told.next().unwrap_or_default());
    // SAFETY: this process has the lock until the map is dropped, and nobody
    // else has one. Others are trusted to ask for one.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    map.copy_from_slice(b"new text");
    drop(map);
    println!("writer: done");
    drop(file);
    told.for_each(|line| println!("{line}"));
    reader.wait()?;
    fs::remove_file("text.txt")?;
    Ok(())
}
