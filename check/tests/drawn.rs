//! What is drawn from data says what they say, whatever the names in them.

use benches::data::Data;

/// The data in lines, in which `|` is a tab.
fn data(lines: &[&str]) -> Data {
    Data::parse(&lines.join("\n").replace('|', "\t"))
}

/// A line of times: page, state, size and contender, and its median.
fn times(case: &str, all: &[(&str, f64)]) -> Vec<String> {
    let line = |(name, ns): &(&str, f64)| format!("{case}|{name}|ns|{ns}|{ns}|{ns}");
    all.iter().map(line).collect()
}

fn ratios(case: &str, all: &[(&str, f64)]) -> String {
    let lines = times(case, all);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let table = benches::made("speed_ratios", &data(&lines), None);
    table.lines().skip(2).collect::<Vec<_>>().join("\n")
}

#[test]
fn maps_that_are_made_and_kept_are_compared_apart() {
    let all = [
        ("limit", 10.0),
        ("Mmap", 320.0),
        ("MappedFile", 330.0),
        ("Mmap, kept", 11.0),
        ("read_exact_at", 100.0),
        ("blocks", 120.0),
    ];
    assert_eq!(
        ratios("map_or_read|random|1 GiB", &all),
        "| [Map or read](map_or_read.md), random, 1 GiB | read_exact_at | Mmap 3.2 | Mmap, kept 0.11 | 1.1 |"
    );
    assert_eq!(
        ratios("map_or_read|random|1 GiB", &all[..2]),
        "",
        "nothing else"
    );
}

#[test]
fn where_each_map_is_kept_none_is_made() {
    let all = [("limit", 10.0), ("Mmap", 20.0), ("one buffer", 40.0)];
    let kept = "| one buffer | — | Mmap 0.50 | 2.0 |";
    let made = "| one buffer | Mmap 0.50 | — | 2.0 |";
    for (case, cells) in [
        ("map_or_read|again|1 MiB", kept),
        ("map_or_read|into a Vec|1 MiB", kept),
        ("larger_than_memory|here and there|half, 1 GiB", kept),
        ("map_or_read|warm|1 MiB", made),
        ("many_threads|again|1 MiB", made),
    ] {
        let line = ratios(case, &all);
        assert!(line.ends_with(cells), "{case}: {line}");
    }
    assert_eq!(ratios("what_a_map_costs|parts|1 MiB", &all), "", "parts");
}

#[test]
fn programs_with_maps_of_their_own_are_not_compared() {
    let all = [
        ("limit", 10.0),
        ("Mmap", 40.0),
        ("blocks", 50.0),
        ("grep", 80.0),
        ("rg", 20.0),
        ("rg, two files", 20.0),
        ("mmap.find, Python", 21.0),
        ("Python, its start", 1.0),
        ("Python alone", 1.0),
    ];
    let line = ratios("searching|rare|word", &all);
    assert!(line.ends_with("| blocks | Mmap 0.80 | — | 4.0 |"), "{line}");
    let line = ratios("searching|rare|word", &[&all[..2], &all[3..]].concat());
    assert!(line.ends_with("| grep | Mmap 0.50 | — | 4.0 |"), "{line}");
}

/// In the figure a map is a circle, and what is none a square.
#[test]
fn a_map_is_drawn_as_a_dot() {
    for (name, dots) in [
        ("Mmap, written by page", 1),
        ("MmapMut, kept", 1),
        ("MappedFile", 1),
        ("map_copy, again", 1),
        ("unmap", 1),
        ("mmap.find, Python", 1),
        ("rg", 1),
        ("grep", 0),
        ("rgb", 0),
        ("blocks", 0),
        ("Python, its start", 0),
    ] {
        let lines = times("page|state|1 MiB", &[("limit", 1.0), (name, 2.0)]);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let figure = benches::made("speed_page_state", &data(&lines), None);
        assert_eq!(figure.matches("<circle").count(), dots, "{name}");
    }
}

#[test]
fn numbers_have_two_digits_and_counts_are_whole() {
    for (times, expected) in [
        (4.0e-4, "0.0004"),
        (4.72e-3, "0.0047"),
        (0.009_95, "0.01"),
        (0.0486, "0.049"),
        (0.0994, "0.099"),
        (0.0996, "0.10"),
        (0.5, "0.50"),
        (0.996, "1.0"),
        (9.94, "9.9"),
        (9.96, "10"),
        (999.6, "1,000"),
        (1_234_567.0, "1,234,567"),
    ] {
        let line = ratios(
            "page|state|1 MiB",
            &[("limit", 1e3), ("Mmap", 1e3 * times), ("read", 1e3 * times)],
        );
        let cell = format!("| read | Mmap 1.0 | — | {expected} |");
        assert!(line.ends_with(&cell), "{times}: {line}");
    }
    let faults = data(&[
        "page|state|4 KiB|map|faults|0|0|0",
        "page|state|4 KiB|pages|faults|1|1|1",
        "page|state|1 GiB|pages|faults|262144|262144|262144",
    ]);
    assert_eq!(
        benches::made("speed_page_state", &faults, None),
        "| what | 4 KiB | 1 GiB |\n|---|---|---|\n| map | 0 |  |\n| pages | 1 | 262,144 |\n"
    );
}

#[test]
fn what_is_yours_stands_beside_ours_or_alone() {
    let ours = data(&[
        "machine|processor|ours",
        "page|faults|4 KiB|pages|faults|1|1|1",
        "page|overhead|MappedFile|find|ratio|1|1|1",
        "page|held|all|map, Random|pages|0|1|16384",
        "page|held|some|map, Random|pages|1|8192|8193",
        "page|warm|4 KiB|limit|ns|10|10|10",
        "page|warm|4 KiB|Mmap|ns|20|20|20",
        "page|ours|4 KiB|pages|faults|1|1|1",
    ]);
    let yours = data(&[
        "machine|processor|mine",
        "machine|disk|slow",
        "page|faults|4 KiB|pages|faults|2|2|2",
        "page|faults|1 MiB|pages|faults|3|3|3",
        "page|overhead|MappedFile|find|ratio|1.5|1|2",
        "page|held|all|map, Random|pages|0|4|4096",
        "page|held|some|map, Random|pages|4|0|4",
        "page|held|all|map, new|pages|0|0|4096",
        "page|warm|4 KiB|limit|ns|10|10|10",
        "page|warm|4 KiB|Mmap|ns|30|30|30",
        "page|warm|4 KiB|blocks|ns|50|50|50",
        "page|warm|1 MiB|limit|ns|10|10|10",
        "page|warm|1 MiB|Mmap|ns|70|70|70",
        "page|yours|4 KiB|pages|faults|2|2|2",
    ]);
    let made = |name: &str| benches::made(&format!("speed_{name}"), &ours, Some(&yours));
    for (name, expected) in [
        (
            "page_faults",
            "| what | 4 KiB | 4 KiB, yours | 1 MiB, yours |\n|---|---|---|---|\n| pages | 1 | 2 | 3 |\n",
        ),
        (
            "page_overhead",
            "| what | MappedFile | MappedFile, yours |\n|---|---|---|\n| find | 1.00 | 1.50 |\n",
        ),
        ("page_ours", "| what | 4 KiB |\n|---|---|\n| pages | 1 |\n"),
        (
            "page_yours",
            "| what | 4 KiB, yours |\n|---|---|\n| pages | 2 |\n",
        ),
        (
            "machine",
            "| what | the machine of the book | this machine |\n|---|---|---|\n| processor | ours | mine |\n| disk |  | slow |\n",
        ),
    ] {
        assert_eq!(made(name), expected, "{name}");
    }
    for (name, words) in [
        (
            "page_held",
            "map, Random: 1 of 16,384 pages (yours 4 of 4,096 pages). map, new: (yours 0 of 4,096 pages).",
        ),
        (
            "page_warm",
            "4 KiB: Mmap 2.0 (yours 3.0), blocks (yours 5.0). 1 MiB: Mmap (yours 7.0).",
        ),
    ] {
        let figure = made(name);
        assert!(figure.contains(words), "{name}: {figure}");
    }
    let strips = made("page_held");
    assert_eq!(strips.matches("\nyours\n").count(), 1, "{strips}");
    assert_eq!(strips.matches("\nmap, new\n").count(), 1, "{strips}");
    let figure = made("page_warm");
    assert_eq!(figure.matches("<circle").count(), 3, "{figure}");
    let [_, table] = figure.split("On this machine:").collect::<Vec<_>>()[..] else {
        panic!("no table of yours: {figure}");
    };
    assert!(table.contains("| blocks | 50.0 ns (5.0) |  |"), "{table}");
}
