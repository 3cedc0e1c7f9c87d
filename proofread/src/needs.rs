//! The needs of a program besides the standard library: lines of Cargo.toml, files, a system.

use crate::cargo::Dependency;
use crate::page::{Directive, Page};
use crate::paths::{link, name};
use crate::program::{Program, called, parts, roots};
use crate::proof::capitalized;
use crate::{Problem, Source};
use std::collections::BTreeSet;

/// Returns the needs of a program as Markdown: a fold with the lines of Cargo.toml to copy, whose
/// summary lists all needs. If there are no lines to copy, returns one paragraph.
pub(crate) fn needs(source: &Source, page: &Page, program: &Program) -> String {
    let roots = all_roots(source, program);
    let library = source.cargo.library().filter(|(name, _)| roots.contains(name));
    let used = |line: &Dependency| roots.contains(&line.name.replace('-', "_"));
    let lines: Vec<Dependency> = source.cargo.dependencies().filter(used).collect();
    let named = |file: &&String| program.text.contains(&format!("{file:?}"));
    let beside: Vec<&String> = source.book.beside.iter().filter(named).collect();
    let files: Vec<String> = beside.iter().map(|path| linked(source, page, path)).collect();
    let modules = modules(source, page, &program.path);
    let system = program.system().map(|it| capitalized(it).replace("Macos", "macOS")).into_iter();

    if lines.is_empty() && library.is_none() {
        let needs: Vec<_> = system.chain(files).chain(modules).collect();
        let needs = match needs.is_empty() {
            true => "only the standard library".into(),
            false => list(&needs) + ", and no crate",
        };
        return format!("<p class=\"needs\">Needs {needs}</p>\n");
    }
    let copied = library.iter().map(|(_, path)| name(path));
    let names = copied.chain(lines.iter().map(|line| line.name));
    let names = names.chain(beside.iter().map(|path| name(path)));
    let parts = parts(source.root(), &program.path);
    let names = names.chain(parts[1..].iter().map(|path| name(path)));
    let needs = list(&system.chain(names.map(code)).collect::<Vec<_>>());
    let mut text = "<details class=\"needs\">\n<summary>Needs ".to_owned();
    text += &(needs + "</summary>\n\n```toml\n");
    let mut section = "[dependencies]";
    let commands: String = lines.iter().map(Dependency::command).collect();
    for line in lines {
        if line.section != section {
            section = line.section;
            text += &format!("\n{section}\n");
        }
        text += &format!("{}\n", line.text);
    }
    text += &format!("```\n\n```shell\n{commands}```\n\n");
    if let Some((module, path)) = library {
        let file = linked(source, page, &path);
        text += &format!(
            "<p>Put {file} into <code>src</code>, and <code>mod {module};</code> above the first \
             <code>use</code>.</p>\n"
        );
    }
    if !modules.is_empty() {
        let modules = list(&modules);
        text += &format!("<p>Put {modules} into <code>src</code>.</p>\n");
    }
    if !files.is_empty() {
        let files = list(&files);
        text += &format!("<p>Run it in a folder that has {files}.</p>\n");
    }
    text + "</details>\n"
}

/// Checks that Cargo.toml has one line, which a reader can copy, for each crate that a program
/// uses. Cargo also allows crates of `[dev-dependencies]`, but a page does not show their lines.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let lines: BTreeSet<_> = source.cargo.dependencies().map(|line| line.name).collect();
    let crates = &source.cargo.crates("dependencies") | &source.cargo.crates("dev-dependencies");
    let unlike: Vec<&str> = crates.difference(&lines).copied().collect();
    let mut problems = Vec::new();
    for program in &source.programs {
        let roots = all_roots(source, program);
        let used = |name: &&&str| roots.contains(&name.replace('-', "_"));
        problems.extend(unlike.iter().filter(used).map(|name| {
            problem!("Cargo.toml";
                expected "one line `{name} = ...` that a reader of {} can copy", program.path;
                found "the crate in another form or section";
                mend "name the crate in one line of [dependencies]")
        }));
    }
    problems
}

/// Returns the modules of a program or a twin, each with a link to the page that shows it.
pub(crate) fn modules(source: &Source, page: &Page, path: &str) -> Vec<String> {
    let parts = parts(source.root(), path);
    let modules = parts.iter().skip(1).map(|path| {
        let shows = |on: &&Page| on.named("listing").any(|found| found.argument == called(path));
        let home = source.in_order().find(shows).filter(|on| on.path != page.path);
        let title = home.and_then(|on| Some(&on.headings.first()?.written));
        let from = title.map_or(String::new(), |title| format!(" from <em>{title}</em>"));
        linked(source, page, path) + &from
    });
    modules.collect()
}

/// Returns the first segments of all paths in a program and its modules. If the program uses the
/// library of the package, those of the library are included, because a reader copies the library
/// too.
fn all_roots(source: &Source, program: &Program) -> BTreeSet<String> {
    let parts = parts(source.root(), &program.path);
    let texts = parts.iter().filter_map(|path| source.file(path).ok());
    let mut all: BTreeSet<_> = texts.flat_map(|text| roots(&text)).collect();
    if let Some((name, path)) = source.cargo.library()
        && all.contains(&name)
    {
        all.extend(roots(&source.file(&path).unwrap_or_default()));
    }
    all
}

/// Returns the name of a file, with a link to the place that shows the whole file.
fn linked(source: &Source, page: &Page, path: &str) -> String {
    let whole = |found: &&Directive| match &*found.name {
        "file" => found.argument.split(' ').next() == Some(path),
        "listing" => found.argument == called(path) && path.starts_with("examples/"),
        _ => false,
    };
    let place = source.in_order().find_map(|on| {
        let directive = on.directives.iter().find(whole)?;
        Some(on.place(directive.line).0)
    });
    let name = code(name(path));
    place.map_or(name.clone(), |place| {
        let to = link(&page.path, &place).replace(".md", ".html");
        format!("<a href=\"{to}\">{name}</a>")
    })
}

fn code(name: &str) -> String {
    format!("<code>{name}</code>")
}

/// Joins words as in `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        one_or_none => one_or_none.concat(),
    }
}
