//! Where the time of a map goes: to make it, to touch it, to take it away.

use super::common::*;

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
    let cold = || {
        system::make_cold(file).unwrap();
        map(file)
    };
    let fault = || anonymous(FAULTS * PAGE);
    let unmap = |map: &mut Option<Mmap>| map.take().map_or(0, |_| 0);
    let contenders = vec![
        // A page of memory that no file stands behind, touched for the first time.
        prepared(Limit, "limit", fault, |map| touch(map)).many(FAULTS as u32),
        made(Without, "open", || File::open(path).unwrap()),
        made(Part, "map", || map(file)),
        prepared(Part, "map, first touch", || map(file), touch_all),
        prepared(Part, "map, second touch", touched, touch_all),
        made(Part, "map, populated", || populated(file)),
        prepared(Part, "unmap", || Some(touched()), unmap),
        prepared(Part, "map, cold touch", cold, touch_all),
    ];
    run.measure("parts", &bytes(len), contenders)
}

/// Makes something that is dropped after the time is taken.
fn made<'a, T>(kind: Kind, name: &'static str, mut make: impl FnMut() -> T + 'a) -> Contender<'a> {
    let work = move |made: &mut Option<T>| {
        *made = Some(make());
        0
    };
    prepared(kind, name, || None, work)
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
        let kind = if name == "pages" { Limit } else { Part };
        run.keep("page faults", &size, (kind, name), "faults", [number; 3]);
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
    let populated = populated(file);
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
