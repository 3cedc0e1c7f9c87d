//! What a store does that finds no room for its page, and how to find the room first.
#![cfg(target_os = "linux")]

use super::*;
use memmap2::Advice;
use rustix::fs::{FallocateFlags, fallocate, fstatfs};
use rustix::io::Errno;
use rustix::process::Signal;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::process::Output;

/// Longer than the file system that `on_a_small_file_system` makes, with pages of any size.
const LONG: u64 = 64 << 20;

/// Runs a proof again in a process of its own, and tells it of a file that is not there yet, on a
/// tmpfs of 16 pages. Returns nothing where the machine allows no such mount, and says so.
fn on_a_small_file_system(proof: &str) -> Option<Output> {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o nr_blocks=16 tmpfs \"$0\" && exec \"$@\"";
    let mount = |program: &Command, path: &Path| {
        let mut command = Command::new("unshare");
        let namespace = ["--user", "--map-root-user", "--mount", "sh", "-ec", script];
        command.args(namespace).arg(folder.path());
        command.arg(program.get_program()).args(program.get_args());
        command.env("CHILD_OF_A_PROOF", path).output()
    };
    let refused = match mount(&Command::new("true"), folder.path()) {
        Ok(ran) if ran.status.success() => None,
        Ok(ran) => Some(String::from_utf8_lossy(&ran.stderr).trim().to_owned()),
        Err(error) => Some(format!("unshare: {error}")),
    };
    if let Some(reason) = refused {
        println!("ignored: {reason}");
        return None;
    }
    let path = folder.path().join("file");
    let program = again(&format!("a_full_disk::{proof}"), &path);
    Some(mount(&program, &path).unwrap())
}

/// Asserts that a proof was killed by SIGBUS after it had said that it comes to the touch.
fn is_killed_at_the_touch(proof: &str) {
    if let Some(ran) = on_a_small_file_system(proof) {
        let said = String::from_utf8_lossy(&ran.stderr);
        let end = (ran.status.signal(), &*said);
        assert_eq!(end, (Some(Signal::BUS.as_raw()), "now"));
    }
}

/// Asserts that a proof held on a small file system.
fn holds(proof: &str) {
    if let Some(ran) = on_a_small_file_system(proof) {
        assert!(ran.status.success(), "{ran:?}");
    }
}

/// In that process: a file that is longer than its file system.
fn long_file(path: &Path) -> File {
    let file = File::create_new(path).unwrap();
    file.set_len(LONG).unwrap();
    assert_eq!(file.metadata().unwrap().blocks(), 0);
    open(path)
}

/// In that process: writes to another file until there is no room.
fn fill_up(path: &Path) {
    let mut other = File::create_new(path.with_extension("other")).unwrap();
    let full = (0..LONG / 4096).find_map(|_| other.write_all(&[b'X'; 4096]).err());
    assert_eq!(full.unwrap().kind(), ErrorKind::StorageFull);
}

#[test]
fn on_tmpfs_a_store_that_finds_no_room_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let mut map = map_mut(&long_file(&path)).unwrap();
        io::stderr().write_all(b"now").unwrap();
        map.fill(b'X');
    } else {
        is_killed_at_the_touch("on_tmpfs_a_store_that_finds_no_room_kills_the_process");
    }
}

#[test]
fn on_a_full_tmpfs_a_load_from_a_hole_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let map = map(&long_file(&path)).unwrap();
        fill_up(&path);
        io::stderr().write_all(b"now").unwrap();
        assert_eq!(map[0], 0);
    } else {
        is_killed_at_the_touch("on_a_full_tmpfs_a_load_from_a_hole_kills_the_process");
    }
}

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
        holds("fallocate_fails_with_enospc_where_there_is_no_room");
    }
}

/// After `fallocate`, a store finds its room on a full file system
#[test]
fn after_fallocate_a_store_finds_its_room_on_a_full_file_system() {
    if let Some(path) = path_in_a_child() {
        let file = long_file(&path);
        // Two pages of the smallest size that there is.
        file.set_len(8192).unwrap();
        fallocate(&file, FallocateFlags::empty(), 0, 8192).unwrap();
        fill_up(&path);
        map_mut(&file).unwrap().fill(b'X');
        assert_eq!(fs::read(&path).unwrap(), [b'X'; 8192]);
    } else {
        holds("after_fallocate_a_store_finds_its_room_on_a_full_file_system");
    }
}

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
        holds("populate_write_fails_where_there_is_no_room");
    }
}

/// The size of the file system of temporary files, where that is an ext4 which is small enough to
/// be filled, as where all proofs run on other file systems. Else returns nothing, and says so.
fn small_ext4() -> Option<u64> {
    const EXT4: u32 = 0xef53;
    let about = fstatfs(tempfile::tempfile().unwrap()).unwrap();
    let len = about.f_blocks as u64 * about.f_bsize as u64;
    let small = about.f_type as u32 == EXT4 && len <= 1 << 30;
    if !small {
        println!("ignored: the folder for temporary files is not on a small ext4, to be filled");
    }
    small.then_some(len)
}

/// On ext4, a `fallocate` that fails keeps what it found
#[test]
fn on_ext4_a_fallocate_that_fails_keeps_what_it_found() {
    let Some(len) = small_ext4() else { return };
    let file = tempfile::tempfile().unwrap();
    let refused = fallocate(&file, FallocateFlags::empty(), 0, len);
    assert_eq!(refused, Err(Errno::NOSPC));
    let kept = file.metadata().unwrap();
    assert!(kept.len() > 0 && kept.blocks() > 0, "{kept:?}");
    file.set_len(0).unwrap();
    assert_eq!(file.metadata().unwrap().blocks(), 0);
}

#[test]
fn on_ext4_a_store_that_finds_no_room_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let other = File::create_new(path.with_extension("most")).unwrap();
        let len = small_ext4().unwrap();
        fallocate(&other, FallocateFlags::empty(), 0, len).unwrap_err();
        let mut map = map_mut(&long_file(&path.with_extension("long"))).unwrap();
        fill_up(&path);
        io::stderr().write_all(b"now").unwrap();
        map.fill(b'X');
    } else if small_ext4().is_some() {
        let end =
            end_of_a_child("a_full_disk::on_ext4_a_store_that_finds_no_room_kills_the_process");
        assert!(end.starts_with("nowsignal: 7 (SIGBUS)"), "{end}");
    }
}
