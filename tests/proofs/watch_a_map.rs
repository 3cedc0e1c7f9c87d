//! What a look at the pages of a map tells.

#[cfg(target_os = "linux")]
use super::*;

/// The listing itself.
#[cfg(target_os = "linux")]
#[path = "../../examples/watch_a_map.rs"]
mod program;

// killed by: maps_are_read_into_memory, maps_are_populated
#[test]
#[cfg(target_os = "linux")]
fn a_look_at_a_map_touches_no_page() {
    let file = memfd(MIB);
    let map = map(&file).unwrap();
    for _ in 0..2 {
        let found = program::watch(&map).unwrap();
        assert_eq!((found.cached, found.mapped), (0, 0));
    }
    assert_eq!(map[0], 0);
    assert!(program::watch(&map).unwrap().mapped > 0);
}

// killed by: maps_are_read_into_memory, maps_are_populated
#[test]
#[cfg(target_os = "linux")]
fn a_page_that_was_written_but_not_touched_is_only_in_the_page_cache() {
    let mut file = memfd(MIB);
    let map = map(&file).unwrap();
    file.write_all(b"x").unwrap();
    let found = program::watch(&map).unwrap();
    assert_eq!((found.cached, found.mapped), (1, 0));
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_page_that_left_the_page_table_stays_in_the_page_cache() {
    let file = memfd(MIB);
    let mut map = map_mut(&file).unwrap();
    map[0] = 1;
    let before = program::watch(&map).unwrap();
    assert_eq!((before.cached, before.mapped, before.dirty), (1, 1, 1));
    // SAFETY: the map is shared: a page that it gives up keeps its bytes.
    unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) }.unwrap();
    let after = program::watch(&map).unwrap();
    assert_eq!((after.cached, after.mapped, after.dirty), (1, 0, 0));
    assert_eq!(map[0], 1);
}

// rests on: the system, which asks who may write to the file; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_file_of_others_is_reported_as_all_in_memory() {
    use rustix::process::geteuid;
    // Of root, and no other may write to it: it has been there since the machine was installed.
    let path = Path::new("/usr/lib/os-release");
    let Ok(file) = File::open(path) else {
        return println!("ignored: there is no file of root to look at");
    };
    if geteuid().is_root() {
        return println!("ignored: root may write to every file");
    }
    // SAFETY: only root may change the file.
    let map = unsafe { Mmap::map(&file) }.unwrap();
    let found = program::watch(&map).unwrap();
    assert_eq!(found.cached, found.pages);
}
