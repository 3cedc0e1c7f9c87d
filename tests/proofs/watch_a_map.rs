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
    use rustix::fs::{Advice, fadvise};
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let look = |path: &Path| {
        let file = File::open(path).unwrap();
        fadvise(&file, 0, None, Advice::DontNeed).unwrap();
        let map = map(&file).unwrap();
        let found = program::watch(&map).unwrap();
        (found.cached, found.pages)
    };
    if let Some(path) = path_in_a_child() {
        let (cached, pages) = look(&path);
        assert_eq!(cached, pages);
        return;
    }
    if !rustix::process::geteuid().is_root() {
        return println!("ignored: only root can start a program of somebody else");
    }
    let (folder, path) = lorem();
    fs::write(&path, vec![b'a'; 32 * 1024]).unwrap();
    File::open(&path).unwrap().sync_all().unwrap();
    if look(&path).0 > 0 {
        return println!("ignored: the file does not leave memory here");
    }
    for path in [folder.path(), &path] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut child = again(a_file_of_others_is_reported_as_all_in_memory, &path);
    match child.uid(65534).output() {
        Ok(ended) => assert_held(&ended),
        Err(error) => println!("ignored: nobody else can run this program: {error}"),
    }
}
