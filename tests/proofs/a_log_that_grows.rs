//! A log that one process appends to and another follows.

use super::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

#[path = "../../examples/log_append.rs"]
#[allow(dead_code, reason = "it has a main of its own")]
mod log_append;

use log_append::append;

/// A log with a header, in a file of its own.
fn log(header: u64) -> (TempDir, PathBuf) {
    let (folder, path) = lorem();
    fs::write(&path, header.to_ne_bytes()).unwrap();
    (folder, path)
}

// killed by: maps_are_private, maps_are_read_into_memory
/// A record longer than a step fits in the log
#[test]
fn a_record_longer_than_a_step_fits_in_the_log() {
    for len in [0, 1, 32_760, 32_761, 40_000] {
        let (_folder, path) = log(8);
        let file = open(&path);
        let mut map = MmapRaw::map_raw(&file).unwrap();
        assert_eq!(append(&file, &mut map, &vec![b'-'; len]).unwrap(), 8 + len);
        assert_eq!(append(&file, &mut map, b"end").unwrap(), 11 + len);
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.len() - bytes.len().min(11 + len) < 32 * 1024);
        assert!(bytes[8..8 + len].iter().all(|&byte| byte == b'-'));
        assert_eq!(bytes[8 + len..][..3], *b"end");
    }
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_log_that_is_opened_again_goes_on_where_it_ends() {
    let (_folder, path) = log(8);
    for (record, end) in [("one", 11), ("two", 14), ("three", 19)] {
        let file = open(&path);
        let mut map = MmapRaw::map_raw(&file).unwrap();
        assert_eq!(append(&file, &mut map, record.as_bytes()).unwrap(), end);
    }
    assert_eq!(fs::read(&path).unwrap()[8..19], *b"onetwothree");
}

// rests on: the program of the page, which decides this without the system
#[test]
fn a_log_whose_header_is_wrong_is_refused() {
    for header in [0, 7, 9, u64::MAX, 8 + (1 << 32)] {
        let (_folder, path) = log(header);
        let file = open(&path);
        let mut map = MmapRaw::map_raw(&file).unwrap();
        let refused = append(&file, &mut map, b"record");
        assert_eq!(error_kind(refused), ErrorKind::InvalidData);
        assert_eq!(fs::read(&path).unwrap(), header.to_ne_bytes());
    }
    for len in 0..8 {
        let (_folder, path) = log(8);
        let file = open(&path);
        file.set_len(len).unwrap();
        let mut map = MmapRaw::map_raw(&file).unwrap();
        let refused = append(&file, &mut map, b"record");
        assert_eq!(error_kind(refused), ErrorKind::InvalidData);
    }
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_process_that_sees_the_new_end_sees_the_bytes_before_it() {
    const RECORDS: usize = 5_000;
    const GROWS: &[u8] = b"+";
    let len = 8 * (1 + RECORDS);
    let word = |map: &MmapRaw, at: usize| map.as_mut_ptr().wrapping_add(8 * at).cast::<u64>();
    let end = |map: &MmapRaw| word(map, 0);
    // Another process follows: the number of each record is in it as soon as the end is past it.
    if let Some(path) = path_in_a_child() {
        let map = MmapRaw::map_raw(&open(&path)).unwrap();
        // That all is stored, the parent says in another way too, or this might wait for ever.
        let all_stored = thread::spawn(|| io::stdin().read_to_end(&mut Vec::new()));
        io::stderr().write_all(b".").unwrap();
        let (mut seen, mut ends) = (0, 0);
        loop {
            let is_last_look = all_stored.is_finished();
            // SAFETY: the map starts with a page, and both processes touch this as an atomic.
            let end = unsafe { AtomicU64::from_ptr(end(&map)) }.load(Ordering::Acquire) as usize;
            for at in seen + 1..=end {
                // SAFETY: the record is in the map, and was stored for good before the end was.
                assert_eq!(unsafe { *word(&map, at) }, at as u64);
            }
            ends += usize::from(end > seen);
            seen = end;
            if is_last_look {
                assert_eq!(seen, RECORDS);
                break;
            }
            thread::yield_now();
        }
        if ends > 10 {
            io::stderr().write_all(GROWS).unwrap();
        }
        return;
    }
    let (_folder, path) = lorem();
    // A child that the system lets run too late sees all of it at once, which shows nothing; and
    // that records are in order may be luck, which some turns more rule out.
    let mut grew = 0;
    for _ in 0..100 {
        fs::write(&path, vec![0; len]).unwrap();
        let map = MmapRaw::map_raw(&open(&path)).unwrap();
        let child = ready(
            a_process_that_sees_the_new_end_sees_the_bytes_before_it,
            &path,
        );
        for at in 1..=RECORDS {
            // SAFETY: the record is in the map, and the other process does not look at it before
            // the end is stored.
            unsafe { *word(&map, at) = at as u64 };
            // The other process looks between the two stores too.
            if at % 50 == 0 {
                thread::yield_now();
            }
            // SAFETY: the map starts with a page, and both processes touch this as an atomic.
            unsafe { AtomicU64::from_ptr(end(&map)) }.store(at as u64, Ordering::Release);
        }
        let child = child.wait_with_output().unwrap();
        assert_held(&child);
        grew += usize::from(child.stderr == GROWS);
        if grew == 10 {
            return;
        }
    }
    panic!("of all children, {grew} saw the log grow");
}
