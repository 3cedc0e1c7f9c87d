//! Seals a file in memory, and maps it without `unsafe`; for Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::Mmap;
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    use std::fs::{self, File};
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::FileExt;

    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = File::from(memfd_create("lorem", flags)?);
    file.write_all_at(&fs::read("lorem.txt")?, 0)?;
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let reader = File::open(path)?;

    let report = || match Mmap::map_if_safe(&reader) {
        Ok(map) => {
            let start = map.get(..11).unwrap_or(&map); // or all of it
            println!("mapped : {}", start.escape_ascii());
        }
        Err(error) => println!("refused: {error}"),
    };
    report();
    fcntl_add_seals(&file, SealFlags::SHRINK)?;
    report();
    fcntl_add_seals(&file, SealFlags::WRITE)?;
    report();

    let show = |what: &str, done: std::io::Result<()>| match done {
        Ok(()) => println!("{what}: done"),
        Err(error) => println!("{what}: {error}"),
    };
    show("write  ", file.write_all_at(b"X", 0));
    show("cut    ", file.set_len(0));
    Ok(())
}
