//! What a map holds and shows of its file.

use super::*;

// killed by: maps_are_populated
#[test]
#[cfg(target_os = "linux")]
fn a_map_holds_no_page_before_the_first_touch() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.set_len(256 << 20).unwrap();
    let map = map(&file).unwrap();
    // Where the system knows no huge pages, it need not be asked for none.
    let _ = map.advise(memmap2::Advice::NoHugePage);
    let held = || kib_of_map(&path, "Rss:");
    assert_eq!(held(), 0);
    // A touch may bring in the pages around it, but not all.
    assert_eq!(map[0], b'L');
    let first = held();
    assert!((1..=16 << 10).contains(&first), "{first} KiB");
    assert_eq!(map[(256 << 20) - 1], 0);
    assert!((first + 1..=32 << 10).contains(&held()), "{} KiB", held());
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn maps_of_one_file_share_its_bytes() {
    // In another process: it stores, says so, and looks again when it is told to.
    if let Some(path) = path_in_a_child() {
        let mut map = map_mut(&open(&path)).unwrap();
        map[..5].copy_from_slice(b"LOREM");
        wait_for_the_proof();
        assert_eq!(map[..11], *b"LOREM IPSUM");
        return;
    }
    let (_folder, path) = lorem();
    let mut one = map_mut(&open(&path)).unwrap();
    let other = map(&open(&path)).unwrap();
    assert_eq!((&one[..5], &other[..5]), (&b"Lorem"[..], &b"Lorem"[..]));
    let mut child = ready(maps_of_one_file_share_its_bytes, &path);
    assert_eq!(one[..11], *b"LOREM ipsum");
    one[6..11].copy_from_slice(b"IPSUM");
    assert_eq!(other[..11], *b"LOREM IPSUM");
    assert!(child.wait().unwrap().success());
}

// killed by: maps_are_read_into_memory
#[test]
#[cfg(unix)]
fn a_map_shows_what_another_process_writes_to_the_file() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    assert_eq!(map[0], b'L');
    assert!(shell("printf X 1<>\"$0\"", &path));
    assert_eq!(map[0], b'X');
}

// killed by: maps_are_read_into_memory, small_maps_fail
#[test]
#[cfg(unix)]
fn a_pipe_cannot_be_mapped() {
    let (mut reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"Lorem").unwrap();
    let mut options = MmapOptions::new();
    options.len(5);
    // SAFETY: the map is refused, so that nothing can go wrong with it.
    let refused = unsafe { options.map(&reader) }.unwrap_err();
    if cfg!(target_os = "linux") {
        const ENODEV: i32 = 19; // by mmap(2): the file cannot be mapped
        assert_eq!(refused.raw_os_error(), Some(ENODEV));
    }
    // A file with the same bytes can, and the pipe can be read.
    let (_folder, path) = lorem();
    // SAFETY: no other process is told of the file.
    let map = unsafe { options.map(&open(&path)) }.unwrap();
    let mut bytes = [0; 5];
    reader.read_exact(&mut bytes).unwrap();
    assert_eq!(map[..], bytes);
}
