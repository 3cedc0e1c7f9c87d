//! The search for all occurrences, against one that is too simple to be wrong, on files with holes, at
//! the borders of its windows, and with a bound on its memory.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

/// The listing itself.
#[path = "../../examples/find_all.rs"]
mod program;

use program::Occurrences::{self, Apart, Overlapping};
use program::find_all;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

const STEP: u64 = 4 << 20;

/// A file of such a length, with a hole wherever nothing is written.
fn file(len: u64, parts: &[(u64, &[u8])]) -> File {
    let mut file = tempfile::tempfile_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    file.set_len(len).unwrap();
    for (offset, bytes) in parts {
        file.seek(SeekFrom::Start(*offset)).unwrap();
        file.write_all(bytes).unwrap();
    }
    file
}

fn found(file: &File, needle: &[u8], which: Occurrences) -> Vec<u64> {
    let mut all = Vec::new();
    let mut last = (0, 0);
    let progress = |done, len| {
        assert!(last.0 <= done && done <= len);
        last = (done, len);
    };
    let push = |offset| {
        all.push(offset);
        Ok(())
    };
    // SAFETY: nobody else has the file.
    unsafe { find_all(file, needle, which, progress, push).unwrap() };
    let len = file.metadata().unwrap().len();
    assert_eq!(last, (len, len));
    all
}

/// The same by a look at each offset of all bytes.
fn simple(text: &[u8], needle: &[u8], which: Occurrences) -> Vec<u64> {
    let (mut all, mut from) = (Vec::new(), 0);
    for (at, part) in text.windows(needle.len()).enumerate() {
        if at >= from && part == needle {
            all.push(at as u64);
            from = if which == Apart { at + needle.len() } else { 0 };
        }
    }
    all
}

fn agrees(file: &File, needle: &[u8]) {
    use std::os::unix::fs::FileExt;
    let mut text = vec![0; file.metadata().unwrap().len() as usize];
    file.read_exact_at(&mut text, 0).unwrap();
    for which in [Apart, Overlapping] {
        let (found, simple) = (found(file, needle, which), simple(&text, needle, which));
        assert!(
            found == simple,
            "{needle:?} {which:?}: {found:?} is not {simple:?}"
        );
    }
}

/// How many random files to try: FULL=1 tries many more.
fn cases(daily: usize, full: usize) -> usize {
    if std::env::var_os("FULL").is_some() {
        full
    } else {
        daily
    }
}

/// Numbers from a seed, as anybody can make them again.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }
}

#[test]
#[cfg(unix)]
fn random_needles_in_random_files_with_holes_are_found_as_by_a_look_at_each_offset() {
    let mut numbers = Numbers(21);
    for _ in 0..cases(15, 2_000) {
        let len = numbers.below(1 << 16);
        let mut parts = Vec::new();
        for _ in 0..numbers.below(5) {
            let start = numbers.below(len.max(1));
            let bytes = (0..numbers.below(len - start + 1).min(1 << 14))
                .map(|_| b"\0\0ab"[numbers.below(4) as usize])
                .collect::<Vec<u8>>();
            parts.push((start, bytes));
        }
        let parts: Vec<(u64, &[u8])> = parts.iter().map(|(at, bytes)| (*at, &bytes[..])).collect();
        let file = file(len, &parts);
        for len in [1, 1 + numbers.below(8) as usize] {
            // Of a needle that is in it, and of one that need not be.
            let needle: Vec<u8> = (0..len)
                .map(|_| b"\0ab"[numbers.below(3) as usize])
                .collect();
            agrees(&file, &needle);
            agrees(&file, &vec![0; len * 100]);
        }
    }
}

#[test]
#[cfg(unix)]
fn occurrences_at_the_border_of_two_windows_are_found() {
    for needle in [
        &b"nulla"[..],
        b"ana",
        b"\0a\0",
        b"a\0\0\0",
        b"\0\0\0a",
        b"aa",
        b"\0\0",
    ] {
        let text = needle.repeat(4);
        for shift in 0..=text.len() as u64 {
            let file = file(STEP + 100, &[(STEP - shift, &text)]);
            if needle.iter().all(|byte| *byte == 0) {
                // All of the file is such, and more than anybody wants to compare.
                let all = found(&file, needle, Overlapping).len() as u64;
                assert_eq!(all, STEP + 100 - 1);
                assert_eq!(found(&file, needle, Apart).len() as u64, (STEP + 100) / 2);
                break;
            }
            for which in [Apart, Overlapping] {
                let simple = simple(&[&[0; 64][..], &text, &[0; 64]].concat(), needle, which);
                let expected = simple
                    .iter()
                    .map(|at| STEP - shift + at - 64)
                    .collect::<Vec<_>>();
                assert_eq!(found(&file, needle, which), expected, "{needle:?} {shift}");
            }
        }
    }
}

#[test]
fn a_needle_longer_than_a_window_is_found() {
    let needle = vec![b'x'; STEP as usize + 7];
    let file = file(
        3 * STEP,
        &[(STEP / 2, &needle), (STEP / 2 + STEP + 7, b"x")],
    );
    assert_eq!(found(&file, &needle, Apart), [STEP / 2]);
    assert_eq!(found(&file, &needle, Overlapping), [STEP / 2, STEP / 2 + 1]);
}

#[test]
fn wrong_input_is_an_error_and_an_error_of_the_caller_ends_the_search() {
    let text = file(10, &[(0, b"ababababab")]);
    let search = |file: &File, needle: &[u8], found: &mut dyn FnMut(u64) -> io::Result<()>| {
        // SAFETY: nobody else has the file.
        unsafe { find_all(file, needle, Overlapping, |_, _| {}, found) }
    };
    assert!(search(&text, b"", &mut |_| Ok(())).is_err());
    let mut seen = 0;
    let stop = |_| {
        seen += 1;
        if seen == 3 {
            Err(io::Error::other("enough"))
        } else {
            Ok(())
        }
    };
    assert_eq!(
        search(&text, b"ab", &mut { stop }).unwrap_err().to_string(),
        "enough"
    );
    let folder = tempfile::tempdir().unwrap();
    #[cfg(unix)]
    assert!(search(&File::open(folder.path()).unwrap(), b"a", &mut |_| Ok(())).is_err());
    assert!(found(&file(0, &[]), b"a", Apart).is_empty());
    assert!(found(&file(3, &[]), b"\0\0\0\0", Apart).is_empty());
    assert_eq!(found(&file(4, &[]), b"\0\0\0\0", Apart), [0]);
}

/// How much of this process is in memory, and how much was at most, in KiB.
#[cfg(target_os = "linux")]
fn memory(count: &str) -> u64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = told.lines().find_map(|line| line.strip_prefix(count));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

/// In a process of its own, as its memory is that of all tests otherwise.
#[cfg(target_os = "linux")]
fn in_a_child(name: &str) -> bool {
    if std::env::var_os("CHILD").is_some() {
        return true;
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let end = child
        .args(["--exact", name, "--nocapture"])
        .env("CHILD", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&end.stdout);
    assert!(end.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[test]
#[cfg(target_os = "linux")]
fn the_memory_of_a_search_does_not_grow_with_the_file() {
    if !in_a_child("the_memory_of_a_search_does_not_grow_with_the_file") {
        return;
    }
    // Data of many windows, and then a hole of a tebibyte.
    let mib = if std::env::var_os("FULL").is_some() {
        4096
    } else {
        256
    };
    let mut text = file(1 << 40, &[]);
    text.seek(SeekFrom::Start(0)).unwrap();
    for _ in 0..mib {
        text.write_all(&[b'.'; 1 << 20]).unwrap();
    }
    text.seek(SeekFrom::Start((1 << 40) - 5)).unwrap();
    text.write_all(b"nulla").unwrap();
    let before = memory("VmRSS:");
    assert_eq!(found(&text, b"nulla", Overlapping), [(1 << 40) - 5]);
    assert_eq!(found(&text, b"\0nulla", Overlapping), [(1 << 40) - 6]);
    let grew = memory("VmHWM:").saturating_sub(before);
    // Two windows, and what else the process touched.
    assert!(grew < 3 * (STEP >> 10), "{grew} KiB");
}

#[test]
#[cfg(target_os = "linux")]
fn a_hole_on_tmpfs_takes_no_memory() {
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::os::unix::fs::MetadataExt;
    let text = File::from(memfd_create("test", MemfdFlags::CLOEXEC).unwrap());
    text.set_len(1 << 30).unwrap();
    assert!(found(&text, b"nulla", Apart).is_empty());
    assert!(found(&text, b"\0nulla\0", Apart).is_empty());
    assert_eq!(found(&text, &[0; 1 << 20], Apart).len(), 1 << 10);
    assert_eq!(text.metadata().unwrap().blocks(), 0);
}

#[test]
fn a_search_leaves_the_position_of_the_file_where_it_was() {
    let mut file = file(1 << 20, &[(0, b"a word"), (700_000, b"a word")]);
    file.seek(SeekFrom::Start(2)).unwrap();
    assert_eq!(found(&file, b"word", Apart), [2, 700_002]);
    assert_eq!(file.stream_position().unwrap(), 2);
}
