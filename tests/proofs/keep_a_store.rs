//! A store of keys and values, of which processes are killed and the disk is full.
#![cfg(unix)]

use super::*;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::thread;
use std::time::Duration;

#[path = "../../examples/key_value_store.rs"]
mod key_value_store;

use key_value_store::Store;

/// A place for a store, in a folder of its own.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    (folder, path)
}

fn try_open(path: &Path) -> io::Result<Store> {
    // SAFETY: no other program is told of the file; a proof that changes it does so on purpose.
    unsafe { Store::open(path) }
}

fn store(path: &Path) -> Store {
    try_open(path).unwrap()
}

/// The value of a key, as text.
fn get(store: &mut Store, key: &str) -> Option<String> {
    let value = store.get(key.as_bytes()).unwrap()?;
    Some(String::from_utf8(value.to_vec()).unwrap())
}

/// Repairs the store, and returns how many bytes that drops.
fn recover(path: &Path) -> u64 {
    let aside = path.with_extension("damaged");
    let _ = fs::remove_file(&aside);
    // SAFETY: the proof has no store of the file open.
    let dropped = unsafe { Store::recover(path, &aside) };
    dropped.unwrap()
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_process_that_is_killed_in_put_leaves_the_old_value_or_the_new_one() {
    if let Some(path) = path_in_a_child() {
        let mut store = store(&path);
        for number in 0.. {
            if store.put(b"Ann", number.to_string().as_bytes()).is_err() {
                break; // a small disk is full
            }
            // It is acknowledged, and told in one write.
            io::stderr()
                .write_all(format!("{number}\n").as_bytes())
                .unwrap();
        }
        return wait_for_the_proof();
    }
    for round in 0..10 {
        let (_folder, path) = place();
        let proof = a_process_that_is_killed_in_put_leaves_the_old_value_or_the_new_one;
        let mut child = ready(proof, &path);
        thread::sleep(Duration::from_micros(100 * round));
        child.kill().unwrap();
        let told = BufReader::new(child.stderr.take().unwrap()).lines();
        let told: Vec<u64> = told.filter_map(|line| line.unwrap().parse().ok()).collect();
        assert!(!child.wait().unwrap().success());
        // `ready` took the zero of the first line.
        let last = told.last().copied().unwrap_or_default();
        let found: u64 = get(&mut store(&path), "Ann").unwrap().parse().unwrap();
        assert!(found == last || found == last + 1, "{found} after {last}");
    }
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
fn a_process_that_is_killed_in_compact_leaves_the_old_file_or_the_new_one_whole() {
    if let Some(path) = path_in_a_child() {
        let mut store = store(&path);
        for number in 0.. {
            store.compact().unwrap();
            if number == 0 {
                io::stderr().write_all(b".").unwrap();
            }
        }
    }
    for round in 0..5 {
        let (_folder, path) = place();
        let mut writer = store(&path);
        for number in 0..100 {
            writer.put(b"Ann", number.to_string().as_bytes()).unwrap();
            writer.put(b"Ben", b"-").unwrap();
        }
        let (old, before) = (open(&path), fs::read(&path).unwrap());
        let proof = a_process_that_is_killed_in_compact_leaves_the_old_file_or_the_new_one_whole;
        let mut child = ready(proof, &path);
        thread::sleep(Duration::from_micros(500 * round));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success());
        let after = fs::metadata(&path).unwrap();
        assert!(after.len() < before.len() as u64);
        let mut reader = store(&path);
        assert_eq!(fs::metadata(&path).unwrap().ino(), after.ino());
        assert_eq!(get(&mut reader, "Ann").unwrap(), "99");
        assert_eq!(get(&mut reader, "Ben").unwrap(), "-");
        // The new file is not the old one, which is whole under no name.
        let mut kept = vec![0; before.len()];
        old.read_exact_at(&mut kept, 0).unwrap();
        assert_eq!(kept, before);
    }
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
fn after_compact_the_others_read_and_write_the_new_file() {
    let (_folder, path) = place();
    let (mut one, mut other) = (store(&path), store(&path));
    for value in [&b"100"[..], b"70"] {
        one.put(b"Ann", value).unwrap();
    }
    one.delete(b"Eve").unwrap();
    assert_eq!(get(&mut other, "Ann").unwrap(), "70");
    let old = fs::metadata(&path).unwrap();
    one.compact().unwrap();
    let new = fs::metadata(&path).unwrap();
    assert!(new.len() < old.len() && new.ino() != old.ino());
    assert_eq!(get(&mut other, "Ann").unwrap(), "70");
    other.put(b"Ben", b"30").unwrap();
    assert_eq!(get(&mut one, "Ben").unwrap(), "30");
    assert!(fs::metadata(&path).unwrap().len() > new.len());
}

// rests on: the program of the page, which decides this without the system
#[test]
fn a_bit_that_flips_or_a_file_that_is_cut_is_an_error_of_open() {
    let (_folder, path) = place();
    store(&path).put(b"Ann", b"100").unwrap();
    let whole = fs::read(&path).unwrap();
    for bit in 0..8 * whole.len() {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, damaged).unwrap();
        assert_eq!(
            try_open(&path).err().unwrap().kind(),
            ErrorKind::InvalidData
        );
    }
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        assert_eq!(
            try_open(&path).err().unwrap().kind(),
            ErrorKind::InvalidData
        );
    }
}

// killed by: maps_are_read_into_memory
#[test]
fn get_checks_the_block_of_its_value_again() {
    let (_folder, path) = place();
    let mut store = store(&path);
    store.put(b"Ann", b"100").unwrap();
    store.put(b"Ben", b"30").unwrap();
    assert_eq!(get(&mut store, "Ann").unwrap(), "100");
    let file = fs::read(&path).unwrap();
    let place = file.windows(3).position(|bytes| bytes == b"100").unwrap();
    open(&path).write_all_at(b"9", place as u64).unwrap();
    assert_eq!(error_kind(store.get(b"Ann")), ErrorKind::InvalidData);
    assert_eq!(get(&mut store, "Ben").unwrap(), "30");
}

// rests on: the program of the page, which decides this without the system
#[test]
fn a_repair_keeps_the_changes_before_the_damage_and_the_damaged_file() {
    let (_folder, path) = place();
    let mut writer = store(&path);
    writer.put(b"Ann", b"100").unwrap();
    let end = fs::metadata(&path).unwrap().len();
    writer.put(b"Ben", b"30").unwrap();
    writer.put(b"Eve", b"20").unwrap();
    drop(writer);
    let mut damaged = fs::read(&path).unwrap();
    damaged[end as usize] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let error = try_open(&path).err().unwrap();
    assert!(
        error
            .to_string()
            .ends_with(&format!("at byte {}", end - 16)),
        "{error}"
    );
    assert_eq!(recover(&path), damaged.len() as u64 - end);
    assert_eq!(fs::read(path.with_extension("damaged")).unwrap(), damaged);
    let mut store = store(&path);
    let found = ["Ann", "Ben", "Eve"].map(|key| get(&mut store, key));
    assert_eq!(found, [Some("100".into()), None, None]);
}

// rests on: a model of memory and disk in this file
#[test]
fn after_a_power_cut_a_store_has_what_was_flushed_and_the_first_of_the_later_changes() {
    const SECTOR: usize = 512;
    let (_folder, path) = place();
    let mut writer = store(&path);
    writer.put(b"Ann", &[b'1'; 600]).unwrap();
    writer.flush().unwrap();
    let old = fs::read(&path).unwrap();
    writer.put(b"Ann", &[b'2'; 300]).unwrap();
    writer.put(b"Ben", &[b'3'; 300]).unwrap();
    let new = fs::read(&path).unwrap();
    drop(writer);
    let (mut repaired, mut lost) = (0, 0);
    // Of each sector, the disk has what it was, what it is, or other bytes where it has changed.
    let sectors = new.len().div_ceil(SECTOR);
    for all in 0..3_usize.pow(sectors as u32) {
        let mut left = new.clone();
        let mut choice = all;
        for start in (0..new.len()).step_by(SECTOR) {
            for at in start..new.len().min(start + SECTOR) {
                let before = old.get(at).copied().unwrap_or_default();
                match choice % 3 {
                    0 => left[at] = before,
                    1 if before != new[at] => left[at] = b'?',
                    _ => {}
                }
            }
            choice /= 3;
        }
        fs::write(&path, left).unwrap();
        let mut found = try_open(&path).unwrap_or_else(|error| {
            assert_eq!(error.kind(), ErrorKind::InvalidData);
            repaired += 1;
            recover(&path);
            store(&path)
        });
        let first = |value: Option<String>| value.map(|text| text.chars().next().unwrap());
        let found = ["Ann", "Ben"].map(|key| first(get(&mut found, key)));
        let may_be = [[Some('1'), None], [Some('2'), None], [Some('2'), Some('3')]];
        assert!(may_be.contains(&found), "{found:?}");
        lost += usize::from(found == may_be[0]);
    }
    assert!(repaired > 0 && lost > 0);
}

// rests on: a tmpfs, ext4 or XFS with no room, which refuses a write; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_of_put_and_leaves_the_store_as_it_was() {
    use super::a_full_disk::{fill_up, holds, may_be_filled};
    if let Some(path) = path_in_a_child() {
        let path = path.with_extension("store");
        let mut writer = store(&path);
        writer.put(b"Ann", b"100").unwrap();
        writer.flush().unwrap();
        fill_up(&path);
        let failed = writer.put(b"Ann", &vec![b'-'; MIB]);
        assert_eq!(error_kind(failed), ErrorKind::StorageFull);
        assert_eq!(get(&mut writer, "Ann").unwrap(), "100");
        assert_eq!(error_kind(writer.compact()), ErrorKind::StorageFull);
        assert_eq!(get(&mut store(&path), "Ann").unwrap(), "100");
        fs::remove_file(path.with_extension("other")).unwrap();
        writer.put(b"Ann", b"70").unwrap();
        assert_eq!(get(&mut store(&path), "Ann").unwrap(), "70");
        return;
    }
    let proof = a_full_disk_is_an_error_of_put_and_leaves_the_store_as_it_was;
    holds(proof);
    if may_be_filled(&[EXT4, XFS]) {
        holds_in_a_child(proof);
    }
}
