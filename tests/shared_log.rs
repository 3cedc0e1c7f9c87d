//! The log, where three processes append and are killed again and again.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

#[path = "../examples/shared_log.rs"]
mod shared_log;

use shared_log::{BlockFile, Log};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, thread};

const NAME: &str = "a_kill_loses_no_block_and_tears_none";

fn open(path: &Path) -> Log {
    // SAFETY: no other program is told of the file.
    unsafe { Log::open(path) }.unwrap()
}

/// A block: who wrote it, its number, bytes that follow from both, and their checksum.
fn block(writer: u64, number: u64) -> Vec<u8> {
    let mut bytes = [writer.to_le_bytes(), number.to_le_bytes()].concat();
    let len = 16 + (writer * 31 + number * 7) as usize % 3000;
    bytes.resize(len, (writer + number) as u8);
    let sum = crc32fast::hash(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

fn child(path: &Path, writer: u64) -> Child {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", NAME, "--nocapture"]);
    child.env("LOG", path).env("WRITER", writer.to_string());
    child.stdout(Stdio::piped()).spawn().unwrap()
}

/// In that process: appends until it is killed, and tells of each block that is appended.
fn appends() -> bool {
    let Some(path) = env::var_os("LOG") else {
        return false;
    };
    let writer = env::var("WRITER").unwrap().parse().unwrap();
    let mut log = open(path.as_ref());
    for number in 0.. {
        log.append(&block(writer, number)).unwrap();
        if number % 16 == 0 {
            log.flush().unwrap();
        }
        // In one write, in front of which libtest has begun a line.
        let mut out = io::stdout().lock();
        out.write_all(format!("\ndid {number}\n").as_bytes())
            .unwrap();
        out.flush().unwrap();
    }
    true
}

/// Kills a writer, and returns how many blocks it told of.
fn kill(mut child: Child) -> u64 {
    child.kill().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok);
    let numbers = told.filter_map(|line| line.strip_prefix("did ")?.parse().ok());
    let told = numbers.last().map_or(0, |last: u64| last + 1);
    // It did not fail before it was killed.
    assert_eq!(child.wait().unwrap().code(), None);
    told
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
    let mut told = Vec::new(); // of each writer
    for round in 0..kills {
        thread::sleep(Duration::from_micros(4_000 + round * 7_919 % 20_000));
        let (writer, killed) = writers.remove(0);
        assert_eq!(writer, told.len() as u64);
        told.push(kill(killed));
        writers.push((round + 3, child(&path, round + 3)));
    }
    for (_, survivor) in writers {
        told.push(kill(survivor));
    }
    let mut log = open(&path);
    // The next append after all kills stands behind all others.
    log.append(&block(kills + 3, 0)).unwrap();
    told.push(1);
    let (blocks, mut at) = (log.blocks().unwrap().0, 0);
    let mut found = vec![0; told.len()];
    while at < blocks.len() {
        let (bytes, next) = BlockFile::decode(blocks, at).unwrap();
        let writer = u64::from_le_bytes(*bytes.first_chunk().unwrap());
        let number = &mut found[writer as usize];
        assert!(bytes == block(writer, *number), "{writer}: {number}");
        (at, *number) = (next, *number + 1);
    }
    // One more than a writer told of is possible: it was killed in between.
    for (writer, (found, told)) in found.iter().zip(&told).enumerate() {
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
