//! Reads from a map that was closed.

use memmap2::Mmap;

fn close_and_read(map: Mmap) -> u8 {
    drop(map);
    map[0]
}

fn main() {}
