//! Runs the Rust blocks of small books with `proofread check --run`, and compares each result.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Makes a book of the files, and runs its blocks. Returns the book and everything that the command
/// prints.
fn ran(toml: &str, files: &[(&str, &str)], words: &[&str]) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let pages = files.iter().filter(|(path, _)| path.starts_with("src/") && path.ends_with(".md"));
    let lines = pages.map(|(path, _)| format!("- [{path}]({})\n", path.trim_start_matches("src/")));
    let summary = lines.collect::<String>();
    let own = [("book.toml", toml), ("src/SUMMARY.md", &summary)];
    for (path, text) in files.iter().chain(&own) {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), text).unwrap();
    }
    let said = check(root, words);
    (folder, said)
}

fn check(root: &Path, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proofread"));
    command.args(["check", ".", "--run"]).args(words).current_dir(root);
    let ran = command.env("PROOFREAD_LIMIT", "10").output().unwrap();
    String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr)
}

/// Checks that the output of the command has a text.
#[track_caller]
fn has(said: &str, text: &str) {
    assert!(said.contains(text), "expected {text:?} in:\n{said}");
}

/// Pages of a book of edition 2021. Each page has its blocks, the line and the result of each block
/// that does not pass, and other texts of the report.
const PAGES: &[(&str, &str, &[&str], &[&str])] = &[
    // `main` is written around a block without it, and hidden lines are compiled.
    ("main", "```rust\nassert_eq!(one(), 1);\n# fn one() -> u8 { 1 }\n```\n", &[], &[]),
    (
        "panic",
        "```rust\n\nassert_eq!(one(), 2);\n# fn one() -> u8 { 1 }\n```\n\n```rust\n#![allow(unused)]\n\
         fn main() {\n    panic!();\n}\n```\n",
        &["3: expected", "9: expected"],
        &["panicked at src/panic.md:5:1", "panicked at src/panic.md:12:5"],
    ),
    (
        "lint",
        "```rust\n#![deny(unused)]\nlet a = 1;\n```\n",
        &["3: expected"],
        &["--> src/lint.md:5:5", "--> src/lint.md:3:9"],
    ),
    // A block is a crate root, and a page may have the name of another.
    ("a/root", ROOT, &["3: expected"], &["panicked at src/a/root.md:10:5"]),
    ("b/root", ROOT, &["3: expected"], &["panicked at src/b/root.md:10:5"]),
    (
        "ignore",
        "```rust,ignore\nfn\n```\n",
        &[],
        &["not run, because the block says `rust,ignore`: src/ignore.md:3"],
    ),
    ("more", "```rust,editable,ignore\nfn\n```\n", &[], &["`rust,editable,ignore`: src/more.md:3"]),
    (
        "system",
        "```ignore-linux,ignore-windows,ignore-darwin\nfn\n```\n",
        &[],
        &["`ignore-linux,ignore-windows,ignore-darwin`: src/system.md:3"],
    ),
    ("no_run", "```no_run\npanic!();\n```\n\n```no_run\nfn\n```\n", &["7: expected"], &[]),
    ("should", "```should_panic\npanic!();\n```\n\n```should_panic\n```\n", &["7: expected"], &[]),
    (
        "fail",
        "```compile_fail\nfn\n```\n\n```rust,compile_fail\n```\n",
        &["7: expected a block that compiles and succeeds, or fails as it says"],
        &["it's marked `compile_fail`"],
    ),
    (
        "code",
        "```compile_fail,E0308\n0u8 == \"\";\n```\n\n```compile_fail,E0382\n0u8 == \"\";\n```\n",
        &["7: expected"],
        &["Some expected error codes were not found: [\"E0382\"]"],
    ),
    ("other", "```\nfn\n```\n\n```text\nfn\n```\n\n    fn\n\n```rust editable\n```\n", &[], &[]),
    // `gen` is a keyword since edition 2024, and `async` since 2018.
    (
        "edition",
        "```rust\nlet gen = 1;\n```\n\n```rust,edition2024\nlet gen = 1;\n```\n\n\
         ```edition2015\nlet async = 1;\n```\n",
        &["7: expected"],
        &["--> src/edition.md:8:5"],
    ),
    (
        "quote",
        "> ```rust\n> fn\n> ```\n\n- One:\n\n  1. Two:\n\n     ```rust\n     let x: u8 = 1;\n     \
         let x: u8 = \"\";\n     ```\n",
        &["3: expected", "11: expected"],
        &["--> src/quote.md:13:13"],
    ),
    (
        "include",
        "```rust\n{{#include ../code/a.rs:part}}\n```\n\n\
         ```rust\n{{#rustdoc_include ../code/a.rs:part}}\n```\n\n{{#playground ../code/b.rs}}\n\n\
         ```rust\n# fn main() {\n{{#include ../code/c.rs}}\nlet after: u8 = 1u16;\n# }\n```\n",
        &["3: expected", "7: expected", "11: expected", "13: expected"],
        &[
            "--> code/a.rs:7:18\n  |\n7 |     let b: u16 = a;\n",
            "--> code/a.rs:4:17",
            "panicked at code/b.rs:2:5",
            "--> code/c.rs:2:14",
            "--> src/include.md:16:17",
        ],
    ),
    ("nested", "{{#include ../code/d.md}}\n", &[], &["  code/e.md:2: expected"]),
];

const ROOT: &str = "```rust\nmod m {\n    use crate::VALUE;\n    pub fn v() -> u8 { VALUE }\n}\n\
    const VALUE: u8 = 1;\nfn main() {\n    assert_eq!(m::v(), 2);\n}\n```\n";

#[test]
fn each_block_has_its_result_at_its_line() {
    let code = [
        (
            "code/a.rs",
            "//! A.\n\nfn main() {\n    let c: u8 = 0u16;\n    // ANCHOR: part\n    let a: u8 = 1;\n    \
             let b: u16 = a;\n    // ANCHOR_END: part\n}\n\nfn other(a: u16) {\n    let b: u16 = a;\n}\n",
        ),
        ("code/b.rs", "fn main() {\n    panic!(\"b\");\n}\n"),
        ("code/c.rs", "let c: u8 = 1;\nlet d: u16 = c;\n"),
        ("code/d.md", "{{#include e.md}}\n"),
        ("code/e.md", "Text.\n```rust\nfn\n```\n"),
    ];
    let pages = PAGES.iter().map(|(name, text, ..)| (format!("src/{name}.md"), text));
    let pages: Vec<_> = pages.map(|(path, text)| (path, format!("# One\n\n{text}"))).collect();
    let pages = pages.iter().map(|(path, text)| (&**path, &**text));
    let files: Vec<_> = pages.chain(code).collect();
    let (_book, said) = ran("[rust]\nedition = \"2021\"\n", &files, &[]);
    for (name, _, results, texts) in PAGES {
        let start = format!("src/{name}.md:");
        let results = results.iter().map(|result| format!("{start}{result}"));
        let texts = texts.iter().map(|text| (*text).to_owned());
        let lines = said.lines().map(|line| line.trim_start_matches("note: ").trim_start());
        let found = lines.filter(|line| line.starts_with(&start)).count();
        assert_eq!(found, results.len(), "the reports of {name} in:\n{said}");
        results.chain(texts).for_each(|text| has(&said, &text));
    }
    has(&said, "note: 28 Rust blocks: 8 passed, 17 failed, 3 not run");
}

#[test]
fn a_block_has_the_edition_of_the_book_or_2015() {
    let text = "# One\n\n```rust\nlet gen = 1;\n```\n\n```rust\nlet async = 1;\n```\n";
    let (book, said) = ran("[rust]\nedition = \"2024\"\n", &[("src/one.md", text)], &[]);
    has(&said, "2 Rust blocks: 0 passed, 2 failed");
    fs::write(book.path().join("book.toml"), "").unwrap();
    has(&check(book.path(), &[]), "2 Rust blocks: 2 passed, 0 failed");
}

#[test]
fn a_feature_of_nightly_rust_is_not_run_on_another_with_the_reason() {
    let text = "```rust\n#![feature(never_type)]\nlet f: fn() -> ! = || panic!();\n```\n";
    let (_book, said) = ran("", &[("src/one.md", text)], &[]);
    let version = Command::new("rustdoc").arg("--version").output().unwrap();
    match String::from_utf8_lossy(&version.stdout).contains("nightly") {
        true => has(&said, "1 passed"),
        false => has(
            &said,
            "not run, because `#![feature(never_type)]` needs nightly Rust: src/one.md:1",
        ),
    }
}

#[test]
fn a_program_that_never_ends_is_stopped_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let alive = folder.path().join("alive");
    let block = format!(
        "```rust\nfor _ in 0..2000 {{\n    std::fs::write({alive:?}, \"x\").unwrap();\n    \
         std::thread::sleep(std::time::Duration::from_millis(10));\n}}\n```\n\n```rust\n```\n"
    );
    let (_book, said) = ran("", &[("src/one.md", &block)], &[]);
    has(&said, "2 Rust blocks: 1 passed, 1 failed");
    has(
        &said,
        "src/one.md:1: expected a block that compiles and succeeds, or fails as it says, found no end",
    );
    fs::remove_file(&alive).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(!alive.exists(), "the program still runs");
}

#[test]
fn a_block_sees_the_crates_of_the_package_and_no_others() {
    let files = [
        (
            "src/one.md",
            "# One\n\n```rust\nuse other_name::three;\nassert_eq!(three() + my_book::two(), 5);\n\
            assert_eq!(env!(\"CARGO_PKG_NAME\"), \"my-book\");\n```\n\n\
            ```rust\nassert_eq!(only_for_tests::four(), 4);\n```\n\n```rust\nuse regex::Regex;\n```\n",
        ),
        (
            "Cargo.toml",
            "[package]\nname = \"my-book\"\nedition = \"2021\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n\n\
            [dependencies]\nother_name = { path = \"a\", package = \"a-crate\" }\n\n[dev-dependencies]\nonly_for_tests = { path = \"b\" }\n",
        ),
        ("lib.rs", "pub fn two() -> u8 { 2 }\n"),
        ("a/Cargo.toml", "[package]\nname = \"a-crate\"\nedition = \"2021\"\n"),
        ("a/src/lib.rs", "pub fn three() -> u8 { 3 }\n"),
        ("b/Cargo.toml", "[package]\nname = \"only_for_tests\"\nedition = \"2021\"\n"),
        ("b/src/lib.rs", "pub fn four() -> u8 { 4 }\n"),
    ];
    let toml = "[rust]\nedition = \"2021\"\n";
    let (book, said) = ran(toml, &files, &["--manifest-path", "Cargo.toml"]);
    has(&said, "3 Rust blocks: 2 passed, 1 failed");
    has(&said, "src/one.md:13: expected");
    fs::write(book.path().join("lib.rs"), "pub fn two() -> u8 { \"2\" }\n").unwrap();
    let said = check(book.path(), &["--manifest-path", "Cargo.toml"]);
    has(&said, "expected a package that cargo can build");
    has(&said, "mismatched types");
    let said = check(book.path(), &[]);
    has(&said, "3 Rust blocks: 0 passed, 3 failed");
    has(&said, "or name the package that has its crates: --manifest-path");
}

#[test]
fn a_preprocessor_that_runs_cargo_does_not_wait_forever() {
    let files = [
        ("src/one.md", "# One\n\n```rust\nassert_eq!(my_book::two(), 3);\n```\n"),
        ("Cargo.toml", "[package]\nname = \"my-book\"\nedition = \"2021\"\n\n[workspace]\n"),
        ("src/lib.rs", "pub fn two() -> u8 { 2 }\n"),
        (
            "src/bin/same.rs",
            "use std::io::Read;\n\nfn main() {\n    if std::env::args().len() > 1 { return }\n    let mut said = String::new();\n    \
            std::io::stdin().read_to_string(&mut said).unwrap();\n    \
            let said = said.replace(\", 3)\", \", 2)\");\n    let from = said.find(\",{\\\"items\").unwrap();\n    \
            print!(\"{}\", &said[from + 1..said.len() - 1]);\n}\n",
        ),
    ];
    let toml = "[rust]\nedition = \"2021\"\n\n[preprocessor.same]\ncommand = \"cargo run --quiet --offline --bin same\"\n";
    let (_book, said) = ran(toml, &files, &["--manifest-path", "Cargo.toml"]);
    has(&said, "1 Rust blocks: 1 passed");
}

#[test]
fn a_block_of_an_include_is_run_or_named_and_each_line_has_its_file() {
    let text = "```rust\n{{#include a.rs}}\n```\n\n```rust\n{{ #include b.rs }}\n```\n\n\
                ```rust\n{{#include gone.rs}}\n```\n\n```rust\n\\{{#include a.rs}}\n```\n\n```rust,ignore\n{{#include a.rs}}\n```\n";
    let wrong = "fn main() { let a: u8 = \"\"; }\n";
    let files = [("src/one.md", text), ("src/a.rs", wrong), ("src/b.rs", wrong)];
    let (_book, said) = ran("", &files, &[]);
    has(&said, "5 Rust blocks: 0 passed, 4 failed, 1 not run");
    for line in [1, 5, 9, 13] {
        has(&said, &format!("src/one.md:{line}: expected a block"));
    }
    has(&said, "--> src/a.rs:1:25");
    has(&said, "--> src/b.rs:1:25");
}

#[test]
#[cfg(unix)]
fn a_block_has_its_line_although_a_preprocessor_writes_another_fence() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _) =
        ran("", &[("src/a.md", "# A\n\n```rust\n\n```\n\n```rust\npanic!();\n```\n")], &[]);
    let fences = folder.path().join("fences");
    fs::write(&fences, "#!/bin/sh\n[ $# = 0 ] && python3 -c '\nimport json, sys\nbook = json.load(sys.stdin)[1]\nprint(json.dumps(book).replace(\"```\", \"````\"))'\n:\n").unwrap();
    fs::set_permissions(&fences, fs::Permissions::from_mode(0o755)).unwrap();
    let toml = format!("[preprocessor.fences]\ncommand = {fences:?}\n");
    fs::write(folder.path().join("book.toml"), toml).unwrap();
    let said = check(folder.path(), &[]);
    has(&said, "src/a.md:7: expected");
    has(&said, "panicked at src/a.md:8:1");
}

#[test]
fn a_long_include_is_read_in_time_that_grows_with_its_length() {
    let time = |lines: usize| {
        let text =
            "```text\n{{#include a.txt}}\n```\n\n".to_owned() + &"`{{#x}}`\n\n".repeat(lines);
        let same = "same\n".repeat(lines);
        let start = std::time::Instant::now();
        ran("", &[("src/one.md", &text), ("src/a.txt", &same)], &[]);
        start.elapsed()
    };
    // Another program makes a run only longer, so the shortest ones are compared.
    let (mut short, mut long) = (time(150), time(1500));
    for _ in 0..5 {
        if long > short * 12 {
            (short, long) = (short.min(time(150)), long.min(time(1500)));
        }
    }
    assert!(long < short * 12, "{short:?} and {long:?}");
}
