//! What Cargo.toml and Cargo.lock say about the package of a book.

use crate::paths::{files, read};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The manifest and the lock file. If one of them is missing or no TOML, it is empty here: cargo
/// says so itself.
#[derive(Debug, Default)]
pub(crate) struct Cargo {
    text: String,
    manifest: toml::Table,
    /// The versions in Cargo.lock, by the name of the package.
    pub(crate) locked: BTreeMap<String, Vec<String>>,
}

/// A line of Cargo.toml that names a crate, as a reader copies it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dependency<'a> {
    /// `[dependencies]`, or that of a target.
    pub(crate) section: &'a str,
    pub(crate) name: &'a str,
    /// Without its comment.
    pub(crate) text: &'a str,
}

impl Cargo {
    pub(crate) fn read(root: &Path) -> Self {
        let text = read(root, "Cargo.toml").unwrap_or_default();
        let lock = read(root, "Cargo.lock").unwrap_or_default();
        let lock: toml::Table = lock.parse().unwrap_or_default();
        let packages = lock.get("package").and_then(|list| list.as_array());
        let mut locked = BTreeMap::<_, Vec<String>>::new();
        for package in packages.into_iter().flatten() {
            let get = |key: &str| Some(package.get(key)?.as_str()?.to_owned());
            if let (Some(name), Some(version)) = (get("name"), get("version")) {
                locked.entry(name).or_default().push(version);
            }
        }
        Cargo {
            manifest: text.parse().unwrap_or_default(),
            text,
            locked,
        }
    }

    /// The names of the crates in a section, and in that section of each target.
    pub(crate) fn crates(&self, section: &str) -> BTreeSet<&str> {
        let targets = self.manifest.get("target").and_then(|all| all.as_table());
        let targets = targets.into_iter().flat_map(toml::Table::values);
        let all = targets.filter_map(toml::Value::as_table);
        let sections = all.chain([&self.manifest]);
        let tables = sections.filter_map(|table| table.get(section)?.as_table());
        tables
            .flat_map(|table| table.keys().map(|key| &**key))
            .collect()
    }

    /// The crates that a program of the package may use, each with the one line that names it.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = Dependency<'_>> {
        let mut section = "";
        self.text.lines().filter_map(move |line| {
            if line.starts_with('[') {
                section = line;
            }
            let of_target = section.starts_with("[target.") && section.ends_with(".dependencies]");
            let (name, _) = line.split_once('=')?;
            let counts =
                (of_target || section == "[dependencies]") && !line.starts_with(['#', '[']);
            let code = regex!(r#"^(?:[^"'#]|"[^"]*"|'[^']*')*"#).find(line);
            counts.then(|| Dependency {
                section,
                name: name.trim().trim_matches('"'),
                text: code.map_or(line, |code| code.as_str()).trim_end(),
            })
        })
    }

    /// The library of the package: its name, and its file.
    pub(crate) fn library(&self, root: &Path) -> Option<(String, String)> {
        let of = |table: &str, key: &str| self.manifest.get(table)?.get(key)?.as_str();
        let name = of("lib", "name").or_else(|| of("package", "name"))?;
        let path = of("lib", "path").unwrap_or("src/lib.rs");
        let there = root.join(path).is_file();
        there.then(|| (name.replace('-', "_"), path.to_owned()))
    }

    /// Where cargo keeps the sources of the crates that the programs and the tests use, by name.
    pub(crate) fn sources(&self) -> BTreeMap<String, PathBuf> {
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
        let registries = std::fs::read_dir(home.unwrap_or_default().join("registry/src"));
        let registries: Vec<_> = registries.into_iter().flatten().flatten().collect();
        let mut found = BTreeMap::new();
        for name in &self.crates("dependencies") | &self.crates("dev-dependencies") {
            for version in self.locked.get(name).into_iter().flatten() {
                let folders = registries.iter().map(|registry| registry.path());
                let mut folders = folders.map(|path| path.join(format!("{name}-{version}")));
                found.extend(
                    folders
                        .find(|path| path.is_dir())
                        .map(|path| (name.into(), path)),
                );
            }
        }
        found
    }

    /// The packages of the workspace, each with its folder.
    pub(crate) fn packages(&self, root: &Path) -> Vec<(String, String)> {
        let name_of = |text: &str| -> Option<String> {
            let table: toml::Table = text.parse().ok()?;
            Some(table.get("package")?.get("name")?.as_str()?.to_owned())
        };
        let members = self
            .manifest
            .get("workspace")
            .and_then(|all| all.get("members"));
        let members = members
            .and_then(|list| list.as_array())
            .into_iter()
            .flatten();
        let folders = members.filter_map(|member| member.as_str()).chain([""]);
        let manifests = folders.map(|folder| crate::paths::join(folder, "Cargo.toml"));
        let named = manifests.filter_map(|path| {
            let name = name_of(&read(root, &path).ok()?)?;
            Some((name, crate::paths::folder(&path).to_owned()))
        });
        named.collect()
    }
}

/// The texts of the Rust files below a folder of a crate.
pub(crate) fn rust_files(folder: &Path) -> Vec<String> {
    let files = files(folder, "", &["rs"]).into_iter();
    files.filter_map(|path| read(folder, &path).ok()).collect()
}
