//! Takes any input as bytes: a file, a pipe, a FIFO, `-` for standard input.
#![allow(dead_code, reason = "a program may call a part of it")]

use memmap2::{Mmap, MmapOptions};
#[cfg(target_os = "linux")]
use std::error::Error;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};
use std::{fs::File, ops::Deref, path::Path};

/// How much an input may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// An input with more bytes is an error.
    pub bytes: usize,
    /// A pipe that gives nothing for so long is an error, on Unix. A pipe
    /// that gives a byte now and then is not.
    pub silence: Option<Duration>,
}

/// The bytes of an input, from its position on.
#[derive(Debug)]
pub enum Bytes {
    /// A map of a file, and the position in it.
    Mapped(Mmap, usize),
    /// A copy.
    Read(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map, at) => map.get(*at..).unwrap_or_default(),
            Bytes::Read(bytes) => bytes,
        }
    }
}

/// Opens the input that a name on a command line stands for. The name `-` is
/// standard input; take `./-` for a file of that name. On Unix, this does not
/// wait for somebody who writes to a FIFO.
///
/// # Errors
///
/// As for [`File::open`].
pub fn open(name: &Path) -> io::Result<File> {
    if name.as_os_str() == "-" {
        return stdin();
    }
    let mut options = File::options();
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let flags = flags.bits().try_into().map_err(io::Error::other)?;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    options.read(true).open(name)
}

/// Standard input, without the bytes that `io::stdin` has read in advance.
fn stdin() -> io::Result<File> {
    #[cfg(unix)]
    use std::os::fd::AsFd;
    #[cfg(unix)]
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    #[cfg(windows)]
    use std::os::windows::io::AsHandle;
    #[cfg(windows)]
    let stdin = io::stdin().as_handle().try_clone_to_owned()?;
    Ok(stdin.into())
}

/// Reads an input from its position to its end.
///
/// # Errors
///
/// `FileTooLarge` and `TimedOut` by the limits, `OutOfMemory`, or the error of
/// the read: a folder can be opened, but not read.
pub fn read(mut file: &File, limits: Limits) -> io::Result<Vec<u8>> {
    let (mut bytes, mut block) = (Vec::new(), vec![0; 1 << 16]);
    let end = || Instant::now().checked_add(limits.silence?);
    let mut until = end();
    loop {
        let new = match wait(file, until).and_then(|()| file.read(&mut block)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            len => block.get(..len?).unwrap_or_default(),
        };
        if new.is_empty() {
            return Ok(bytes);
        }
        if limits.bytes - bytes.len() < new.len() {
            return Err(ErrorKind::FileTooLarge.into());
        }
        bytes.try_reserve(new.len())?;
        bytes.extend_from_slice(new);
        until = end();
    }
}

/// Maps an input where that is possible, and reads it otherwise.
///
/// # Errors
///
/// As for [`read`].
///
/// # Safety
///
/// If the input is a regular file, nobody may change or shorten it as long as
/// the bytes live. If you cannot promise that, call [`read`].
pub unsafe fn map_or_read(mut file: &File, most: Limits) -> io::Result<Bytes> {
    let about = file.metadata()?;
    // A file in /proc says that it has no bytes, and can be read.
    if about.is_file() && about.len() > 0 {
        let (len, at) = (about.len(), file.stream_position()?);
        let size = len.try_into().unwrap_or(usize::MAX);
        // SAFETY: the caller promises it.
        let map = unsafe { MmapOptions::new().len(size).map(file) };
        if let (Ok(map), Ok(start)) = (map, at.try_into()) {
            let bytes = Bytes::Mapped(map, start);
            if bytes.len() > most.bytes {
                return Err(ErrorKind::FileTooLarge.into());
            }
            file.seek(SeekFrom::Start(at.max(len)))?; // where a read ends
            return Ok(bytes);
        }
    }
    read(file, most).map(Bytes::Read)
}

/// Waits until a read returns at once, or for a signal.
#[cfg(unix)]
fn wait(file: &File, until: Option<Instant>) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    let left = until.map(|end| end.saturating_duration_since(Instant::now()));
    let left = left.and_then(|left| left.try_into().ok());
    match poll(&mut [PollFd::new(file, PollFlags::IN)], left.as_ref())? {
        0 => Err(ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn wait(_: &File, _: Option<Instant>) -> io::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    File::create_new("empty.txt")?;
    mknodat(CWD, "fifo", FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    let limits = Limits {
        bytes: 1 << 20,
        silence: Some(Duration::from_millis(50)),
    };
    let names = ["lorem.txt", "empty.txt", "/proc/version", "fifo"];
    for name in names.into_iter().chain(["/dev/zero", ".", "-"]) {
        let file = open(Path::new(name))?;
        // SAFETY: the only file here that can be mapped is lorem.txt. Others
        // are trusted to leave it alone while this program runs.
        match unsafe { map_or_read(&file, limits) } {
            Ok(Bytes::Mapped(..)) => println!("{name}: mapped"),
            Ok(bytes) if bytes.is_empty() => println!("{name}: empty"),
            Ok(Bytes::Read(_)) => println!("{name}: read"),
            Err(error) => println!("{name}: {error}"),
        }
    }
    std::fs::remove_file("fifo")?;
    Ok(std::fs::remove_file("empty.txt")?)
}
