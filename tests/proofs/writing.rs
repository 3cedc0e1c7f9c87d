//! Stores into a map, and when they reach the file.

use super::*;
use static_assertions::{assert_impl_all, assert_not_impl_any};
use std::io::{BufRead, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};

// rests on: std or a crate, in a part that no lie touches
/// `copy_from_slice` panics on another length
#[test]
fn copy_from_slice_panics_on_another_length() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    let store = AssertUnwindSafe(|| map[..5].copy_from_slice(b"Lorem ipsum"));
    assert!(catch_unwind(store).is_err());
}

// killed by: opening_truncates_nothing
/// `File::create` empties the file
#[test]
fn file_create_empties_the_file() {
    let (_folder, path) = lorem();
    File::create(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
}

// killed by: maps_are_private
#[test]
#[cfg(unix)]
fn stores_reach_the_file_without_a_flush() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    map[..5].copy_from_slice(b"LOREM");
    assert_eq!(fs::read(&path).unwrap()[..11], *b"LOREM ipsum");
    let other_process = Command::new("cat").arg(&path).output().unwrap();
    assert_eq!(other_process.stdout[..11], *b"LOREM ipsum");
}

// killed by: flush_does_nothing, flush_fails_once
#[test]
#[cfg(target_os = "linux")]
fn a_flush_leaves_no_page_of_the_map_dirty() {
    on_a_disk(|file, dirty| {
        let mut map = map_mut(file).unwrap();
        map[0] = b'X';
        assert!(dirty() > 0);
        map.flush().unwrap();
        assert_eq!(dirty(), 0);
    });
}

// rests on: types; the compiler refuses anything else
/// A `Cursor` that owns the map does not write
#[test]
fn a_cursor_that_owns_the_map_does_not_write() {
    assert_impl_all!(Cursor<MmapMut>: Read, BufRead, Seek);
    assert_not_impl_any!(Cursor<MmapMut>: Write);
    assert_impl_all!(Cursor<&mut [u8]>: Read, BufRead, Seek, Write);
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_write_stops_at_the_end_of_the_map() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    let mut cursor = Cursor::new(&mut map[..]);
    cursor.seek(SeekFrom::Start(734)).unwrap();
    assert_eq!(cursor.write(b"12345").unwrap(), 3);
    cursor.seek(SeekFrom::Start(735)).unwrap();
    assert_eq!(error_kind(cursor.write_all(b"abc")), ErrorKind::WriteZero);
    assert_eq!(map[734..], *b"1ab");
}

// rests on: std or a crate, in a part that no lie touches
/// Bytes that a `BufWriter` still has are not in a map
#[test]
fn bytes_that_a_bufwriter_still_has_are_not_in_a_map() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.set_len(0).unwrap();
    let mut writer = io::BufWriter::new(&file);
    writer.write_all(b"Lorem").unwrap();
    assert_eq!(map(&file).unwrap()[..], *b"");
    writer.flush().unwrap();
    assert_eq!(map(&file).unwrap()[..], *b"Lorem");
}
