//! Compares stores through a map with writes, in memory and to the disk, and measures the first
//! store into a copy.

use super::common::*;
use mapped_file::Access;

/// The bytes that are stored: one page at each place.
const STORED: [u8; PAGE] = [b'x'; PAGE];

/// The state of the file before the stores, and the work after them.
const STATES: [&str; 3] = ["in memory", "after a write back", "to the disk"];

pub fn measure(run: &mut Run) {
    let len = run.of(1 << 20, 64 << 20, 64 << 20);
    let every: Vec<usize> = (0..len).step_by(PAGE).collect();
    let mut random = every.clone();
    fastrand::Rng::with_seed(13).shuffle(&mut random);
    random.truncate(run.of(10, 256, 256));
    let [copied, _, _, large] = system::ORIGINS;
    let cases = [
        ("one page", vec![len / 2], copied),
        ("random pages", random, copied),
        ("every page", every.clone(), copied),
        ("every page", every, large),
    ];
    for (size, places, (name, origin)) in &cases {
        let size = match *size {
            "one page" => (*size).to_owned(),
            size => format!("{size}, {}, {name}", bytes(places.len() * PAGE)),
        };
        for state in STATES {
            store(run, [state, &size], places, len, *origin);
        }
    }
    faults(run, &cases[1].1, len);
    first_store(run, len);
    #[cfg(feature = "stores")]
    super::stores::measure(run);
}

fn map_mut(file: &File) -> MmapMut {
    // SAFETY: only this run uses the file, and it does not shorten the file.
    unsafe { MmapMut::map_mut(file) }.unwrap()
}

fn store_at(bytes: &mut [u8], places: &[usize]) -> u64 {
    for &place in places {
        bytes[place..place + PAGE].copy_from_slice(&STORED);
    }
    0
}

/// Stores at the places. Each contender has a file of its own, because its way of writing decides
/// in which pieces the page cache keeps the file.
fn store(run: &mut Run, case: [&str; 2], places: &[usize], len: usize, origin: system::Origin) {
    let files = [
        "kept",
        "mmap_mut",
        "mapped_file",
        "4 KiB",
        "64 KiB",
        "1 MiB",
    ];
    let files = files.map(|name| system::file_by(origin, name, TEXT, len));
    let [
        (_, for_kept),
        (_, for_map),
        (_, for_ours),
        (_, by_page),
        written @ ..,
    ] = &files;
    let [before, disk] = [STATES[1], STATES[2]].map(|state| state == case[0]);
    let clean = |file: &File| {
        if before {
            file.sync_data().unwrap();
        }
    };
    let store_to = |map: &mut MmapMut| {
        store_at(map, places);
        if disk {
            map.flush().unwrap();
        }
        0
    };
    let write_to = |file: &File, pieces: &mut dyn Iterator<Item = usize>, stored: &[u8]| {
        for place in pieces {
            file.write_all_at(stored, place as u64).unwrap();
        }
        if disk {
            file.sync_data().unwrap();
        }
        0
    };
    let mut kept = map_mut(for_kept);
    let mut memory = MmapMut::map_anon(len).unwrap();
    store_at(&mut memory, places);
    let direct = system::open_direct(&system::file("past_the_cache", TEXT, len).0);
    let aligned = aligned();
    let mut contenders = vec![
        work(Baseline, "baseline", || {
            if !disk {
                return store_at(&mut memory, places);
            }
            // The same number of bytes, in one piece.
            for start in (0..places.len() * PAGE).step_by(aligned.len()) {
                let stored = &aligned[..aligned.len().min(places.len() * PAGE - start)];
                direct.write_all_at(stored, start as u64).unwrap();
            }
            direct.sync_data().unwrap();
            0
        }),
        prepared(
            Kept,
            "MmapMut, kept",
            || clean(for_kept),
            |()| store_to(&mut kept),
        ),
        prepared(
            Made,
            "MmapMut",
            || clean(for_map),
            |()| store_to(&mut map_mut(for_map)),
        ),
        prepared(
            Made,
            "MappedFile",
            || clean(for_ours),
            |()| {
                let file = for_ours.try_clone().unwrap();
                // SAFETY: as in `map_mut`.
                let map = unsafe { MappedFile::options().access(Access::Write).map(file) };
                let mut map = map.unwrap();
                store_at(map.as_mut_slice().unwrap(), places);
                if disk {
                    map.flush().unwrap();
                }
                0
            },
        ),
        prepared(
            Without,
            "write_all_at, 4 KiB",
            || clean(by_page),
            |()| write_to(by_page, &mut places.iter().copied(), &STORED),
        ),
    ];
    // A larger piece takes the place of several stores in a row.
    let whole = places.len() * PAGE == len;
    let larger = ["write_all_at, 64 KiB", "write_all_at, 1 MiB"].into_iter();
    let larger = larger.zip(written).zip([64 << 10, 1 << 20]);
    contenders.extend(larger.filter(|_| whole).map(|((name, (_, file)), piece)| {
        let stored = &aligned[..piece];
        prepared(
            Without,
            name,
            || clean(file),
            move |()| write_to(file, &mut (0..len).step_by(piece), stored),
        )
    }));
    run.measure(case, None, contenders);
    let written = files.iter().take(if whole { files.len() } else { 4 });
    let sums: Vec<u64> = written
        .map(|(path, _)| sum(&fs::read(path).unwrap()))
        .collect();
    let alike = sums.iter().all(|sum| *sum == sums[0]);
    assert!(alike, "all leave the same file: {case:?}: {sums:?}");
}

/// Counts the page faults of stores.
fn faults(run: &mut Run, places: &[usize], len: usize) {
    let file = system::file("faults", TEXT, len).1;
    let mut kept = map_mut(&file);
    let mut keep = |kind, name, number| {
        let path = ["page faults", "random pages, 1 MiB", name];
        run.keep(kind, path, "faults", [number; 3]);
    };
    keep(Baseline, "pages", places.len() as f64);
    let store = |map: &mut MmapMut| faults_of(&mut || store_at(map, places));
    keep(Part, "MmapMut", store(&mut map_mut(&file)));
    store(&mut kept);
    keep(Part, "MmapMut, kept", store(&mut kept));
    file.sync_data().unwrap();
    keep(Part, "MmapMut, kept, after a write back", store(&mut kept));
}

/// Stores a byte into each page of a new map, and then a second time.
fn first_store(run: &mut Run, len: usize) {
    let (path, file) = system::file("first_store", TEXT, len);
    black_box(fs::read(&path).unwrap());
    // SAFETY: as in `map_mut`.
    let copy = || unsafe { MmapOptions::new().map_copy(&file) }.unwrap();
    let stored = || {
        let mut map = copy();
        store_all(&mut map);
        map
    };
    let contenders = vec![
        prepared(Baseline, "baseline", || anonymous(len), store_all),
        prepared(Part, "map_mut", || map_mut(&file), store_all),
        prepared(Part, "map_copy", copy, store_all),
        prepared(Part, "map_copy, again", stored, store_all),
    ];
    run.measure(["first store", &bytes(len)], None, contenders);
}

/// Stores a byte into each page.
fn store_all(map: &mut MmapMut) -> u64 {
    for byte in map.iter_mut().step_by(PAGE) {
        *byte = b'x';
    }
    0
}
