//! Tells a record that is whole from one that is there in part.

use memmap2::MmapMut;
use std::{error::Error, fs, io::Write};

/// CRC-32, as zlib has it.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, &byte| {
        let shift = |sum, _| (sum >> 1) ^ ((sum & 1) * 0xedb8_8320);
        (0..8).fold(sum ^ u32::from(byte), shift)
    })
}

/// The text after a checksum and a length, if all three belong together.
pub fn text(record: &[u8]) -> Option<&[u8]> {
    let (sum, rest) = record.split_first_chunk()?;
    let (len, text) = rest.split_first_chunk()?;
    let text = text.get(..u32::from_le_bytes(*len).try_into().ok()?)?;
    let found = crc32(rest.get(..4 + text.len())?);
    (found == u32::from_le_bytes(*sum)).then_some(text)
}

fn main() -> Result<(), Box<dyn Error>> {
    let record = [&14_u32.to_le_bytes(), &b"Ann 70, Ben 30"[..]].concat();
    let sum = crc32(&record).to_le_bytes();
    let mut file = fs::File::create_new("record.bin")?;
    file.write_all(&[&sum, &record[..]].concat())?;
    // SAFETY: the file is new. Others are trusted to leave it to this program.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    let say = |what, record: &[u8]| match text(record) {
        Some(text) => println!("{what}: {}", text.escape_ascii()),
        None => println!("{what}: not whole"),
    };
    say("as it was", &map);
    say("cut short", map.get(..20).ok_or("no record")?);
    say("all zeros", &[0; 22]);
    *map.get_mut(12).ok_or("no record")? ^= 1;
    say("one bit", &map);
    map.get_mut(4..8).ok_or("no record")?.fill(0xff);
    say("its length", &map);
    drop(map);
    fs::remove_file("record.bin")?;
    Ok(())
}
