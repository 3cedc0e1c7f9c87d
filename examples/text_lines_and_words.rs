//! Takes lines and words from a file that is not all UTF-8.

use bstr::ByteSlice;
use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let text = b"Un caf\xc3\xa9, deux caf\xc3\xa9s\r\nle caf\xe9 noir\n\nfin";
    File::create_new("menu.txt")?.write_all(text)?;
    let file = File::open("menu.txt")?;
    // SAFETY: the program made this file for itself. Others are trusted to
    // keep off.
    let map = unsafe { Mmap::map(&file)? };
    for line in map.lines() {
        let words: Vec<&str> = line.words().collect();
        println!("{:?} has the words {words:?}", line.to_str_lossy());
        if let Err(error) = line.to_str() {
            println!("  not UTF-8 from byte {} on", error.valid_up_to());
        }
    }
    drop(map);
    fs::remove_file("menu.txt")?;
    Ok(())
}
