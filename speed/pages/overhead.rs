//! Compares `MappedFile` with the plain types: with a search and lines in the slice of a map, and
//! with reads to the end of a `Cursor`. The two contenders take turns, and the data are ratios.

use super::common::*;
use memchr::memmem;
use std::io::{BufRead, Cursor, Read, Seek};
use std::time::Instant;

const NEEDLE: &[u8] = b"finis operis";

pub fn measure(run: &mut Run) {
    let len = run.of(1 << 20, 64 << 20, 64 << 20);
    let (path, file) = system::file("overhead", include_bytes!("../../lorem.txt"), len);
    file.write_all_at(NEEDLE, (len - NEEDLE.len()) as u64)
        .unwrap();
    let mut ours = ours(&path);
    let plain = map(&file);
    let mut cursor = Cursor::new(&plain[..]);
    let find = || ours.find(black_box(NEEDLE)).unwrap();
    let plain_find = || memmem::find(&plain, black_box(NEEDLE)).unwrap();
    compare(run, "find", find, plain_find);
    let (of_ours, of_cursor) = (|| read_bytes(&mut ours), || read_bytes(&mut cursor));
    compare(run, "read_to_end", of_ours, of_cursor);
    let (of_ours, of_cursor) = (|| read_text(&mut ours), || read_text(&mut cursor));
    compare(run, "read_to_string", of_ours, of_cursor);
    let (of_ours, of_cursor) = (|| lines(&mut ours), || lines(&mut cursor));
    compare(run, "read_until", of_ours, of_cursor);
}

fn read_bytes(from: &mut (impl Read + Seek)) -> usize {
    let mut bytes = Vec::new();
    from.rewind().unwrap();
    from.read_to_end(&mut bytes).unwrap();
    black_box(bytes).len()
}

fn read_text(from: &mut (impl Read + Seek)) -> usize {
    let mut text = String::new();
    from.rewind().unwrap();
    from.read_to_string(&mut text).unwrap();
    black_box(text).len()
}

fn lines(from: &mut (impl BufRead + Seek)) -> usize {
    let (mut line, mut count) = (Vec::new(), 0);
    from.rewind().unwrap();
    while from.read_until(b'\n', &mut line).unwrap() > 0 {
        line.clear();
        count += 1;
    }
    count
}

/// The ratio of the time of the first contender to the time of the second.
fn compare(
    run: &mut Run,
    what: &str,
    mut ours: impl FnMut() -> usize,
    mut plain: impl FnMut() -> usize,
) {
    let time = |work: &mut dyn FnMut() -> usize| {
        let start = Instant::now();
        let found = black_box(work());
        (start.elapsed().as_secs_f64(), found)
    };
    let rounds = run.of(1, 31, 61);
    let ratios = (0..rounds).map(|round| {
        let first = (round % 2 == 0).then(|| time(&mut ours));
        let (plain, expected) = time(&mut plain);
        let (ours, found) = first.unwrap_or_else(|| time(&mut ours));
        assert_eq!(found, expected, "{what}");
        ours / plain
    });
    let ratios = quartiles(ratios.collect());
    run.keep(Kept, ["overhead", "MappedFile", what], "ratio", ratios);
}
