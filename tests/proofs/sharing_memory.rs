//! Memory that several processes use at once, or several threads.

use super::*;
use static_assertions::assert_impl_all;
use std::sync::atomic::AtomicU64;

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_map_from_an_odd_offset_is_not_aligned() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let address = |offset| {
        let map = MmapOptions::new().offset(offset).map_raw(&file).unwrap();
        map.as_ptr().addr() % align_of::<AtomicU64>()
    };
    assert_eq!(address(0), 0);
    assert_eq!(address(1), 1 % align_of::<AtomicU64>());
    assert_ne!(address(1), 0);
}

// killed by: maps_are_private, maps_are_read_into_memory
/// Of two sums of one value, one is lost
#[test]
fn of_two_sums_of_one_value_one_is_lost() {
    // The other process loads, says so, waits for the word to add, and ends when it has stored.
    if let Some(path) = path_in_a_child() {
        let map = MmapRaw::map_raw(&open(&path)).unwrap();
        // SAFETY: nobody cuts the file, and of the two processes one stores at a time.
        unsafe {
            let loaded = map.as_ptr().read_volatile();
            wait_for_the_proof();
            map.as_mut_ptr().write_volatile(loaded + 1);
        }
        return;
    }
    let (_folder, path) = lorem();
    let map = MmapRaw::map_raw(&open(&path)).unwrap();
    // SAFETY: nobody cuts the file, and of the two processes one stores at a time.
    let load = || unsafe { map.as_ptr().read_volatile() };
    // SAFETY: as above.
    let store = |value| unsafe { map.as_mut_ptr().write_volatile(value) };
    store(10);
    let mut child = ready(of_two_sums_of_one_value_one_is_lost, &path);
    store(load() + 1);
    assert_eq!(load(), 11);
    assert!(child.wait().unwrap().success());
    // Twelve, if none were lost. And the other process did store: see below.
    assert_eq!(load(), 11);
    store(20);
    let mut child = ready(of_two_sums_of_one_value_one_is_lost, &path);
    assert!(child.wait().unwrap().success());
    assert_eq!(load(), 21);
}

// killed by: files_do_not_grow
#[test]
fn a_file_that_is_made_longer_has_zeros_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let set = |len| {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        options.open(&path).unwrap().set_len(len).unwrap();
    };
    set(8);
    assert_eq!(fs::read(&path).unwrap(), [0; 8]);
    // Whoever comes second finds the length as it is, and takes nothing away.
    fs::write(&path, b"12345678").unwrap();
    set(8);
    assert_eq!(fs::read(&path).unwrap(), b"12345678");
    set(10);
    assert_eq!(fs::read(&path).unwrap(), b"12345678\0\0");
}

// killed by: maps_are_private, maps_are_at_one_address
/// In another process, a map may be at another address
#[test]
#[cfg(target_os = "linux")]
fn in_another_process_a_map_may_be_at_another_address() {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
    // The other process has something else at that address when it maps the file.
    if let Some(path) = path_in_a_child() {
        let there: usize = std::env::var("ADDRESS").unwrap().parse().unwrap();
        let there = std::ptr::without_provenance_mut(there);
        let flags = MapFlags::PRIVATE | MapFlags::FIXED_NOREPLACE;
        // SAFETY: it takes no memory that is in use, and nobody touches it.
        let taken = unsafe { mmap_anonymous(there, 1, ProtFlags::empty(), flags) };
        assert!(taken.is_ok() || taken == Err(rustix::io::Errno::EXIST));
        let mut map = map_mut(&open(&path)).unwrap();
        assert_ne!(map.as_ptr().addr(), there.addr());
        assert_eq!(map[0], b'X');
        map[0] = b'Y';
        return;
    }
    let (_folder, path) = lorem();
    let mut map = map_mut(&open(&path)).unwrap();
    map[0] = b'X';
    let child = again(in_another_process_a_map_may_be_at_another_address, &path)
        .env("ADDRESS", map.as_ptr().addr().to_string())
        .output()
        .unwrap();
    assert_held(&child);
    assert_eq!(map[0], b'Y');
}

// killed by: maps_are_private, files_do_not_shrink
#[test]
#[cfg(target_os = "linux")]
fn root_can_cut_an_anonymous_map_that_is_shared() {
    if path_in_a_child().is_some() {
        let mut map = MappedFile::anonymous_shared(MIB).unwrap();
        map.write_exact(b"Lorem").unwrap();
        let start = map.as_ptr().addr();
        let name = format!("/proc/self/map_files/{start:x}-{:x}", start + MIB);
        match File::options().write(true).open(name) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return,
            file => file.unwrap().set_len(0).unwrap(),
        }
        io::stderr().write_all(b"it is cut\n").unwrap();
        // Never printed: the load ends the process.
        println!("{}", map[0]);
        return;
    }
    let end = end_of_a_child(root_can_cut_an_anonymous_map_that_is_shared);
    if end == "exit status: 0" {
        return println!("ignored: this takes the rights of root");
    }
    let signal = rustix::process::Signal::BUS.as_raw();
    let killed = format!("it is cut\nsignal: {signal} (SIGBUS)");
    assert!(end.starts_with(&killed), "{end}");
}

// killed by: files_do_not_shrink
#[test]
#[cfg(target_os = "linux")]
fn nobody_shortens_memory_that_is_sealed() {
    use rustix::fs::{SealFlags, fcntl_add_seals};
    const EPERM: i32 = 1;
    let file = memfd(64);
    file.set_len(32).unwrap();
    assert_eq!(file.metadata().unwrap().len(), 32);
    fcntl_add_seals(&file, SealFlags::SHRINK).unwrap();
    // Another process of the same user finds it in /proc, and opens it for writing.
    let name = name_of(&file);
    assert!(!shell(": >\"$0\"", &name));
    assert!(shell("printf X 1<>\"$0\"", &name));
    let other = open(&name);
    assert_eq!(other.set_len(31).unwrap_err().raw_os_error(), Some(EPERM));
    assert_eq!(fs::read(&name).unwrap().len(), 32);
    assert_eq!(fs::read(&name).unwrap()[0], b'X');
}

// rests on: types; the compiler refuses anything else
/// Threads share a map, and take it along
#[test]
fn threads_share_a_map_and_take_it_along() {
    assert_impl_all!(Mmap: Send, Sync);
    assert_impl_all!(MmapMut: Send, Sync);
    assert_impl_all!(MmapRaw: Send, Sync);
    assert_impl_all!(MappedFile: Send, Sync);
}

// killed by: maps_are_private
#[test]
#[cfg(unix)]
fn a_child_maps_a_file_without_a_name_that_it_gets_as_stdin() {
    if path_in_a_child().is_some() {
        // SAFETY: the parent waits, and borrows no bytes meanwhile.
        let mut map = unsafe { MmapMut::map_mut(&io::stdin()) }.unwrap();
        assert_eq!(map[..], [1, 2, 3]);
        map[0] = 10;
        return;
    }
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&[1, 2, 3]).unwrap();
    let map = map(&file).unwrap();
    let (_folder, path) = lorem();
    let mut child = again(
        a_child_maps_a_file_without_a_name_that_it_gets_as_stdin,
        &path,
    );
    assert_held(&child.stdin(file).output().unwrap());
    assert_eq!(map[..], [10, 2, 3]);
}
