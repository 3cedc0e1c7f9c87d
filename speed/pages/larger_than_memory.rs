//! What eviction does: a walk through a file that is twice as large as the memory for it.

use super::common::*;
use std::cell::Cell;
use std::io::Seek;

pub fn measure(run: &mut Run) {
    let sizes: &[usize] = run.of(&[64 << 20], &[128 << 20], &[128 << 20, 1 << 30]);
    for &len in sizes {
        let (path, file) = &system::file("larger_than_memory", TEXT, len);
        // A place in each page, in an order of chance: so many in each pass, and in the next pass
        // others. The text is the same at each, and so are the sums.
        let mut places: Vec<usize> = (0..len).step_by(PAGE).collect();
        fastrand::Rng::with_seed(13).shuffle(&mut places);
        let passes: Vec<&[usize]> = places.chunks_exact(run.of(10, 50, 50)).collect();
        let pass = Cell::new(0);
        let next = || passes[pass.replace(pass.get() + 1) % passes.len()];
        let size = format!("enough, {}", bytes(len));
        walks(run, path, &size, &next, false);
        // What is in the cache is not this run's to pay for.
        system::make_cold(file);
        let limit = system::MemoryLimit::new(len / 2);
        let told = match &limit {
            Ok(_) => "by a cgroup".into(),
            Err(error) => format!("no limit: {error}"),
        };
        run.note("memory for half of a file", told);
        if limit.is_ok() {
            let size = format!("half, {}", bytes(len));
            walks(run, path, &size, &next, true);
        }
    }
}

/// Walks, kept beside what memory takes that has the file, or else the disk.
fn walks<'a>(run: &mut Run, path: &Path, size: &str, next: &dyn Fn() -> &'a [usize], disk: bool) {
    let mut file = File::open(path).unwrap();
    let other = File::open(path).unwrap();
    let [plain, sequential, random] = [None, Some(Advice::Sequential), Some(Advice::Random)]
        .map(|advice| advised(&other, advice));
    let mut buffer = vec![0; BUFFER];
    let contenders = vec![
        limit(path, disk, None),
        work(Kept, "Mmap", || sum(&plain)),
        work(Kept, "Mmap, Sequential", || sum(&sequential)),
        work(Without, "one buffer", || {
            file.rewind().unwrap();
            read(&mut file, &mut buffer)
        }),
    ];
    run.measure(["from start to end", size], None, contenders);
    let memory = (!disk).then(|| fs::read(path).unwrap());
    let (direct, mut large) = (system::open_direct(path), aligned());
    let contenders = vec![
        work(Limit, "limit", || match &memory {
            Some(memory) => sum_at(memory, next()),
            None => read_at(&direct, next(), &mut large[..PAGE]),
        }),
        work(Kept, "Mmap", || sum_at(&plain, next())),
        work(Kept, "Mmap, Random", || sum_at(&random, next())),
        work(Without, "read_exact_at", || {
            read_at(&other, next(), &mut [0; 8])
        }),
    ];
    run.measure(["here and there", size], None, contenders);
}
