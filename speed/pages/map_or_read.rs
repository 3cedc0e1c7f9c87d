//! Which is faster for what: to map a file or to read it.

use super::common::*;
use std::io::{BufRead, BufReader, Cursor, Read, Seek};

const BUFFER: usize = 64 << 10;

pub fn measure(run: &mut Run) -> Result {
    let sizes: &[usize] = run.extent.of(
        &[4 << 10, 1 << 20],
        &[4 << 10, 64 << 10, 1 << 20, 64 << 20],
        &[4 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30],
    );
    for state in ["warm", "cold", "again"] {
        for &len in sizes {
            let (path, file) = system::file("map_or_read", TEXT, len)?;
            match state {
                "again" => again(run, &path, len)?,
                _ => once(run, &path, &file, len, state == "cold")?,
            }
        }
    }
    for &len in sizes.iter().filter(|len| **len >= 1 << 20) {
        let (path, _) = system::file("map_or_read", TEXT, len)?;
        into_a_vec(run, &path, len)?;
    }
    for cold in [false, true] {
        for &len in sizes.iter().filter(|len| **len >= 1 << 20) {
            let (path, file) = system::file("map_or_read", TEXT, len)?;
            random(run, &path, &file, len, cold)?;
        }
    }
    fs::remove_file(system::folder()?.join("map_or_read"))?;
    super::overhead::measure(run)?;
    Ok(())
}

/// The whole file once: opened, summed and closed.
fn once(run: &mut Run, path: &Path, file: &File, len: usize, cold: bool) -> Result {
    let memory = fs::read(path)?;
    let mut buffer = vec![0; BUFFER];
    let mut aligned = aligned();
    let ready = cold_if(cold, file);
    // The cache holds it in smaller pieces than a file that was written 1 MiB at a time.
    let by_page = (!cold && len > PAGE)
        .then(|| system::file_in_pieces("map_or_read_by_page", TEXT, len, PAGE))
        .transpose()?;
    let state = if cold { "cold" } else { "warm" };
    let mut contenders = vec![
        match cold {
            false => work(Limit, "limit", || sum(&memory)),
            true => prepared(Limit, "limit", ready, |()| {
                read(&mut open_direct(path), &mut aligned)
            }),
        },
        prepared(Made, "Mmap", ready, |()| {
            sum(&map(&File::open(path).unwrap()))
        }),
        prepared(Made, "Mmap, populated", ready, |()| {
            sum(&populated(&File::open(path).unwrap()))
        }),
        prepared(Made, "MappedFile", ready, |()| sum(&ours(path))),
        prepared(Without, "one buffer", ready, |()| {
            let mut file = File::open(path).unwrap();
            read(&mut file, &mut buffer)
        }),
        prepared(Without, "BufReader", ready, |()| {
            let mut reader = BufReader::new(File::open(path).unwrap());
            let mut all = 0_u64;
            loop {
                let part = reader.fill_buf().unwrap();
                if part.is_empty() {
                    return all;
                }
                all = all.wrapping_add(sum(part));
                let read = part.len();
                reader.consume(read);
            }
        }),
        prepared(Without, "fs::read", ready, |()| {
            sum(&fs::read(path).unwrap())
        }),
    ];
    if let Some((by_page, _)) = &by_page {
        contenders.push(work(Made, "Mmap, written by page", move || {
            sum(&map(&File::open(by_page).unwrap()))
        }));
    }
    run.measure(state, &bytes(len), contenders)?;
    if let Some((by_page, _)) = by_page {
        fs::remove_file(by_page)?;
    }
    Ok(())
}

/// The whole file, by somebody who has had it before.
fn again(run: &mut Run, path: &Path, len: usize) -> Result {
    let memory = fs::read(path)?;
    let mut file = File::open(path)?;
    let kept = map(&file);
    let ours = ours(path);
    let mut buffer = vec![0; BUFFER];
    run.measure(
        "again",
        &bytes(len),
        vec![
            work(Limit, "limit", || sum(&memory)),
            work(Kept, "Mmap", || sum(&kept)),
            work(Kept, "MappedFile", || sum(&ours)),
            work(Without, "one buffer", || {
                file.rewind().unwrap();
                read(&mut file, &mut buffer)
            }),
            work(Without, "fs::read", || sum(&fs::read(path).unwrap())),
        ],
    )
}

/// All bytes, for a program that wants a `Vec` of its own.
fn into_a_vec(run: &mut Run, path: &Path, len: usize) -> Result {
    let memory = fs::read(path)?;
    let kept = map(&File::open(path)?);
    let mut ours = ours(path);
    let all = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        black_box(bytes).len() as u64
    };
    run.measure(
        "into a Vec",
        &bytes(len),
        vec![
            work(Limit, "limit", || black_box(memory.to_vec()).len() as u64),
            work(Kept, "Mmap, Cursor", || all(&mut Cursor::new(&kept[..]))),
            work(Kept, "MappedFile", || {
                ours.rewind().unwrap();
                all(&mut ours)
            }),
            work(Without, "fs::read", || {
                black_box(fs::read(path).unwrap()).len() as u64
            }),
        ],
    )
}

/// Eight bytes at each of many places.
fn random(run: &mut Run, path: &Path, file: &File, len: usize, cold: bool) -> Result {
    let count = if cold { 100 } else { 10_000 };
    let count = run.extent.of(10, count, count);
    if cold && run.extent == Extent::Quick && len < 64 << 20 {
        return Ok(());
    }
    let places = places(count, len);
    let memory = fs::read(path)?;
    let mut aligned = aligned();
    let opened = File::open(path)?;
    // What is mapped stays in memory: none is kept where the file is to be cold.
    let kept = (!cold).then(|| map(&opened));
    let ready = cold_if(cold, file);
    let state = if cold { "cold random" } else { "random" };
    let mut contenders = vec![
        match cold {
            false => work(Limit, "limit", || sum_at(&memory, &places)),
            true => prepared(Limit, "limit", ready, |()| {
                read_direct_at(&open_direct(path), &places, &mut aligned)
            }),
        },
        prepared(Made, "Mmap", ready, |()| sum_at(&map(&opened), &places)),
        prepared(Made, "Mmap, random", ready, |()| {
            let map = map(&opened);
            map.advise(Advice::Random).unwrap();
            sum_at(&map, &places)
        }),
        prepared(Made, "MappedFile", ready, |()| {
            let file = opened.try_clone().unwrap();
            // SAFETY: as in `map`.
            sum_at(
                &unsafe { MappedFile::options().map(file) }.unwrap(),
                &places,
            )
        }),
        prepared(Without, "read_exact_at", ready, |()| {
            read_at(&opened, &places)
        }),
        prepared(Without, "fs::read", ready, |()| {
            sum_at(&fs::read(path).unwrap(), &places)
        }),
    ];
    if let Some(kept) = &kept {
        contenders.insert(1, work(Kept, "Mmap, kept", || sum_at(kept, &places)));
    }
    run.measure(state, &bytes(len), contenders)
}
