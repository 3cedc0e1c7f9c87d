//! Stores through a map and writes, in memory and to the disk; and the first store into a copy.

use super::common::*;
use mapped_file::Access;

/// What is stored: a page of it at each place.
const STORED: [u8; PAGE] = [b'x'; PAGE];

pub fn measure(run: &mut Run) {
    let len = run.of(1 << 20, 64 << 20, 64 << 20);
    let every: Vec<usize> = (0..len / PAGE).map(|page| page * PAGE).collect();
    let mut random = every.clone();
    fastrand::Rng::with_seed(13).shuffle(&mut random);
    random.truncate(run.of(10, 256, 256));
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
            store(run, &size, places, len, disk);
        }
    }
    first_store(run, len);
}

fn map_mut(file: &File) -> MmapMut {
    // SAFETY: the file is this run's alone, and nobody shortens it.
    unsafe { MmapMut::map_mut(file) }.unwrap()
}

fn store_at(bytes: &mut [u8], places: &[usize]) -> u64 {
    for &place in places {
        bytes[place..place + PAGE].copy_from_slice(&STORED);
    }
    0
}

/// Stores at the places; with `disk`, until the disk has them. Each contender has a file of its own: how
/// one writes decides in which pieces the cache holds a file, and so what the next one finds.
fn store(run: &mut Run, size: &str, places: &[usize], len: usize, disk: bool) {
    let files = ["kept", "mmap_mut", "mapped_file", "write_all_at"];
    let files = files.map(|name| system::file(name, TEXT, len));
    let [(_, for_kept), (_, for_map), (_, for_ours), (_, for_write)] = &files;
    let store_to = |map: &mut MmapMut| {
        store_at(map, places);
        if disk {
            map.flush().unwrap();
        }
        0
    };
    let mut kept = map_mut(for_kept);
    let mut memory = MmapMut::map_anon(len).unwrap();
    store_at(&mut memory, places);
    let direct = system::open_direct(&system::file("past_the_cache", TEXT, len).0);
    let aligned = aligned();
    let contenders = vec![
        work(Limit, "limit", || {
            if !disk {
                return store_at(&mut memory, places);
            }
            // As many bytes, in one piece.
            for start in (0..places.len() * PAGE).step_by(aligned.len()) {
                let stored = &aligned[..aligned.len().min(places.len() * PAGE - start)];
                direct.write_all_at(stored, start as u64).unwrap();
            }
            direct.sync_data().unwrap();
            0
        }),
        work(Kept, "MmapMut, kept", || store_to(&mut kept)),
        work(Made, "MmapMut", || store_to(&mut map_mut(for_map))),
        work(Made, "MappedFile", || {
            let file = for_ours.try_clone().unwrap();
            // SAFETY: as in `map_mut`.
            let map = unsafe { MappedFile::options().access(Access::Write).map(file) };
            let mut map = map.unwrap();
            store_at(map.as_mut_slice().unwrap(), places);
            if disk {
                map.flush().unwrap();
            }
            0
        }),
        work(Without, "write_all_at", || {
            for &place in places {
                for_write.write_all_at(&STORED, place as u64).unwrap();
            }
            if disk {
                for_write.sync_data().unwrap();
            }
            0
        }),
    ];
    let state = if disk { "to the disk" } else { "in memory" };
    run.measure([state, size], None, contenders);
    let sums = files.map(|(path, _)| sum(&fs::read(path).unwrap()));
    let alike = sums.iter().all(|sum| *sum == sums[0]);
    assert!(alike, "all leave the same file: {state}, {size}: {sums:?}");
}

/// A byte stored into each page of a map that has been made for it, and once more.
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
        prepared(Limit, "limit", || anonymous(len), store_all),
        prepared(Part, "map_mut", || map_mut(&file), store_all),
        prepared(Part, "map_copy", copy, store_all),
        prepared(Part, "map_copy, again", stored, store_all),
    ];
    run.measure(["first store", &bytes(len)], None, contenders);
}

/// A byte into each page.
fn store_all(map: &mut MmapMut) -> u64 {
    for byte in map.iter_mut().step_by(PAGE) {
        *byte = b'x';
    }
    0
}
