//! What helps when another process cuts off a file that is mapped, and what does not.
#![cfg(target_os = "linux")]

use super::*;
use memmap2::Advice;
use rustix::io::Errno;
use rustix::process::Signal;
use std::os::unix::process::ExitStatusExt;

/// Runs a proof again in a process of its own, empties the file when that waits for it, and asserts
/// that SIGBUS was the end of that process, and that it said nothing more.
fn is_killed_by_the_cut<P: Fn()>(proof: P) {
    let (_folder, path) = lorem();
    let child = ready(proof, &path);
    open(&path).set_len(0).unwrap();
    let ran = child.wait_with_output().unwrap();
    let end = (ran.status.signal(), &*ran.stderr);
    assert_eq!(end, (Some(Signal::BUS.as_raw()), &b""[..]));
}

// killed by: files_do_not_shrink, maps_are_read_into_memory
#[test]
fn a_check_of_the_length_before_the_touch_does_not_help() {
    if let Some(path) = path_in_a_child() {
        let file = open(&path);
        let map = map(&file).unwrap();
        if file.metadata().unwrap().len() == map.len() as u64 {
            wait_for_the_proof();
            assert_eq!(map[0], b'L');
        }
    } else {
        is_killed_by_the_cut(a_check_of_the_length_before_the_touch_does_not_help);
    }
}

// killed by: files_do_not_shrink, maps_are_read_into_memory
/// `PopulateRead` does not hold the pages
#[test]
fn populate_read_does_not_hold_the_pages() {
    if let Some(path) = path_in_a_child() {
        let map = map(&open(&path)).unwrap();
        map.advise(Advice::PopulateRead).unwrap();
        assert_eq!(map[0], b'L');
        wait_for_the_proof();
        assert_eq!(map[0], b'L');
    } else {
        is_killed_by_the_cut(populate_read_does_not_hold_the_pages);
    }
}

// killed by: files_do_not_shrink, maps_are_read_into_memory
#[test]
fn bytes_that_were_stored_into_a_copy_are_lost_with_the_cut() {
    if let Some(path) = path_in_a_child() {
        let mut map = map_copy(&open(&path)).unwrap();
        map[0] = b'X';
        wait_for_the_proof();
        assert_eq!(map[0], b'X');
    } else {
        is_killed_by_the_cut(bytes_that_were_stored_into_a_copy_are_lost_with_the_cut);
    }
}

// rests on: std or a crate, in a part that no lie touches
/// A Rust program starts with a handler for SIGBUS
#[test]
fn a_rust_program_starts_with_a_handler_for_sigbus() {
    let caught = bits_of_status("SigCgt:");
    let is_caught = |signal: Signal| caught >> (signal.as_raw() - 1) & 1 == 1;
    assert!(is_caught(Signal::BUS) && !is_caught(Signal::USR1));
}

// killed by: files_do_not_shrink, maps_are_read_into_memory
#[test]
fn no_destructor_runs_when_the_signal_comes() {
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            io::stderr().write_all(b"a destructor runs").unwrap();
        }
    }
    let at_the_end = Guard;
    if let Some(path) = path_in_a_child() {
        let map = map(&open(&path)).unwrap();
        wait_for_the_proof();
        assert_eq!(map[0], b'L');
    } else {
        std::mem::forget(at_the_end);
        is_killed_by_the_cut(no_destructor_runs_when_the_signal_comes);
    }
}

// killed by: maps_are_read_into_memory
/// A `write` from a page that was cut off fails with `EFAULT`
#[test]
fn a_write_from_a_page_that_was_cut_off_fails_with_efault() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    let (mut reader, mut writer) = io::pipe().unwrap();
    assert_eq!(writer.write(&map).unwrap(), 737);
    let mut read = [0; 737];
    reader.read_exact(&mut read).unwrap();
    assert_eq!(read[..], fs::read(&path).unwrap());
    assert!(shell(": >\"$0\"", &path));
    let refused = writer.write(&map).unwrap_err();
    assert_eq!(Errno::from_io_error(&refused), Some(Errno::FAULT));
}

// rests on: the system, which puts a file on huge pages; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn on_a_tmpfs_with_huge_pages_bytes_past_the_cut_can_read_as_zeros() {
    use std::os::fd::AsRawFd;
    unsafe extern "C" {
        fn vmsplice(pipe: i32, slices: *const io::IoSlice, count: usize, flags: u32) -> isize;
    }
    let Some(path) = path_in_a_child() else {
        let proof = on_a_tmpfs_with_huge_pages_bytes_past_the_cut_can_read_as_zeros;
        return on_huge_pages(proof);
    };
    fs::write(&path, vec![b'a'; 2 * MIB]).unwrap();
    let file = open(&path);
    let map = map(&file).unwrap();
    assert_eq!((map[0], map[MIB]), (b'a', b'a'));
    if kib_at(map.as_ptr(), "ShmemPmdMapped:") == 0 {
        return println!("ignored: the file has no huge page here");
    }
    let (_reader, writer) = io::pipe().unwrap();
    let slice = io::IoSlice::new(&map[MIB / 2..MIB / 2 + 4096]);
    // SAFETY: the pipe only reads from the slice, and std promises that this is an `iovec`.
    let given = unsafe { vmsplice(writer.as_raw_fd(), &slice, 1, 0) };
    assert_eq!(given, 4096);
    file.set_len(737).unwrap();
    // Where a touch would be a signal, a system call fails.
    let refused = (&writer).write(&map[MIB..=MIB]).unwrap_err();
    assert_eq!(Errno::from_io_error(&refused), Some(Errno::FAULT));
    assert_eq!((map[0], map[MIB]), (b'a', 0));
}

// killed by: files_do_not_shrink
#[test]
#[cfg(target_os = "linux")]
fn bytes_that_are_cut_off_within_the_last_page_turn_to_zeros() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let map = map(&file).unwrap();
    let before = map.to_vec();
    file.set_len(100).unwrap();
    assert_eq!(map[..100], before[..100]);
    assert!(before[100..].iter().all(|&byte| byte != 0));
    assert!(map[100..].iter().all(|&byte| byte == 0));
}

// killed by: files_do_not_shrink, maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_copy_of_the_page_of_the_new_end_stays_as_it_was() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let shared = map(&file).unwrap();
    let mut copy = map_copy(&file).unwrap();
    let before = shared.to_vec();
    copy[0] = b'X';
    file.set_len(100).unwrap();
    assert_eq!(shared[100..], [0; 637]);
    assert_eq!(copy[100..], before[100..]);
}

// killed by: files_do_not_shrink, files_do_not_grow, maps_are_read_into_memory
#[test]
#[cfg(target_os = "linux")]
fn a_touch_of_a_page_that_was_cut_off_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let file = open(&path);
        file.set_len(1 << 20).unwrap();
        let map = map(&file).unwrap();
        assert_eq!(map[(1 << 20) - 1], 0);
        file.set_len(737).unwrap();
        io::stderr().write_all(b"the file is cut off\n").unwrap();
        // Never printed: the load ends the process.
        println!("{}", map[(1 << 20) - 1]);
    } else {
        let proof = a_touch_of_a_page_that_was_cut_off_kills_the_process;
        is_killed_after("the file is cut off\n", proof);
    }
}

// rests on: the shell, which prints it; no lie changes that
/// The shell of Linux prints bus error when `SIGBUS` ends a program
#[test]
#[cfg(target_os = "linux")]
fn the_shell_of_linux_prints_bus_error_when_sigbus_ends_a_program() {
    let mut shell = Command::new("sh");
    // The outer shell waits for the inner one, because it has another command to run.
    shell.args(["-c", "ulimit -c 0; sh -c 'kill -s BUS $$'; exit 0"]);
    let printed = shell.env("LC_ALL", "C").output().unwrap().stderr;
    let printed = String::from_utf8_lossy(&printed);
    assert!(printed.contains("Bus error"), "{printed}");
}

// rests on: the system, whose lease it is; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_lease_holds_up_a_program_that_opens_the_file_for_writing() {
    use std::os::{fd::AsRawFd, unix::fs::OpenOptionsExt};
    const F_SETSIG: i32 = 10;
    const F_SETLEASE: i32 = 1024;
    const F_RDLCK: i32 = 0;
    const F_UNLCK: i32 = 2;
    unsafe extern "C" {
        fn fcntl(file: i32, command: i32, ...) -> i32;
    }
    let (_folder, path) = lorem();
    let file = File::open(&path).unwrap();
    // SAFETY: the descriptor is open, and each of these commands takes a number.
    let set = |command, number: i32| unsafe { fcntl(file.as_raw_fd(), command, number) };
    // The signal that comes by default would end the process. This one is ignored by default.
    assert_eq!(set(F_SETSIG, rustix::process::Signal::URG.as_raw()), 0);
    if set(F_SETLEASE, F_RDLCK) != 0 {
        return println!("ignored: no leases here: {}", io::Error::last_os_error());
    }
    let flag = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let open = || File::options().write(true).custom_flags(flag).open(&path);
    // Without the flag, it would wait.
    assert_eq!(error_kind(open()), ErrorKind::WouldBlock);
    assert!(File::open(&path).is_ok());
    assert_eq!(set(F_SETLEASE, F_UNLCK), 0);
    assert!(open().is_ok());
}
