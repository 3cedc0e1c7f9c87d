//! What a flush and a close write back.

#[cfg(target_os = "linux")]
use super::*;

// killed by: flush_does_nothing, flush_fails_once
/// `close` writes dirty pages back
#[test]
#[cfg(target_os = "linux")]
fn close_writes_dirty_pages_back() {
    on_a_disk(|file, dirty| {
        // Another map of the file has the page too, and Linux counts it there as long as it is
        // dirty.
        let other = map(file).unwrap();
        let store = |letter| {
            let (mut options, file) = (MappedFile::options(), file.try_clone().unwrap());
            // SAFETY: no other process is told of the file.
            let mut map = unsafe { options.access(Access::Write).map(file) }.unwrap();
            map.write_byte(letter).unwrap();
            assert_eq!(other[0], letter);
            map
        };
        drop(store(b'X'));
        assert!(dirty() > 0);
        store(b'Y').close().unwrap();
        assert_eq!(dirty(), 0);
    });
}
