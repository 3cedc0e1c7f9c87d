//! What the program says of a map, against what this test knows of it.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

/// The listing itself.
#[path = "../../examples/watch_a_map.rs"]
mod program;

use memmap2::{Mmap, MmapMut};
use program::watch;
use rustix::fs::{Advice, MemfdFlags, fadvise, memfd_create};
use std::fs::File;
use std::io::Write;

/// A file in memory of so many pages that nobody has touched, and its map.
fn untouched(pages: usize) -> MmapMut {
    let file = File::from(memfd_create("test", MemfdFlags::CLOEXEC).unwrap());
    file.set_len((pages * rustix::param::page_size()) as u64)
        .unwrap();
    // SAFETY: nobody else has the file.
    unsafe { MmapMut::map_mut(&file).unwrap() }
}

#[test]
fn each_touched_page_is_told_of_and_no_other() {
    let page = rustix::param::page_size();
    // As many as there are parts, fewer, and more.
    for pages in [1, 2, 63, 64, 65, 511, 512, 513, 5_000] {
        let mut map = untouched(pages);
        let fresh = watch(&map).unwrap();
        assert_eq!((fresh.pages, fresh.cached, fresh.mapped), (pages, 0, 0));
        let touched: Vec<usize> = (0..pages).filter(|nth| nth % 7 == 3).collect();
        for nth in &touched {
            map[nth * page] = 1;
        }
        let found = watch(&map).unwrap();
        let all = touched.len();
        assert_eq!((found.cached, found.mapped, found.dirty), (all, all, all));
        let step = pages.div_ceil(512);
        for (at, (cached, mapped)) in found.parts.iter().enumerate() {
            let inside = at * step..(at + 1) * step;
            let here = touched.iter().filter(|nth| inside.contains(nth)).count();
            assert_eq!((*cached, *mapped), (here, here), "{pages} {at}");
        }
        // And a look changes nothing.
        assert_eq!(watch(&map).unwrap(), found);
    }
}

#[test]
fn a_part_of_a_map_is_that_part() {
    let page = rustix::param::page_size();
    let mut map = untouched(100);
    map[50 * page] = 1;
    let look = |part: &[u8]| {
        let found = watch(part).unwrap();
        (found.pages, found.cached)
    };
    assert_eq!(look(&map[..0]), (0, 0));
    assert_eq!(look(&[]), (0, 0));
    assert_eq!(look(&map[..1]), (1, 0));
    assert_eq!(look(&map[50 * page - 1..50 * page + 1]), (2, 1));
    assert_eq!(look(&map[50 * page..51 * page]), (1, 1));
    assert_eq!(look(&map[51 * page..]), (49, 0));
}

#[test]
fn locked_pages_are_counted() {
    let page = rustix::param::page_size();
    let mut map = untouched(10);
    let one = &mut map[3 * page..4 * page];
    // SAFETY: the page is in the map.
    if unsafe { rustix::mm::mlock(one.as_mut_ptr().cast(), page) }.is_err() {
        return println!("ignored: this process may lock no page");
    }
    let found = watch(&map).unwrap();
    assert_eq!((found.cached, found.mapped, found.locked), (1, 1, 1));
}

#[test]
fn pages_that_only_read_ahead_has_brought_are_in_the_cache_and_not_in_the_table() {
    let mut file = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    file.write_all(&vec![1; 4 << 20]).unwrap();
    file.sync_all().unwrap();
    fadvise(&file, 0, None, Advice::DontNeed).unwrap();
    // SAFETY: nobody else has the file.
    let map = unsafe { Mmap::map(&file).unwrap() };
    let cold = watch(&map).unwrap();
    if cold.cached > 0 {
        return println!("ignored: the file system forgets no page");
    }
    assert_eq!((cold.mapped, map[0]), (0, 1));
    let warm = watch(&map).unwrap();
    assert!(warm.mapped >= 1 && warm.cached >= warm.mapped, "{warm:?}");
    // The picture has one sign for each part.
    let picture = warm.to_string();
    let signs = picture.lines().skip(5).flat_map(str::chars);
    assert_eq!(signs.count(), warm.parts.len());
}

#[test]
fn memory_that_is_no_map_of_a_file_is_told_of_too() {
    let heap = vec![1; 10 << 20];
    let found = watch(&heap).unwrap();
    assert!(found.mapped * rustix::param::page_size() >= 10 << 20);
}

#[test]
fn a_locked_page_that_another_map_shows_is_still_one_page() {
    let page = rustix::param::page_size();
    let file = File::from(memfd_create("test", MemfdFlags::CLOEXEC).unwrap());
    file.set_len(2 * page as u64).unwrap();
    // SAFETY: nobody else has the file, and nobody writes to it.
    let maps: Vec<_> = (0..5)
        .map(|_| unsafe { memmap2::MmapOptions::new().populate().map(&file).unwrap() })
        .collect();
    let one = maps[0].as_ptr().cast_mut();
    // SAFETY: the page is in the map.
    unsafe { rustix::mm::mlock(one.cast(), page).unwrap() };
    assert_eq!(watch(&maps[0]).unwrap().locked, 1);
    assert_eq!(watch(&maps[1]).unwrap().locked, 0);
}

#[test]
fn a_map_of_a_file_whose_name_is_not_utf_8_is_no_error() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
    std::fs::write(&path, b"text").unwrap();
    // SAFETY: nobody else knows the file.
    let map = unsafe { Mmap::map(&File::open(&path).unwrap()).unwrap() };
    assert_eq!(watch(&map).unwrap().pages, 1);
}

#[test]
fn an_empty_part_of_a_map_has_no_pages() {
    let page = rustix::param::page_size();
    let mut map = untouched(3);
    map.fill(1);
    let found = watch(&map[page..page]).unwrap();
    assert_eq!((found.pages, found.dirty), (0, 0));
}
