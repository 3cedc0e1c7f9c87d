//! Reads Cargo.toml and Cargo.lock of the package of a book.

use crate::paths::{files, read};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use toml::{Table, Value};

/// The manifest and the lock file. A file that is missing or is not valid TOML counts as empty,
/// because cargo reports it.
#[derive(Debug, Default)]
pub(crate) struct Cargo {
    /// The folder of the manifest.
    pub(crate) root: PathBuf,
    metadata: OnceLock<Result<serde_json::Value, String>>,
    text: String,
    manifest: Table,
    /// The versions of each package in Cargo.lock.
    pub(crate) locked: BTreeMap<String, Vec<String>>,
}

/// A line of Cargo.toml that names a crate, without its comment, as a reader copies it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dependency<'a> {
    pub(crate) section: &'a str,
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

impl Dependency<'_> {
    /// Returns the command that adds the line to a Cargo.toml.
    pub(crate) fn command(&self) -> String {
        let part = |form: &Regex| Some(form.captures(self.text)?[1].replace(['"', ' '], ""));
        let version = part(regex!(r#"^(?:[^=]*|.*\bversion *)= *"([^"]*)""#));
        let mut command = format!("cargo add {}@{}", self.name, version.as_deref().unwrap_or("*"));
        if let Some(features) = part(regex!(r"\bfeatures *= *\[([^\]]+)\]")) {
            command += &format!(" --features {features}");
        }
        if regex!(r"default-features *= *false").is_match(self.text) {
            command += " --no-default-features";
        }
        let target = self.section.strip_prefix("[target.");
        if let Some(target) = target.and_then(|rest| rest.strip_suffix(".dependencies]")) {
            command += &format!(" --target {target}");
        }
        command + "\n"
    }
}

impl Cargo {
    pub(crate) fn read(root: &Path) -> Self {
        let text = read(root, "Cargo.toml").unwrap_or_default();
        // A package of a workspace has no Cargo.lock of its own.
        let most = if root.join("Cargo.toml").is_file() { usize::MAX } else { 1 };
        let lock = in_repository(root).take(most).find_map(|it| read(it, "Cargo.lock").ok());
        let lock = lock.unwrap_or_default();
        let mut locked = BTreeMap::<_, Vec<String>>::new();
        for found in regex!(r#"(?m)^name = "(.*)"\nversion = "(.*)"$"#).captures_iter(&lock) {
            locked.entry(found[1].to_owned()).or_default().push(found[2].to_owned());
        }
        let manifest = text.parse().unwrap_or_default();
        Cargo { root: root.into(), manifest, text, locked, metadata: OnceLock::new() }
    }

    /// Returns the names of the crates in a section, including that section of each target.
    pub(crate) fn crates(&self, section: &str) -> BTreeSet<&str> {
        let targets = self.manifest.get("target").and_then(Value::as_table);
        let targets = targets.into_iter().flat_map(Table::values);
        let all = targets.filter_map(Value::as_table).chain([&self.manifest]);
        let sections = all.filter_map(|table| table.get(section)?.as_table());
        sections.flat_map(Table::keys).map(String::as_str).collect()
    }

    /// Returns the crates that a program of the package may use, each with its line of Cargo.toml.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = Dependency<'_>> {
        let mut section = "";
        self.text.lines().filter_map(move |line| {
            if line.starts_with('[') {
                section = line;
            }
            let of_target = section.starts_with("[target.") && section.ends_with(".dependencies]");
            let ours = of_target || section == "[dependencies]";
            let found = regex!(r#"^"?([\w-]+)"?\s*=(?:[^"'#]|"[^"]*"|'[^']*')*"#).captures(line)?;
            let (name, text) = (found.get(1)?.as_str(), found.get(0)?.as_str().trim_end());
            ours.then_some(Dependency { section, name, text })
        })
    }

    /// Returns the name and the file of the library of the package, or `None` if it has no library.
    pub(crate) fn library(&self) -> Option<(String, String)> {
        let of = |table: &str, key: &str| self.manifest.get(table)?.get(key)?.as_str();
        let name = of("lib", "name").or_else(|| of("package", "name"))?;
        let path = of("lib", "path").unwrap_or("src/lib.rs");
        self.root.join(path).is_file().then(|| (name.replace('-', "_"), path.to_owned()))
    }

    /// Returns the folders in which cargo keeps the sources of the crates that programs and tests
    /// use.
    pub(crate) fn sources(&self) -> BTreeMap<String, PathBuf> {
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
        let registries = std::fs::read_dir(home.unwrap_or_default().join("registry/src"));
        let registries: Vec<_> = registries.into_iter().flatten().flatten().collect();
        let crates = &self.crates("dependencies") | &self.crates("dev-dependencies");
        let found = crates.into_iter().filter_map(|name| {
            let versions = self.locked.get(name)?.iter();
            let folders = versions.flat_map(|version| {
                let folder = format!("{name}-{version}");
                registries.iter().map(move |registry| registry.path().join(&folder))
            });
            Some((name.to_owned(), folders.rev().find(|path| path.is_dir())?))
        });
        found.collect()
    }

    /// Returns what `cargo metadata` says about the workspace, without dependencies, or the error of
    /// cargo.
    pub(crate) fn metadata(&self) -> Result<&serde_json::Value, &String> {
        let metadata = self.metadata.get_or_init(|| {
            let mut cargo = cargo("metadata");
            cargo.args(["--no-deps", "--format-version=1", "--manifest-path"]);
            let ran = cargo.arg(self.root.join("Cargo.toml")).output();
            let ran = ran.map_err(|error| error.to_string())?;
            let told = serde_json::from_slice(&ran.stdout);
            told.map_err(|_| String::from_utf8_lossy(&ran.stderr).into_owned())
        });
        metadata.as_ref()
    }

    /// Returns the names of all examples, binaries and packages of the project, each with the option
    /// of cargo that takes it.
    pub(crate) fn targets(&self) -> BTreeSet<(&'static str, String)> {
        let targets = self.metadata().ok().into_iter().flat_map(targets);
        let targets = targets.flat_map(|it| [(it.option, it.name), ("--package", it.package)]);
        targets.filter(|(option, _)| !option.is_empty()).collect()
    }
}

/// A binary, an example or another target of a package.
pub(crate) struct Target {
    pub(crate) package: String,
    /// The option of cargo that takes the name. It is empty for a library or a test.
    pub(crate) option: &'static str,
    pub(crate) name: String,
    pub(crate) source: PathBuf,
}

impl Target {
    /// Returns the options of cargo that name the target.
    pub(crate) fn words(&self) -> [String; 4] {
        ["-p".into(), self.package.clone(), self.option.into(), self.name.clone()]
    }
}

/// Returns the targets of a workspace.
pub(crate) fn targets(metadata: &serde_json::Value) -> impl Iterator<Item = Target> + use<'_> {
    list(&metadata["packages"]).iter().flat_map(|package| {
        list(&package["targets"]).iter().map(|target| Target {
            package: text(&package["name"]).into(),
            option: match target["kind"][0].as_str() {
                Some("bin") => "--bin",
                Some("example") => "--example",
                _ => "",
            },
            name: text(&target["name"]).into(),
            source: text(&target["src_path"]).into(),
        })
    })
}

/// Returns the elements of a list of JSON. Another value has none.
pub(crate) fn list(value: &serde_json::Value) -> &[serde_json::Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Returns a text of JSON. Another value gives an empty text.
pub(crate) fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Returns a command of cargo.
pub(crate) fn cargo(command: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The compiler of skeptic; see Book::build.
    cargo.arg(command).env_remove("RUSTC");
    cargo
}

/// Returns a folder and the folders around it, up to that of the repository.
pub(crate) fn in_repository(folder: &Path) -> impl Iterator<Item = &Path> {
    let mut inside = true;
    let inside =
        move |folder: &&Path| std::mem::replace(&mut inside, !folder.join(".git").exists());
    folder.ancestors().take_while(inside)
}

/// Returns the texts of all Rust files in a folder and its subfolders.
pub(crate) fn rust_files(folder: &Path) -> Vec<String> {
    files(folder, "", &["rs"]).into_iter().filter_map(|path| read(folder, &path).ok()).collect()
}
