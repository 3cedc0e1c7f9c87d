//! Resizing a file object.

use super::*;

// rests on: MappedFile, which decides this without the system
/// A position past the end reads nothing, and refuses writes
#[test]
fn a_position_past_the_end_reads_nothing_and_refuses_writes() {
    let mut map = MappedFile::anonymous(5).unwrap();
    map.seek(SeekFrom::End(0)).unwrap();
    map.resize(3).unwrap();
    assert_eq!(map.position(), 5);
    assert_eq!(map.read(&mut [0]).unwrap(), 0);
    for refused in [map.write_all(b"X"), map.write_exact(b"X")] {
        assert_eq!(error_kind(refused), ErrorKind::WriteZero);
    }
    assert_eq!((map.position(), &map[..]), (5, &[0; 3][..]));
}

// rests on: MappedFile, which decides this without the system
#[test]
fn only_write_access_resizes() {
    let (_folder, path) = lorem();
    for access in [Access::Read, Access::Copy] {
        let mut map = object(&path, access).unwrap();
        assert_eq!(error_kind(map.resize(11)), ErrorKind::PermissionDenied);
        assert_eq!((map.len(), map.file_len().unwrap()), (737, 737));
    }
}

// killed by: files_do_not_shrink
#[test]
fn a_map_of_a_part_leaves_the_rest_of_the_file() {
    let (_folder, path) = lorem();
    let mut map = object_of(100, &path, Access::Write).unwrap();
    let lorem = fs::read(&path).unwrap();
    for len in [101, 10, 0, 736] {
        map.resize(len).unwrap();
        assert_eq!(map[..], lorem[..len]);
        assert_eq!(fs::read(&path).unwrap(), lorem);
    }
    // From here on the two end together.
    map.resize(737).unwrap();
    map.resize(736).unwrap();
    assert_eq!(fs::read(&path).unwrap(), lorem[..736]);
}

// killed by: files_do_not_shrink
/// `resize` can kill another map of the file
#[test]
#[cfg(target_os = "linux")]
fn resize_can_kill_another_map_of_the_file() {
    // The file is two pages of any system long, so that one is gone afterward.
    if let Some(path) = path_in_a_child() {
        open(&path).set_len(1 << 20).unwrap();
        let mut map = object(&path, Access::Write).unwrap();
        let other = object(&path, Access::Read).unwrap();
        assert_eq!(other.last(), Some(&0));
        map.resize(1).unwrap();
        // Never printed: the load ends the process.
        println!("{:?}", other.last());
        return;
    }
    is_killed_after("", resize_can_kill_another_map_of_the_file);
}

// killed by: files_do_not_grow, maps_are_private
#[test]
fn a_map_that_grows_leaves_other_maps_alone() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Write).unwrap();
    let other = object(&path, Access::Read).unwrap();
    for len in [737, 738, 1 << 20, 1 << 20] {
        map.resize(len).unwrap();
        assert_eq!(map.file_len().unwrap(), len as u64);
        map.as_mut_slice().unwrap()[0] ^= 1;
        assert_eq!(other[..], map[..737]);
    }
}
