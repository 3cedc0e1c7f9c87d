//! How a file object comes to be: its access, its length, and a map without a file.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

// `std` has no fork: it starts other programs, which have none of the maps.
#[cfg(unix)]
unsafe extern "C" {
    fn fork() -> i32;
    fn _exit(code: i32) -> !;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
}

// killed by: files_do_not_grow
#[test]
fn only_write_access_extends_the_file() {
    let (_folder, path) = lorem();
    for access in [Access::Read, Access::Copy] {
        assert_eq!(
            error_kind(object_of(800, &path, access)),
            ErrorKind::InvalidInput
        );
        assert_eq!(fs::metadata(&path).unwrap().len(), 737);
    }
    let map = object_of(800, &path, Access::Write).unwrap();
    assert_eq!(map.file_len().unwrap(), 800);
}

// killed by: anonymous_maps_are_shared
#[test]
#[cfg(unix)]
fn an_anonymous_map_is_private() {
    // A pipe tells the child that the parent has stored.
    let (mut stored, mut store) = io::pipe().unwrap();
    let mut map = MappedFile::anonymous(2).unwrap();
    let byte = map.as_mut_slice().unwrap().as_mut_ptr();
    // SAFETY: nobody else uses the two bytes. The child takes no lock that another thread may
    // have: it loads, stores, waits and ends. The parent waits for its end.
    unsafe {
        let child = fork();
        assert!(child >= 0);
        if child == 0 {
            byte.write_volatile(b'C');
            let told = stored.read_exact(&mut [0]).is_ok();
            let private = byte.read_volatile() == b'C' && byte.add(1).read_volatile() == 0;
            _exit(i32::from(!(told && private)));
        }
        byte.add(1).write_volatile(b'P');
        store.write_all(b".").unwrap();
        let mut end = 0;
        assert_eq!(waitpid(child, &mut end, 0), child);
        assert_eq!(end, 0);
        assert_eq!(byte.read_volatile(), 0);
    }
    assert_eq!(map[..], *b"\0P");
}

// rests on: MappedFile, which decides this without the system
#[test]
#[cfg(unix)]
fn the_zeros_of_an_extended_file_take_no_space_where_a_hole_takes_none() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let [hole, extended] = ["hole", "extended"].map(|name| folder.path().join(name));
    let len = 16 << 20;
    let file = File::create_new(&hole).unwrap();
    file.set_len(len - 1).unwrap();
    (&file).seek(SeekFrom::End(0)).unwrap();
    (&file).write_all(&[0]).unwrap();
    File::create_new(&extended).unwrap();
    let map = object_of(len as usize, &extended, Access::Write).unwrap();
    assert_eq!(map.file_len().unwrap(), len);
    for file in [&file, map.file().unwrap()] {
        file.sync_all().unwrap(); // some file systems look for the space then
    }
    let space = |file: &File| file.metadata().unwrap().blocks();
    assert_eq!(space(map.file().unwrap()), space(&file));
}

// rests on: MappedFile, which decides this without the system
// fails on: tmpfs_of_16_pages, where an append soon finds no room
#[test]
fn a_map_that_extends_its_file_cuts_off_nothing() {
    // One thread appends to the file, another maps one byte more than the file has, many times: in
    // 20,000 a length that is asked for and then set cuts off what was appended some ten times.
    let rounds = if std::env::var_os("CI").is_some() {
        20_000
    } else {
        6_000
    };
    let (_folder, path) = lorem();
    let done = AtomicBool::new(false);
    let append = || {
        let mut file = File::options().append(true).open(&path).unwrap();
        let mut cuts = 0;
        while !done.load(Ordering::SeqCst) {
            let before = file.metadata().unwrap().len();
            file.write_all(&[b'X'; 100]).unwrap();
            cuts += usize::from(file.metadata().unwrap().len() < before + 100);
        }
        cuts
    };
    let extend = || {
        let len = fs::metadata(&path)?.len() as usize + 1;
        object_of(len, &path, Access::Write).map(drop)
    };
    thread::scope(|scope| {
        let appender = scope.spawn(append);
        let extended: io::Result<()> = (0..rounds).try_for_each(|_| extend());
        done.store(true, Ordering::SeqCst);
        assert_eq!(appender.join().unwrap(), 0);
        extended.unwrap();
    });
}

// killed by: maps_are_private
/// An `anonymous_shared` map is shared with a fork
#[test]
#[cfg(target_os = "linux")]
fn an_anonymous_shared_map_is_shared_with_a_fork() {
    let stored_by_a_child = |mut map: MappedFile| {
        let byte = map.as_mut_slice().unwrap().as_mut_ptr();
        // SAFETY: the child stores a byte and ends, which takes no lock that another thread
        // may have. The parent waits before it looks.
        unsafe {
            let child = fork();
            if child == 0 {
                *byte = b'X';
                _exit(0);
            }
            assert_eq!(waitpid(child, std::ptr::null_mut(), 0), child);
            *byte
        }
    };
    let shared = MappedFile::anonymous_shared(1).unwrap();
    assert_eq!(stored_by_a_child(shared), b'X');
    let private = MappedFile::anonymous(1).unwrap();
    assert_eq!(stored_by_a_child(private), 0);
}

// killed by: closing_unmaps
#[test]
fn a_map_needs_no_open_file() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Write).unwrap();
    drop(map.take_file().unwrap());
    map.write_exact(b"LOREM").unwrap();
    assert!(fs::read(&path).unwrap().starts_with(b"LOREM ipsum"));
    assert_eq!(error_kind(map.file_len()), ErrorKind::Unsupported);
    assert_eq!(error_kind(map.resize(11)), ErrorKind::Unsupported);
    assert_eq!(map.len(), 737);
}

// killed by: small_maps_fail
/// A map of `/proc/self/maps` is `ENODEV`
#[test]
#[cfg(target_os = "linux")]
fn a_map_of_proc_self_maps_is_enodev() {
    const ENODEV: i32 = 19;
    let path = Path::new("/proc/self/maps");
    let error = object(path, Access::Read).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(ENODEV));
    assert!(!fs::read(path).unwrap().is_empty());
}
