//! Programs of the book where something is wrong: they end with an error, never with a signal, a panic
//! or a wrong output.
//!
//! `cargo test --workspace` builds the programs first; before `cargo test -p hostile`, run
//! `cargo build --examples`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

/// The programs that find something to do in a file of any length.
const NEED_NO_BYTES: [&str; 18] = [
    "append_with_memmap2",
    "async_walk",
    "count_lines",
    "extend_then_map",
    "find_every_place",
    "input_bytes",
    "mmap_regex",
    "object_lines",
    "object_resize",
    "read_lines",
    "regex_sentences",
    "scan_in_threads",
    "seal_and_map",
    "sealed_for_a_child",
    "search_in_threads",
    "snapshot",
    "survive_a_cut",
    "table_of_words",
];

/// The names of the programs with this in their source.
fn programs_with(word: &str) -> Vec<String> {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let rust = paths.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let found = rust.filter(|path| fs::read_to_string(path).unwrap().contains(word));
    let name = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    found.map(name).collect()
}

/// A program, in a folder.
fn command(name: &str, folder: &Path) -> Command {
    let test = env::current_exe().unwrap();
    let built = test.ancestors().nth(2).unwrap().join("examples");
    let mut command = Command::new(built.join(name));
    command.current_dir(folder);
    command
}

/// Whether a program succeeded. If it did not, it has to end with an error and no panic.
fn succeeded(case: &str, end: &Output) -> bool {
    let said = String::from_utf8_lossy(&end.stderr);
    let case = format!("{case}: {}\n{said}", end.status);
    assert!(!said.contains("panicked"), "{case}");
    match end.status.code() {
        Some(0) => true,
        Some(1) if said.contains("Error: ") => false,
        _ => panic!("{case}"),
    }
}

#[test]
fn a_file_that_is_too_short_is_an_error() {
    let names = programs_with("\"lorem.txt\"");
    assert!(names.len() > 20, "{names:?}");
    for (text, enough_for) in [("", None), ("L", Some("cut_off_a_map"))] {
        let mut succeed = BTreeSet::new();
        for name in &names {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("lorem.txt"), text).unwrap();
            let end = command(name, folder.path()).output().unwrap();
            if succeeded(&format!("{name} with {text:?}"), &end) {
                succeed.insert(&**name);
            }
        }
        let expected = NEED_NO_BYTES.into_iter().chain(enough_for).collect();
        assert_eq!(succeed, expected, "{text:?}");
    }
}

#[test]
fn two_runs_of_a_program_at_once_print_the_same_or_an_error() {
    let names = programs_with("current_exe()");
    assert!(names.len() > 5, "{names:?}");
    for name in names {
        let root = env!("CARGO_MANIFEST_DIR");
        let snapshot = fs::read_to_string(format!("{root}/../../snapshots/{name}.snap")).unwrap();
        let (_, expected) = snapshot.split_once(&format!("--example {name}\n")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::copy(
            format!("{root}/../../lorem.txt"),
            folder.path().join("lorem.txt"),
        )
        .unwrap();
        let start = |_| {
            let mut command = command(&name, folder.path());
            command.stdin(Stdio::null()).stdout(Stdio::piped());
            command.stderr(Stdio::piped()).spawn().unwrap()
        };
        let mut found = 0;
        for run in [0, 1].map(start) {
            let end = run.wait_with_output().unwrap();
            if succeeded(&name, &end) {
                let printed = String::from_utf8(end.stdout).unwrap();
                assert_eq!(printed.trim_end(), expected.trim_end(), "{name}");
                found += 1;
            }
        }
        assert!(found > 0, "{name}");
    }
}

#[test]
fn a_file_that_a_program_would_make_is_left_alone() {
    let names = programs_with("create_new(\"");
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let root = env!("CARGO_MANIFEST_DIR");
        let source = fs::read_to_string(format!("{root}/../../examples/{name}.rs")).unwrap();
        let (_, made) = source.split_once("create_new(\"").unwrap();
        let (made, _) = made.split_once('"').unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::copy(
            format!("{root}/../../lorem.txt"),
            folder.path().join("lorem.txt"),
        )
        .unwrap();
        fs::write(folder.path().join(made), "mine").unwrap();
        let end = command(&name, folder.path()).output().unwrap();
        assert!(!succeeded(&name, &end), "{name}");
        assert_eq!(
            fs::read(folder.path().join(made)).unwrap(),
            b"mine",
            "{name}"
        );
    }
}
