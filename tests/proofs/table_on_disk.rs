//! A sorted table in a map.

#[cfg(unix)]
use super::*;

/// With `Random` advice, a lookup brings in no page but those it touches
#[test]
#[cfg(target_os = "linux")]
fn with_random_advice_a_lookup_brings_in_no_page_but_those_it_touches() {
    use memmap2::Advice;
    use std::collections::BTreeSet;

    // In the folder of the build, which is on a disk more often than that for temporary files.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    // The pages that a lookup touches, and those that the map holds after it.
    let look_up = |name: &str, advice: Advice| {
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
        let mut touched = BTreeSet::new();
        // Rows of 8 bytes, all zeros: a search for a greater key ends behind the last.
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
        println!("ignored: the file system does not read ahead");
        return;
    }
    assert!(held > touched, "{held} pages of {touched}");
    let (touched, held) = look_up("random", Advice::Random);
    assert_eq!(held, touched);
}

#[test]
fn a_search_in_a_table_that_is_not_sorted_finds_nothing_or_the_key() {
    // Every table of five keys from 0 to 4, sorted or not, with equal keys or without.
    let mut missed = 0;
    for number in 0..5_u32.pow(5) {
        let table: [u32; 5] = std::array::from_fn(|row| number / 5_u32.pow(row as u32) % 5);
        for key in 0..5 {
            match table.binary_search(&key) {
                Ok(row) => assert_eq!(table[row], key),
                Err(_) => missed += u32::from(table.contains(&key)),
            }
        }
    }
    assert!(missed > 0);
}
