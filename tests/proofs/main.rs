//! The sentences of the book that no output on their page shows, a test for each.
//!
//! The name of a test is the sentence. A file holds what its page is the first to cite, in
//! Rust here, and in Python beside it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a proof that cannot go on fails"
)]
#![allow(
    clippy::duplicate_mod,
    reason = "two programs of the book may load a third one"
)]

mod a_file_that_shrinks;
mod a_full_disk;
mod a_log_that_grows;
mod a_map_that_is_safe_to_read;
mod after_a_crash;
mod append_from_several_processes;
mod copy_mode;
mod end_of_the_map;
mod errors_and_limits;
mod every_place_a_word_stands;
mod finding_and_moving;
mod flushing_and_closing;
mod from_python_to_rust;
mod growing;
mod keep_a_store;
mod lines;
mod locks;
mod making_one;
mod maps_in_async_code;
mod memmap2_every_function;
mod memory_map_files;
mod numpy_files;
mod pass_messages;
mod read_a_file_you_do_not_trust;
mod reading;
mod reading_like_a_file;
mod records;
mod regular_expressions;
mod replacing_a_file;
mod sharing_memory;
mod table_on_disk;
mod text_that_is_not_utf_8;
mod watch_a_map;
mod what_cannot_be_mapped;
mod what_the_system_shows;
mod why_unsafe;
mod windows_and_macos;
mod writing;

use mapped_file::{Access, MappedFile};
use memmap2::{Mmap, MmapMut, MmapOptions, MmapRaw};
use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
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

/// The same of so many bytes.
pub(crate) fn object_of(len: usize, path: &Path, access: Access) -> io::Result<MappedFile> {
    // SAFETY: no other process is told of the file, and no byte of the map is borrowed.
    unsafe { MappedFile::options().access(access).len(len).open(path) }
}

/// Of what error something is refused.
pub(crate) fn error_kind<T: Debug>(result: io::Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

/// A proof once more, in a process of its own, which is told of a file.
pub(crate) fn again<P: Fn()>(_: P, path: &Path) -> Command {
    // The name of the crate stands before what libtest calls the proof.
    let (_, proof) = std::any::type_name::<P>().split_once("::").unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", proof]).env("CHILD_OF_A_PROOF", path);
    child
}

/// Starts it, and waits until it says on stderr, by a byte, that it has come to its point. A wait for
/// its end has it go on.
pub(crate) fn ready<P: Fn()>(proof: P, path: &Path) -> Child {
    let mut child = again(proof, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let told = child.stderr.as_mut().unwrap();
    told.read_exact(&mut [0]).unwrap();
    child
}

/// In that process: says so, and waits until the other goes on or has its end.
pub(crate) fn wait_for_the_proof() {
    io::stderr().write_all(b".").unwrap();
    let _ = io::stdin().read(&mut [0]);
}

/// That a child ran its proof, and that the proof held there. Its end does not tell: a name that no
/// proof has any more is a success of no test.
pub(crate) fn assert_held(child: &Output) {
    let printed = String::from_utf8_lossy(&child.stdout);
    let held = child.status.success() && printed.contains(" 1 passed");
    assert!(held, "{}\n{printed}", child.status);
}

/// That a proof holds in a process of its own.
#[cfg(unix)]
pub(crate) fn holds_in_a_child<P: Fn()>(proof: P) {
    let (_folder, path) = lorem();
    assert_held(&again(proof, &path).output().unwrap());
}

/// Runs a proof again in a process of its own, and returns what that wrote to stderr
/// and how it ended.
#[cfg(target_os = "linux")]
pub(crate) fn end_of_a_child<P: Fn()>(proof: P) -> String {
    let (_folder, path) = lorem();
    let child = again(proof, &path).output().unwrap();
    String::from_utf8(child.stderr).unwrap() + &child.status.to_string()
}

/// That a proof, in a process of its own, wrote this to stderr, and then was killed by SIGBUS.
#[cfg(target_os = "linux")]
pub(crate) fn is_killed_after<P: Fn()>(said: &str, proof: P) {
    let end = end_of_a_child(proof);
    let signal = rustix::process::Signal::BUS.as_raw();
    let killed = format!("{said}signal: {signal} (SIGBUS)");
    assert!(end.starts_with(&killed), "{end}");
}

/// In that process: the path of the file, a copy of `lorem.txt`.
pub(crate) fn path_in_a_child() -> Option<PathBuf> {
    std::env::var_os("CHILD_OF_A_PROOF").map(PathBuf::from)
}

/// Whether a shell, which is another process, succeeds with a script that knows a path as `$0`.
#[cfg(unix)]
pub(crate) fn shell(script: &str, path: &Path) -> bool {
    let ran = Command::new("sh").args(["-c", script]).arg(path).output();
    ran.unwrap().status.success()
}

/// Runs a proof again, told of a file on overlayfs that the lower layer has; it has to hold there.
#[cfg(target_os = "linux")]
pub(crate) fn holds_on_overlayfs<P: Fn()>(proof: P) {
    let (folder, path) = lorem();
    let script = "
        cd \"$0\"
        mkdir -p layers
        mount -t tmpfs tmpfs layers
        cd layers
        mkdir lower upper work merged
        cp ../lorem.txt lower
        mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay merged";
    let path = path.with_file_name("layers/merged/lorem.txt");
    if let Some(child) = in_a_mount(script, &folder, proof, &path) {
        assert_held(&child);
    }
}

/// Runs a proof again, told of a file, in a process and a mount namespace of its own, where a script
/// that knows a folder as `$0` mounts something. Returns nothing where the machine allows no such
/// mount, and says so.
#[cfg(target_os = "linux")]
pub(crate) fn in_a_mount<P: Fn()>(
    script: &str,
    folder: &TempDir,
    proof: P,
    path: &Path,
) -> Option<Output> {
    let script = format!("{script}\nexec \"$@\"");
    let run = |program: &Command| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-ec", &script]);
        command.arg(folder.path()).arg(program.get_program());
        command
            .args(program.get_args())
            .env("CHILD_OF_A_PROOF", path)
            .output()
    };
    let refused = match run(&Command::new("true")) {
        Ok(ran) if ran.status.success() => return Some(run(&again(proof, path)).unwrap()),
        Ok(ran) => String::from_utf8_lossy(&ran.stderr).trim().to_owned(),
        Err(error) => format!("unshare: {error}"),
    };
    println!("ignored: {refused}");
    None
}

/// That a proof holds in a process of its own, told of a path on a tmpfs with huge pages.
#[cfg(target_os = "linux")]
pub(crate) fn on_huge_pages<P: Fn()>(proof: P) {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o huge=always,size=64m tmpfs \"$0\"";
    if let Some(child) = in_a_mount(script, &folder, proof, &folder.path().join("file")) {
        assert_held(&child);
    }
}

/// What Linux tells in `/proc/self/smaps` of the first map for which this is so: a line with its
/// range, its rights and its file, and then counts and flags.
#[cfg(target_os = "linux")]
fn told_of(is_it: impl Fn(&str) -> bool) -> String {
    let told = fs::read_to_string("/proc/self/smaps").unwrap();
    let is_first = |line: &str| !line.split(' ').next().unwrap().ends_with(':');
    let mut lines = told
        .lines()
        .skip_while(|line| !(is_first(line) && is_it(line)));
    let first = lines.next().unwrap();
    let rest = lines.take_while(|line| !is_first(line));
    rest.fold(first.to_owned(), |told, line| told + "\n" + line)
}

/// What Linux tells of the map at an address.
#[cfg(target_os = "linux")]
pub(crate) fn told_of_map(address: *const u8) -> String {
    told_of(|line| {
        let (start, rest) = line.split_once('-').unwrap();
        let (end, _) = rest.split_once(' ').unwrap();
        let [start, end] = [start, end].map(|number| usize::from_str_radix(number, 16).unwrap());
        (start..end).contains(&address.addr())
    })
}

/// Of what Linux tells, a count in KiB: `Rss:` is in memory, and `Anonymous:` is memory of the
/// process alone.
#[cfg(target_os = "linux")]
pub(crate) fn kib(told: &str, count: &str) -> u64 {
    let line = told.lines().find_map(|line| line.strip_prefix(count));
    let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kib.parse().unwrap()
}

/// The count for a map of a file.
#[cfg(target_os = "linux")]
pub(crate) fn kib_of_map(path: &Path, count: &str) -> u64 {
    kib(
        &told_of(|line| line.contains(path.to_str().unwrap())),
        count,
    )
}

/// The count for the map at an address.
#[cfg(target_os = "linux")]
pub(crate) fn kib_at(address: *const u8, count: &str) -> u64 {
    kib(&told_of_map(address), count)
}

/// Whether the map at an address has a flag, of two letters.
#[cfg(target_os = "linux")]
pub(crate) fn is_flagged(address: *const u8, flag: &str) -> bool {
    let told = told_of_map(address);
    let flags = told.lines().find_map(|line| line.strip_prefix("VmFlags:"));
    flags.unwrap().split_whitespace().any(|found| found == flag)
}

/// What Linux tells in `/proc/self/status` as a set of bits.
#[cfg(target_os = "linux")]
pub(crate) fn bits_of_status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let bits = status.lines().find_map(|line| line.strip_prefix(name));
    u64::from_str_radix(bits.unwrap().trim(), 16).unwrap()
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

/// What every process of the same user can open such a file by.
#[cfg(target_os = "linux")]
pub(crate) fn name_of(file: &File) -> PathBuf {
    let number = std::os::fd::AsRawFd::as_raw_fd(file);
    format!("/proc/{}/fd/{number}", std::process::id()).into()
}

/// A multiple of the size of a page, whatever that is.
pub(crate) const MIB: usize = 1 << 20;

/// The kinds of file systems, as statfs(2) has them.
#[cfg(target_os = "linux")]
pub(crate) const EXT4: u32 = 0xef53;
#[cfg(target_os = "linux")]
pub(crate) const XFS: u32 = 0x5846_5342;
#[cfg(target_os = "linux")]
pub(crate) const BTRFS: u32 = 0x9123_683e;
#[cfg(target_os = "linux")]
pub(crate) const TMPFS: u32 = 0x0102_1994;

/// On which kind of file system a path is.
#[cfg(target_os = "linux")]
pub(crate) fn file_system_of(path: &Path) -> u32 {
    rustix::fs::statfs(path).unwrap().f_type as u32
}

/// A fresh folder among the temporary files, or where these are in memory, in the folder of the build.
#[cfg(target_os = "linux")]
pub(crate) fn folder_on_a_disk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    match file_system_of(folder.path()) {
        TMPFS => tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap(),
        _ => folder,
    }
}

/// Does something with a file of two MiB on a disk, and with what tells how much of a map of it is
/// dirty; does nothing where the file system is in memory.
#[cfg(target_os = "linux")]
pub(crate) fn on_a_disk(act: impl Fn(&File, &dyn Fn() -> u64)) {
    let folder = folder_on_a_disk();
    let path = folder.path().join("file");
    fs::write(&path, vec![b'-'; 2 * MIB]).unwrap();
    let file = open(&path);
    let probe = map_mut(&file).unwrap();
    let dirty = || kib_of_map(&path, "Private_Dirty:") + kib_of_map(&path, "Shared_Dirty:");
    assert_eq!((probe[0], probe[MIB]), (b'-', b'-'));
    file.sync_all().unwrap();
    if dirty() > 0 {
        return println!("ignored: a file system in memory has nowhere to write to");
    }
    drop(probe);
    act(&file, &dirty);
}

/// How often this thread has waited for a page of a map to be read from its file.
#[cfg(target_os = "linux")]
pub(crate) fn waits_for_a_page() -> u64 {
    // By proc_pid_stat(5) the tenth number after the name in parentheses, which may have blanks in
    // it.
    let told = fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, numbers) = told.rsplit_once(") ").unwrap();
    numbers.split(' ').nth(9).unwrap().parse().unwrap()
}

/// A map of a MiB, and right after it memory that is not part of it.
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
