//! Finds a word from both ends and in a range, and copies one to the start.

use mapped_file::{Access, MappedFile};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = MappedFile::options();
    options.access(Access::Copy);
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
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
