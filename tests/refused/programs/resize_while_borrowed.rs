//! Resizes a map while some of its bytes are borrowed.

use mapped_file::MappedFile;
use std::io;

fn grow(map: &mut MappedFile) -> io::Result<()> {
    let word = &map[..5];
    map.resize(10_000)?;
    println!("{}", word.escape_ascii());
    Ok(())
}

fn main() {}
