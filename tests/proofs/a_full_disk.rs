//! What a store does that finds no room for its page, and how to find the room first.
#![cfg(target_os = "linux")]

use super::*;
use memmap2::Advice;
use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use rustix::process::Signal;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;

#[path = "../../examples/reserve_then_map.rs"]
#[allow(dead_code, reason = "it has a main of its own")]
mod reserve_then_map;

use reserve_then_map::reserve;

/// Longer than each file system that these proofs fill, with pages of any size.
const LONG: u64 = 1 << 30;

/// Runs a proof again in a process of its own, and tells it of a file that is not there yet, on a
/// tmpfs of 16 pages, where the machine allows such a mount.
fn on_a_small_file_system<P: Fn()>(proof: P) -> Option<Output> {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o nr_blocks=16 tmpfs \"$0\"";
    in_a_mount(script, &folder, proof, &folder.path().join("file"))
}

/// Asserts that a proof was killed by SIGBUS after it had said that it comes to the touch.
fn is_killed_at_the_touch<P: Fn()>(proof: P) {
    if let Some(ran) = on_a_small_file_system(proof) {
        let said = String::from_utf8_lossy(&ran.stderr);
        let end = (ran.status.signal(), &*said);
        assert_eq!(end, (Some(Signal::BUS.as_raw()), "now"));
    }
}

/// Asserts that a proof held on a small file system.
pub(crate) fn holds<P: Fn()>(proof: P) {
    if let Some(ran) = on_a_small_file_system(proof) {
        assert_held(&ran);
    }
}

/// Asserts the same, and that it holds on that of the temporary files, if that may be filled.
fn holds_on_each<P: Fn() + Copy>(proof: P) {
    holds(proof);
    if may_be_filled(&[EXT4, XFS, BTRFS]) {
        let (_folder, path) = lorem();
        assert_held(&again(proof, &path.with_extension("file")).output().unwrap());
    }
}

/// In that process: a file that is longer than its file system.
fn long_file(path: &Path) -> File {
    let file = File::create_new(path).unwrap();
    file.set_len(LONG).unwrap();
    assert_eq!(file.metadata().unwrap().blocks(), 0);
    open(path)
}

/// In that process: takes all room for another file, in large pieces first.
pub(crate) fn fill_up(path: &Path) {
    let mut other = File::create_new(path.with_extension("other")).unwrap();
    let mut end = 0;
    for len in (12..30).rev().map(|bits| 1 << bits) {
        while fallocate(&other, FallocateFlags::empty(), end, len).is_ok() {
            end += len;
        }
    }
    other.seek(SeekFrom::End(0)).unwrap();
    let full = (0..LONG / 4096).find_map(|_| {
        let written = other.write_all(&[b'X'; 4096]);
        written.and_then(|()| other.sync_all()).err()
    });
    assert_eq!(full.unwrap().kind(), ErrorKind::StorageFull);
}

// killed by: maps_are_read_into_memory
/// On tmpfs, a store that finds no room kills the process
#[test]
fn on_tmpfs_a_store_that_finds_no_room_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let mut map = map_mut(&long_file(&path)).unwrap();
        io::stderr().write_all(b"now").unwrap();
        map.fill(b'X');
    } else {
        is_killed_at_the_touch(on_tmpfs_a_store_that_finds_no_room_kills_the_process);
    }
}

// killed by: maps_are_read_into_memory
/// On a full tmpfs, a load from a hole kills the process
#[test]
fn on_a_full_tmpfs_a_load_from_a_hole_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let map = map(&long_file(&path)).unwrap();
        fill_up(&path);
        io::stderr().write_all(b"now").unwrap();
        assert_eq!(map[0], 0);
    } else {
        is_killed_at_the_touch(on_a_full_tmpfs_a_load_from_a_hole_kills_the_process);
    }
}

// rests on: system calls by rustix, which go past libc and so past every lie
/// `fallocate` fails with `ENOSPC` where there is no room
#[test]
fn fallocate_fails_with_enospc_where_there_is_no_room() {
    if let Some(path) = path_in_a_child() {
        let file = long_file(&path);
        let refused = fallocate(&file, FallocateFlags::empty(), 0, LONG);
        assert_eq!(refused, Err(Errno::NOSPC));
        // Less is not refused.
        assert_eq!(fallocate(&file, FallocateFlags::empty(), 0, 1), Ok(()));
    } else {
        holds_on_each(fallocate_fails_with_enospc_where_there_is_no_room);
    }
}

/// In that process: has the program of the page reserve two pages of the smallest size that there
/// is, has the file system filled up, and stores.
fn reserve_and_store(path: &Path, fill_up: impl Fn()) {
    let file = File::create_new(path).unwrap();
    reserve(&file, 8192).unwrap();
    fill_up();
    map_mut(&file).unwrap().fill(b'X');
    assert_eq!(fs::read(path).unwrap(), [b'X'; 8192]);
}

// rests on: system calls by rustix, which go past libc and so past every lie
/// On tmpfs, a store finds the room that was reserved
#[test]
fn on_tmpfs_a_store_finds_the_room_that_was_reserved() {
    if let Some(path) = path_in_a_child() {
        reserve_and_store(&path, || fill_up(&path));
    } else {
        holds(on_tmpfs_a_store_finds_the_room_that_was_reserved);
    }
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
fn what_is_reserved_has_no_hole_that_the_file_had_before() {
    let file = memfd(MIB);
    // Blocks after the end make up for those that the hole lacks, if one only counts.
    let (mib, keep) = (MIB as u64, FallocateFlags::KEEP_SIZE);
    fallocate(&file, keep, mib, 2 * mib).unwrap();
    reserve(&file, mib + 1).unwrap();
    let made = file.metadata().unwrap();
    assert_eq!(made.len(), mib + 1);
    assert!(made.blocks() * 512 >= 3 * mib, "{made:?}");
    // Less than there is cuts nothing off.
    reserve(&file, 1).unwrap();
    assert_eq!(file.metadata().unwrap().len(), mib + 1);
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
fn a_reservation_that_fails_leaves_the_file_as_long_as_it_is() {
    if let Some(path) = path_in_a_child() {
        let mut file = File::create_new(&path).unwrap();
        file.write_all(b"some text").unwrap();
        assert_eq!(error_kind(reserve(&file, LONG)), ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"some text");
    } else {
        holds_on_each(a_reservation_that_fails_leaves_the_file_as_long_as_it_is);
    }
}

// rests on: system calls by rustix, which go past libc and so past every lie
/// A limit of the size of files ends the program with SIGXFSZ
#[test]
fn a_limit_of_the_size_of_files_ends_the_program_with_sigxfsz() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    if let Some(path) = path_in_a_child() {
        let file = open(&path);
        set_dumpable_behavior(DumpableBehavior::NotDumpable).unwrap(); // no core file
        let current = Some(4096);
        let limit = Rlimit {
            current,
            maximum: current,
        };
        setrlimit(Resource::Fsize, limit).unwrap();
        reserve(&file, 4096).unwrap();
        let _ = reserve(&file, 8192);
    } else {
        let end = end_of_a_child(a_limit_of_the_size_of_files_ends_the_program_with_sigxfsz);
        assert!(end.contains("(SIGXFSZ)"), "{end}");
    }
}

// killed by: advice_does_nothing
/// `PopulateWrite` fails where there is no room
#[test]
fn populate_write_fails_where_there_is_no_room() {
    if let Some(path) = path_in_a_child() {
        let map = map_mut(&long_file(&path)).unwrap();
        let refused = map.advise(Advice::PopulateWrite).unwrap_err();
        assert_eq!(Errno::from_io_error(&refused), Some(Errno::FAULT));
        // Less is not refused.
        fs::remove_file(&path).unwrap();
        drop(map);
        let file = long_file(&path);
        file.set_len(1).unwrap();
        let map = map_mut(&file).unwrap();
        map.advise(Advice::PopulateWrite).unwrap();
    } else {
        holds_on_each(populate_write_fails_where_there_is_no_room);
    }
}

/// Whether the temporary files are on a file system of one of these kinds that was made to be filled,
/// as the variable says where all proofs run on other file systems.
pub(crate) fn may_be_filled(kinds: &[u32]) -> bool {
    std::env::var_os("TEMPORARY_FILES_MAY_FILL_THE_DISK").is_some()
        && kinds.contains(&file_system_of(&std::env::temp_dir()))
}

/// The same, and says so if they are not.
fn made_to_be_filled(kinds: &[u32]) -> bool {
    let made = may_be_filled(kinds);
    if !made {
        println!("ignored: the temporary files are not on such a file system, made to be filled");
    }
    made
}

// rests on: system calls by rustix, which go past libc and so past every lie
/// On ext4 and XFS, a store finds the room that was reserved
#[test]
fn on_ext4_and_xfs_a_store_finds_the_room_that_was_reserved() {
    if let Some(path) = path_in_a_child() {
        reserve_and_store(&path.with_extension("file"), || fill_up(&path));
    } else if made_to_be_filled(&[EXT4, XFS]) {
        holds_in_a_child(on_ext4_and_xfs_a_store_finds_the_room_that_was_reserved);
    }
}

/// In a process of its own: has the program of the page reserve a MiB, stores into it, lets something
/// happen to the file, has the file system filled up, and stores again.
fn store_again(path: &Path, happens: impl Fn(&File)) {
    let file = File::create_new(path.with_extension("file")).unwrap();
    reserve(&file, MIB as u64).unwrap();
    let mut map = map_mut(&file).unwrap();
    map.fill(b'X');
    map.flush().unwrap();
    happens(&file);
    fill_up(path);
    io::stderr().write_all(b"now").unwrap();
    map.fill(b'Y');
}

// killed by: maps_are_read_into_memory
/// On btrfs, a store into what was reserved can find no room
#[test]
fn on_btrfs_a_store_into_what_was_reserved_can_find_no_room() {
    if let Some(path) = path_in_a_child() {
        store_again(&path, |_| ());
    } else if made_to_be_filled(&[BTRFS]) {
        is_killed_after(
            "now",
            on_btrfs_a_store_into_what_was_reserved_can_find_no_room,
        );
    }
}

// killed by: maps_are_read_into_memory
#[test]
fn a_store_into_blocks_that_a_reflink_shares_can_find_no_room() {
    if let Some(path) = path_in_a_child() {
        let copy = File::create_new(path.with_extension("copy")).unwrap();
        store_again(&path, |file| {
            rustix::fs::ioctl_ficlone(&copy, file).unwrap();
            copy.sync_all().unwrap();
        });
    } else if made_to_be_filled(&[XFS, BTRFS]) {
        is_killed_after(
            "now",
            a_store_into_blocks_that_a_reflink_shares_can_find_no_room,
        );
    }
}

// rests on: system calls by rustix, which go past libc and so past every lie
/// On ext4, a reservation that fails keeps blocks past the end
#[test]
fn on_ext4_a_reservation_that_fails_keeps_blocks_past_the_end() {
    if !made_to_be_filled(&[EXT4]) {
        return;
    }
    let file = tempfile::tempfile().unwrap();
    reserve(&file, MIB as u64).unwrap();
    assert_eq!(error_kind(reserve(&file, LONG)), ErrorKind::StorageFull);
    let left = file.metadata().unwrap();
    assert!(left.len() == MIB as u64 && left.blocks() * 512 > 2 * left.len());
    file.set_len(MIB as u64).unwrap();
    assert!(file.metadata().unwrap().blocks() * 512 < 2 * left.len());
}

// rests on: system calls by rustix, which go past libc and so past every lie
/// On ext4, a `fallocate` that fails can make the file longer
#[test]
fn on_ext4_a_fallocate_that_fails_can_make_the_file_longer() {
    if !made_to_be_filled(&[EXT4]) {
        return;
    }
    let file = tempfile::tempfile().unwrap();
    let refused = fallocate(&file, FallocateFlags::empty(), 0, LONG);
    assert_eq!(refused, Err(Errno::NOSPC));
    let kept = file.metadata().unwrap();
    assert!(kept.len() > 0 && kept.blocks() > 0, "{kept:?}");
    file.set_len(0).unwrap();
    assert_eq!(file.metadata().unwrap().blocks(), 0);
}

// killed by: maps_are_read_into_memory
/// On ext4, XFS and btrfs, a store that finds no room kills the process
#[test]
fn on_ext4_xfs_and_btrfs_a_store_that_finds_no_room_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let mut map = map_mut(&long_file(&path.with_extension("long"))).unwrap();
        fill_up(&path);
        io::stderr().write_all(b"now").unwrap();
        map.fill(b'X');
    } else if made_to_be_filled(&[EXT4, XFS, BTRFS]) {
        is_killed_after(
            "now",
            on_ext4_xfs_and_btrfs_a_store_that_finds_no_room_kills_the_process,
        );
    }
}

// rests on: the system, which sets the limit; no lie changes that
/// A file that grows past its limit is SIGXFSZ or EFBIG
#[test]
#[cfg(target_os = "linux")]
fn a_file_that_grows_past_its_limit_is_sigxfsz_or_efbig() {
    use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
    if let Some(path) = path_in_a_child() {
        let limit = Rlimit {
            current: Some(1000),
            maximum: getrlimit(Resource::Fsize).maximum,
        };
        setrlimit(Resource::Fsize, limit).unwrap();
        if let Err(error) = open(&path).set_len(1001) {
            assert_eq!(error.kind(), ErrorKind::FileTooLarge);
            eprint!("refused, ");
        }
        return;
    }
    let proof = a_file_that_grows_past_its_limit_is_sigxfsz_or_efbig;
    let signal = format!("signal: {} (SIGXFSZ)", Signal::XFSZ.as_raw());
    let end = end_of_a_child(proof);
    assert!(end.starts_with(&signal), "{end}");
    // A shell ignores the signal for the program that it starts.
    let (_folder, path) = lorem();
    let child = again(proof, &path);
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\" --nocapture"])
        .arg(child.get_program())
        .args(child.get_args())
        .env("CHILD_OF_A_PROOF", &path)
        .output()
        .unwrap();
    assert_held(&child);
    assert!(child.stderr.starts_with(b"refused, "));
}
