//! Whether several threads get more out of one map than one does.

use super::common::*;
use std::thread;

pub fn measure(run: &mut Run) -> Result {
    let len = run.extent.of(1 << 20, 64 << 20, 64 << 20);
    let (path, file) = system::file("many_threads", TEXT, len)?;
    let memory = fs::read(&path)?;
    let kept = map(&file);
    let count = run.extent.of(100, 20_000, 20_000);
    let places = places(count, len);
    for threads in [1, 2, 4] {
        let size = match threads {
            1 => format!("1 thread, {}", bytes(len)),
            _ => format!("{threads} threads, {}", bytes(len)),
        };
        // A part of the file each.
        let parts = |of: &(dyn Fn(usize, usize) -> u64 + Sync)| {
            let part = len / threads;
            in_threads(threads, &|number| of(number * part, part))
        };
        let slice = |bytes: &[u8]| parts(&|from, part| sum(&bytes[from..from + part]));
        let contenders = vec![
            work(Limit, "limit", || slice(&memory)),
            work(Kept, "Mmap, kept", || slice(&kept)),
            work(Made, "Mmap", || slice(&map(&File::open(&path).unwrap()))),
            work(Without, "read_exact_at", || {
                parts(&|from, part| {
                    let mut buffer = vec![0; 64 << 10];
                    let starts = (from..from + part).step_by(buffer.len());
                    let sums = starts.map(|start| {
                        file.read_exact_at(&mut buffer, start as u64).unwrap();
                        sum(&buffer)
                    });
                    sums.fold(0, u64::wrapping_add)
                })
            }),
        ];
        run.measure("all bytes", &size, contenders)?;
    }
    for threads in [1, 2, 4] {
        let size = match threads {
            1 => format!("1 thread, {}", bytes(len)),
            _ => format!("{threads} threads, {}", bytes(len)),
        };
        let parts = |of: &(dyn Fn(&[usize]) -> u64 + Sync)| {
            let part = count / threads;
            in_threads(threads, &|number| of(&places[number * part..][..part]))
        };
        let contenders = vec![
            work(Limit, "limit", || parts(&|places| sum_at(&memory, places))),
            work(Kept, "Mmap, kept", || {
                parts(&|places| sum_at(&kept, places))
            }),
            work(Made, "Mmap", || {
                let map = map(&File::open(&path).unwrap());
                parts(&|places| sum_at(&map, places))
            }),
            work(Without, "read_exact_at", || {
                parts(&|places| read_at(&file, places))
            }),
        ];
        run.measure("random", &size, contenders)?;
    }
    fs::remove_file(path)?;
    Ok(())
}

/// The sum of what each thread makes of its number.
fn in_threads(threads: usize, of: &(dyn Fn(usize) -> u64 + Sync)) -> u64 {
    thread::scope(|scope| {
        let started = (0..threads).map(|number| scope.spawn(move || of(number)));
        let started: Vec<_> = started.collect();
        let sums = started.into_iter().map(|thread| thread.join().unwrap());
        sums.fold(0, u64::wrapping_add)
    })
}
