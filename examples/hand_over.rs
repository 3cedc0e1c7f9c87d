//! A child hands over a text in memory that has no name. Needs Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::MmapRaw;
    use rustix::fs::{self, MemfdFlags as Memfd, SealFlags};
    use std::sync::atomic::{AtomicUsize, Ordering::*};
    use std::{env, io, os::fd::AsFd, process::Command, slice::from_raw_parts};
    let is_child = env::args().nth(1).is_some();
    let file = match is_child {
        true => io::stdin().as_fd().try_clone_to_owned()?,
        false => fs::memfd_create("", Memfd::ALLOW_SEALING | Memfd::CLOEXEC)?,
    };
    fs::ftruncate(&file, 64)?;
    fs::fcntl_add_seals(&file, SealFlags::SHRINK)?;
    let map = MmapRaw::map_raw(&file)?;
    // SAFETY: a map starts at a page, and the seal keeps it as long. Whoever
    // finds the memfd is trusted to touch its start as an `AtomicUsize` alone.
    let len = unsafe { AtomicUsize::from_ptr(map.as_mut_ptr().cast()) };
    let text = map.as_mut_ptr().wrapping_add(8);
    if is_child {
        // SAFETY: the bytes are there. All are trusted to wait for `len`.
        unsafe { text.copy_from(b"Lorem ipsum".as_ptr(), 11) };
        len.store(11, Release);
        return Ok(());
    }
    let mut child = Command::new(env::current_exe()?);
    let mut child = child.arg("child").stdin(file).spawn()?;
    while len.load(Acquire) == 0 && child.try_wait()?.is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    // SAFETY: the child stored it before `len`. All are trusted to leave it so.
    let text = unsafe { from_raw_parts(text, len.load(Acquire).min(56)) };
    println!("{}", text.escape_ascii());
    child.wait()?;
    Ok(())
}
