//! Takes `src/mapped_file.rs` to a fresh project, as the page *The whole file* tells.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[test]
fn a_fresh_project_runs_a_listing_with_the_copied_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("copied");
    let cargo = |arguments: &[&str], folder: &Path| {
        let mut cargo = Command::new(env::var("CARGO").unwrap());
        // Offline, as the two crates are those that this book was built with; and with
        // one target folder for every run of this test, so that they are compiled once.
        cargo.arg("--offline").args(arguments).current_dir(folder);
        cargo.env(
            "CARGO_TARGET_DIR",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/copied"),
        );
        let run = cargo.output().unwrap();
        assert!(run.status.success(), "cargo {arguments:?}: {run:#?}");
        run
    };
    cargo(&["new", "--vcs", "none", "copied"], folder.path());
    cargo(&["add", "memmap2", "memchr"], &project);
    fs::copy(
        root.join("src/mapped_file.rs"),
        project.join("src/mapped_file.rs"),
    )
    .unwrap();
    fs::copy(root.join("lorem.txt"), project.join("lorem.txt")).unwrap();
    let listing = fs::read_to_string(root.join("examples/object_read.rs")).unwrap();
    let listing = listing.replace("use mmap_book::", "mod mapped_file;\nuse mapped_file::");
    fs::write(project.join("src/main.rs"), listing).unwrap();

    let run = cargo(&["run", "--quiet"], &project);
    let snapshot = fs::read_to_string(root.join("snapshots/object_read.snap")).unwrap();
    assert!(snapshot.ends_with(&String::from_utf8(run.stdout).unwrap()));
    assert_eq!(
        String::from_utf8(run.stderr).unwrap(),
        "",
        "expected no warnings"
    );
}
