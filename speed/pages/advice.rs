//! Measures how advice changes the time, and which pages come into memory.

use super::common::*;
use std::thread::sleep;
use std::time::Duration;

/// The kinds of advice, with their names in the figures.
const ADVICE: [(&str, Option<Advice>); 6] = [
    ("map, no advice", None),
    ("map, Sequential", Some(Advice::Sequential)),
    ("map, Random", Some(Advice::Random)),
    ("map, WillNeed", Some(Advice::WillNeed)),
    ("map, PopulateRead", Some(Advice::PopulateRead)),
    ("map, HugePage", Some(Advice::HugePage)),
];

pub fn measure(run: &mut Run) {
    let len = run.of(1 << 20, 64 << 20, 64 << 20);
    let (path, file) = &system::file("advice", TEXT, len);
    // Only the kinds of advice that this system knows.
    let mut known = ADVICE.to_vec();
    known.retain(|(_, advice)| advice.is_none_or(|advice| map(file).advise(advice).is_ok()));
    let places = places(run.of(10, 100, 100), len);
    for state in ["warm", "cold", "cold random"] {
        let cold = state != "warm";
        let places = (state == "cold random").then_some(&places[..]);
        let mut contenders = vec![baseline(path, cold, places)];
        contenders.extend(known.iter().map(|&(name, advice)| {
            work(Made, name, move || sum_of(&advised(file, advice), places))
        }));
        run.measure([state, &bytes(len)], cold.then_some(file), contenders);
    }
    let state = format!("in memory with {}", run.ahead);
    let mut keep = |size, kind, name, numbers| {
        run.keep(kind, [&state, size, name], "pages", numbers);
    };
    keep("held", Baseline, "pages", [(len / PAGE) as f64; 3]);
    for (name, advice) in known {
        // If the pages are dropped during a read, some stay in memory. So wait for the disk.
        sleep(Duration::from_millis(50));
        system::make_cold(file);
        let map = advised(file, advice);
        assert_eq!(map[len / 2], TEXT[len / 2 % TEXT.len()]);
        // The system may still be reading.
        sleep(Duration::from_millis(100));
        let pages = system::resident(&map);
        // The number of pages in memory. Then, for each run of such pages: number, first page, end.
        let held = pages.iter().filter(|held| **held).count() as f64;
        keep("held", Made, name, [held; 3]);
        let mut first = 0.0;
        for pages in pages.chunk_by(|left, right| left == right) {
            let (count, from) = (pages.len() as f64, first);
            first += count;
            if pages[0] {
                keep("runs", Made, name, [count, from, first]);
            }
        }
    }
}
