//! Finds every occurrence of some bytes in a file of any size.
#![allow(dead_code, reason = "a program may call a part of it")]

use memchr::memmem::Finder;
use memmap2::MmapOptions;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Seek, SeekFrom, Write};

/// The step of the window: it is longer by one byte less than the needle.
const STEP: u64 = 4 << 20;

/// Which occurrences are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrences {
    /// The next one starts after the end of the one before.
    Apart,
    /// The next one may start inside the one before.
    Overlapping,
}

/// Calls `found` with the offset of each occurrence of `needle`, in the
/// order of the file, and `progress` with the number of bytes that are
/// done and the length of the file, after each step. On Linux, it moves the
/// position of the file, and moves it back.
///
/// # Errors
///
/// Fails if the needle is empty, if the file is not a regular file, if a
/// part of it cannot be mapped, and if `found` fails: the search ends.
///
/// # Safety
///
/// Nobody may write to the file or shorten it during the search.
pub unsafe fn find_all(
    file: &File,
    needle: &[u8],
    which: Occurrences,
    mut progress: impl FnMut(u64, u64),
    mut found: impl FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    let invalid = io::ErrorKind::InvalidInput;
    let refuse = |why| Err(io::Error::new(invalid, why));
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return refuse("only a regular file can be searched");
    }
    let (len, finder) = (metadata.len(), Finder::new(needle));
    let more = match needle.len() {
        0 => return refuse("an empty needle is at every offset"),
        bytes => bytes as u64 - 1,
    };
    let only_zeros = needle.iter().all(|byte| *byte == 0);
    let mut zeros = Vec::new();
    // All occurrences that start before `at` are found.
    let mut at = 0;
    while at + more < len {
        // The next occurrence starts before `stop`, or after it.
        let (data, hole) = data_and_hole(file, at, len)?;
        let hole_has_none = !only_zeros && at + more < data;
        at = if hole_has_none { data - more } else { at };
        if at + more >= len {
            break;
        }
        let in_a_hole = at + more < data;
        let run = if in_a_hole {
            data - more
        } else {
            hole.max(at + 1)
        };
        let stop = run.min(at + STEP).min(len - more);
        let size = usize::try_from(stop - at + more);
        let size = size.map_err(io::Error::other)?;
        let map;
        let window = if in_a_hole {
            // A hole reads as zeros. A map of it could take memory.
            zeros.resize(size, 0);
            &zeros[..]
        } else {
            let mut options = MmapOptions::new();
            // SAFETY: these bytes are in the file, and nobody changes or
            // shortens it during the search: the caller promised that.
            map = unsafe { options.offset(at).len(size).map(file)? };
            &map[..]
        };
        let mut from = 0;
        let find = |from| finder.find(window.get(from..)?);
        while let Some(next) = find(from) {
            found(at + (from + next) as u64)?;
            from += next
                + match which {
                    Occurrences::Apart => needle.len(),
                    Occurrences::Overlapping => 1,
                };
        }
        at = stop.max(at + from as u64);
        progress(at.min(len), len);
    }
    progress(len, len);
    Ok(())
}

/// Where the next data starts at `at` or after it, and where it ends.
#[cfg(target_os = "linux")]
fn data_and_hole(file: &File, at: u64, len: u64) -> io::Result<(u64, u64)> {
    use rustix::{fs::SeekFrom, fs::seek, fs::tell, io::Errno};
    let position = tell(file)?; // which the caller may need, and seek moves
    let found = match seek(file, SeekFrom::Data(at)) {
        Err(Errno::NXIO) => Ok((len, len)), // a hole up to the end
        Err(other) => Err(other),
        Ok(data) => seek(file, SeekFrom::Hole(data)).map(|hole| (data, hole)),
    };
    seek(file, SeekFrom::Start(position))?;
    Ok(found?)
}

/// Elsewhere the file is searched as if it had no holes.
#[cfg(not(target_os = "linux"))]
fn data_and_hole(_: &File, at: u64, len: u64) -> io::Result<(u64, u64)> {
    Ok((at, len))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = File::create_new("file")?;
    fs::remove_file("file")?; // its name: the file stays while it is open
    // The second word is in two steps of the search, and the last one is
    // after a hole, which takes no disk where the file system has holes.
    for (offset, text) in [
        (0, "banana"),
        ((4 << 20) - 2, "banana"),
        (64 << 20, "\0nana"),
    ] {
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(text.as_bytes())?;
    }
    let terminal = io::stderr().is_terminal();
    for needle in ["banana", "ana", "\0\0na"] {
        for which in [Occurrences::Apart, Occurrences::Overlapping] {
            let mut offsets = Vec::new();
            let progress = |done: u64, len: u64| {
                if terminal {
                    let percent = (100.0 * done as f64 / len as f64) as usize;
                    let bar = "#".repeat(percent / 5);
                    eprint!("\r[{bar:20}] {percent:3} %");
                }
            };
            // SAFETY: the file has no name. Others are trusted not to have
            // opened it while it had, nor to open it under /proc.
            unsafe {
                find_all(&file, needle.as_bytes(), which, progress, |offset| {
                    offsets.push(offset);
                    Ok(())
                })?;
            }
            println!("{needle:?} {which:?}: {offsets:?}");
        }
    }
    if terminal {
        eprintln!();
    }
    Ok(())
}
