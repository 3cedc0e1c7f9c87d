//! Finds room for the bytes of a file before it maps them; for Linux.

#[cfg(target_os = "linux")]
use std::{error::Error, fs, fs::File, io, os::unix::fs::MetadataExt};

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

/// Makes a file longer, by bytes that have their blocks.
#[cfg(target_os = "linux")]
pub fn reserve(file: &File, more: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    let old = file.metadata()?.len();
    let found = fallocate(file, FallocateFlags::empty(), old, more);
    let about = file.metadata()?;
    if found.is_ok() && about.blocks() * 512 >= about.len() {
        return Ok(());
    }
    file.set_len(old)?; // gives back what was found until it failed
    found?;
    Err(io::ErrorKind::Unsupported.into()) // it succeeds, and finds nothing
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    let file = File::create_new("room")?;
    fs::remove_file("room")?; // the open file lives on, without a name
    file.set_len(1 << 20)?;
    println!("set_len: holes: {}", file.metadata()?.blocks() < 2048);
    file.set_len(0)?;
    reserve(&file, 1 << 20)?;
    println!("reserve: holes: {}", file.metadata()?.blocks() < 2048);
    if let Err(error) = reserve(&file, i64::MAX as u64) {
        println!("reserve: {error}");
    }
    // SAFETY: without a name, no other program comes across the file. Each of
    // its pages has a block, so that no store has to look for one.
    let mut map = unsafe { memmap2::MmapMut::map_mut(&file)? };
    map.fill(b'X');
    println!("stored : {} bytes", map.len());
    Ok(map.flush()?)
}
