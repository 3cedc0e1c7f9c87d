//! Maps that keep what is stored into them from the file.

use super::*;

// killed by: maps_are_populated
// fails on: tmpfs_of_16_pages, where a load from a hole takes a page
#[test]
#[cfg(target_os = "linux")]
fn a_store_into_a_copy_copies_only_its_page() {
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

// killed by: maps_are_private, maps_are_read_into_memory
/// Linux counts the memory of a copy, and not of other maps
#[test]
#[cfg(target_os = "linux")]
fn linux_counts_the_memory_of_a_copy_and_not_of_other_maps() {
    // Among the flags of a map in smaps, `ac` says that its memory is counted, and `nr` that it was
    // asked not to be. Where the system is set to count all, it does not listen to that.
    let counted = |map: &[u8]| is_flagged(map.as_ptr(), "ac");
    let (_folder, path) = lorem();
    let file = open(&path);
    let copy = map_copy(&file).unwrap();
    assert!(counted(&copy));
    let reading = map(&file).unwrap();
    assert!(!counted(&reading));
    let writing = map_mut(&file).unwrap();
    assert!(!counted(&writing));
    // SAFETY: as for `map_copy`.
    let uncounted = unsafe { MmapOptions::new().no_reserve_swap().map_copy(&file) }.unwrap();
    let counts_all = fs::read_to_string("/proc/sys/vm/overcommit_memory").unwrap() == "2\n";
    assert_eq!(counted(&uncounted), counts_all);
}

// killed by: flush_writes_copies
#[test]
#[cfg(unix)]
fn flushing_a_copy_writes_nothing() {
    let (_folder, path) = lorem();
    let before = fs::read(&path).unwrap();
    let mut map = map_copy(&File::open(&path).unwrap()).unwrap();
    map[..5].copy_from_slice(b"LOREM");
    map.flush().unwrap();
    assert_eq!(map[..5], *b"LOREM");
    assert_eq!(fs::read(&path).unwrap(), before);
}

// rests on: Windows; a lie can be put before libc only on Linux
/// On Windows, a copy of a file open for reading cannot be flushed
#[test]
#[cfg(windows)]
fn on_windows_a_copy_of_a_file_open_for_reading_cannot_be_flushed() {
    let (_folder, path) = lorem();
    let before = fs::read(&path).unwrap();
    let mut map = map_copy(&File::open(&path).unwrap()).unwrap();
    map[..5].copy_from_slice(b"LOREM");
    assert_eq!(error_kind(map.flush()), ErrorKind::PermissionDenied);
    assert_eq!(fs::read(&path).unwrap(), before);
    // Of one that is open for writing too it can, and writes nothing either.
    let mut map = map_copy(&open(&path)).unwrap();
    map[..5].copy_from_slice(b"LOREM");
    map.flush().unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
}
