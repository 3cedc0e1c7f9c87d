//! Returns a slice of a map that is dropped at the end of the function.

use memmap2::Mmap;
use std::fs::File;
use std::io;

fn first_word() -> io::Result<&'static [u8]> {
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let map = unsafe { Mmap::map(&File::open("lorem.txt")?)? };
    Ok(&map[..5])
}

fn main() {}
