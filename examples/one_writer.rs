//! The process that has the lock writes, and a second process reads.

use memmap2::{Mmap, MmapMut};
use std::process::{Command, Stdio};
use std::{error::Error, fs::File, fs::TryLockError, io, io::BufRead};

fn read(file: File) -> Result<(), Box<dyn Error>> {
    if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return Err("the writer has no lock".into());
    }
    println!("reader: somebody has a lock, so I wait");
    file.lock_shared()?;
    // SAFETY: a writer needs the exclusive lock, and cannot get it now. This
    // trusts other programs to ask for a lock.
    let map = unsafe { Mmap::map(&file)? };
    println!("reader: {}", map.escape_ascii());
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(path) = std::env::args_os().nth(1) {
        return read(File::open(path)?);
    }
    let path = tempfile::NamedTempFile::new()?.into_temp_path(); // a new name
    let file = File::options().read(true).write(true).open(&path)?;
    file.lock().and_then(|()| file.set_len(8))?;
    let mut reader = Command::new(std::env::current_exe()?);
    let reader = reader.arg(&path).stdout(Stdio::piped());
    let mut reader = reader.spawn()?;
    let told = reader.stdout.take().ok_or("no pipe")?;
    let mut told = io::BufReader::new(told).lines().map_while(Result::ok);
    println!("{}", told.next().unwrap_or_default());
    // SAFETY: this process has the exclusive lock until the map is dropped. It
    // trusts other programs to ask for a lock.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    map.copy_from_slice(b"new text");
    drop(map);
    println!("writer: done");
    #[cfg(unix)] // where closing the file may not be enough
    file.unlock()?;
    drop(file);
    told.for_each(|line| println!("{line}"));
    reader.wait()?;
    Ok(path.close()?)
}
