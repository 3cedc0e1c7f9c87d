//! Reads the records of a file where they are, and changes one of them.

use memmap2::MmapMut;
use std::{error::Error, fs, fs::File, io::Write};
use zerocopy::little_endian::{I16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Reading {
    station: U32,
    tenths: I16, // of a degree Celsius
}

fn main() -> Result<(), Box<dyn Error>> {
    let reading = |station, tenths| Reading {
        station: U32::new(station),
        tenths: I16::new(tenths),
    };
    let readings = [reading(7, 215), reading(3, -40), reading(7, 198)];
    File::create_new("readings.bin")?.write_all(readings.as_bytes())?;

    let mut options = File::options();
    let file = options.read(true).write(true).open("readings.bin")?;
    // SAFETY: the program made this file for itself. Others are trusted to
    // keep off.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    let readings = <[Reading]>::mut_from_bytes(&mut map);
    let readings = readings.map_err(|_| "no whole number of records")?;
    let (count, size) = (readings.len(), size_of::<Reading>());
    println!("{count} records of {size} bytes");
    for Reading { station, tenths } in &*readings {
        println!("station {station}: {} tenths", tenths.get());
    }
    let record = readings.get_mut(1).ok_or("no record 1")?;
    record.tenths.set(-45);
    map.flush()?;
    let bytes = fs::read("readings.bin")?;
    let record = bytes.get(size..2 * size).ok_or("no record 1")?;
    println!("Record 1 is now {record:02x?} in the file");
    drop(map);
    Ok(fs::remove_file("readings.bin")?)
}
