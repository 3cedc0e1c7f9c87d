//! Stores into a map for reading.

use memmap2::Mmap;

fn capitalize(map: &mut Mmap) {
    map[0] = b'L';
}

fn main() {}
