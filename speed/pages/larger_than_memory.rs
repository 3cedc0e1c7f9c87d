//! What eviction does: a walk through a file that is twice as large as the memory for it.

use super::common::*;
use std::cell::Cell;
use std::io::Seek;

pub fn measure(run: &mut Run) {
    let sizes: &[usize] = run
        .extent
        .of(&[64 << 20], &[128 << 20], &[128 << 20, 1 << 30]);
    for &len in sizes {
        let (path, file) = &system::file("larger_than_memory", TEXT, len);
        let places = Places::new(&map(file), run.extent.of(10, 50, 50));
        let size = format!("enough, {}", bytes(len));
        walks(run, path, &size, &places, false);
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
            walks(run, path, &size, &places, true);
        }
    }
}

/// A place in each page of the file, in an order of chance: so many in each pass, and in the next
/// pass others.
struct Places {
    /// The places of a pass, and the sum of what is there.
    passes: Vec<(Vec<usize>, u64)>,
    next: Cell<usize>,
}

impl Places {
    fn new(file: &[u8], count: usize) -> Self {
        let mut places: Vec<usize> = (0..file.len()).step_by(PAGE).collect();
        fastrand::Rng::with_seed(13).shuffle(&mut places);
        let passes = places.chunks_exact(count);
        let passes = passes.map(|places| (places.to_vec(), sum_at(file, places)));
        let (passes, next) = (passes.collect(), Cell::new(0));
        Places { passes, next }
    }

    /// Does the work at the places of the next pass. What is left of the sum is 0.
    fn next(&self, mut work: impl FnMut(&[usize]) -> u64) -> u64 {
        let pass = self.next.replace(self.next.get() + 1);
        let (places, sum) = &self.passes[pass % self.passes.len()];
        work(places).wrapping_sub(*sum)
    }
}

/// Walks, kept beside what memory takes that has the file, or else the disk.
fn walks(run: &mut Run, path: &Path, size: &str, places: &Places, disk: bool) {
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
        work(Limit, "limit", || {
            places.next(|at| match &memory {
                Some(memory) => sum_at(memory, at),
                None => read_at(&direct, at, &mut large[..PAGE]),
            })
        }),
        work(Kept, "Mmap", || places.next(|at| sum_at(&plain, at))),
        work(Kept, "Mmap, Random", || {
            places.next(|at| sum_at(&random, at))
        }),
        work(Without, "read_exact_at", || {
            places.next(|at| read_at(&other, at, &mut [0; 8]))
        }),
    ];
    run.measure(["here and there", size], None, contenders);
}
