//! Finds words from both ends and within a range, and moves one.

use mapped_file::{Access, MappedFile};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = MappedFile::options();
    options.access(Access::Copy);
    // SAFETY: nobody may write to or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts whoever else can open the file.
    let mut map = unsafe { options.open("lorem.txt")? };

    println!("first \"egestas\": {:?}", map.find(b"egestas"));
    println!("last \"egestas\" : {:?}", map.rfind(b"egestas"));
    println!("in 100..500    : {:?}", map.find_in(100..500, b"egestas"));
    println!("\"Rust\"         : {:?}", map.find(b"Rust"));

    let from = map.find(b"dolor").ok_or("no dolor")?;
    map.move_within(from..from + 5, 0)?;
    let start = map.get(..21).ok_or("fewer than 21 bytes")?;
    println!("after the move : {}", start.escape_ascii());
    Ok(())
}
