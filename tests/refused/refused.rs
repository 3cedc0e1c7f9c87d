//! rustc refuses each program of `programs/`, and says what stands beside it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The rustc that said it; the page names it. Of another, which may have other words for it, the
/// codes of the errors are compared.
const SAID_BY: &str = include_str!("rustc_version.txt").trim_ascii();

/// Set where what another rustc says is written, to be compared.
const ANOTHER: &str = "WHAT_ANOTHER_RUSTC_SAYS";

#[test]
fn programs_are_refused() {
    if let Some(folder) = env::var_os(ANOTHER) {
        trybuild::TestCases::new().compile_fail(Path::new(&folder).join("*.rs"));
        return;
    }
    println!("to accept what rustc says: TRYBUILD=overwrite cargo test -p refused");
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let accepts = env::var_os("TRYBUILD").is_some();
    if version.starts_with(&format!("rustc {SAID_BY}.")) {
        for (name, code) in codes(Path::new("programs")) {
            assert!(accepts || !code.is_empty(), "{name} has no .stderr");
        }
        trybuild::TestCases::new().compile_fail("programs/*.rs");
        return;
    }
    assert!(
        !accepts,
        "expected rustc {SAID_BY}, found {version}; name it in tests/refused/rustc_version.txt and on the page"
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refused");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let expected = codes(Path::new("programs"));
    for name in expected.keys() {
        fs::copy(Path::new("programs").join(name), folder.join(name)).unwrap();
    }
    let again = Command::new(env::current_exe().unwrap())
        .env("TRYBUILD", "overwrite")
        .env(ANOTHER, &folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(again.status.success(), "{version}: {said}");
    assert_eq!(codes(&folder), expected, "{version}: {said}");
}

/// The programs of a folder, and the codes of the errors that rustc says they have.
fn codes(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut codes = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let said = fs::read_to_string(path.with_extension("stderr")).unwrap_or_default();
            let errors = said.lines().filter_map(|line| line.strip_prefix("error["));
            let errors = errors.filter_map(|error| Some(error.split_once(']')?.0.to_owned()));
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            codes.insert(name, errors.collect());
        }
    }
    codes
}
