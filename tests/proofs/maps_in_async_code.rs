//! What a touch of a map may take.

#[cfg(target_os = "linux")]
use super::*;

// killed by: maps_are_populated, maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_touch_of_a_page_that_is_not_in_memory_waits_for_the_disk() {
    use rustix::fs::{Advice, fadvise};
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    on_a_disk(|file, _| {
        // The system may be asked to forget a page, and may be late to.
        let forget = || fadvise(file, 0, None, Advice::DontNeed).unwrap();
        let waited = (0..20).any(|_| {
            forget();
            let map = map(file).unwrap();
            let before = waits_for_a_page();
            assert_eq!(map[0], b'-');
            let first = waits_for_a_page();
            // The second touch finds the page there.
            assert_eq!(map[1], b'-');
            first > before && waits_for_a_page() == first
        });
        forget();
        let mut byte = [0];
        let bytes = &mut [io::IoSliceMut::new(&mut byte)];
        let without_waiting = preadv2(file, bytes, 0, ReadWriteFlags::NOWAIT);
        if !waited && without_waiting != Err(Errno::AGAIN) {
            return println!("ignored: the file system forgets nothing, or does not tell");
        }
        assert!(waited);
    });
}
