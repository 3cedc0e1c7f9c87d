//! Several processes that append to one log, and are killed.
#![cfg(unix)]

use super::*;
use std::os::unix::fs::FileExt;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

#[path = "../../examples/shared_log.rs"]
mod shared_log;

use shared_log::{BlockFile, Log};

/// A place for a log, in a folder of its own.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    (folder, path)
}

fn log(path: &Path) -> Log {
    // SAFETY: no other program is told of the file; a proof that changes it does so on purpose.
    unsafe { Log::open(path) }.unwrap()
}

/// The file of a log, without its lock.
fn block_file(path: &Path) -> BlockFile {
    // SAFETY: as for the log. A proof changes the file through one of the two at a time.
    unsafe { BlockFile::open(path) }.unwrap()
}

/// A block that tells its number, and is not as long as its neighbors.
fn block(number: usize) -> Vec<u8> {
    format!("{number} ").repeat(1 + number % 5).into_bytes()
}

/// How many blocks there are, which are the first ones.
fn count(blocks: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < blocks.len() {
        let (found, next) = BlockFile::decode(blocks, at).unwrap();
        assert_eq!(found, block(count));
        (at, count) = (next, count + 1);
    }
    count
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_process_that_is_killed_in_append_leaves_whole_blocks() {
    if let Some(path) = path_in_a_child() {
        let mut log = log(&path);
        log.append(&block(0)).unwrap();
        io::stderr().write_all(b".").unwrap();
        // Until it is killed, or the disk is full.
        let _ = (1..).try_for_each(|number| log.append(&block(number)));
        return wait_for_the_proof();
    }
    for round in 0..10 {
        let (_folder, path) = place();
        let proof = a_process_that_is_killed_in_append_leaves_whole_blocks;
        let mut child = ready(proof, &path);
        thread::sleep(Duration::from_micros(100 * round));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success());
        let mut log = log(&path);
        let found = count(log.blocks().unwrap().0);
        assert!(found > 0);
        // And the next block comes after them.
        if log.append(&block(found)).is_ok() {
            assert_eq!(count(log.blocks().unwrap().0), found + 1);
        }
    }
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_block_without_its_end_is_not_in_the_log_and_the_next_block_overwrites_it() {
    let (_folder, path) = place();
    let mut log = log(&path);
    log.append(&block(0)).unwrap();
    // As `append` leaves it if it is killed before it stores the end.
    let end = fs::metadata(&path).unwrap().len();
    open(&path).write_all_at(&[b'?'; 100], end).unwrap();
    assert_eq!(count(log.blocks().unwrap().0), 1);
    log.append(&block(1)).unwrap();
    assert_eq!(count(log.blocks().unwrap().0), 2);
    assert_eq!(fs::metadata(&path).unwrap().len(), end + 100);
    let mut again = self::log(&path);
    assert_eq!(count(again.blocks().unwrap().0), 2);
    assert!(fs::metadata(&path).unwrap().len() < end + 100);
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_reader_without_the_lock_sees_whole_blocks_up_to_the_end() {
    const BLOCKS: usize = 500;
    if let Some(path) = path_in_a_child() {
        let mut log = log(&path);
        // That all is there, the parent says in another way too, or this might wait for ever.
        let all = thread::spawn(|| io::stdin().read_to_end(&mut Vec::new()));
        io::stderr().write_all(b".").unwrap();
        let mut seen = 0;
        loop {
            let is_last_look = all.is_finished();
            let found = count(log.blocks().unwrap().0);
            assert!(found >= seen);
            seen = found;
            if is_last_look {
                return assert_eq!(seen, BLOCKS);
            }
            thread::yield_now();
        }
    }
    let (_folder, path) = place();
    let child = ready(
        a_reader_without_the_lock_sees_whole_blocks_up_to_the_end,
        &path,
    );
    // The lock is taken until the reader has seen all.
    let file = open(&path);
    file.lock().unwrap();
    let mut blocks = block_file(&path);
    for number in 0..BLOCKS {
        blocks.append(&block(number)).unwrap();
        thread::yield_now();
    }
    assert_held(&child.wait_with_output().unwrap());
    file.unlock().unwrap();
}

// rests on: the program of the page, which decides this without the system
#[test]
fn a_block_with_a_wrong_bit_or_without_its_end_is_an_error() {
    let (_folder, path) = place();
    let mut log = log(&path);
    log.append(&block(4)).unwrap();
    let whole = log.blocks().unwrap().0;
    assert_eq!(BlockFile::decode(whole, 0).unwrap().0, block(4));
    for bit in 0..8 * whole.len() {
        let mut damaged = whole.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            error_kind(BlockFile::decode(&damaged, 0)),
            ErrorKind::InvalidData
        );
    }
    for end in 0..whole.len() {
        assert_eq!(
            error_kind(BlockFile::decode(&whole[..end], 0)),
            ErrorKind::InvalidData
        );
    }
    for place in [1, whole.len(), usize::MAX] {
        assert_eq!(
            error_kind(BlockFile::decode(whole, place)),
            ErrorKind::InvalidData
        );
    }
}

// killed by: files_do_not_shrink
#[test]
fn a_file_of_blocks_that_was_cut_is_an_error() {
    let (_folder, path) = place();
    let mut log = log(&path);
    log.append(&vec![b'-'; 20_000]).unwrap();
    let len = fs::metadata(&path).unwrap().len();
    for len in [len - 1, 4096, 16] {
        open(&path).set_len(len).unwrap();
        assert_eq!(error_kind(log.blocks()), ErrorKind::InvalidData);
        assert_eq!(error_kind(log.append(b"-")), ErrorKind::InvalidData);
        assert_eq!(error_kind(log.flush()), ErrorKind::InvalidData);
        assert_eq!(fs::metadata(&path).unwrap().len(), len);
    }
}

// killed by: locks_do_nothing, locks_outlive_their_process
#[test]
fn a_process_that_waits_for_the_log_goes_on_when_the_other_one_is_killed() {
    if let Some(path) = path_in_a_child() {
        let held = log(&path).rewrite(|(blocks, _)| {
            wait_for_the_proof();
            Ok(blocks.to_vec())
        });
        return held.unwrap();
    }
    let (_folder, path) = place();
    let mut waits = log(&path);
    let proof = a_process_that_waits_for_the_log_goes_on_when_the_other_one_is_killed;
    let mut child = ready(proof, &path);
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(waits.append(&block(0)).is_ok()));
    assert!(told.recv_timeout(Duration::from_millis(200)).is_err());
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(told.recv_timeout(Duration::from_secs(15)), Ok(true));
    assert_eq!(count(log(&path).blocks().unwrap().0), 1);
}

// killed by: locks_do_nothing
#[test]
fn a_process_that_waits_while_the_log_is_replaced_appends_to_the_new_file() {
    let (_folder, path) = place();
    let (mut log, mut other) = (log(&path), log(&path));
    log.append(&block(3)).unwrap();
    let mut waits = None;
    let rewritten = log.rewrite(|(blocks, _)| {
        assert!(!blocks.is_empty());
        waits = Some(thread::spawn(move || other.append(&block(0))));
        thread::sleep(Duration::from_millis(200));
        Ok(Vec::new())
    });
    rewritten.unwrap();
    waits.unwrap().join().unwrap().unwrap();
    let (blocks, generation) = log.blocks().unwrap();
    assert_eq!((count(blocks), generation), (1, 1));
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
fn a_slice_of_the_log_stays_as_it_is_when_the_log_is_replaced() {
    let (_folder, path) = place();
    let (mut reader, mut log) = (log(&path), log(&path));
    log.append(&block(0)).unwrap();
    let (slice, _) = reader.blocks().unwrap();
    let before = slice.to_vec();
    log.append(&block(1)).unwrap();
    assert_eq!(slice, before);
    log.rewrite(|_| Ok(Vec::new())).unwrap();
    for _ in 0..2 {
        log.append(&block(4)).unwrap();
    }
    assert_eq!(slice, before);
    assert_eq!(reader.blocks().unwrap().0, log.blocks().unwrap().0);
}

/// Flushes the file of a log, and has its sync fail, as on a disk that fails. No such disk can be made
/// without root, so the file is open in a way (`O_PATH`) in which the system refuses to sync it.
#[cfg(target_os = "linux")]
fn flush_that_fails(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = block_file(path);
    let flags = rustix::fs::OFlags::PATH.bits() as i32;
    let mut options = File::options();
    file.file = options.read(true).custom_flags(flags).open(path).unwrap();
    let failed = file.flush().unwrap_err();
    let refused = rustix::io::Errno::BADF;
    assert_eq!(rustix::io::Errno::from_io_error(&failed), Some(refused));
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
#[cfg(target_os = "linux")]
fn after_a_failed_flush_the_next_process_stores_all_blocks_in_a_new_file() {
    let (_folder, path) = place();
    let (mut log, mut other) = (log(&path), log(&path));
    for number in 0..3 {
        log.append(&block(number)).unwrap();
    }
    let number = || std::os::unix::fs::MetadataExt::ino(&fs::metadata(&path).unwrap());
    let before = number();
    log.flush().unwrap();
    other.append(&block(3)).unwrap();
    assert_eq!(number(), before);
    flush_that_fails(&path);
    assert_eq!(number(), before);
    other.append(&block(4)).unwrap();
    assert_ne!(number(), before);
    assert_eq!(count(log.blocks().unwrap().0), 5);
    // The new file is not in doubt: it stays.
    let before = number();
    log.append(&block(5)).unwrap();
    assert_eq!(number(), before);
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn after_a_failed_flush_a_damaged_block_is_an_error_and_the_file_stays() {
    let (_folder, path) = place();
    let (mut log, mut other) = (log(&path), log(&path));
    log.append(&block(0)).unwrap();
    flush_that_fails(&path);
    open(&path).write_all_at(b"?", 25).unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(error_kind(other.append(&block(1))), ErrorKind::InvalidData);
    assert_eq!(fs::read(&path).unwrap(), before);
}

// rests on: a tmpfs, ext4 or XFS with no room, which refuses a write; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_of_append_and_leaves_the_blocks() {
    use super::a_full_disk::{fill_up, holds, may_be_filled};
    if let Some(path) = path_in_a_child() {
        let path = path.with_extension("log");
        let mut log = log(&path);
        log.append(&block(0)).unwrap();
        log.flush().unwrap();
        fill_up(&path);
        let failed = log.append(&vec![b'-'; MIB]);
        assert_eq!(error_kind(failed), ErrorKind::StorageFull);
        assert_eq!(count(log.blocks().unwrap().0), 1);
        fs::remove_file(path.with_extension("other")).unwrap();
        log.append(&block(1)).unwrap();
        assert_eq!(count(log.blocks().unwrap().0), 2);
        return;
    }
    let proof = a_full_disk_is_an_error_of_append_and_leaves_the_blocks;
    holds(proof);
    if may_be_filled(&[EXT4, XFS]) {
        holds_in_a_child(proof);
    }
}
