//! One run: measures contenders that do the same work, in a random order, and keeps the results.

mod advice;
mod common;
mod larger_than_memory;
mod many_threads;
mod map_or_read;
mod overhead;
mod searching;
mod store_or_write;
#[cfg(feature = "stores")]
mod stores;
pub mod system;
mod what_a_map_costs;

use speed::data::{Data, Kind, Row, YOURS};
use std::fs::{self, File};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The number of samples of a contender in a round, and of a contender that takes long.
const SAMPLES: [u32; 2] = [10, 3];

/// How much a run measures.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    /// Everything once, with small files: `cargo test`.
    Test,
    /// `cargo bench`.
    Quick,
    /// `FULL=1 cargo bench`.
    Full,
}

/// A run of the pages, one after the other.
pub struct Run {
    extent: Extent,
    /// The read-ahead of the disk. The name of each case that depends on it contains it.
    pub ahead: String,
    /// Whether this run measures only those cases, on a second disk.
    pub second_disk: bool,
    page: &'static str,
    data: Data,
}

/// A contender: its kind, its name, and a function that makes a number of passes and returns their
/// time and a checksum.
pub struct Contender<'a>(
    pub Kind,
    pub &'a str,
    pub Box<dyn FnMut(u32) -> (Duration, u64) + 'a>,
);

/// A contender whose time counts from start to end.
pub fn work<'a>(kind: Kind, name: &'a str, mut work: impl FnMut() -> u64 + 'a) -> Contender<'a> {
    let passes = move |times| {
        let start = Instant::now();
        let sum = (0..times).fold(0, |_, _| black_box(work()));
        (start.elapsed(), sum)
    };
    Contender(kind, name, Box::new(passes))
}

/// A contender with a preparation that does not count.
pub fn prepared<'a, T>(
    kind: Kind,
    name: &'a str,
    mut prepare: impl FnMut() -> T + 'a,
    mut work: impl FnMut(&mut T) -> u64 + 'a,
) -> Contender<'a> {
    let mut pass = move || {
        let mut given = prepare();
        let start = Instant::now();
        let sum = black_box(work(&mut given));
        (start.elapsed(), sum)
    };
    Contender(kind, name, Box::new(move |times| repeat(times, &mut pass)))
}

/// Makes a number of passes. Each pass measures its own time.
fn repeat(times: u32, mut pass: impl FnMut() -> (Duration, u64)) -> (Duration, u64) {
    (0..times).fold((Duration::ZERO, 0), |(all, _), _| {
        let (time, sum) = pass();
        (all + time, sum)
    })
}

impl Run {
    /// Returns one of three values, for the extent of this run.
    pub fn of<T>(&self, test: T, quick: T, full: T) -> T {
        match self.extent {
            Extent::Test => test,
            Extent::Quick => quick,
            Extent::Full => full,
        }
    }

    /// Measures contenders that do the same work, so their checksums must be equal. With `cold`,
    /// drops that file from the page cache before each pass.
    pub fn measure(&mut self, case: [&str; 2], cold: Option<&File>, mut all: Vec<Contender>) {
        let [state, size] = case;
        let of_disk = format!("{size}, {}", self.ahead);
        let size = if cold.is_some() { &of_disk } else { size };
        if self.skips(size) {
            return;
        }
        let mut expected = None;
        let mut pass = |Contender(_, name, passes): &mut Contender, times| {
            let (time, sum) = match cold {
                None => passes(times),
                Some(file) => repeat(times, || {
                    system::make_cold(file);
                    passes(1)
                }),
            };
            assert_eq!(sum, *expected.get_or_insert(sum), "{name}, {case:?}");
            time
        };
        let first: Duration = all.iter_mut().map(|one| pass(one, 1)).sum();
        if self.extent == Extent::Test {
            return;
        }
        let warm_up = Duration::from_millis(self.of(0, 15, 40));
        let sample = Duration::from_millis(self.of(0, 60, 200)) / SAMPLES[0];
        let long = first > Duration::from_millis(self.of(0, 30, 300));
        let mut samples = vec![Vec::new(); all.len()];
        let mut order: Vec<usize> = (0..all.len()).collect();
        // In rounds, so that other work of the machine disturbs all contenders.
        for _ in 0..3 {
            fastrand::shuffle(&mut order);
            for &at in &order {
                // The warm-up decides how many passes a sample has.
                let (start, mut passes, mut times) = (Instant::now(), 0, 1);
                while start.elapsed() < warm_up {
                    pass(&mut all[at], times);
                    passes += times;
                    times *= 2;
                }
                let one = start.elapsed().as_secs_f64() / f64::from(passes);
                let times = (sample.as_secs_f64() / one).ceil() as u32;
                samples[at].extend((0..SAMPLES[usize::from(long)]).map(|_| {
                    let time = pass(&mut all[at], times);
                    time.as_secs_f64() * 1e9 / f64::from(times)
                }));
            }
        }
        // In the order of the figure.
        for (Contender(kind, name, _), samples) in all.into_iter().zip(samples) {
            self.keep(kind, [state, size, name], "ns", quartiles(samples));
        }
    }

    /// The name of a size and an origin. For an origin that depends on the read-ahead, the name has
    /// the read-ahead, too.
    pub fn size_by(&self, origin: system::Origin, size: &str) -> String {
        match origin {
            system::Origin::Read => format!("{size}, {}", self.ahead),
            _ => size.to_owned(),
        }
    }

    /// Whether a run on a second disk leaves this case out.
    pub fn skips(&self, size: &str) -> bool {
        self.second_disk && !size.contains(" ahead")
    }

    /// Keeps the median and the quartiles of the samples.
    pub fn keep(&mut self, kind: Kind, path: [&str; 3], unit: &str, numbers: [f64; 3]) {
        let [state, size, contender] = path;
        let path = [self.page, state, size, contender];
        let row = Row::new(path, kind, unit, numbers);
        if self.extent != Extent::Test {
            eprintln!("{row}");
        }
        self.data.rows.push(row);
    }

    /// Keeps a fact about the machine, and replaces an older value.
    pub fn note(&mut self, name: &str, value: String) {
        let mut known = self.data.machine.iter_mut();
        match known.find(|(known, _)| known == name) {
            Some(known) => known.1 = value,
            None => self.data.machine.push((name.to_owned(), value)),
        }
    }
}

/// The median and the quartiles of some samples.
pub fn quartiles(mut samples: Vec<f64>) -> [f64; 3] {
    samples.sort_by(f64::total_cmp);
    [2, 1, 3].map(|quarter| samples[(samples.len() - 1) * quarter / 4])
}

/// A page of the book, and the function that measures for it.
type Page = (&'static str, fn(&mut Run));

/// In the order of the book.
const PAGES: [Page; 7] = [
    ("what_a_map_costs", what_a_map_costs::measure),
    ("map_or_read", map_or_read::measure),
    ("advice", advice::measure),
    ("searching", searching::measure),
    ("store_or_write", store_or_write::measure),
    ("many_threads", many_threads::measure),
    ("larger_than_memory", larger_than_memory::measure),
];

/// Measures for the pages that the command line names, or for all, and writes the data.
pub fn all() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let extent = match std::env::var_os("FULL") {
        _ if !has("--bench") || has("--test") => Extent::Test,
        Some(_) => Extent::Full,
        None => Extent::Quick,
    };
    let second_disk = std::env::var_os("SECOND").is_some();
    let all = !second_disk && !PAGES.iter().any(|(page, _)| has(page));
    system::give_memory_back();
    // A run of all pages starts without old data, which may come from another machine.
    let old = (!all).then(|| Data::read(&system::root(), YOURS));
    let data = old.transpose()?.flatten().unwrap_or_default();
    let [(_, file_system), (_, ahead)] = &system::disk_of(&system::folder());
    let (file_system, ahead) = (file_system.clone(), ahead.clone());
    let page = "";
    let mut run = Run {
        extent,
        ahead,
        second_disk,
        page,
        data,
    };
    if second_disk {
        run.note("second disk", format!("{file_system}, {}", run.ahead));
    } else {
        for (name, value) in system::machine() {
            run.note(name, value);
        }
    }
    let start = Instant::now();
    let of_disk = ["map_or_read", "advice", "larger_than_memory"];
    let wanted = |page| all || has(page) || second_disk && of_disk.contains(&page);
    for (page, measure) in PAGES.into_iter().filter(|(page, _)| wanted(*page)) {
        run.page = page;
        // Rows that depend on the disk stay if they are from another disk.
        let of_disk = |row: &Row| row.path[1..3].iter().any(|name| name.contains(" ahead"));
        let of_ours = |row: &Row| row.path[1..3].iter().any(|name| name.ends_with(&run.ahead));
        run.data.rows.retain(|row| {
            row.path[0] != page || second_disk && !of_disk(row) || of_disk(row) && !of_ours(row)
        });
        measure(&mut run);
        fs::remove_dir_all(system::folder())?;
        if extent != Extent::Test {
            // In the order of the pages, not in the order of the runs.
            let order = |row: &Row| PAGES.iter().position(|(page, _)| *page == row.path[0]);
            run.data.rows.sort_by_key(order);
            fs::write(system::root().join(YOURS), run.data.to_string())?;
            let seconds = start.elapsed().as_secs();
            eprintln!("{page}: in {YOURS}, {seconds} s after the start");
        }
    }
    if extent != Extent::Test {
        eprintln!("{}", speed::outcomes(&system::root(), &run.data)?);
    }
    Ok(())
}
