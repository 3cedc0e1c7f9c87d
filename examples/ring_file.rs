//! Two processes own parts of one map in turn, and wait for each other.
#![allow(dead_code, reason = "a program may call a part of it")]

use memmap2::MmapRaw;
#[cfg(target_os = "linux")]
use rustix::thread::futex::{self, Flags, Timespec};
#[cfg(unix)]
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{fs::File, io, io::Seek, io::Write};

/// An end of a ring. Its count is at this byte of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It has filled so many bytes.
    Sender = 0,
    /// It has emptied so many bytes.
    Receiver = 64,
}

/// A file with two counts, which start again at 0 after 2^32 bytes, a size and
/// room. The receiver owns the bytes between the counts, the sender the others.
pub struct RingFile {
    map: MmapRaw,
    size: u32,
    mine: End,
    theirs: usize,
}

type Part = (*mut u8, usize);
const SIZE: usize = 32; // where the size is, and then the room
const ROOM: u64 = 128;
const TENTH: Duration = Duration::from_millis(100);

impl RingFile {
    /// Makes a ring of a file that is empty or is one already, with room for
    /// `size` bytes, a power of two.
    ///
    /// # Safety
    ///
    /// The file changes only through this type, through one `RingFile` for each
    /// end at a time, and nobody shortens it.
    pub unsafe fn open(file: &File, size: u32, mine: End) -> io::Result<Self> {
        if !size.is_power_of_two() || size > 1 << 30 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut end = file;
        file.lock()?;
        let len = ROOM + u64::from(size);
        let missing = len.saturating_sub(end.seek(io::SeekFrom::End(0))?);
        end.write_all(&vec![0; missing as usize])?; // so the disk has room
        file.unlock()?;
        let map = MmapRaw::map_raw(file)?;
        // A longer file is a ring only if it says so.
        let new = if map.len() as u64 == len { size } else { 0 };
        let ring = Self {
            map,
            size,
            mine,
            theirs: End::Receiver as usize - mine as usize, // 64 or 0
        };
        let (set, see) = (Ordering::AcqRel, Ordering::Acquire);
        match ring.word(SIZE).compare_exchange(0, new, set, see) {
            Ok(_) if new == size => Ok(ring),
            Err(other) if other == size => Ok(ring),
            _ => Err(Self::damaged()),
        }
    }

    /// Returns how many bytes this end owns, and the counts of both ends.
    fn owned(&self) -> io::Result<(u32, u32, u32)> {
        // What the other end did before it stored its count is visible now.
        let theirs = self.word(self.theirs).load(Ordering::Acquire);
        let mine = self.word(self.mine as usize).load(Ordering::Relaxed);
        let owned = match self.mine {
            End::Sender => self.size.wrapping_add(theirs).wrapping_sub(mine),
            End::Receiver => theirs.wrapping_sub(mine),
        };
        match owned <= self.size {
            true => Ok((owned, theirs, mine)),
            false => Err(Self::damaged()),
        }
    }

    /// Waits until this end owns so many bytes, and returns how many it owns.
    /// These are fewer if the time is over before.
    pub fn wait(&self, bytes: u32, time: Duration) -> io::Result<u32> {
        let start = Instant::now();
        loop {
            if bytes > self.size {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let (owned, _seen, _) = self.owned()?;
            let left = time.saturating_sub(start.elapsed());
            if owned >= bytes || left.is_zero() {
                return Ok(owned);
            }
            // No longer: a process may die before it wakes this one.
            #[cfg(target_os = "linux")]
            let _ = futex::wait(
                self.word(self.theirs),
                Flags::empty(),
                _seen,
                Timespec::try_from(left.min(TENTH)).ok().as_ref(),
            );
            #[cfg(not(target_os = "linux"))]
            std::thread::sleep(left.min(TENTH / 100));
        }
    }

    /// Gives the next bytes that this end owns to the other end.
    pub fn hand_over(&mut self, bytes: u32) -> io::Result<()> {
        let (owned, _, mine) = self.owned()?;
        if bytes > owned {
            return Err(Self::damaged());
        }
        let count = self.word(self.mine as usize);
        count.store(mine.wrapping_add(bytes), Ordering::Release);
        #[cfg(target_os = "linux")]
        let _ = futex::wake(count, Flags::empty(), 1);
        Ok(())
    }

    /// Returns the places of `len` bytes that this end owns, `skip` bytes after
    /// its count: a first part, and the rest at the start of the room.
    pub fn parts(&self, skip: u32, len: u32) -> io::Result<[Part; 2]> {
        let (owned, _, mine) = self.owned()?;
        if skip.checked_add(len).is_none_or(|end| end > owned) {
            return Err(Self::damaged());
        }
        let at = mine.wrapping_add(skip) & (self.size - 1);
        let first = len.min(self.size - at) as usize;
        let room = self.map.as_mut_ptr().wrapping_add(ROOM as usize);
        let start = room.wrapping_add(at as usize);
        Ok([(start, first), (room, len as usize - first)])
    }

    fn word(&self, at: usize) -> &AtomicU32 {
        // SAFETY: the size and both counts are in the map, and aligned. All
        // use them as atomics. The caller of `open` sees to the rest.
        unsafe { AtomicU32::from_ptr(self.map.as_mut_ptr().add(at).cast()) }
    }

    fn damaged() -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, "the ring is damaged")
    }
}

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    let file = tempfile::tempfile()?;
    let minute = Duration::from_secs(60);
    // SAFETY: nobody else has this file.
    let mut sender = unsafe { RingFile::open(&file, 8, End::Sender)? };
    // SAFETY: as for the sender.
    let mut receiver = unsafe { RingFile::open(&file, 8, End::Receiver)? };
    let sending = std::thread::spawn(move || {
        sender.hand_over(5)?;
        sender.wait(8, minute) // until the receiver has emptied all
    });
    println!("the receiver owns {} bytes", receiver.wait(5, minute)?);
    receiver.hand_over(5)?;
    let owned = sending.join().map_err(|_| "the sender failed")??;
    println!("the sender owns {owned} bytes");
    Ok(())
}
