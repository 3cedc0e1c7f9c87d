//! What a map does when something is wrong: a test for each fault.
//!
//! Each asks for the kind of the error, for what its message says, and for bytes, file and
//! position as they were.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test that cannot go on fails

use mapped_file::{Access, MappedFile, Options};
use static_assertions::assert_impl_all;
use std::fs::{self, File};
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const TEXT: &[u8] = b"Lorem ipsum";
const ACCESSES: [Access; 3] = [Access::Read, Access::Write, Access::Copy];

/// A fresh folder, and the path of a file in it.
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

/// A map of the whole file.
fn whole(path: &Path, access: Access) -> MappedFile {
    open(&options(access, 0, None), path).unwrap()
}

/// That a call failed, as this kind of error, with a message that starts like this. What
/// the system says comes after that.
#[track_caller]
fn assert_fault<T>(result: io::Result<T>, kind: ErrorKind, message: &str) {
    let error = result.err().expect("no fault");
    assert_eq!(error.kind(), kind, "{error}");
    let found = error.to_string();
    assert!(found.starts_with(message), "{found:?}, not {message:?}");
}

/// The same of a call that is to leave the map, its file and its position alone.
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

/// Runs a test again in a process of its own, after `sh` has done something before it.
/// The tests that start a process know by this variable that they are in it.
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

/// That the test ran there, and passed.
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
fn a_missing_file_is_not_mapped_and_not_made() {
    let (_folder, path) = file_of(TEXT);
    let missing = path.with_file_name("missing");
    for access in ACCESSES {
        let map = open(&options(access, 0, Some(5)), &missing);
        let message = format!("open {}: ", missing.display());
        assert_fault(map, ErrorKind::NotFound, &message);
        assert!(!missing.exists());
    }
}

#[test]
fn a_folder_is_not_mapped() {
    let (folder, _) = file_of(TEXT);
    let message = "map: the file is not a regular file";
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
fn a_named_pipe_that_nobody_writes_to_is_refused_without_a_wait() {
    let (folder, _) = file_of(TEXT);
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    for access in ACCESSES {
        let (sender, receiver) = std::sync::mpsc::channel();
        let pipe = pipe.clone();
        // Another thread, so that a wait fails the test and does not hang it.
        std::thread::spawn(move || sender.send(open(&options(access, 0, Some(5)), &pipe)));
        let map = receiver.recv_timeout(std::time::Duration::from_secs(20));
        let message = "map: the file is not a regular file";
        assert_fault(map.unwrap(), ErrorKind::InvalidInput, message);
    }
}

#[test]
#[cfg(unix)]
fn the_end_of_a_pipe_is_not_mapped() {
    for access in ACCESSES {
        let (reader, _writer) = io::pipe().unwrap();
        let reader = File::from(std::os::fd::OwnedFd::from(reader));
        let map = map(&options(access, 0, Some(5)), reader);
        let message = "map: the file is not a regular file";
        assert_fault(map, ErrorKind::InvalidInput, message);
    }
}

#[test]
#[cfg(unix)]
fn a_device_is_not_mapped() {
    for access in ACCESSES {
        let map = open(&options(access, 0, Some(5)), Path::new("/dev/zero"));
        let message = "map: the file is not a regular file";
        assert_fault(map, ErrorKind::InvalidInput, message);
    }
}

#[test]
fn write_access_needs_a_file_that_is_open_for_writing() {
    let (_folder, path) = file_of(TEXT);
    for (offset, len, end) in [(0, None, 11), (6, Some(5), 11), (6, Some(6), 12)] {
        let file = File::open(&path).unwrap();
        let map = map(&options(Access::Write, offset, len), file);
        let message = format!("map of bytes {offset}..{end}: ");
        assert_fault(map, ErrorKind::PermissionDenied, &message);
        assert_eq!(fs::read(&path).unwrap(), TEXT);
    }
}

#[test]
fn every_access_needs_a_file_that_is_open_for_reading() {
    let (_folder, path) = file_of(TEXT);
    let write_only = || File::options().write(true).open(&path).unwrap();
    for access in ACCESSES {
        let map = map(&options(access, 0, None), write_only());
        assert_fault(map, ErrorKind::PermissionDenied, "map of bytes 0..11: ");
        assert_eq!(fs::read(&path).unwrap(), TEXT);
    }
    let map = map(&options(Access::Write, 0, Some(20)), write_only());
    assert_fault(map, ErrorKind::PermissionDenied, "map of bytes 0..20: ");
    assert_eq!(fs::read(&path).unwrap(), TEXT);
}

#[test]
#[cfg(unix)]
fn a_file_that_is_removed_stays_mapped() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    fs::remove_file(&path).unwrap();
    map.write_all(b"LOREM").unwrap();
    map.flush_range(0, 5).unwrap();
    map.resize(12).unwrap();
    assert_eq!(map[..], *b"LOREM ipsum\0");
    assert_eq!((map.file_len().unwrap(), map.position()), (12, 5));
    map.close().unwrap();
    assert!(!path.exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_cut_short_under_the_map_kills_the_process_at_the_next_touch() {
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
        let test = "a_file_cut_short_under_the_map_kills_the_process_at_the_next_touch";
        let end = in_a_child(test, "").status.to_string();
        assert!(end.contains("SIGBUS"), "{end}");
    }
}

// Which bytes of it.

#[test]
fn an_offset_past_the_end_is_refused_without_a_length() {
    let (_folder, path) = file_of(TEXT);
    for (access, offset) in ACCESSES.into_iter().flat_map(|a| [(a, 12), (a, 1 << 20)]) {
        let map = open(&options(access, offset, None), &path);
        let message = format!("map of all bytes from byte {offset}: the file has 11 bytes");
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
            let message = format!("map of {len} bytes from byte {offset}: the file has 11 bytes");
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
fn an_end_that_is_no_number_is_refused() {
    let (_folder, path) = file_of(TEXT);
    for (offset, len) in [
        (0, usize::MAX),
        (0, isize::MAX as usize + 1),
        (1, usize::MAX),
        (u64::MAX, 1),
        (u64::MAX, isize::MAX as usize),
        (u64::MAX, usize::MAX),
    ] {
        for access in ACCESSES {
            let map = open(&options(access, offset, Some(len)), &path);
            let message = format!("map of {len} bytes from byte {offset}: the file has 11 bytes");
            assert_fault(map, ErrorKind::InvalidInput, &message);
            assert_eq!(fs::read(&path).unwrap(), TEXT);
        }
    }
    // This end is a number, if none that the system has a file for.
    let map = open(&options(Access::Write, u64::MAX, Some(0)), &path);
    let message = format!("map of bytes {0}..{0}: ", u64::MAX);
    assert_fault(map, ErrorKind::InvalidInput, &message);
    assert_eq!(fs::read(&path).unwrap(), TEXT);
}

#[test]
fn a_length_that_only_the_system_refuses_leaves_the_file_alone() {
    let (_folder, path) = file_of(TEXT);
    let len = isize::MAX as usize;
    // It depends on the file system whether the file or the map is too long.
    let error = open(&options(Access::Write, 0, Some(len)), &path).unwrap_err();
    let message = format!("map of bytes 0..{len}: ");
    assert!(error.to_string().starts_with(&message), "{error}");
    assert_eq!(fs::read(&path).unwrap(), TEXT);

    let mut map = whole(&path, Access::Write);
    let error = map.resize(len).unwrap_err();
    let message = format!("resize of bytes 0..{len}: ");
    assert!(error.to_string().starts_with(&message), "{error}");
    assert_eq!((&map[..], map.position()), (TEXT, 0));
    assert_eq!(fs::read(&path).unwrap(), TEXT);
}

#[test]
#[cfg(unix)]
fn no_memory_is_no_map() {
    for len in [isize::MAX as usize, usize::MAX] {
        let error = MappedFile::anonymous(len).unwrap_err();
        let message = format!("map of bytes 0..{len}: ");
        assert!(error.to_string().starts_with(&message), "{error}");
    }
    let mut map = MappedFile::anonymous(3).unwrap();
    map.write_all(b"ab").unwrap();
    let len = isize::MAX as usize;
    let message = format!("resize of bytes 0..{len}: ");
    assert_fault(map.resize(len), ErrorKind::OutOfMemory, &message);
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
fn a_map_may_have_no_bytes_anywhere_in_the_file() {
    let (_folder, path) = file_of(TEXT);
    for (access, offset) in ACCESSES.into_iter().flat_map(|a| [(a, 0), (a, 5), (a, 11)]) {
        let mut map = open(&options(access, offset, Some(0)), &path).unwrap();
        assert_eq!((map.len(), map.file_len().unwrap()), (0, 11));
        assert_eq!(map.fill_buf().unwrap(), b"");
        map.flush_range(0, 0).unwrap();
    }
    assert_eq!(fs::read(&path).unwrap(), TEXT);
}

// The limits of the system. `sh` sets them for a process of its own.

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_may_not_grow_stays_as_it_was() {
    if is_child() {
        let (_folder, path) = file_of(TEXT);
        let longer = open(&options(Access::Write, 6, Some(100_000)), &path);
        assert_fault(longer, ErrorKind::FileTooLarge, "map of bytes 6..100006: ");
        assert_eq!(fs::read(&path).unwrap(), TEXT);

        let mut map = whole(&path, Access::Write);
        map.seek(SeekFrom::Start(3)).unwrap();
        assert_no_change(
            (&mut map, &path),
            |map| map.resize(100_000),
            ErrorKind::FileTooLarge,
            "resize of bytes 0..100000: ",
        );
        map.write_all(b"EM").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"LorEM ipsum");
    } else {
        // The signal would end the process before the system call fails.
        let limit = "trap '' XFSZ; ulimit -f 10;";
        assert_passes_in_a_child("a_file_that_may_not_grow_stays_as_it_was", limit);
    }
}

#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_map_that_finds_no_room_leaves_the_file_as_it_was() {
    const GIB: usize = 1 << 30;
    if is_child() {
        let (_folder, path) = file_of(TEXT);
        let longer = open(&options(Access::Write, 0, Some(4 * GIB)), &path);
        let message = format!("map of bytes 0..{}: ", 4 * GIB);
        assert_fault(longer, ErrorKind::OutOfMemory, &message);
        assert_eq!(fs::read(&path).unwrap(), TEXT);

        let mut map = open(&options(Access::Write, 0, Some(2 * GIB)), &path).unwrap();
        map.seek(SeekFrom::End(-3)).unwrap();
        map.write_all(b"end").unwrap();
        // Longer or shorter, there is no room for a second map beside the first.
        for len in [3 * GIB, 2 * GIB - 1] {
            let message = format!("resize of bytes 0..{len}: ");
            assert_fault(map.resize(len), ErrorKind::OutOfMemory, &message);
            assert_eq!(map.file_len().unwrap(), 2 * GIB as u64);
            assert_eq!((map.len(), map.position()), (2 * GIB, 2 * GIB));
            assert!(map.starts_with(TEXT) && map.ends_with(b"end"));
        }
    } else {
        let limit = "ulimit -v 3000000;";
        assert_passes_in_a_child("a_map_that_finds_no_room_leaves_the_file_as_it_was", limit);
    }
}

/// On the disk are a few pages of the file. Unix alone: Windows would write all of it.
#[test]
#[cfg(all(unix, target_pointer_width = "64"))]
fn bytes_past_4_gib_are_bytes_like_others() {
    const FOUR_GIB: usize = 1 << 32;
    let (_folder, path) = file_of(b"");
    let mut part = open(
        &options(Access::Write, FOUR_GIB as u64 + 7, Some(TEXT.len())),
        &path,
    )
    .unwrap();
    part.write_all(TEXT).unwrap();
    part.flush_range(6, 5).unwrap();
    assert_eq!(part.file_len().unwrap(), FOUR_GIB as u64 + 18);

    let mut map = whole(&path, Access::Write);
    assert_eq!(map.len(), FOUR_GIB + 18);
    assert_eq!(map.rfind(b"Lorem"), Some(FOUR_GIB + 7));
    assert_eq!(map.find_in(FOUR_GIB - 5.., b"ipsum"), Some(FOUR_GIB + 13));
    map.move_within(FOUR_GIB - 2, FOUR_GIB + 7, 5).unwrap();
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
fn a_map_that_was_resized_to_nothing_can_be_resized_again() {
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
fn only_write_access_resizes() {
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
            "resize: the map does not write to the file",
        );
    }
}

#[test]
fn a_length_that_no_map_can_have_is_refused() {
    let (_folder, path) = file_of(TEXT);
    for len in [usize::MAX, isize::MAX as usize + 1] {
        let message = format!("resize to {len} bytes: no map is that long");
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
fn memory_has_no_file_length() {
    let map = MappedFile::anonymous(3).unwrap();
    let message = "file_len: no file";
    assert_fault(map.file_len(), ErrorKind::Unsupported, message);
}

// The bytes and the position.

#[test]
fn a_map_with_read_access_takes_no_store() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Read);
    map.consume(2);
    let stores: [fn(&mut MappedFile) -> io::Result<()>; 6] = [
        |map| map.as_mut_slice().map(|bytes| bytes.fill(0)),
        |map| map.write_all(b"abc"),
        |map| map.write(b"").map(drop),
        |map| map.write_byte(b'a'),
        |map| write!(map, "{}", 1),
        |map| map.move_within(0, 6, 5),
    ];
    for store in stores {
        assert_no_change(
            (&mut map, &path),
            store,
            ErrorKind::PermissionDenied,
            "store: the map is read-only",
        );
    }
}

#[test]
fn a_write_past_the_end_writes_nothing() {
    let (_folder, path) = file_of(TEXT);
    for access in [Access::Write, Access::Copy] {
        let mut map = whole(&path, access);
        map.seek(SeekFrom::Start(9)).unwrap();
        assert_no_change(
            (&mut map, &path),
            |map| map.write(b"abc"),
            ErrorKind::InvalidInput,
            "write of 3 bytes at byte 9: the map has 11 bytes",
        );
        assert_no_change(
            (&mut map, &path),
            |map| map.write_all(b"abc"),
            ErrorKind::InvalidInput,
            "write of 3 bytes at byte 9: the map has 11 bytes",
        );
        map.seek(SeekFrom::End(0)).unwrap();
        assert_no_change(
            (&mut map, &path),
            |map| map.write_byte(b'a'),
            ErrorKind::InvalidInput,
            "write of 1 bytes at byte 11: the map has 11 bytes",
        );
        assert_eq!(map.write(b"").unwrap(), 0);
    }
}

#[test]
fn a_position_that_a_shrink_left_past_the_end_stays_and_nothing_is_there() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    map.seek(SeekFrom::End(0)).unwrap();
    map.resize(5).unwrap();
    assert_eq!(map.position(), 11);
    assert_eq!(map.read(&mut [0; 3]).unwrap(), 0);
    assert_eq!(map.read_to_end(&mut Vec::new()).unwrap(), 0);
    map.consume(1);
    assert_no_change(
        (&mut map, &path),
        |map| map.write(b"abc"),
        ErrorKind::InvalidInput,
        "write of 3 bytes at byte 11: the map has 5 bytes",
    );
    assert_no_change(
        (&mut map, &path),
        MappedFile::read_byte,
        ErrorKind::UnexpectedEof,
        "read of 1 bytes at byte 11: the map has 5 bytes",
    );
    assert_no_change(
        (&mut map, &path),
        |map| map.seek(SeekFrom::Current(1)),
        ErrorKind::InvalidInput,
        "seek to Current(1): the map has 5 bytes",
    );
    assert_eq!((&map[..], map.position()), (&b"Lorem"[..], 11));
    assert_eq!(map.seek(SeekFrom::Current(-7)).unwrap(), 4);
    assert_eq!(map.read_byte().unwrap(), b'm');
}

#[test]
fn a_seek_out_of_the_map_goes_nowhere() {
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
            &format!("seek to {to:?}: the map has 11 bytes"),
        );
    }
    assert_eq!(map.seek(SeekFrom::Current(8)).unwrap(), 11);
    assert_eq!(map.seek(SeekFrom::End(-11)).unwrap(), 0);
}

#[test]
fn a_read_of_more_than_there_is_moves_nothing() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = whole(&path, access);
        map.seek(SeekFrom::Start(9)).unwrap();
        let mut buffer = [b'-'; 3];
        assert_no_change(
            (&mut map, &path),
            |map| map.read_exact(&mut buffer),
            ErrorKind::UnexpectedEof,
            "read of 3 bytes at byte 9: the map has 11 bytes",
        );
        assert_eq!(buffer, [b'-'; 3]);
        map.seek(SeekFrom::End(0)).unwrap();
        assert_no_change(
            (&mut map, &path),
            MappedFile::read_byte,
            ErrorKind::UnexpectedEof,
            "read of 1 bytes at byte 11: the map has 11 bytes",
        );
    }
}

#[test]
fn a_move_out_of_the_map_moves_nothing() {
    let (_folder, path) = file_of(TEXT);
    let mut map = whole(&path, Access::Write);
    map.consume(3);
    for (dest, src, count) in [
        (0, 7, 5),
        (7, 0, 5),
        (0, 12, 0),
        (12, 0, 0),
        (0, 0, 12),
        (usize::MAX, 0, 1),
        (0, usize::MAX, 1),
        (1, 1, usize::MAX),
    ] {
        assert_no_change(
            (&mut map, &path),
            |map| map.move_within(dest, src, count),
            ErrorKind::InvalidInput,
            &format!("move of {count} bytes from byte {src} to {dest}: the map has 11 bytes"),
        );
    }
    map.move_within(11, 11, 0).unwrap();
    map.move_within(6, 0, 5).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"Lorem Lorem");
}

#[test]
fn a_flush_out_of_the_map_is_refused_with_every_access() {
    let (_folder, path) = file_of(TEXT);
    for access in ACCESSES {
        let mut map = whole(&path, access);
        map.consume(3);
        for (offset, len) in [(0, 12), (7, 5), (12, 0), (usize::MAX, 1), (1, usize::MAX)] {
            assert_no_change(
                (&mut map, &path),
                |map| map.flush_range(offset, len),
                ErrorKind::InvalidInput,
                &format!("flush of {len} bytes from byte {offset}: the map has 11 bytes"),
            );
        }
        map.flush_range(11, 0).unwrap();
        map.flush_range(7, 4).unwrap();
    }
}

#[test]
fn a_range_past_the_end_holds_no_bytes() {
    let (_folder, path) = file_of(TEXT);
    let map = whole(&path, Access::Read);
    for bounds in [
        (Bound::Included(12), Bound::Unbounded),
        (Bound::Included(usize::MAX), Bound::Included(usize::MAX)),
        (Bound::Excluded(usize::MAX), Bound::Unbounded),
        (Bound::Included(6), Bound::Excluded(5)),
    ] {
        assert_eq!(map.find_in(bounds, b"m"), None, "{bounds:?}");
        assert_eq!(map.rfind_in(bounds, b"m"), None, "{bounds:?}");
    }
    // As in Python, nothing is found at the end of it.
    assert_eq!(map.find_in(12.., b""), Some(11));
    assert_eq!(map.rfind_in(usize::MAX.., b""), Some(11));
    assert_eq!(
        map.find_in((Bound::Included(6), Bound::Excluded(5)), b""),
        None
    );
    assert_eq!(map.find_in(..=usize::MAX, b"ipsum"), Some(6));
    assert_eq!(map.rfind_in(2..usize::MAX, b"m"), Some(10));
}

// The type.

#[test]
fn a_map_may_go_to_another_thread_and_be_shared() {
    assert_impl_all!(MappedFile: Send, Sync);
    assert_impl_all!(Options: Send, Sync);
}

#[test]
fn debug_prints_what_the_map_is_and_not_its_bytes() {
    let (_folder, path) = file_of(TEXT);
    let mut map = open(&options(Access::Copy, 6, None), &path).unwrap();
    map.consume(2);
    let shown = format!("{map:?}");
    assert!(
        shown.starts_with("MappedFile { access: Copy, file: Some("),
        "{shown}"
    );
    assert!(
        shown.ends_with("offset: 6, len: 5, position: 2 }"),
        "{shown}"
    );
    assert_eq!(
        format!("{:?}", MappedFile::anonymous(3).unwrap()),
        "MappedFile { access: Write, file: None, offset: 0, len: 3, position: 0 }"
    );
    assert_eq!(
        format!("{:?}", options(Access::Read, 6, Some(5))),
        "Options { access: Read, offset: 6, len: Some(5) }"
    );
}
