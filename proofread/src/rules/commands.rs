//! A command that a reader is told to type does what it did.

use crate::rules::words::readme;
use crate::source::{Source, folder, join, stem};
use crate::{Page, Problem};
use std::collections::BTreeSet;

/// The commands in `shell` blocks and in README.md, and where README.md leads.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let targets = Targets::of(source);
    let readme = readme(source);
    for page in source.pages.values().chain(&readme) {
        let mut commands: Vec<(usize, &str)> = Vec::new();
        for block in page.blocks.iter().filter(|block| block.info == "shell") {
            let lines = (block.line + 1..).zip(block.text.lines());
            let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
            commands.extend(lines.flat_map(|(line, text)| {
                text.split("&&")
                    .flat_map(|text| text.split(';'))
                    .map(move |text| (line, text.trim()))
            }));
        }
        let typed = |code: &str| {
            ["cargo ", "mdbook ", "npm "]
                .iter()
                .any(|start| code.starts_with(start))
        };
        commands.extend(
            page.code
                .iter()
                .filter(|(_, code)| typed(code))
                .map(|(line, code)| (*line, &**code)),
        );
        for (line, command) in commands {
            if let Err((expected, found)) = check_command(source, &targets, command) {
                problems.push(Problem::at(
                    &page.path,
                    line,
                    expected,
                    found,
                    format!("correct `{command}`"),
                ));
            }
        }
    }
    if let Some(page) = &readme {
        problems.extend(links(source, page));
    }
    problems
}

/// The files that README.md leads to are there.
fn links(source: &Source, page: &Page) -> Vec<Problem> {
    let mut problems = Vec::new();
    for link in &page.links {
        let path = link.to.split('#').next().unwrap_or_default();
        let here = !path.is_empty() && !path.contains(':');
        if here
            && !source
                .book
                .root
                .join(join(folder(&page.path), path))
                .exists()
        {
            problems.push(Problem::at(
                &page.path,
                link.line,
                "a link to a file",
                path,
                "correct it",
            ));
        }
    }
    problems
}

/// What commands can name.
#[derive(Default)]
struct Targets {
    packages: BTreeSet<String>,
    tests: BTreeSet<String>,
    benches: BTreeSet<String>,
    binaries: BTreeSet<String>,
}

impl Targets {
    fn of(source: &Source) -> Self {
        let mut targets = Targets::default();
        let manifest = source.toml("Cargo.toml");
        let members = manifest
            .get("workspace")
            .and_then(|workspace| workspace.get("members")?.as_array());
        let members = members
            .into_iter()
            .flatten()
            .filter_map(|member| member.as_str());
        for package in std::iter::once("").chain(members) {
            let path = join(package, "Cargo.toml");
            let manifest = source.toml(&path);
            let name = manifest
                .get("package")
                .and_then(|package| package.get("name")?.as_str());
            targets.packages.extend(name.map(str::to_owned));
            for (section, found) in [
                ("test", &mut targets.tests),
                ("bench", &mut targets.benches),
                ("bin", &mut targets.binaries),
            ] {
                let listed = manifest.get(section).and_then(|list| list.as_array());
                let names = listed
                    .into_iter()
                    .flatten()
                    .filter_map(|target| target.get("name")?.as_str());
                found.extend(names.map(str::to_owned));
                let folder = join(
                    package,
                    if section == "bench" {
                        "benches"
                    } else {
                        "tests"
                    },
                );
                for file in source.book.files(&folder, &["rs"]).unwrap_or_default() {
                    let name = if file.ends_with("/main.rs") {
                        file.rsplit('/').nth(1).unwrap_or_default()
                    } else {
                        stem(&file)
                    };
                    if section != "bin" {
                        found.insert(name.to_owned());
                    }
                }
            }
            targets.binaries.extend(name.map(str::to_owned));
        }
        targets
    }
}

/// What is expected and what was found, where a command leads nowhere.
fn check_command(
    source: &Source,
    targets: &Targets,
    command: &str,
) -> Result<(), (String, String)> {
    let mut words = command.split_whitespace().skip_while(|word| {
        word.split_once('=').is_some_and(|(name, _)| {
            name.chars()
                .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
        })
    });
    let exists = |path: &str| source.book.root.join(path).exists();
    let fail = |expected: &str, found: &str| Err((expected.to_owned(), format!("`{found}`")));
    let program = words.next().unwrap_or_default();
    match program {
        "cargo" => {
            let subcommand = words.next().unwrap_or_default();
            let known = "run test bench build check clippy fmt doc add new init install insta update tree fuzz mutants nextest";
            if !known.split(' ').any(|known| known == subcommand) {
                return fail("a command of cargo", subcommand);
            }
            if subcommand == "install" || subcommand == "add" {
                return Ok(());
            }
            let mut filters = Vec::new();
            while let Some(word) = words.next() {
                let (names, what): (_, &str) = match word {
                    "--example" => (source.listings.keys().cloned().collect(), "a listing"),
                    "--test" => (targets.tests.clone(), "a test target"),
                    "--bench" => (targets.benches.clone(), "a benchmark"),
                    "--bin" => (targets.binaries.clone(), "a program of the project"),
                    "-p" | "--package" => (targets.packages.clone(), "a package of the workspace"),
                    "--" => break,
                    word if word.starts_with('-') => continue,
                    word => {
                        filters.push(word);
                        continue;
                    }
                };
                let name = words.next().unwrap_or_default();
                let shown = name.chars().all(|letter| letter.is_ascii_uppercase());
                if !names.contains(name) && !shown {
                    return fail(what, name);
                }
            }
            let tested = |filter: &&str| {
                filter.chars().all(|letter| letter.is_ascii_uppercase())
                    || [
                        "proofs.snap",
                        "index.snap",
                        "needs.snap",
                        "rule",
                        "block",
                        "twin",
                    ]
                    .contains(filter)
                    || source
                        .book
                        .made
                        .iter()
                        .any(|(name, _)| name.contains(*filter))
                    || source
                        .listings
                        .keys()
                        .any(|name| format!("{name}.rs").contains(*filter))
                    || source.proofs().any(|proof| proof.name.contains(*filter))
            };
            match filters
                .into_iter()
                .find(|filter| subcommand == "test" && !tested(filter))
            {
                Some(filter) => fail("a listing or a proof", filter),
                None => Ok(()),
            }
        }
        "mdbook" => {
            let subcommand = words.next().unwrap_or_default();
            match ["build", "serve", "watch", "test", "clean", "--version"].contains(&subcommand) {
                true => Ok(()),
                false => fail("a command of mdbook", subcommand),
            }
        }
        "npm" => {
            let folder = words.skip_while(|word| *word != "--prefix").nth(1);
            match folder.filter(|folder| !exists(&format!("{folder}/package.json"))) {
                Some(folder) => fail("a folder with a package.json", folder),
                None => Ok(()),
            }
        }
        "python3" | "bash" | "sh" => match words.find(|word| !word.starts_with('-')) {
            Some(file) if !exists(file) => fail("a file", file),
            _ => Ok(()),
        },
        "git" | "cd" | "rustup" => Ok(()),
        path if path.contains('/') && exists(path) => Ok(()),
        other => fail(
            "a command: cargo, mdbook, npm, python3, or a file of the project",
            other,
        ),
    }
}
