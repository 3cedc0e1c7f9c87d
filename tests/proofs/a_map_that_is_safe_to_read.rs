//! Files that nobody can change, and what `map_if_safe` takes for one.

use super::*;

#[cfg(target_os = "linux")]
use {
    rustix::fs::{SealFlags, fcntl_add_seals},
    std::io::ErrorKind::{PermissionDenied, ResourceBusy},
    std::os::unix::fs::{FileExt, MetadataExt},
};

/// A file in memory that can be sealed, and that holds `Lorem`.
#[cfg(target_os = "linux")]
fn lorem_in_memory() -> File {
    let file = memfd(5);
    file.write_all_at(b"Lorem", 0).unwrap();
    file
}

/// The file once more, opened for reading in its own right.
#[cfg(target_os = "linux")]
fn reader_of(file: &File) -> File {
    File::open(name_of(file)).unwrap()
}

// killed by: files_do_not_shrink
#[test]
#[cfg(target_os = "linux")]
fn a_seal_holds_for_every_process_that_has_the_file() {
    let file = lorem_in_memory();
    let name = name_of(&file);
    let before = open(&name);
    assert!(shell("printf l 1<>\"$0\"", &name));
    before.write_all_at(b"O", 1).unwrap();
    let reader = reader_of(&file);
    assert_eq!(map(&reader).unwrap()[..], *b"lOrem");

    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::WRITE).unwrap();
    assert!(!shell("printf L 1<>\"$0\"", &name) && !shell(": >\"$0\"", &name));
    for file in [&file, &before] {
        assert_eq!(error_kind(file.write_all_at(b"o", 1)), PermissionDenied);
        assert_eq!(error_kind(file.set_len(0)), PermissionDenied);
    }
    assert_eq!(Mmap::map_if_safe(&reader).unwrap()[..], *b"lOrem");
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_shared_map_through_a_writable_descriptor_is_in_the_way_of_the_seal() {
    // In a process with no other thread, the fork of which could have the maps for a moment.
    if path_in_a_child().is_none() {
        let proof = a_shared_map_through_a_writable_descriptor_is_in_the_way_of_the_seal;
        return holds_in_a_child(proof);
    }
    let file = lorem_in_memory();
    let seal = || fcntl_add_seals(&file, SealFlags::WRITE).map_err(io::Error::from);
    let writable = map_mut(&file).unwrap();
    assert_eq!(error_kind(seal()), ResourceBusy);
    drop(writable);
    let readable = map(&file).unwrap();
    assert_eq!(error_kind(seal()), ResourceBusy);
    drop(readable);
    // Other maps are not in the way.
    let reader = reader_of(&file);
    let others = (map(&reader).unwrap(), map_copy(&file).unwrap());
    seal().unwrap();
    assert!(others.0[..] == *b"Lorem" && others.1[..] == *b"Lorem");
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
#[cfg(target_os = "linux")]
fn a_file_on_disk_has_no_seals_to_ask_for() {
    use rustix::fs::fcntl_get_seals;
    // On a tmpfs, files can be asked, and have neither of the two seals.
    let (_folder, path) = lorem();
    let needed = SealFlags::SHRINK | SealFlags::WRITE;
    let seals = fcntl_get_seals(File::open(path).unwrap());
    assert!(seals.is_ok_and(|seals| !seals.intersects(needed)) || seals.is_err());
    let proc = File::open("/proc/self/status").unwrap();
    assert_eq!(fcntl_get_seals(proc), Err(rustix::io::Errno::INVAL));

    let file = lorem_in_memory();
    fcntl_add_seals(&file, needed).unwrap();
    assert!(fcntl_get_seals(reader_of(&file)).unwrap().contains(needed));
}

// rests on: the system, which has the huge pages; no lie changes that
/// A load from sealed memory of huge pages can end in SIGBUS
#[test]
#[cfg(target_os = "linux")]
fn a_load_from_sealed_memory_of_huge_pages_can_end_in_sigbus() {
    use rustix::fs::{MemfdFlags, memfd_create};
    if path_in_a_child().is_none() {
        let system = fs::read_to_string("/proc/meminfo").unwrap();
        if !system.contains("HugePages_Free:        0\n") {
            return println!("ignored: there are free huge pages, or the kernel has none");
        }
        let proof = a_load_from_sealed_memory_of_huge_pages_can_end_in_sigbus;
        return is_killed_after("", proof);
    }
    let flags = MemfdFlags::ALLOW_SEALING | MemfdFlags::HUGETLB;
    let file = File::from(memfd_create("huge", flags).unwrap());
    file.set_len(1 << 30).unwrap();
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::WRITE).unwrap();
    let map = MmapOptions::new().no_reserve_swap().map_if_safe(&file);
    // Never printed: the load ends the process.
    println!("{}", map.unwrap()[0]);
}

// killed by: maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_load_from_a_hole_of_a_sealed_file_takes_memory() {
    let file = memfd(MIB);
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::WRITE).unwrap();
    let reader = reader_of(&file);
    let blocks = || file.metadata().unwrap().blocks();
    let map = Mmap::map_if_safe(&reader).unwrap();
    assert_eq!(blocks(), 0);
    assert_eq!(map[MIB / 2], 0);
    assert!(blocks() > 0);
}

// killed by: maps_are_private
#[test]
#[cfg(target_os = "linux")]
fn a_seal_against_future_writes_is_not_enough() {
    let file = lorem_in_memory();
    let mut writable = map_mut(&file).unwrap();
    let seals = SealFlags::SHRINK | SealFlags::FUTURE_WRITE;
    fcntl_add_seals(&file, seals).unwrap();
    assert_eq!(error_kind(file.write_all_at(b"X", 0)), PermissionDenied);
    writable[0] = b'X';
    let reader = reader_of(&file);
    let mut bytes = [0; 5];
    reader.read_exact_at(&mut bytes, 0).unwrap();
    assert_eq!(bytes, *b"Xorem");
    let error = Mmap::map_if_safe(&reader).unwrap_err();
    assert!(error.not_safe() && error.to_string().ends_with("missing seals F_SEAL_WRITE"));
}

// killed by: maps_are_private, small_maps_fail
#[test]
#[cfg(target_os = "linux")]
fn a_file_sealed_against_writing_can_be_mapped_for_reading_and_as_a_copy() {
    let file = lorem_in_memory();
    fcntl_add_seals(&file, SealFlags::WRITE).unwrap();
    assert_eq!(error_kind(map_mut(&file)), PermissionDenied);
    let reader = reader_of(&file);
    assert_eq!(map(&reader).unwrap()[..], *b"Lorem");
    let mut copy = map_copy(&reader).unwrap();
    copy[0] = b'X';
    assert_eq!(map(&reader).unwrap()[..], *b"Lorem");
}

// rests on: std or a crate, in a part that no lie touches
/// `map_if_safe` refuses a map longer than the file
#[test]
#[cfg(target_os = "linux")]
fn map_if_safe_refuses_a_map_longer_than_the_file() {
    let file = lorem_in_memory();
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::WRITE).unwrap();
    let reader = reader_of(&file);
    let map = |offset, len| {
        let mut options = MmapOptions::new();
        options.offset(offset).len(len).map_if_safe(&reader)
    };
    assert_eq!(map(2, 3).unwrap()[..], *b"rem");
    assert!(map(2, 4).unwrap_err().not_safe());
    assert!(map(6, 0).unwrap_err().not_safe());
    // The file may still grow: nobody took that away.
    file.set_len(1 << 20).unwrap();
    assert_eq!(map(2, 4).unwrap()[..], *b"rem\0");
}

// killed by: verity_is_claimed
/// `map_if_safe` refuses a file on disk that has no name and no writer
#[test]
#[cfg(target_os = "linux")]
fn map_if_safe_refuses_a_file_on_disk_that_has_no_name_and_no_writer() {
    let (_folder, path) = lorem();
    let file = File::open(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(Mmap::map_if_safe(&file).unwrap_err().not_safe());
    assert_eq!(map(&file).unwrap().len(), 737);
}

// rests on: memmap2, which decides this without the system
/// On Windows and macOS, `map_if_safe` is `not_supported`
#[test]
#[cfg(any(windows, target_os = "macos"))]
fn on_windows_and_macos_map_if_safe_is_not_supported() {
    let (_folder, path) = lorem();
    let error = Mmap::map_if_safe(&open(&path)).unwrap_err();
    assert!(error.not_supported() && !error.not_safe() && !error.map_failed());
    assert_eq!(io::Error::from(error).kind(), ErrorKind::Unsupported);
}
