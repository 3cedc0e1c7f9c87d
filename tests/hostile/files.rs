//! The modules of *Programs to take away* against kills, cuts, full disks and wrong input.
//!
//! `HOSTILE=10` does ten times as much: 600 kills, 3,000 attacks, ten million lookups.

#![cfg(target_os = "linux")]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

#[path = "../../examples/input_bytes.rs"]
mod input_bytes;
#[path = "../../examples/replace_whole.rs"]
mod replace_whole;
#[path = "../../examples/snapshot.rs"]
mod snapshot;
#[allow(clippy::duplicate_mod, reason = "each program has its modules")]
#[path = "../../examples/swap_a_map.rs"]
mod swap_a_map;

use input_bytes::{Bytes, Limits};
use replace_whole::{Rights, replace};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::{fs::symlink, net::UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};
use swap_a_map::{Row, Service};
use zerocopy::IntoBytes;

/// How often, by the count of a daily run.
fn times(daily: u64) -> u64 {
    let more = std::env::var("HOSTILE").ok();
    daily * more.map_or(1, |more| more.parse().unwrap())
}

/// The path that this test is to work on, if it runs in a child.
fn path_in_a_child() -> Option<PathBuf> {
    std::env::var_os("HOSTILE_PATH").map(PathBuf::from)
}

/// A test of this file as a child, on a path.
fn child(test: &str, path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command.env("HOSTILE_PATH", path).stdout(Stdio::null());
    command
}

fn fifo(path: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
}

/// Runs a test of this file as a child, on a path. The name of no test is a success of no test.
fn holds(test: &str, path: &Path) {
    let ran = child(test, path).stdout(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success() && said.contains(" 1 passed"),
        "{}\n{said}",
        ran.status
    );
}

/// Kills a child when it has said that it is at work, and a little later.
fn kill(mut child: Child, after: Duration) {
    let mut said = [0];
    child.stderr.take().unwrap().read_exact(&mut said).unwrap();
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_publisher_that_is_killed_leaves_a_whole_file() {
    let texts = [vec![b'A'; 60_000], vec![b'B'; 40_000]];
    if let Some(path) = path_in_a_child() {
        io::stderr().write_all(b".").unwrap();
        for text in texts.iter().cycle() {
            replace(&path, text, Rights::KeepOr(0o640)).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    replace(&path, &texts[0], Rights::Mode(0o640)).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut found = [0; 2];
            while !done.load(Relaxed) {
                let text = fs::read(&path).unwrap();
                let which = texts.iter().position(|known| *known == text);
                found[which.unwrap()] += 1;
            }
            found
        });
        for round in 0..times(60) {
            let mut publisher = child("a_publisher_that_is_killed_leaves_a_whole_file", &path);
            let publisher = publisher.stderr(Stdio::piped()).spawn().unwrap();
            kill(publisher, Duration::from_micros(round * 331 % 9_000));
            assert!(texts.contains(&fs::read(&path).unwrap()));
        }
        done.store(true, Relaxed);
        let found = reader.join().unwrap();
        assert!(found.iter().all(|&count| count > 0), "{found:?}");
    });
}

#[test]
fn on_a_full_disk_the_old_file_stays() {
    if let Some(path) = path_in_a_child() {
        replace(&path, b"old", Rights::Mode(0o600)).unwrap();
        for len in [60_000, 70_000, 1 << 20] {
            let new = replace(&path, &vec![1; len], Rights::KeepOr(0o600));
            assert_eq!(new.is_ok(), len == 60_000, "{len}: {new:?}");
            let error = new.err().map(|error| error.kind());
            assert!([None, Some(ErrorKind::StorageFull)].contains(&error));
        }
        assert_eq!(fs::read(&path).unwrap(), vec![1; 60_000]);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let test = child(
        "on_a_full_disk_the_old_file_stays",
        &folder.path().join("file"),
    );
    let script = "mount -t tmpfs -o size=131072 none \"$0\" || exit 77; exec \"$@\"";
    let mut inside = Command::new("unshare");
    inside.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    inside
        .arg(folder.path())
        .arg(test.get_program())
        .args(test.get_args());
    inside.env("HOSTILE_PATH", folder.path().join("file"));
    let ran = inside.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    if ran.status.code() == Some(77) || String::from_utf8_lossy(&ran.stderr).contains("unshare") {
        return println!("ignored: no file system can be mounted here");
    }
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
fn names_that_are_no_files_are_errors_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(256);
    for name in ["missing/file", "new/", ".", "..", &long] {
        let path = folder.path().join(name);
        assert!(replace(&path, b"", Rights::Mode(0o600)).is_err(), "{name}");
    }
    for path in ["", "/", "/dev/null", "/proc/version", "/proc/self/fd/0"] {
        assert!(
            replace(Path::new(path), b"", Rights::Mode(0o600)).is_err(),
            "{path}"
        );
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

const LIMITS: Limits = Limits {
    bytes: 1000,
    silence: Some(Duration::from_millis(200)),
};

/// The bytes of an input, or the kind of the error. One of the two comes soon.
fn taken(name: &Path, file: io::Result<File>) -> Result<Vec<u8>, ErrorKind> {
    let start = Instant::now();
    // SAFETY: the files of these tests stay as they are.
    let bytes = file.and_then(|file| unsafe { input_bytes::map_or_read(&file, LIMITS) });
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{}",
        name.display()
    );
    bytes
        .map(|bytes| bytes.to_vec())
        .map_err(|error| error.kind())
}

#[test]
fn any_input_is_bytes_or_an_error_and_nothing_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("file"), "text").unwrap();
    fs::write(path("empty"), "").unwrap();
    fs::write(path("limit"), [b'x'; 1000]).unwrap();
    File::create(path("long"))
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    symlink("file", path("link")).unwrap();
    symlink("loop", path("loop")).unwrap();
    fifo(&path("silent"));
    let _listener = UnixListener::bind(path("socket")).unwrap();
    let text = |text: &str| Ok(text.as_bytes().to_vec());
    for (name, expected) in [
        ("file", text("text")),
        ("link", text("text")),
        ("empty", text("")),
        ("limit", Ok(vec![b'x'; 1000])),
        ("long", Err(ErrorKind::FileTooLarge)),
        ("silent", Err(ErrorKind::TimedOut)),
        ("missing", Err(ErrorKind::NotFound)),
        (".", Err(ErrorKind::IsADirectory)),
        ("/dev/null", text("")),
        ("/dev/zero", Err(ErrorKind::FileTooLarge)),
        (
            "/proc/self/cmdline",
            fs::read("/proc/self/cmdline").map_err(|error| error.kind()),
        ),
    ] {
        let path = path(name);
        assert_eq!(taken(&path, input_bytes::open(&path)), expected, "{name}");
    }
    for name in ["loop", "socket"] {
        assert!(taken(&path(name), input_bytes::open(&path(name))).is_err());
    }
    // Somebody who opens the pipe and writes nothing, and somebody who writes late, twice.
    let writes = |texts: [&'static str; 2], then: Duration| {
        let path = path("silent");
        thread::spawn(move || {
            let mut end = File::options().write(true).open(path).unwrap();
            for text in texts {
                thread::sleep(Duration::from_millis(50));
                let _ = end.write_all(text.as_bytes());
            }
            thread::sleep(then);
        })
    };
    let silent = path("silent");
    let opened = input_bytes::open(&silent);
    let writer = writes(["", ""], Duration::from_millis(600));
    assert_eq!(taken(&silent, opened), Err(ErrorKind::TimedOut));
    writer.join().unwrap();
    let opened = input_bytes::open(&silent);
    let writer = writes(["one ", "two"], Duration::ZERO);
    assert_eq!(taken(&silent, opened), text("one two"));
    writer.join().unwrap();
}

#[test]
fn standard_input_is_taken_from_where_it_stands() {
    if let Some(path) = path_in_a_child() {
        let found = taken(Path::new("-"), input_bytes::open(Path::new("-")));
        fs::write(path, format!("{found:?}")).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "one two").unwrap();
    let mut half = File::open(&path).unwrap();
    half.seek(SeekFrom::Start(4)).unwrap();
    let mut endless = Command::new("yes").stdout(Stdio::piped()).spawn().unwrap();
    let (silent, _end) = io::pipe().unwrap();
    let mut past = File::open(&path).unwrap();
    past.seek(SeekFrom::Start(100)).unwrap();
    let two = format!("{:?}", Ok::<_, ErrorKind>(b"two".to_vec()));
    let inputs: [(Stdio, &str); 6] = [
        (half.try_clone().unwrap().into(), &two),
        (endless.stdout.take().unwrap().into(), "Err(FileTooLarge)"),
        (silent.into(), "Err(TimedOut)"),
        (past.into(), "Ok([])"),
        (Stdio::null(), "Ok([])"),
        (
            File::open(folder.path()).unwrap().into(),
            "Err(IsADirectory)",
        ),
    ];
    for (input, expected) in inputs {
        let found = folder.path().join("found");
        let mut run = child("standard_input_is_taken_from_where_it_stands", &found);
        assert!(run.stdin(input).status().unwrap().success());
        assert_eq!(fs::read_to_string(found).unwrap(), expected);
    }
    endless.kill().unwrap();
    endless.wait().unwrap();
    // Who reads on after that finds the end, as after a read.
    assert_eq!(half.stream_position().unwrap(), 7);
}

#[test]
fn signals_do_not_make_a_silence_longer() {
    extern "C" fn ignore(_: libc::c_int) {}
    let handler: extern "C" fn(libc::c_int) = ignore;
    // SAFETY: the handler does nothing.
    unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("silent");
    fifo(&path);
    let done = AtomicBool::new(false);
    // SAFETY: always allowed.
    let reader = unsafe { libc::pthread_self() };
    thread::scope(|scope| {
        scope.spawn(|| {
            // For longer than `taken` allows.
            for _ in 0..300 {
                if !done.load(Relaxed) {
                    // SAFETY: the thread waits for this one.
                    unsafe { libc::pthread_kill(reader, libc::SIGUSR1) };
                    thread::sleep(Duration::from_millis(20));
                }
            }
        });
        let found = taken(&path, input_bytes::open(&path));
        done.store(true, Relaxed);
        assert_eq!(found, Err(ErrorKind::TimedOut));
    });
}

#[test]
fn a_position_past_the_end_stays_and_a_length_may_be_a_lie() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "text").unwrap();
    let mut file = input_bytes::open(&path).unwrap();
    file.seek(SeekFrom::Start(100)).unwrap();
    assert_eq!(taken(&path, file.try_clone()), Ok(Vec::new()));
    assert_eq!(file.stream_position().unwrap(), 100);
    // It says 4096 bytes, has few, and cannot be mapped.
    let few = Path::new("/sys/kernel/mm/transparent_hugepage/enabled");
    if let Ok(bytes) = fs::read(few) {
        assert_eq!(taken(few, input_bytes::open(few)), Ok(bytes));
    }
}

#[test]
fn an_input_that_grows_is_taken_up_to_where_the_position_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    fs::write(&path, "line\n").unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut log = File::options().append(true).open(&path).unwrap();
            while !done.load(Relaxed) {
                log.write_all(b"line\n").unwrap();
            }
        });
        let wrong = (0..times(3_000)).find(|_| {
            let mut file = input_bytes::open(&path).unwrap();
            let limits = Limits {
                bytes: file.metadata().unwrap().len() as usize + 5,
                silence: Some(Duration::MAX),
            };
            // SAFETY: the file only grows.
            let Ok(bytes) = (unsafe { input_bytes::map_or_read(&file, limits) }) else {
                return false;
            };
            bytes.len() > limits.bytes || file.stream_position().unwrap() != bytes.len() as u64
        });
        done.store(true, Relaxed);
        assert_eq!(wrong, None);
    });
    // A silence that is longer than any clock is no limit.
    let limits = Limits {
        silence: Some(Duration::MAX),
        ..LIMITS
    };
    assert_eq!(
        input_bytes::read(&File::open("/dev/null").unwrap(), limits).unwrap(),
        b""
    );
}

#[test]
fn a_mapped_input_is_a_map() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "text").unwrap();
    let file = input_bytes::open(&path).unwrap();
    // SAFETY: the file is this test's own.
    let bytes = unsafe { input_bytes::map_or_read(&file, LIMITS).unwrap() };
    assert!(matches!(bytes, Bytes::Mapped(..)));
}

/// What is done to a file while another takes snapshots of it.
fn attack(path: &Path, round: u64) -> io::Result<()> {
    let beside = path.with_extension("beside");
    let write = |len: usize| fs::write(&beside, vec![round as u8; len]);
    match round % 6 {
        0 => File::options()
            .write(true)
            .open(path)?
            .set_len(round % 5_000),
        1 => File::options().write(true).open(path)?.set_len(300_000),
        2 => File::options()
            .append(true)
            .open(path)?
            .write_all(&[7; 100_000]),
        3 => fs::remove_file(path),
        4 => {
            write(200_000)?;
            let _ = fs::remove_file(path);
            symlink(&beside, path)
        }
        _ => {
            write(200_000)?;
            fs::rename(beside, path)
        }
    }
}

#[test]
fn cuts_overwrites_and_removals_do_no_harm_to_a_snapshot() {
    let Some(path) = path_in_a_child() else {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let test = "cuts_overwrites_and_removals_do_no_harm_to_a_snapshot";
        holds(test, &path);
        return;
    };
    fs::write(&path, vec![1; 200_000]).unwrap();
    let done = AtomicBool::new(false);
    let taken = AtomicU64::new(0);
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    thread::scope(|scope| {
        let taker = || {
            let mut refused = 0_u64;
            while !done.load(Relaxed) {
                match snapshot::snapshot(&path, 1 << 18) {
                    Ok(taken_now) => {
                        let first = sum(&taken_now);
                        thread::yield_now();
                        assert_eq!(sum(&taken_now), first);
                        assert!(taken_now.len() <= 1 << 18);
                        taken.fetch_add(1, Relaxed);
                    }
                    Err(_) => refused += 1,
                }
                let _ = snapshot::open(&path)
                    .and_then(|file| snapshot::read_once(&file, 1 << 18, |_| Ok(())));
            }
            refused
        };
        let takers = [scope.spawn(taker), scope.spawn(taker)];
        for round in 0..times(300) {
            let _ = attack(&path, round);
            // Each attack meets a snapshot that is being taken, as far as there is one.
            let before = taken.load(Relaxed);
            let start = Instant::now();
            while taken.load(Relaxed) == before && start.elapsed() < Duration::from_millis(3) {
                thread::yield_now();
            }
        }
        done.store(true, Relaxed);
        let refused = takers.map(|taker| taker.join().unwrap());
        assert!(refused.iter().sum::<u64>() > 0, "links and missing files");
    });
    assert!(taken.load(Relaxed) > times(100), "{taken:?}");
}

#[test]
fn what_is_no_regular_file_without_links_has_no_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("folder")).unwrap();
    fs::write(path("folder/file"), "text").unwrap();
    symlink("folder", path("link")).unwrap();
    symlink("folder/file", path("link_to_file")).unwrap();
    fifo(&path("fifo"));
    fs::write(path("empty"), "").unwrap();
    let take = |name: &str| snapshot::snapshot(&path(name), 4);
    assert_eq!(*take("folder/file").unwrap(), *b"text");
    assert_eq!(*take("empty").unwrap(), *b"");
    for name in [
        "folder",
        "link/file",
        "link_to_file",
        "fifo",
        "missing",
        "/dev/zero",
    ] {
        assert!(take(name).is_err(), "{name}");
    }
    fs::write(path("folder/file"), "text and more").unwrap();
    let error = take("folder/file").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    // Nobody can write to it or cut it, not even who took it: run this with TMPDIR on XFS, too.
    fs::write(path("folder/file"), "text").unwrap();
    let taken = take("folder/file").unwrap();
    assert!(taken.file().write_all(b"TEXT").is_err());
    assert!(taken.file().set_len(0).is_err());
    assert_eq!(*taken, *b"text");
    // Sealed memory can be opened again for writing, and not be written to.
    let number = std::os::fd::AsRawFd::as_raw_fd(taken.file());
    let again = PathBuf::from(format!("/proc/self/fd/{number}"));
    if fs::read_link(&again)
        .unwrap()
        .starts_with("/memfd:snapshot (deleted)")
    {
        let mut again = File::options().write(true).open(again).unwrap();
        assert!(again.write_all(b"TEXT").is_err());
        assert_eq!(*taken, *b"text");
    }
}

#[test]
fn words_that_a_row_cannot_tell_apart_are_no_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    let rows = [Row::new(b"", 1).unwrap(), Row::new(b"one", 2).unwrap()];
    fs::write(&path, rows.as_bytes()).unwrap();
    // SAFETY: the file is this test's own.
    let service = unsafe { Service::open(&path).unwrap() };
    for (word, number) in [
        ("", Some(1)),
        ("one", Some(2)),
        ("\0", None),
        ("one\0", None),
    ] {
        assert_eq!(service.table().find(word.as_bytes()), number, "{word:?}");
    }
    assert!(Row::new(b"one\0", 3).is_none());
}

/// A table of a version: the number of each word is that of the version.
fn rows(version: u32) -> Vec<Row> {
    let row = |word: u32| Row::new(format!("word {word:05}").as_bytes(), version);
    (0..1_000).map(|word| row(word).unwrap()).collect()
}

#[test]
fn lookups_during_replacements_are_right() {
    let Some(path) = path_in_a_child() else {
        let folder = tempfile::tempdir().unwrap();
        let test = "lookups_during_replacements_are_right";
        holds(test, &folder.path().join("table"));
        return;
    };
    let publish = |bytes: &[u8]| replace(&path, bytes, Rights::Mode(0o600)).unwrap();
    publish(rows(0).as_bytes());
    // SAFETY: this test only replaces the file.
    let service = unsafe { Service::open(&path).unwrap() };
    let (lookups, replacements) = (times(1_000_000), 60);
    let counts: [AtomicU64; 2] = Default::default();
    let newest = AtomicU64::new(0);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let total = || counts.iter().map(|count| count.load(Relaxed)).sum::<u64>();
        let reader = |count: &AtomicU64| {
            let mut last = 0;
            while !done.load(Relaxed) {
                let least = newest.load(Relaxed) as u32;
                let table = service.table();
                for word in 0..100 {
                    let word = format!("word {:05}", word * 7);
                    let version = table.find(word.as_bytes()).unwrap();
                    // Of one version throughout, never older than one that was in use before.
                    assert!(version >= last.max(least) && version <= replacements);
                    last = version;
                    assert_eq!(table.find(b"word"), None);
                }
                count.fetch_add(200, Relaxed);
            }
        };
        let readers = counts
            .each_ref()
            .map(|count| scope.spawn(move || reader(count)));
        for version in 1..=replacements {
            let good = rows(version);
            // What is no table leaves the old one in place, as does a missing file.
            let mut swapped = rows(version + 1000);
            swapped.swap(3, 4);
            for bad in [&good.as_bytes()[1..], &[], swapped.as_bytes(), &[0xff; 40]] {
                publish(bad);
                assert!(service.refresh().is_err());
            }
            fs::remove_file(&path).unwrap();
            assert!(service.refresh().is_err());
            publish(good.as_bytes());
            assert!(service.refresh().unwrap());
            assert!(!service.refresh().unwrap());
            newest.store(version.into(), Relaxed);
            // The replacements are spread over the lookups.
            let part = lookups / u64::from(replacements) * u64::from(version);
            // A reader ends before only if it has found something wrong.
            while total() < part && !readers.iter().any(|reader| reader.is_finished()) {
                thread::yield_now();
            }
        }
        done.store(true, Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
}
