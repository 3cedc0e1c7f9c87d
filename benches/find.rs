//! What `MappedFile::find` costs over a search in the slice of a plain map: nothing.
//!
//! ```text
//! cargo bench --bench find
//! ```
//!
//! The medians are to be within 2 % of each other. Other work on the machine moves them more
//! than that: on a busy one, repeat it.

use divan::Bencher;
use mapped_file::MappedFile;
use memchr::memmem;
use memmap2::Mmap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::OnceLock;

const LEN: usize = 64 << 20;
const NEEDLE: &[u8] = b"finis operis";

/// A file of Lorem ipsum that ends in the needle.
static PATH: OnceLock<PathBuf> = OnceLock::new();

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.txt");
    let lorem = include_bytes!("../lorem.txt");
    let mut text: Vec<u8> = lorem.iter().copied().cycle().take(LEN).collect();
    text[LEN - NEEDLE.len()..].copy_from_slice(NEEDLE);
    fs::write(&path, text).unwrap();
    PATH.set(path).unwrap();
    divan::main();
}

#[divan::bench(sample_count = 500, sample_size = 1)]
fn mapped_file(bencher: Bencher) {
    // SAFETY: no other program is told of the file, and this one only reads it.
    let map = unsafe { MappedFile::options().open(PATH.get().unwrap()) }.unwrap();
    // The search before the measurement touches every page of the map.
    assert_eq!(map.find(NEEDLE), Some(LEN - NEEDLE.len()));
    bencher.bench_local(|| map.find(divan::black_box(NEEDLE)));
}

#[divan::bench(sample_count = 500, sample_size = 1)]
fn plain_map(bencher: Bencher) {
    // SAFETY: no other program is told of the file, and this one only reads it.
    let map = unsafe { Mmap::map(&File::open(PATH.get().unwrap()).unwrap()) }.unwrap();
    // The search before the measurement touches every page of the map.
    assert_eq!(memmem::find(&map, NEEDLE), Some(LEN - NEEDLE.len()));
    bencher.bench_local(|| memmem::find(&map, divan::black_box(NEEDLE)));
}
