//! What the book says of speed, held to the data of its run. They are one machine's.

use super::*;

/// The median of a contender: page, state, size, name.
fn median(of: [&str; 4]) -> f64 {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/speed.tsv");
    let data = fs::read_to_string(data).unwrap();
    let rows = data
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let row = rows.into_iter().find(|row| row.starts_with(&of));
    let row = row.unwrap_or_else(|| panic!("snapshots/speed.tsv: expected {of:?}, found none"));
    row[5].parse().unwrap()
}

/// Where the book says the sentence that is the name of this test.
fn said() -> String {
    let test = std::thread::current().name().unwrap().to_owned();
    let mark = format!("(proofs.md#{})", test.trim_start_matches("speed::"));
    for page in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/book")).unwrap() {
        let path = page.unwrap().path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        if let Some(line) = text.lines().position(|line| line.contains(&mark)) {
            let name = path.file_name().unwrap().to_string_lossy();
            return format!("book/{name}:{}: {test}", line + 1);
        }
    }
    test
}

/// The first takes at least so many times what the second takes.
fn takes_at_least(times: f64, first: [&str; 4], second: [&str; 4]) {
    let (one, other) = (median(first), median(second));
    assert!(
        one >= times * other,
        "{}: expected {times} times {second:?} or more, {other:.0}, found {first:?}, {one:.0}",
        said()
    );
}

/// The first takes at most so many times what the second takes.
fn takes_at_most(times: f64, first: [&str; 4], second: [&str; 4]) {
    let (one, other) = (median(first), median(second));
    assert!(
        one <= times * other,
        "{}: expected {times} times {second:?} at most, {other:.0}, found {first:?}, {one:.0}",
        said()
    );
}

/// Neither takes more than so many times what the other takes.
fn take_alike(times: f64, first: [&str; 4], second: [&str; 4]) {
    takes_at_most(times, first, second);
    takes_at_most(times, second, first);
}

#[test]
fn a_small_file_is_read_faster_than_mapped() {
    let read = ["map_or_read", "warm", "4 KiB", "one buffer"];
    takes_at_least(1.5, ["map_or_read", "warm", "4 KiB", "Mmap"], read);
    takes_at_least(
        1.2,
        ["map_or_read", "warm", "64 KiB", "Mmap"],
        ["map_or_read", "warm", "64 KiB", "one buffer"],
    );
}

#[test]
fn a_large_file_is_read_once_about_as_fast_as_mapped() {
    let map = ["map_or_read", "warm", "64 MiB", "Mmap"];
    take_alike(2.0, map, ["map_or_read", "warm", "64 MiB", "one buffer"]);
}

#[test]
fn a_large_file_takes_longer_to_read_into_a_vec_than_to_map() {
    let map = ["map_or_read", "warm", "64 MiB", "Mmap"];
    takes_at_least(3.0, ["map_or_read", "warm", "64 MiB", "fs::read"], map);
}

#[test]
fn a_map_that_is_kept_is_about_as_fast_as_memory() {
    for size in ["1 MiB", "64 MiB"] {
        let memory = ["map_or_read", "again", size, "limit"];
        takes_at_most(1.5, ["map_or_read", "again", size, "Mmap"], memory);
    }
}

#[test]
fn a_file_that_is_read_again_is_copied_again() {
    let map = ["map_or_read", "again", "1 MiB", "Mmap"];
    takes_at_least(1.5, ["map_or_read", "again", "1 MiB", "one buffer"], map);
    let map = ["map_or_read", "again", "4 KiB", "Mmap"];
    takes_at_least(3.0, ["map_or_read", "again", "4 KiB", "one buffer"], map);
}

#[test]
fn many_places_of_a_file_are_read_faster_through_a_map() {
    for size in ["1 MiB", "64 MiB"] {
        let read = ["map_or_read", "random", size, "read_exact_at"];
        takes_at_least(1.5, read, ["map_or_read", "random", size, "Mmap"]);
        takes_at_least(20.0, read, ["map_or_read", "random", size, "Mmap, kept"]);
    }
}

#[test]
fn a_map_without_advice_reads_too_much_of_a_cold_file() {
    let read = ["map_or_read", "cold random", "64 MiB", "read_exact_at"];
    takes_at_least(3.0, ["map_or_read", "cold random", "64 MiB", "Mmap"], read);
    take_alike(
        2.5,
        ["map_or_read", "cold random", "64 MiB", "Mmap, random"],
        read,
    );
}

#[test]
fn a_large_cold_file_waits_for_the_disk_either_way() {
    let map = ["map_or_read", "cold", "64 MiB", "Mmap"];
    take_alike(2.5, map, ["map_or_read", "cold", "64 MiB", "one buffer"]);
    takes_at_least(3.0, map, ["map_or_read", "warm", "64 MiB", "Mmap"]);
}

#[test]
fn the_type_of_this_book_reads_as_fast_as_its_map() {
    for size in ["1 MiB", "64 MiB"] {
        let map = ["map_or_read", "again", size, "Mmap"];
        takes_at_most(1.3, ["map_or_read", "again", size, "MappedFile"], map);
    }
}
