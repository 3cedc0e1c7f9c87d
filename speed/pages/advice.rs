//! What advice changes: the time, and which pages come into memory.

use super::common::*;
use std::time::Duration;

/// The kinds of advice, by their names in the figures.
const ADVICE: [(&str, Option<Advice>); 6] = [
    ("map, no advice", None),
    ("map, Sequential", Some(Advice::Sequential)),
    ("map, Random", Some(Advice::Random)),
    ("map, WillNeed", Some(Advice::WillNeed)),
    ("map, PopulateRead", Some(Advice::PopulateRead)),
    ("map, HugePage", Some(Advice::HugePage)),
];

fn advised(file: &File, advice: Option<Advice>) -> Mmap {
    let map = map(file);
    if let Some(advice) = advice {
        map.advise(advice).unwrap();
    }
    map
}

pub fn measure(run: &mut Run) -> Result {
    let len = run.extent.of(1 << 20, 64 << 20, 64 << 20);
    let (path, file) = system::file("advice", TEXT, len)?;
    for state in ["warm", "cold", "cold random"] {
        time(run, state, &path, &file, len)?;
    }
    let all = [(len / PAGE) as f64; 3];
    run.keep("in memory", "held", (Limit, "pages"), "pages", all);
    for (name, advice) in known(&file) {
        // Dropping the pages in the middle of a read leaves some: the disk is to be at rest.
        std::thread::sleep(Duration::from_millis(50));
        system::make_cold(&file)?;
        let map = advised(&file, advice);
        assert_eq!(map[len / 2], TEXT[len / 2 % TEXT.len()]);
        // The system may go on reading.
        std::thread::sleep(Duration::from_millis(100));
        let pages = system::resident(&map);
        // How many there are, then each run of them: how many, from which, up to which.
        let held = pages.iter().filter(|held| **held).count() as f64;
        run.keep("in memory", "held", (Made, name), "pages", [held; 3]);
        let mut first = 0;
        for pages in pages.chunk_by(|left, right| left == right) {
            let [count, from] = [pages.len(), first].map(|pages| pages as f64);
            if pages[0] {
                let run_of_pages = [count, from, from + count];
                run.keep("in memory", "runs", (Made, name), "pages", run_of_pages);
            }
            first += pages.len();
        }
    }
    Ok(fs::remove_file(system::folder()?.join("advice"))?)
}

/// The advice that this system takes.
fn known(file: &File) -> Vec<(&'static str, Option<Advice>)> {
    let map = map(file);
    let takes = |advice: Option<Advice>| advice.is_none_or(|advice| map.advise(advice).is_ok());
    ADVICE
        .into_iter()
        .filter(|(_, advice)| takes(*advice))
        .collect()
}

fn time(run: &mut Run, state: &str, path: &Path, file: &File, len: usize) -> Result {
    let random = state == "cold random";
    let places = places(run.extent.of(10, 100, 100), len);
    let at = |bytes: &[u8]| match random {
        true => sum_at(bytes, &places),
        false => sum(bytes),
    };
    let memory = fs::read(path)?;
    let mut aligned = aligned();
    let ready = cold_if(state != "warm", file);
    let at = &at;
    let limit = |_: &mut ()| match state {
        "warm" => at(&memory),
        "cold" => read(&mut open_direct(path), &mut aligned),
        _ => read_direct_at(&open_direct(path), &places, &mut aligned),
    };
    let limit = prepared(Limit, "limit", ready, limit);
    let mut contenders: Vec<Contender> = vec![limit];
    for (name, advice) in known(file) {
        let work = move |_: &mut ()| at(&advised(file, advice));
        contenders.push(prepared(Made, name, ready, work));
    }
    run.measure(state, &bytes(len), contenders)
}
