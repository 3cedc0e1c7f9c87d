//! One run: contenders that do the same work, in an order of chance, and what is kept of them.

mod advice;
mod common;
mod larger_than_memory;
mod many_threads;
mod map_or_read;
mod overhead;
mod searching;
mod store_or_write;
pub mod system;
mod what_a_map_costs;

use criterion::{BenchmarkId, Criterion, SamplingMode};
use speed::data::{Data, Kind, Row, YOURS};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// How much is done.
#[derive(Clone, Copy, PartialEq)]
pub enum Extent {
    /// Everything once, with small files: `cargo test`.
    Test,
    /// `cargo bench`.
    Quick,
    /// `FULL=1 cargo bench`.
    Full,
}

impl Extent {
    /// One of three, by the extent.
    pub fn of<T>(self, test: T, quick: T, full: T) -> T {
        match self {
            Extent::Test => test,
            Extent::Quick => quick,
            Extent::Full => full,
        }
    }
}

/// A run of a page.
pub struct Run {
    pub extent: Extent,
    page: &'static str,
    out: PathBuf,
    rows: Vec<Row>,
    /// What to know of the machine.
    pub notes: Vec<(String, String)>,
}

/// What is measured: a name, and one pass, which hands out the time that counts and a checksum.
pub struct Contender<'a> {
    kind: Kind,
    name: &'static str,
    pub pass: Box<dyn FnMut(u64) -> (Duration, u64) + 'a>,
}

/// A contender all of whose work counts.
pub fn work<'a>(
    kind: Kind,
    name: &'static str,
    mut work: impl FnMut() -> u64 + 'a,
) -> Contender<'a> {
    let pass = move |times| {
        let start = Instant::now();
        let mut sum = 0;
        for _ in 0..times {
            sum = black_box(work());
        }
        (start.elapsed(), sum)
    };
    let pass = Box::new(pass);
    Contender { kind, name, pass }
}

/// A contender with something to do before that does not count.
pub fn prepared<'a, T>(
    kind: Kind,
    name: &'static str,
    mut prepare: impl FnMut() -> T + 'a,
    mut work: impl FnMut(&mut T) -> u64 + 'a,
) -> Contender<'a> {
    let pass = move |times| {
        let (mut sum, mut time) = (0, Duration::ZERO);
        for _ in 0..times {
            let mut given = prepare();
            let start = Instant::now();
            sum = black_box(work(&mut given));
            time += start.elapsed();
        }
        (time, sum)
    };
    let pass = Box::new(pass);
    Contender { kind, name, pass }
}

impl<'a> Contender<'a> {
    /// The same, of which one pass does so many: what is kept is the time of one.
    pub fn many(mut self, count: u32) -> Self {
        let mut pass = self.pass;
        self.pass = Box::new(move |times| {
            let (time, sum) = pass(times);
            (time / count, sum)
        });
        self
    }
}

impl Run {
    /// Measures contenders that do the same work: their checksums are alike.
    pub fn measure(&mut self, state: &str, size: &str, mut contenders: Vec<Contender>) -> Result {
        let expected = contenders[0].name;
        let (mut first, sum) = (contenders[0].pass)(1);
        for contender in &mut contenders[1..] {
            let (time, found) = (contender.pass)(1);
            assert_eq!(found, sum, "{} and {expected}", contender.name);
            first += time;
        }
        let short = first < Duration::from_millis(self.extent.of(0, 30, 1000));
        let rounds = if short { 3 } else { 1 };
        // In the order of the figure. The contenders are measured in another.
        let names: Vec<_> = contenders.iter().map(|one| (one.kind, one.name)).collect();
        let case = format!("{state}, {size}");
        let mut samples = vec![Vec::new(); names.len()];
        // In rounds: what else the machine does for a while then meets all contenders.
        for _ in 0..rounds {
            fastrand::shuffle(&mut contenders);
            // A new one each time: it gives what it knows already another place.
            let criterion = Criterion::default().without_plots().nresamples(1001);
            let criterion = criterion.output_directory(&self.out);
            let mut criterion = criterion.configure_from_args();
            let mut group = criterion.benchmark_group(self.page);
            group.sampling_mode(SamplingMode::Flat).sample_size(10);
            group.warm_up_time(Duration::from_millis(self.extent.of(1, 20, 50)));
            group.measurement_time(Duration::from_millis(self.extent.of(1, 80, 400)));
            for Contender { name, pass, .. } in &mut contenders {
                group.bench_function(BenchmarkId::new(*name, &case), |bencher| {
                    bencher.iter_custom(|times| {
                        let (time, found) = pass(times);
                        assert_eq!(found, sum, "{name} and {expected}, {case}");
                        time
                    });
                });
            }
            group.finish();
            for ((_, name), samples) in names.iter().zip(&mut samples) {
                samples.extend(self.samples(name, &case)?);
            }
        }
        for (contender, samples) in names.into_iter().zip(samples) {
            if let Some(quartiles) = quartiles(samples) {
                self.keep(state, size, contender, "ns", quartiles);
            }
        }
        Ok(())
    }

    /// Keeps the median and the quartiles of something that was measured or counted.
    pub fn keep(
        &mut self,
        state: &str,
        size: &str,
        (kind, contender): (Kind, &str),
        unit: &str,
        [median, low, high]: [f64; 3],
    ) {
        let page = self.page.to_owned();
        let [state, size, contender, unit] = [state, size, contender, unit].map(str::to_owned);
        self.rows.push(Row {
            page,
            state,
            size,
            contender,
            kind,
            unit,
            median,
            low,
            high,
        });
    }

    /// The samples that criterion left, in ns; none of what its filter left out.
    fn samples(&self, contender: &str, case: &str) -> Result<Vec<f64>> {
        let name =
            |text: &str| text.replace(['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'], "_");
        let folder = self
            .out
            .join(self.page)
            .join(name(contender))
            .join(name(case));
        let Ok(text) = fs::read(folder.join("new/sample.json")) else {
            return Ok(Vec::new());
        };
        let sample: serde_json::Value = serde_json::from_slice(&text)?;
        let numbers = |name: &str| sample[name].as_array().into_iter().flatten();
        let numbers = |name| numbers(name).filter_map(serde_json::Value::as_f64);
        let times = numbers("times").zip(numbers("iters"));
        Ok(times.map(|(time, passes)| time / passes).collect())
    }
}

/// The median of some samples and their quartiles; `None` of no samples.
pub fn quartiles(mut samples: Vec<f64>) -> Option<[f64; 3]> {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().checked_sub(1)?;
    Some([2, 1, 3].map(|quarter| samples[last * quarter / 4]))
}

/// A page of the book, and what measures for it.
type Page = (&'static str, fn(&mut Run) -> Result);

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

/// Runs the pages that the command line names, or all, and keeps what they measured.
pub fn all() -> Result {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let benches = words.iter().any(|word| word == "--bench");
    let extent = match std::env::var_os("FULL") {
        _ if !benches || words.iter().any(|word| word == "--test") => Extent::Test,
        Some(_) => Extent::Full,
        None => Extent::Quick,
    };
    let named = |page: &&Page| words.iter().any(|word| word == page.0);
    let named: Vec<&Page> = PAGES.iter().filter(named).collect();
    let all = named.is_empty();
    let named = if all { PAGES.iter().collect() } else { named };
    system::give_memory_back();
    let folder = system::folder()?;
    if system::is_memory(&folder)? {
        println!(
            "{}: no file is cold on this file system, and none has a disk.",
            folder.display()
        );
    }
    let out = system::root().join("target/speed/criterion");
    let start = Instant::now();
    if extent != Extent::Test && all {
        // Nothing of an older run, which may have been another machine's.
        let _ = fs::remove_file(system::root().join(YOURS));
    }
    for (page, measure) in named {
        if extent != Extent::Test {
            let _ = fs::remove_dir_all(out.join(page));
        }
        let (out, rows, notes) = (out.clone(), Vec::new(), Vec::new());
        let mut run = Run {
            extent,
            page,
            out,
            rows,
            notes,
        };
        measure(&mut run)?;
        if extent == Extent::Test {
            continue;
        }
        let mut data = Data::read(&system::root(), YOURS)?.unwrap_or_default();
        let mut machine = system::machine()?;
        machine.extend(run.notes);
        // What another page found out stays.
        let known = |name: &str| machine.iter().any(|(found, _)| found == name);
        data.machine.retain(|(name, _)| !known(name));
        machine.append(&mut data.machine);
        data.machine = machine;
        data.rows.retain(|row| row.page != *page);
        data.rows.extend(run.rows);
        // In the order of the pages, whichever ran last.
        data.rows
            .sort_by_key(|row| PAGES.iter().position(|(page, _)| *page == row.page));
        fs::write(system::root().join(YOURS), data.to_string())?;
        let seconds = start.elapsed().as_secs();
        eprintln!("{page}: in {YOURS}, {seconds} s after the start");
    }
    fs::remove_dir(folder)?;
    Ok(())
}
