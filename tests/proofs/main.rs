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
mod a_full_disk;
mod a_log_that_grows;
mod a_map_that_is_safe_to_read;
mod after_a_crash;
mod copy_mode;
mod end_of_the_map;
mod every_place_a_word_stands;
mod finding_and_moving;
mod flushing_and_closing;
mod growing;
mod lines;
mod locks;
mod making_one;
mod maps_in_async_code;
mod memmap2_every_function;
mod memory_map_files;
mod reading;
mod reading_like_a_file;
mod records;
mod regular_expressions;
mod replacing_a_file;
mod sharing_memory;
mod table_on_disk;
mod text_that_is_not_utf_8;
mod what_cannot_be_mapped;
mod why_unsafe;
mod windows_and_macos;
mod writing;

use mapped_file::{Access, MappedFile};
use memmap2::{Mmap, MmapMut, MmapOptions};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
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

/// Starts it, and waits until it says on stderr, by a byte, that it has come to its point.
pub(crate) fn ready(proof: &str, path: &Path) -> Child {
    let mut child = again(proof, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = child.stderr.as_mut().unwrap();
    told.read_exact(&mut [0]).unwrap();
    child
}

/// That a child ran its proof, and that the proof held there. Its end does not tell: a name that no
/// proof has any more is a success of no test.
pub(crate) fn assert_held(child: &Output) {
    let printed = String::from_utf8_lossy(&child.stdout);
    let held = child.status.success() && printed.contains(" 1 passed");
    assert!(held, "{}\n{printed}", child.status);
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

/// What Linux tells in `/proc/self/smaps` of the map at an address: a line with its range and its
/// rights, and then counts and flags.
#[cfg(target_os = "linux")]
pub(crate) fn told_of_map(address: *const u8) -> String {
    let range = |line: &str| {
        let (start, end) = line.split_whitespace().next()?.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).ok();
        Some(number(start)?..number(end)?)
    };
    let told = fs::read_to_string("/proc/self/smaps").unwrap();
    let lines = told
        .lines()
        .skip_while(|line| !range(line).is_some_and(|range| range.contains(&(address as usize))));
    let mut lines = lines.peekable();
    let first = lines.next().unwrap();
    let rest = lines.take_while(|line| range(line).is_none());
    [first]
        .into_iter()
        .chain(rest)
        .fold(String::new(), |told, line| told + line + "\n")
}

/// Of that, a number: a count in KiB.
#[cfg(target_os = "linux")]
pub(crate) fn kib_at(address: *const u8, count: &str) -> u64 {
    let told = told_of_map(address);
    let line = told.lines().find_map(|line| line.strip_prefix(count));
    let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kib.parse().unwrap()
}

/// A file in memory, of zeros, with no name in any folder.
#[cfg(target_os = "linux")]
pub(crate) fn memfd(len: usize) -> File {
    use rustix::fs::{MemfdFlags, memfd_create};
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = File::from(memfd_create("proof", flags).unwrap());
    file.set_len(len as u64).unwrap();
    file
}

/// A multiple of the size of a page, whatever that is.
pub(crate) const MIB: usize = 1 << 20;

/// Does something with a file of two MiB on a disk, and with what tells how much of a map of it is
/// dirty; does nothing where the file system is in memory.
#[cfg(target_os = "linux")]
pub(crate) fn on_a_disk(act: impl Fn(&File, &dyn Fn() -> u64)) {
    // In the folder of the build, which is on a disk more often than that for temporary files.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("file");
    fs::write(&path, vec![b'-'; 2 * MIB]).unwrap();
    let file = open(&path);
    let probe = map_mut(&file).unwrap();
    let dirty = || kib_of_map(&path, "Private_Dirty:") + kib_of_map(&path, "Shared_Dirty:");
    assert_eq!((probe[0], probe[MIB]), (b'-', b'-'));
    file.sync_all().unwrap();
    if dirty() > 0 {
        println!("ignored: a file system in memory has nowhere to write to");
        return;
    }
    drop(probe);
    act(&file, &dirty);
}

/// How often this thread has waited for a page of a map to be read from its file.
#[cfg(target_os = "linux")]
pub(crate) fn waits_for_a_page() -> u64 {
    // By proc_pid_stat(5) the tenth number behind the name in parentheses, which may have blanks in
    // it.
    let told = fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, numbers) = told.rsplit_once(") ").unwrap();
    numbers.split(' ').nth(9).unwrap().parse().unwrap()
}

/// A map of a MiB, and right behind it memory that is not part of it.
#[cfg(target_os = "linux")]
pub(crate) fn map_with_a_neighbor() -> (MmapMut, *mut u8) {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};
    loop {
        let mut map = MmapMut::map_anon(2 * MIB).unwrap();
        // SAFETY: the second half is given back and nobody has it; then it is taken again, and the
        // system is told to take no memory that another thread has by then.
        unsafe {
            map.remap(MIB, memmap2::RemapOptions::new()).unwrap();
            let behind = map.as_mut_ptr().add(MIB);
            let rights = ProtFlags::READ | ProtFlags::WRITE;
            let flags = MapFlags::PRIVATE | MapFlags::FIXED_NOREPLACE;
            match mmap_anonymous(behind.cast(), MIB, rights, flags) {
                Ok(taken) if taken.cast() == behind => return (map, behind),
                Ok(elsewhere) => munmap(elsewhere, MIB).unwrap(),
                Err(_) => {}
            }
        }
    }
}
