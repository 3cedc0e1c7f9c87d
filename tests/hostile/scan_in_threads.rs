//! The scan in threads, against one in a single thread, on text of every shape.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

/// The listing itself.
#[path = "../../examples/scan_in_threads.rs"]
mod program;

use program::{pieces, scan_in_threads};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// That the pieces are the text, and end where lines do, and that all threads together see each once.
fn holds(text: &[u8]) {
    for len in [0, 1, 2, 3, 7, 64, text.len(), text.len() + 1, usize::MAX] {
        let split: Vec<&[u8]> = pieces(text, len).collect();
        assert_eq!(split.concat(), text, "{len}");
        let before_the_last = split.len().saturating_sub(1);
        for (nth, piece) in split.iter().enumerate() {
            assert!(!piece.is_empty());
            if nth < before_the_last {
                assert!(piece.len() >= len && piece.ends_with(b"\n"), "{len}");
                // And no line more than it needs.
                let (last, rest) = piece.split_last().unwrap();
                let lines = rest.iter().rposition(|byte| byte == last);
                assert!(lines.is_none_or(|end| end + 1 < len.max(1)), "{len}");
            }
        }
        for threads in [0, 1, 2, 3, 40] {
            let scanned = scan_in_threads(text, threads, len, <[u8]>::to_vec);
            assert_eq!(scanned, split, "{threads} {len}");
        }
    }
}

#[test]
fn text_of_every_shape_is_split_at_lines_and_scanned_in_order() {
    for text in [
        &b""[..],
        b"\n",
        b"\n\n\n\n",
        b"no newline",
        b"one\n",
        b"one\ntwo",
        b"one\r\ntwo\r\n\r\nthree\r\n",
        b"\r\n",
        b"\r",
        include_bytes!("../../lorem.txt"),
    ] {
        holds(text);
    }
    // A line far longer than a piece, between short ones.
    holds(&[&b"a\nb\n"[..], &[b'x'; 10_000], b"\nc\nd"].concat());
}

#[test]
fn random_text_is_scanned_as_by_one_thread() {
    let mut state = 21_u64;
    let cases = if std::env::var_os("FULL").is_some() {
        5_000
    } else {
        60
    };
    for _ in 0..cases {
        let mut below = |limit: u64| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (state >> 33) % limit
        };
        let len = below(300);
        let text: Vec<u8> = (0..len).map(|_| b"\n\raab"[below(5) as usize]).collect();
        holds(&text);
    }
}

#[test]
fn a_panic_of_the_scan_comes_to_the_caller_and_all_threads_end() {
    let running = AtomicUsize::new(0);
    let end = catch_unwind(AssertUnwindSafe(|| {
        scan_in_threads(&[b'\n'; 1000], 8, 1, |_| {
            // It panics in whatever thread the 500th call is.
            assert!(
                running.fetch_add(1, Ordering::Relaxed) != 500,
                "as asked for"
            );
        })
    }));
    assert!(end.is_err());
    // The others took what was left.
    assert!(running.load(Ordering::Relaxed) > 500);
}

#[test]
fn several_threads_work_at_the_same_time() {
    // Each waits until the other is there: with one thread this would not end.
    let barrier = std::sync::Barrier::new(2);
    let found = scan_in_threads(b"one\ntwo\n", 2, 1, |piece| {
        barrier.wait();
        piece.len()
    });
    assert_eq!(found, [4, 4]);
}

/// Where the system allows no further thread, the caller's does all.
#[test]
#[cfg(target_os = "linux")]
fn a_system_without_another_thread_is_no_error() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    if std::env::var_os("CHILD").is_none() {
        let name = "a_system_without_another_thread_is_no_error";
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let end = child
            .args(["--exact", name])
            .env("CHILD", "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&end.stdout);
        assert!(end.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    // No address space for the stack of a thread, nor much else.
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let size = status
        .lines()
        .find_map(|line| line.strip_prefix("VmSize:"))
        .unwrap();
    let kib: u64 = size.trim().trim_end_matches(" kB").parse().unwrap();
    let limit = Rlimit {
        current: Some((kib + 512) << 10),
        maximum: getrlimit(Resource::As).maximum,
    };
    setrlimit(Resource::As, limit).unwrap();
    assert!(std::thread::Builder::new().spawn(|| ()).is_err());
    let found = scan_in_threads(b"one\ntwo\n", 8, 1, <[u8]>::len);
    assert_eq!(found, [4, 4]);
}

#[test]
fn a_result_may_be_a_part_of_the_text() {
    let text = b"one\ntwo\nthree\n".to_vec();
    let first = scan_in_threads(&text, 2, 1, |piece| piece.split_at(1).0);
    assert_eq!(first, [b"o", b"t", b"t"]);
    assert!(text.as_ptr_range().contains(&first[2].as_ptr()));
}
