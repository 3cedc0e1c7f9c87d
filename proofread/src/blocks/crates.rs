//! The crates that a block sees.

use crate::Problem;
use crate::cargo::{self, list, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;

/// What rustdoc needs to see the crates of a package.
#[derive(Default)]
pub(crate) struct Crates {
    pub(crate) arguments: Vec<String>,
    /// The variables that a program may read at compile time.
    pub(crate) variables: Vec<(&'static str, String)>,
}

/// Builds a package. Returns the arguments with which rustdoc finds its library and the crates that
/// its Cargo.toml names in `[dependencies]` and `[dev-dependencies]`. Returns a problem if cargo
/// cannot build the package or its tests; cargo writes its messages to stderr.
pub(crate) fn crates(manifest: &Path) -> Result<Crates, Problem> {
    let metadata = lines(manifest, &["metadata", "--format-version=1"])?.remove(0);
    let roots = match &metadata["resolve"]["root"] {
        Value::Null => list(&metadata["workspace_default_members"]),
        root => std::slice::from_ref(root),
    };
    // The names under which a block uses crates, each with the package of the crate.
    let mut names = Vec::new();
    let nodes = list(&metadata["resolve"]["nodes"]).iter();
    for found in nodes.filter(|node| roots.contains(&node["id"])).flat_map(|it| list(&it["deps"])) {
        if list(&found["dep_kinds"]).iter().any(|kind| kind["kind"] != "build") {
            names.push((text(&found["name"]).to_owned(), &found["pkg"]));
        }
    }
    let packages = list(&metadata["packages"]).iter().filter(|it| roots.contains(&it["id"]));
    let variables = packages.clone().take(1).flat_map(|package| {
        let folder = Path::new(text(&package["manifest_path"])).parent().unwrap_or(Path::new(""));
        [
            ("CARGO_MANIFEST_DIR", folder.to_string_lossy().into_owned()),
            ("CARGO_PKG_NAME", text(&package["name"]).to_owned()),
            ("CARGO_PKG_VERSION", text(&package["version"]).to_owned()),
        ]
    });
    let variables = variables.collect();
    let mut kinds = packages.flat_map(|it| list(&it["targets"])).flat_map(|it| list(&it["kind"]));
    let mut build = vec!["build", "--tests", "--message-format=json-render-diagnostics"];
    // Without a library, cargo takes this option for a mistake.
    let library = kinds.any(|kind| ["lib", "rlib", "proc-macro"].contains(&text(kind)));
    build.extend(library.then_some("--lib"));
    let messages = lines(manifest, &build)?;
    let (mut files, mut folders) = (BTreeMap::new(), BTreeSet::new());
    for message in &messages {
        folders.extend(list(&message["linked_paths"]).iter().map(|path| text(path).to_owned()));
        let paths = || list(&message["filenames"]).iter().map(text);
        let endings = [".rlib", ".so", ".dylib", ".dll"].iter();
        let Some(path) = endings.filter_map(|end| paths().find(|it| it.ends_with(end))).next()
        else {
            continue;
        };
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        folders.insert(format!("dependency={}", folder.display()));
        let id = &message["package_id"];
        if roots.contains(id) {
            names.push((text(&message["target"]["name"]).replace('-', "_"), id));
        }
        // A crate that a build script uses too may be built twice, that one without debuginfo.
        if message["profile"]["debuginfo"] != 0 || !files.contains_key(text(id)) {
            files.insert(text(id), path);
        }
    }
    let externs = names
        .iter()
        .filter_map(|(name, id)| Some(format!("--extern={name}={}", files.get(text(id))?)));
    let arguments = folders.iter().map(|folder| format!("-L{folder}")).chain(externs).collect();
    Ok(Crates { arguments, variables })
}

/// Runs cargo, and returns the lines of its output.
fn lines(manifest: &Path, words: &[&str]) -> Result<Vec<Value>, Problem> {
    let mut cargo = cargo::cargo(words[0]);
    cargo.args(&words[1..]).arg("--manifest-path").arg(manifest).stderr(Stdio::inherit());
    let found = match cargo.output() {
        Ok(ran) if ran.status.success() => {
            let lines = ran.stdout.split(|byte| *byte == b'\n');
            return Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect());
        }
        Ok(ran) => ran.status.to_string(),
        Err(error) => error.to_string(),
    };
    Err(problem!(manifest.display().to_string();
        expected "a package that cargo can build"; found "{found} of `cargo {}`", words.join(" ");
        mend "correct the package, or name another one: --manifest-path"))
}
