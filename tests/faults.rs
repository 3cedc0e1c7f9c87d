//! A test for each fault: what can go wrong when a map is made or used.
//!
//! Each test checks the kind of the error, and its message or the number from the system. It also
//! checks that the bytes, the file and the position did not change.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use mapped_file::{Access, MappedFile, Options};
#[cfg(unix)]
use memmap2::{Advice, UncheckedAdvice};
use static_assertions::assert_impl_all;
use std::env;
use std::fmt::Debug;
use std::fs::{self, File};
use std::hash::Hash;
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::{Bound, Deref};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use tempfile::TempDir;

const TEXT: &[u8] = b"Lorem ipsum";
const ACCESSES: [Access; 3] = [Access::Read, Access::Write, Access::Copy];
/// How often two threads race. On Linux, code that reads the length of the file and then sets it
/// fails about ten times in 20,000 rounds. Windows is slow at this.
static ROUNDS: LazyLock<usize> = LazyLock::new(|| match env::var_os("CI") {
    _ if cfg!(windows) => 1_000,
    Some(_) => 20_000,
    None => 4_000, // on the machine of an author, who runs the tests often
});

/// Makes a folder with a file in it, and returns the path of the file.
fn file_of(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn options(access: Access, offset: u64, len: Option<usize>) -> Options {
    let mut options = MappedFile::options();
    options.access(access).offset(offset);
    if let Some(len) = len {
        options.len(len);
    }
    options
}

fn open(options: &Options, path: &Path) -> io::Result<MappedFile> {
    // SAFETY: no other program is told of the file; a test that changes it under a map
    // does so on purpose.
    unsafe { options.open(path) }
}

fn map(options: &Options, file: File) -> io::Result<MappedFile> {
    // SAFETY: no other program is told of the file; a test that changes it under a map
    // does so on purpose.
    unsafe { options.map(file) }
}

/// Maps the whole file.
fn whole(path: &Path, access: Access) -> MappedFile {
    open(&options(access, 0, None), path).unwrap()
}

/// Stands for the message of the system, which has a number.
const OF_THE_SYSTEM: &str = "(os error ";

/// Checks that a call failed with this kind of error and this message.
#[track_caller]
fn assert_fault<T>(result: io::Result<T>, kind: ErrorKind, message: &str) {
    let error = result.err().expect("no fault");
    assert_eq!(error.kind(), kind, "{error}");
    match message {
        OF_THE_SYSTEM => assert!(error.raw_os_error().is_some(), "{error:?}"),
        message => assert_eq!(error.to_string(), message),
    }
}

/// Checks the same, and that the map, its file and its position did not change.
#[track_caller]
fn assert_no_change<T>(
    (map, path): (&mut MappedFile, &Path),
    call: impl FnOnce(&mut MappedFile) -> io::Result<T>,
    kind: ErrorKind,
    message: &str,
) {
    let state = |map: &MappedFile| (map.to_vec(), map.position(), fs::read(path).unwrap());
    let before = state(map);
    assert_fault(call(map), kind, message);
    assert_eq!(state(map), before, "{message}");
}

/// Runs a test again in a child process, after `sh` has run `before`. The variable tells the test
/// that it is in the child.
#[cfg(target_os = "linux")]
fn in_a_child(test: &str, before: &str) -> std::process::Output {
    let script = format!(r#"{before} exec "$0" --exact "$1""#);
    std::process::Command::new("sh")
        .args(["-c", &script])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env("CHILD_OF_A_TEST", "1")
        .output()
        .unwrap()
}

#[cfg(target_os = "linux")]
fn is_child() -> bool {
    std::env::var_os("CHILD_OF_A_TEST").is_some()
}

/// Checks that the test ran in the child and passed.
#[cfg(target_os = "linux")]
fn assert_passes_in_a_child(test: &str, before: &str) {
    let child = in_a_child(test, before);
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && output.contains("1 passed"),
        "{child:?}"
    );
}

// What is mapped.

#[test]
fn a_missing_file_is_an_error_and_is_not_created() {
    let (_folder, path) = file_of(TEXT);
    let missing = path.with_file_name("missing");
    for access in ACCESSES {
        let map = open(&options(access, 0, Some(5)), &missing);
        assert_fault(map, ErrorKind::NotFound, OF_THE_SYSTEM);
        assert!(!missing.exists());
    }
}

#[test]
fn a_folder_is_refused() {
    let (folder, _) = file_of(TEXT);
    let message = "cannot map: not a regular file";
    for access in ACCESSES {
        let options = options(access, 0, Some(5));
        assert_fault(
            open(&options, folder.path()),
            ErrorKind::InvalidInput,
            message,
        );
        // Only on Unix is a folder a file to open.
        #[cfg(unix)]
        assert_fault(
            map(&options, File::open(folder.path()).unwrap()),
            ErrorKind::InvalidInput,
            message,
        );
    }
}

#[test]
#[cfg(unix)]
fn a_named_pipe_without_a_writer_is_refused_without_waiting() {
    let (folder, _) = file_of(TEXT);
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for access in ACCESSES {
        let (sender, receiver) = std::sync::mpsc::channel();
        let pipe = pipe.clone();
        // Another thread, so that a wait fails the test and does not hang it.
        thread::spawn(move || sender.send(open(&options(access, 0, Some(5)), &pipe)));
        let map = receiver.recv_timeout(std::time::Duration::from_secs(20));
        let message = "cannot map: not a regular file";
        assert_fault(map.unwrap(), ErrorKind::InvalidInput, message);
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_is_refused() {
    for access in ACCESSES {
        let (reader, _writer) = io::pipe().unwrap();
        let reader = File::from(std::os::fd::OwnedFd::from(reader));
        let map = map(&options(access, 0, Some(5)), reader);
        let message = "cannot map: not a regular file";
        assert_fault(map, ErrorKind::InvalidInput, message);
    }
}

#[test]
#[cfg(unix)]
fn a_device_is_refused() {
    for access in ACCESSES {
        let map = open(&options(access, 0, Some(5)), Path::new("/dev/zero"));
        let message = "cannot map: not a regular file";
        assert_fault(map, ErrorKind::InvalidInput, message);
    }
}

#[test]
fn write_access_needs_a_file_that_is_open_for_writing() {
    let (_folder, path) = file_of(TEXT);
    for (offset, len) in [(0, None), (6, Some(5)), (6, Some(6))] {
        let file = File::open(&path).unwrap();
        let map = map(&options(Access::Write, offset, len), file);
        assert_fault(map, ErrorKind::PermissionDenied, OF_THE_SYSTEM);
        assert_eq!(fs::read(&path).unwrap(), TEXT);
    }
}

#[test]
fn every_access_needs_a_file_that_is_open_for_reading() {
    let (_folder, path) = file_of(TEXT);
    let write_only = || File::options().write(true).open(&path).unwrap();
    for access in ACCESSES {
        let map = map(&options(access, 0, None), write_only());
        assert_fault(map, ErrorKind::PermissionDenied, OF_THE_SYSTEM);
        assert_eq!(fs::read(&path).unwrap(), TEXT);
    }
    let map = map(&options(Access::Write, 0, Some(20)), write_only());
    assert_fault(map, ErrorKind::PermissionDenied, OF_THE_SYSTEM);
    // Windows maps only what is there, so the file is extended first.
    if cfg!(not(windows)) {
        assert_eq!(fs::read(&path).unwrap(), TEXT);
    }
}

/// A program that gets this number can read the file instead.
#[test]
#[cfg(target_os = "linux")]
fn a_file_that_the_system_cannot_map_gives_the_error_of_the_system() {
    const ENODEV: i32 = 19;
    let error = open(
        &options(Access::Read, 0, None),
        Path::new("/proc/self/maps"),
    )
    .unwrap_err();
    assert_eq!(error.raw_os_error(), Some(ENODEV), "{error:?}");
    assert_eq!(
        error.to_string(),
        io::Error::from_raw_os_error(ENODEV).to_string()
    );
}

/// Linux writes to such a file at its end, at every offset.
#[test]
#[cfg(target_os = "linux")]
fn a_file_that_is_open_for_appending_can_be_mapped_but_not_extended() {
    let (_folder, path) = file_of(TEXT);
    let append = || File::options().read(true).append(true).open(&path).unwrap();
    let map_to = |len| map(&options(Access::Write, 0, len), append());
    let mut map = map_to(None).unwrap();
    map.write_all(b"LOREM").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"LOREM ipsum");
    let message = "cannot extend a file open for appending";
    assert_fault(map_to(Some(20)), ErrorKind::InvalidInput, message);
    assert_eq!(fs::read(&path).unwrap(), b"LOREM ipsum\0");
}

#[test]
#[cfg(unix)]
fn a_removed_file_stays_mapped() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    fs::remove_file(&path).unwrap();
    map.write_all(b"LOREM").unwrap();
    map.flush_range(..5).unwrap();
    map.resize(12).unwrap();
    assert_eq!(map[..], *b"LOREM ipsum\0");
    assert_eq!((map.file_len().unwrap(), map.position()), (12, 5));
    map.close().unwrap();
    assert!(!path.exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_touch_of_a_page_that_was_cut_off_kills_the_process() {
    if is_child() {
        let (_folder, path) = file_of(&[b'a'; 1 << 20]);
        let map = whole(&path, Access::Read);
        assert_eq!(map.last(), Some(&b'a'));
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(1)
            .unwrap();
        // The length of the file is no touch.
        assert_eq!(
            (map.len(), map.file_len().unwrap(), map[0]),
            (1 << 20, 1, b'a')
        );
        // Not left to the folder, which the signal would keep.
        fs::remove_file(&path).unwrap();
        fs::remove_dir(path.parent().unwrap()).unwrap();
        // Never printed: the load ends the process.
        println!("{:?}", map.last());
    } else {
        let test = "a_touch_of_a_page_that_was_cut_off_kills_the_process";
        let end = in_a_child(test, "").status.to_string();
        assert!(end.contains("SIGBUS"), "{end}");
    }
}

// Which bytes of it.

fn cannot_map(access: Access, offset: u64, len: Option<usize>) -> String {
    let options = format!("access: {access:?}, offset: {offset}, len: {len:?}");
    format!("cannot map with Options {{ {options} }}: the file has 11 bytes")
}

#[test]
fn an_offset_past_the_end_is_refused_without_a_length() {
    let (_folder, path) = file_of(TEXT);
    for (access, offset) in ACCESSES.into_iter().flat_map(|a| [(a, 12), (a, 1 << 20)]) {
        let map = open(&options(access, offset, None), &path);
        let message = cannot_map(access, offset, None);
        assert_fault(map, ErrorKind::InvalidInput, &message);
        assert_eq!(fs::read(&path).unwrap(), TEXT);
    }
}

#[test]
fn a_map_longer_than_the_file_is_refused_without_write_access() {
    let (_folder, path) = file_of(TEXT);
    for access in [Access::Read, Access::Copy] {
        for (offset, len) in [(0, 12), (6, 6), (11, 1), (12, 0), (12, 1), (0, 1 << 20)] {
            let map = open(&options(access, offset, Some(len)), &path);
            let message = cannot_map(access, offset, Some(len));
            assert_fault(map, ErrorKind::InvalidInput, &message);
            assert_eq!(fs::read(&path).unwrap(), TEXT);
        }
    }
}

#[test]
fn a_map_longer_than_the_file_extends_it_with_write_access() {
    let (_folder, path) = file_of(TEXT);
    let map = open(&options(Access::Write, 6, Some(6)), &path).unwrap();
    assert_eq!((&map[..], map.file_len().unwrap()), (&b"ipsum\0"[..], 12));
    let map = open(&options(Access::Write, 14, Some(1)), &path).unwrap();
    assert_eq!((&map[..], map.file_len().unwrap()), (&b"\0"[..], 15));
    assert_eq!(fs::read(&path).unwrap(), b"Lorem ipsum\0\0\0\0");
}

#[test]
fn an_offset_plus_length_that_overflows_is_refused() {
    let (_folder, path) = file_of(TEXT);
    for (offset, len) in [
        (0, usize::MAX),
        (0, isize::MAX as usize + 1),
        (1, usize::MAX),
        (u64::MAX, 0),
        (u64::MAX, 1),
        (1 << 63, 0),
        (u64::MAX, isize::MAX as usize),
        (u64::MAX, usize::MAX),
    ] {
        for access in ACCESSES {
            let map = open(&options(access, offset, Some(len)), &path);
            let message = cannot_map(access, offset, Some(len));
            assert_fault(map, ErrorKind::InvalidInput, &message);
            assert_eq!(fs::read(&path).unwrap(), TEXT);
        }
    }
}

/// On 64 bits, no file and no map can be that long. On 32 bits, a map of 2 GiB can fit.
#[test]
#[cfg(target_pointer_width = "64")]
fn a_length_that_only_the_system_refuses_does_not_change_the_file() {
    let (_folder, path) = file_of(TEXT);
    let len = isize::MAX as usize;
    // It depends on the system whether the file or the map is too long.
    let error = open(&options(Access::Write, 0, Some(len)), &path).unwrap_err();
    assert!(error.raw_os_error().is_some(), "{error:?}");
    assert_eq!(fs::read(&path).unwrap(), TEXT);

    let mut map = whole(&path, Access::Write);
    let error = map.resize(len).unwrap_err();
    assert!(error.raw_os_error().is_some(), "{error:?}");
    assert_eq!((&map[..], map.position()), (TEXT, 0));
    assert_eq!(fs::read(&path).unwrap(), TEXT);
}

/// On 32 bits, 2 GiB can fit.
#[test]
#[cfg(all(unix, target_pointer_width = "64"))]
fn a_map_that_does_not_fit_into_memory_is_an_error() {
    assert!(MappedFile::anonymous(usize::MAX).is_err());
    let error = MappedFile::anonymous(isize::MAX as usize).unwrap_err();
    assert!(error.raw_os_error().is_some(), "{error:?}");
    let mut map = MappedFile::anonymous(3).unwrap();
    map.write_all(b"ab").unwrap();
    let error = map.resize(isize::MAX as usize).unwrap_err();
    assert!(error.raw_os_error().is_some(), "{error:?}");
    assert_eq!((&map[..], map.position()), (&b"ab\0"[..], 2));
}

#[test]
fn an_empty_file_has_an_empty_map() {
    let (_folder, path) = file_of(b"");
    for access in ACCESSES {
        let mut map = whole(&path, access);
        assert!(map.is_empty() && map.read(&mut [0]).unwrap() == 0);
        assert_eq!((map.find(b""), map.find(b"a")), (Some(0), None));
        MappedFile::flush(&map).unwrap();
        map.close().unwrap();
    }
    assert_eq!(fs::read(&path).unwrap(), b"");
}

#[test]
fn a_map_of_no_bytes_can_start_anywhere_in_the_file() {
    let (_folder, path) = file_of(TEXT);
    for (access, offset) in ACCESSES.into_iter().flat_map(|a| [(a, 0), (a, 5), (a, 11)]) {
        let mut map = open(&options(access, offset, Some(0)), &path).unwrap();
        assert_eq!((map.len(), map.file_len().unwrap()), (0, 11));
        assert_eq!(map.fill_buf().unwrap(), b"");
        map.flush_range(0..0).unwrap();
    }
    assert_eq!(fs::read(&path).unwrap(), TEXT);
}

// The limits of the system. `sh` sets them for a process of its own.

#[test]
#[cfg(target_os = "linux")]
fn a_file_at_the_size_limit_does_not_change() {
    if is_child() {
        let (_folder, path) = file_of(TEXT);
        let longer = open(&options(Access::Write, 6, Some(100_000)), &path);
        assert_fault(longer, ErrorKind::FileTooLarge, OF_THE_SYSTEM);
        assert_eq!(fs::read(&path).unwrap(), TEXT);

        let mut map = whole(&path, Access::Write);
        map.seek(SeekFrom::Start(3)).unwrap();
        assert_no_change(
            (&mut map, &path),
            |map| map.resize(100_000),
            ErrorKind::FileTooLarge,
            OF_THE_SYSTEM,
        );
        map.write_all(b"EM").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"LorEM ipsum");
    } else {
        // The signal would end the process before the system call fails.
        let limit = "trap '' XFSZ; ulimit -f 10;";
        assert_passes_in_a_child("a_file_at_the_size_limit_does_not_change", limit);
    }
}

#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_map_without_address_space_does_not_change_the_file() {
    const GIB: usize = 1 << 30;
    if is_child() {
        let (_folder, path) = file_of(TEXT);
        let longer = open(&options(Access::Write, 0, Some(4 * GIB)), &path);
        assert_fault(longer, ErrorKind::OutOfMemory, OF_THE_SYSTEM);
        assert_eq!(fs::read(&path).unwrap(), TEXT);

        let mut map = open(&options(Access::Write, 0, Some(2 * GIB)), &path).unwrap();
        map.seek(SeekFrom::End(-3)).unwrap();
        map.write_all(b"end").unwrap();
        assert_fault(map.resize(3 * GIB), ErrorKind::OutOfMemory, OF_THE_SYSTEM);
        assert_eq!(map.file_len().unwrap(), 2 * GIB as u64);
        assert_eq!((map.len(), map.position()), (2 * GIB, 2 * GIB));
        assert!(map.starts_with(TEXT) && map.ends_with(b"end"));
        // There is no room for a second map beside the first, and none is needed.
        for len in [2 * GIB + 1, 2 * GIB - 1, GIB] {
            map.resize(len).unwrap();
            assert_eq!((map.len(), map.file_len().unwrap()), (len, len as u64));
            assert!(map.starts_with(TEXT));
        }
    } else {
        let limit = "ulimit -v 3000000;";
        assert_passes_in_a_child(
            "a_map_without_address_space_does_not_change_the_file",
            limit,
        );
    }
}

/// Advice for a part splits the mapping, and Linux cannot move a mapping that is split.
#[test]
#[cfg(target_os = "linux")]
fn a_map_with_advice_for_a_part_can_be_resized() {
    let (_folder, path) = file_of(&[b'a'; 1 << 20]);
    let mut memory = MappedFile::anonymous(1 << 20).unwrap();
    memory.as_mut_slice().unwrap().fill(b'a');
    for mut map in [whole(&path, Access::Write), memory] {
        for len in [1 << 21, 1 << 19] {
            map.advise(1 << 18..1 << 19, Advice::Random).unwrap();
            map.resize(len).unwrap();
            let (old, new) = map.split_at(len.min(1 << 20));
            assert!(old.iter().all(|&byte| byte == b'a') && new.iter().all(|&byte| byte == 0));
        }
    }
    assert_eq!(fs::read(&path).unwrap(), [b'a'; 1 << 19]);
}

/// The map gets its new length before the file refuses the length.
#[test]
#[cfg(target_os = "linux")]
fn a_resize_of_a_sealed_file_does_not_change_the_map() {
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    const EPERM: i32 = 1;
    let file = File::from(memfd_create("sealed", MemfdFlags::ALLOW_SEALING).unwrap());
    (&file).write_all(&[b'a'; 1 << 20]).unwrap();
    fcntl_add_seals(&file, SealFlags::GROW | SealFlags::SHRINK).unwrap();
    let mut map = map(&options(Access::Write, 0, None), file).unwrap();
    map.consume(7);
    for len in [1 << 21, 10, 0] {
        let error = map.resize(len).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(EPERM), "{error:?}");
        assert_eq!((map.len(), map.position()), (1 << 20, 7));
        assert_eq!(map.file_len().unwrap(), 1 << 20);
        assert!(map.iter().all(|&byte| byte == b'a'));
    }
    map.resize(1 << 20).unwrap();
}

/// The file takes a few pages on the disk. Not on Windows, which would write all of it.
#[test]
#[cfg(all(unix, target_pointer_width = "64"))]
fn bytes_past_4_gib_work_like_all_others() {
    const FOUR_GIB: usize = 1 << 32;
    let (_folder, path) = file_of(b"");
    let mut part = open(
        &options(Access::Write, FOUR_GIB as u64 + 7, Some(TEXT.len())),
        &path,
    )
    .unwrap();
    part.write_all(TEXT).unwrap();
    part.flush_range(6..).unwrap();
    assert_eq!(part.file_len().unwrap(), FOUR_GIB as u64 + 18);

    let mut map = whole(&path, Access::Write);
    assert_eq!(map.len(), FOUR_GIB + 18);
    assert_eq!(map.rfind(b"Lorem"), Some(FOUR_GIB + 7));
    assert_eq!(map.find_in(FOUR_GIB - 5.., b"ipsum"), Some(FOUR_GIB + 13));
    map.move_within(FOUR_GIB + 7..FOUR_GIB + 12, FOUR_GIB - 2)
        .unwrap();
    assert_eq!(map.seek(SeekFrom::End(-5)).unwrap(), FOUR_GIB as u64 + 13);
    map.write_all(b"IPSUM").unwrap();
    assert_eq!(map.position(), FOUR_GIB + 18);
    map.resize(FOUR_GIB + 19).unwrap();
    assert_eq!(map.read_byte().unwrap(), 0);
    assert_eq!(map[FOUR_GIB - 3..], *b"\0Lorem\0\0\0\0Lorem IPSUM\0");
    assert_eq!(part[..], *b"Lorem IPSUM");
    map.close().unwrap();

    for access in [Access::Read, Access::Copy] {
        assert!(whole(&path, access).ends_with(b"Lorem IPSUM\0"));
        let part = open(&options(access, FOUR_GIB as u64 + 7, Some(5)), &path);
        assert_eq!(part.unwrap()[..], *b"Lorem");
    }
}

// The length.

#[test]
fn a_map_that_was_resized_to_zero_can_be_resized_again() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    map.resize(0).unwrap();
    assert_eq!((map.len(), map.file_len().unwrap()), (0, 0));
    MappedFile::flush(&map).unwrap();
    map.resize(3).unwrap();
    map.write_all(b"ab").unwrap();
    assert_eq!((map.len(), map.file_len().unwrap()), (3, 3));
    assert_eq!(fs::read(&path).unwrap(), b"ab\0");

    let mut map = MappedFile::anonymous(2).unwrap();
    map.as_mut_slice().unwrap().fill(b'a');
    map.resize(0).unwrap();
    map.resize(3).unwrap();
    assert_eq!(map[..], [0; 3]);
}

#[test]
fn a_resize_of_a_part_does_not_change_the_rest_of_the_file() {
    let (_folder, path) = file_of(&[b'a'; 100_000]);
    let mut map = open(&options(Access::Write, 0, Some(100)), &path).unwrap();
    let rest = open(&options(Access::Write, 50_000, None), &path).unwrap();
    for len in [101, 101, 0, 60_000, 100] {
        map.resize(len).unwrap();
        assert_eq!((map.len(), map.file_len().unwrap()), (len, 100_000));
        assert!(map.iter().chain(rest.iter()).all(|&byte| byte == b'a'));
    }
    // Only where map and file end together.
    map.resize(100_000).unwrap();
    drop(rest);
    map.resize(99_999).unwrap();
    assert_eq!((map.len(), map.file_len().unwrap()), (99_999, 99_999));
}

#[test]
fn a_resize_to_the_same_length_does_not_change_another_map() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    let other = whole(&path, Access::Write);
    map.resize(11).unwrap();
    map.resize(12).unwrap();
    map.write_all(b"LOREM").unwrap();
    assert_eq!(
        (&map[..], &other[..]),
        (&b"LOREM ipsum\0"[..], &b"LOREM ipsum"[..])
    );
}

/// Setting the length, even to its old value, cuts off bytes that another program has appended.
#[test]
#[cfg(target_os = "linux")]
fn a_resize_to_the_same_length_does_not_set_the_length_of_the_file() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
    map.file().unwrap().set_modified(long_ago).unwrap();
    map.resize(11).unwrap();
    let modified = || map.file().unwrap().metadata().unwrap().modified().unwrap();
    assert_eq!(modified(), long_ago);
    map.file().unwrap().set_len(11).unwrap();
    assert_ne!(
        modified(),
        long_ago,
        "a length that is set does not show here"
    );
}

/// The map was taken down for the resize, and made again.
#[test]
#[cfg(windows)]
fn a_resize_that_another_map_prevents_does_not_change_the_map() {
    const ERROR_USER_MAPPED_FILE: i32 = 1224;
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    map.write_all(b"LOREM").unwrap();
    let other = whole(&path, Access::Read);
    let error = map.resize(5).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(ERROR_USER_MAPPED_FILE));
    assert_eq!((&map[..], map.position()), (&b"LOREM ipsum"[..], 5));
    map.write_all(b"-").unwrap();
    assert_eq!(other[..], *b"LOREM-ipsum");
    drop(other);
    map.resize(5).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"LOREM");
}

/// Runs a second writer of the file in a loop. Meanwhile, this thread maps the file with one byte
/// more than it has, and then with two. Returns how often the second writer lost bytes.
fn cuts(path: &Path, second: impl Fn() -> io::Result<bool> + Sync) -> io::Result<usize> {
    let done = AtomicBool::new(false);
    let grow = || {
        for _ in 0..*ROUNDS {
            let len = path.metadata()?.len() as usize;
            let mut map = open(&options(Access::Write, 0, Some(len + 1)), path)?;
            map.resize(len + 2)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let second = scope.spawn(|| {
            let mut cuts = 0;
            while !done.load(SeqCst) {
                cuts += usize::from(second()?);
            }
            Ok(cuts)
        });
        let grown: io::Result<()> = grow();
        // Before a panic: the other thread is waited for.
        done.store(true, SeqCst);
        grown.and(second.join().unwrap())
    })
}

#[test]
fn bytes_that_another_writer_appends_are_not_cut_off() {
    let (_folder, path) = file_of(b"");
    let appender = File::options().append(true).open(&path).unwrap();
    let appended = AtomicUsize::new(0);
    let append = || {
        let before = path.metadata()?.len();
        (&appender).write_all(&[b'a'; 100])?;
        appended.fetch_add(100, SeqCst);
        Ok(path.metadata()?.len() < before + 100)
    };
    assert_eq!(cuts(&path, append).unwrap(), 0);
    // What was appended where a map was to end may have become its zero.
    let bytes = fs::read(&path).unwrap();
    let kept = bytes.iter().filter(|&&byte| byte == b'a').count();
    assert!(kept + 2 * *ROUNDS >= appended.into_inner());
}

#[test]
fn bytes_that_another_map_adds_are_not_cut_off() {
    let (_folder, path) = file_of(b"");
    let extend = || {
        let len = path.metadata()?.len() as usize + 100;
        let map = open(&options(Access::Write, 0, Some(len)), &path)?;
        // A touch of its end ends the process then.
        Ok(map.file_len()? < len as u64)
    };
    assert_eq!(cuts(&path, extend).unwrap(), 0);
}

#[test]
fn a_resize_without_write_access_is_refused() {
    let (_folder, path) = file_of(TEXT);
    for (access, len) in [Access::Read, Access::Copy]
        .into_iter()
        .flat_map(|access| [0, 5, 11, 12, usize::MAX].map(|len| (access, len)))
    {
        let mut map = whole(&path, access);
        map.consume(2);
        assert_no_change(
            (&mut map, &path),
            |map| map.resize(len),
            ErrorKind::PermissionDenied,
            "cannot resize: access is not Write",
        );
    }
}

#[test]
fn a_length_that_no_map_can_have_is_refused() {
    let (_folder, path) = file_of(TEXT);
    for len in [usize::MAX, isize::MAX as usize + 1] {
        let message = format!("cannot resize to {len}: too long");
        let mut map = open(&options(Access::Write, 6, None), &path).unwrap();
        map.consume(2);
        assert_no_change(
            (&mut map, &path),
            |map| map.resize(len),
            ErrorKind::InvalidInput,
            &message,
        );
        let mut map = MappedFile::anonymous(1).unwrap();
        assert_fault(map.resize(len), ErrorKind::InvalidInput, &message);
        assert_eq!(map[..], [0]);
    }
}

#[test]
fn a_map_without_its_file_keeps_its_bytes_but_cannot_be_resized() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = open(&options(access, 6, None), &path).unwrap();
        assert_eq!((map.access(), map.offset()), (access, 6));
        let len = |file: &File| file.metadata().unwrap().len();
        assert_eq!(map.file().map(len), Some(11));
        assert_eq!(map.take_file().as_ref().map(len), Some(11));
        assert!(map.file().is_none() && map.take_file().is_none());
        assert_fault(
            map.file_len(),
            ErrorKind::Unsupported,
            "cannot get file_len: the map has no file",
        );
        let message = "cannot resize: the map has no file";
        if access == Access::Write {
            assert_no_change(
                (&mut map, &path),
                |map| map.resize(2),
                ErrorKind::Unsupported,
                message,
            );
            map.write_all(b"i").unwrap();
        }
        assert_eq!((&map[..], map.offset()), (&b"ipsum"[..], 6));
        map.close().unwrap();
    }
}

/// `sh` limits the number of open files.
#[test]
#[cfg(target_os = "linux")]
fn many_maps_need_few_open_files() {
    if is_child() {
        let (_folder, path) = file_of(TEXT);
        let mut maps = Vec::new();
        for _ in 0..500 {
            let mut map = whole(&path, Access::Read);
            drop(map.take_file());
            maps.push(map);
        }
        assert!(maps.iter().all(|map| map[..] == *TEXT));
        const EMFILE: i32 = 24;
        let mut maps = Vec::new();
        let error = loop {
            match open(&options(Access::Read, 0, None), &path) {
                Ok(map) => maps.push(map),
                Err(error) => break error,
            }
        };
        assert_eq!(error.raw_os_error(), Some(EMFILE), "{error:?}");
    } else {
        assert_passes_in_a_child("many_maps_need_few_open_files", "ulimit -n 100;");
    }
}

#[test]
#[cfg(unix)]
fn the_file_of_a_map_can_be_locked() {
    let (_folder, path) = file_of(TEXT);
    let map = whole(&path, Access::Write);
    map.file().unwrap().lock().unwrap();
    let other = File::open(&path).unwrap();
    assert!(matches!(
        other.try_lock(),
        Err(fs::TryLockError::WouldBlock)
    ));
    map.close().unwrap();
    other.try_lock().unwrap();
}

#[test]
fn private_memory_has_no_file() {
    let mut map = MappedFile::anonymous(3).unwrap();
    assert_eq!((map.access(), map.offset()), (Access::Write, 0));
    assert!(map.file().is_none() && map.take_file().is_none());
    // `take_file` took no file, so the memory can still be resized.
    map.resize(4).unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn shared_memory_keeps_its_length() {
    for len in [0, 3, 100_000] {
        let mut map = MappedFile::anonymous_shared(len).unwrap();
        assert!(map.len() == len && map.iter().all(|&byte| byte == 0));
        map.as_mut_slice().unwrap().fill(b'a');
        map.seek(SeekFrom::End(0)).unwrap();
        let message = "cannot resize: the map has no file";
        for other in [0, len, 200_000] {
            assert_fault(map.resize(other), ErrorKind::Unsupported, message);
        }
        assert!(map.len() == len && map.iter().all(|&byte| byte == b'a'));
        assert_fault(
            map.file_len(),
            ErrorKind::Unsupported,
            "cannot get file_len: the map has no file",
        );
        MappedFile::flush(&map).unwrap();
    }
}

/// A container can have a `/dev` that was made by hand. Here `unshare` gives the test its own.
#[test]
#[cfg(target_os = "linux")]
fn shared_memory_is_refused_if_dev_zero_is_another_file_or_device() {
    if is_child() {
        let map = MappedFile::anonymous_shared(11);
        let message = "cannot share: /dev/zero is another file";
        assert_fault(map, ErrorKind::Unsupported, message);
        let bytes = fs::read("/dev/zero").unwrap();
        assert!(bytes == TEXT || bytes.is_empty());
        return;
    }
    let (_folder, path) = file_of(TEXT);
    for other in [path.as_path(), Path::new("/dev/null")] {
        let mount = format!("mount --bind {} /dev/zero", other.display());
        let unshare = "unshare --map-root-user --mount sh -c";
        let run = std::process::Command::new("sh")
            .args(["-c", &format!("{unshare} '{mount}'")])
            .status();
        if !run.unwrap().success() {
            eprintln!("skipped: a mount namespace is not allowed here");
            return;
        }
        let before = format!(r#"exec {unshare} '{mount} && exec "$0" --exact "$1"' "$0" "$1";"#);
        let test = "shared_memory_is_refused_if_dev_zero_is_another_file_or_device";
        assert_passes_in_a_child(test, &before);
    }
}

#[test]
fn a_map_that_was_made_read_only_refuses_stores() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = whole(&path, access);
        map.consume(2);
        let mut map = map.make_read_only().unwrap();
        assert_eq!((map.access(), map.position()), (Access::Read, 2));
        let store = |map: &mut MappedFile| map.write_byte(b'a');
        let (kind, message) = (
            ErrorKind::PermissionDenied,
            "cannot write: the map is read-only",
        );
        assert_no_change((&mut map, &path), store, kind, message);
    }
    let mut map = MappedFile::anonymous(3).unwrap();
    map.write_all(b"ab").unwrap();
    let mut map = map.make_read_only().unwrap();
    assert_eq!(map[..], *b"ab\0");
    let message = "cannot resize: access is not Write";
    assert_fault(map.resize(4), ErrorKind::PermissionDenied, message);
}

#[test]
fn private_memory_has_no_file_length() {
    let map = MappedFile::anonymous(3).unwrap();
    let message = "cannot get file_len: the map has no file";
    assert_fault(map.file_len(), ErrorKind::Unsupported, message);
}

// The bytes and the position.

#[test]
fn a_map_with_read_access_refuses_stores() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Read);
    map.consume(2);
    let stores: [fn(&mut MappedFile) -> io::Result<()>; 7] = [
        |map| map.as_mut_slice().map(|bytes| bytes.fill(0)),
        |map| map.write(b"abc").map(drop),
        |map| map.write_exact(b"abc"),
        |map| map.write_exact(&[b'a'; 12]),
        |map| map.write_byte(b'a'),
        |map| write!(map, "{}", 1),
        |map| map.move_within(6..11, 0),
    ];
    for store in stores {
        assert_no_change(
            (&mut map, &path),
            store,
            ErrorKind::PermissionDenied,
            "cannot write: the map is read-only",
        );
    }
}

#[test]
fn write_writes_as_many_bytes_as_fit() {
    let (_folder, path) = file_of(TEXT);
    for access in [Access::Write, Access::Copy] {
        let mut map = whole(&path, access);
        map.seek(SeekFrom::Start(9)).unwrap();
        assert_eq!(map.write(b"abc").unwrap(), 2);
        assert_no_change(
            (&mut map, &path),
            |map| map.write_all(b"d"),
            ErrorKind::WriteZero,
            "failed to write whole buffer",
        );
        assert_eq!(map.write(b"d").unwrap(), 0);
        assert_eq!((&map[..], map.position()), (&b"Lorem ipsab"[..], 11));
    }
}

#[test]
fn writers_of_std_fill_the_map_before_they_fail() {
    let full = |map: &MappedFile, result: io::Result<u64>, bytes: &[u8]| {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::WriteZero);
        assert_eq!((&map[..], map.position()), (bytes, bytes.len()));
    };
    let mut map = MappedFile::anonymous(10).unwrap();
    let mut buffered = io::BufWriter::with_capacity(8, &mut map);
    buffered.write_all(b"abcdefgh").unwrap();
    buffered.write_all(b"ABCDEFG").unwrap();
    let result = buffered.flush().map(|()| 0);
    drop(buffered.into_parts());
    full(&map, result, b"abcdefghAB");

    let mut map = MappedFile::anonymous(9000).unwrap();
    let result = io::copy(&mut [b'c'; 10_000].as_slice(), &mut map);
    full(&map, result, &[b'c'; 9000]);

    let mut map = MappedFile::anonymous(5).unwrap();
    let result = write!(map, "{:?}{:?}", [1], [2]).map(|()| 0);
    full(&map, result, b"[1][2");
}

#[test]
fn a_write_of_no_bytes_succeeds() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = whole(&path, access);
        for place in [2, 11] {
            map.seek(SeekFrom::Start(place)).unwrap();
            assert_eq!(map.write(b"").unwrap(), 0);
            map.write_all(b"").unwrap();
            map.write_exact(b"").unwrap();
            write!(map, "").unwrap();
            assert_eq!(map.position() as u64, place);
        }
    }
}

#[test]
fn write_exact_past_the_end_writes_no_byte() {
    let (_folder, path) = file_of(TEXT);
    for access in [Access::Write, Access::Copy] {
        let mut map = whole(&path, access);
        map.seek(SeekFrom::Start(9)).unwrap();
        assert_no_change(
            (&mut map, &path),
            |map| map.write_exact(b"abc"),
            ErrorKind::WriteZero,
            "cannot write bytes 9..12: the map has 11 bytes",
        );
        map.write_exact(b"ab").unwrap();
        assert_no_change(
            (&mut map, &path),
            |map| map.write_byte(b'a'),
            ErrorKind::WriteZero,
            "cannot write bytes 11..12: the map has 11 bytes",
        );
        assert_eq!(map[..], *b"Lorem ipsab");
    }
}

#[test]
fn a_position_past_the_end_stays_and_has_no_bytes() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    map.seek(SeekFrom::End(0)).unwrap();
    map.resize(5).unwrap();
    assert_eq!(map.position(), 11);
    assert_eq!(map.read(&mut [0; 3]).unwrap(), 0);
    assert_eq!(map.read_to_end(&mut Vec::new()).unwrap(), 0);
    map.consume(1);
    assert!(map.read_bytes(3).is_empty());
    assert_eq!(map.write(b"abc").unwrap(), 0);
    assert_no_change(
        (&mut map, &path),
        |map| map.write_exact(b"abc"),
        ErrorKind::WriteZero,
        "cannot write bytes 11..14: the map has 5 bytes",
    );
    assert_no_change(
        (&mut map, &path),
        MappedFile::read_byte,
        ErrorKind::UnexpectedEof,
        "cannot read bytes 11..12: the map has 5 bytes",
    );
    assert_no_change(
        (&mut map, &path),
        |map| map.seek(SeekFrom::Current(1)),
        ErrorKind::InvalidInput,
        "cannot seek to Current(1): the map has 5 bytes",
    );
    assert_eq!((&map[..], map.position()), (&b"Lorem"[..], 11));
    assert_eq!(map.stream_position().unwrap(), 11);
    let here = SeekFrom::Current(0);
    assert_eq!(map.seek(here).unwrap(), 11);
    assert_eq!(map.seek(SeekFrom::Current(-7)).unwrap(), 4);
    assert_eq!(map.read_byte().unwrap(), b'm');
}

#[test]
fn read_bytes_reads_up_to_the_end_without_a_copy() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Read);
    let start = map.as_ptr();
    map.consume(2);
    let bytes = map.read_bytes(3);
    assert_eq!(
        (bytes, bytes.as_ptr()),
        (&b"rem"[..], start.wrapping_add(2))
    );
    assert_eq!(map.read_bytes(0), b"");
    assert_eq!(map.position(), 5);
    assert_eq!(map.read_bytes(usize::MAX), b" ipsum");
    assert_eq!(map.read_bytes(1), b"");
    assert_eq!(map.position(), 11);
}

/// The default methods of the traits allocate several times, and in the end more than needed.
#[test]
fn read_to_end_allocates_as_much_as_for_a_cursor() {
    let (_folder, path) = file_of(&[b'a'; 100_001]);
    let mut map = whole(&path, Access::Read);
    let mut cursor = io::Cursor::new(fs::read(&path).unwrap());
    map.consume(1);
    cursor.consume(1);

    let (mut bytes, mut expected) = (b"-".to_vec(), b"-".to_vec());
    assert_eq!(map.read_to_end(&mut bytes).unwrap(), 100_000);
    cursor.read_to_end(&mut expected).unwrap();
    assert!(bytes == expected && bytes.capacity() == expected.capacity());
    assert_eq!(map.position(), 100_001);

    map.seek(SeekFrom::Start(1)).unwrap();
    cursor.set_position(1);
    let (mut text, mut expected) = (String::from("-"), String::from("-"));
    assert_eq!(map.read_to_string(&mut text).unwrap(), 100_000);
    cursor.read_to_string(&mut expected).unwrap();
    assert!(text == expected && text.capacity() == expected.capacity());
    assert_eq!(map.position(), 100_001);
}

#[test]
fn read_to_string_of_bytes_that_are_not_utf_8_reads_no_byte() {
    let (_folder, path) = file_of(b"caf\xe9\nLorem");
    let mut map = whole(&path, Access::Read);
    map.consume(2);
    let mut text = String::from("-");
    let message = "stream did not contain valid UTF-8";
    let read = |map: &mut MappedFile| map.read_to_string(&mut text);
    assert_no_change((&mut map, &path), read, ErrorKind::InvalidData, message);
    assert_eq!(text, "-");
    let read = map.read_line(&mut text);
    assert_fault(read, ErrorKind::InvalidData, message);
    assert_eq!((text.as_str(), map.position()), ("-", 5));
}

#[test]
fn a_seek_out_of_the_map_does_not_move_the_position() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Read);
    map.consume(3);
    for to in [
        SeekFrom::Start(12),
        SeekFrom::Start(u64::MAX),
        SeekFrom::Current(-4),
        SeekFrom::Current(9),
        SeekFrom::Current(i64::MIN),
        SeekFrom::Current(i64::MAX),
        SeekFrom::End(-12),
        SeekFrom::End(1),
        SeekFrom::End(i64::MIN),
        SeekFrom::End(i64::MAX),
    ] {
        assert_no_change(
            (&mut map, &path),
            |map| map.seek(to),
            ErrorKind::InvalidInput,
            &format!("cannot seek to {to:?}: the map has 11 bytes"),
        );
    }
    assert_eq!(map.seek(SeekFrom::Current(8)).unwrap(), 11);
    assert_eq!(map.seek(SeekFrom::End(-11)).unwrap(), 0);
}

#[test]
fn read_exact_past_the_end_changes_neither_buffer_nor_position() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = whole(&path, access);
        map.seek(SeekFrom::Start(9)).unwrap();
        let mut buffer = [b'-'; 3];
        assert_no_change(
            (&mut map, &path),
            |map| map.read_exact(&mut buffer),
            ErrorKind::UnexpectedEof,
            "cannot read bytes 9..12: the map has 11 bytes",
        );
        assert_eq!(buffer, [b'-'; 3]);
        map.seek(SeekFrom::End(0)).unwrap();
        assert_no_change(
            (&mut map, &path),
            MappedFile::read_byte,
            ErrorKind::UnexpectedEof,
            "cannot read bytes 11..12: the map has 11 bytes",
        );
    }
}

#[test]
fn a_move_out_of_the_map_is_refused() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    map.consume(3);
    for (src, dest) in [(0..5, 7), (0..0, 12), (0..11, 1), (0..1, usize::MAX)] {
        let end = dest.saturating_add(src.len());
        assert_no_change(
            (&mut map, &path),
            |map| map.move_within(src, dest),
            ErrorKind::InvalidInput,
            &format!("cannot move to bytes {dest}..{end}: the map has 11 bytes"),
        );
    }
    for (start, end) in [(7, 12), (12, 12), (usize::MAX, 0), (1, usize::MAX), (6, 5)] {
        assert_no_change(
            (&mut map, &path),
            |map| map.move_within(start..end, 0),
            ErrorKind::InvalidInput,
            &format!("cannot move bytes {start}..{end}: the map has 11 bytes"),
        );
    }
    map.move_within(11.., 11).unwrap();
    map.move_within(..=4, 6).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"Lorem Lorem");
}

/// Ranges that are not inside a map of 11 bytes.
const OUTSIDE: [(Bound<usize>, Bound<usize>, &str); 5] = [
    (Bound::Unbounded, Bound::Included(11), "0..12"),
    (Bound::Included(12), Bound::Unbounded, "12..11"),
    (Bound::Excluded(5), Bound::Excluded(5), "6..5"),
    (Bound::Included(7), Bound::Excluded(12), "7..12"),
    (Bound::Included(11), Bound::Excluded(12), "11..12"),
];

#[test]
fn a_flush_out_of_the_map_is_refused_with_every_access() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = whole(&path, access);
        map.consume(3);
        for (start, end, shown) in OUTSIDE {
            assert_no_change(
                (&mut map, &path),
                |map| map.flush_range((start, end)),
                ErrorKind::InvalidInput,
                &format!("cannot flush bytes {shown}: the map has 11 bytes"),
            );
        }
        map.flush_range(11..).unwrap();
        map.flush_range(7..=10).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn advice_for_bytes_out_of_the_map_is_refused_with_every_access() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = whole(&path, access);
        for (start, end, shown) in OUTSIDE {
            let message = format!("cannot advise bytes {shown}: the map has 11 bytes");
            let advise = |map: &mut MappedFile| map.advise((start, end), Advice::Normal);
            assert_no_change((&mut map, &path), advise, ErrorKind::InvalidInput, &message);
            // SAFETY: no byte of the map is borrowed, and the call is to be refused.
            let advise = |map: &mut MappedFile| unsafe {
                map.unchecked_advise((start, end), UncheckedAdvice::DontNeed)
            };
            assert_no_change((&mut map, &path), advise, ErrorKind::InvalidInput, &message);
        }
        map.advise(11.., Advice::Normal).unwrap();
        map.advise(7..=10, Advice::Normal).unwrap();
    }
}

/// The range is empty, so a failing test breaks no memory.
#[test]
#[cfg(target_os = "linux")]
fn advice_that_breaks_memory_is_refused() {
    let (_folder, path) = file_of(TEXT);
    let message = "HwPoison kills the process";
    for access in ACCESSES {
        let mut map = whole(&path, access);
        let advise = |map: &mut MappedFile| map.advise(0..0, Advice::HwPoison);
        assert_no_change((&mut map, &path), advise, ErrorKind::InvalidInput, message);
    }
}

#[test]
fn a_search_past_the_end_finds_no_bytes() {
    let (_folder, path) = file_of(TEXT);
    let map = whole(&path, Access::Read);
    for bounds in [
        (Bound::Included(12), Bound::Unbounded),
        (Bound::Included(12), Bound::Excluded(12)),
        (Bound::Included(14), Bound::Excluded(13)),
        (Bound::Included(usize::MAX), Bound::Included(usize::MAX)),
        (Bound::Excluded(usize::MAX), Bound::Unbounded),
        (Bound::Included(6), Bound::Excluded(5)),
    ] {
        for needle in [&b"m"[..], b""] {
            assert_eq!(map.find_in(bounds, needle), None, "{bounds:?}");
            assert_eq!(map.rfind_in(bounds, needle), None, "{bounds:?}");
        }
    }
    // The empty word stands at the end of the map, and at the end of each range in it.
    assert_eq!(map.find_in(11.., b""), Some(11));
    assert_eq!(map.rfind_in(11..20, b""), Some(11));
    assert_eq!(map.find_in(5..5, b""), Some(5));
    assert_eq!(map.find_in(..=usize::MAX, b"ipsum"), Some(6));
    assert_eq!(map.rfind_in(2..usize::MAX, b"m"), Some(10));
}

// The type.

#[test]
fn a_map_can_be_sent_to_and_shared_with_another_thread() {
    assert_impl_all!(MappedFile: Send, Sync, Unpin, UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Options: Send, Sync);
}

#[test]
fn the_types_have_the_common_traits() {
    assert_impl_all!(MappedFile: Debug, Deref<Target = [u8]>, AsRef<[u8]>);
    assert_impl_all!(MappedFile: Read, BufRead, Write, Seek);
    assert_impl_all!(Options: Debug, Default, Clone, Eq, Hash);
    assert_impl_all!(Access: Debug, Default, Copy, Eq, Hash);
    let (_folder, path) = file_of(TEXT);
    assert_eq!(whole(&path, Access::Read).as_ref(), TEXT);
}

#[test]
fn debug_prints_the_fields_but_not_the_bytes() {
    let (_folder, path) = file_of(TEXT);
    let mut map = open(&options(Access::Copy, 6, None), &path).unwrap();
    map.consume(2);
    let shown = format!("{map:?}");
    assert!(!shown.contains("[105"), "{shown}");
    for part in [
        "len: 5 ",
        "access: Copy, file: Some(File",
        "offset: 6, position: 2",
    ] {
        assert!(shown.contains(part), "{part:?} in {shown}");
    }
    let shown = format!("{:?}", MappedFile::anonymous(3).unwrap());
    let part = "access: Write, file: None, offset: 0, position: 0";
    assert!(shown.contains(part), "{shown}");
    assert_eq!(
        format!("{:?}", options(Access::Read, 6, Some(5))),
        "Options { access: Read, offset: 6, len: Some(5) }"
    );
}
