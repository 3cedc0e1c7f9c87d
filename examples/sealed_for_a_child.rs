//! Gives a sealed file to a child that does not trust it; for Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::Mmap;
    use rustix::fs::{MemfdFlags, SealFlags, memfd_create};
    use rustix::fs::{fcntl_add_seals, fcntl_get_seals};
    use std::os::{fd::AsRawFd, unix::fs::FileExt};
    use std::{env, fs, fs::File, io, process::Command};

    let needed = SealFlags::SHRINK | SealFlags::WRITE;
    if env::args().nth(1).is_some() {
        // The kernel answers this question. `map_if_safe` also asks about
        // fs-verity, and a FUSE server can answer that with a lie.
        if !fcntl_get_seals(io::stdin()).is_ok_and(|s| s.contains(needed)) {
            println!("child : not safe");
            return Ok(());
        }
        let map = Mmap::map_if_safe(&io::stdin())?;
        let text = str::from_utf8(&map)?; // which stays UTF-8
        println!("child : {} words", text.split_whitespace().count());
        return Ok(());
    }
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = File::from(memfd_create("lorem", flags)?);
    file.write_all_at(&fs::read("lorem.txt")?, 0)?;
    fcntl_add_seals(&file, needed)?;

    let sealed = format!("/proc/self/fd/{}", file.as_raw_fd());
    for (what, path) in [("sealed", &*sealed), ("on disk", "lorem.txt")] {
        let mut child = Command::new(env::current_exe()?);
        let child = child.arg("child").stdin(File::open(path)?).status()?;
        let end = if child.success() { "done" } else { "failed" };
        println!("parent: {what}, {end}");
    }
    Ok(())
}
