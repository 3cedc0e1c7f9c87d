//! Locks of files, and who keeps to them.

use super::*;
use std::fs::TryLockError;
use std::time::Duration;

/// Gives a lock back. Wine 8.0 does it, and then reports an error.
fn unlock(file: &File) {
    let done = file.unlock();
    assert!(done.is_ok() || cfg!(windows), "{done:?}");
}

/// Whether somebody who opens the file gets its lock, and then gives it back.
fn is_free(path: &Path) -> bool {
    let file = open(path);
    match file.try_lock() {
        // Not by a drop: a fork of another thread can have the file open for a moment.
        Ok(()) => {
            unlock(&file);
            true
        }
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(error)) => panic!("{error}"),
    }
}

/// That a lock is refused, as somebody else has it.
fn assert_taken(lock: Result<(), TryLockError>) {
    assert!(matches!(lock, Err(TryLockError::WouldBlock)), "{lock:?}");
}

/// Whether somebody gets the lock in the end: those of a dead process may be given back later.
fn becomes_free(path: &Path) -> bool {
    (0..1_000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        is_free(path)
    })
}

/// In a child: takes the lock of the file, says so, and waits for a word on stdin.
fn hold(path: &Path) {
    let file = open(path);
    file.lock().unwrap();
    wait_for_the_proof();
}

// killed by: locks_do_nothing, maps_are_read_into_memory
#[test]
#[cfg(unix)]
fn a_lock_does_not_keep_others_from_the_bytes() {
    if let Some(path) = path_in_a_child() {
        return hold(&path);
    }
    let (_folder, path) = lorem();
    let mut child = ready(a_lock_does_not_keep_others_from_the_bytes, &path);
    assert!(!is_free(&path));
    let mut map = map_mut(&open(&path)).unwrap();
    map[0] = b'X';
    assert!(shell("printf LOR 1<>\"$0\"", &path));
    assert_eq!(map[..5], *b"LORem");
    assert!(!is_free(&path));
    assert!(child.wait().unwrap().success());
}

// killed by: locks_do_nothing, locks_outlive_their_process
#[test]
fn a_lock_ends_with_its_process() {
    if let Some(path) = path_in_a_child() {
        return hold(&path);
    }
    let (_folder, path) = lorem();
    let mut child = ready(a_lock_ends_with_its_process, &path);
    assert!(!is_free(&path));
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(is_free(&path) || cfg!(windows) && becomes_free(&path));
}

// killed by: locks_do_nothing, locks_belong_to_a_process
#[test]
#[cfg(unix)]
fn a_program_that_got_the_file_as_stdin_keeps_its_lock() {
    use std::os::fd::AsFd;
    if let Some(path) = path_in_a_child() {
        let file = open(&path);
        file.lock().unwrap();
        // It says that it runs, and runs until the proof closes what is the stdin of this process.
        let end = io::stdin().as_fd().try_clone_to_owned().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo; read word <&2"]);
        command.stdin(file.try_clone().unwrap()).stderr(end);
        command.stdout(io::stderr().as_fd().try_clone_to_owned().unwrap());
        command.status().unwrap();
        return;
    }
    let (_folder, path) = lorem();
    let mut child = ready(a_program_that_got_the_file_as_stdin_keeps_its_lock, &path);
    let end = child.stdin.take().unwrap();
    assert!(!is_free(&path));
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(!is_free(&path));
    drop(end);
    assert!(becomes_free(&path));
}

/// Locks a file, maps it and drops it: whether the lock is free then, and when the map is dropped.
/// In a process with no other thread, the fork of which could have the file open for a moment.
#[cfg(target_os = "linux")]
fn free_without_the_file_and_without_the_map(path: &Path) -> [bool; 2] {
    let file = open(path);
    file.lock().unwrap();
    assert!(!is_free(path));
    let map = map(&file).unwrap();
    assert!(!is_free(path));
    drop(file);
    let without_the_file = is_free(path);
    assert!(map.starts_with(b"Lorem"));
    drop(map);
    [without_the_file, is_free(path)]
}

// killed by: locks_do_nothing, closing_unmaps
/// On ext4, XFS, btrfs and tmpfs, a lock lasts as long as a map of its file
#[test]
#[cfg(target_os = "linux")]
fn on_ext4_xfs_btrfs_and_tmpfs_a_lock_lasts_as_long_as_a_map_of_its_file() {
    if let Some(path) = path_in_a_child() {
        let free = free_without_the_file_and_without_the_map(&path);
        assert_eq!(free, [false, true]);
        return;
    }
    let (_folder, path) = lorem();
    if ![EXT4, XFS, BTRFS, TMPFS].contains(&file_system_of(&path)) {
        return println!("ignored: the folder for temporary files is on another file system");
    }
    holds_in_a_child(on_ext4_xfs_btrfs_and_tmpfs_a_lock_lasts_as_long_as_a_map_of_its_file);
}

// killed by: locks_do_nothing, locks_outlive_their_process
/// On overlayfs, a lock ends with its file
#[test]
#[cfg(target_os = "linux")]
fn on_overlayfs_a_lock_ends_with_its_file() {
    if let Some(path) = path_in_a_child() {
        let free = free_without_the_file_and_without_the_map(&path);
        assert_eq!(free, [true, true]);
        // It is the same for a file that was never in a lower layer.
        let new = path.with_extension("new");
        fs::write(&new, "Lorem").unwrap();
        let free = free_without_the_file_and_without_the_map(&new);
        assert_eq!(free, [true, true]);
        return;
    }
    holds_on_overlayfs(on_overlayfs_a_lock_ends_with_its_file);
}

// killed by: locks_do_nothing
#[test]
fn a_lock_that_is_given_back_leaves_the_map() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.lock().unwrap();
    let map = map(&file).unwrap();
    assert!(!is_free(&path));
    unlock(&file);
    assert!(is_free(&path));
    assert!(map.starts_with(b"Lorem"));
}

// killed by: locks_do_nothing
/// Readers share a lock, and keep a writer out
#[test]
fn readers_share_a_lock_and_keep_a_writer_out() {
    let (_folder, path) = lorem();
    let (one, other, writer) = (open(&path), open(&path), open(&path));
    one.lock_shared().unwrap();
    other.try_lock_shared().unwrap();
    assert_taken(writer.try_lock());
    unlock(&one);
    assert_taken(writer.try_lock());
    unlock(&other);
    writer.try_lock().unwrap();
    assert_taken(one.try_lock_shared());
}

// killed by: locks_do_nothing, locks_belong_to_a_process
#[test]
fn a_program_that_opens_a_file_twice_locks_itself_out() {
    let (_folder, path) = lorem();
    let (one, other) = (open(&path), open(&path));
    one.lock().unwrap();
    assert_taken(other.try_lock());
}

// killed by: locks_do_nothing, renames_copy
#[test]
#[cfg(unix)]
fn a_file_that_replaces_a_locked_one_is_not_locked() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.lock().unwrap();
    assert!(!is_free(&path));
    let new = path.with_extension("new");
    fs::write(&new, "new").unwrap();
    fs::rename(&new, &path).unwrap();
    assert!(is_free(&path));
    assert_eq!(file.metadata().unwrap().len(), 737);
}

// killed by: locks_do_nothing, locks_outlive_their_process
#[test]
#[cfg(unix)]
fn a_program_that_is_started_does_not_keep_a_lock() {
    // In a process with no other thread, the fork of which could have the file open for a moment.
    let Some(path) = path_in_a_child() else {
        return holds_in_a_child(a_program_that_is_started_does_not_keep_a_lock);
    };
    let file = open(&path);
    file.lock().unwrap();
    assert!(!is_free(&path));
    // It says that it runs, and runs until it is told to end.
    let mut started = Command::new("sh")
        .args(["-c", "echo; read word"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let told = started.stdout.as_mut().unwrap();
    told.read_exact(&mut [0]).unwrap();
    drop(file);
    assert!(is_free(&path));
    assert!(started.try_wait().unwrap().is_none());
    started.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(started.wait().unwrap().success());
}

// killed by: locks_do_nothing, locks_survive_an_upgrade_that_fails
/// A `try_lock` that fails loses the shared lock
#[test]
#[cfg(target_os = "linux")]
fn a_try_lock_that_fails_loses_the_shared_lock() {
    let (_folder, path) = lorem();
    let (one, other) = (open(&path), open(&path));
    one.lock_shared().unwrap();
    other.lock_shared().unwrap();
    assert_taken(open(&path).try_lock());
    assert_taken(one.try_lock());
    // Only the other one has a lock by now.
    unlock(&other);
    assert!(is_free(&path));
}

// killed by: locks_do_nothing, locks_belong_to_a_descriptor
#[test]
#[cfg(unix)]
fn clones_of_a_file_share_one_lock() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let clone = file.try_clone().unwrap();
    file.lock().unwrap();
    assert_taken(open(&path).try_lock());
    clone.try_lock().unwrap();
    std::thread::scope(|scope| scope.spawn(|| file.lock().unwrap()).join().unwrap());
    unlock(&clone);
    assert!(is_free(&path));
}

// killed by: locks_do_nothing
#[test]
#[cfg(unix)]
fn if_a_lock_file_is_removed_two_programs_can_hold_the_lock() {
    let (_folder, path) = lorem();
    let one = open(&path);
    one.lock().unwrap();
    assert_taken(open(&path).try_lock());
    fs::remove_file(&path).unwrap();
    let other = File::create_new(&path).unwrap();
    other.try_lock().unwrap();
    assert_taken(open(&path).try_lock());
    unlock(&other);
    // And the first one has its lock to this moment.
    #[cfg(target_os = "linux")]
    assert_taken(File::open(name_of(&one)).unwrap().try_lock());
}

// killed by: locks_do_nothing
/// `unlock` ends a lock that a child has, too
#[test]
#[cfg(unix)]
fn unlock_ends_a_lock_that_a_child_has_too() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.lock().unwrap();
    let mut child = Command::new("sleep");
    let child = child.arg("600").stdin(file.try_clone().unwrap()).spawn();
    let mut child = child.unwrap();
    let is_taken = !is_free(&path);
    unlock(&file);
    let is_free = is_free(&path);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(is_taken && is_free);
}
