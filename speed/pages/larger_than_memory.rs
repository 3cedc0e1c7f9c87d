//! Measures eviction: a walk through a file that is twice as large as the memory for it.

use super::common::*;
use std::time::{Duration, Instant};

pub fn measure(run: &mut Run) {
    let sizes: &[usize] = run.of(&[64 << 20], &[128 << 20], &[128 << 20, 1 << 30]);
    for &len in sizes {
        let (path, file) = &system::file("larger_than_memory", TEXT, len);
        walk(run, "start to end with enough", path, &bytes(len), len);
        random(run, path, len);
        // Pages that are in the cache already would not count for the limit of this run.
        system::make_cold(file);
        let limit = system::MemoryLimit::new(len / 2);
        let told = match &limit {
            Ok(_) => "by a cgroup".into(),
            Err(error) => format!("no limit: {error}"),
        };
        run.note("memory for half of a file", told);
        if limit.is_ok() {
            let size = format!("{}, {}", bytes(len), run.ahead);
            walk(run, "start to end with half", path, &size, len);
            random_with_half(run, path, &size, len);
        }
    }
}

/// Walks from start to end, one buffer at a time, after a first walk that does not count.
fn walk(run: &mut Run, state: &str, path: &Path, size: &str, len: usize) {
    let file = &File::open(path).unwrap();
    let steps: Vec<usize> = (0..len).step_by(BUFFER).collect();
    let by_map = |advice| -> Step {
        let map = advised(file, advice);
        Box::new(move |at| sum(&map[at..at + BUFFER]))
    };
    let contenders: [Steps; 3] = [
        (Kept, "Mmap", &|| by_map(None)),
        (Kept, "Mmap, Sequential", &|| {
            by_map(Some(Advice::Sequential))
        }),
        (Without, "read_exact_at", &|| {
            let mut buffer = vec![0; BUFFER];
            Box::new(move |at| {
                file.read_exact_at(&mut buffer, at as u64).unwrap();
                sum(&buffer)
            })
        }),
    ];
    let half = state.ends_with("half");
    let memory = (!half).then(|| in_memory(path));
    let mut large = aligned();
    let baseline = || match &memory {
        Some(memory) => sum(memory),
        None => read(&mut system::open_direct(path), &mut large),
    };
    let before = || {
        if half {
            system::make_cold(file);
        }
    };
    steps_of(run, [state, size], &steps, baseline, contenders, &before);
}

/// Loads eight bytes at random places of a file that fits into memory.
fn random(run: &mut Run, path: &Path, len: usize) {
    let file = File::open(path).unwrap();
    let (plain, random) = (map(&file), advised(&file, Some(Advice::Random)));
    let places = places(run.of(10, 1000, 1000), len);
    let contenders = vec![
        baseline(path, false, Some(&places)),
        work(Kept, "Mmap", || sum_at(&plain, &places)),
        work(Kept, "Mmap, Random", || sum_at(&random, &places)),
        work(Without, "read_exact_at", || {
            read_at(&file, &places, &mut [0; 8])
        }),
    ];
    run.measure(["random with enough", &bytes(len)], None, contenders);
}

/// Loads eight bytes at random places of a file that does not fit into memory. Each contender finds
/// the same pages in memory: those that a walk with reads has left.
fn random_with_half(run: &mut Run, path: &Path, size: &str, len: usize) {
    let file = &File::open(path).unwrap();
    let places = places(run.of(10, 500, 1000), len);
    let by_map = |advice| -> Step {
        let map = advised(file, advice);
        Box::new(move |at| sum(&map[at..at + 8]))
    };
    let contenders: [Steps; 3] = [
        (Kept, "Mmap", &|| by_map(None)),
        (Kept, "Mmap, Random", &|| by_map(Some(Advice::Random))),
        (Without, "read_exact_at", &|| {
            Box::new(|at| read_at(file, &[at], &mut [0; 8]))
        }),
    ];
    let (direct, mut large) = (system::open_direct(path), aligned());
    let baseline = || read_at(&direct, &places, &mut large[..PAGE]);
    let before = || {
        system::make_cold(file);
        let mut buffer = vec![0; BUFFER];
        black_box(read(&mut File::open(path).unwrap(), &mut buffer));
    };
    let case = ["random with half", size];
    steps_of(run, case, &places, baseline, contenders, &before);
}

/// The function that makes a step. A contender is made for each round, because a map from an
/// earlier round would keep its pages in memory.
type Step<'a> = Box<dyn FnMut(usize) -> u64 + 'a>;
type Steps<'a> = (Kind, &'a str, &'a dyn Fn() -> Step<'a>);

/// Measures the mean time of a step. With memory for half of the file, also measures the 99th
/// percentile, which matters to a program that has to answer in time, and counts the pages that are
/// read from the disk for a step.
fn steps_of(
    run: &mut Run,
    [state, size]: [&str; 2],
    steps: &[usize],
    mut baseline: impl FnMut() -> u64,
    contenders: [Steps; 3],
    before: &dyn Fn(),
) {
    if run.skips(size) {
        return;
    }
    // Only the second walk counts.
    let twice = state.starts_with("start");
    let rounds = run.of(1, 3, 5);
    let count = steps.len() as f64;
    let mut expected = None;
    // For the baseline and each contender: the mean, the 99th percentile, the pages.
    let mut samples = [const { [const { Vec::new() }; 3] }; 4];
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    for _ in 0..rounds {
        let start = Instant::now();
        let sum = black_box(baseline());
        let mean = start.elapsed().as_secs_f64() * 1e9 / count;
        samples[0].iter_mut().for_each(|samples| samples.push(mean));
        assert_eq!(sum, *expected.get_or_insert(sum), "baseline, {state}");
        fastrand::shuffle(&mut order);
        for &at in &order {
            let (_, name, make) = contenders[at];
            before();
            let mut step = make();
            if twice {
                black_box(total(steps.iter().map(|&at| step(at))));
            }
            let (before, mut all) = (system::pages_read(), 0_u64);
            let mut times: Vec<Duration> = Vec::with_capacity(steps.len());
            for &at in steps {
                let start = Instant::now();
                all = all.wrapping_add(black_box(step(at)));
                times.push(start.elapsed());
            }
            let pages = (system::pages_read() - before) / count;
            assert_eq!(Some(all), expected, "{name}, {state}");
            let mean = times.iter().sum::<Duration>().as_secs_f64() * 1e9 / count;
            times.sort();
            let late = times[(times.len() - 1) * 99 / 100].as_secs_f64() * 1e9;
            for (samples, found) in samples[at + 1].iter_mut().zip([mean, late, pages]) {
                samples.push(found);
            }
        }
    }
    let samples = samples.map(|of_one| of_one.map(quartiles));
    let late = (format!("stalls {state}"), 1, "ns");
    let read = (format!("pages read {state}"), 2, "pages read");
    let half = state.ends_with("half");
    let of_pages = half && !twice;
    let kept = [(state.to_owned(), 0, "ns"), late, read]
        .into_iter()
        .zip([true, half, of_pages]);
    for ((state, which, unit), _) in kept.filter(|(_, kept)| *kept) {
        let baseline = [(Baseline, "baseline")].into_iter();
        let names = baseline.chain(contenders.iter().map(|(kind, name, _)| (*kind, *name)));
        for ((kind, name), samples) in names.zip(&samples) {
            if unit == "ns" || kind != Baseline {
                run.keep(kind, [&state, size, name], unit, samples[which]);
            }
        }
    }
}
