//! What a map cannot promise, and the map that promises nothing.

#[cfg(unix)]
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
