//! A sorted table in a map.

#[cfg(target_os = "linux")]
use super::*;

/// The listing itself.
#[allow(dead_code, reason = "a program has a main")]
#[path = "../../examples/table_checked.rs"]
mod table_checked;

// killed by: advice_does_nothing, maps_are_populated
/// With `Random` advice, a lookup brings in no page but those it touches
#[test]
#[cfg(target_os = "linux")]
fn with_random_advice_a_lookup_brings_in_no_page_but_those_it_touches() {
    use memmap2::Advice;
    use std::collections::BTreeSet;
    use std::os::unix::fs::MetadataExt;

    let folder = folder_on_a_disk();
    // The pages that a lookup touches, and those that the map holds after it.
    let mut larger = false;
    let mut look_up = |name: &str, advice: Advice| {
        let path = folder.path().join(name);
        fs::write(&path, []).unwrap();
        let file = open(&path);
        // What was never written is in no memory.
        file.set_len(1 << 20).unwrap();
        let table = map(&file).unwrap();
        // Where the system knows no huge pages, it need not be asked for none.
        let _ = table.advise(Advice::NoHugePage);
        table.advise(advice).unwrap();
        let page = kib_of_map(&path, "KernelPageSize:") << 10;
        let told = file.metadata().unwrap().blksize();
        let blocks = rustix::fs::fstatfs(&file).unwrap().f_bsize as u64;
        larger |= told.max(blocks) > page;
        let mut touched = BTreeSet::new();
        // Rows of 8 bytes, all zeros: a search for a greater key ends after the last.
        let (mut low, mut high) = (0, table.len() / 8);
        while low < high {
            let middle = low.midpoint(high);
            touched.insert(middle as u64 * 8 / page);
            if table[middle * 8] < 1 {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        assert_eq!(low, table.len() / 8);
        (
            touched.len() as u64,
            (kib_of_map(&path, "Rss:") << 10) / page,
        )
    };
    let (touched, held) = look_up("normal", Advice::Normal);
    assert!(touched >= 2, "{touched} pages");
    if held == touched {
        return println!("ignored: the file system does not read ahead");
    }
    assert!(held > touched, "{held} pages of {touched}");
    let (touched, held) = look_up("random", Advice::Random);
    if larger {
        return println!("ignored: the file system may have blocks that are larger than a page");
    }
    assert_eq!(held, touched);
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_search_in_a_table_that_is_not_sorted_finds_nothing_or_the_key() {
    use zerocopy::little_endian::U32;

    // Every table of five keys from 0 to 4, sorted or not, with equal keys or without.
    let mut missed = 0;
    for number in 0..5_u32.pow(5) {
        let key_of = |row| U32::new(number / 5_u32.pow(row as u32) % 5);
        let table: [U32; 5] = std::array::from_fn(key_of);
        for key in 0..6 {
            let there = table.contains(&U32::new(key));
            match table_checked::find(&table, key) {
                Some(row) => assert_eq!(table[row], key),
                None if table.is_sorted_by_key(|key| key.get()) => assert!(!there),
                None => missed += u32::from(there),
            }
        }
    }
    assert!(missed > 0);
}
