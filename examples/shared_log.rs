//! Appends blocks to one log from several processes. On Unix alone.
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
    /// Its file. Change it within `locked` alone.
    pub blocks: BlockFile,
    /// How often a new file has come in place of the old one.
    pub generation: u64,
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
        if !fs::exists(&path)? {
            let folder = File::open(path.parent().unwrap_or(&path))?;
            folder.lock()?;
            if !fs::exists(&path)? {
                let empty = BlockFile::contents(b"");
                replace(&path, &empty, Rights::Mode(0o600))?;
            }
        }
        // SAFETY: the caller keeps others off, and `locked` keeps the processes
        // that have the log open from changing the file at the same time.
        let blocks = unsafe { BlockFile::open(&path)? };
        let mut log = Self {
            path,
            blocks,
            generation: 0,
        };
        log.locked(|log| {
            let len = BlockFile::START + log.blocks.end()?;
            let file = &log.blocks.file;
            if file.metadata()?.len() > len {
                file.set_len(len)?; // an append has not ended
                file.sync_all()?;
            }
            Ok(())
        })?;
        Ok(log)
    }

    /// Appends a block. If this fails, the log may have the block: giving the
    /// lock back can fail too.
    pub fn append(&mut self, block: &[u8]) -> io::Result<()> {
        self.locked(|log| log.blocks.append(block))
    }

    /// Waits until the disk has all that was appended before.
    pub fn flush(&mut self) -> io::Result<()> {
        self.locked(|log| log.blocks.flush())
    }

    /// Returns the blocks of the log, for `BlockFile::decode`.
    pub fn blocks(&mut self) -> io::Result<&[u8]> {
        self.follow()?;
        self.blocks.blocks(self.blocks.end()?)
    }

    /// Returns how many bytes at the start are whole blocks.
    pub fn whole(blocks: &[u8]) -> usize {
        let mut end = 0;
        while let Ok((_, next)) = BlockFile::decode(blocks, end) {
            end = next;
        }
        end
    }

    /// Puts a new file with other blocks in place of the old one. Call it
    /// within `locked`, and nothing behind it. If the new file cannot keep the
    /// rights of the old one, other users cannot open it.
    pub fn replace(&self, blocks: &[u8]) -> io::Result<()> {
        let contents = BlockFile::contents(blocks);
        replace(&self.path, &contents, Rights::KeepOr(0o600)).map(drop)
    }

    /// Goes to the new file if there is one. Returns whether there is.
    pub fn follow(&mut self) -> io::Result<bool> {
        let named = fs::metadata(&self.path)?;
        let mine = self.blocks.file.metadata()?;
        let is_new = (named.dev(), named.ino()) != (mine.dev(), mine.ino());
        if is_new {
            // SAFETY: as for the file before, which `open` has opened.
            self.blocks = unsafe { BlockFile::open(&self.path)? };
            self.generation += 1;
        }
        Ok(is_new)
    }

    /// Acts while no other process has the lock.
    pub fn locked<T, F>(&mut self, act: F) -> io::Result<T>
    where
        F: FnOnce(&mut Self) -> io::Result<T>,
    {
        let done = self.lock().and_then(|()| act(self));
        self.blocks.file.unlock().and(done)
    }

    fn lock(&mut self) -> io::Result<()> {
        self.blocks.file.lock()?;
        if self.follow()? {
            return self.lock(); // that of the new file
        }
        if !self.blocks.is_in_doubt()? {
            return Ok(());
        }
        // After a flush that failed the disk may lack what memory has, so all
        // blocks are stored again, in a new file.
        let blocks = self.blocks()?.to_vec();
        let end = Self::whole(&blocks);
        if end < blocks.len() {
            return Err(BlockFile::damaged(end));
        }
        self.replace(&blocks)?;
        self.lock()
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
    let (blocks, mut at, mut count) = (log.blocks()?, 0, 0);
    while at < blocks.len() {
        (_, at) = BlockFile::decode(blocks, at)?;
        count += 1;
    }
    println!("{count} blocks of three processes");
    Ok(())
}
