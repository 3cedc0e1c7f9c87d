//! Takes `src/mapped_file.rs` to a fresh project, as the page *The whole file* tells.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap());
    // Offline, as the two crates are those that this book was built with; and with one target
    // folder for every run of this test, so that they are compiled once.
    cargo.arg("--offline").args(arguments).current_dir(folder);
    cargo.env(
        "CARGO_TARGET_DIR",
        concat!(env!("CARGO_TARGET_TMPDIR"), "/copied"),
    );
    let run = cargo.output().unwrap();
    assert!(run.status.success(), "cargo {arguments:?}: {run:#?}");
    let told = String::from_utf8(run.stderr).unwrap();
    assert!(!told.contains("warning"), "{told}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn a_fresh_project_runs_a_listing_with_the_copied_file() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("copied");
    cargo(folder.path(), &["new", "--vcs", "none", "copied"]);
    cargo(&project, &["add", "memmap2", "memchr"]);
    for file in ["src/mapped_file.rs", "lorem.txt"] {
        fs::copy(root.join(file), project.join(file)).unwrap();
    }
    let listing = fs::read_to_string(root.join("examples/object_read.rs")).unwrap();
    let listing = listing.replacen(
        "use mapped_file::",
        "mod mapped_file;\nuse mapped_file::",
        1,
    );
    fs::write(project.join("src/main.rs"), listing).unwrap();
    let printed = cargo(&project, &["run", "--quiet"]);
    let snapshot = fs::read_to_string(root.join("snapshots/object_read.snap")).unwrap();
    assert!(snapshot.ends_with(&printed), "{printed}");
}
