//! Which pages a map touches, copies and writes back, as Linux shows it in `/proc/self/smaps`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use mapped_file::{Access, MappedFile};
use memmap2::{Advice, MmapMut, UncheckedAdvice};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const MIB: usize = 1 << 20;
/// More bytes than a system reads, writes or maps at once for a touch of one byte.
const LEN: usize = 64 * MIB;
const ACCESSES: [Access; 3] = [Access::Read, Access::Write, Access::Copy];

/// Makes a sparse file of [`LEN`] zeros in the build folder. Unlike the folder for temporary files,
/// that folder is rarely in memory.
fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("file");
    File::create(&path).unwrap().set_len(LEN as u64).unwrap();
    (folder, path)
}

/// Makes a file whose dirty pages a flush writes to a disk. Returns `None` if the file is in memory,
/// where pages stay dirty.
fn file_on_a_disk() -> Option<(TempDir, PathBuf)> {
    let (folder, path) = file();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    // SAFETY: no other program is told of the file, and nobody makes it shorter.
    let mut map = unsafe { MmapMut::map_mut(&file) }.unwrap();
    map[0] = 1;
    // Not a flush of the map, which is what the tests are about.
    file.sync_all().unwrap();
    if dirty(&map) > 0 {
        eprintln!("{}: not on a disk, so no flush is seen", path.display());
        return None;
    }
    Some((folder, path))
}

fn map(path: &Path, access: Access) -> MappedFile {
    // SAFETY: no other program is told of the file; two maps of it take turns.
    unsafe { MappedFile::options().access(access).open(path) }.unwrap()
}

/// Returns the lines about the mapping of these bytes.
fn smaps(bytes: &[u8]) -> String {
    let address = bytes.as_ptr() as usize;
    let all = fs::read_to_string("/proc/self/smaps").unwrap();
    let mut lines = all.lines().skip_while(|line| {
        let range = line.split(' ').next().unwrap().split_once('-');
        let number = |hex| usize::from_str_radix(hex, 16).ok();
        range
            .and_then(|(start, end)| Some(number(start)?..number(end)?))
            .is_none_or(|range| !range.contains(&address))
    });
    let first = lines.next().expect("a mapping");
    let rest = lines.take_while(|line| line.split(' ').next().unwrap().ends_with(':'));
    rest.fold(first.to_owned(), |all, line| all + "\n" + line)
}

/// Returns a number of bytes from these lines.
fn bytes_of(bytes: &[u8], count: &str) -> usize {
    let smaps = smaps(bytes);
    let line = smaps.lines().find_map(|line| line.strip_prefix(count));
    let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kib.parse::<usize>().unwrap() << 10
}

fn resident(bytes: &[u8]) -> usize {
    bytes_of(bytes, "Rss:")
}

fn dirty(bytes: &[u8]) -> usize {
    bytes_of(bytes, "Private_Dirty:") + bytes_of(bytes, "Shared_Dirty:")
}

fn has_flag(bytes: &[u8], flag: &str) -> bool {
    let smaps = smaps(bytes);
    let flags = smaps.lines().find_map(|line| line.strip_prefix("VmFlags:"));
    flags.unwrap().split(' ').any(|one| one == flag)
}

fn mappings_of(path: &Path) -> usize {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    maps.matches(path.to_str().unwrap()).count()
}

#[test]
fn a_flush_writes_every_dirty_page_back() {
    let Some((_folder, path)) = file_on_a_disk() else {
        return;
    };
    let mut map = map(&path, Access::Write);
    let flushes: [fn(&mut MappedFile) -> io::Result<()>; 3] = [
        |map| MappedFile::flush(map),
        |map| map.flush_range(..),
        |map| Write::flush(map),
    ];
    for flush in flushes {
        for place in (0..LEN).step_by(4 * MIB) {
            map.as_mut_slice().unwrap()[place + MIB] = 1;
        }
        assert!(dirty(&map) > 0);
        flush(&mut map).unwrap();
        assert_eq!(dirty(&map), 0);
    }
}

#[test]
fn a_flush_of_a_range_writes_its_pages_back() {
    let Some((_folder, path)) = file_on_a_disk() else {
        return;
    };
    let mut map = map(&path, Access::Write);
    map.as_mut_slice().unwrap()[0] = 1;
    map.as_mut_slice().unwrap()[LEN - 1] = 1;
    // Another map of the last page alone shows whether that page is dirty.
    let mut options = MappedFile::options();
    // SAFETY: nobody writes to the file while its bytes are borrowed.
    let last = unsafe { options.offset(LEN as u64 - 1).open(&path) }.unwrap();
    assert!(last[0] == 1 && dirty(&last) > 0);
    map.flush_range(LEN - 1..).unwrap();
    assert_eq!(dirty(&last), 0);
    map.flush_range(..1).unwrap();
    assert_eq!(dirty(&map), 0);
}

#[test]
fn close_and_make_read_only_write_dirty_pages_back_and_a_drop_does_not() {
    let Some((_folder, path)) = file_on_a_disk() else {
        return;
    };
    let watcher = map(&path, Access::Read);
    let dirty_after = |end: &dyn Fn(MappedFile)| {
        let mut map = map(&path, Access::Write);
        map.as_mut_slice().unwrap()[LEN / 2] += 1;
        // The touch brings the page into this map too.
        assert!(watcher[LEN / 2] > 0);
        end(map);
        dirty(&watcher)
    };
    assert!(dirty_after(&drop) > 0);
    assert_eq!(dirty_after(&|map| map.close().unwrap()), 0);
    assert_eq!(dirty_after(&|map| drop(map.make_read_only().unwrap())), 0);
}

#[test]
fn advice_reaches_the_pages_of_its_range() {
    let (_folder, path) = file();
    for access in ACCESSES {
        let map = map(&path, access);
        assert!(!has_flag(&map, "sr") && !has_flag(&map, "rr"));
        map.advise(.., Advice::Sequential).unwrap();
        assert!(has_flag(&map, "sr") && has_flag(&map[LEN - 1..], "sr"));
        // From the start of the page that the range starts in, to the end of that where it ends.
        map.advise(LEN / 2 + 1..LEN / 2 + MIB, Advice::Random)
            .unwrap();
        let random = |place: usize| has_flag(&map[place..], "rr");
        assert!(random(LEN / 2) && random(LEN / 2 + MIB - 1));
        assert!(!random(LEN / 2 - 1) && !random(LEN / 2 + MIB));
        // SAFETY: this advice changes no byte.
        unsafe { map.unchecked_advise(..MIB, UncheckedAdvice::DontNeed) }.unwrap();
    }
}

#[test]
fn unchecked_advice_discards_stores_into_a_copy_only_in_its_range() {
    let (_folder, path) = file();
    let mut map = map(&path, Access::Copy);
    let bytes = map.as_mut_slice().unwrap();
    (bytes[0], bytes[LEN / 2]) = (1, 1);
    // SAFETY: no byte is borrowed, and what is read next is as in the file.
    unsafe { map.unchecked_advise(LEN / 2.., UncheckedAdvice::DontNeed) }.unwrap();
    assert_eq!((map[0], map[LEN / 2]), (1, 0));
}

#[test]
fn a_map_has_no_page_in_memory_before_the_first_touch() {
    let (_folder, path) = file();
    for access in ACCESSES {
        let map = map(&path, access);
        assert_eq!(resident(&map), 0, "{access:?}");
    }
    let mut map = map(&path, Access::Write);
    map.resize(LEN + MIB).unwrap();
    assert_eq!(resident(&map), 0);
    // What is next to it may be counted with it.
    for map in [MappedFile::anonymous, MappedFile::anonymous_shared] {
        assert!(resident(&map(LEN).unwrap()) < MIB);
    }
}

#[test]
fn a_store_into_a_copy_copies_only_its_page() {
    let (_folder, path) = file();
    let mut map = map(&path, Access::Copy);
    assert!(smaps(&map).lines().next().unwrap().ends_with("/file"));
    assert!(map.iter().step_by(4096).all(|&byte| byte == 0));
    assert_eq!(bytes_of(&map, "Anonymous:"), 0);
    map.as_mut_slice().unwrap()[LEN / 2] = 1;
    let page = bytes_of(&map, "KernelPageSize:");
    assert_eq!(bytes_of(&map, "Anonymous:"), page);
}

#[test]
fn a_resize_leaves_no_second_mapping() {
    let (_folder, path) = file();
    let mut map = map(&path, Access::Write);
    for len in [LEN + 1, LEN / 2, LEN, LEN] {
        map.resize(len).unwrap();
        assert_eq!(mappings_of(&path), 1);
    }
    drop(map);
    assert_eq!(mappings_of(&path), 0);

    let size = || {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
        let kib = size.unwrap().trim().strip_suffix(" kB").unwrap();
        kib.parse::<usize>().unwrap() << 10
    };
    let before = size();
    let mut map = MappedFile::anonymous(LEN).unwrap();
    for round in 0..64 {
        map.resize(LEN + MIB * (round % 2)).unwrap();
    }
    // Other tests have some maps too, but not so many.
    assert!(size() < before + 32 * LEN);
}

/// On other systems, a shrink makes the map again.
#[test]
fn a_shrink_on_linux_keeps_the_mapping_and_its_address() {
    let (_folder, path) = file();
    for mut map in [
        map(&path, Access::Write),
        MappedFile::anonymous(LEN).unwrap(),
    ] {
        let address = map.as_ptr();
        for len in [LEN - 1, LEN / 2, 1] {
            map.resize(len).unwrap();
            assert_eq!((map.as_ptr(), map.len()), (address, len));
        }
    }
}

#[test]
fn a_resize_of_memory_touches_no_page() {
    let mut map = MappedFile::anonymous(LEN).unwrap();
    // So that nothing next to it is counted with it.
    map.advise(.., Advice::Sequential).unwrap();
    map.as_mut_slice().unwrap()[0] = 1;
    let before = resident(&map);
    for len in [2 * LEN, 3 * LEN + 1, LEN / 2, LEN] {
        map.resize(len).unwrap();
        assert_eq!((map.len(), map[0]), (len, 1));
        assert_eq!(resident(&map), before);
    }
}

#[test]
fn a_fork_shares_only_shared_memory() {
    unsafe extern "C" {
        fn fork() -> i32;
        fn _exit(code: i32) -> !;
        fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    }
    let mut shared = MappedFile::anonymous_shared(1).unwrap();
    let mut private = MappedFile::anonymous(1).unwrap();
    let shared = shared.as_mut_slice().unwrap().as_mut_ptr();
    let private = private.as_mut_slice().unwrap().as_mut_ptr();
    // SAFETY: the child stores two bytes and ends, which needs no lock that another thread
    // had. The maps are there until the end of the test, and parent and child take turns.
    let found = unsafe {
        let child = fork();
        if child == 0 {
            (*shared, *private) = (1, 1);
            _exit(0);
        }
        assert_eq!(waitpid(child, std::ptr::null_mut(), 0), child);
        (*shared, *private)
    };
    assert_eq!(found, (1, 0));
}
