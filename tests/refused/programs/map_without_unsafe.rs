//! Maps a file without `unsafe`.

use memmap2::Mmap;
use std::fs::File;
use std::io;

fn map(file: &File) -> io::Result<Mmap> {
    Mmap::map(file)
}

fn main() {}
