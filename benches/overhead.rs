//! What `MappedFile` costs over the plain types: a search over one in the slice of a plain
//! map, and reads to the end over those of a `Cursor`.
//!
//! ```text
//! cargo bench --bench overhead
//! ```
//!
//! Each ratio is to be within a few hundredths of 1. Other work on the machine moves it more
//! than that: on a busy one, repeat it.

use mapped_file::MappedFile;
use memchr::memmem;
use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Cursor, Read, Seek};
use std::time::{Duration, Instant};

const LEN: usize = 64 << 20;
const NEEDLE: &[u8] = b"finis operis";
const ROUNDS: usize = 40;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("long.txt");
    let lorem = include_bytes!("../lorem.txt");
    let mut text: Vec<u8> = lorem.iter().copied().cycle().take(LEN).collect();
    text[LEN - NEEDLE.len()..].copy_from_slice(NEEDLE);
    fs::write(&path, text)?;
    // SAFETY: no other program is told of the file, and this one only reads it.
    let (mut ours, plain) = unsafe {
        let ours = MappedFile::options().open(&path)?;
        (ours, Mmap::map(&File::open(&path)?)?)
    };
    let searched = ours.find(black_box(NEEDLE));
    assert_eq!(searched, memmem::find(&plain, black_box(NEEDLE)));
    let ratio = compare(
        || assert!(ours.find(black_box(NEEDLE)).is_some()),
        || assert!(memmem::find(&plain, black_box(NEEDLE)).is_some()),
    );
    println!("find          : {ratio:.2} of the search in a slice");

    let mut cursor = Cursor::new(&plain[..]);
    let ratio = compare(|| read_bytes(&mut ours), || read_bytes(&mut cursor));
    println!("read_to_end   : {ratio:.2} of a Cursor");
    let ratio = compare(|| read_text(&mut ours), || read_text(&mut cursor));
    println!("read_to_string: {ratio:.2} of a Cursor");
    Ok(())
}

fn read_bytes(from: &mut (impl Read + Seek)) {
    let mut bytes = Vec::new();
    from.rewind()
        .and_then(|()| from.read_to_end(&mut bytes))
        .unwrap();
    assert_eq!(black_box(bytes).len(), LEN);
}

fn read_text(from: &mut (impl Read + Seek)) {
    let mut text = String::new();
    from.rewind()
        .and_then(|()| from.read_to_string(&mut text))
        .unwrap();
    assert_eq!(black_box(text).len(), LEN);
}

/// The median time of the first over that of the second. They take turns.
fn compare(mut ours: impl FnMut(), mut plain: impl FnMut()) -> f64 {
    let time = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    let rounds = (0..ROUNDS).map(|_| (time(&mut ours), time(&mut plain)));
    let (ours, plain): (Vec<_>, Vec<_>) = rounds.unzip();
    median(ours).as_secs_f64() / median(plain).as_secs_f64()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
