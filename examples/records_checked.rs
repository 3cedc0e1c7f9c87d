//! Checks a file of records before it uses one: what is wrong is an error.

use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};
use zerocopy::little_endian::{I16, U32};
use zerocopy::{ConvertError, Immutable, KnownLayout};
use zerocopy::{FromBytes, TryFromBytes, Unaligned};

/// Whether it was taken in water; tenths of a degree Celsius.
#[derive(TryFromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct Reading(bool, I16);

/// The records of a file that starts with their number.
pub fn readings(bytes: &[u8]) -> Result<&[Reading], &'static str> {
    let (count, rest) = U32::ref_from_prefix(bytes).map_err(|_| "no header")?;
    let count = usize::try_from(count.get()).map_err(|_| "too many")?;
    let readings = <[Reading]>::try_ref_from_bytes_with_elems(rest, count);
    readings.map_err(|error| match error {
        ConvertError::Alignment(_) => "not aligned",
        ConvertError::Size(_) => "another length than its header says",
        ConvertError::Validity(_) => "a bool that is neither 0 nor 1",
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let cases: [&[u8]; 5] = [
        b"\x02\0\0\0\x00\xd7\x00\x01\xd8\xff", // a count of 2, two records
        b"\x02\0",
        b"\x02\0\0\0\x00\xd7\x00\x01\xd8",
        b"\xff\xff\xff\xff\x00\xd7\x00\x01\xd8\xff",
        b"\x02\0\0\0\x00\xd7\x00\x02\xd8\xff",
    ];
    for case in cases {
        fs::write("readings.bin", case)?;
        let file = File::open("readings.bin")?;
        // SAFETY: the program made this file for itself, and writes the next
        // when this map is gone. Others are trusted to keep off.
        let map = unsafe { Mmap::map(&file)? };
        println!("{:?}", readings(&map).map(<[_]>::len));
    }
    fs::remove_file("readings.bin")?;
    Ok(())
}
