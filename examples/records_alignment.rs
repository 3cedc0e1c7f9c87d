//! Looks at four bytes of a map as a number, in place and in both orders.

use memmap2::MmapOptions;
use std::error::Error;
use std::fs::File;
use zerocopy::{ConvertError, FromBytes, big_endian, little_endian};

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    if file.metadata()?.len() < 68 + 4 {
        return Err("lorem.txt ends before byte 72".into());
    }
    for offset in 64..=68 {
        let mut options = MmapOptions::new();
        // SAFETY: the file has these bytes. Nobody may write to or shorten it
        // while it is mapped: this trusts whoever else can open the file.
        let map = unsafe { options.offset(offset).len(4).map(&file)? };
        let in_place = match u32::ref_from_bytes(&map) {
            Ok(_) => "a u32",
            Err(ConvertError::Alignment(_)) => "not aligned for a u32",
            Err(ConvertError::Size(_)) => "not as long as a u32",
        };
        println!("offset {offset}: {:?} is {in_place}", str::from_utf8(&map)?);
    }

    // SAFETY: as for the maps above.
    let map = unsafe { MmapOptions::new().offset(65).len(4).map(&file)? };
    let little = little_endian::U32::ref_from_bytes(&map);
    let big = big_endian::U32::ref_from_bytes(&map);
    println!("little-endian: {:x}", little.map_err(|_| "no U32")?.get());
    println!("big-endian   : {:x}", big.map_err(|_| "no U32")?.get());
    Ok(())
}
