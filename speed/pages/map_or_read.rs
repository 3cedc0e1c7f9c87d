//! Which is faster for what: to map a file or to read it.

use super::common::*;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};

pub fn measure(run: &mut Run) {
    let sizes: &[usize] = run.of(
        &[4 << 10, 1 << 20],
        &[4 << 10, 64 << 10, 1 << 20, 64 << 20],
        &[4 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30],
    );
    for state in [
        "warm",
        "cold",
        "again",
        "into a Vec",
        "random",
        "cold random",
    ] {
        for &len in sizes {
            match state {
                "warm" | "cold" => once(run, state, len),
                "again" => again(run, state, len),
                _ if len < 1 << 20 => {}
                "into a Vec" => into_a_vec(run, state, len),
                _ => random(run, state, len),
            }
        }
    }
    super::overhead::measure(run);
}

/// The whole file once: opened, summed and closed.
fn once(run: &mut Run, state: &str, len: usize) {
    let (path, file) = &system::file("map_or_read", TEXT, len);
    let cold = state == "cold";
    // The cache holds it in smaller pieces than a file that was written 1 MiB at a time.
    let by_page = (!cold && len > PAGE)
        .then(|| system::file_in_pieces("map_or_read_by_page", TEXT, len, PAGE));
    let open = || File::open(path).unwrap();
    let mut buffer = vec![0; BUFFER];
    let mut contenders = vec![
        limit(path, cold, None),
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
    ];
    if let Some((by_page, _)) = &by_page {
        let work_by_page = move || sum(&map(&File::open(by_page).unwrap()));
        contenders.push(work(Made, "Mmap, written by page", work_by_page));
    }
    run.measure([state, &bytes(len)], cold.then_some(file), contenders);
}

/// The whole file, by somebody who has had it before.
fn again(run: &mut Run, state: &str, len: usize) {
    let (path, file) = &system::file("map_or_read", TEXT, len);
    let (mut opened, kept, ours) = (file, map(file), ours(path));
    let mut buffer = vec![0; BUFFER];
    let contenders = vec![
        limit(path, false, None),
        work(Kept, "Mmap", || sum(&kept)),
        work(Kept, "MappedFile", || sum(&ours)),
        work(Without, "one buffer", || {
            opened.rewind().unwrap();
            read(&mut opened, &mut buffer)
        }),
        work(Without, "fs::read", || sum(&fs::read(path).unwrap())),
    ];
    run.measure([state, &bytes(len)], None, contenders);
}

/// All bytes, for a program that wants a `Vec` of its own.
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
        work(Limit, "limit", || made(memory.clone())),
        work(Kept, "Mmap, Cursor", || all(&mut Cursor::new(&kept[..]))),
        work(Kept, "MappedFile", || {
            ours.rewind().unwrap();
            all(&mut ours)
        }),
        work(Without, "fs::read", || made(fs::read(path).unwrap())),
    ];
    run.measure([state, &bytes(len)], None, contenders);
}

/// Eight bytes at each of many places.
fn random(run: &mut Run, state: &str, len: usize) {
    let cold = state == "cold random";
    if cold && len < run.of(0, 64 << 20, 0) {
        return;
    }
    let (path, file) = &system::file("map_or_read", TEXT, len);
    let count = if cold { 100 } else { 10_000 };
    let places = &places(run.of(10, count, count), len)[..];
    // What is mapped stays in memory: none is kept where the file is to be cold.
    let kept = (!cold).then(|| map(file));
    let mut contenders = vec![limit(path, cold, Some(places))];
    if let Some(kept) = &kept {
        contenders.push(work(Kept, "Mmap, kept", || sum_at(kept, places)));
    }
    contenders.extend([
        work(Made, "Mmap", || sum_at(&map(file), places)),
        work(Made, "Mmap, random", || {
            sum_at(&advised(file, Some(Advice::Random)), places)
        }),
        work(Made, "MappedFile", || {
            let file = file.try_clone().unwrap();
            // SAFETY: as in `map`.
            let map = unsafe { MappedFile::options().map(file) };
            sum_at(&map.unwrap(), places)
        }),
        work(Without, "read_exact_at", || {
            read_at(file, places, &mut [0; 8])
        }),
        work(Without, "fs::read", || {
            sum_at(&fs::read(path).unwrap(), places)
        }),
    ]);
    run.measure([state, &bytes(len)], cold.then_some(file), contenders);
}
