//! Measures the parts of the time of a map: making it, touching it, unmapping it.

use super::common::*;
use std::ops::Deref;

/// The number of page faults that are timed together, because one takes too little time.
const FAULTS: usize = 256;

pub fn measure(run: &mut Run) {
    let sizes: &[usize] = run.of(
        &[4 << 10, 1 << 20],
        &[4 << 10, 1 << 20, 64 << 20],
        &[4 << 10, 64 << 10, 1 << 20, 64 << 20, 1 << 30],
    );
    for measure in [parts, faults] {
        for &len in sizes {
            // After its pages were dropped, a file comes back in other pieces. So this has its own
            // file.
            let [(path, file), (_, for_cold)] =
                ["warm", "cold"].map(|name| system::file(name, TEXT, len));
            measure(run, &path, &file, &for_cold, len);
        }
    }
}

/// Measures each part. The parts do different work, so they are not compared by a checksum.
fn parts(run: &mut Run, path: &Path, file: &File, for_cold: &File, len: usize) {
    // The first touch of a page of memory that belongs to no file: the mean of many.
    let memory = || anonymous(FAULTS * PAGE);
    let Contender(kind, name, mut passes) = prepared(Baseline, "baseline", memory, touch_all);
    let one_fault = move |times| {
        let (time, sum) = passes(times);
        (time / FAULTS as u32, sum)
    };
    let unmap = |map: &mut Option<Mmap>| map.take().map_or(0, |_| 0);
    let contenders = vec![
        Contender(kind, name, Box::new(one_fault)),
        made(Without, "open", || File::open(path).unwrap()),
        made(Part, "map", || map(file)),
        prepared(Part, "map, first touch", || map(file), touch_all),
        prepared(Part, "map, second touch", || touched(file), touch_all),
        made(Part, "map, populated", || populated(file)),
        prepared(Part, "unmap", || Some(touched(file)), unmap),
        prepared(Part, "map, cold touch", || cold(for_cold), touch_all),
    ];
    run.measure(["parts", &bytes(len)], None, contenders);
}

/// Makes a value that is dropped after the time is taken.
fn made<'a, T>(kind: Kind, name: &'a str, mut make: impl FnMut() -> T + 'a) -> Contender<'a> {
    let work = move |made: &mut Option<T>| {
        *made = Some(make());
        0
    };
    prepared(kind, name, || None, work)
}

fn touched(file: &File) -> Mmap {
    let mut map = map(file);
    touch_all(&mut map);
    map
}

fn cold(file: &File) -> Mmap {
    system::make_cold(file);
    map(file)
}

fn touch_all(map: &mut impl Deref<Target = [u8]>) -> u64 {
    black_box(touch(map));
    0
}

/// Counts the page faults of a touch.
fn faults(run: &mut Run, _: &Path, file: &File, for_cold: &File, len: usize) {
    let names = system::ORIGINS.map(|(name, origin)| {
        let name = run.size_by(origin, name);
        (format!("map, first touch, {name}"), origin)
    });
    let mut keep = |kind, name: &str, number| {
        let path = ["page faults", &bytes(len), name];
        run.keep(kind, path, "faults", [number; 3]);
    };
    let of_touch = |map: Mmap| faults_of(&mut || touch(&map));
    keep(Baseline, "pages", (len / PAGE) as f64);
    for (name, origin) in &names {
        let (_, file) = system::file_by(*origin, "by_origin", TEXT, len);
        keep(Part, name, of_touch(map(&file)));
    }
    keep(Part, "map, second touch", of_touch(touched(file)));
    keep(Part, "map, populated", of_touch(populated(file)));
    keep(Part, "map, cold touch", of_touch(cold(for_cold)));
    let mut memory = MappedFile::anonymous(len).unwrap();
    touch_all(&mut memory);
    let resize = &mut || memory.resize(2 * len).map_or(0, |()| 1);
    keep(Part, "MappedFile, resized", faults_of(resize));
}
