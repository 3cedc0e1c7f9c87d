//! Whether several threads get more out of one map than one does.

use super::common::*;
use std::thread;

pub fn measure(run: &mut Run) {
    let len = run.of(1 << 20, 64 << 20, 64 << 20);
    let (path, file) = &system::file("many_threads", TEXT, len);
    let memory = fs::read(path).unwrap();
    let kept = map(file);
    let count = run.of(100, 20_000, 20_000);
    let places = places(count, len);
    for (state, random) in [("all bytes", false), ("random", true)] {
        for threads in [1, 2, 4] {
            // A part of the file each, or of the places.
            let at = |number| &places[number * (count / threads)..][..count / threads];
            let start = |number| number * (len / threads);
            let slice = |bytes: &[u8]| {
                in_threads(threads, &|number| match random {
                    true => sum_at(bytes, at(number)),
                    false => sum(&bytes[start(number)..][..len / threads]),
                })
            };
            let read = |number| match random {
                true => read_at(file, at(number), &mut [0; 8]),
                false => {
                    let mut buffer = vec![0; BUFFER];
                    let starts = (start(number)..start(number + 1)).step_by(BUFFER);
                    total(starts.map(|start| {
                        file.read_exact_at(&mut buffer, start as u64).unwrap();
                        sum(&buffer)
                    }))
                }
            };
            let contenders = vec![
                work(Limit, "limit", || slice(&memory)),
                work(Kept, "Mmap, kept", || slice(&kept)),
                work(Made, "Mmap", || slice(&map(&File::open(path).unwrap()))),
                work(Without, "read_exact_at", || in_threads(threads, &read)),
            ];
            let plural = if threads > 1 { "s" } else { "" };
            let size = format!("{threads} thread{plural}, {}", bytes(len));
            run.measure([state, &size], None, contenders);
        }
    }
}

/// The sum of what each thread makes of its number.
fn in_threads(threads: usize, of: &(dyn Fn(usize) -> u64 + Sync)) -> u64 {
    thread::scope(|scope| {
        let started = (0..threads).map(|number| scope.spawn(move || of(number)));
        let started: Vec<_> = started.collect();
        total(started.into_iter().map(|thread| thread.join().unwrap()))
    })
}
