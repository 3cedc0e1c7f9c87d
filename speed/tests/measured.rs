//! A claim is printed if the data say so, and refused if not.

use speed::Refused::{self, Contradicted, Malformed, NotMeasured};
use speed::{Data, measured, outcomes};
use std::fs;
use std::path::Path;

const DATA: &str = "page|warm|4 KiB|baseline|baseline|ns|10|1|1
page|warm|4 KiB|Mmap|map made|ns|300|1|1
page|warm|4 KiB|Mmap, kept|map kept|ns|100|1|1
page|warm|1 MiB|Mmap|map made|ns|2000|1|1
page|warm|1 MiB|Mmap, kept|map kept|ns|3000|1|1
page|cold|4 KiB|Mmap|map made|ns|33333|1|1
page|faults|1 MiB|pages|baseline|faults|16384|1|1
page|faults|1 MiB|map|map made|faults|64|1|1
page|overhead|ours|find|map kept|ratio|1.02|1|1
page|overhead|ours|read|map kept|ratio|1.26|1|1";

/// What a claim prints on a page.
fn printed(claim: &str, page: &str) -> Result<String, Refused> {
    measured(claim, page, &Data::parse(&DATA.replace('|', "\t")).unwrap())
}

/// The lines of a text, each a claim and, behind the arrow, what is expected.
fn cases(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.trim().lines();
    lines.map(|line| line.trim().split_once(" -> ").unwrap_or((line.trim(), "")))
}

#[test]
fn a_claim_that_holds_prints_its_number() {
    for (claim, expected) in cases(
        "warm, 4 KiB: Mmap at least 3 times as long as Mmap, kept -> 3.0 times as long
        warm at 4 KiB: Mmap at most 3 times as long as Mmap, kept -> 3.0 times as long at 4 KiB
        warm, 1 MiB: Mmap at least 1.5 times as fast as Mmap, kept -> 1.5 times as fast
        warm, 1 MiB: Mmap within 1.5 times as long as Mmap, kept -> 0.67 times as long
        warm, 4 KiB: Mmap within 3 times as long as Mmap, kept -> 3.0 times as long
        warm at 4 KiB and 1 MiB: Mmap within 3 times as long as Mmap, kept -> 3.0 times as long at 4 KiB and 0.67 times at 1 MiB
        warm, 4 KiB and 1 MiB: Mmap within 3 times as long as Mmap, kept -> 0.67 to 3.0 times as long
        warm, 4 KiB: Mmap and Mmap, kept at least 10 times as long as baseline -> 10 to 30 times as long
        warm, 1 MiB: Mmap at least 6 times as long as [at 4 KiB] -> 6.7 times as long
        warm, 1 MiB: Mmap, kept at least 10 times as long as Mmap [at 4 KiB] -> 10 times as long
        cold, 4 KiB: Mmap at least 10 times as long as [warm at 1 MiB] -> 17 times as long
        warm, 4 KiB: Mmap - baseline at most 2.9 times as long as Mmap, kept -> 2.9 times as long
        warm, 4 KiB: Mmap / 1,000 at most 1 times as long as baseline -> 0.030 times as long
        cold, 4 KiB: Mmap at least 100 times as long as [warm] -> 110 times as long
        faults, 1 MiB: pages at least 256 times as many as map -> 260 times as many
        faults, 1 MiB: map at most 0.01 of pages -> 64 of 16,384
        faults, 1 MiB: map exactly 64 -> 64
        overhead, ours: find at most 1.05 -> 1.0
        overhead, ours: find and read at most 1.3 -> 1.0 to 1.3",
    ) {
        let state = claim.split([',', ' ']).next().unwrap();
        let link = format!("[{expected}](#speed_page_{state})");
        assert_eq!(printed(claim, "page"), Ok(link), "{claim}");
        let elsewhere = format!("[{expected}](page.md#speed_page_{state})");
        assert_eq!(printed(&format!("page/{claim}"), "other"), Ok(elsewhere), "{claim}");
    }
}

/// Each relation fails if the contenders are swapped, or its number is beyond what was found.
#[test]
fn a_claim_that_does_not_hold_is_contradicted() {
    for (claim, _) in cases(
        "warm, 4 KiB: Mmap, kept at least 3 times as long as Mmap
        warm, 4 KiB: Mmap at least 3.01 times as long as Mmap, kept
        warm, 4 KiB: Mmap at most 2.99 times as long as Mmap, kept
        warm, 1 MiB: Mmap, kept at least 1.5 times as fast as Mmap
        warm, 1 MiB: Mmap at least 1.51 times as fast as Mmap, kept
        warm, 1 MiB: Mmap within 1.49 times as long as Mmap, kept
        warm, 1 MiB: Mmap, kept within 1.49 times as long as Mmap
        warm, 4 KiB and 1 MiB: Mmap at least 1 times as long as Mmap, kept
        warm, 4 KiB: Mmap, kept and Mmap at least 20 times as long as baseline
        warm, 4 KiB: Mmap at least 1.01 times as long as [warm]
        warm, 1 MiB: Mmap at least 7 times as long as [at 4 KiB]
        warm, 4 KiB: Mmap - baseline at least 3 times as long as Mmap, kept
        warm, 4 KiB: Mmap / 10 at least 3.1 times as long as baseline
        faults, 1 MiB: map at least 256 times as many as pages
        faults, 1 MiB: pages at most 0.01 of map
        faults, 1 MiB: map exactly 65
        overhead, ours: find and read at most 1.05",
    ) {
        let found = printed(claim, "page");
        assert!(matches!(found, Err(Contradicted(_))), "{claim}: {found:?}");
    }
    let claim = "warm, 4 KiB: Mmap at least 4 times as long as Mmap, kept";
    assert_eq!(
        printed(claim, "page").unwrap_err().to_string(),
        "contradicted by snapshots/speed.tsv: expected at least 4, found 3.0: \
         page, warm, 4 KiB, Mmap: 300 ns, and page, warm, 4 KiB, Mmap, kept: 100 ns"
    );
}

#[test]
fn what_is_not_in_the_data_is_not_measured() {
    for (claim, missing) in cases(
        r#"pages/warm, 4 KiB: Mmap exactly 1 -> for "pages" it has "page"
        hot, 4 KiB: Mmap exactly 1 -> for "hot" it has "cold", "faults", "overhead", "warm"
        warm, 1 GiB: Mmap exactly 1 -> no row page, warm, 1 GiB, Mmap; for "1 GiB" it has "1 MiB", "4 KiB"
        cold, 4 KiB: Mmap at least 2 times as long as read -> for "read" it has "Mmap"
        cold, 4 KiB and 1 MiB: Mmap at least 1 times as long as [warm] -> for "1 MiB" it has "4 KiB""#,
    ) {
        match printed(claim, "page") {
            Err(NotMeasured(why)) => assert!(why.contains(missing), "{claim}: {why}"),
            found => panic!("{claim}: {found:?}"),
        }
    }
    // What is missing does not hide what is wrong behind it.
    let both = "warm, 1 GiB and 4 KiB: Mmap at most 1 times as long as Mmap, kept";
    match printed(both, "page") {
        Err(Contradicted(why)) => assert!(why.contains("found 3.0") && why.contains("1 GiB")),
        found => panic!("{both}: {found:?}"),
    }
}

#[test]
fn what_is_no_claim_is_malformed() {
    for (claim, _) in cases(
        "warm, 4 KiB
        warm: Mmap exactly 1
        warm, 4 KiB: Mmap faster than Mmap, kept
        warm, 4 KiB: Mmap at least twice
        warm, 4 KiB: Mmap at least -1
        warm, 4 KiB: Mmap at least 2 times as slow as Mmap, kept
        warm, 4 KiB: Mmap at least 2 times as long as
        warm, 4 KiB: Mmap / baseline at least 2",
    ) {
        let found = printed(claim, "page");
        assert!(matches!(found, Err(Malformed(_))), "{claim}: {found:?}");
    }
}

/// The claims of a book, with the data of another run: each outcome is told, and so is what is missing.
#[test]
fn each_claim_of_a_book_has_one_of_three_outcomes() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outcomes");
    fs::create_dir_all(root.join("book")).unwrap();
    fs::create_dir_all(root.join("snapshots")).unwrap();
    let page = "It is {{#measured warm, 4 KiB: Mmap at least 3 times as long as\nMmap, kept}},
        {{#measured warm, 1 MiB: Mmap at least 3 times as long as Mmap, kept}}, and
        {{#measured cold, 4 KiB: Mmap at least 3 times as long as [warm]}}.";
    fs::write(root.join("book/page.md"), page).unwrap();
    fs::write(root.join(speed::data::OURS), DATA.replace('|', "\t")).unwrap();
    let less = DATA.lines().filter(|line| !line.starts_with("page|cold"));
    let less = less.collect::<Vec<_>>().join("\n").replace('|', "\t");
    let told = outcomes(&root, &Data::parse(&less).unwrap()).unwrap();
    for expected in [
        "contradicted: page: warm, 1 MiB: Mmap at least 3 times as long as Mmap, kept: expected at least 3, found 0.67",
        "not measured: page: cold, 4 KiB: Mmap at least 3 times as long as [warm]\n",
        "not in these data, or not all of it: page, cold, 4 KiB\n",
        "\n1 claims of the book hold; 1 of its cases are not in these data",
    ] {
        assert!(told.contains(expected), "expected {expected}, found {told}");
    }
    assert_eq!(told.lines().count(), 4, "{told}");
}
