//! Takes a file from somebody you do not trust; for Linux.
#![allow(dead_code, reason = "a program may call a part of it")]

use memmap2::Mmap;
#[cfg(target_os = "linux")]
use std::error::Error;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::{ops::Deref, path::Path};

/// The bytes of a file as they were read: nobody can change them any more.
#[derive(Debug)]
pub struct Snapshot {
    file: File,
    map: Mmap,
}

impl Deref for Snapshot {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map
    }
}

impl Snapshot {
    /// Sealed memory, or a file without a name, which another process can map
    /// if you hand it on.
    pub fn file(&self) -> &File {
        &self.file
    }
}

/// Opens a regular file. No part of the path may be a symbolic link, and a FIFO
/// in its place is not waited for.
///
/// # Errors
///
/// If the path cannot be opened so, or leads to anything else.
pub fn open(path: &Path) -> io::Result<File> {
    let file = open_no_links(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("not a regular file")),
    }
}

/// Hands each block of a file to `each`, once and in order. Returns how many
/// bytes that were. The file may change meanwhile: the blocks that `each` got
/// are the only ones that you know.
///
/// # Errors
///
/// `FileTooLarge` if there are more bytes than `limit`, or that of the read.
pub fn read_once(
    mut file: &File,
    limit: u64,
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<u64> {
    let (mut buffer, mut total) = (vec![0; 1 << 16], 0);
    loop {
        let block = match file.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            len => buffer.get(..len?).unwrap_or_default(),
        };
        total += block.len() as u64;
        match block {
            [] => return Ok(total),
            _ if total > limit => return Err(ErrorKind::FileTooLarge.into()),
            block => each(block)?,
        }
    }
}

/// Takes a snapshot of a file: a reflink where the file system has them and
/// lets this program make a file in the folder, or else a copy in memory.
///
/// # Errors
///
/// As for [`open`] and [`read_once`], or if there is no memory for the copy.
pub fn snapshot(path: &Path, limit: u64) -> io::Result<Snapshot> {
    let from = open(path)?;
    if let Ok(file) = reflink(path, &from) {
        if file.metadata()?.len() > limit {
            return Err(ErrorKind::FileTooLarge.into());
        }
        // SAFETY: the file has no name, and is open only for reading.
        let map = unsafe { Mmap::map(&file)? };
        return Ok(Snapshot { file, map });
    }
    let file = sealed_copy(&from, limit)?;
    // SAFETY: nobody can write to sealed memory or shorten it, and each of its
    // pages has been written.
    let map = unsafe { Mmap::map(&file)? };
    Ok(Snapshot { file, map })
}

#[cfg(target_os = "linux")]
fn open_no_links(path: &Path) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let no_links = ResolveFlags::NO_SYMLINKS;
    Ok(openat2(CWD, path, flags, Mode::empty(), no_links)?.into())
}

/// Gives the blocks of a file to a new file without a name, which shares them
/// until somebody writes to the old one.
#[cfg(target_os = "linux")]
fn reflink(path: &Path, from: &File) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, ioctl_ficlone, openat};
    use std::os::fd::AsRawFd;
    let folder = path.parent().filter(|path| *path != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC | OFlags::EXCL;
    let file = openat(CWD, folder, flags, Mode::RUSR)?;
    ioctl_ficlone(&file, from)?;
    // Open only for reading: not even this program can write to it by mistake.
    File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

#[cfg(target_os = "linux")]
fn sealed_copy(from: &File, limit: u64) -> io::Result<File> {
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    let flags = MemfdFlags::ALLOW_SEALING | MemfdFlags::CLOEXEC;
    let copy: File = memfd_create("snapshot", flags)?.into();
    read_once(from, limit, |block| io::Write::write_all(&mut &copy, block))?;
    let seals = SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW;
    fcntl_add_seals(&copy, seals | SealFlags::SEAL)?;
    Ok(copy)
}

#[cfg(not(target_os = "linux"))]
fn open_no_links(_: &Path) -> io::Result<File> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn reflink(_: &Path, _: &File) -> io::Result<File> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn sealed_copy(_: &File, _: u64) -> io::Result<File> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use std::fs;
    let path = Path::new("upload.txt");
    fs::copy("lorem.txt", path)?;
    let mut sum = 0_u64;
    let bytes = read_once(&open(path)?, 1 << 20, |block| {
        sum += block.iter().map(|&byte| u64::from(byte)).sum::<u64>();
        Ok(())
    })?;
    println!("{bytes} bytes, their sum is {sum}");

    let taken = snapshot(path, 1 << 20)?;
    File::options().write(true).open(path)?.set_len(5)?;
    println!("cut to {} bytes", fs::metadata(path)?.len());
    println!("the snapshot still has {}", taken.len());
    std::os::unix::fs::symlink(path, "link.txt")?;
    for (name, limit) in [("upload.txt", 4), ("link.txt", 100), (".", 100)] {
        match snapshot(Path::new(name), limit) {
            Err(error) => println!("{name}: {error}"),
            Ok(_) => return Err("this was to be refused".into()),
        }
    }
    fs::remove_file("link.txt")?;
    Ok(fs::remove_file(path)?)
}
