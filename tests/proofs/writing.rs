//! Stores into a map, and when they reach the file.

use super::*;
use memmap2::MmapMut;
use static_assertions::{assert_impl_all, assert_not_impl_any};
use std::fs::{self, File};
use std::io::{BufRead, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// `copy_from_slice` panics on another length
#[test]
fn copy_from_slice_panics_on_another_length() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    let store = AssertUnwindSafe(|| map[..5].copy_from_slice(b"Lorem ipsum"));
    assert!(catch_unwind(store).is_err());
}

/// `File::create` empties the file
#[test]
fn file_create_empties_the_file() {
    let (_folder, path) = lorem();
    File::create(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
}

#[test]
#[cfg(unix)]
fn stores_reach_the_file_without_a_flush() {
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    map[..5].copy_from_slice(b"LOREM");
    assert_eq!(fs::read(&path).unwrap()[..11], *b"LOREM ipsum");
}

#[test]
fn a_cursor_that_owns_the_map_does_not_write() {
    assert_impl_all!(Cursor<MmapMut>: Read, BufRead, Seek);
    assert_not_impl_any!(Cursor<MmapMut>: Write);
    assert_impl_all!(Cursor<&mut [u8]>: Read, BufRead, Seek, Write);
}

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
