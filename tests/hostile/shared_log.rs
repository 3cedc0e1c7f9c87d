//! The log, where three processes append and are killed again and again.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

#[path = "../../examples/shared_log.rs"]
mod shared_log;

use shared_log::{BlockFile, Log};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, fs, thread};

const NAME: &str = "a_kill_loses_no_block_and_tears_none";

fn open(path: &Path) -> Log {
    // SAFETY: no other program is told of the file.
    unsafe { Log::open(path) }.unwrap()
}

/// A block: who wrote it, its number, bytes that follow from both, and their checksum.
fn block(writer: u64, number: u64) -> Vec<u8> {
    let mut bytes = [writer.to_le_bytes(), number.to_le_bytes()].concat();
    let len = 16 + (writer * 31 + number * 7) as usize % 300;
    bytes.resize(len, (writer + number) as u8);
    let sum = crc32fast::hash(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// The file in which a writer tells how many blocks it has appended.
fn told(path: &Path, writer: u64) -> PathBuf {
    path.with_extension(writer.to_string())
}

fn child(path: &Path, writer: u64) -> Child {
    fs::write(told(path, writer), [0; 8]).unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", NAME, "--nocapture"]);
    child.env("LOG", path).env("WRITER", writer.to_string());
    child.stdout(Stdio::null()).spawn().unwrap()
}

/// In that process: appends until it is killed, and tells of each block that is appended. It does so
/// through a map: a kill is to hit an append, and not a call that tells.
fn appends() -> bool {
    let Some(path) = env::var_os("LOG").map(PathBuf::from) else {
        return false;
    };
    let writer = env::var("WRITER").unwrap().parse().unwrap();
    let mut file = fs::File::options();
    file.read(true).write(true);
    let map = memmap2::MmapRaw::map_raw(&file.open(told(&path, writer)).unwrap()).unwrap();
    // SAFETY: the map has 8 bytes and begins with a page, and the parent reads the file when this
    // process has ended.
    let told = unsafe { AtomicU64::from_ptr(map.as_mut_ptr().cast()) };
    let mut log = open(&path);
    for number in 0.. {
        log.append(&block(writer, number)).unwrap();
        told.store(number + 1, Ordering::Relaxed);
    }
    true
}

/// Kills a writer, and returns how many blocks it told of.
fn kill(mut child: Child, path: &Path, writer: u64) -> u64 {
    child.kill().unwrap();
    // It did not fail before it was killed.
    assert_eq!(child.wait().unwrap().code(), None);
    let told = fs::read(told(path, writer)).unwrap();
    u64::from_ne_bytes(told.try_into().unwrap())
}

#[test]
fn a_kill_loses_no_block_and_tears_none() {
    if appends() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    // `LOG_KILLS=200` kills as often as that; the daily run has fewer.
    let kills = env::var("LOG_KILLS").map_or(40, |kills| kills.parse().unwrap());
    let mut writers: Vec<(u64, Child)> = (0..3)
        .map(|writer| (writer, child(&path, writer)))
        .collect();
    let mut counts = Vec::new(); // of the blocks that each writer told of
    for round in 0..kills {
        thread::sleep(Duration::from_micros(4_000 + round * 7_919 % 20_000));
        let (writer, killed) = writers.remove(0);
        assert_eq!(writer, counts.len() as u64);
        counts.push(kill(killed, &path, writer));
        writers.push((round + 3, child(&path, round + 3)));
    }
    for (writer, survivor) in writers {
        counts.push(kill(survivor, &path, writer));
    }
    let mut log = open(&path);
    // The next append after all kills stands after all others.
    log.append(&block(kills + 3, 0)).unwrap();
    counts.push(1);
    let (blocks, mut at) = (log.blocks().unwrap().0, 0);
    let mut found = vec![0; counts.len()];
    while at < blocks.len() {
        let (bytes, next) = BlockFile::decode(blocks, at).unwrap();
        let writer = u64::from_le_bytes(*bytes.first_chunk().unwrap());
        let number = &mut found[writer as usize];
        assert!(bytes == block(writer, *number), "{writer}: {number}");
        (at, *number) = (next, *number + 1);
    }
    // One more than a writer told of is possible: it was killed in between.
    for (writer, (found, told)) in found.iter().zip(&counts).enumerate() {
        assert!(
            found == told || *found == told + 1,
            "{writer}: {found}, {told}"
        );
    }
    assert_eq!(found.last(), Some(&1));
    let sum: u64 = found.iter().sum();
    assert!(sum > kills, "{sum} blocks");
    println!("{} kills, {sum} blocks, none lost and none torn", kills + 3);
}
