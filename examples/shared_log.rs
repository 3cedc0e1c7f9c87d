//! Appends blocks to one log from several processes. Needs Unix.
#![allow(dead_code, reason = "a program may call a part of it")]

#[cfg(unix)]
pub use {
    block_file::BlockFile,
    replace_whole::{Rights, replace},
};
#[cfg(unix)]
use {
    std::os::unix::fs::MetadataExt,
    std::{env, error::Error, fs, fs::File, io, path, path::Path, process},
};

#[path = "block_file.rs"]
mod block_file;
#[path = "replace_whole.rs"]
mod replace_whole;

/// A log in a file. Each process opens it for itself, and so does each thread.
#[cfg(unix)]
pub struct Log {
    path: path::PathBuf,
    blocks: BlockFile, // which changes within `locked` only
    generation: u64,
}

#[cfg(unix)]
impl Log {
    /// Opens a log, or makes an empty one.
    ///
    /// # Safety
    ///
    /// While the log is open, its file changes only through this type: nobody
    /// else writes to it, shortens it or gives its name to another file.
    pub unsafe fn open(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).or_else(|_| path::absolute(path))?;
        let folder = File::open(path.parent().unwrap_or(&path))?;
        folder.lock()?;
        if !fs::exists(&path)? {
            let empty = BlockFile::contents(b"");
            replace(&path, &empty, Rights::Mode(0o600))?;
        }
        folder.unlock()?;
        // SAFETY: the caller keeps others off, and `locked` keeps the processes
        // that have the log open from changing the file at the same time.
        let blocks = unsafe { BlockFile::open(&path)? };
        folder.sync_all()?; // the process that made it may not have done so
        let mut log = Self {
            path,
            blocks,
            generation: 0,
        };
        log.locked(|log| {
            let len = BlockFile::START + log.blocks.blocks()?.len() as u64;
            if log.blocks.file.metadata()?.len() > len {
                log.blocks.file.set_len(len)?; // an append has not ended
                log.blocks.file.sync_all()?;
            }
            Ok(())
        })?;
        Ok(log)
    }

    /// Appends a block. If this fails, the log may have the block or not.
    pub fn append(&mut self, block: &[u8]) -> io::Result<()> {
        self.locked(|log| log.blocks.append(block))
    }

    /// Waits until the disk has all that was appended before.
    pub fn flush(&mut self) -> io::Result<()> {
        self.locked(|log| log.blocks.flush())
    }

    /// Returns the blocks, and how often a new file has replaced the old one.
    pub fn blocks(&mut self) -> io::Result<(&[u8], u64)> {
        self.follow()?;
        Ok((self.blocks.blocks()?, self.generation))
    }

    /// Returns how many bytes at the start are whole blocks.
    pub fn whole(blocks: &[u8]) -> usize {
        let mut end = 0;
        while let Ok((_, next)) = BlockFile::decode(blocks, end) {
            end = next;
        }
        end
    }

    /// Replaces the file by one with the blocks that `new` makes of the old.
    pub fn rewrite<F>(&mut self, new: F) -> io::Result<()>
    where
        F: FnOnce((&[u8], u64)) -> io::Result<Vec<u8>>,
    {
        self.locked(|log| {
            let new = log.blocks().and_then(new)?;
            log.replace(&new)
        })
    }

    fn replace(&self, blocks: &[u8]) -> io::Result<()> {
        let contents = BlockFile::contents(blocks);
        replace(&self.path, &contents, Rights::KeepOr(0o600)).map(drop)
    }

    /// Goes to the new file if there is one. Returns whether there is.
    fn follow(&mut self) -> io::Result<bool> {
        let id = |file: fs::Metadata| (file.dev(), file.ino());
        let old = id(self.blocks.file.metadata()?);
        let is_new = id(fs::metadata(&self.path)?) != old;
        if is_new {
            // SAFETY: as for the file before, which `open` has opened.
            let blocks = unsafe { BlockFile::open(&self.path)? };
            // The process that made it may have died before it synced the name.
            File::open(self.path.parent().unwrap_or(&self.path))?.sync_all()?;
            self.blocks = blocks;
            self.generation += 1;
        }
        Ok(is_new)
    }

    /// Acts while no other process has the lock.
    fn locked<T, F>(&mut self, act: F) -> io::Result<T>
    where
        F: FnOnce(&mut Self) -> io::Result<T>,
    {
        let done = self.lock().and_then(|()| act(self));
        self.blocks.file.unlock().and(done)
    }

    fn lock(&mut self) -> io::Result<()> {
        self.blocks.file.lock()?;
        if !self.follow()? {
            if !self.blocks.is_in_doubt()? {
                return Ok(());
            }
            // After a flush that failed the disk may lack what memory has, so
            // all blocks are stored again, in a new file.
            let blocks = self.blocks.blocks()?.to_vec();
            match Self::whole(&blocks) {
                end if end < blocks.len() => Err(BlockFile::damaged(end)),
                _ => self.replace(&blocks),
            }?;
        }
        self.lock() // of the new file
    }
}

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    if let Some(path) = env::args_os().nth(1) {
        // SAFETY: only this program knows the folder.
        let mut log = unsafe { Log::open(path.as_ref())? };
        for number in 0..1_000 {
            log.append(format!("{number} of {}", process::id()).as_bytes())?;
        }
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log");
    let start = |_| {
        let mut child = process::Command::new(env::current_exe()?);
        child.arg(&path).spawn()
    };
    let children = (0..3).map(start).collect::<io::Result<Vec<_>>>()?;
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a child failed".into());
        }
    }
    // SAFETY: as for the child.
    let mut log = unsafe { Log::open(&path)? };
    log.flush()?;
    let ((blocks, _), mut at, mut count) = (log.blocks()?, 0, 0);
    while at < blocks.len() {
        (_, at) = BlockFile::decode(blocks, at)?;
        count += 1;
    }
    println!("{count} blocks of three processes");
    Ok(())
}
