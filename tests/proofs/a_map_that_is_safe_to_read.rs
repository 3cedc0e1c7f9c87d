//! Files that nobody can change, and what `map_if_safe` takes for one.

use super::*;

#[cfg(target_os = "linux")]
use {
    rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create},
    std::io::ErrorKind::{PermissionDenied, ResourceBusy},
    std::os::fd::AsRawFd,
    std::os::unix::fs::{FileExt, MetadataExt},
};

/// A file in memory that can be sealed, and that holds `Lorem`.
#[cfg(target_os = "linux")]
fn lorem_in_memory() -> File {
    let file = memfd_create("lorem", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING);
    let file = File::from(file.unwrap());
    file.write_all_at(b"Lorem", 0).unwrap();
    file
}

/// The file once more, opened in its own right.
#[cfg(target_os = "linux")]
fn opened_anew(file: &File, how: &mut fs::OpenOptions) -> File {
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    how.open(path).unwrap()
}

// killed by: files_do_not_shrink
#[test]
#[cfg(target_os = "linux")]
fn a_seal_holds_for_every_process_that_has_the_file() {
    let file = lorem_in_memory();
    let before = opened_anew(&file, File::options().write(true));
    let store = |letter: &str| {
        let mut other = Command::new("sh");
        other.args(["-c", "printf $0 1<>/proc/self/fd/0", letter]);
        let other = other.stdin(file.try_clone().unwrap());
        other.output().unwrap().status.success()
    };
    assert!(store("l"));
    before.write_all_at(b"O", 1).unwrap();
    let reader = opened_anew(&file, File::options().read(true));
    assert_eq!(map(&reader).unwrap()[..], *b"lOrem");

    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::WRITE).unwrap();
    assert!(!store("L"));
    for file in [&file, &before] {
        let written = file.write_all_at(b"o", 1).unwrap_err();
        assert_eq!(written.kind(), PermissionDenied);
        assert_eq!(file.set_len(0).unwrap_err().kind(), PermissionDenied);
    }
    let mut other = Command::new("sh");
    other.args(["-c", ": >/proc/self/fd/0"]);
    let cut = other.stdin(file.try_clone().unwrap()).output().unwrap();
    assert!(!cut.status.success());
    assert_eq!(Mmap::map_if_safe(&reader).unwrap()[..], *b"lOrem");
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_shared_map_through_a_writable_descriptor_is_in_the_way_of_the_seal() {
    // In a process with no other thread, the fork of which could have the maps for a moment.
    if path_in_a_child().is_none() {
        let proof = "a_map_that_is_safe_to_read::\
            a_shared_map_through_a_writable_descriptor_is_in_the_way_of_the_seal";
        let (_folder, path) = lorem();
        assert_held(&again(proof, &path).output().unwrap());
        return;
    }
    let file = lorem_in_memory();
    let seal = || fcntl_add_seals(&file, SealFlags::WRITE).map_err(io::Error::from);
    let writable = map_mut(&file).unwrap();
    assert_eq!(seal().unwrap_err().kind(), ResourceBusy);
    drop(writable);
    let readable = map(&file).unwrap();
    assert_eq!(seal().unwrap_err().kind(), ResourceBusy);
    drop(readable);
    // Other maps are not in the way.
    let reader = opened_anew(&file, File::options().read(true));
    let others = (map(&reader).unwrap(), map_copy(&file).unwrap());
    seal().unwrap();
    assert_eq!(
        (&others.0[..], &others.1[..]),
        (&b"Lorem"[..], &b"Lorem"[..])
    );
}

// killed by: maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_load_from_a_hole_of_a_sealed_file_takes_memory() {
    let file = memfd(MIB);
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::WRITE).unwrap();
    let reader = opened_anew(&file, File::options().read(true));
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
    assert_eq!(
        file.write_all_at(b"X", 0).unwrap_err().kind(),
        PermissionDenied
    );
    writable[0] = b'X';
    let reader = opened_anew(&file, File::options().read(true));
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
    assert_eq!(map_mut(&file).unwrap_err().kind(), PermissionDenied);
    let reader = opened_anew(&file, File::options().read(true));
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
    let reader = opened_anew(&file, File::options().read(true));
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

// rests on: std or a crate, in a part that no lie touches
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
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::Unsupported);
}
