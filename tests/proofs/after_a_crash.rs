//! What the disk has when the power goes: the program of the page, over each thing that a crash
//! can leave.

use super::*;
use std::cell::{Cell, RefCell};

#[path = "../../examples/commit_a_record.rs"]
#[allow(dead_code, reason = "it has a main of its own")]
mod commit_a_record;

#[path = "../../examples/whole_or_not.rs"]
#[allow(dead_code, reason = "it has a main of its own")]
mod whole_or_not;

/// In place of a map: the bytes in memory. The disk is told of them at a flush.
type Memory = Vec<u8>;

/// The text that the program finds.
fn text(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let (_, text, _) = commit_a_record::parts(&mut bytes).unwrap();
    text.to_vec()
}

/// All that a crash can leave: of each piece that has changed since the last flush, which may be a
/// page, a sector or a byte, the disk has what it was, what it is, or neither, each by itself.
/// A byte that has not changed stays, and the first byte is the old or the new one.
fn left_by_a_crash(disk: &[u8], memory: &[u8], piece: usize) -> Vec<Vec<u8>> {
    let starts = (0..memory.len()).step_by(piece);
    let end = |start: usize| memory.len().min(start + piece);
    let changed = starts.filter(|&start| disk[start..end(start)] != memory[start..end(start)]);
    let changed: Vec<usize> = changed.collect();
    let all = 0..3_usize.pow(changed.len() as u32);
    all.map(|mut choice| {
        let mut left = disk.to_vec();
        for &start in &changed {
            let bytes = (start..end(start)).filter(|&at| disk[at] != memory[at]);
            match choice % 3 {
                0 => {}
                1 => bytes.for_each(|at| left[at] = memory[at]),
                _ => bytes.for_each(|at| left[at] = if at == 0 { memory[0] } else { b'?' }),
            }
            choice /= 3;
        }
        left
    })
    .collect()
}

/// Commits four texts, one after the other, with flushes of which each works or does nothing, and
/// asks what a crash could leave, at each flush and after each text. Whether it always leaves the
/// text from before or the new one, whole, and whether the new one is there to stay when `commit`
/// has returned.
fn crashes(slot: usize, piece: usize, works: [bool; 2]) -> (bool, bool) {
    let mut memory = vec![0; 1 + 2 * slot];
    let disk = RefCell::new(memory.clone());
    let (whole, stays) = (Cell::new(true), Cell::new(true));
    let mut old = text(&memory);
    for letter in b'A'..=b'D' {
        let new = vec![letter; slot];
        let crash = |memory: &Memory, returned: bool| {
            for left in left_by_a_crash(&disk.borrow(), memory, piece) {
                let text = text(&left);
                whole.set(whole.get() && (text == old || text == new));
                stays.set(stays.get() && (text == new || !returned));
            }
        };
        let flushes = Cell::new(0);
        let flush = |memory: &Memory| {
            crash(memory, false);
            if works[flushes.replace(flushes.get() + 1)] {
                disk.borrow_mut().copy_from_slice(memory);
            }
            Ok(())
        };
        commit_a_record::commit(&mut memory, &new, flush).unwrap();
        assert_eq!(flushes.get(), 2);
        assert_eq!(text(&memory), new);
        crash(&memory, true);
        old = new;
    }
    (whole.get(), stays.get())
}

/// The lengths of a slot and of a piece, which is a page, a sector of a disk, or a byte.
const SIZES: [(usize, usize); 3] = [(10_000, 4096), (1_300, 512), (3, 1)];

// rests on: a model of memory and disk in this file
/// A crash leaves the old text or the new one, whole
#[test]
fn a_crash_leaves_the_old_text_or_the_new_one_whole() {
    for (slot, piece) in SIZES {
        assert_eq!(crashes(slot, piece, [true, true]), (true, true));
    }
}

// rests on: a model of memory and disk in this file
/// Without the flush between, a crash can leave half
#[test]
fn without_the_flush_between_a_crash_can_leave_half() {
    for (slot, piece) in SIZES {
        assert!(!crashes(slot, piece, [false, true]).0);
    }
}

// rests on: a model of memory and disk in this file
/// Without the flush at the end, the next crash can leave half
#[test]
fn without_the_flush_at_the_end_the_next_crash_can_leave_half() {
    for (slot, piece) in SIZES {
        assert_eq!(crashes(slot, piece, [true, false]), (false, false));
    }
}

// rests on: a model of memory and disk in this file
#[test]
fn a_commit_that_fails_before_its_second_flush_leaves_the_old_text() {
    let mut memory = vec![0; 11];
    let works = |_: &Memory| Ok(());
    commit_a_record::commit(&mut memory, b"old", works).unwrap();
    let fails = |_: &Memory| Err(ErrorKind::QuotaExceeded.into());
    let failed = commit_a_record::commit(&mut memory, b"new", fails);
    assert_eq!(error_kind(failed), ErrorKind::QuotaExceeded);
    assert_eq!(text(&memory), b"old  ");
    let failed = commit_a_record::commit(&mut memory, b"longer", works);
    assert_eq!(error_kind(failed), ErrorKind::WriteZero);
    assert_eq!(text(&memory), b"old  ");
    let failed = commit_a_record::commit(&mut Memory::new(), b"new", works);
    assert_eq!(error_kind(failed), ErrorKind::InvalidInput);
    commit_a_record::commit(&mut memory, b"new", works).unwrap();
    assert_eq!(text(&memory), b"new  ");
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_process_that_is_killed_leaves_what_it_has_stored() {
    if let Some(path) = path_in_a_child() {
        let mut map = map_mut(&open(&path)).unwrap();
        map[..5].copy_from_slice(b"LOREM");
        return wait_for_the_proof();
    }
    let (_folder, path) = lorem();
    let mut child = ready(a_process_that_is_killed_leaves_what_it_has_stored, &path);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(fs::read(&path).unwrap()[..11], *b"LOREM ipsum");
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_checksum_finds_each_single_bit_and_each_missing_end() {
    let text = *b"Ann 70, Ben 30";
    let record = [&14_u32.to_le_bytes(), &text[..]].concat();
    let mut record = [&whole_or_not::crc32(&record).to_le_bytes(), &record[..]].concat();
    assert_eq!(whole_or_not::crc32(b"123456789"), 0xcbf4_3926);
    assert_eq!(whole_or_not::text(&record), Some(&text[..]));
    for len in 0..record.len() {
        assert_eq!(whole_or_not::text(&record[..len]), None);
    }
    for bit in 0..8 * record.len() {
        record[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(whole_or_not::text(&record), None);
        record[bit / 8] ^= 1 << (bit % 8);
    }
    // And what a longer file has behind the record is no part of it.
    record.extend([0; 100]);
    assert_eq!(whole_or_not::text(&record), Some(&text[..]));
}
