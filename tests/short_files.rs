//! Each program of the book that takes `lorem.txt`, with one that is empty and one of a byte.
//!
//! A program that needs more ends with an error: never with a signal, and with no panic. `cargo test`
//! builds the programs first; with `--test short_files`, run `cargo build --examples` before.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::process::Command;
use std::{env, fs};

/// The programs that find something to do in a file of any length.
const NEED_NO_BYTES: [&str; 14] = [
    "async_walk",
    "count_lines",
    "extend_then_map",
    "find_every_place",
    "mmap_regex",
    "object_lines",
    "object_resize",
    "read_lines",
    "regex_sentences",
    "seal_and_map",
    "sealed_for_a_child",
    "search_in_threads",
    "survive_a_cut",
    "table_of_words",
];

#[test]
fn a_file_that_is_too_short_is_an_error() {
    let root = env!("CARGO_MANIFEST_DIR");
    let built = env::current_exe().unwrap();
    let built = built.ancestors().nth(2).unwrap().join("examples");
    for text in ["", "L"] {
        let (mut ran, mut succeed) = (0, BTreeSet::new());
        for entry in fs::read_dir(format!("{root}/examples")).unwrap() {
            let path = entry.unwrap().path();
            let source = fs::read_to_string(&path).unwrap();
            if path.extension().unwrap() != "rs" || !source.contains("\"lorem.txt\"") {
                continue;
            }
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("lorem.txt"), text).unwrap();
            let mut program = Command::new(built.join(&name));
            let end = program.current_dir(&folder).output().unwrap();
            let said = String::from_utf8_lossy(&end.stderr);
            let case = format!("{name} with {text:?}: {}\n{said}", end.status);
            assert!(!said.contains("panicked"), "{case}");
            match end.status.code() {
                Some(0) => assert!(succeed.insert(name), "{case}"),
                Some(1) => assert!(said.contains("Error: "), "{case}"),
                _ => panic!("{case}"),
            }
            ran += 1;
        }
        assert!(ran > 20, "{ran}");
        assert_eq!(succeed, NEED_NO_BYTES.map(str::to_owned).into(), "{text:?}");
    }
}
