//! A file of blocks that only grows, for one process. Needs Unix.
#![allow(dead_code, reason = "a program may call a part of it")]

#[cfg(unix)]
use {
    memmap2::{MmapOptions, MmapRaw},
    std::os::unix::fs::FileExt,
    std::sync::atomic::{AtomicU64, Ordering},
    std::{error::Error, fs::File, io, path::Path, slice},
};

/// A file: 8 bytes as a name, the end of the last block, and the blocks.
#[cfg(unix)]
pub struct BlockFile {
    /// To lock it, or to ask for its metadata.
    pub file: File,
    map: MmapRaw,
}

#[cfg(unix)]
impl BlockFile {
    const NAME: [u8; 8] = *b"blocks_1";
    pub(crate) const START: u64 = 16; // where the first block starts
    const FLUSHING: u64 = 1 << 47; // a flag: a flush has not succeeded yet

    /// Returns the contents of a file that has these blocks.
    pub fn contents(blocks: &[u8]) -> Vec<u8> {
        let end = Self::pack(blocks.len() as u64).to_ne_bytes();
        [&Self::NAME, &end, blocks].concat()
    }

    /// Opens a file that was made from `contents`.
    ///
    /// # Safety
    ///
    /// While it is open, its file changes only through this type, and through
    /// one `BlockFile` at a time. Nobody cuts off a block.
    pub unsafe fn open(path: &Path) -> io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        let (map, mut name) = (MmapRaw::map_raw(&file)?, [0; 8]);
        let read = file.read_exact_at(&mut name, 0);
        let text = "not a file of blocks";
        match read.is_ok() && name == Self::NAME && map.len() >= 16 {
            true => Ok(Self { file, map }),
            false => Err(io::Error::new(io::ErrorKind::InvalidData, text)),
        }
    }

    /// Appends a block. If this fails, the file has the blocks that it had.
    pub fn append(&mut self, block: &[u8]) -> io::Result<()> {
        let (end, new) = (self.blocks()?.len() as u64, Self::encode(block)?);
        let new_end = end + new.len() as u64;
        if new_end >= Self::FLUSHING {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.file.write_all_at(&new, Self::START + end)?;
        self.set_end(new_end);
        Ok(())
    }

    /// Waits until the disk has all blocks.
    pub fn flush(&mut self) -> io::Result<()> {
        let end = self.blocks()?.len() as u64;
        self.set_end(end | Self::FLUSHING);
        #[cfg(not(target_os = "linux"))]
        self.map.flush_range(0, 16)?;
        self.file.sync_data()?;
        self.set_end(end);
        Ok(())
    }

    /// Whether a flush has failed, or a process has died in it.
    pub fn is_in_doubt(&self) -> io::Result<bool> {
        Ok(self.state()? >= Self::FLUSHING)
    }

    /// Returns how long all blocks are, even if the file was cut.
    pub fn end(&self) -> io::Result<u64> {
        Ok(self.state()? & (Self::FLUSHING - 1))
    }

    /// Returns the blocks. The file may have more bytes after them.
    pub fn blocks(&mut self) -> io::Result<&[u8]> {
        let (end, len) = (self.end()?, self.file.metadata()?.len());
        let there = len.saturating_sub(Self::START);
        if there < end {
            return Err(Self::damaged(there as usize));
        }
        let end = usize::try_from(end).map_err(io::Error::other)?;
        if self.map.len().saturating_sub(16) < end {
            let room = end.saturating_mul(2).max(1 << 16); // few maps are made
            self.map = MmapOptions::new().len(room).map_raw(&self.file)?;
        }
        let start = self.map.as_ptr().wrapping_add(16);
        // SAFETY: file and map are that long. Nobody changes a block that is
        // there. The caller of `open` sees to the rest.
        Ok(unsafe { slice::from_raw_parts(start, end) })
    }

    fn word(&self) -> &AtomicU64 {
        // SAFETY: the map has 16 bytes and begins with a page. Each process
        // uses these as an atomic. The caller of `open` sees to the rest.
        unsafe { AtomicU64::from_ptr(self.map.as_mut_ptr().add(8).cast()) }
    }

    fn state(&self) -> io::Result<u64> {
        let word = self.word().load(Ordering::Acquire);
        let state = u64::from_le(word) >> 16;
        let is_whole = Self::pack(state) == word;
        is_whole.then_some(state).ok_or_else(|| Self::damaged(0))
    }

    fn set_end(&self, state: u64) {
        self.word().store(Self::pack(state), Ordering::Release);
    }

    /// A number of 48 bits, and 16 bits of its checksum.
    fn pack(number: u64) -> u64 {
        let sum = crc32fast::hash(&number.to_le_bytes());
        (number << 16 | u64::from(sum & 0xffff)).to_le()
    }

    fn encode(block: &[u8]) -> io::Result<Vec<u8>> {
        let len = u32::try_from(block.len()).map_err(io::Error::other)?;
        let rest = [&len.to_le_bytes(), block].concat();
        Ok([&crc32fast::hash(&rest).to_le_bytes(), &rest[..]].concat())
    }

    /// Returns the block at a place, and the place of the next. The first
    /// place is 0. Fails if there is no whole block.
    pub fn decode(blocks: &[u8], at: usize) -> io::Result<(&[u8], usize)> {
        let whole = || {
            let (sum, rest) = blocks.get(at..)?.split_first_chunk()?;
            let (len, _) = rest.split_first_chunk()?;
            let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
            let rest = rest.get(..len.checked_add(4)?)?;
            let is_whole = crc32fast::hash(rest) == u32::from_le_bytes(*sum);
            is_whole.then_some((rest.get(4..)?, at + 4 + rest.len()))
        };
        whole().ok_or_else(|| Self::damaged(at))
    }

    /// The error for a block that is not whole.
    pub fn damaged(at: usize) -> io::Error {
        let text = format!("the blocks are damaged at byte {at}");
        io::Error::new(io::ErrorKind::InvalidData, text)
    }
}

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    let path = tempfile::NamedTempFile::new()?.into_temp_path();
    std::fs::write(&path, BlockFile::contents(b""))?;
    // SAFETY: nobody else knows this file.
    let mut file = unsafe { BlockFile::open(&path)? };
    file.append(b"Lorem")?;
    file.append(b"ipsum")?;
    file.flush()?;
    let (blocks, mut at) = (file.blocks()?, 0);
    while at < blocks.len() {
        let (block, next) = BlockFile::decode(blocks, at)?;
        println!("{} at byte {at}", block.escape_ascii());
        at = next;
    }
    let damaged: Vec<u8> = blocks.iter().map(|byte| byte | 1).collect();
    let error = BlockFile::decode(&damaged, 0).err();
    println!("{}", error.ok_or("the damage is not seen")?);
    Ok(())
}
