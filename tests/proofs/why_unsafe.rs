//! What a map cannot promise, and the map that promises nothing.

use super::*;

// killed by: maps_are_read_into_memory
/// Text that was checked can stop being UTF-8
#[test]
#[cfg(target_os = "linux")]
fn text_that_was_checked_can_stop_being_utf_8() {
    let (_folder, path) = lorem();
    // Opened for writing before it is mapped: on overlayfs it is this file that others write to.
    drop(open(&path));
    let map = map(&File::open(&path).unwrap()).unwrap();
    let place = str::from_utf8(&map).unwrap().as_ptr();
    assert!(shell(r#"printf '\377' 1<>"$0""#, &path));
    assert_eq!(map.as_ptr(), place);
    assert_eq!(str::from_utf8(&map).unwrap_err().valid_up_to(), 0);
}

// killed by: maps_need_no_permission, small_maps_fail
/// `map_raw` needs a file open for reading and writing
#[test]
#[cfg(unix)]
fn map_raw_needs_a_file_open_for_reading_and_writing() {
    let (_folder, path) = lorem();
    let raw = |file: &File| MmapOptions::new().map_raw(file);
    assert_eq!(raw(&open(&path)).unwrap().len(), 737);
    let read_only = File::open(&path).unwrap();
    let write_only = File::options().write(true).open(&path).unwrap();
    for file in [&read_only, &write_only] {
        assert_eq!(error_kind(raw(file)), ErrorKind::PermissionDenied);
    }
    let raw = MmapOptions::new().map_raw_read_only(&read_only);
    assert_eq!(raw.unwrap().len(), 737);
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_struct_of_a_map_and_ranges_can_be_moved_and_shared() {
    struct Words {
        map: Mmap,
        ranges: Vec<std::ops::Range<usize>>,
    }
    impl Words {
        fn word(&self, number: usize) -> Option<&[u8]> {
            self.map.get(self.ranges.get(number)?.clone())
        }
    }
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    let words = std::sync::Arc::new(Words {
        map,
        ranges: vec![0..5, 6..11],
    });
    let shared = std::sync::Arc::clone(&words);
    let thread = std::thread::spawn(move || shared.word(1).map(<[u8]>::to_vec));
    assert_eq!(thread.join().unwrap().as_deref(), Some(&b"ipsum"[..]));
    assert_eq!((words.word(0), words.word(2)), (Some(&b"Lorem"[..]), None));
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
#[cfg(target_os = "linux")]
fn a_reflink_into_a_file_without_a_name_is_a_private_copy() {
    use std::os::unix::fs::{FileExt, MetadataExt};
    let (folder, path) = lorem();
    let file = open(&path);
    let copy = tempfile::tempfile_in(&folder).unwrap();
    if let Err(error) = rustix::fs::ioctl_ficlone(&copy, &file) {
        return println!("ignored: no reflinks here: {error}");
    }
    assert_eq!(copy.metadata().unwrap().nlink(), 0);
    let map = map(&copy).unwrap();
    file.write_all_at(b"LOREM", 0).unwrap();
    file.set_len(5).unwrap();
    assert_eq!(map.len(), 737);
    assert!(map.starts_with(b"Lorem") && map.ends_with(b"\n"));
}
