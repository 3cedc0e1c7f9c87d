//! Maps for reading: how long they live, how far they reach, and what they need of the file.

use super::*;
use static_assertions::{assert_impl_all, assert_not_impl_any};
use std::io::{BufRead, Cursor};
use std::ops::{Deref, DerefMut, IndexMut};

// killed by: closing_unmaps
#[test]
fn a_map_outlives_its_file_handle() {
    let (_folder, path) = lorem();
    let file = File::open(&path).unwrap();
    let map = map(&file).unwrap();
    drop(file);
    assert_eq!(map[..], fs::read(&path).unwrap());
}

// killed by: unmapping_does_nothing
#[test]
#[cfg(target_os = "linux")]
fn dropping_a_map_unmaps_the_file() {
    // Linux lists the maps of a process in `/proc/self/maps`.
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

// killed by: maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_map_of_a_part_begins_with_a_whole_page() {
    // What Linux tells of a map begins with its first address.
    let (_folder, path) = lorem();
    let file = open(&path);
    // SAFETY: no other process is told of the file.
    let part = unsafe { MmapOptions::new().offset(64).len(29).map(&file) }.unwrap();
    let told = told_of_map(part.as_ptr());
    let (first, _) = told.split_once('-').unwrap();
    let first = usize::from_str_radix(first, 16).unwrap();
    assert_eq!(part.as_ptr().addr(), first + 64);
    assert_eq!(part[..], fs::read(&path).unwrap()[64..93]);
    // A file of several pages, from the second on: what comes before is not mapped.
    let page = kib_of_map(&path, "KernelPageSize:") << 10;
    file.set_len(4 * page).unwrap();
    drop(part);
    // SAFETY: as above.
    let part = unsafe { MmapOptions::new().offset(page + 64).len(29).map(&file) }.unwrap();
    assert_eq!(part.len(), 29);
    assert_eq!(kib_of_map(&path, "Size:") << 10, page);
}

// killed by: maps_move_the_position
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

// rests on: std or a crate, in a part that no lie touches
/// A `Cursor` past the end reads nothing
#[test]
fn a_cursor_past_the_end_reads_nothing() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    let mut cursor = Cursor::new(&map[..]);
    assert_eq!(cursor.seek(SeekFrom::Start(1000)).unwrap(), 1000);
    assert_eq!(cursor.read(&mut [0; 10]).unwrap(), 0);
}

// rests on: std or a crate, in a part that no lie touches
/// `read_line` refuses bytes that are not UTF-8
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

// killed by: longer_maps_extend
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
    assert_eq!(file.metadata().unwrap().len(), 737);
    map[737] = b'X';
    assert_eq!(map[737], b'X');
    map.flush_range(0, 738).unwrap();
    assert_eq!(file.metadata().unwrap().len(), 737);
    // A read of the file ends where the file does, however long the map is.
    assert_eq!(fs::read(&path).unwrap(), before);
    drop(map);
    assert_eq!(fs::read(&path).unwrap(), before);
}

// rests on: the system, which puts zeros there; no lie changes that
#[test]
#[cfg(unix)]
fn past_the_end_the_last_page_reads_as_zeros() {
    let (_folder, path) = lorem();
    let file = open(&path);
    // SAFETY: nobody else has the file, and no page is shorter than this.
    let map = unsafe { MmapOptions::new().len(4096).map(&file) }.unwrap();
    assert!(map[..737].iter().all(|&byte| byte != 0));
    assert!(map[737..].iter().all(|&byte| byte == 0));
}

// killed by: longer_maps_extend, maps_are_read_into_memory
// fails on: tmpfs_with_huge_pages, where the last page can be a huge one
#[test]
#[cfg(target_os = "linux")]
fn a_touch_beyond_the_last_page_of_the_file_can_kill_the_process() {
    if let Some(path) = path_in_a_child() {
        // SAFETY: not sound, and the point of the proof: the file has no such bytes.
        let map = unsafe { MmapOptions::new().len(4 * MIB).map(&open(&path)) }.unwrap();
        assert_eq!(map[0], b'L');
        // Never printed: the load ends the process.
        println!("{}", map[MIB - 1]);
    } else {
        is_killed_after(
            "",
            a_touch_beyond_the_last_page_of_the_file_can_kill_the_process,
        );
    }
}

// rests on: the system, which puts a file on huge pages; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn on_a_tmpfs_with_huge_pages_a_touch_past_the_end_may_not_be_a_bus_error() {
    let Some(path) = path_in_a_child() else {
        let proof = on_a_tmpfs_with_huge_pages_a_touch_past_the_end_may_not_be_a_bus_error;
        return on_huge_pages(proof);
    };
    fs::write(&path, [b'a'; 737]).unwrap();
    let file = open(&path);
    // SAFETY: nobody else has the file. Past its end, this is not sound elsewhere.
    let mut map = unsafe { MmapOptions::new().len(4 * MIB).map_mut(&file) }.unwrap();
    assert_eq!(map[0], b'a');
    if kib_at(map.as_ptr(), "ShmemPmdMapped:") == 0 {
        return println!("ignored: the file has no huge page here");
    }
    assert_eq!(map[MIB], 0);
    map[MIB] = 1;
    assert_eq!(file.metadata().unwrap().len(), 737);
    file.set_len(2 * MIB as u64).unwrap();
    assert_eq!(fs::read(&path).unwrap()[MIB], 1);
}

// killed by: maps_need_no_permission, small_maps_fail
/// `map_mut` needs a file open for reading and writing
#[test]
#[cfg(unix)]
fn map_mut_needs_a_file_open_for_reading_and_writing() {
    let (_folder, path) = lorem();
    assert!(map_mut(&open(&path)).is_ok());
    let read_only = File::open(&path).unwrap();
    assert_eq!(error_kind(map_mut(&read_only)), ErrorKind::PermissionDenied);
    let write_only = File::options().write(true).open(&path).unwrap();
    assert_eq!(
        error_kind(map_mut(&write_only)),
        ErrorKind::PermissionDenied
    );
}

// killed by: maps_need_no_permission, small_maps_fail
/// `map` and `map_copy` need a file open for reading
#[test]
#[cfg(unix)]
fn map_and_map_copy_need_a_file_open_for_reading() {
    let (_folder, path) = lorem();
    let read_only = File::open(&path).unwrap();
    assert!(map(&read_only).is_ok() && map_copy(&read_only).is_ok());
    let write_only = File::options().write(true).open(&path).unwrap();
    assert_eq!(error_kind(map(&write_only)), ErrorKind::PermissionDenied);
    assert_eq!(
        error_kind(map_copy(&write_only)),
        ErrorKind::PermissionDenied
    );
}

// killed by: maps_need_no_permission
/// A read-only map has no mutable bytes
#[test]
fn a_read_only_map_has_no_mutable_bytes() {
    assert_impl_all!(Mmap: Deref<Target = [u8]>);
    assert_not_impl_any!(Mmap: DerefMut, AsMut<[u8]>, IndexMut<usize>);
    assert_impl_all!(MmapMut: DerefMut<Target = [u8]>);
    // `make_mut` takes the map away, gives another, and asks for a file open for writing.
    let make_mut: fn(Mmap) -> io::Result<MmapMut> = Mmap::make_mut;
    #[cfg(unix)]
    {
        let (_folder, path) = lorem();
        let read_only = map(&File::open(&path).unwrap()).unwrap();
        assert_eq!(error_kind(make_mut(read_only)), ErrorKind::PermissionDenied);
        let mut mutable = make_mut(map(&open(&path)).unwrap()).unwrap();
        mutable[0] = b'X';
        assert_eq!(fs::read(&path).unwrap()[0], b'X');
    }
    let _ = make_mut;
}

// killed by: maps_are_read_into_memory
/// A file in `/proc` has bytes, and the length 0, and cannot be mapped
#[test]
#[cfg(target_os = "linux")]
fn a_file_in_proc_has_bytes_and_the_length_0_and_cannot_be_mapped() {
    let file = File::open("/proc/self/status").unwrap();
    assert_eq!(file.metadata().unwrap().len(), 0);
    assert!(!fs::read("/proc/self/status").unwrap().is_empty());
    map(&file).unwrap_err();
    // A regular file of that length has a map.
    let folder = tempfile::tempdir().unwrap();
    File::create(folder.path().join("empty")).unwrap();
    assert!(
        map(&File::open(folder.path().join("empty")).unwrap())
            .unwrap()
            .is_empty()
    );
}
