//! Stores through a map and writes, in memory and to the disk; and the first store into a copy.

use super::common::*;
use mapped_file::{Access, MappedFile};

/// What is stored: a page of it at each place.
const STORED: [u8; PAGE] = [b'x'; PAGE];

pub fn measure(run: &mut Run) -> Result {
    let len = run.extent.of(1 << 20, 64 << 20, 64 << 20);
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

/// Stores at the places; with `disk`, until the disk has them. Each contender has a file of its own: how
/// one writes decides in which pieces the cache holds a file, and so what the next one finds.
fn store(run: &mut Run, size: &str, places: &[usize], len: usize, disk: bool) -> Result {
    let own = |name| system::file(name, TEXT, len);
    let files = [
        own("store_kept")?,
        own("store_mmap_mut")?,
        own("store_mapped_file")?,
        own("store_write_all_at")?,
    ];
    let [(_, for_kept), (_, for_map), (_, for_ours), (_, for_write)] = &files;
    let mut kept = map_mut(for_kept);
    let mut memory = MmapMut::map_anon(len)?;
    store_at(&mut memory, places);
    let (past, _) = own("store_past_the_cache")?;
    let direct = system::open_direct(&past)?;
    let mut aligned = aligned();
    aligned.fill(STORED[0]);
    let limit = work(Limit, "limit", || {
        if disk {
            // As many bytes, in one piece.
            for start in (0..places.len() * PAGE).step_by(aligned.len()) {
                let stored = &aligned[..aligned.len().min(places.len() * PAGE - start)];
                direct.write_all_at(stored, start as u64).unwrap();
            }
            direct.sync_data().unwrap();
        } else {
            store_at(&mut memory, places);
        }
        0
    });
    let mut contenders: Vec<Contender> = vec![
        work(Kept, "MmapMut, kept", || {
            store_at(&mut kept, places);
            if disk {
                kept.flush().unwrap();
            }
            0
        }),
        work(Made, "MmapMut", || {
            let mut map = map_mut(for_map);
            store_at(&mut map, places);
            if disk {
                map.flush().unwrap();
            }
            0
        }),
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
    let sums = contenders
        .iter_mut()
        .zip(&files)
        .map(|(contender, (path, _))| {
            (contender.pass)(1);
            std::io::Result::Ok(sum(&fs::read(path)?))
        });
    let sums = sums.collect::<std::io::Result<Vec<_>>>()?;
    assert!(
        sums.iter().all(|sum| *sum == sums[0]),
        "all leave the same file: {state}, {size}: {sums:?}"
    );
    contenders.insert(0, limit);
    run.measure(state, size, contenders)?;
    for (path, _) in &files {
        fs::remove_file(path)?;
    }
    Ok(fs::remove_file(past)?)
}

/// A byte stored into each page of a map that has been made for it, and once more.
fn first_store(run: &mut Run, len: usize) -> Result {
    let (path, file) = system::file("store_or_write", TEXT, len)?;
    black_box(fs::read(&path)?);
    // SAFETY: as in `map_mut`.
    let copy = || unsafe { MmapOptions::new().map_copy(&file) }.unwrap();
    let stored = |mut map: MmapMut| {
        store_all(&mut map);
        map
    };
    let contenders = vec![
        prepared(Limit, "limit", || anonymous(len), store_all),
        prepared(Part, "map_mut", || map_mut(&file), store_all),
        prepared(Part, "map_copy", copy, store_all),
        prepared(Part, "map_copy, again", || stored(copy()), store_all),
    ];
    run.measure("first store", &bytes(len), contenders)?;
    Ok(fs::remove_file(path)?)
}
