//! Shows which pages of a map are in memory, as a table and as a picture.
#![allow(dead_code, reason = "a program may call a part of it")]

#[cfg(target_os = "linux")]
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::{fmt, ops::Range};

/// What was in memory of a map when somebody looked, in pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// The pages of the map.
    pub pages: usize,
    /// Those in memory, in the page cache, which all processes share.
    pub cached: usize,
    /// Those in the page table of this process: a touch is no page fault.
    pub mapped: usize,
    /// Of those in the page table, the ones that are not written back.
    pub dirty: usize,
    /// Of those in the page table, the ones that stay in memory by mlock(2).
    pub locked: usize,
    /// How many are cached, and how many mapped, of each part of the map:
    /// one page of a small map, and more of a large one.
    pub parts: Vec<(usize, usize)>,
}

/// At most so many parts of a map are told of, and drawn.
const PARTS: usize = 512;

/// Looks at a map, or a part of it. The look itself touches no page.
///
/// # Errors
///
/// Fails if the system has no mincore(2), or shows no files under /proc.
pub fn watch(map: &[u8]) -> io::Result<Watch> {
    let page = page_size()?;
    let start = map.as_ptr().addr() / page;
    let end = map.as_ptr_range().end.addr().div_ceil(page);
    let pages = if map.is_empty() { 0 } else { end - start };
    let mut watch = Watch {
        pages,
        ..Watch::default()
    };
    if pages == 0 {
        return Ok(watch);
    }
    let step = pages.div_ceil(PARTS).max(1);
    let mut table = File::open("/proc/self/pagemap")?;
    table.seek(SeekFrom::Start(start as u64 * 8))?;
    for first in (0..pages).step_by(step) {
        let count = step.min(pages - first);
        let cached = cached((start + first) * page, count, page)?;
        let mut entries = vec![0; count * 8];
        table.read_exact(&mut entries)?;
        let (entries, _) = entries.as_chunks::<8>();
        // Bit 63 is set if the page is in the page table.
        let mapped = entries.iter().map(|entry| i64::from_ne_bytes(*entry));
        let mapped = mapped.filter(|entry| *entry < 0).count();
        watch.cached += cached;
        watch.mapped += mapped;
        watch.parts.push((cached, mapped));
    }
    let range = start * page..(start + pages) * page;
    let (dirty, locked) = dirty_and_locked(&range)?;
    watch.dirty = dirty * 1024 / page;
    watch.locked = locked * 1024 / page;
    Ok(watch)
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{:5} pages", self.pages)?;
        writeln!(f, "{:5} in the page cache", self.cached)?;
        writeln!(f, "{:5} in the page table, of which", self.mapped)?;
        writeln!(f, "{:5}   are dirty", self.dirty)?;
        writeln!(f, "{:5}   are locked", self.locked)?;
        for line in self.parts.chunks(64) {
            let sign = |part: &(usize, usize)| match part {
                (0, 0) => '.',
                (_, 0) => 'o',
                _ => '#',
            };
            writeln!(f, "{}", line.iter().map(sign).collect::<String>())?;
        }
        Ok(())
    }
}

/// How many KiB are dirty, and locked, of the maps in a range of addresses.
fn dirty_and_locked(range: &Range<usize>) -> io::Result<(usize, usize)> {
    // The name of a file in it need not be UTF-8.
    let maps = fs::read("/proc/self/smaps")?;
    let (mut dirty, mut locked) = (0, 0);
    let (mut inside, mut resident) = (false, 0);
    for line in String::from_utf8_lossy(&maps).lines() {
        let (first, rest) = line.split_once(' ').unwrap_or_default();
        let kib = || rest.trim().trim_end_matches(" kB").parse::<usize>();
        let kib = || kib().map_err(io::Error::other);
        if let Some((start, end)) = first.split_once('-') {
            let address = |digits| usize::from_str_radix(digits, 16);
            let parts = address(start).ok().zip(address(end).ok());
            let meets = |(start, end)| start < range.end && range.start < end;
            inside = parts.is_some_and(meets);
        }
        match first {
            _ if !inside => {}
            "Rss:" => resident = kib()?,
            "Shared_Dirty:" | "Private_Dirty:" => dirty += kib()?,
            // "Locked:" counts a part of a page that others map, too.
            "VmFlags:" if rest.split(' ').any(|flag| flag == "lo") => {
                locked += resident;
            }
            _ => {}
        }
    }
    Ok((dirty, locked))
}

#[cfg(target_os = "linux")]
fn page_size() -> io::Result<usize> {
    Ok(rustix::param::page_size())
}

#[cfg(not(target_os = "linux"))]
fn page_size() -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

/// How many of these pages are in memory.
#[cfg(target_os = "linux")]
fn cached(start: usize, pages: usize, page: usize) -> io::Result<usize> {
    let mut found = vec![0; pages];
    let start = std::ptr::without_provenance_mut(start);
    // SAFETY: mincore(2) writes a byte for each page into `found`, and nothing
    // else. If there is no map, it says so.
    match unsafe { libc::mincore(start, pages * page, found.as_mut_ptr()) } {
        0 => Ok(found.iter().filter(|byte| **byte & 1 == 1).count()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(not(target_os = "linux"))]
fn cached(_: usize, _: usize, _: usize) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::{MmapMut, UncheckedAdvice::DontNeed};
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::os::unix::fs::FileExt;
    let page = rustix::param::page_size();
    let file = File::from(memfd_create("watched", MemfdFlags::CLOEXEC)?);
    file.set_len(128 * page as u64)?;
    // SAFETY: nobody else has the file, and this process writes to it by
    // `write_at` where nothing of the map is borrowed.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    let loads = map.iter().step_by(page).take(8);
    println!("8 loads find {}", loads.max().ok_or("an empty map")?);
    let stores = map.iter_mut().skip(40 * page).step_by(page).take(4);
    stores.for_each(|byte| *byte = 1);
    for nth in 96..104 {
        file.write_at(b"not by the map", nth * page as u64)?;
    }
    let one = map.get_mut(120 * page..121 * page).ok_or("a short map")?;
    // SAFETY: these bytes are in the map.
    unsafe { rustix::mm::mlock(one.as_mut_ptr().cast(), one.len())? };
    print!("{}", watch(&map)?);
    // SAFETY: the map is shared, and a page that it gives up stays in memory.
    unsafe { map.unchecked_advise_range(DontNeed, 0, 44 * page)? };
    println!("After `DontNeed` for pages 0 to 43:");
    print!("{}", watch(&map)?);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}
