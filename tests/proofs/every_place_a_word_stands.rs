//! Searches of maps, and the memory that they take.

use super::*;
use memchr::memmem;

// rests on: std or a crate, in a part that no lie touches
#[test]
fn an_empty_word_is_found_at_every_offset() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    assert!(memmem::find_iter(&map, b"").eq(0..=map.len()));
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn places_apart_in_their_windows_may_overlap_at_a_border() {
    let text = b"banananas";
    assert!(memmem::find_iter(text, b"ana").eq([1, 5]));
    // Windows of 3 bytes, each with 2 more, in which a word may end.
    let mut places = Vec::new();
    for start in [0, 3, 6] {
        let window = &text[start..text.len().min(start + 5)];
        places.extend(memmem::find_iter(window, b"ana").map(|at| start + at));
    }
    assert_eq!(places, [1, 3]);
}

// killed by: maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn an_unchanged_page_of_a_file_can_be_taken_back() {
    use rustix::mm::{Advice, madvise};

    on_a_disk(|file, dirty| {
        let map = map(file).unwrap();
        let held = || kib_at(map.as_ptr(), "Rss:");
        let touch = || assert!(map.iter().all(|&byte| byte == b'-'));
        touch();
        let before = held();
        assert!(before > 0);
        assert_eq!(dirty(), 0);
        // A page that another processor has just put on a list of its own is passed over.
        for _ in 0..20 {
            // SAFETY: it asks the system to take pages back, as that may do at any time; the bytes
            // stay.
            let asked = unsafe { madvise(map.as_ptr() as *mut _, map.len(), Advice::LinuxPageOut) };
            if asked == Err(rustix::io::Errno::INVAL) {
                return println!(
                    "ignored: a Linux before 5.4 takes nothing back when it is asked to"
                );
            }
            asked.unwrap();
            if held() < before {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let after = held();
        assert!(after < before, "{after} of {before} KiB");
        touch();
        assert!(held() > after);
    });
}

// killed by: maps_are_read_into_memory
/// On tmpfs, a load from a hole takes memory
#[test]
#[cfg(target_os = "linux")]
fn on_tmpfs_a_load_from_a_hole_takes_memory() {
    use std::os::unix::fs::MetadataExt;

    // By memfd_create(2), such a file is on a tmpfs: one that nobody has to mount.
    let file = memfd(MIB);
    let blocks = || file.metadata().unwrap().blocks();
    let map = map(&file).unwrap();
    assert_eq!(blocks(), 0);
    assert_eq!(map[MIB / 2], 0);
    assert!(blocks() > 0);
}

// rests on: the system, which gives a map memory only when it is touched; no lie changes that
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_map_can_be_longer_than_the_memory_of_the_machine() {
    let memory = fs::read_to_string("/proc/meminfo").unwrap();
    let memory: u64 = memory.split_whitespace().nth(1).unwrap().parse().unwrap();
    let (_folder, path) = lorem();
    let file = open(&path);
    file.set_len(2 * 1024 * memory).unwrap();
    let map = map(&file).unwrap();
    assert_eq!(map.len() as u64, 2 * 1024 * memory);
    assert_eq!((map[0], map[map.len() - 1]), (b'L', 0));
    assert!(kib_of_map(&path, "Rss:") < memory / 2);
}
