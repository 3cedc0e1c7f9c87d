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
fn what_was_stored_into_a_copy_goes_with_the_cut() {
    if let Some(path) = path_in_a_child() {
        let mut map = map_copy(&open(&path)).unwrap();
        map[0] = b'X';
        wait_for_the_proof();
        assert_eq!(map[0], b'X');
    } else {
        is_killed_by_the_cut(what_was_stored_into_a_copy_goes_with_the_cut);
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
