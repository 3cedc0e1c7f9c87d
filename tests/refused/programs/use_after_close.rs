//! Reads from a map after closing it.

use memmap2::Mmap;

fn close_and_read(map: Mmap) -> u8 {
    drop(map);
    map[0]
}

fn main() {}
