//! The store, the log below it and its file, where processes are killed, bits flip, files are cut,
//! the power goes, flushes fail, and disks are full.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

#[path = "../../examples/key_value_store.rs"]
mod key_value_store;

use key_value_store::Store;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

/// `STORE_KILLS=200` for the counts that the book tells of; the daily run has fewer.
fn count(name: &str, daily: usize) -> usize {
    env::var(name).map_or(daily, |count| count.parse().unwrap())
}

fn open(path: &Path) -> io::Result<Store> {
    // SAFETY: no other program is told of the file; a test that changes it does so on purpose.
    unsafe { Store::open(path) }
}

fn recover(path: &Path) -> io::Result<u64> {
    let aside = path.with_extension("damaged");
    let _ = fs::remove_file(&aside);
    // SAFETY: the test has no store of it open.
    unsafe { Store::recover(path, &aside) }
}

/// A number that is random enough, from one that is not.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The value of a key after so many puts: its length differs, and each byte tells of both.
fn value(key: &str, number: u64) -> Vec<u8> {
    let len = mix(number) as usize % 3000;
    format!("{key}={number};")
        .bytes()
        .cycle()
        .take(8 + len)
        .collect()
}

/// This test again, as a process that does one thing until it is killed.
fn child(name: &str, path: &Path, key: &str, from: u64, flush: bool) -> Child {
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", name, "--nocapture"])
        .env("STORE", path);
    child.env("KEY", key).env("FROM", from.to_string());
    child.env("FLUSH", flush.to_string());
    child.stdout(Stdio::piped()).spawn().unwrap()
}

/// In that process: puts, deletes and compacts, and tells of each change once it is acknowledged.
fn change_until_killed() -> bool {
    let Some(path) = env::var_os("STORE") else {
        return false;
    };
    let told = |name| env::var(name).unwrap();
    let (key, flush) = (told("KEY"), told("FLUSH") == "true");
    let mut store = open(path.as_ref()).unwrap();
    for number in told("FROM").parse::<u64>().unwrap().. {
        match number % 7 {
            6 => store.delete(key.as_bytes()).unwrap(),
            _ => store.put(key.as_bytes(), &value(&key, number)).unwrap(),
        }
        if flush {
            store.flush().unwrap();
        }
        let mut out = io::stdout().lock();
        writeln!(out, "did {number}").unwrap();
        out.flush().unwrap();
        if number % 50 == 49 {
            store.compact().unwrap();
        }
    }
    true
}

/// The last number that a killed process acknowledged.
fn acknowledged(child: &mut Child, from: u64) -> u64 {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok);
    let numbers = told.filter_map(|line| line.strip_prefix("did ")?.parse().ok());
    numbers.last().unwrap_or(from - 1)
}

/// What a key has after a change.
fn after(key: &str, number: u64) -> Option<Vec<u8>> {
    (number > 0 && number % 7 != 6).then(|| value(key, number))
}

/// Several processes change a store, and are killed one after the other, at any moment.
fn kills(name: &str, kills: usize, flush: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let keys = ["Ann", "Ben", "Eve"];
    let mut next: BTreeMap<&str, u64> = keys.map(|key| (key, 1)).into();
    let mut did = 0;
    let mut round = 0;
    while round < kills {
        let mut children = keys.map(|key| child(name, &path, key, next[key], flush));
        for (child, key) in children.iter_mut().zip(keys) {
            round += 1;
            let nap = mix(round as u64) % 30_000;
            thread::sleep(Duration::from_micros(3_000 + nap));
            child.kill().unwrap();
            // A line that says less than the store has is possible: killed in between.
            let last = acknowledged(child, next[key]);
            assert!(!child.wait().unwrap().success());
            let mut store = open(&path).unwrap();
            let found = store.get(key.as_bytes()).unwrap().map(<[u8]>::to_vec);
            let new = found == after(key, last + 1);
            assert!(
                new || found == after(key, last),
                "{key}: {last} of kill {round}"
            );
            did += last + 1 - next[key];
            next.insert(key, last + 1 + u64::from(new));
        }
    }
    // Every block is whole, and what other keys had is there.
    let mut store = open(&path).unwrap();
    for key in keys {
        let found = store.get(key.as_bytes()).unwrap().map(<[u8]>::to_vec);
        let last = next[key] - 1;
        assert!(found == after(key, last), "{key}: {last}");
    }
    assert!(did > kills as u64, "{did} changes");
    println!("{round} kills, {did} changes acknowledged, none lost");
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    if !change_until_killed() {
        let name = "a_kill_loses_nothing_that_was_acknowledged";
        kills(name, count("STORE_KILLS", 40), false);
    }
}

#[test]
fn a_kill_loses_nothing_that_was_flushed() {
    if !change_until_killed() {
        let name = "a_kill_loses_nothing_that_was_flushed";
        kills(name, count("STORE_KILLS", 40), true);
    }
}

/// All that a store has.
type Contents = BTreeMap<Vec<u8>, Vec<u8>>;

const KEYS: [&[u8]; 3] = [b"Ann", b"Ben", b"Eve"];

fn contents(store: &mut Store) -> io::Result<Contents> {
    let mut contents = Contents::new();
    for key in KEYS {
        if let Some(value) = store.get(key)? {
            contents.insert(key.into(), value.into());
        }
    }
    Ok(contents)
}

/// A store with some changes, and what its file and it have after each.
fn changes(path: &Path) -> Vec<(Vec<u8>, Contents)> {
    let mut store = open(path).unwrap();
    let mut seen = vec![(fs::read(path).unwrap(), Contents::new())];
    for number in 0..8 {
        let key = KEYS[number % 3];
        match number % 4 {
            3 => store.delete(key).unwrap(),
            _ => store.put(key, &[b'a' + number as u8; 40]).unwrap(),
        }
        seen.push((fs::read(path).unwrap(), contents(&mut store).unwrap()));
    }
    seen
}

#[test]
fn each_bit_that_flips_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (whole, all) = changes(&path).pop().unwrap();
    for bit in 0..8 * whole.len() {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &damaged).unwrap();
        match open(&path) {
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidData, "{bit}"),
            Ok(_) => panic!("bit {bit}"),
        }
        assert_eq!(fs::read(&path).unwrap(), damaged, "{bit}");
    }
    // One that is open when the bit flips finds it too.
    fs::write(&path, &whole).unwrap();
    let mut store = open(&path).unwrap();
    assert_eq!(contents(&mut store).unwrap(), all);
    for bit in 0..8 * whole.len() {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        rewrite(&path, &damaged);
        if let Ok(found) = contents(&mut store) {
            assert_eq!(found, all, "{bit}");
        }
        rewrite(&path, &whole);
    }
    println!("{} bits", 8 * whole.len());
}

/// Writes other bytes into a file, which keeps its length and its maps.
fn rewrite(path: &Path, bytes: &[u8]) {
    let mut file = fs::File::options().write(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn each_end_that_is_cut_off_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let seen = changes(&path);
    let (whole, _) = &seen[seen.len() - 1];
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        let error = open(&path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{len}");
        assert_eq!(fs::read(&path).unwrap().len(), len);
        // And the repair has all that is before the cut.
        if len >= 16 {
            recover(&path).unwrap();
            let found = contents(&mut open(&path).unwrap()).unwrap();
            let kept = seen.iter().rfind(|(bytes, _)| bytes.len() <= len);
            assert_eq!(found, kept.unwrap().1, "{len}");
            let aside = path.with_extension("damaged");
            assert_eq!(fs::read(aside).unwrap(), whole[..len]);
        } else {
            assert!(recover(&path).is_err());
        }
    }
    println!("{} lengths", whole.len());
}

#[test]
fn random_bytes_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (whole, _) = changes(&path).pop().unwrap();
    let inputs = count("STORE_INPUTS", 1_000) as u64;
    for input in 0..inputs {
        let mut bytes = whole.clone();
        let len = bytes.len() as u64;
        for change in 0..=mix(input) % 8 {
            let place = mix(input * 31 + change) % len;
            bytes[place as usize] = mix(input + change * 77) as u8;
        }
        // Every second time with an end that its checksum confirms.
        if input % 2 == 0 {
            let end = [mix(input) >> 17, mix(input) % (2 * len), (1 << 47) - 1];
            bytes[8..16].copy_from_slice(&word(end[input as usize / 2 % 3]));
        }
        fs::write(&path, &bytes).unwrap();
        let opened = open(&path).and_then(|mut store| contents(&mut store));
        if bytes != whole && bytes[8..16] == whole[8..16] {
            assert_eq!(
                opened.err().unwrap().kind(),
                ErrorKind::InvalidData,
                "{input}"
            );
        }
        if fs::exists(&path).unwrap() {
            let _ = recover(&path);
        }
    }
    for bytes in [&b""[..], b"text", &[0; 16], &[0; 5_000]] {
        fs::write(&path, bytes).unwrap();
        let error = open(&path).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }
    println!("{inputs} inputs");
}

/// The word of the header with this end.
fn word(end: u64) -> [u8; 8] {
    let sum = u64::from(crc32fast::hash(&end.to_le_bytes()) & 0xffff);
    (end << 16 | sum).to_le_bytes()
}

/// What a power cut can leave of a file: of each piece that has changed since the last flush, what
/// it had at any time since then, or bytes that it never had; and any length that the file had.
fn cut(versions: &[Vec<u8>], piece: usize, random: &mut u64) -> Vec<u8> {
    let mut next = || {
        *random += 1;
        mix(*random) as usize
    };
    let newest = &versions[versions.len() - 1];
    let len = versions[next() % versions.len()]
        .len()
        .max(versions[0].len());
    // Some cuts leave most of the new, and some most of the old.
    let (bias, garbage) = (next() % 4, next() % 4);
    let mut left = vec![0; len];
    for start in (0..len).step_by(piece) {
        let end = len.min(start + piece);
        let version = match next() % 4 {
            one if one < bias => newest,
            _ => &versions[next() % versions.len()],
        };
        let is_garbage = garbage == 0 && next() % 3 == 0;
        for at in start..end {
            let byte = |version: &Vec<u8>| version.get(at).copied().unwrap_or_default();
            let changed = versions
                .iter()
                .any(|other| byte(other) != byte(&versions[0]));
            left[at] = match is_garbage && changed {
                true => b'?',
                false => byte(version),
            };
        }
    }
    left
}

#[test]
fn a_power_cut_loses_nothing_that_was_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (cuts, mut random) = (count("STORE_CUTS", 800), 0);
    let (mut repaired, mut lost) = (0, 0);
    for round in 0..cuts {
        let piece = [4096, 512, 8, 1][round % 4];
        if round % 20 == 0 {
            let _ = fs::remove_file(&path); // a new store now and then
        }
        let mut store = open(&path).unwrap();
        let mut states = vec![contents(&mut store).unwrap()];
        let mut versions = vec![fs::read(&path).unwrap()];
        for step in 0..1 + mix(round as u64) % 5 {
            let what = mix(round as u64 * 7 + step);
            let key = KEYS[what as usize % 3];
            // The same values again and again: an old block may look like the new one.
            let value = vec![b'v'; [10, 10, 700, 5_000][what as usize / 3 % 4]];
            match what / 16 % 8 {
                0 => store.delete(key).unwrap(),
                1 => {
                    store.flush().unwrap();
                    states = vec![contents(&mut store).unwrap()];
                    versions = vec![fs::read(&path).unwrap()];
                    continue;
                }
                _ => store.put(key, &value).unwrap(),
            }
            let new = fs::read(&path).unwrap();
            let mut between = new.clone(); // the block is there, and the end is the old one
            between[..16].copy_from_slice(&versions[versions.len() - 1][..16]);
            versions.extend([between, new]);
            states.push(contents(&mut store).unwrap());
        }
        drop(store);
        fs::write(&path, cut(&versions, piece, &mut random)).unwrap();
        let mut store = open(&path).or_else(|_| {
            repaired += 1;
            recover(&path)?;
            open(&path)
        });
        let found = contents(store.as_mut().unwrap()).unwrap();
        assert!(states.contains(&found), "cut {round}");
        lost += usize::from(found != states[states.len() - 1]);
    }
    println!("{cuts} cuts, {repaired} repaired, {lost} without a change that was not flushed");
    assert!(repaired > cuts / 50 && lost > cuts / 50);
}

#[test]
fn after_a_flush_that_did_not_succeed_everything_is_stored_again() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let mut store = open(&path).unwrap();
    let big = [vec![b'1'; 9_000], vec![b'2'; 9_000]];
    store.put(b"Ann", &big[0]).unwrap();
    store.flush().unwrap();
    let disk = fs::read(&path).unwrap();
    store.put(b"Ben", &big[1]).unwrap();
    let all = contents(&mut store).unwrap();
    let memory = fs::read(&path).unwrap();
    let end = memory.len() as u64 - 16;
    // The system takes the pages for written. Of each, it may keep what it has in memory or
    // read again what the disk has. The flag is in memory as long as its page is.
    let pages = memory.len().div_ceil(4096);
    let (mut healed, mut refused) = (0, 0);
    for kept in 0..1_u32 << pages {
        let mut bytes = memory.clone();
        for page in (0..pages).filter(|page| kept & (1 << page) == 0) {
            for at in 4096 * page..memory.len().min(4096 * (page + 1)) {
                bytes[at] = disk.get(at).copied().unwrap_or_default();
            }
        }
        if kept & 1 == 1 {
            bytes[8..16].copy_from_slice(&word(end | 1 << 47));
        }
        fs::write(&path, &bytes).unwrap();
        let before = fs::metadata(&path).unwrap().ino();
        match open(&path) {
            Ok(mut store) => {
                let found = contents(&mut store).unwrap();
                assert!(
                    found == all || kept & 1 == 0 && found.len() == 1,
                    "{kept:b}"
                );
                // A new file, which was synced: there is no page that the system takes for written.
                let is_new = before != fs::metadata(&path).unwrap().ino();
                assert_eq!(is_new, kept & 1 == 1, "{kept:b}");
                healed += usize::from(is_new);
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::InvalidData);
                recover(&path).unwrap();
                let found = contents(&mut open(&path).unwrap()).unwrap();
                assert_eq!(found[KEYS[0]], big[0], "{kept:b}");
                refused += 1;
            }
        }
    }
    println!("{healed} stored again, {refused} refused");
    assert!(healed > 0 && refused > 0);
}

#[test]
fn threads_and_processes_share_a_store_while_it_is_compacted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let rounds = count("STORE_ROUNDS", 100) as u64;
    let path = &path;
    thread::scope(|scope| {
        for key in ["Ann", "Ben", "Eve"] {
            scope.spawn(move || {
                let mut store = open(path).unwrap();
                for number in 0..rounds {
                    let value = value(key, number);
                    store.put(key.as_bytes(), &value).unwrap();
                    assert_eq!(store.get(key.as_bytes()).unwrap(), Some(&value[..]));
                    if number % 20 == 0 {
                        store.compact().unwrap();
                    }
                }
            });
        }
        // A reader sees no value that was never put, and none go back.
        scope.spawn(move || {
            let mut store = open(path).unwrap();
            let mut last = 0;
            while last < rounds - 1 {
                if let Some(found) = store.get(b"Ann").unwrap() {
                    let text = String::from_utf8_lossy(found);
                    let number = text[4..].split(';').next().unwrap().parse().unwrap();
                    assert!(number >= last && found == value("Ann", number));
                    last = number;
                }
            }
        });
    });
    let mut store = open(path).unwrap();
    for key in ["Ann", "Ben", "Eve"] {
        let last = value(key, rounds - 1);
        assert_eq!(store.get(key.as_bytes()).unwrap(), Some(&last[..]));
    }
}

#[test]
fn a_repair_through_a_link_keeps_the_damaged_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("store"), folder.path().join("link"));
    std::os::unix::fs::symlink("store", &link).unwrap();
    let (mut damaged, _) = changes(&path).pop().unwrap();
    damaged[30] ^= 1;
    fs::write(&path, &damaged).unwrap();
    assert!(recover(&link).unwrap() > 0);
    let aside = link.with_extension("damaged");
    assert!(fs::symlink_metadata(&aside).unwrap().is_file());
    assert_eq!(fs::read(&aside).unwrap(), damaged);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(contents(&mut open(&link).unwrap()).unwrap().is_empty());
}

#[test]
fn a_change_behind_a_cut_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (whole, _) = changes(&path).pop().unwrap();
    let mut store = open(&path).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    for len in 16..whole.len() as u64 {
        file.set_len(len).unwrap();
        for done in [store.put(b"Ann", b"1"), store.flush()] {
            assert_eq!(done.unwrap_err().kind(), ErrorKind::InvalidData, "{len}");
        }
        assert_eq!(fs::metadata(&path).unwrap().len(), len);
        rewrite(&path, &whole);
    }
    store.put(b"Ann", b"1").unwrap();
}

#[test]
fn a_block_of_another_kind_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    open(&path).unwrap().put(b"Ann", b"100").unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[24] = 2; // after the header, the checksum and the length
    let sum = crc32fast::hash(&bytes[20..]);
    bytes[16..20].copy_from_slice(&sum.to_le_bytes());
    fs::write(&path, &bytes).unwrap();
    assert_eq!(open(&path).err().unwrap().kind(), ErrorKind::InvalidData);
}
