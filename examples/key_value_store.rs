//! Keeps keys and values through `kill -9`. Needs Unix.
#![allow(dead_code, reason = "a program may call a part of it")]

#[cfg(unix)]
use {
    shared_log::{BlockFile, Log, Rights, replace},
    std::{collections::BTreeMap, error::Error, fs, io, path::Path},
};

#[path = "shared_log.rs"]
mod shared_log;

/// A log with a block for each change. Each process and thread opens its own.
#[cfg(unix)]
pub struct Store {
    log: Log,
    index: Index,
}

#[cfg(unix)]
impl Store {
    /// Opens a store, or makes an empty one. Fails if it is damaged.
    ///
    /// # Safety
    ///
    /// While the store is open, its file changes only through this type: nobody
    /// else writes to it, shortens it or gives its name to another file.
    pub unsafe fn open(path: &Path) -> io::Result<Self> {
        // SAFETY: the caller promises it.
        let mut log = unsafe { Log::open(path)? };
        let mut index = Index::default();
        let (blocks, generation) = log.blocks()?;
        index.catch_up(blocks, generation)?;
        Ok(Self { log, index })
    }

    /// Returns the value of a key.
    pub fn get(&mut self, key: &[u8]) -> io::Result<Option<&[u8]>> {
        let (blocks, generation) = self.log.blocks()?;
        self.index.catch_up(blocks, generation)?;
        let Some(&at) = self.index.places.get(key) else {
            return Ok(None);
        };
        let (block, _) = BlockFile::decode(blocks, at)?;
        Ok(change(block).and_then(|(_, value)| value))
    }

    /// Sets the value of a key. If this fails, it may have the old value.
    pub fn put(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.append(1, key, value)
    }

    /// Deletes a key. If this fails, the key may be there still.
    pub fn delete(&mut self, key: &[u8]) -> io::Result<()> {
        self.append(0, key, b"")
    }

    fn append(&mut self, kind: u8, key: &[u8], value: &[u8]) -> io::Result<()> {
        let len = u32::try_from(key.len()).map_err(io::Error::other)?;
        let block = [&[kind], &len.to_le_bytes()[..], key, value].concat();
        self.log.append(&block)
    }

    /// Waits until the disk has all changes so far, of all processes.
    pub fn flush(&mut self) -> io::Result<()> {
        self.log.flush()
    }

    /// Makes the file as short as the values that the store has now.
    pub fn compact(&mut self) -> io::Result<()> {
        self.log.rewrite(|(blocks, generation)| {
            self.index.catch_up(blocks, generation)?;
            let mut kept = Vec::new();
            for &at in self.index.places.values() {
                let (_, next) = BlockFile::decode(blocks, at)?;
                kept.extend(blocks.get(at..next).unwrap_or_default());
            }
            Ok(kept)
        })
    }

    /// Repairs a store: keeps the changes before the damage, and returns how
    /// many bytes it drops. The damaged file stays, under a new name.
    ///
    /// # Safety
    ///
    /// Nobody has the store open.
    pub unsafe fn recover(path: &Path, damaged: &Path) -> io::Result<u64> {
        let path = fs::canonicalize(path)?; // not a link, but its file
        // SAFETY: the caller promises it.
        let file = unsafe { BlockFile::open(&path)? };
        let bytes = fs::read(&path)?;
        let blocks = bytes.get(BlockFile::START as usize..).unwrap_or_default();
        let end = file.end().unwrap_or(blocks.len() as u64);
        let there = end.min(blocks.len() as u64) as usize;
        let blocks = blocks.get(..there).unwrap_or_default();
        let whole = Log::whole(blocks);
        let kept = BlockFile::contents(blocks.get(..whole).unwrap_or_default());
        fs::hard_link(&path, damaged)?;
        replace(&path, &kept, Rights::KeepOr(0o600))?;
        Ok(end - whole as u64)
    }
}

/// Where in the log each key has its value.
#[cfg(unix)]
#[derive(Default)]
struct Index {
    places: BTreeMap<Vec<u8>, usize>,
    /// How far which file of the log has been read.
    end: usize,
    generation: u64,
}

#[cfg(unix)]
impl Index {
    /// Reads the blocks that are new.
    fn catch_up(&mut self, blocks: &[u8], generation: u64) -> io::Result<()> {
        if self.generation != generation {
            (self.end, self.generation) = (0, generation);
            self.places.clear();
        }
        if blocks.len() < self.end {
            return Err(BlockFile::damaged(blocks.len()));
        }
        let places = &mut self.places;
        while self.end < blocks.len() {
            let (block, next) = BlockFile::decode(blocks, self.end)?;
            match change(block) {
                Some((key, Some(_))) => places.insert(key.to_vec(), self.end),
                Some((key, None)) => places.remove(key),
                None => return Err(BlockFile::damaged(self.end)),
            };
            self.end = next;
        }
        Ok(())
    }
}

/// Returns the key of a change, and its value if it has one.
#[cfg(unix)]
fn change(block: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let (kind, rest) = block.split_first()?;
    let (len, rest) = rest.split_first_chunk()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let (key, value) = rest.split_at_checked(len)?;
    (*kind < 2).then_some((key, (*kind == 1).then_some(value)))
}

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("store");
    // SAFETY: nobody else knows this folder.
    let mut store = unsafe { Store::open(&path)? };
    store.put(b"Ann", b"100")?;
    store.put(b"Ann", b"70")?;
    store.put(b"Ben", b"30")?;
    store.delete(b"Ben")?;
    store.flush()?;
    let len = fs::metadata(&path)?.len();
    store.compact()?;
    println!("{len} bytes, and then {}", fs::metadata(&path)?.len());
    // SAFETY: as for the first one.
    let mut other = unsafe { Store::open(&path)? };
    other.put(b"Ben", b"20")?;
    for key in ["Ann", "Ben", "Eve"] {
        let value = store.get(key.as_bytes())?.map(<[u8]>::escape_ascii);
        println!(
            "{key}: {}",
            value.map_or("no value".into(), |value| value.to_string())
        );
    }
    Ok(())
}
