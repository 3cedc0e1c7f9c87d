//! What the book says of speed, held to the data of its run. They are one machine's.

use super::*;

/// What was measured of a contender, the median and the quartiles: page, state, how the size
/// begins, name.
fn measured(of: [&str; 4]) -> [f64; 3] {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/speed.tsv");
    let data = fs::read_to_string(data).unwrap();
    let [page, state, size, name] = of;
    let rows = data
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let is = |row: &&Vec<&str>| row[..2] == [page, state] && row[2].starts_with(size);
    let rows: Vec<_> = rows.filter(|row| row.len() > 7).collect();
    let row = rows.iter().filter(is).find(|row| row[3] == name);
    let row = row.unwrap_or_else(|| panic!("snapshots/speed.tsv: expected {of:?}, found none"));
    [5, 6, 7].map(|column| row[column].parse().unwrap())
}

fn median(of: [&str; 4]) -> f64 {
    measured(of)[0]
}

/// The sentence of the test that calls this, and where the book says it.
#[track_caller]
fn said() -> String {
    let line = std::panic::Location::caller().line() as usize;
    let before = include_str!("speed.rs").lines().take(line);
    let names = before.filter_map(|line| line.strip_prefix("fn ")?.strip_suffix("() {"));
    let sentence = names.last().unwrap();
    let mark = format!("(proofs.md#{sentence})");
    for page in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/book")).unwrap() {
        let path = page.unwrap().path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        if let Some(line) = text.lines().position(|line| line.contains(&mark)) {
            let name = path.file_name().unwrap().to_string_lossy();
            return format!("book/{name}:{}: {sentence}", line + 1);
        }
    }
    sentence.to_owned()
}

/// The first takes at least so many times what the second takes.
#[track_caller]
fn takes_at_least(times: f64, first: [&str; 4], second: [&str; 4]) {
    let (one, other) = (median(first), median(second));
    assert!(
        one >= times * other,
        "{}: expected {times} times {second:?} or more, {other:.0}, found {first:?}, {one:.0}",
        said()
    );
}

/// The first takes at most so many times what the second takes.
#[track_caller]
fn takes_at_most(times: f64, first: [&str; 4], second: [&str; 4]) {
    let (one, other) = (median(first), median(second));
    assert!(
        one <= times * other,
        "{}: expected {times} times {second:?} at most, {other:.0}, found {first:?}, {one:.0}",
        said()
    );
}

/// Neither takes more than so many times what the other takes.
#[track_caller]
fn take_alike(times: f64, first: [&str; 4], second: [&str; 4]) {
    takes_at_most(times, first, second);
    takes_at_most(times, second, first);
}

#[test]
fn a_large_file_is_mapped_as_fast_as_a_small_one() {
    takes_at_most(
        1.5,
        ["what_a_map_costs", "parts", "1 GiB", "map"],
        ["what_a_map_costs", "parts", "4 KiB", "map"],
    );
}

#[test]
fn to_unmap_takes_longer_the_more_was_touched() {
    takes_at_least(
        50.0,
        ["what_a_map_costs", "parts", "64 MiB", "unmap"],
        ["what_a_map_costs", "parts", "4 KiB", "unmap"],
    );
}

#[test]
fn the_second_touch_takes_a_small_part_of_the_first() {
    takes_at_least(
        6.0,
        ["what_a_map_costs", "parts", "64 MiB", "map, first touch"],
        ["what_a_map_costs", "parts", "64 MiB", "map, second touch"],
    );
}

#[test]
fn one_page_fault_puts_in_many_pages() {
    takes_at_least(
        16.0,
        ["what_a_map_costs", "page faults", "64 MiB", "pages"],
        [
            "what_a_map_costs",
            "page faults",
            "64 MiB",
            "map, first touch",
        ],
    );
}

#[test]
fn a_fault_puts_in_fewer_pages_of_a_file_written_by_page() {
    takes_at_least(
        2.0,
        [
            "what_a_map_costs",
            "page faults",
            "64 MiB",
            "map, first touch, written by page",
        ],
        [
            "what_a_map_costs",
            "page faults",
            "64 MiB",
            "map, first touch",
        ],
    );
}

#[test]
fn a_populated_map_has_no_faults() {
    takes_at_most(
        0.001,
        [
            "what_a_map_costs",
            "page faults",
            "64 MiB",
            "map, populated",
        ],
        ["what_a_map_costs", "page faults", "64 MiB", "pages"],
    );
}

#[test]
fn to_resize_memory_touches_few_pages() {
    takes_at_most(
        0.01,
        [
            "what_a_map_costs",
            "page faults",
            "64 MiB",
            "MappedFile, resized",
        ],
        ["what_a_map_costs", "page faults", "64 MiB", "pages"],
    );
}

#[test]
fn the_first_touch_of_a_cached_page_costs_less_than_a_fault() {
    // Of 64 MiB, which are 16,384 pages.
    takes_at_most(
        16_384.0,
        ["what_a_map_costs", "parts", "64 MiB", "map, first touch"],
        ["what_a_map_costs", "parts", "64 MiB", "limit"],
    );
}

#[test]
fn a_small_file_is_read_faster_than_mapped() {
    takes_at_least(
        2.0,
        ["map_or_read", "warm", "4 KiB", "Mmap"],
        ["map_or_read", "warm", "4 KiB", "one buffer"],
    );
    takes_at_least(
        1.8,
        ["map_or_read", "warm", "64 KiB", "Mmap"],
        ["map_or_read", "warm", "64 KiB", "one buffer"],
    );
}

#[test]
fn a_large_file_takes_neither_twice_as_long() {
    for size in ["64 MiB", "1 GiB"] {
        take_alike(
            2.0,
            ["map_or_read", "warm", size, "Mmap"],
            ["map_or_read", "warm", size, "one buffer"],
        );
    }
}

#[test]
fn a_file_written_by_page_takes_longer_to_map() {
    for size in ["1 MiB", "64 MiB", "1 GiB"] {
        takes_at_least(
            1.5,
            ["map_or_read", "warm", size, "Mmap, written by page"],
            ["map_or_read", "warm", size, "one buffer"],
        );
    }
}

#[test]
fn to_populate_a_map_takes_longer_than_to_touch_it() {
    for size in ["1 MiB", "64 MiB", "1 GiB"] {
        takes_at_least(
            1.15,
            ["map_or_read", "warm", size, "Mmap, populated"],
            ["map_or_read", "warm", size, "Mmap"],
        );
    }
}

/// A large file takes longer to read into a `Vec` than to map
#[test]
fn a_large_file_takes_longer_to_read_into_a_vec_than_to_map() {
    takes_at_least(
        5.0,
        ["map_or_read", "warm", "64 MiB", "fs::read"],
        ["map_or_read", "warm", "64 MiB", "Mmap"],
    );
}

#[test]
fn a_large_cold_file_waits_for_the_disk_either_way() {
    take_alike(
        1.5,
        ["map_or_read", "cold", "64 MiB", "Mmap"],
        ["map_or_read", "cold", "64 MiB", "one buffer"],
    );
    take_alike(
        1.3,
        ["map_or_read", "cold", "1 GiB", "Mmap"],
        ["map_or_read", "cold", "1 GiB", "one buffer"],
    );
    takes_at_least(
        4.0,
        ["map_or_read", "cold", "64 MiB", "Mmap"],
        ["map_or_read", "warm", "64 MiB", "Mmap"],
    );
}

/// A cold file of 1 MiB takes longer to map
#[test]
fn a_cold_file_of_1_mib_takes_longer_to_map() {
    takes_at_least(
        1.2,
        ["map_or_read", "cold", "1 MiB", "Mmap"],
        ["map_or_read", "cold", "1 MiB", "BufReader"],
    );
}

#[test]
fn a_small_file_takes_longer_past_the_cache() {
    for size in ["4 KiB", "64 KiB"] {
        takes_at_least(
            1.1,
            ["map_or_read", "cold", size, "limit"],
            ["map_or_read", "cold", size, "one buffer"],
        );
    }
}

#[test]
fn a_map_that_is_kept_is_about_as_fast_as_memory() {
    takes_at_most(
        1.1,
        ["map_or_read", "again", "64 MiB", "Mmap"],
        ["map_or_read", "again", "64 MiB", "limit"],
    );
}

#[test]
fn a_file_that_is_read_again_is_copied_again() {
    takes_at_least(
        8.0,
        ["map_or_read", "again", "4 KiB", "one buffer"],
        ["map_or_read", "again", "4 KiB", "Mmap"],
    );
    takes_at_least(
        1.8,
        ["map_or_read", "again", "1 MiB", "one buffer"],
        ["map_or_read", "again", "1 MiB", "Mmap"],
    );
    takes_at_least(
        1.6,
        ["map_or_read", "again", "64 MiB", "one buffer"],
        ["map_or_read", "again", "64 MiB", "Mmap"],
    );
    takes_at_least(
        1.6,
        ["map_or_read", "again", "1 GiB", "one buffer"],
        ["map_or_read", "again", "1 GiB", "Mmap"],
    );
}

/// A map does not spare the copy into a `Vec`
#[test]
fn a_map_does_not_spare_the_copy_into_a_vec() {
    take_alike(
        1.15,
        ["map_or_read", "into a Vec", "64 MiB", "Mmap, Cursor"],
        ["map_or_read", "into a Vec", "64 MiB", "limit"],
    );
    take_alike(
        1.3,
        ["map_or_read", "into a Vec", "64 MiB", "fs::read"],
        ["map_or_read", "into a Vec", "64 MiB", "Mmap, Cursor"],
    );
}

#[test]
fn the_type_of_this_book_is_as_fast_as_a_plain_map() {
    for what in ["find", "read_to_end", "read_to_string", "read_until"] {
        let times = median(["map_or_read", "overhead", "MappedFile", what]);
        assert!(times < 1.05, "{}: {what} takes {times} times", said());
    }
}

#[test]
fn to_open_the_type_of_this_book_takes_little_longer() {
    takes_at_most(
        1.3,
        ["map_or_read", "warm", "4 KiB", "MappedFile"],
        ["map_or_read", "warm", "4 KiB", "Mmap"],
    );
    take_alike(
        1.15,
        ["map_or_read", "warm", "64 MiB", "MappedFile"],
        ["map_or_read", "warm", "64 MiB", "Mmap"],
    );
}

#[test]
fn many_places_of_a_file_are_read_faster_through_a_kept_map() {
    for size in ["1 MiB", "64 MiB", "1 GiB"] {
        takes_at_least(
            20.0,
            ["map_or_read", "random", size, "read_exact_at"],
            ["map_or_read", "random", size, "Mmap, kept"],
        );
    }
}

#[test]
fn many_first_touches_cost_more_than_many_reads() {
    takes_at_least(
        2.0,
        ["map_or_read", "random", "1 GiB", "Mmap"],
        ["map_or_read", "random", "1 GiB", "read_exact_at"],
    );
}

#[test]
fn few_first_touches_cost_less_than_many_reads() {
    for size in ["1 MiB", "64 MiB"] {
        takes_at_least(
            2.0,
            ["map_or_read", "random", size, "read_exact_at"],
            ["map_or_read", "random", size, "Mmap"],
        );
    }
}

#[test]
fn a_map_without_advice_reads_too_much_of_a_cold_file() {
    for size in ["64 MiB", "1 GiB"] {
        takes_at_least(
            3.0,
            ["map_or_read", "cold random", size, "Mmap"],
            ["map_or_read", "cold random", size, "read_exact_at"],
        );
        take_alike(
            1.5,
            ["map_or_read", "cold random", size, "Mmap, random"],
            ["map_or_read", "cold random", size, "read_exact_at"],
        );
    }
}

/// `Random` is the wrong advice for a small file
#[test]
fn random_is_the_wrong_advice_for_a_small_file() {
    takes_at_least(
        2.0,
        ["map_or_read", "cold random", "1 MiB", "Mmap, random"],
        ["map_or_read", "cold random", "1 MiB", "Mmap"],
    );
}

#[test]
fn one_touch_without_advice_brings_in_many_pages() {
    takes_at_least(
        100.0,
        ["advice", "in memory", "some", "map, no advice"],
        ["advice", "in memory", "some", "map, Random"],
    );
}

/// One touch with `Random` brings in one page
#[test]
fn one_touch_with_random_brings_in_one_page() {
    assert_eq!(
        median(["advice", "in memory", "some", "map, Random"]),
        1.0,
        "{}",
        said()
    );
}

/// `PopulateRead` brings in the whole file
#[test]
fn populate_read_brings_in_the_whole_file() {
    let [_, held, all] = measured(["advice", "in memory", "all", "map, PopulateRead"]);
    // A page that the system works on at the moment is counted as out of memory.
    assert!(held >= 0.99 * all, "{}: {held} of {all} pages", said());
}

/// `Random` is the wrong advice for a walk
#[test]
fn random_is_the_wrong_advice_for_a_walk() {
    takes_at_least(
        15.0,
        ["advice", "cold", "", "map, Random"],
        ["advice", "cold", "", "map, no advice"],
    );
}

/// The advice `Sequential` changes little for a walk
#[test]
fn the_advice_sequential_changes_little_for_a_walk() {
    take_alike(
        1.25,
        ["advice", "cold", "", "map, Sequential"],
        ["advice", "cold", "", "map, no advice"],
    );
}

#[test]
fn huge_pages_make_a_cold_walk_faster() {
    takes_at_least(
        1.1,
        ["advice", "cold", "", "map, no advice"],
        ["advice", "cold", "", "map, HugePage"],
    );
}

/// `PopulateRead` takes longer where the pages are in memory
#[test]
fn populate_read_takes_longer_where_the_pages_are_in_memory() {
    takes_at_least(
        1.3,
        ["advice", "warm", "", "map, PopulateRead"],
        ["advice", "warm", "", "map, no advice"],
    );
}

/// `WillNeed` does not bring in the whole file
#[test]
fn will_need_does_not_bring_in_the_whole_file() {
    let of = |name| measured(["advice", "in memory", "all", name]);
    let ([_, held, all], [_, without, _]) = (of("map, WillNeed"), of("map, no advice"));
    assert!(held <= 0.5 * all, "{}: {held} of {all} pages", said());
    // It begins to read, and the touch brings in what it does without advice.
    assert!(held > without, "{}: {held} and {without} pages", said());
}

/// `Random` is the right advice for places of chance
#[test]
fn random_is_the_right_advice_for_places_of_chance() {
    takes_at_least(
        4.0,
        ["advice", "cold random", "", "map, no advice"],
        ["advice", "cold random", "", "map, Random"],
    );
    takes_at_least(
        2.0,
        ["advice", "cold random", "", "map, WillNeed"],
        ["advice", "cold random", "", "map, Random"],
    );
}

#[test]
fn advice_changes_little_where_nothing_has_to_be_read() {
    for name in ["map, Sequential", "map, Random", "map, WillNeed"] {
        take_alike(
            1.25,
            ["advice", "warm", "", name],
            ["advice", "warm", "", "map, no advice"],
        );
    }
}

#[test]
fn a_search_in_a_map_takes_few_times_the_limit() {
    takes_at_most(
        3.0,
        ["searching", "rare", "word, 257", "Mmap"],
        ["searching", "rare", "word, 257", "limit"],
    );
}

#[test]
fn a_search_in_a_kept_map_takes_less() {
    takes_at_least(
        1.2,
        ["searching", "rare", "word, 257", "Mmap"],
        ["searching", "rare", "word, 257", "Mmap, kept"],
    );
}

#[test]
fn blocks_are_searched_about_as_fast_as_a_map() {
    take_alike(
        1.5,
        ["searching", "rare", "word, 257", "blocks"],
        ["searching", "rare", "word, 257", "Mmap"],
    );
    take_alike(
        1.5,
        ["searching", "rare", "regex, 257", "blocks"],
        ["searching", "rare", "regex, 257", "Mmap"],
    );
}

/// Reading into a `Vec` takes longer than the search
#[test]
fn reading_into_a_vec_takes_longer_than_the_search() {
    takes_at_least(
        4.0,
        ["searching", "rare", "word, 257", "fs::read"],
        ["searching", "rare", "word, 257", "Mmap"],
    );
}

#[test]
fn lines_cost_more_than_the_word() {
    takes_at_least(
        3.0,
        ["searching", "rare", "word, 257", "BufReader, lines"],
        ["searching", "rare", "word, 257", "Mmap"],
    );
}

#[test]
fn python_searches_the_same_map_for_longer() {
    for (what, name) in [
        ("word, 257", "mmap.find, Python"),
        ("regex, 257", "map, re of Python"),
    ] {
        let [ours, all, start] = ["Mmap", name, "Python, its start"]
            .map(|name| median(["searching", "rare", what, name]));
        assert!(
            all - start >= 2.0 * ours,
            "{}: expected twice {ours:.0} or more, found {:.0} for {what}",
            said(),
            all - start
        );
    }
}

#[test]
fn a_match_now_and_then_costs_little() {
    takes_at_most(
        1.25,
        ["searching", "frequent", "word, 257", "Mmap"],
        ["searching", "rare", "word, 257", "Mmap"],
    );
}

/// `find_in` takes longer than one searcher
#[test]
fn find_in_takes_longer_than_one_searcher() {
    takes_at_least(
        1.15,
        ["searching", "frequent", "word, 257", "MappedFile"],
        ["searching", "frequent", "word, 257", "Mmap"],
    );
}

#[test]
fn few_pages_are_written_faster_than_mapped() {
    takes_at_least(
        5.0,
        ["store_or_write", "in memory", "one page", "MmapMut"],
        ["store_or_write", "in memory", "one page", "write_all_at"],
    );
    takes_at_least(
        1.3,
        ["store_or_write", "in memory", "random pages", "MmapMut"],
        [
            "store_or_write",
            "in memory",
            "random pages",
            "write_all_at",
        ],
    );
}

#[test]
fn all_pages_are_stored_faster_than_written() {
    takes_at_least(
        1.5,
        ["store_or_write", "in memory", "every page", "write_all_at"],
        ["store_or_write", "in memory", "every page", "MmapMut"],
    );
}

#[test]
fn stores_into_a_kept_map_are_faster_than_writes() {
    for size in ["one page", "random pages", "every page"] {
        takes_at_least(
            4.0,
            ["store_or_write", "in memory", size, "write_all_at"],
            ["store_or_write", "in memory", size, "MmapMut, kept"],
        );
    }
}

#[test]
fn to_the_disk_takes_longer_than_stores_or_writes() {
    for name in ["MmapMut, kept", "MmapMut", "write_all_at"] {
        takes_at_least(
            1.3,
            ["store_or_write", "to the disk", "every page", name],
            ["store_or_write", "in memory", "every page", name],
        );
    }
}

#[test]
fn some_pages_are_on_the_disk_sooner_when_written() {
    takes_at_least(
        1.5,
        ["store_or_write", "to the disk", "one page", "MmapMut, kept"],
        ["store_or_write", "to the disk", "one page", "write_all_at"],
    );
    takes_at_least(
        1.5,
        ["store_or_write", "to the disk", "one page", "MmapMut"],
        ["store_or_write", "to the disk", "one page", "write_all_at"],
    );
    takes_at_least(
        1.5,
        [
            "store_or_write",
            "to the disk",
            "random pages",
            "MmapMut, kept",
        ],
        [
            "store_or_write",
            "to the disk",
            "random pages",
            "write_all_at",
        ],
    );
    takes_at_least(
        1.5,
        ["store_or_write", "to the disk", "random pages", "MmapMut"],
        [
            "store_or_write",
            "to the disk",
            "random pages",
            "write_all_at",
        ],
    );
}

#[test]
fn all_pages_are_on_the_disk_sooner_when_stored() {
    takes_at_least(
        1.2,
        [
            "store_or_write",
            "to the disk",
            "every page",
            "write_all_at",
        ],
        ["store_or_write", "to the disk", "every page", "MmapMut"],
    );
}

#[test]
fn a_map_that_is_kept_and_flushed_takes_longest() {
    takes_at_least(
        1.5,
        [
            "store_or_write",
            "to the disk",
            "every page",
            "MmapMut, kept",
        ],
        ["store_or_write", "to the disk", "every page", "MmapMut"],
    );
    takes_at_least(
        1.5,
        [
            "store_or_write",
            "to the disk",
            "every page",
            "MmapMut, kept",
        ],
        [
            "store_or_write",
            "to the disk",
            "every page",
            "write_all_at",
        ],
    );
}

#[test]
fn the_second_store_into_a_copy_is_much_faster() {
    takes_at_least(
        50.0,
        ["store_or_write", "first store", "", "map_copy"],
        ["store_or_write", "first store", "", "map_copy, again"],
    );
}

#[test]
fn a_copy_costs_more_than_a_shared_page() {
    takes_at_least(
        4.0,
        ["store_or_write", "first store", "", "map_copy"],
        ["store_or_write", "first store", "", "map_mut"],
    );
}

#[test]
fn a_kept_map_is_about_as_fast_as_memory_for_many_threads() {
    for threads in ["1 thread", "2 threads", "4 threads"] {
        takes_at_most(
            1.15,
            ["many_threads", "all bytes", threads, "Mmap, kept"],
            ["many_threads", "all bytes", threads, "limit"],
        );
    }
}

#[test]
fn random_reads_of_many_threads_are_slower_than_a_map() {
    for threads in ["1 thread", "2 threads", "4 threads"] {
        takes_at_least(
            3.0,
            ["many_threads", "random", threads, "read_exact_at"],
            ["many_threads", "random", threads, "Mmap"],
        );
    }
}

#[test]
fn threads_that_read_once_take_less_than_twice_as_long() {
    for threads in ["1 thread", "2 threads", "4 threads"] {
        takes_at_most(
            2.0,
            ["many_threads", "all bytes", threads, "read_exact_at"],
            ["many_threads", "all bytes", threads, "Mmap"],
        );
    }
}

#[test]
fn two_threads_take_less_time_than_one() {
    for name in ["Mmap, kept", "read_exact_at"] {
        takes_at_least(
            1.3,
            ["many_threads", "all bytes", "1 thread", name],
            ["many_threads", "all bytes", "2 threads", name],
        );
    }
}

#[test]
fn more_threads_than_cores_gain_nothing() {
    // Of a machine with two.
    takes_at_least(
        0.98,
        ["many_threads", "all bytes", "4 threads", "Mmap, kept"],
        ["many_threads", "all bytes", "2 threads", "Mmap, kept"],
    );
}

#[test]
fn a_walk_through_too_large_a_file_is_slow_each_time() {
    takes_at_least(
        5.0,
        [
            "larger_than_memory",
            "from start to end",
            "half, 1 GiB",
            "Mmap",
        ],
        [
            "larger_than_memory",
            "from start to end",
            "enough, 1 GiB",
            "Mmap",
        ],
    );
}

#[test]
fn too_large_a_file_is_read_as_slowly() {
    takes_at_least(
        3.0,
        [
            "larger_than_memory",
            "from start to end",
            "half, 1 GiB",
            "one buffer",
        ],
        [
            "larger_than_memory",
            "from start to end",
            "enough, 1 GiB",
            "one buffer",
        ],
    );
}

#[test]
fn a_map_told_of_the_walk_takes_about_as_long_as_reads() {
    take_alike(
        1.4,
        [
            "larger_than_memory",
            "from start to end",
            "half, 128 MiB",
            "Mmap, Sequential",
        ],
        [
            "larger_than_memory",
            "from start to end",
            "half, 128 MiB",
            "one buffer",
        ],
    );
    take_alike(
        1.4,
        [
            "larger_than_memory",
            "from start to end",
            "half, 1 GiB",
            "Mmap, Sequential",
        ],
        [
            "larger_than_memory",
            "from start to end",
            "half, 1 GiB",
            "one buffer",
        ],
    );
}

#[test]
fn a_place_costs_little_in_a_map_with_enough_memory() {
    takes_at_least(
        10.0,
        [
            "larger_than_memory",
            "here and there",
            "enough, 1 GiB",
            "read_exact_at",
        ],
        [
            "larger_than_memory",
            "here and there",
            "enough, 1 GiB",
            "Mmap",
        ],
    );
}

/// A map of too large a file wants the advice `Random`
#[test]
fn a_map_of_too_large_a_file_wants_the_advice_random() {
    takes_at_least(
        20.0,
        [
            "larger_than_memory",
            "here and there",
            "half, 1 GiB",
            "Mmap",
        ],
        [
            "larger_than_memory",
            "here and there",
            "half, 1 GiB",
            "Mmap, Random",
        ],
    );
}
