//! What other programs, and the counts of the system, show of a map.

#[cfg(target_os = "linux")]
use {
    super::*,
    std::os::unix::fs::MetadataExt,
    std::time::{Duration, SystemTime},
};

/// Whether something set the modification time of a file.
#[cfg(target_os = "linux")]
fn sets_the_time(file: &File, act: impl FnOnce()) -> bool {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    file.set_modified(long_ago).unwrap();
    act();
    file.metadata().unwrap().mtime() != 1
}

// rests on: the system, which sets the time; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_store_into_a_dirty_page_leaves_the_modification_time() {
    on_a_disk(|file, _| {
        let mut map = map_mut(file).unwrap();
        assert!(sets_the_time(file, || map[0] = 1));
        assert!(!sets_the_time(file, || map[0] = 2));
        map.flush().unwrap();
        assert!(sets_the_time(file, || map[0] = 3));
    });
}

// rests on: the system, which sets the time; no lie changes that
/// On tmpfs, a store after a flush leaves the modification time
#[test]
#[cfg(target_os = "linux")]
fn on_tmpfs_a_store_after_a_flush_leaves_the_modification_time() {
    // A file in memory is one of a tmpfs that the kernel has for itself.
    let file = memfd(MIB);
    let mut map = map_mut(&file).unwrap();
    assert!(sets_the_time(&file, || map[0] = 1));
    map.flush().unwrap();
    assert!(!sets_the_time(&file, || map[0] = 2));
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
#[cfg(target_os = "linux")]
fn inotify_sees_no_store_and_no_flush() {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
    let (_folder, path) = lorem();
    let file = open(&path);
    let mut map = map_mut(&file).unwrap();
    let watch = init(CreateFlags::NONBLOCK).unwrap();
    add_watch(&watch, &path, WatchFlags::ALL_EVENTS).unwrap();
    let mut watch = File::from(watch);
    map[0] = b'l';
    map.flush().unwrap();
    let nothing = watch.read(&mut [0; 4096]);
    assert_eq!(error_kind(nothing), ErrorKind::WouldBlock);
    (&file).write_all(b"L").unwrap();
    assert!(watch.read(&mut [0; 4096]).unwrap() > 0);
}

// killed by: maps_are_read_into_memory
// fails on: overlayfs, where the layers of it are in memory
/// Touched pages count as `RssFile` on a disk, and as `RssShmem` in memory
#[test]
#[cfg(target_os = "linux")]
fn touched_pages_count_as_rssfile_on_a_disk_and_as_rssshmem_in_memory() {
    // In a process with no other proof, whose pages would be counted too.
    if path_in_a_child().is_none() {
        return holds_in_a_child(
            touched_pages_count_as_rssfile_on_a_disk_and_as_rssshmem_in_memory,
        );
    }
    let count = |name| kib(&fs::read_to_string("/proc/self/status").unwrap(), name);
    let counts_as = |name, file: &File| {
        (&*file).write_all(&vec![b'a'; 64 * MIB]).unwrap();
        let map = map(file).unwrap();
        let counts = || [count("VmRSS:"), count(name), count("RssAnon:")];
        let before = counts();
        assert!(map.iter().step_by(4096).all(|&byte| byte == b'a'));
        let [rss, of_files, of_process] = counts();
        // Linux counts some pages late.
        let (touched, late) = (64 << 10, 4 << 10);
        assert!(rss + late >= before[0] + touched, "{before:?}, {rss}");
        assert!(of_files + late >= before[1] + touched, "{name}");
        assert!(of_process <= before[2] + late);
    };
    counts_as("RssShmem:", &memfd(0));
    let folder = folder_on_a_disk();
    if file_system_of(folder.path()) == TMPFS {
        return println!("ignored: there is no folder on a disk at hand");
    }
    counts_as("RssFile:", &tempfile::tempfile_in(&folder).unwrap());
}

// `std` has no fork: it starts other programs, which have none of the maps.
#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn fork() -> i32;
    fn _exit(code: i32) -> !;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
}

/// Has a forked child store into the maps, and returns how it ended, in the words of waitpid(2).
#[cfg(target_os = "linux")]
fn child_that_stores(maps: &[*mut u8]) -> i32 {
    // SAFETY: nobody else uses the bytes while this runs. The child takes no lock that another
    // thread may have: it stores and ends.
    unsafe {
        let child = fork();
        assert!(child >= 0);
        if child == 0 {
            for map in maps {
                map.write_volatile(b'C');
            }
            _exit(0);
        }
        let mut end = 0;
        assert_eq!(waitpid(child, &mut end, 0), child);
        end
    }
}

// killed by: maps_are_private, anonymous_maps_are_shared
#[test]
#[cfg(target_os = "linux")]
fn a_fork_shares_a_map_of_a_file_and_not_a_copy() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let shared = map(&file).unwrap();
    let mut maps = [map_mut(&file), map_copy(&file), MmapMut::map_anon(1)].map(Result::unwrap);
    // A copy of the page of its own, so that it does not show what the file gets.
    maps[1][1] = b'o';
    maps[2][0] = b'L';
    let bytes: Vec<*mut u8> = maps.iter_mut().map(|map| map.as_mut_ptr()).collect();
    assert_eq!(child_that_stores(&bytes), 0);
    assert_eq!(maps.each_ref().map(|map| map[0]), *b"CLL");
    assert_eq!(shared[0], b'C');
}

// killed by: advice_does_nothing
/// A fork does not get a map with `DontFork`
#[test]
#[cfg(target_os = "linux")]
fn a_fork_does_not_get_a_map_with_dontfork() {
    let mut map = MmapMut::map_anon(1).unwrap();
    let byte = map.as_mut_ptr();
    map.advise(memmap2::Advice::DontFork).unwrap();
    // In the low bits, the signal. Rust's handler hands it on to the system's.
    let signal = rustix::process::Signal::SEGV.as_raw();
    assert_eq!(child_that_stores(&[byte]) & 0x7f, signal);
    map.advise(memmap2::Advice::DoFork).unwrap();
    assert_eq!(child_that_stores(&[byte]), 0);
    assert_eq!(map[0], 0);
}
