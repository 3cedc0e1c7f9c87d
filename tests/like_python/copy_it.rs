//! Copies `src/mapped_file.rs` to a new project, as the page *Add MappedFile to your project* says.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap());
    // Offline, because this book was built with the same two crates. All runs of this test share a
    // target folder, so that the crates are compiled once.
    cargo.arg("--offline").args(arguments).current_dir(folder);
    cargo.env(
        "CARGO_TARGET_DIR",
        concat!(env!("CARGO_TARGET_TMPDIR"), "/copied"),
    );
    let run = cargo.output().unwrap();
    assert!(run.status.success(), "cargo {arguments:?}: {run:#?}");
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(!said.contains("warning"), "{said}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn a_new_project_runs_a_listing_and_the_example_with_the_copied_file() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("copied");
    cargo(folder.path(), &["new", "--vcs", "none", "copied"]);
    cargo(&project, &["add", "memmap2", "memchr"]);
    for file in ["src/mapped_file.rs", "lorem.txt"] {
        fs::copy(root.join(file), project.join(file)).unwrap();
    }
    let listing = fs::read_to_string(root.join("examples/object_read.rs")).unwrap();
    let declared = "mod mapped_file;\nuse mapped_file::";
    let listing = listing.replacen("use mapped_file::", declared, 1);
    fs::write(project.join("src/main.rs"), listing).unwrap();
    let printed = cargo(&project, &["run", "--quiet"]);
    let snapshot = fs::read_to_string(root.join("snapshots/object_read.snap")).unwrap();
    assert!(snapshot.ends_with(&printed), "{printed}");

    let source = fs::read_to_string(root.join("src/mapped_file.rs")).unwrap();
    let example = source.lines().filter_map(|line| line.strip_prefix("//! "));
    let example = example.skip_while(|line| *line != "```ignore").skip(1);
    let example: Vec<&str> = example.take_while(|line| *line != "```").collect();
    let example = example.join("\n");
    let main = format!(
        "{declared}{{Access, MappedFile}};\n\
         fn main() -> std::io::Result<()> {{\n{example}\nOk(())\n}}\n"
    );
    fs::write(project.join("src/main.rs"), main).unwrap();
    assert_eq!(cargo(&project, &["run", "--quiet"]), "");
    let text = fs::read(project.join("lorem.txt")).unwrap();
    assert!(text.starts_with(b"LOREM ipsum"));
}
