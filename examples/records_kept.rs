//! Keeps a map in a struct that is used as a slice of its records.

use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};
use std::{io, marker::PhantomData, ops::Deref};
use zerocopy::little_endian::{I16, U32};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

/// A file of records, which is used as a slice of them.
pub struct Records<T>(Mmap, PhantomData<T>);

impl<T: FromBytes + Immutable + KnownLayout + Unaligned> Records<T> {
    /// Maps a file of records. Fails if one of them is cut.
    ///
    /// # Safety
    ///
    /// Nobody may write to the file or shorten it while it is mapped.
    pub unsafe fn map(file: &File) -> io::Result<Self> {
        // SAFETY: the caller promises the same.
        let map = unsafe { Mmap::map(file)? };
        let whole = <[T]>::ref_from_bytes(&map).is_ok();
        let kept = whole.then_some(Records(map, PhantomData));
        kept.ok_or_else(|| io::Error::other("the last record is cut"))
    }
}

impl<T: FromBytes + Immutable + KnownLayout + Unaligned> Deref for Records<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // `map` has checked that this does not fail.
        <[T]>::ref_from_bytes(&self.0).unwrap_or_default()
    }
}

/// A station, and tenths of a degree Celsius.
#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Reading(U32, I16);

fn main() -> Result<(), Box<dyn Error>> {
    fs::write("readings.bin", b"\x07\0\0\0\xd7\0\x03\0\0\0\xd8\xff")?;
    let file = File::open("readings.bin")?;
    // SAFETY: the program made this file for itself. Others are trusted to
    // keep off.
    let readings: Records<Reading> = unsafe { Records::map(&file)? };
    for Reading(station, tenths) in readings.iter() {
        println!("station {station}: {tenths} tenths");
    }
    let coldest = readings.iter().min_by_key(|reading| reading.1);
    println!("coldest: {}", coldest.ok_or("no reading")?.1);
    drop(readings);
    Ok(fs::remove_file("readings.bin")?)
}
