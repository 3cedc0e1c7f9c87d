//! The figures and tables say what the data say.

use speed::Data;

/// Lines in which `|` is a tab.
fn tabs(lines: &str) -> String {
    let lines: Vec<&str> = lines.lines().map(str::trim).collect();
    lines.join("\n").replace('|', "\t")
}

fn data(lines: &str) -> Data {
    Data::parse(&tabs(lines)).unwrap()
}

fn figure(name: &str, ours: &str, yours: Option<&str>) -> String {
    speed::figure(name, &data(ours), yours.map(data).as_ref()).unwrap()
}

const TIMES: &str = "map_or_read|random|1 GiB|baseline|baseline|ns|10|10|10
    map_or_read|random|1 GiB|Mmap|map made|ns|320|300|330
    map_or_read|random|1 GiB|Mmap, kept|map kept|ns|11|11|11
    map_or_read|random|1 GiB|read_exact_at|no map|ns|100|100|100
    map_or_read|random|1 GiB|blocks|no map|ns|120|120|120
    map_or_read|random|1 GiB|rg|program with a map|ns|5|5|5
    map_or_read|random|1 GiB|Python, its start|program start|ns|1|1|1";

#[test]
fn maps_that_are_made_and_kept_are_compared_apart() {
    for line in "none -> | 1 GiB | read_exact_at | Mmap 3.2 | Mmap, kept 0.11 | 1.1 |
        kept -> | 1 GiB | read_exact_at | Mmap 3.2 | — | 32 |
        map made -> | 1 GiB | read_exact_at | — | Mmap, kept 0.11 | 1.1 |
        read_exact_at -> | 1 GiB | blocks | Mmap 2.7 | Mmap, kept 0.092 | 1.1 |
        no map ->
        baseline -> "
        .lines()
    {
        let (without, expected) = line.trim().split_once(" ->").unwrap();
        let ours = TIMES.lines().filter(|line| !line.contains(without));
        let table = figure("speed_ratios", &ours.collect::<Vec<_>>().join("\n"), None);
        let lines = table.lines().filter(|line| line.starts_with("| 1 GiB"));
        assert_eq!(
            lines.collect::<String>(),
            expected.trim(),
            "{without}: {table}"
        );
    }
}

#[test]
fn a_map_is_drawn_as_a_dot_by_its_kind() {
    let text = figure("speed_map_or_read_random", TIMES, None);
    for (kind, dots) in [("circle", 3), ("rect", 3), ("class=\"accent\"", 3)] {
        assert_eq!(text.matches(kind).count(), dots, "{kind}: {text}");
    }
    let swapped = TIMES.replace("no map", "part of a map");
    let text = figure("speed_map_or_read_random", &swapped, None);
    assert_eq!(text.matches("<circle").count(), 5, "{text}");
}

/// The names of a figure end before its scale begins, in a font as wide as a monospaced one.
#[test]
fn no_name_reaches_the_scale() {
    let long = "a name that is longer than all others";
    for name in ["Mmap", "Mmap, written by page", long] {
        let times = TIMES.replace("blocks", name);
        let text = figure("speed_map_or_read_random", &times, None);
        let scale = text.split("opacity=\"0.8\" d=\"M").nth(1).unwrap();
        let baseline: f64 = scale.split(' ').next().unwrap().parse().unwrap();
        let longest = name.len().max("Python, its start".len());
        assert!(baseline > longest as f64 * 0.6 * 14.0, "{name}: {baseline}");
    }
}

#[test]
fn numbers_have_two_digits_and_counts_are_whole() {
    let cases = "4e-4 0.00040; 4.72e-3 0.0047; 9.96e-3 0.010; 0.0994 0.099; 0.0996 0.10; 0.5 0.50;
        0.996 1.0; 9.94 9.9; 9.96 10; 999.6 1,000; 1234567 1,200,000";
    for case in cases.split(';') {
        let (times, expected) = case.trim().split_once(' ').unwrap();
        let ns = times.parse::<f64>().unwrap() * 1e3;
        let row = format!("p|s|1|Mmap|map made|ns|{ns}|{ns}|{ns}");
        let rows = format!("p|s|1|baseline|baseline|ns|1e3|1e3|1e3\n{row}");
        let table = figure("speed_p_s", &rows, None);
        let expected = format!(" ({expected}) |");
        assert!(table.contains(&expected), "{times}: {table}");
    }
    let faults = "p|s|4 KiB|map|part of a map|faults|0|0|0
        p|s|4 KiB|pages|baseline|faults|1|1|1
        p|s|1 GiB|pages|baseline|faults|262144|262144|262144";
    assert_eq!(
        figure("speed_p_s", faults, None),
        "<div id=\"speed_p_s\"></div>\n\n| what | 4 KiB | 1 GiB |\n|---|---|---|\n| map | 0 |  |\n| pages | 1 | 262,144 |\n"
    );
}

#[test]
fn what_is_yours_stands_beside_ours_or_alone() {
    let ours = "machine|processor|ours
        page|faults|4 KiB|pages|baseline|faults|1|1|1
        page|overhead|MappedFile|find|map kept|ratio|1|1|1
        page|held|held|pages|baseline|pages|16384|0|0
        page|held|held|map, Random|map made|pages|1|1|1
        page|held|runs|map, Random|map made|pages|1|8192|8193
        page|warm|4 KiB|baseline|baseline|ns|10|10|10
        page|warm|4 KiB|Mmap|map made|ns|20|20|20
        page|ours|4 KiB|pages|baseline|faults|1|1|1";
    let yours = "machine|processor|mine
        machine|disk|slow
        page|faults|4 KiB|pages|baseline|faults|2|2|2
        page|faults|1 MiB|pages|baseline|faults|3|3|3
        page|overhead|MappedFile|find|map kept|ratio|1.5|1|2
        page|held|held|pages|baseline|pages|4096|0|0
        page|held|held|map, Random|map made|pages|4|4|4
        page|held|runs|map, Random|map made|pages|4|0|4
        page|held|held|map, new|map made|pages|0|0|0
        page|warm|4 KiB|baseline|baseline|ns|10|10|10
        page|warm|4 KiB|Mmap|map made|ns|30|30|30
        page|warm|4 KiB|blocks|no map|ns|50|50|50
        page|warm|1 MiB|baseline|baseline|ns|10|10|10
        page|warm|1 MiB|Mmap|map made|ns|70|70|70
        page|yours|4 KiB|pages|baseline|faults|2|2|2";
    // In a line `;` stands for the end of one.
    for line in "machine -> | processor | ours | mine |;| disk |  | slow |;
        page_faults -> | what | 4 KiB | 4 KiB, yours | 1 MiB, yours |;|---|---|---|---|;| pages | 1 | 2 | 3 |;
        page_overhead -> | what | MappedFile | MappedFile, yours |;|---|---|---|;| find | 1.00 | 1.50 |;
        page_ours -> | what | 4 KiB |;|---|---|;| pages | 1 |;
        page_yours -> | what | 4 KiB, yours |;|---|---|;| pages | 2 |;
        page_held -> | map, Random | 1 | 4 |;| map, new |  | 0 |;
        page_held -> >map, Random</text>;<text y=\"43\">yours</text>;<text y=\"69\">map, new</text>
        page_warm -> On this machine:;;| what | 4 KiB | 1 MiB |
        page_warm -> | blocks | 50.0 ns (5.0) |  |;"
        .lines()
    {
        let (name, expected) = line.trim().split_once(" -> ").unwrap();
        let expected = expected.replace(';', "\n");
        let found = figure(&format!("speed_{name}"), ours, Some(yours));
        assert!(found.contains(&expected), "{name}: expected {expected}, found {found}");
    }
    let found = figure("speed_page_warm", ours, Some(yours));
    for (mark, count) in [("<circle", 3), ("fill=\"currentColor\"/>", 1)] {
        assert_eq!(found.matches(mark).count(), count, "{found}");
    }
    let found = figure("speed_page_warm", ours, None);
    assert!(!found.contains("On this machine"), "{found}");
}

#[test]
fn a_name_or_a_line_that_is_wrong_is_refused() {
    let error = speed::figure("speed_rows", &data(TIMES), None).unwrap_err();
    assert!(error.ends_with("found \"speed_rows\""));
    for (wrong, from, to) in [
        ("an unknown kind", "map made", "map"),
        ("no number", "|320|", "|fast|"),
        ("a cell less", "|ns|320", "|320"),
    ] {
        let lines = tabs(&TIMES.replace(from, to));
        let error = Data::parse(&lines).expect_err(wrong);
        assert!(error.starts_with("2: expected page, state"), "{error}");
    }
}
