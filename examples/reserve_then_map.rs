//! Reserves room for a file before it maps the file; for Linux.

#[cfg(target_os = "linux")]
use std::{error::Error, fs, fs::File, io, os::unix::fs::MetadataExt};

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

/// Reserves blocks for all bytes of a file up to `end`, and lengthens a shorter
/// file. It never shortens the file, even if it fails.
#[cfg(target_os = "linux")]
pub fn reserve(file: &File, end: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags as Flags, fallocate};
    fallocate(file, Flags::KEEP_SIZE, 0, end)?; // from 0: fills holes
    if file.metadata()?.blocks() < end.div_ceil(512) {
        return Err(io::ErrorKind::Unsupported.into()); // it found no room
    }
    Ok(fallocate(file, Flags::empty(), 0, end)?) // has its room already
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    let file = File::create_new("room")?;
    fs::remove_file("room")?; // the open file lives on, without a name
    file.set_len(1 << 20)?;
    println!("set_len: holes: {}", file.metadata()?.blocks() < 2048);
    reserve(&file, 1 << 20)?;
    println!("reserve: holes: {}", file.metadata()?.blocks() < 2048);
    if let Err(error) = reserve(&file, i64::MAX as u64) {
        println!("reserve: {error}");
    }
    // SAFETY: the file has no name any more. This trusts other programs not to
    // have opened it before, and not to open it through /proc.
    let mut map = unsafe { memmap2::MmapMut::map_mut(&file)? };
    map.fill(b'X');
    println!("stored : {} bytes", map.len());
    Ok(map.flush()?)
}
