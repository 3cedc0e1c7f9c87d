//! The sentences of the book that no output on their page shows, a test for each.
//!
//! The name of a test is the sentence. The pages cite it in a footnote, and the
//! appendix *Proofs* shows its source.

// ANCHOR: helpers
use memmap2::{Mmap, MmapMut, MmapOptions};
use mmap_book::{Access, MappedFile};
use regex::bytes::Regex;
use static_assertions::{assert_impl_all, assert_not_impl_any};
use std::fs::{self, File};
use std::io::{self, BufRead, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::{Deref, DerefMut, IndexMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A fresh folder, and the path of a copy of `lorem.txt` (737 bytes) in it.
fn lorem() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lorem.txt");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/lorem.txt"), &path).unwrap();
    (folder, path)
}

fn open(path: &Path) -> File {
    File::options().read(true).write(true).open(path).unwrap()
}

fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { Mmap::map(file) }
}

fn map_mut(file: &File) -> io::Result<MmapMut> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { MmapMut::map_mut(file) }
}

fn map_copy(file: &File) -> io::Result<MmapMut> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { MmapOptions::new().map_copy(file) }
}

fn object(path: &Path, access: Access) -> io::Result<MappedFile> {
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    unsafe { MappedFile::options().access(access).open(path) }
}

/// What a Python program prints beside `lorem.txt`, or the exception that ends it.
fn python(program: &str) -> Result<String, String> {
    let (folder, _) = lorem();
    let program = format!("import mmap\n{program}");
    let run = Command::new(option_env!("PYTHON3").unwrap_or("python3"))
        .args(["-c", &program])
        .current_dir(&folder)
        .output()
        .unwrap();
    match run.status.success() {
        true => Ok(String::from_utf8_lossy(&run.stdout).trim_end().to_owned()),
        false => {
            let report = String::from_utf8_lossy(&run.stderr);
            let last = report.trim_end().lines().last().unwrap_or_default();
            Err(last.split(':').next().unwrap_or_default().to_owned())
        }
    }
}

/// Runs a proof again in a process of its own, and returns how that ended.
#[cfg(target_os = "linux")]
fn end_of_a_child(proof: &str) -> String {
    let (_folder, path) = lorem();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", proof]).env("CHILD_OF_A_PROOF", path);
    child.output().unwrap().status.to_string()
}

/// In that process: the path of its copy of `lorem.txt`.
#[cfg(target_os = "linux")]
fn path_in_a_child() -> Option<PathBuf> {
    std::env::var_os("CHILD_OF_A_PROOF").map(PathBuf::from)
}

/// What Linux counts of a map in `/proc/self/smaps`: `Rss:` is in memory, and
/// `Anonymous:` is memory of the process alone.
#[cfg(target_os = "linux")]
fn kib_of_map(path: &Path, count: &str) -> u64 {
    let maps = fs::read_to_string("/proc/self/smaps").unwrap();
    let (_, map) = maps.split_once(path.to_str().unwrap()).unwrap();
    let kib = map
        .lines()
        .find_map(|line| line.strip_prefix(count))
        .unwrap();
    kib.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}
// ANCHOR_END: helpers

// ANCHOR: a_map_holds_no_page_before_the_first_touch
#[test]
#[cfg(target_os = "linux")]
fn a_map_holds_no_page_before_the_first_touch() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.set_len(1 << 30).unwrap();
    let map = map(&file).unwrap();
    assert_eq!(kib_of_map(&path, "Rss:"), 0);
    assert_eq!(map[0], b'L');
    assert!((1..1 << 20).contains(&kib_of_map(&path, "Rss:")));
}
// ANCHOR_END: a_map_holds_no_page_before_the_first_touch

// ANCHOR: a_map_outlives_its_file_handle
#[test]
fn a_map_outlives_its_file_handle() {
    let (_folder, path) = lorem();
    let file = File::open(&path).unwrap();
    let map = map(&file).unwrap();
    drop(file);
    assert_eq!(map[..], fs::read(&path).unwrap());
}
// ANCHOR_END: a_map_outlives_its_file_handle

// ANCHOR: python_maps_outlive_their_file_object
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_maps_outlive_their_file_object() {
    let program = "
file = open('lorem.txt', 'rb')
mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
file.close()
print(mapped[:5].decode())";
    assert_eq!(python(program), Ok("Lorem".into()));
}
// ANCHOR_END: python_maps_outlive_their_file_object

// ANCHOR: dropping_a_map_unmaps_the_file
/// Linux lists the maps of a process in `/proc/self/maps`.
#[test]
#[cfg(target_os = "linux")]
fn dropping_a_map_unmaps_the_file() {
    let (_folder, path) = lorem();
    let listed = || {
        fs::read_to_string("/proc/self/maps")
            .unwrap()
            .contains(path.to_str().unwrap())
    };
    let map = map(&open(&path)).unwrap();
    assert!(listed());
    drop(map);
    assert!(!listed());
}
// ANCHOR_END: dropping_a_map_unmaps_the_file

// ANCHOR: python_closes_a_map_at_the_end_of_with
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_closes_a_map_at_the_end_of_with() {
    let program = "
with open('lorem.txt', 'rb') as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        print(mapped.closed)
print(mapped.closed)";
    assert_eq!(python(program), Ok("False\nTrue".into()));
    assert_eq!(
        python(&format!("{program}\nmapped.read(1)")),
        Err("ValueError".into())
    );
}
// ANCHOR_END: python_closes_a_map_at_the_end_of_with

// ANCHOR: a_map_shows_what_another_process_writes_to_the_file
#[test]
#[cfg(unix)]
fn a_map_shows_what_another_process_writes_to_the_file() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    assert_eq!(map[0], b'L');
    let write = ["-c", "printf X 1<>\"$0\""];
    assert!(
        Command::new("sh")
            .args(write)
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(map[0], b'X');
}
// ANCHOR_END: a_map_shows_what_another_process_writes_to_the_file

// ANCHOR: a_touch_of_a_page_that_was_cut_off_kills_the_process
#[test]
#[cfg(target_os = "linux")]
fn a_touch_of_a_page_that_was_cut_off_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let file = open(&path);
        file.set_len(1 << 20).unwrap();
        let map = map(&file).unwrap();
        assert_eq!(map[(1 << 20) - 1], 0);
        file.set_len(737).unwrap();
        // Never printed: the load ends the process.
        println!("{}", map[(1 << 20) - 1]);
    } else {
        let end = end_of_a_child("a_touch_of_a_page_that_was_cut_off_kills_the_process");
        assert!(end.contains("SIGBUS"), "{end}");
    }
}
// ANCHOR_END: a_touch_of_a_page_that_was_cut_off_kills_the_process

// ANCHOR: a_pipe_cannot_be_mapped
#[test]
#[cfg(unix)]
fn a_pipe_cannot_be_mapped() {
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"Lorem").unwrap();
    // SAFETY: the map is refused, so that nothing can go wrong with it.
    assert!(unsafe { MmapOptions::new().len(5).map(&reader) }.is_err());
}
// ANCHOR_END: a_pipe_cannot_be_mapped

// ANCHOR: mapping_leaves_the_position_of_the_file_alone
#[test]
fn mapping_leaves_the_position_of_the_file_alone() {
    let (_folder, path) = lorem();
    let mut file = open(&path);
    file.seek(SeekFrom::Start(5)).unwrap();
    let map = map(&file).unwrap();
    let mut text = Vec::new();
    Cursor::new(&map[..]).read_to_end(&mut text).unwrap();
    assert_eq!((text.len(), file.stream_position().unwrap()), (737, 5));
}
// ANCHOR_END: mapping_leaves_the_position_of_the_file_alone

// ANCHOR: a_map_longer_than_the_file_extends_nothing
#[test]
#[cfg(unix)]
fn a_map_longer_than_the_file_extends_nothing() {
    let (_folder, path) = lorem();
    let before = fs::read(&path).unwrap();
    let file = open(&path);
    // SAFETY: no other process is told of the file; a proof that changes it under a
    // map does so on purpose.
    let mut map = unsafe { MmapOptions::new().len(10_000).map_mut(&file) }.unwrap();
    assert_eq!((map.len(), map[737]), (10_000, 0));
    map[737] = b'X';
    map.flush_range(0, 738).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
}
// ANCHOR_END: a_map_longer_than_the_file_extends_nothing

// ANCHOR: a_touch_beyond_the_last_page_of_the_file_kills_the_process
#[test]
#[cfg(target_os = "linux")]
fn a_touch_beyond_the_last_page_of_the_file_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        // SAFETY: not sound, and the point of the proof: the file has no such bytes.
        let map = unsafe { MmapOptions::new().len(1 << 20).map(&open(&path)) }.unwrap();
        // Never printed: the load ends the process.
        println!("{}", map[(1 << 20) - 1]);
    } else {
        let end = end_of_a_child("a_touch_beyond_the_last_page_of_the_file_kills_the_process");
        assert!(end.contains("SIGBUS"), "{end}");
    }
}
// ANCHOR_END: a_touch_beyond_the_last_page_of_the_file_kills_the_process

// ANCHOR: python_refuses_a_map_longer_than_the_file
#[test]
#[cfg(unix)]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_refuses_a_map_longer_than_the_file() {
    let program = "
import os
with open('lorem.txt', 'r+b') as file:
    try:
        mmap.mmap(file.fileno(), 738)
    except ValueError:
        print('refused, and', os.path.getsize('lorem.txt'))";
    assert_eq!(python(program), Ok("refused, and 737".into()));
}
// ANCHOR_END: python_refuses_a_map_longer_than_the_file

// ANCHOR: python_refuses_an_empty_file
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_refuses_an_empty_file() {
    let program = "
open('empty.txt', 'wb').close()
with open('empty.txt', 'r+b') as file:
    mmap.mmap(file.fileno(), 0)";
    assert_eq!(python(program), Err("ValueError".into()));
}
// ANCHOR_END: python_refuses_an_empty_file

// ANCHOR: python_refuses_an_offset_that_is_not_aligned
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_refuses_an_offset_that_is_not_aligned() {
    let program = "
with open('lorem.txt', 'rb') as file:
    try:
        mmap.mmap(file.fileno(), 29, access=mmap.ACCESS_READ, offset=64)
    except (OSError, ValueError):
        print('refused')";
    assert_eq!(python(program), Ok("refused".into()));
}
// ANCHOR_END: python_refuses_an_offset_that_is_not_aligned

// ANCHOR: a_read_only_map_has_no_mutable_bytes
#[test]
fn a_read_only_map_has_no_mutable_bytes() {
    assert_impl_all!(Mmap: Deref<Target = [u8]>);
    assert_not_impl_any!(Mmap: DerefMut, AsMut<[u8]>, IndexMut<usize>);
    assert_impl_all!(MmapMut: DerefMut<Target = [u8]>);
}
// ANCHOR_END: a_read_only_map_has_no_mutable_bytes

// ANCHOR: python_refuses_a_store_into_a_read_only_map
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_refuses_a_store_into_a_read_only_map() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
mapped[0] = 88";
    assert_eq!(python(program), Err("TypeError".into()));
    let writable = program.replace("ACCESS_READ", "ACCESS_WRITE");
    assert_eq!(python(&writable), Ok(String::new()));
}
// ANCHOR_END: python_refuses_a_store_into_a_read_only_map

// ANCHOR: map_mut_needs_a_file_open_for_reading_and_writing
#[test]
#[cfg(unix)]
fn map_mut_needs_a_file_open_for_reading_and_writing() {
    let (_folder, path) = lorem();
    assert!(map_mut(&open(&path)).is_ok());
    let read_only = File::open(&path).unwrap();
    assert_eq!(
        map_mut(&read_only).unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
    let write_only = File::options().write(true).open(&path).unwrap();
    assert_eq!(
        map_mut(&write_only).unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
}
// ANCHOR_END: map_mut_needs_a_file_open_for_reading_and_writing

// ANCHOR: map_and_map_copy_need_a_file_open_for_reading
#[test]
#[cfg(unix)]
fn map_and_map_copy_need_a_file_open_for_reading() {
    let (_folder, path) = lorem();
    let read_only = File::open(&path).unwrap();
    assert!(map(&read_only).is_ok() && map_copy(&read_only).is_ok());
    let write_only = File::options().write(true).open(&path).unwrap();
    assert_eq!(
        map(&write_only).unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
    assert_eq!(
        map_copy(&write_only).unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
}
// ANCHOR_END: map_and_map_copy_need_a_file_open_for_reading

// ANCHOR: python_maps_for_writing_by_default
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_maps_for_writing_by_default() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    mmap.mmap(file.fileno(), 0)[:5] = b'LOREM'
    print(file.read(5).decode())";
    assert_eq!(python(program), Ok("LOREM".into()));
    let program = "
with open('lorem.txt', 'rb') as file:
    mmap.mmap(file.fileno(), 0)";
    assert_eq!(python(program), Err("PermissionError".into()));
}
// ANCHOR_END: python_maps_for_writing_by_default

// ANCHOR: python_has_a_default_access_of_its_own
/// `prot` is for Unix, and only the default access lets it decide.
#[test]
#[cfg(unix)]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_has_a_default_access_of_its_own() {
    let program = "
with open('lorem.txt', 'rb') as file:
    mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
print(mapped[:5].decode())";
    assert_eq!(python(program), Ok("Lorem".into()));
    let program = program.replace("PROT_READ", "PROT_READ, access=mmap.ACCESS_WRITE");
    assert_eq!(python(&program), Err("ValueError".into()));
}
// ANCHOR_END: python_has_a_default_access_of_its_own

// ANCHOR: read_line_refuses_bytes_that_are_not_utf_8
#[test]
fn read_line_refuses_bytes_that_are_not_utf_8() {
    let bytes = b"caf\xe9\n";
    let error = Cursor::new(bytes)
        .read_line(&mut String::new())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    let mut line = Vec::new();
    Cursor::new(bytes).read_until(b'\n', &mut line).unwrap();
    assert_eq!(line, bytes);
}
// ANCHOR_END: read_line_refuses_bytes_that_are_not_utf_8

// ANCHOR: a_cursor_past_the_end_reads_nothing
#[test]
fn a_cursor_past_the_end_reads_nothing() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    let mut cursor = Cursor::new(&map[..]);
    assert_eq!(cursor.seek(SeekFrom::Start(1000)).unwrap(), 1000);
    assert_eq!(cursor.read(&mut [0; 10]).unwrap(), 0);
}
// ANCHOR_END: a_cursor_past_the_end_reads_nothing

// ANCHOR: python_refuses_a_seek_past_the_end
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_refuses_a_seek_past_the_end() {
    let program = "
with open('lorem.txt', 'rb') as file:
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
mapped.seek(1000)";
    assert_eq!(python(program), Err("ValueError".into()));
}
// ANCHOR_END: python_refuses_a_seek_past_the_end

// ANCHOR: python_mode_r_plus_appends_nothing
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_mode_r_plus_appends_nothing() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    file.write(b'LOREM')
text = open('lorem.txt').read()
print(len(text), text[:11])";
    assert_eq!(python(program), Ok("737 LOREM ipsum".into()));
}
// ANCHOR_END: python_mode_r_plus_appends_nothing

// ANCHOR: python_mode_w_empties_the_file
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_mode_w_empties_the_file() {
    let program = "
import os
open('lorem.txt', 'w').close()
print(os.path.getsize('lorem.txt'))";
    assert_eq!(python(program), Ok("0".into()));
}
// ANCHOR_END: python_mode_w_empties_the_file

// ANCHOR: file_create_empties_the_file
#[test]
fn file_create_empties_the_file() {
    let (_folder, path) = lorem();
    File::create(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
}
// ANCHOR_END: file_create_empties_the_file

// ANCHOR: stores_reach_the_file_without_a_flush
#[test]
#[cfg(unix)]
fn stores_reach_the_file_without_a_flush() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    map[..5].copy_from_slice(b"LOREM");
    assert_eq!(fs::read(&path).unwrap()[..11], *b"LOREM ipsum");
}
// ANCHOR_END: stores_reach_the_file_without_a_flush

// ANCHOR: maps_of_one_file_share_its_bytes
#[test]
fn maps_of_one_file_share_its_bytes() {
    let (_folder, path) = lorem();
    let mut one = map_mut(&open(&path)).unwrap();
    let other = map(&open(&path)).unwrap();
    one[..5].copy_from_slice(b"LOREM");
    assert_eq!(other[..11], *b"LOREM ipsum");
}
// ANCHOR_END: maps_of_one_file_share_its_bytes

// ANCHOR: copy_from_slice_panics_on_another_length
#[test]
fn copy_from_slice_panics_on_another_length() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    let store = AssertUnwindSafe(|| map[..5].copy_from_slice(b"Lorem ipsum"));
    assert!(catch_unwind(store).is_err());
}
// ANCHOR_END: copy_from_slice_panics_on_another_length

// ANCHOR: python_refuses_a_slice_of_another_length
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_refuses_a_slice_of_another_length() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    mmap.mmap(file.fileno(), 0)[:5] = b'Lorem ipsum'";
    assert_eq!(python(program), Err("IndexError".into()));
}
// ANCHOR_END: python_refuses_a_slice_of_another_length

// ANCHOR: python_find_starts_at_the_position
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_find_starts_at_the_position() {
    let program = "
with open('lorem.txt', 'rb') as file:
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
mapped.seek(100)
print(mapped.find(b'Lorem'), mapped.find(b'Lorem', 0))";
    assert_eq!(python(program), Ok("-1 0".into()));
}
// ANCHOR_END: python_find_starts_at_the_position

// ANCHOR: a_write_stops_at_the_end_of_the_map
#[test]
fn a_write_stops_at_the_end_of_the_map() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    let mut cursor = Cursor::new(&mut map[..]);
    cursor.seek(SeekFrom::Start(734)).unwrap();
    assert_eq!(cursor.write(b"12345").unwrap(), 3);
    cursor.seek(SeekFrom::Start(735)).unwrap();
    assert_eq!(
        cursor.write_all(b"abc").unwrap_err().kind(),
        ErrorKind::WriteZero
    );
    assert_eq!(map[734..], *b"1ab");
}
// ANCHOR_END: a_write_stops_at_the_end_of_the_map

// ANCHOR: python_writes_nothing_where_not_all_fits
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_writes_nothing_where_not_all_fits() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    mapped = mmap.mmap(file.fileno(), 0)
mapped.seek(734)
try:
    mapped.write(b'12345')
except ValueError:
    print(mapped.tell(), mapped[734:])";
    assert_eq!(python(program), Ok("734 b'o.\\n'".into()));
}
// ANCHOR_END: python_writes_nothing_where_not_all_fits

// ANCHOR: a_cursor_that_owns_the_map_does_not_write
#[test]
fn a_cursor_that_owns_the_map_does_not_write() {
    assert_impl_all!(Cursor<MmapMut>: Read, BufRead, Seek);
    assert_not_impl_any!(Cursor<MmapMut>: Write);
    assert_impl_all!(Cursor<&mut [u8]>: Read, BufRead, Seek, Write);
}
// ANCHOR_END: a_cursor_that_owns_the_map_does_not_write

// ANCHOR: flushing_a_copy_writes_nothing
#[test]
fn flushing_a_copy_writes_nothing() {
    let (_folder, path) = lorem();
    let before = fs::read(&path).unwrap();
    let mut map = map_copy(&File::open(&path).unwrap()).unwrap();
    map[..5].copy_from_slice(b"LOREM");
    map.flush().unwrap();
    assert_eq!(map[..5], *b"LOREM");
    assert_eq!(fs::read(&path).unwrap(), before);
}
// ANCHOR_END: flushing_a_copy_writes_nothing

// ANCHOR: a_store_into_a_copy_copies_its_page_alone
#[test]
#[cfg(target_os = "linux")]
fn a_store_into_a_copy_copies_its_page_alone() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.set_len(1 << 20).unwrap();
    let mut map = map_copy(&file).unwrap();
    assert_eq!(map.iter().filter(|&&byte| byte == b'L').count(), 1);
    assert_eq!(kib_of_map(&path, "Anonymous:"), 0);
    map[0] = b'X';
    let page = kib_of_map(&path, "KernelPageSize:");
    assert_eq!(kib_of_map(&path, "Anonymous:"), page);
}
// ANCHOR_END: a_store_into_a_copy_copies_its_page_alone

// ANCHOR: a_unicode_pattern_misses_a_sentence_that_is_not_utf_8
#[test]
fn a_unicode_pattern_misses_a_sentence_that_is_not_utf_8() {
    let found = |flags: &str| {
        let pattern = format!(r"({flags})(\.\W+)?([^.]?nulla[^.]*?\.)");
        Regex::new(&pattern).unwrap().is_match(b"Nulla caf\xe9.")
    };
    assert!(found("?i-u") && !found("?i"));
}
// ANCHOR_END: a_unicode_pattern_misses_a_sentence_that_is_not_utf_8

// ANCHOR: only_write_access_extends_the_file
#[test]
fn only_write_access_extends_the_file() {
    let (_folder, path) = lorem();
    for access in [Access::Read, Access::Copy] {
        // SAFETY: no other process is told of the file.
        let refused = unsafe { MappedFile::options().access(access).len(800).open(&path) };
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(fs::metadata(&path).unwrap().len(), 737);
    }
    // SAFETY: no other process is told of the file.
    let map = unsafe {
        MappedFile::options()
            .access(Access::Write)
            .len(800)
            .open(&path)
    };
    assert_eq!(map.unwrap().file_len().unwrap(), 800);
}
// ANCHOR_END: only_write_access_extends_the_file

// ANCHOR: an_anonymous_map_is_private
/// Linux marks a private map with a `p` in `/proc/self/maps`, and a shared one with an `s`.
#[test]
#[cfg(target_os = "linux")]
fn an_anonymous_map_is_private() {
    let map = MappedFile::anonymous(1 << 20).unwrap();
    let address = map.as_ptr() as usize;
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let holds = |line: &&str| {
        let (start, end) = line
            .split_whitespace()
            .next()
            .unwrap()
            .split_once('-')
            .unwrap();
        let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).unwrap());
        (start..end).contains(&address)
    };
    let line = maps.lines().find(holds).unwrap();
    assert!(line.contains(" rw-p "), "{line}");
}
// ANCHOR_END: an_anonymous_map_is_private

// ANCHOR: python_shares_an_anonymous_map_with_a_fork
#[test]
#[cfg(unix)]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_shares_an_anonymous_map_with_a_fork() {
    let program = "
import os
mapped = mmap.mmap(-1, 1)
child = os.fork()
if child == 0:
    mapped[0] = 88
    os._exit(0)
os.waitpid(child, 0)
print(mapped[:].decode())";
    assert_eq!(python(program), Ok("X".into()));
}
// ANCHOR_END: python_shares_an_anonymous_map_with_a_fork

// ANCHOR: read_byte_fails_at_the_end
#[test]
fn read_byte_fails_at_the_end() {
    let mut map = MappedFile::anonymous(1).unwrap();
    assert_eq!(map.read_byte().unwrap(), 0);
    assert_eq!(
        map.read_byte().unwrap_err().kind(),
        ErrorKind::UnexpectedEof
    );
    assert_eq!(map.position(), 1);
}
// ANCHOR_END: read_byte_fails_at_the_end

// ANCHOR: a_file_object_refuses_to_seek_past_its_end
#[test]
fn a_file_object_refuses_to_seek_past_its_end() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Read).unwrap();
    assert_eq!(map.seek(SeekFrom::End(0)).unwrap(), 737);
    for past in [SeekFrom::Start(738), SeekFrom::Current(1), SeekFrom::End(1)] {
        assert_eq!(map.seek(past).unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(map.position(), 737);
    }
}
// ANCHOR_END: a_file_object_refuses_to_seek_past_its_end

// ANCHOR: lines_fails_on_bytes_that_are_not_utf_8
#[test]
fn lines_fails_on_bytes_that_are_not_utf_8() {
    let mut map = MappedFile::anonymous(5).unwrap();
    map.write_all(b"caf\xe9\n").unwrap();
    map.rewind().unwrap();
    let error = map.lines().next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
}
// ANCHOR_END: lines_fails_on_bytes_that_are_not_utf_8

// ANCHOR: a_store_into_a_map_for_reading_is_an_error
#[test]
fn a_store_into_a_map_for_reading_is_an_error() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Read).unwrap();
    assert_eq!(
        map.as_mut_slice().unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
    assert_eq!(
        map.write(b"X").unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
}
// ANCHOR_END: a_store_into_a_map_for_reading_is_an_error

// ANCHOR: find_in_takes_a_range_past_the_end
#[test]
fn find_in_takes_a_range_past_the_end() {
    let (_folder, path) = lorem();
    let map = object(&path, Access::Read).unwrap();
    assert_eq!(map.find_in(700..800, b"justo"), Some(730));
    assert_eq!(map.find_in(800..900, b"justo"), None);
    assert_eq!(map.get(700..800), None);
}
// ANCHOR_END: find_in_takes_a_range_past_the_end

// ANCHOR: move_within_refuses_bytes_past_the_end
#[test]
fn move_within_refuses_bytes_past_the_end() {
    let mut map = MappedFile::anonymous(5).unwrap();
    map.write_all(b"abcde").unwrap();
    for (dest, src) in [(3, 0), (0, 3), (usize::MAX, 0)] {
        let refused = map.move_within(dest, src, 3);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(map[..], *b"abcde");
}
// ANCHOR_END: move_within_refuses_bytes_past_the_end

// ANCHOR: a_position_past_the_end_reads_nothing_and_refuses_writes
#[test]
fn a_position_past_the_end_reads_nothing_and_refuses_writes() {
    let mut map = MappedFile::anonymous(5).unwrap();
    map.seek(SeekFrom::End(0)).unwrap();
    map.resize(3).unwrap();
    assert_eq!(map.position(), 5);
    assert_eq!(map.read(&mut [0]).unwrap(), 0);
    assert_eq!(map.write(b"X").unwrap_err().kind(), ErrorKind::InvalidInput);
}
// ANCHOR_END: a_position_past_the_end_reads_nothing_and_refuses_writes

// ANCHOR: python_keeps_a_position_past_the_end
#[test]
#[cfg(target_os = "linux")]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_keeps_a_position_past_the_end() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    mapped = mmap.mmap(file.fileno(), 0)
mapped.seek(737)
mapped.resize(11)
print(mapped.tell(), mapped.read(1))
mapped.write(b'X')";
    assert_eq!(python(program), Err("ValueError".into()));
    let program = program.replace("mapped.write(b'X')", "");
    assert_eq!(python(&program), Ok("737 b''".into()));
}
// ANCHOR_END: python_keeps_a_position_past_the_end

// ANCHOR: only_write_access_resizes
#[test]
fn only_write_access_resizes() {
    let (_folder, path) = lorem();
    for access in [Access::Read, Access::Copy] {
        let mut map = object(&path, access).unwrap();
        assert_eq!(
            map.resize(11).unwrap_err().kind(),
            ErrorKind::PermissionDenied
        );
        assert_eq!((map.len(), map.file_len().unwrap()), (737, 737));
    }
}
// ANCHOR_END: only_write_access_resizes

// ANCHOR: python_resizes_no_map_for_reading_and_no_copy
#[test]
#[cfg(target_os = "linux")]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_resizes_no_map_for_reading_and_no_copy() {
    for access in ["ACCESS_READ", "ACCESS_COPY"] {
        let program = format!(
            "
with open('lorem.txt', 'rb') as file:
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.{access})
mapped.resize(11)"
        );
        assert_eq!(python(&program), Err("TypeError".into()));
    }
}
// ANCHOR_END: python_resizes_no_map_for_reading_and_no_copy

// ANCHOR: python_deletes_nothing_from_a_map
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_deletes_nothing_from_a_map() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    mapped = mmap.mmap(file.fileno(), 0)
del mapped[0]";
    assert_eq!(python(program), Err("TypeError".into()));
}
// ANCHOR_END: python_deletes_nothing_from_a_map

// ANCHOR: python_error_is_os_error
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_error_is_os_error() {
    assert_eq!(python("print(mmap.error is OSError)"), Ok("True".into()));
}
// ANCHOR_END: python_error_is_os_error

// ANCHOR: python_does_not_resize_under_a_view
#[test]
#[cfg(target_os = "linux")]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn python_does_not_resize_under_a_view() {
    let program = "
with open('lorem.txt', 'r+b') as file:
    mapped = mmap.mmap(file.fileno(), 0)
view = memoryview(mapped)
mapped.resize(11)";
    assert_eq!(python(program), Err("BufferError".into()));
}
// ANCHOR_END: python_does_not_resize_under_a_view
