//! What a flush and a close write back.

#[cfg(target_os = "linux")]
use super::*;

// killed by: flush_does_nothing
/// `close` writes dirty pages back
#[test]
#[cfg(target_os = "linux")]
fn close_writes_dirty_pages_back() {
    // Another map of the file has the page too, and Linux counts it there as long as it is
    // dirty. It always is on a file system in memory: there this shows nothing.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("lorem.txt");
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/lorem.txt"), &path).unwrap();
    let dirty = || kib_of_map(&path, "Private_Dirty:") + kib_of_map(&path, "Shared_Dirty:");
    let other = map(&open(&path)).unwrap();
    let store = || {
        let mut map = object(&path, Access::Write).unwrap();
        map.write_exact(b"LOREM").unwrap();
        assert!(other.starts_with(b"LOREM"));
        map
    };
    assert!(other.starts_with(b"Lorem"));
    open(&path).sync_all().unwrap();
    if dirty() > 0 {
        println!("ignored: a file system in memory has nowhere to write to");
        return;
    }
    drop(store());
    assert!(dirty() > 0);
    store().close().unwrap();
    assert_eq!(dirty(), 0);
}
