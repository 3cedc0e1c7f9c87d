//! Of two processes, the first has the lock and writes, and the other reads.

use memmap2::{Mmap, MmapMut};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::{error::Error, fs::File, fs::TryLockError};

fn read(file: File) -> Result<(), Box<dyn Error>> {
    if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return Err("nobody has the lock".into());
    }
    println!("reader: somebody has a lock, so I wait");
    file.lock_shared()?;
    // SAFETY: who writes has another lock, which cannot be had beside this one.
    // Others are trusted to ask for one.
    let map = unsafe { Mmap::map(&file)? };
    println!("reader: {}", map.escape_ascii());
    drop(map);
    Ok(file.unlock()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(path) = std::env::args_os().nth(1) {
        return read(File::open(path)?);
    }
    let file = tempfile::NamedTempFile::new()?; // no other run waits for it
    file.as_file().lock()?;
    file.as_file().set_len(8)?;
    let mut reader = Command::new(std::env::current_exe()?);
    let reader = reader.arg(file.path()).stdout(Stdio::piped());
    let mut reader = reader.spawn()?;
    let told = reader.stdout.take().ok_or("no pipe")?;
    let mut told = BufReader::new(told).lines().map_while(Result::ok);
    println!("{}", told.next().unwrap_or_default());
    // SAFETY: this process has the lock until the map is dropped, and nobody
    // else has one. Others are trusted to ask for one.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    map.copy_from_slice(b"new text");
    drop(map);
    println!("writer: done");
    file.as_file().unlock()?;
    told.for_each(|line| println!("{line}"));
    reader.wait()?;
    Ok(file.close()?)
}
