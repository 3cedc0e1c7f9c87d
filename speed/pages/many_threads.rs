//! Measures whether several threads use one map faster than one thread.

use super::common::*;
use super::searching::blocks;
use memchr::{memchr, memmem};
use std::io::{Read, Seek, SeekFrom};
use std::thread;

pub fn measure(run: &mut Run) {
    let len = run.of(1 << 20, 64 << 20, 64 << 20);
    let (path, file) = &system::file("many_threads", TEXT, len);
    let memory = in_memory(path);
    let kept = map(file);
    let count = run.of(100, 20_000, 20_000);
    let places = places(count, len);
    for (state, random) in [("all bytes", false), ("random", true)] {
        for threads in [1, 2, 4] {
            // Each thread gets a part of the file or of the places.
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
                work(Baseline, "baseline", || slice(&memory)),
                work(Kept, "Mmap, kept", || slice(&kept)),
                work(Made, "Mmap", || slice(&map(&File::open(path).unwrap()))),
                work(Without, "read_exact_at", || in_threads(threads, &read)),
            ];
            run.measure([state, &size(threads, len)], None, contenders);
        }
    }
    lines(run, len);
}

fn size(threads: usize, len: usize) -> String {
    let plural = if threads > 1 { "s" } else { "" };
    format!("{threads} thread{plural}, {}", bytes(len))
}

/// Searches each part of a text for a word. Each part starts at the start of a line, so that each
/// line is in one part.
fn lines(run: &mut Run, len: usize) {
    let text = include_bytes!("../../lorem.txt");
    let (path, file) = &system::file("lines", text, len);
    let memory = in_memory(path);
    let kept = map(file);
    let finder = memmem::Finder::new("Donec");
    let count = |bytes: &[u8]| finder.find_iter(bytes).count() as u64;
    for threads in [1, 2, 4] {
        let slice = |bytes: &[u8]| {
            let start = |number| match number * (bytes.len() / threads) {
                0 => 0,
                _ if number == threads => bytes.len(),
                at => memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |line| at + line + 1),
            };
            in_threads(threads, &|number| {
                count(&bytes[start(number)..start(number + 1)])
            })
        };
        // The parts start at the same places, which a read finds.
        let start = |number| match number * (len / threads) {
            0 => 0,
            _ if number == threads => len,
            at => {
                let mut near = [0; 4 << 10];
                let read = file.read_at(&mut near, at as u64).unwrap();
                let line = memchr(b'\n', &near[..read]);
                at + line.expect("a line is shorter than that") + 1
            }
        };
        let read = |number| {
            let mut part = File::open(path).unwrap();
            part.seek(SeekFrom::Start(start(number) as u64)).unwrap();
            let part = part.take((start(number + 1) - start(number)) as u64);
            blocks(part, &mut vec![0; BUFFER], count)
        };
        let contenders = vec![
            work(Baseline, "baseline", || slice(&memory)),
            work(Kept, "Mmap, kept", || slice(&kept)),
            work(Made, "Mmap", || slice(&map(&File::open(path).unwrap()))),
            work(Without, "blocks", || in_threads(threads, &read)),
        ];
        run.measure(["lines", &size(threads, len)], None, contenders);
    }
}

/// Calls a function with the number of each thread, in that thread, and sums the results.
fn in_threads(threads: usize, of: &(dyn Fn(usize) -> u64 + Sync)) -> u64 {
    thread::scope(|scope| {
        let started = (0..threads).map(|number| scope.spawn(move || of(number)));
        let started: Vec<_> = started.collect();
        total(started.into_iter().map(|thread| thread.join().unwrap()))
    })
}
