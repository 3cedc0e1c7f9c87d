//! What is another thing on Windows, or in 32 bits.

use super::*;

// rests on: Windows; a lie can be put before libc only on Linux
/// On Windows, a file that is mapped does not get shorter
#[test]
#[cfg(windows)]
fn on_windows_a_file_that_is_mapped_does_not_get_shorter() {
    const ERROR_USER_MAPPED_FILE: i32 = 1224;
    let (_folder, path) = lorem();
    let file = open(&path);
    let map = map(&file).unwrap();
    for refused in [
        file.set_len(100),
        File::create(&path).map(drop),
        fs::write(&path, "Lorem"),
    ] {
        let error = refused.unwrap_err().raw_os_error();
        assert_eq!(error, Some(ERROR_USER_MAPPED_FILE));
    }
    assert_eq!((map.len(), map[0]), (737, b'L'));
    assert_eq!(fs::metadata(&path).unwrap().len(), 737);
    drop(map);
    file.set_len(100).unwrap();
}

// rests on: Windows; a lie can be put before libc only on Linux
/// On Windows, a file that is mapped gets longer
#[test]
#[cfg(windows)]
fn on_windows_a_file_that_is_mapped_gets_longer() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let map = map(&file).unwrap();
    file.set_len(10_000).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), 10_000);
    assert_eq!(map.len(), 737);
}

// rests on: Windows; a lie can be put before libc only on Linux
/// On Windows, a map longer than the file is refused
#[test]
#[cfg(windows)]
fn on_windows_a_map_longer_than_the_file_is_refused() {
    let (_folder, path) = lorem();
    let file = open(&path);
    for (offset, len) in [(0, MIB), (MIB as u64, 1)] {
        let mut options = MmapOptions::new();
        // SAFETY: the map is refused, so that nothing can go wrong with it.
        let refused = unsafe { options.offset(offset).len(len).map(&file) };
        assert!(refused.is_err());
        assert_eq!(fs::metadata(&path).unwrap().len(), 737);
    }
}

// rests on: Windows; a lie can be put before libc only on Linux
/// On Wine, no file is renamed over one that is mapped
#[test]
#[cfg(windows)]
fn on_wine_no_file_is_renamed_over_one_that_is_mapped() {
    let (folder, path) = lorem();
    let other = folder.path().join("other.txt");
    fs::write(&other, "Other").unwrap();
    let map = map(&open(&path)).unwrap();
    let refused = fs::rename(&other, &path).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
    assert_eq!(map[..], fs::read(&path).unwrap());
    drop(map);
    fs::rename(&other, &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"Other");
}

// rests on: memmap2, which decides this without the system
#[test]
fn no_map_is_as_long_as_half_of_all_addresses() {
    let (_folder, path) = lorem();
    let half = usize::MAX / 2 + 1;
    let mut options = MmapOptions::new();
    // SAFETY: the map is refused, so that nothing can go wrong with it.
    let of_file = unsafe { options.len(half).map(&open(&path)) };
    for error in [of_file.unwrap_err(), MmapMut::map_anon(half).unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }
}
