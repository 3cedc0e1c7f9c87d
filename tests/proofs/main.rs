//! The sentences of the book that no output on their page shows, a test for each.
//!
//! The name of a test is the sentence. A file holds what its page is the first to cite, in
//! Rust here, and in Python beside it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a proof that cannot go on fails"
)]

mod a_file_that_shrinks;
mod a_map_that_is_safe_to_read;
mod a_full_disk;
mod copy_mode;
mod end_of_the_map;
mod finding_and_moving;
mod flushing_and_closing;
mod growing;
mod lines;
mod locks;
mod making_one;
mod memory_map_files;
mod reading;
mod reading_like_a_file;
mod records;
mod regular_expressions;
mod why_unsafe;
mod replacing_a_file;
mod sharing_memory;
mod what_cannot_be_mapped;
mod table_on_disk;
mod writing;

use mapped_file::{Access, MappedFile};
use memmap2::{Mmap, MmapMut, MmapOptions};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A fresh folder, and the path of a copy of `lorem.txt` (737 bytes) in it.
pub(crate) fn lorem() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lorem.txt");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/lorem.txt"), &path).unwrap();
    (folder, path)
}

pub(crate) fn open(path: &Path) -> File {
    File::options().read(true).write(true).open(path).unwrap()
}

pub(crate) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { Mmap::map(file) }
}

pub(crate) fn map_mut(file: &File) -> io::Result<MmapMut> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { MmapMut::map_mut(file) }
}

pub(crate) fn map_copy(file: &File) -> io::Result<MmapMut> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { MmapOptions::new().map_copy(file) }
}

pub(crate) fn object(path: &Path, access: Access) -> io::Result<MappedFile> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { MappedFile::options().access(access).open(path) }
}

/// A proof once more, in a process of its own, which is told of a file.
pub(crate) fn again(proof: &str, path: &Path) -> Command {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", proof]).env("CHILD_OF_A_PROOF", path);
    child
}

/// Runs a proof again in a process of its own, and returns what that wrote to stderr
/// and how it ended.
#[cfg(target_os = "linux")]
pub(crate) fn end_of_a_child(proof: &str) -> String {
    let (_folder, path) = lorem();
    let child = again(proof, &path).output().unwrap();
    String::from_utf8(child.stderr).unwrap() + &child.status.to_string()
}

/// In that process: the path of the file, a copy of `lorem.txt`.
pub(crate) fn path_in_a_child() -> Option<PathBuf> {
    std::env::var_os("CHILD_OF_A_PROOF").map(PathBuf::from)
}

/// What Linux counts of a map in `/proc/self/smaps`: `Rss:` is in memory, and
/// `Anonymous:` is memory of the process alone.
#[cfg(target_os = "linux")]
pub(crate) fn kib_of_map(path: &Path, count: &str) -> u64 {
    let maps = fs::read_to_string("/proc/self/smaps").unwrap();
    let (_, map) = maps.split_once(path.to_str().unwrap()).unwrap();
    let kib = map
        .lines()
        .find_map(|line| line.strip_prefix(count))
        .unwrap();
    kib.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}
