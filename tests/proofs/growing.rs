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

// rests on: MappedFile, which decides this without the system
#[test]
#[cfg(target_os = "linux")]
fn memory_without_a_file_can_be_resized_unless_it_is_shared() {
    let mut private = MappedFile::anonymous(1).unwrap();
    private.resize(2).unwrap();
    assert_eq!(private[..], [0, 0]);
    let mut shared = MappedFile::anonymous_shared(1).unwrap();
    assert_eq!(error_kind(shared.resize(2)), ErrorKind::Unsupported);
    assert_eq!(shared[..], [0]);
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

// killed by: files_do_not_grow, files_do_not_shrink
/// `resize` needs no room for a second map on Linux
#[test]
#[cfg(target_os = "linux")]
fn resize_needs_no_room_for_a_second_map_on_linux() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Some(path) = path_in_a_child() else {
        return holds_in_a_child(resize_needs_no_room_for_a_second_map_on_linux);
    };
    const LEN: usize = 1 << 30;
    let file = open(&path);
    file.set_len(LEN as u64).unwrap();
    let mut object = object(&path, Access::Write).unwrap();
    // The address space that the process has, and half of the file more.
    let told = fs::read_to_string("/proc/self/status").unwrap();
    let has = kib(&told, "VmSize:") << 10;
    let limit = Rlimit {
        current: Some(has + LEN as u64 / 2),
        maximum: getrlimit(Resource::As).maximum,
    };
    setrlimit(Resource::As, limit).unwrap();
    assert_eq!(error_kind(map(&file)), ErrorKind::OutOfMemory);
    for len in [LEN + 1, LEN + MIB, LEN - 1, LEN / 2] {
        object.resize(len).unwrap();
        assert_eq!(
            (object.len(), object.file_len().unwrap()),
            (len, len as u64)
        );
        assert!(object.starts_with(b"Lorem"));
    }
    // Advice for a part splits the map, and Linux moves none that it has split.
    object.resize(LEN).unwrap();
    object.advise(..MIB, memmap2::Advice::Random).unwrap();
    assert_eq!(error_kind(object.resize(LEN + 1)), ErrorKind::OutOfMemory);
    assert_eq!(
        (object.len(), object.file_len().unwrap()),
        (LEN, LEN as u64)
    );
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
#[cfg(target_os = "linux")]
fn a_map_keeps_its_length_when_its_file_refuses_another() {
    use rustix::fs::{SealFlags, fcntl_add_seals};
    let file = memfd(MIB);
    fcntl_add_seals(&file, SealFlags::GROW | SealFlags::SHRINK).unwrap();
    // SAFETY: nobody else has the file.
    let map = unsafe { MappedFile::options().access(Access::Write).map(file) };
    let mut map = map.unwrap();
    for len in [1, 2 * MIB] {
        assert_eq!(error_kind(map.resize(len)), ErrorKind::PermissionDenied);
        assert_eq!(map[..], vec![0; MIB]);
    }
}
