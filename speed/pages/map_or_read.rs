//! Measures when it is faster to map a file, and when to read it.

use super::common::*;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};

pub fn measure(run: &mut Run) {
    let sizes: &[usize] = run.of(
        &[4 << 10, 1 << 20],
        &[4 << 10, 64 << 10, 256 << 10, 1 << 20, 64 << 20],
        &[4 << 10, 64 << 10, 256 << 10, 1 << 20, 64 << 20, 1 << 30],
    );
    let mut states = vec![
        "warm",
        "warm by origin",
        "cold",
        "again",
        "into a Vec",
        "random",
        "cold random",
    ];
    // Only these depend on the disk.
    states.retain(|state| {
        !run.second_disk
            || ["cold", "random", "origin"]
                .iter()
                .any(|word| state.contains(word))
    });
    for state in states {
        for &len in sizes {
            match state {
                "warm" | "cold" => once(run, state, len),
                "again" => again(run, state, len),
                _ if len < 1 << 20 => {}
                "warm by origin" => by_origin(run, state, len),
                "into a Vec" => into_a_vec(run, state, len),
                "random" => random(run, state, len),
                _ => cold_random(run, state, len),
            }
        }
    }
    if !run.second_disk {
        super::overhead::measure(run);
    }
}

/// Opens the whole file, sums it once and closes it.
fn once(run: &mut Run, state: &str, len: usize) {
    let (path, file) = &system::file("map_or_read", TEXT, len);
    let cold = state == "cold";
    let open = || File::open(path).unwrap();
    let (mut buffer, mut kept) = (vec![0; BUFFER], Vec::new());
    let contenders = vec![
        baseline(path, cold, None),
        work(Made, "Mmap", || sum(&map(&open()))),
        work(Made, "Mmap, populated", || sum(&populated(&open()))),
        work(Made, "MappedFile", || sum(&ours(path))),
        work(Without, "one buffer", || read(&mut open(), &mut buffer)),
        work(Without, "BufReader", || {
            let (mut reader, mut all) = (BufReader::new(open()), 0_u64);
            loop {
                let part = reader.fill_buf().unwrap();
                let len = part.len();
                if len == 0 {
                    return all;
                }
                all = all.wrapping_add(sum(part));
                reader.consume(len);
            }
        }),
        work(Without, "fs::read", || sum(&fs::read(path).unwrap())),
        work(Without, "a kept Vec", || sum(filled(&mut kept, open()))),
    ];
    run.measure([state, &bytes(len)], cold.then_some(file), contenders);
}

/// Sums the whole file once, for each way in which the file came into the cache.
fn by_origin(run: &mut Run, state: &str, len: usize) {
    for (origin, how) in system::ORIGINS {
        let size = run.size_by(how, &format!("{}, {origin}", bytes(len)));
        if run.skips(&size) {
            continue;
        }
        let (path, _) = &system::file_by(how, "map_or_read", TEXT, len);
        let open = || File::open(path).unwrap();
        let mut buffer = vec![0; BUFFER];
        let contenders = vec![
            baseline(path, false, None),
            work(Made, "Mmap", || sum(&map(&open()))),
            work(Made, "Mmap, populated", || sum(&populated(&open()))),
            work(Without, "one buffer", || read(&mut open(), &mut buffer)),
        ];
        run.measure([state, &size], None, contenders);
    }
}

/// Sums the whole file again, with a map or an open file that was kept.
fn again(run: &mut Run, state: &str, len: usize) {
    let (path, file) = &system::file("map_or_read", TEXT, len);
    let (mut opened, kept, ours) = (file, map(file), ours(path));
    let (mut buffer, mut vec) = (vec![0; BUFFER], Vec::new());
    let contenders = vec![
        baseline(path, false, None),
        work(Kept, "Mmap", || sum(&kept)),
        work(Kept, "MappedFile", || sum(&ours)),
        work(Without, "one buffer", || {
            opened.rewind().unwrap();
            read(&mut opened, &mut buffer)
        }),
        work(Without, "fs::read", || sum(&fs::read(path).unwrap())),
        work(Without, "a kept Vec", || {
            sum(filled(&mut vec, File::open(path).unwrap()))
        }),
    ];
    run.measure([state, &bytes(len)], None, contenders);
}

/// Copies all bytes into a `Vec`.
fn into_a_vec(run: &mut Run, state: &str, len: usize) {
    let (path, file) = &system::file("map_or_read", TEXT, len);
    let memory = fs::read(path).unwrap();
    let (kept, mut ours) = (map(file), ours(path));
    let made = |bytes: Vec<u8>| black_box(bytes).len() as u64;
    let all = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        made(bytes)
    };
    let contenders = vec![
        work(Baseline, "baseline", || made(memory.clone())),
        work(Kept, "Mmap, Cursor", || all(&mut Cursor::new(&kept[..]))),
        work(Kept, "MappedFile", || {
            ours.rewind().unwrap();
            all(&mut ours)
        }),
        work(Without, "fs::read", || made(fs::read(path).unwrap())),
    ];
    run.measure([state, &bytes(len)], None, contenders);
}

/// Loads eight bytes at each of many places, for each way in which the file came into the cache.
fn random(run: &mut Run, state: &str, len: usize) {
    let places = &places(run.of(10, 10_000, 10_000), len)[..];
    for (origin, how) in system::ORIGINS {
        let size = run.size_by(how, &format!("{}, {origin}", bytes(len)));
        if run.skips(&size) {
            continue;
        }
        let (path, file) = &system::file_by(how, "map_or_read", TEXT, len);
        let kept = map(file);
        let contenders = vec![
            baseline(path, false, Some(places)),
            work(Kept, "Mmap, kept", || sum_at(&kept, places)),
            work(Made, "Mmap", || sum_at(&map(file), places)),
            work(Without, "read_exact_at", || {
                read_at(file, places, &mut [0; 8])
            }),
        ];
        run.measure([state, &size], None, contenders);
    }
}

/// Loads eight bytes at each of some places of a file that is not in memory.
fn cold_random(run: &mut Run, state: &str, len: usize) {
    if len < run.of(0, 64 << 20, 0) {
        return;
    }
    let (path, file) = &system::file("map_or_read", TEXT, len);
    let places = &places(run.of(10, 100, 100), len)[..];
    let random = Some(Advice::Random);
    let contenders = vec![
        baseline(path, true, Some(places)),
        work(Made, "Mmap", || sum_at(&map(file), places)),
        work(Made, "Mmap, Random", || {
            sum_at(&advised(file, random), places)
        }),
        work(Without, "read_exact_at", || {
            read_at(file, places, &mut [0; 8])
        }),
    ];
    run.measure([state, &bytes(len)], Some(file), contenders);
}
