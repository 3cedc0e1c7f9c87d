//! Of two processes, the first has the lock and writes, and the other reads.

use memmap2::{Mmap, MmapMut};
use std::process::{Command, Stdio};
use std::{error::Error, fs::File, fs::TryLockError, io, io::BufRead};

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
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(path) = std::env::args_os().nth(1) {
        return read(File::open(path)?);
    }
    let path = tempfile::NamedTempFile::new()?.into_temp_path(); // of this run
    let file = File::options().read(true).write(true).open(&path)?;
    file.lock().and_then(|()| file.set_len(8))?;
    let mut reader = Command::new(std::env::current_exe()?);
    let reader = reader.arg(&path).stdout(Stdio::piped());
    let mut reader = reader.spawn()?;
    let told = reader.stdout.take().ok_or("no pipe")?;
    let mut told = io::BufReader::new(told).lines().map_while(Result::ok);
    println!("{}", told.next().unwrap_or_default());
    // SAFETY: this process has the lock until the map is dropped, and nobody
    // else has one. Others are trusted to ask for one.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    map.copy_from_slice(b"new text");
    drop(map);
    println!("writer: done");
    #[cfg(unix)] // where a drop may not be enough
    file.unlock()?;
    drop(file);
    told.for_each(|line| println!("{line}"));
    reader.wait()?;
    Ok(path.close()?)
}
