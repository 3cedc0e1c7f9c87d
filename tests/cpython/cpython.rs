//! Runs CPython's own tests of mmap on `MappedFile`: those of the `python3` at hand, as they are.
//!
//! tests/cpython/mmap.rs is the module that they find in place of Python's.
#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tests that fail, the row of `tests/like_python/differences.tsv` that says why, and what they do.
const DIFFERENT: [(&str, &str, &str); 5] = [
    (
        "test_access_parameter",
        "longer_map",
        "expects ValueError for a map of a byte more than the file has",
    ),
    (
        "test_empty_file",
        "empty_file",
        "expects ValueError for an empty file",
    ),
    (
        "test_flush_return_value",
        "flush_from_any_byte",
        "expects OSError for a flush from byte 1 on",
    ),
    (
        "test_madvise",
        "advise_past_the_end",
        "expects ValueError for a start at the end, and gives a length that reaches past it",
    ),
    (
        "test_resize_past_pos",
        "resize_of_shared",
        "makes a shared anonymous map shorter",
    ),
];

const DIFFERENCES: &str = include_str!("../like_python/differences.tsv");

/// What became of each test: `passed`, `failed` or `skipped`.
type Outcomes = BTreeMap<String, String>;

/// A failure can hide another further on in a test, so they run again with the differences made
/// up for: all, and all but one. Each then fails for its own difference, and for no other reason.
#[test]
#[cfg_attr(
    no_cpython_tests,
    ignore = "there is no python3, from 3.9 to 3.15, with its package `test`"
)]
fn cpython_s_tests_pass_but_for_the_differences() {
    let python = run(None, "");
    let passed = python.values().filter(|outcome| *outcome == "passed");
    assert!(
        passed.count() >= 30,
        "expected tests that pass on Python's own mmap, found {python:?}"
    );
    let module = build();
    let rows: BTreeSet<&str> = DIFFERENT.iter().map(|(_, row, _)| *row).collect();
    let mut runs = vec![rows.clone(), BTreeSet::new()];
    runs.extend(rows.iter().map(|row| BTreeSet::from([*row])));
    for left in runs {
        let made_up: Vec<&str> = rows.difference(&left).copied().collect();
        let made_up = made_up.join(" ");
        let found = run(Some(&module), &made_up);
        for (test, outcome) in &python {
            let mut listed = DIFFERENT.iter().filter(|(of, _, _)| of == test);
            let expected = match listed.find(|(_, row, _)| left.contains(row)) {
                Some(_) if outcome == "passed" => "failed",
                _ => outcome,
            };
            let found = found.get(test).map_or("not there", String::as_str);
            let mend = match expected {
                "failed" => "take it out of tests/cpython/cpython.rs",
                _ => {
                    "mend src/mapped_file.rs or tests/cpython/mmap.rs, or name the difference in \
                     tests/cpython/cpython.rs"
                }
            };
            assert_eq!(
                found,
                expected,
                "{test}: found on the left, expected on the right; to see why:\n\
                 MAKE_UP_FOR='{made_up}' python3 tests/cpython/cpython.py {}\n{mend}",
                module.display()
            );
        }
    }
}

#[test]
fn the_differences_have_rows_in_the_book() {
    for (test, row, _) in DIFFERENT {
        assert!(
            DIFFERENCES
                .lines()
                .any(|line| line.starts_with(&format!("{row}\t"))),
            "{test}: expected a row {row} in tests/like_python/differences.tsv, found none; write one"
        );
    }
}

/// Builds the module. Cargo does not do it for this test, as PyO3 does not build without Python.
fn build() -> PathBuf {
    // It is beside the folder that has this test, whatever folder and target cargo was told.
    let this = env::current_exe().unwrap();
    let mut above = this.ancestors().skip(2);
    let (profile, target) = (above.next().unwrap(), above.next().unwrap());
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .args(["build", "--quiet", "--example", "mmap"])
        .args(["--features", "extension", "--target-dir"])
        .arg(target)
        .env("PYO3_PYTHON", python3())
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    assert!(
        cargo.status().unwrap().success(),
        "tests/cpython/mmap.rs: expected cargo to build it; mend what it says above"
    );
    profile.join("examples/libmmap.so")
}

/// Runs the tests on a module, or on Python's own.
fn run(module: Option<&Path>, made_up: &str) -> Outcomes {
    let run = Command::new(python3())
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/cpython.py"))
        .args(module)
        .env("MAKE_UP_FOR", made_up)
        .current_dir(env!("CARGO_TARGET_TMPDIR")) // where they make their files
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "expected Python to get through its tests, found {run:#?}"
    );
    let lines = String::from_utf8(run.stdout).unwrap();
    let outcomes = lines.lines().filter_map(|line| line.split_once(' '));
    outcomes
        .map(|(outcome, test)| (test.into(), outcome.into()))
        .collect()
}

fn python3() -> &'static str {
    option_env!("PYTHON3").unwrap_or("python3")
}
