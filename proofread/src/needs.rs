//! What a program needs besides the standard library: lines of Cargo.toml, files, a system.

use crate::source::{Source, name};
use crate::{Problem, index, outputs};
use std::collections::BTreeSet;

/// Has a part for each listing, between anchors with its name.
pub(crate) const PATH: &str = "snapshots/needs.snap";

/// What each listing needs, in Markdown.
pub(crate) fn needs(source: &Source) -> String {
    let manifest = source.book.read("Cargo.toml").unwrap_or_default();
    let lines = dependencies(&manifest);
    let library = library(source);
    let parts = source.listings.iter().map(|(stem, text)| {
        let needs = part(source, &lines, library.as_ref(), text);
        format!("ANCHOR: {stem}\n{needs}ANCHOR_END: {stem}\n")
    });
    parts.collect()
}

/// The part of one listing: a fold whose summary says it all, with the lines to copy in it; or a
/// line, where there are none.
fn part(
    source: &Source,
    lines: &[Dependency],
    library: Option<&(String, String)>,
    text: &str,
) -> String {
    let roots = roots(source, library, text);
    let library = library.filter(|(name, _)| roots.contains(name));
    let lines: Vec<_> = lines
        .iter()
        .filter(|line| roots.contains(&line.root()))
        .collect();
    let beside = source.book.beside.iter();
    let beside: Vec<&String> = beside
        .filter(|file| text.contains(&format!("{file:?}")))
        .collect();

    let code = |name: &str| format!("<code>{name}</code>");
    let link = |path: &str| match shown(source, path) {
        Some(page) => format!("<a href=\"{page}\">{}</a>", code(name(path))),
        None => code(name(path)),
    };
    let system = outputs::system(text).map(|system| match system {
        "linux" => "Linux".to_owned(),
        "macos" => "macOS".into(),
        "unix" => "Unix".into(),
        "windows" => "Windows".into(),
        other => other.into(),
    });
    if lines.is_empty() && library.is_none() {
        let files = beside.iter().map(|path| link(path));
        let needs: Vec<_> = system.into_iter().chain(files).collect();
        return match needs[..] {
            [] => "<p class=\"needs\">Needs the standard library alone</p>\n".into(),
            _ => format!(
                "<p class=\"needs\">Needs {}, and no crate</p>\n",
                list(&needs)
            ),
        };
    }
    let files = library.iter().map(|(_, path)| name(path));
    let crates = lines.iter().map(|line| line.name);
    let names = files
        .chain(crates)
        .chain(beside.iter().map(|path| name(path)));
    let needs: Vec<_> = system.into_iter().chain(names.map(code)).collect();
    let mut part = format!(
        "<details class=\"needs\">\n<summary>Needs {}</summary>\n\n```toml\n",
        list(&needs)
    );
    let mut section = SECTION;
    for line in lines {
        if line.section != section {
            section = line.section;
            part += &format!("\n{section}\n");
        }
        part += &format!("{}\n", line.text);
    }
    part += "```\n\n";
    if let Some((module, path)) = library {
        part += &format!(
            "<p>Put {} into <code>src</code>, and <code>mod {module};</code> above the first \
             <code>use</code>.</p>\n",
            link(path)
        );
    }
    if !beside.is_empty() {
        let files: Vec<_> = beside.iter().map(|path| link(path)).collect();
        part += &format!("<p>Run it where {} is.</p>\n", list(&files));
    }
    part + "</details>\n"
}

/// `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What the paths of a program start with; with the library of its package, which is copied along,
/// those of that.
fn roots(source: &Source, library: Option<&(String, String)>, text: &str) -> BTreeSet<String> {
    let mut roots = index::roots(text);
    if let Some((name, path)) = library
        && roots.contains(name)
    {
        roots.extend(index::roots(&source.book.read(path).unwrap_or_default()));
    }
    roots
}

/// The library of the package: its name, and its file.
pub(crate) fn library(source: &Source) -> Option<(String, String)> {
    let manifest = source.toml("Cargo.toml");
    let of = |table: &str, key: &str| manifest.get(table)?.get(key)?.as_str();
    let name = of("lib", "name").or_else(|| of("package", "name"))?;
    let path = of("lib", "path").unwrap_or("src/lib.rs");
    let there = source.book.root.join(path).is_file();
    there.then(|| (name.replace('-', "_"), path.to_owned()))
}

/// The page that shows all of a file, and the section.
fn shown(source: &Source, path: &str) -> Option<String> {
    source.in_order().find_map(|page| {
        let block = page.blocks.iter().find(|block| {
            let include = block.include.as_ref();
            include.is_some_and(|include| include.path == path && include.part.is_empty())
        })?;
        Some(source.link(&page.place(block.line).0))
    })
}

const SECTION: &str = "[dependencies]";

/// A line of Cargo.toml that names a crate, without its comment.
struct Dependency<'a> {
    section: &'a str,
    name: &'a str,
    text: &'a str,
}

impl Dependency<'_> {
    /// What the paths of its items start with.
    fn root(&self) -> String {
        self.name.replace('-', "_")
    }
}

fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut section = "";
    let mut found = Vec::new();
    for text in manifest.lines() {
        let code = regex!(r#"^(?:[^"'#]|"[^"]*"|'[^']*')*"#).find(text);
        if text.starts_with('[') {
            section = text;
        }
        let all = section.starts_with("[target.") && section.ends_with(".dependencies]");
        if let Some((name, _)) = text.split_once('=')
            && (all || section == SECTION)
            && !text.starts_with(['#', '['])
        {
            found.push(Dependency {
                section,
                name: name.trim().trim_matches('"'),
                text: code.map_or(text, |code| code.as_str()).trim_end(),
            });
        }
    }
    found
}

/// Right below each output stands what its program needs, and Cargo.toml has a line for each crate.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    if !source.book.needs {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for page in source.in_order() {
        let mut right = BTreeSet::new();
        for block in &page.blocks {
            let output = block.include.as_ref().map_or("", |include| &include.path);
            let stem = output
                .strip_prefix("snapshots/")
                .and_then(|file| file.strip_suffix(".snap"));
            let Some(stem) = stem.filter(|stem| source.listings.contains_key(*stem)) else {
                continue;
            };
            let folders = "../".repeat(page.path.matches('/').count());
            let expected = format!("{{{{#include {folders}{PATH}:{stem}}}}}");
            let mut below = (1..).zip(page.text.lines()).skip(block.line + 2);
            match below.find(|(_, line)| !line.trim().is_empty()) {
                Some((line, found)) if found == expected => {
                    right.insert(line);
                }
                found => problems.push(Problem::at(
                    &page.path,
                    block.line,
                    format!("below {output} what its program needs"),
                    found.map_or("nothing".into(), |(_, found)| format!("`{found}`")),
                    format!("add `{expected}`, a line of its own"),
                )),
            }
        }
        for include in page.includes().filter(|include| include.path == PATH) {
            if !right.contains(&include.line) {
                problems.push(Problem::at(
                    &page.path,
                    include.line,
                    "what a program needs right below its output, once",
                    format!("that of {}", include.part),
                    "move it there, or take it out",
                ));
            }
        }
    }
    let manifest = source.book.read("Cargo.toml").unwrap_or_default();
    let lines = dependencies(&manifest);
    let own = source.crates("dependencies");
    let library = library(source);
    for (stem, text) in &source.listings {
        let roots = roots(source, library.as_ref(), text);
        let crates = own
            .iter()
            .filter(|name| roots.contains(&name.replace('-', "_")));
        for name in crates.filter(|name| lines.iter().all(|line| line.name != **name)) {
            problems.push(Problem::new(
                "Cargo.toml",
                format!("`{name} = ...`, a line to copy for examples/{stem}.rs"),
                "another form",
                "write it on one line of [dependencies]",
            ));
        }
    }
    problems
}
