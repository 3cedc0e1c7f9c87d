//! The ring, where either side is killed, the counts are wrong, and messages of all lengths wrap.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

#[path = "../../examples/ring.rs"]
mod ring;

use ring::{Receiver, Sender};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const SIZE: u32 = 256;
const MINUTE: Duration = Duration::from_secs(60);

/// `RING_KILLS=200` kills as often as that; the daily run has fewer.
fn count(name: &str, daily: usize) -> usize {
    env::var(name).map_or(daily, |count| count.parse().unwrap())
}

fn sender(path: &Path) -> io::Result<Sender> {
    // SAFETY: no other program is told of the file.
    unsafe { Sender::open(path, SIZE) }
}

fn receiver(path: &Path) -> io::Result<Receiver> {
    // SAFETY: no other program is told of the file.
    unsafe { Receiver::open(path, SIZE) }
}

/// A message: its number, and as many more bytes as that says.
fn message(number: u64) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.resize(8 + number as usize * 7 % 200, number as u8);
    bytes
}

fn number(message: &[u8]) -> u64 {
    let number = u64::from_le_bytes(*message.first_chunk().unwrap());
    assert_eq!(message, self::message(number), "a torn message");
    number
}

fn child(name: &str, path: &Path, role: &str, from: u64) -> Child {
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", name, "--nocapture"])
        .env("RING", path);
    child.env("ROLE", role).env("FROM", from.to_string());
    child.stdout(Stdio::piped()).spawn().unwrap()
}

/// In such a process: sends or receives for ever, and tells of each number.
fn plays_a_role() -> bool {
    let Some(path) = env::var_os("RING") else {
        return false;
    };
    let tell = |number: u64| {
        let mut out = io::stdout().lock();
        writeln!(out, "\ndid {number}").unwrap();
        out.flush().unwrap();
    };
    let from: u64 = env::var("FROM").unwrap().parse().unwrap();
    if env::var("ROLE").unwrap() == "send" {
        let mut sender = sender(path.as_ref()).unwrap();
        for number in from.. {
            assert!(sender.send(&message(number), MINUTE).unwrap());
            tell(number);
        }
    }
    let mut receiver = receiver(path.as_ref()).unwrap();
    while let Some(()) = receiver
        .receive(MINUTE, |bytes| tell(number(bytes)))
        .unwrap()
    {}
    true
}

/// Kills a process, and returns all numbers that it told.
fn kill(mut child: Child) -> Vec<u64> {
    child.kill().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok);
    let numbers = told.filter_map(|line| line.strip_prefix("did ")?.parse().ok());
    let numbers = numbers.collect();
    assert!(
        !child.wait().unwrap().success(),
        "it failed before it was killed"
    );
    numbers
}

#[test]
fn a_kill_of_either_side_loses_no_message_and_repeats_at_most_one() {
    const NAME: &str = "a_kill_of_either_side_loses_no_message_and_repeats_at_most_one";
    if plays_a_role() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ring");
    let kills = count("RING_KILLS", 40);
    let (mut sent, mut received, mut next) = (Vec::new(), Vec::<u64>::new(), 0);
    let mut receiving = child(NAME, &path, "receive", 0);
    let mut sending = child(NAME, &path, "send", 0);
    for round in 0..kills as u64 {
        thread::sleep(Duration::from_micros(5_000 + round * 7_919 % 20_000));
        if round % 2 == 0 {
            received.extend(kill(receiving));
            receiving = child(NAME, &path, "receive", 0);
        } else {
            sent.extend(kill(sending));
            // What it has sent and not told may arrive, so the next ones are others.
            next = sent.last().map_or(next, |last| last + 1) + 1_000;
            sending = child(NAME, &path, "send", next);
        }
    }
    sent.extend(kill(sending));
    received.extend(kill(receiving));
    let mut rest = receiver(&path).unwrap();
    while let Some(last) = rest.receive(Duration::ZERO, number).unwrap() {
        received.push(last);
    }
    let (mut repeated, mut untold) = (0, 0);
    let mut told = sent.iter().copied().peekable();
    let mut before = None;
    for &number in &received {
        if before == Some(number) {
            repeated += 1;
            continue;
        }
        assert!(
            before.is_none_or(|before| before < number),
            "{before:?}, {number}"
        );
        match told.next_if_eq(&number) {
            Some(_) => {}
            None => untold += 1, // its sender was killed before it told
        }
        before = Some(number);
    }
    assert_eq!(told.next(), None, "a message that was sent has not arrived");
    assert!(untold <= kills && repeated <= kills && sent.len() > kills);
    println!(
        "{kills} kills, {} messages, {repeated} twice, {untold} untold",
        sent.len()
    );
}

#[test]
fn either_side_may_start_first_and_each_length_wraps() {
    let folder = tempfile::tempdir().unwrap();
    for first in 0..2 {
        let path = &folder.path().join(format!("ring {first}"));
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(Duration::from_millis(50 * first));
                let mut sender = sender(path).unwrap();
                for len in (0..=252).cycle().take(5_000) {
                    assert!(sender.send(&vec![len as u8; len], MINUTE).unwrap());
                }
                let error = sender.send(&[0; 253], MINUTE).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::FileTooLarge);
            });
            thread::sleep(Duration::from_millis(50 * (1 - first)));
            let mut receiver = receiver(path).unwrap();
            for len in (0..=252).cycle().take(5_000) {
                let found = receiver.receive(MINUTE, |bytes| bytes == vec![len as u8; len]);
                assert_eq!(found.unwrap(), Some(true), "{len}");
            }
            assert_eq!(receiver.receive(Duration::ZERO, |_| ()).unwrap(), None);
        });
    }
}

#[test]
fn counts_and_lengths_that_are_wrong_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ring");
    let mut inputs = 0;
    for sent in [0, 1, 3, 4, 255, 256, 257, u32::MAX, 1 << 31] {
        for taken in [0, 1, 4, 256, u32::MAX] {
            for len in [0, 1, 252, 253, u32::MAX, u32::MAX - 3] {
                inputs += 1;
                let mut bytes = vec![0; 128 + SIZE as usize];
                bytes[..4].copy_from_slice(&u32::to_ne_bytes(sent));
                bytes[32..36].copy_from_slice(&SIZE.to_ne_bytes());
                bytes[64..68].copy_from_slice(&u32::to_ne_bytes(taken));
                for (at, byte) in u32::to_le_bytes(len).into_iter().enumerate() {
                    bytes[128 + (taken as usize % 256 + at) % 256] = byte;
                }
                fs::write(&path, &bytes).unwrap();
                let used = sent.wrapping_sub(taken);
                let received = receiver(&path)
                    .unwrap()
                    .receive(Duration::ZERO, <[u8]>::len);
                match received {
                    Ok(None) => assert_eq!(used, 0),
                    Ok(Some(found)) => assert!(found == len as usize && found + 4 <= used as usize),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidData),
                }
                fs::write(&path, &bytes).unwrap();
                let sent = sender(&path).unwrap().send(b"text", Duration::ZERO);
                assert_eq!(sent.is_ok(), used <= SIZE, "{used}");
            }
        }
    }
    // Of another size.
    fs::write(&path, [0; 1000]).unwrap();
    assert_eq!(
        receiver(&path).err().unwrap().kind(),
        ErrorKind::InvalidData
    );
    println!("{inputs} inputs");
}

#[test]
#[cfg(target_os = "linux")]
fn who_waits_burns_no_core_and_wakes_up_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = &folder.path().join("ring");
    let mut receiver = receiver(path).unwrap();
    let ticks = || {
        let told = fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, numbers) = told.rsplit_once(") ").unwrap();
        let mut numbers = numbers
            .split(' ')
            .skip(11)
            .map(|text| text.parse::<u64>().unwrap());
        numbers.next().unwrap() + numbers.next().unwrap() // hundredths of a second
    };
    let (before, start) = (ticks(), Instant::now());
    let half = Duration::from_millis(500);
    assert_eq!(receiver.receive(half, |_| ()).unwrap(), None);
    assert!(start.elapsed() >= half);
    assert!(ticks() - before < 20, "{} ticks", ticks() - before);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut sender = sender(path).unwrap();
            thread::sleep(Duration::from_millis(30));
            assert!(sender.send(b"wake up", MINUTE).unwrap());
        });
        assert_eq!(receiver.receive(MINUTE, <[u8]>::len).unwrap(), Some(7));
    });
}

#[test]
fn a_ring_with_another_size_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ring");
    let mut sender = sender(&path).unwrap();
    assert!(sender.send(&message(1), MINUTE).unwrap());
    for size in [SIZE / 2, SIZE * 2] {
        // SAFETY: as for `receiver`.
        let error = unsafe { Receiver::open(&path, size) }.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{size}");
    }
    let got = receiver(&path).unwrap().receive(MINUTE, number).unwrap();
    assert_eq!(got, Some(1));
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("ring"), folder.path().join("link"));
    std::os::unix::fs::symlink("ring", &link).unwrap();
    let sender = sender(&link).unwrap();
    assert!(ring::has(&path, ring::End::Sender).unwrap());
    assert!(ring::has(&link, ring::End::Sender).unwrap());
    drop(sender);
    assert!(!ring::has(&path, ring::End::Sender).unwrap());
}

/// As a program that another thread has just started, which has our files until its exec.
#[cfg(target_os = "linux")]
#[test]
fn an_end_that_is_dropped_is_free_even_if_a_child_has_its_lock_file() {
    use std::os::fd::BorrowedFd;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("ring");
    let sender = sender(&path).unwrap();
    let lock_file = path.with_extension("Sender");
    let mut files = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let is_ours = |at: &std::path::Path| std::fs::read_link(at).is_ok_and(|to| to == lock_file);
    let ours = files.find(|entry| is_ours(&entry.path())).unwrap();
    let number = ours.file_name().into_string().unwrap().parse().unwrap();
    // SAFETY: `sender` keeps the file open.
    let child = unsafe { BorrowedFd::borrow_raw(number) }.try_clone_to_owned();
    assert!(ring::has(&path, ring::End::Sender).unwrap());
    drop(sender);
    assert!(!ring::has(&path, ring::End::Sender).unwrap());
    drop(child.unwrap());
}
