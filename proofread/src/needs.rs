//! What a program needs besides the standard library: lines of Cargo.toml, files, a system.

use crate::page::{Directive, Page};
use crate::paths::{link, name};
use crate::program::{Program, roots};
use crate::{Problem, Source};
use std::collections::BTreeSet;

/// What a program needs, in Markdown: a fold whose summary says it all, with the lines to copy in
/// it; or a line, if there is nothing to copy.
pub(crate) fn needs(source: &Source, page: &Page, program: &Program) -> String {
    let roots = all_roots(source, program);
    let library = source.cargo.library(source.root());
    let library = library.filter(|(name, _)| roots.contains(name));
    let lines = source.cargo.dependencies();
    let lines: Vec<_> = lines
        .filter(|line| roots.contains(&line.name.replace('-', "_")))
        .collect();
    let beside = source.book.beside.iter();
    let beside: Vec<&String> = beside
        .filter(|file| program.text.contains(&format!("{file:?}")))
        .collect();
    let system = program.system().map(system_name);

    let linked = |path: &str| match shown(source, path) {
        Some(on) => {
            let to = link(&page.path, &on).replace(".md", ".html");
            format!("<a href=\"{to}\">{}</a>", code(name(path)))
        }
        None => code(name(path)),
    };
    if lines.is_empty() && library.is_none() {
        let files = beside.iter().map(|path| linked(path));
        let needs: Vec<_> = system.into_iter().chain(files).collect();
        return match needs[..] {
            [] => "<p class=\"needs\">Needs only the standard library</p>\n".into(),
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
    let mut text = format!(
        "<details class=\"needs\">\n<summary>Needs {}</summary>\n\n```toml\n",
        list(&needs)
    );
    let mut section = "[dependencies]";
    for line in lines {
        if line.section != section {
            section = line.section;
            text += &format!("\n{section}\n");
        }
        text += &format!("{}\n", line.text);
    }
    text += "```\n\n";
    if let Some((module, path)) = library {
        text += &format!(
            "<p>Put {} into <code>src</code>, and <code>mod {module};</code> above the first \
             <code>use</code>.</p>\n",
            linked(&path)
        );
    }
    if !beside.is_empty() {
        let files: Vec<_> = beside.iter().map(|path| linked(path)).collect();
        text += &format!("<p>Run it in a folder that has {}.</p>\n", list(&files));
    }
    text + "</details>\n"
}

/// Each crate that a program uses is named by one line, which a reader can copy.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let lines: BTreeSet<_> = source.cargo.dependencies().map(|line| line.name).collect();
    let mut problems = Vec::new();
    for program in &source.programs {
        let roots = all_roots(source, program);
        for name in source.cargo.crates("dependencies") {
            if roots.contains(&name.replace('-', "_")) && !lines.contains(name) {
                problems.push(Problem::new(
                    "Cargo.toml",
                    format!("`{name} = ...`, a line to copy for {}", program.path),
                    "another form",
                    "write it on one line of [dependencies]",
                ));
            }
        }
    }
    problems
}

/// What the paths of a program start with; if it uses the library of the package, which is copied
/// along, those of the library too.
fn all_roots(source: &Source, program: &Program) -> BTreeSet<String> {
    let mut all = roots(&program.text);
    if let Some((name, path)) = source.cargo.library(source.root())
        && all.contains(&name)
    {
        all.extend(roots(&source.file(&path).unwrap_or_default()));
    }
    all
}

/// The place that shows all of a file.
fn shown(source: &Source, path: &str) -> Option<String> {
    source.in_order().find_map(|page| {
        let whole = |file: &&Directive| file.argument.split(' ').next() == Some(path);
        let directive = page.named("file").find(whole)?;
        Some(page.place(directive.line).0)
    })
}

fn code(name: &str) -> String {
    format!("<code>{name}</code>")
}

/// `a, b and c`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn system_name(system: &str) -> String {
    match system {
        "linux" => "Linux".into(),
        "macos" => "macOS".into(),
        "unix" => "Unix".into(),
        "windows" => "Windows".into(),
        other => other.into(),
    }
}
