//! Where the time of a map goes: to make it, to touch it, to take it away.

use crate::common::{PAGE, TEXT, anonymous, bytes, map, touch};
use crate::run::{Result, Run, prepared};
use benches::system;
use mapped_file::MappedFile;
use memmap2::{Mmap, MmapOptions};
use std::fs::{self, File};
use std::hint::black_box;
use std::path::Path;

/// How many page faults are timed together: one is short.
const FAULTS: usize = 256;

pub fn measure(run: &mut Run) -> Result {
    let sizes: &[usize] = run.extent.of(
        &[4 << 10, 1 << 20],
        &[4 << 10, 1 << 20, 64 << 20],
        &[4 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30],
    );
    for &len in sizes {
        let (path, file) = system::file("what_a_map_costs", TEXT, len)?;
        parts(run, &path, &file, len)?;
    }
    for &len in sizes {
        let (_, file) = system::file("what_a_map_costs", TEXT, len)?;
        faults(run, &file, len)?;
    }
    fs::remove_file(system::folder()?.join("what_a_map_costs"))?;
    Ok(())
}

/// The time of each part. What the parts do is not alike, and they have no sum.
fn parts(run: &mut Run, path: &Path, file: &File, len: usize) -> Result {
    let touched = || {
        let map = map(file);
        black_box(touch(&map));
        map
    };
    let contenders = vec![
        // A page of memory that no file stands behind, touched for the first time.
        prepared("limit", || anonymous(FAULTS * PAGE), |map| touch(map)).many(FAULTS as u32),
        prepared(
            "open",
            || None,
            |opened| {
                *opened = Some(File::open(path).unwrap());
                0
            },
        ),
        prepared(
            "map",
            || None,
            |mapped| {
                *mapped = Some(map(file));
                0
            },
        ),
        prepared("map, first touch", || map(file), touch_all),
        prepared("map, second touch", touched, touch_all),
        prepared(
            "map, populated",
            || None,
            |mapped| {
                // SAFETY: as in `map`.
                *mapped = Some(unsafe { MmapOptions::new().populate().map(file) }.unwrap());
                0
            },
        ),
        prepared(
            "unmap",
            || Some(touched()),
            |map| {
                drop(map.take());
                0
            },
        ),
        prepared(
            "map, cold touch",
            || {
                system::make_cold(file).unwrap();
                map(file)
            },
            touch_all,
        ),
    ];
    run.measure("parts", &bytes(len), contenders)
}

/// How often a touch stops the program.
fn faults(run: &mut Run, file: &File, len: usize) -> Result {
    let size = bytes(len);
    let count = |work: &mut dyn FnMut() -> u64| {
        let (quick, slow) = system::page_faults();
        black_box(work());
        let (quick_after, slow_after) = system::page_faults();
        ((quick_after - quick) + (slow_after - slow)) as f64
    };
    let mut keep = |name: &str, number: f64| {
        run.count("page faults", &size, name, "faults", [number; 3]);
    };
    keep("pages", (len / PAGE) as f64);
    let first = map(file);
    black_box(touch(&first));
    drop(first);
    let first = map(file);
    keep("map, first touch", count(&mut || touch(&first)));
    keep("map, second touch", count(&mut || touch(&first)));
    drop(first);
    // The cache holds it in smaller pieces than a file that was written 1 MiB at a time.
    let (by_page, other) = system::file_in_pieces("written_by_page", TEXT, len, PAGE)?;
    let first = map(&other);
    let by = "map, first touch, written by page";
    keep(by, count(&mut || touch(&first)));
    drop(first);
    fs::remove_file(by_page)?;
    // SAFETY: as in `map`.
    let populated = unsafe { MmapOptions::new().populate().map(file) }?;
    keep("map, populated", count(&mut || touch(&populated)));
    drop(populated);
    system::make_cold(file)?;
    let cold = map(file);
    keep("map, cold touch", count(&mut || touch(&cold)));
    let mut memory = MappedFile::anonymous(len)?;
    black_box(touch(&memory));
    let resize = &mut || memory.resize(2 * len).map_or(0, |()| 1);
    keep("MappedFile, resized", count(resize));
    Ok(())
}

fn touch_all(map: &mut Mmap) -> u64 {
    black_box(touch(map));
    0
}
