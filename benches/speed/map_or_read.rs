//! Which is faster for what: to map a file or to read it.

use crate::run::{Extent, Result, Run, prepared, work};
use benches::system;
use mapped_file::MappedFile;
use memmap2::{Mmap, MmapOptions};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek};
use std::os::unix::fs::FileExt;
use std::path::Path;

const BUFFER: usize = 64 << 10;
/// What a disk reads at the least, or a multiple of it.
const PAGE: usize = 4 << 10;
const TEXT: &[u8] = b"Lorem ipsum dolor sit amet, consectetuer adipiscing elit. Donec\n";

/// The work: a sum over all bytes, eight at a time.
pub fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let words = words.iter().map(|word| u64::from_ne_bytes(*word));
    let rest = rest.iter().map(|byte| u64::from(*byte));
    words.chain(rest).fold(0, u64::wrapping_add)
}

/// A map for reading of a file of this run.
pub fn map(file: &File) -> Mmap {
    // SAFETY: the file is this run's alone, and nobody writes to it while the map is there.
    unsafe { Mmap::map(file) }.unwrap()
}

/// How many bytes, as the figures say it.
pub fn bytes(len: usize) -> String {
    match len {
        len if len >= 1 << 30 => format!("{} GiB", len >> 30),
        len if len >= 1 << 20 => format!("{} MiB", len >> 20),
        len => format!("{} KiB", len >> 10),
    }
}

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
    for cold in [false, true] {
        for &len in sizes.iter().filter(|len| **len >= 1 << 20) {
            let (path, file) = system::file("map_or_read", TEXT, len)?;
            random(run, &path, &file, len, cold)?;
        }
    }
    fs::remove_file(system::folder()?.join("map_or_read"))?;
    Ok(())
}

/// The whole file once: opened, summed and closed.
fn once(run: &mut Run, path: &Path, file: &File, len: usize, cold: bool) -> Result {
    let memory = fs::read(path)?;
    let mut buffer = vec![0; BUFFER];
    let mut aligned = MmapOptions::new().len(8 << 20).map_anon()?;
    let ready = || {
        if cold {
            system::make_cold(file).unwrap();
        }
    };
    let state = if cold { "cold" } else { "warm" };
    run.measure(
        state,
        &bytes(len),
        vec![
            match cold {
                false => work("limit", || sum(&memory)),
                // From the disk, in parts as large as memory is not to be.
                true => prepared("limit", ready, |()| {
                    read(&mut open_direct(path), &mut aligned)
                }),
            },
            prepared("Mmap", ready, |()| sum(&map(&File::open(path).unwrap()))),
            prepared("Mmap, populated", ready, |()| {
                let file = File::open(path).unwrap();
                // SAFETY: as in `map`.
                sum(&unsafe { MmapOptions::new().populate().map(&file) }.unwrap())
            }),
            prepared("MappedFile", ready, |()| {
                // SAFETY: as in `map`.
                sum(&unsafe { MappedFile::options().open(path) }.unwrap())
            }),
            prepared("one buffer", ready, |()| {
                let mut file = File::open(path).unwrap();
                read(&mut file, &mut buffer)
            }),
            prepared("BufReader", ready, |()| {
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
            prepared("fs::read", ready, |()| sum(&fs::read(path).unwrap())),
        ],
    )
}

/// The file as the disk has it, past the page cache.
fn open_direct(path: &Path) -> File {
    system::open_direct(path).unwrap()
}

/// Reads to the end, by way of one buffer.
fn read(file: &mut File, buffer: &mut [u8]) -> u64 {
    let mut all = 0_u64;
    loop {
        match file.read(buffer).unwrap() {
            0 => return all,
            read => all = all.wrapping_add(sum(&buffer[..read])),
        }
    }
}

/// The whole file, by somebody who has had it before.
fn again(run: &mut Run, path: &Path, len: usize) -> Result {
    let memory = fs::read(path)?;
    let mut file = File::open(path)?;
    let kept = map(&file);
    // SAFETY: as in `map`.
    let ours = unsafe { MappedFile::options().open(path) }?;
    let mut buffer = vec![0; BUFFER];
    run.measure(
        "again",
        &bytes(len),
        vec![
            work("limit", || sum(&memory)),
            work("Mmap", || sum(&kept)),
            work("MappedFile", || sum(&ours)),
            work("one buffer", || {
                file.rewind().unwrap();
                read(&mut file, &mut buffer)
            }),
            work("fs::read", || sum(&fs::read(path).unwrap())),
        ],
    )
}

/// Eight bytes at each of many places.
fn random(run: &mut Run, path: &Path, file: &File, len: usize, cold: bool) -> Result {
    let count = run.extent.of(
        10,
        if cold { 100 } else { 10_000 },
        if cold { 200 } else { 10_000 },
    );
    if cold && run.extent == Extent::Quick && len < 64 << 20 {
        return Ok(());
    }
    let mut chance = fastrand::Rng::with_seed(13);
    let places: Vec<usize> = (0..count).map(|_| chance.usize(..len / 8) * 8).collect();
    let at = |bytes: &[u8]| {
        let words = places.iter().map(|&place| sum(&bytes[place..place + 8]));
        words.fold(0, u64::wrapping_add)
    };
    let memory = fs::read(path)?;
    let mut aligned = MmapOptions::new().len(PAGE).map_anon()?;
    let opened = File::open(path)?;
    // What is mapped stays in memory: none is kept where the file is to be cold.
    let kept = (!cold).then(|| map(&opened));
    let ready = || {
        if cold {
            system::make_cold(file).unwrap();
        }
    };
    let state = if cold { "cold random" } else { "random" };
    let mut contenders = vec![
        match cold {
            false => work("limit", || at(&memory)),
            true => prepared("limit", ready, |()| {
                let file = open_direct(path);
                let words = places.iter().map(|&place| {
                    let (page, at) = (place / PAGE * PAGE, place % PAGE);
                    file.read_exact_at(&mut aligned, page as u64).unwrap();
                    sum(&aligned[at..at + 8])
                });
                words.fold(0, u64::wrapping_add)
            }),
        },
        prepared("Mmap", ready, |()| at(&map(&opened))),
        prepared("Mmap, random", ready, |()| {
            let map = map(&opened);
            map.advise(memmap2::Advice::Random).unwrap();
            at(&map)
        }),
        prepared("MappedFile", ready, |()| {
            // SAFETY: as in `map`.
            at(&unsafe { MappedFile::options().open(path) }.unwrap())
        }),
        prepared("read_exact_at", ready, |()| {
            let mut word = [0; 8];
            let words = places.iter().map(|&place| {
                opened.read_exact_at(&mut word, place as u64).unwrap();
                sum(&word)
            });
            words.fold(0, u64::wrapping_add)
        }),
        prepared("fs::read", ready, |()| at(&fs::read(path).unwrap())),
    ];
    if let Some(kept) = &kept {
        contenders.insert(1, work("Mmap, kept", || at(kept)));
    }
    run.measure(state, &bytes(len), contenders)
}
