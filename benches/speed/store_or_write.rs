//! Stores through a map and writes, in memory and to the disk; and the first store into a copy.

use crate::common::{PAGE, TEXT, anonymous, bytes, store_all, sum};
use crate::run::{Contender, Extent, Result, Run, prepared, work};
use benches::system;
use mapped_file::{Access, MappedFile};
use memmap2::{MmapMut, MmapOptions};
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

/// What is stored: a page of it at each place.
const STORED: [u8; PAGE] = [b'x'; PAGE];

pub fn measure(run: &mut Run) -> Result {
    let len = run.extent.of(1 << 20, 16 << 20, 64 << 20);
    let every: Vec<usize> = (0..len / PAGE).map(|page| page * PAGE).collect();
    let mut random = every.clone();
    fastrand::Rng::with_seed(13).shuffle(&mut random);
    random.truncate(run.extent.of(10, 256, 256));
    let cases = [
        ("one page", vec![len / 2]),
        ("random pages", random),
        ("every page", every),
    ];
    for (size, places) in &cases {
        let size = match *size {
            "one page" => (*size).to_owned(),
            size => format!("{size}, {}", bytes(places.len() * PAGE)),
        };
        for disk in [false, true] {
            store(run, &size, places, len, disk)?;
        }
    }
    first_store(run, len)?;
    fs::remove_file(system::folder()?.join("store_or_write"))?;
    Ok(())
}

fn map_mut(file: &File) -> MmapMut {
    // SAFETY: the file is this run's alone, and nobody shortens it.
    unsafe { MmapMut::map_mut(file) }.unwrap()
}

fn store_at(bytes: &mut [u8], places: &[usize]) {
    for &place in places {
        bytes[place..place + PAGE].copy_from_slice(&STORED);
    }
}

/// Stores at the places; with `disk`, until the disk has them.
fn store(run: &mut Run, size: &str, places: &[usize], len: usize, disk: bool) -> Result {
    let (path, file) = system::file("store_or_write", TEXT, len)?;
    let mut memory = MmapMut::map_anon(len)?;
    store_at(&mut memory, places);
    let direct = system::open_direct(&path)?;
    let mut aligned = MmapMut::map_anon(1 << 20)?;
    aligned.fill(STORED[0]);
    // Pages that follow each other go to the disk together.
    let runs = places.chunk_by(|left, right| left + PAGE == *right);
    let runs: Vec<&[usize]> = runs
        .flat_map(|run| run.chunks(aligned.len() / PAGE))
        .collect();
    let mut kept = map_mut(&file);
    let state = if disk { "to the disk" } else { "in memory" };
    let limit = if disk {
        work("limit", move || {
            for run in &runs {
                let stored = &aligned[..run.len() * PAGE];
                direct.write_all_at(stored, run[0] as u64).unwrap();
            }
            direct.sync_data().unwrap();
            0
        })
    } else {
        work("limit", move || {
            store_at(&mut memory, places);
            0
        })
    };
    let mut contenders: Vec<Contender> = vec![
        limit,
        work("MmapMut, kept", || {
            store_at(&mut kept, places);
            if disk {
                kept.flush().unwrap();
            }
            0
        }),
        work("MmapMut", || {
            let mut map = map_mut(&File::options().read(true).write(true).open(&path).unwrap());
            store_at(&mut map, places);
            if disk {
                map.flush().unwrap();
            }
            0
        }),
        work("MappedFile", || {
            // SAFETY: as in `map_mut`.
            let map = unsafe { MappedFile::options().access(Access::Write).open(&path) };
            let mut map = map.unwrap();
            store_at(map.as_mut_slice().unwrap(), places);
            if disk {
                map.flush().unwrap();
            }
            0
        }),
        work("write_all_at", || {
            for &place in places {
                file.write_all_at(&STORED, place as u64).unwrap();
            }
            if disk {
                file.sync_data().unwrap();
            }
            0
        }),
    ];
    // All leave the same file.
    if run.extent == Extent::Test || !disk {
        let first = usize::from(!disk);
        let mut sums = Vec::new();
        for contender in &mut contenders[first..] {
            file.write_all_at(&TEXT.repeat(len / TEXT.len()), 0)?;
            file.sync_data()?;
            contender.once();
            sums.push(sum(&fs::read(&path)?));
        }
        assert!(
            sums.iter().all(|sum| *sum == sums[0]),
            "{state}, {size}: {sums:?}"
        );
    }
    run.measure(state, size, contenders)
}

/// A byte stored into each page of a map that has been made for it, and once more.
fn first_store(run: &mut Run, len: usize) -> Result {
    let (path, file) = system::file("store_or_write", TEXT, len)?;
    std::hint::black_box(fs::read(&path)?);
    // SAFETY: as in `map_mut`.
    let copy = || unsafe { MmapOptions::new().map_copy(&file) }.unwrap();
    let stored = |mut map: MmapMut| {
        store_all(&mut map);
        map
    };
    let contenders = vec![
        prepared("limit", || anonymous(len), store_all),
        prepared("map_mut", || map_mut(&file), store_all),
        prepared("map_copy", copy, store_all),
        prepared("map_copy, again", || stored(copy()), store_all),
    ];
    run.measure("first store", &bytes(len), contenders)
}
