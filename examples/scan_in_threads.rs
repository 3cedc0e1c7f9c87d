//! Scans a map in several threads, each of which takes whole lines.
#![allow(dead_code, reason = "a program may call a part of it")]

use memchr::memmem;
use memmap2::Mmap;
use std::error::Error;
use std::fs::File;
use std::sync::{Mutex, PoisonError};
use std::{iter, panic, thread};

/// Splits a text into pieces of whole lines, each of at least `len` bytes but
/// for the last. A line ends after its `\n`. Together the pieces are the text.
pub fn pieces(text: &[u8], len: usize) -> impl Iterator<Item = &[u8]> {
    let (mut rest, len) = (text, len.max(1));
    iter::from_fn(move || {
        let from = rest.get(len - 1..).unwrap_or_default();
        let end = memchr::memchr(b'\n', from).map(|at| len + at);
        let (piece, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Calls `scan` with each piece of a text, in up to so many threads, and
/// returns the results in the order of the text. A thread that is done with a
/// piece takes the next: if one has to wait for the disk, the others go on.
///
/// # Panics
///
/// Panics if `scan` does, when all threads have come to their end.
pub fn scan_in_threads<'t, R: Send>(
    text: &'t [u8],
    threads: usize,
    len: usize,
    scan: impl Fn(&'t [u8]) -> R + Sync, // a result may borrow of the text
) -> Vec<R> {
    let next = Mutex::new(pieces(text, len).enumerate());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let pieces = iter::from_fn(take);
        pieces
            .map(|(at, piece)| (at, scan(piece)))
            .collect::<Vec<_>>()
    };
    let threads = threads.min(text.len().div_ceil(len.max(1)));
    let mut results = thread::scope(|scope| {
        // If the system refuses a thread, the others do its work.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut results = work();
        for thread in others {
            match thread.join() {
                Ok(more) => results.extend(more),
                Err(cause) => panic::resume_unwind(cause),
            }
        }
        results
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Lines, bytes of the longest line, and places of a word.
fn count(piece: &[u8]) -> (usize, usize, usize) {
    let lines = piece.split_inclusive(|byte| *byte == b'\n');
    let longest = lines.clone().map(<[u8]>::len).max();
    let words = memmem::find_iter(piece, "sed").count();
    (lines.count(), longest.unwrap_or(0), words)
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: no thread of this program changes the file. Nothing enforces that
    // of others: this trusts whoever else can open it.
    let map = unsafe { Mmap::map(&file)? };
    // For a large file, take pieces of 1 MiB.
    let len = 200;
    let threads = thread::available_parallelism()?.get();
    let counts = scan_in_threads(&map, threads, len, count);
    for (piece, count) in pieces(&map, len).zip(&counts) {
        println!("{} bytes: {count:?}", piece.len());
    }
    let lines: usize = counts.iter().map(|(lines, ..)| lines).sum();
    println!("{lines} lines");
    Ok(())
}
