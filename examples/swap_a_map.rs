//! Swaps the table of a service for a new one while readers look words up.
#![allow(dead_code, reason = "a program may call a part of it")]

use memmap2::Mmap;
#[cfg(unix)]
use std::error::Error;
use std::fs::File;
use std::io;
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// A row: a word, filled up with zeros, and its number.
#[derive(Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Row {
    word: [u8; 16],
    number: U32,
}

impl Row {
    /// A row, if the word is not longer than 16 bytes and does not end with a
    /// zero: "one" and "one\0" would be the same row.
    pub fn new(word: &[u8], number: u32) -> Option<Row> {
        let (mut key, number) = ([0; 16], number.into());
        key.get_mut(..word.len())?.copy_from_slice(word);
        (word.last() != Some(&0)).then_some(Row { word: key, number })
    }
}

fn invalid(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// A map, and the knowledge that it is a sorted table.
#[derive(Debug)]
pub struct Table(Mmap);

impl Table {
    /// Maps a file and checks all of it.
    ///
    /// # Errors
    ///
    /// If the file cannot be mapped, or is not a sorted table.
    ///
    /// # Safety
    ///
    /// As long as the table lives, nobody may change or shorten the file. To
    /// replace it as a whole is no such change.
    pub unsafe fn open(file: &File) -> io::Result<Self> {
        // SAFETY: the caller promises it.
        let table = Table(unsafe { Mmap::map(file)? });
        let rows = <[Row]>::ref_from_bytes(&table.0);
        let rows = rows.ok().filter(|rows| !rows.is_empty());
        let rows = rows.ok_or_else(|| invalid("the table is cut off".into()))?;
        let mut pairs = rows.iter().zip(rows.iter().skip(1));
        match pairs.position(|(row, next)| row.word >= next.word) {
            Some(row) => Err(invalid(format!("row {} is not sorted", row + 1))),
            None => Ok(table),
        }
    }

    /// The number of a word.
    pub fn find(&self, word: &[u8]) -> Option<u32> {
        let rows = <[Row]>::ref_from_bytes(&self.0).ok()?;
        let key = Row::new(word, 0)?.word;
        let row = rows.binary_search_by_key(&key, |row| row.word).ok()?;
        Some(rows.get(row)?.number.get())
    }
}

/// The table that a service uses, and the name of its file.
#[derive(Debug)]
pub struct Service {
    path: PathBuf,
    table: RwLock<Arc<Table>>,
    /// The file of the table, for one thread that refreshes.
    file: Mutex<File>,
}

impl Service {
    /// Opens the first table.
    ///
    /// # Errors
    ///
    /// As for [`Table::open`].
    ///
    /// # Safety
    ///
    /// As long as the service or one of its tables lives, nobody may change or
    /// shorten a file of this name. New tables are new files.
    pub unsafe fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the caller promises it.
        let table = RwLock::new(Arc::new(unsafe { Table::open(&file)? }));
        let (path, file) = (path.into(), Mutex::new(file));
        Ok(Service { path, table, file })
    }

    /// The table of now, for as many lookups as belong together. It stays as it
    /// is for as long as you hold it.
    pub fn table(&self) -> Arc<Table> {
        let table = self.table.read();
        table.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the new table, if another file has the name. Returns whether so.
    ///
    /// # Errors
    ///
    /// If the file is missing or is not a table: the old table stays in use.
    pub fn refresh(&self) -> io::Result<bool> {
        let mut old = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let new = File::open(&self.path)?;
        if is_same(&old, &new)? {
            return Ok(false);
        }
        // SAFETY: whoever opened the service has promised it.
        let checked = Arc::new(unsafe { Table::open(&new)? });
        *old = new;
        let table = self.table.write();
        let mut table = table.unwrap_or_else(PoisonError::into_inner);
        let last = std::mem::replace(&mut *table, checked);
        drop(table); // readers go on before the old map is taken away
        drop(last);
        Ok(true)
    }
}

/// Whether two open files are one.
fn is_same(a: &File, b: &File) -> io::Result<bool> {
    let (a, b) = (a.metadata()?, b.metadata()?);
    #[cfg(unix)]
    return Ok(a.dev() == b.dev() && a.ino() == b.ino());
    #[cfg(not(unix))]
    Ok(a.modified()? == b.modified()? && a.len() == b.len())
}

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

#[cfg(unix)]
#[path = "replace_whole.rs"]
mod replace_whole;

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    use replace_whole::{Rights, replace};
    let path = Path::new("words.table");
    let publish = |rows: &[(&[u8], u32)]| -> Result<(), Box<dyn Error>> {
        let rows = rows.iter().map(|row| Row::new(row.0, row.1));
        let rows: Option<Vec<Row>> = rows.collect();
        let table = rows.ok_or("not a word of a table")?;
        replace(path, table.as_bytes(), Rights::Mode(0o644))?;
        Ok(())
    };
    publish(&[(b"one", 1), (b"two", 2)])?;
    // SAFETY: this program only replaces the file. Others are trusted to do the
    // same.
    let service = unsafe { Service::open(path)? };
    let held = service.table();
    println!("two: {:?}", service.table().find(b"two"));
    publish(&[(b"one", 10), (b"two", 20)])?;
    println!("new: {}", service.refresh()?);
    let now = service.table().find(b"two");
    println!("two: {now:?}, held: {:?}", held.find(b"two"));
    publish(&[(b"two", 2), (b"one", 1)])?;
    for _ in 0..2 {
        match service.refresh() {
            Err(error) => println!("refused: {error}"),
            Ok(_) => return Err("a bad table was taken".into()),
        }
        println!("two: {:?}", service.table().find(b"two"));
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}
