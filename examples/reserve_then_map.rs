//! Finds room for the bytes of a file before it maps them; for Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::MmapMut;
    use rustix::fs::{FallocateFlags, fallocate};
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::fs::MetadataExt;

    fn reserve(file: &File, start: u64, len: u64) -> io::Result<()> {
        let old = file.metadata()?.len();
        let reserved = fallocate(file, FallocateFlags::empty(), start, len);
        if reserved.is_err() {
            file.set_len(old)?; // gives back what was found until it failed
        }
        Ok(reserved?)
    }
    let mut new = File::options();
    let file = new.read(true).write(true).create_new(true).open("room")?;
    fs::remove_file("room")?; // the open file lives on, without a name

    file.set_len(1 << 20)?;
    println!("set_len: {} blocks", file.metadata()?.blocks());
    reserve(&file, 0, 1 << 20)?;
    let found = file.metadata()?.blocks() >= (1 << 20) / 512;
    println!("reserve: all blocks: {found}");
    if let Err(error) = reserve(&file, 1, i64::MAX as u64) {
        println!("reserve: {error}");
    }
    // SAFETY: without a name, no other program comes across the file. Each of
    // its pages has a block, so that no store has to look for one.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    map.fill(b'X');
    println!("stored : {} bytes", map.len());
    Ok(map.flush()?)
}
