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

/// Commits three texts. The flush at the end of the second fails, and the system takes what it could
/// not write for written. The program starts again, and syncs, or stores all bytes again before that.
/// Then the power goes in the first flush of the third. Shows each text that may count then.
fn after_a_failed_flush(piece: usize, stores_again: bool, texts: [&[u8]; 3], see: impl Fn(&[u8])) {
    let mut memory = vec![0; 1 + 2 * texts[0].len()];
    let disk = RefCell::new(memory.clone());
    let flushes = Cell::new(0);
    let flush = |memory: &Memory| {
        if flushes.replace(flushes.get() + 1) == 3 {
            return Err(ErrorKind::StorageFull.into());
        }
        disk.borrow_mut().copy_from_slice(memory);
        Ok(())
    };
    commit_a_record::commit(&mut memory, texts[0], flush).unwrap();
    let failed = commit_a_record::commit(&mut memory, texts[1], flush);
    assert_eq!(error_kind(failed), ErrorKind::StorageFull);
    assert_eq!(
        (text(&disk.borrow()), text(&memory)),
        (texts[0].into(), texts[1].into())
    );
    // A sync writes what has been stored since then.
    if stores_again {
        disk.borrow_mut().copy_from_slice(&memory);
    }
    let taken_for_written = memory.clone();
    let cut = |memory: &Memory| {
        let disk = disk.borrow();
        let mut dirty = disk.clone();
        for start in (0..memory.len()).step_by(piece) {
            let piece = start..memory.len().min(start + piece);
            if memory[piece.clone()] != taken_for_written[piece.clone()] {
                dirty[piece.clone()].copy_from_slice(&memory[piece]);
            }
        }
        let left = left_by_a_crash(&disk, &dirty, piece).into_iter();
        left.for_each(|left| see(&text(&left)));
        Err(ErrorKind::Interrupted.into())
    };
    let failed = commit_a_record::commit(&mut memory, texts[2], cut);
    assert_eq!(error_kind(failed), ErrorKind::Interrupted);
}

/// Whether one of the texts is there, whole, whatever the crash leaves.
fn is_whole_after_a_failed_flush(slot: usize, piece: usize, stores_again: bool) -> bool {
    let texts = [b'A', b'B', b'C'].map(|letter| vec![letter; slot]);
    let whole = Cell::new(true);
    let see = |text: &[u8]| whole.set(whole.get() && texts.iter().any(|whole| whole == text));
    after_a_failed_flush(
        piece,
        stores_again,
        texts.each_ref().map(|text| &text[..]),
        see,
    );
    whole.get()
}

// rests on: a model of memory and disk in this file
/// After a failed flush, a sync alone lets the next crash leave half
#[test]
fn after_a_failed_flush_a_sync_alone_lets_the_next_crash_leave_half() {
    for (slot, piece) in SIZES {
        assert!(!is_whole_after_a_failed_flush(slot, piece, false));
    }
}

// rests on: a model of memory and disk in this file
/// After a failed flush, bytes that are stored again are whole after the next crash
#[test]
fn after_a_failed_flush_bytes_that_are_stored_again_are_whole_after_the_next_crash() {
    for (slot, piece) in SIZES {
        assert!(is_whole_after_a_failed_flush(slot, piece, true));
    }
}

// rests on: a model of memory and disk in this file
/// A checksum finds the half that a failed flush and a crash leave
#[test]
fn a_checksum_finds_the_half_that_a_failed_flush_and_a_crash_leave() {
    for (slot, piece) in [SIZES[0], SIZES[1]] {
        let texts = [b'A', b'B', b'C'].map(|letter| vec![letter; slot - 8]);
        let records = texts.each_ref().map(|text| {
            let len = u32::to_le_bytes(text.len() as u32);
            let rest = [&len[..], text].concat();
            [&whole_or_not::crc32(&rest).to_le_bytes()[..], &rest].concat()
        });
        let halves = Cell::new(0);
        let see = |record: &[u8]| match whole_or_not::text(record) {
            Some(text) => assert!(texts.iter().any(|whole| whole == text)),
            None => halves.set(halves.get() + 1),
        };
        after_a_failed_flush(
            piece,
            false,
            records.each_ref().map(|record| &record[..]),
            see,
        );
        assert!(halves.get() > 0);
    }
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
fn a_checksum_and_a_length_find_each_single_bit_and_each_missing_end() {
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
    // And what a longer file has after the record is no part of it.
    record.extend([0; 100]);
    assert_eq!(whole_or_not::text(&record), Some(&text[..]));
}
