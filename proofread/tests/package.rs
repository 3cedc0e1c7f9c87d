//! Tests that the package for crates.io has every file that the crate needs to compile.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Returns the paths of the files in a folder, relative to the folder of the package.
fn files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let found = entries.flatten().flat_map(|entry| {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => files(&path),
            false => vec![path],
        }
    });
    found.collect()
}

#[test]
fn the_package_has_the_sources_the_template_and_the_licenses() {
    let mut package = Command::new(env::var_os("CARGO").unwrap());
    package.args(["package", "--list", "--allow-dirty", "--offline"]);
    let output = package.current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let listed = String::from_utf8(output.unwrap().stdout).unwrap();
    let listed: Vec<&str> = listed.lines().collect();
    let licenses = ["LICENSE-APACHE", "LICENSE-MIT"].map(String::from);
    let needed = files("src").into_iter().chain(files("template"));
    for file in needed.chain(licenses) {
        assert!(listed.contains(&&*file), "{file} is not in the package");
    }
}
