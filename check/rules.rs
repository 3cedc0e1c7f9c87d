//! The rules of this book, in addition to the rules of proofread.

use proofread::{Book, Page, Problem, Source};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{read, read_dir};
use std::path::Path;
use syn::spanned::Spanned;
use syn::{ImplItem, Item, Type, UseTree, Visibility};

/// Adds the rules, and the names that pages may use although no source has them.
pub fn add(book: Book) -> Book {
    book.names(["cog"]) // the tool that made Hellmann's PyMOTW chapter
        .names(["b3sum", "tac"]) // programs that crashed because of maps
        .names(["bytemuck"]) // a crate that the book does not use
        .names(["F_FULLFSYNC"]) // a command of fcntl on macOS
        .names(PYTHON_NAMES.lines())
        .rule("listings_have_one_form", listings)
        .rule("lorem_is_that_of_the_chapter", lorem)
        .rule("parts_open_with_their_pages", parts)
        .rule("methods_of_the_type_are_told_of", methods)
        .rule("programs_that_are_refused_stand_on_a_page", refused)
        .rule("sentences_about_speed_are_measured", speed)
        .rule("tables_are_whole", tables)
        .rule("figures_are_right_in_both_themes", figures)
        .rule(
            "versions_are_those_of_the_accepting_run",
            site::tested_with::accepted,
        )
}

/// The names of Python's mmap module in the documentation of 3.8 to 3.15. No system has all of
/// them.
const PYTHON_NAMES: &str = include_str!("python_names.txt");

/// Checks that `main` of each listing returns its errors, and that each listing fits on a screen.
/// Below *Programs to take away*, a listing may be a module of 150 lines with a `main` that shows
/// its use.
fn listings(source: &Source) -> Vec<Problem> {
    let main = "fn main() -> Result<(), Box<dyn Error>> {";
    let summary = source.file("book/SUMMARY.md").unwrap_or_default();
    let (_, part) = summary
        .split_once("](programs_to_take_away.md)\n")
        .unwrap_or_default();
    let part: Vec<&str> = part
        .lines()
        .take_while(|line| line.starts_with(' '))
        .collect();
    let below = |page: &Page| {
        let link = page.path.replace("book/", "(") + ")";
        part.iter().any(|line| line.ends_with(&link))
    };
    let pages = source.pages.values().filter(|page| below(page));
    let may_be_long: BTreeSet<&str> = pages
        .flat_map(|page| page.named("listing"))
        .map(|found| &*found.argument)
        .collect();
    let lines = |text: &str| text.lines().count();
    let mut problems = Vec::new();
    for program in &source.programs {
        let text = &program.text;
        let module = text.find("fn main(").unwrap_or_default();
        let (expected, fits) = match may_be_long.contains(&*program.name) {
            false => ("at most 45 lines", lines(text) <= 45),
            true => (
                "at most 150 lines above `fn main` and 45 from there on",
                lines(&text[..module]) <= 150 && lines(&text[module..]) <= 45,
            ),
        };
        if !text.contains(main) || !fits {
            let expected = format!("`{main}` and {expected}");
            let found = format!("another `main` or too many lines ({})", lines(text));
            problems.push(Problem::new(
                &program.path,
                expected,
                found,
                "see the other listings",
            ));
        }
    }
    problems
}

/// Checks that `lorem.txt` is the file from which Hellmann's PyMOTW chapter printed its outputs.
fn lorem(source: &Source) -> Vec<Problem> {
    let hash = Sha256::digest(read(source.root().join("lorem.txt")).unwrap_or_default());
    let found: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let chapter = "acea835befbe01369619582ba4203e6147d24fdd4b01602b349b6914bfcb623a";
    let other = (found != chapter).then(|| {
        Problem::new(
            "lorem.txt",
            chapter,
            found,
            "restore the file with this SHA-256",
        )
    });
    other.into_iter().collect()
}

/// Checks that the first page of a part has a line for each page of the part, in the order of
/// SUMMARY.md. The first page of the book also has a line for each other part.
fn parts(source: &Source) -> Vec<Problem> {
    let summary = source.file("book/SUMMARY.md").unwrap_or_default();
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in summary
        .lines()
        .filter(|line| line.trim().starts_with("- ["))
    {
        match parts.last_mut() {
            Some((_, pages)) if line.starts_with(' ') => pages.push(line.trim()),
            _ => parts.push((line, Vec::new())),
        }
    }
    let others: Vec<_> = parts.iter().skip(1).map(|(part, _)| *part).collect();
    if let Some((_, pages)) = parts.first_mut() {
        pages.extend(others);
    }
    let mut problems = Vec::new();
    for (part, pages) in parts.iter().filter(|(_, pages)| !pages.is_empty()) {
        let path = part.rsplit(['(', ')']).nth(1).unwrap_or_default();
        let Some(page) = source.pages.get(&format!("book/{path}")) else {
            continue; // `pages_are_those_of_the_summary` reports the missing page
        };
        let lines = (1..).zip(page.text.lines());
        let lines = lines.filter(|(_, line)| line.starts_with("- ["));
        let found: Vec<(usize, &str)> = lines
            .map(|(at, line)| (at, line.find(".md)").map_or(line, |end| &line[..end + 4])))
            .collect();
        let link = |nth: usize| found.get(nth).map(|(_, link)| *link);
        let mut all = 0..pages.len().max(found.len());
        if let Some(nth) = all.find(|nth| pages.get(*nth).copied() != link(*nth)) {
            problems.push(Problem::at(
                &page.path,
                found.get(nth).map_or(1, |(at, _)| *at),
                *pages.get(nth).unwrap_or(&"no more pages"),
                link(nth).unwrap_or("no more pages"),
                "write a line for each page below it in SUMMARY.md, in the same order",
            ));
        }
    }
    problems
}

/// Checks that each paragraph that compares speeds, on a page with figures, has a number from the
/// data.
fn speed(source: &Source) -> Vec<Problem> {
    let says = [
        "faster",
        "slower",
        "longer",
        "as fast",
        "costs more",
        "cost more",
    ];
    let mut problems = Vec::new();
    for page in source
        .pages
        .values()
        .filter(|page| page.named("figure").count() > 0)
    {
        let mut line = 1;
        for paragraph in page.prose.split("\n\n") {
            let of_speed = says.iter().find(|words| paragraph.contains(*words));
            let typed = !paragraph.trim_start().starts_with(['#', '|']);
            if let Some(words) = of_speed.filter(|_| typed && !paragraph.contains("{{#measured ")) {
                let mend = "write the claim as {{#measured …}}, which shows its number";
                let found = format!("{words:?} in a paragraph without a measured number");
                problems.push(Problem::at(
                    &page.path,
                    line,
                    "a measured number",
                    found,
                    mend,
                ));
            }
            line += paragraph.matches('\n').count() + 2;
        }
    }
    problems
}

/// Checks that each program that rustc must refuse is on one page, and has the message of rustc.
fn refused(source: &Source) -> Vec<Problem> {
    const FOLDER: &str = "tests/refused/programs";
    let entries = read_dir(source.root().join(FOLDER))
        .into_iter()
        .flatten()
        .flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let stems: BTreeSet<String> = names
        .filter_map(|name| Some(name.split_once('.')?.0.into()))
        .collect();
    let shown = source.in_order().flat_map(|page| page.named("refused"));
    let shown: Vec<&str> = shown.map(|found| &*found.argument).collect();
    let mut problems = Vec::new();
    for stem in stems {
        let path = format!("{FOLDER}/{stem}.rs");
        let pages = shown.iter().filter(|name| **name == stem).count();
        if pages != 1 {
            let mend = format!("write {{{{#refused {stem}}}}} on one page, or delete the program");
            problems.push(Problem::new(
                &path,
                "one page that shows it",
                pages.to_string(),
                mend,
            ));
        }
    }
    problems
}

/// Checks that the page that shows the type has a row for each of its public functions and traits,
/// with the whole signature, and that the page that the row links to names the function.
fn methods(source: &Source) -> Vec<Problem> {
    const FILE: &str = "src/mapped_file.rs";
    let shows = |page: &&Page| {
        page.named("file")
            .any(|file| file.argument.starts_with(FILE))
    };
    let Some(page) = source.in_order().find(shows) else {
        return vec![Problem::new(
            FILE,
            "a page that shows it",
            "none",
            "write {{#file src/mapped_file.rs}} on one page",
        )];
    };
    let mut signatures = signatures(&source.file(FILE).unwrap_or_default());
    let mut problems = Vec::new();
    for row in &page.rows {
        let signature = row.cells.first().map_or("", |cell| cell.trim_matches('`'));
        let kinds = ["fn ", "unsafe fn ", "impl "];
        if !kinds.iter().any(|start| signature.starts_with(start)) {
            continue;
        }
        let known = signatures
            .iter()
            .position(|known| known.replace(' ', "") == signature.replace(' ', ""));
        let told = known.map(|known| signatures.swap_remove(known));
        let problem = match told {
            None => Some((
                format!("a public function or a trait as written in {FILE}"),
                "correct the cell, or delete the row",
            )),
            Some(_) => unnamed(source, page, signature, row.cells.last()),
        };
        problems.extend(problem.map(|(expected, mend)| {
            Problem::at(
                &page.path,
                row.line,
                expected,
                format!("`{signature}`"),
                mend,
            )
        }));
    }
    for signature in signatures {
        let expected = format!("a row whose first cell is `{signature}`");
        problems.push(Problem::new(
            &page.path,
            expected,
            "no such row",
            "write it",
        ));
    }
    problems
}

/// If the page that a row links to does not name the function of the row, returns the expected text
/// and a way to fix it.
fn unnamed(
    source: &Source,
    own: &Page,
    signature: &str,
    cell: Option<&String>,
) -> Option<(String, &'static str)> {
    let name = signature.split("fn ").last().unwrap_or_default();
    let name = name
        .trim_start_matches("impl ")
        .split(['(', '<', ' '])
        .next()
        .unwrap_or_default();
    let link = cell.and_then(|cell| cell.split("](").nth(1)).unwrap_or(")");
    let to = match link.split(['#', ')']).next().unwrap_or_default() {
        "" => own,
        to => source.pages.get(&format!("book/{to}")).unwrap_or(own),
    };
    let programs = to
        .named("listing")
        .filter_map(|found| source.program(&found.argument));
    let files = to
        .named("file")
        .filter_map(|found| source.file(found.argument.split(' ').next()?).ok());
    let mut texts = programs
        .map(|program| program.text.clone())
        .chain(files)
        .chain([to.text.clone()]);
    let told = texts.any(|text| text.contains(name));
    (!told).then(|| {
        (
            format!("in the last cell, a link to a page that names {name}"),
            "link to another page",
        )
    })
}

/// Returns the public functions and the traits of a file, one line for each.
fn signatures(text: &str) -> Vec<String> {
    let Ok(file) = syn::parse_file(text) else {
        return Vec::new();
    };
    let source: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for item in &file.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() {
            found.push(written(&source, block.impl_token.span));
            continue;
        }
        for item in &block.items {
            if let ImplItem::Fn(function) = item
                && matches!(function.vis, Visibility::Public(_))
            {
                let line = written(&source, function.sig.span());
                found.push(line);
            }
        }
    }
    found
}

/// Returns the text from the start of a span to the next brace, in one line.
fn written(source: &[&str], span: proc_macro2::Span) -> String {
    let start = span.start();
    let first = &source[start.line - 1][start.column..];
    let text: Vec<&str> = [first]
        .into_iter()
        .chain(source[start.line..].iter().copied())
        .collect();
    let text = text.join(" ");
    let text = text.split('{').next().unwrap_or_default();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace("( ", "(").replace(", )", ")")
}

/// Checks that two pages have a row for each name of a list: the names of Python's module, and the
/// public names of memmap2.
fn tables(source: &Source) -> Vec<Problem> {
    let python = PYTHON_NAMES.lines().map(str::to_owned).collect();
    let memmap2 = public_names(&source.crate_source("memmap2").unwrap_or_default());
    let mut problems = Vec::new();
    for (path, names) in [
        ("book/from_python_to_rust.md", python),
        ("book/memmap2_every_function.md", memmap2),
    ] {
        let rows = source.pages.get(path).map_or(&[][..], |page| &page.rows);
        let cells = rows.iter().filter_map(|row| row.cells.first());
        let code = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        let told: BTreeSet<&str> = code.map(|code| code.trim_end_matches("()")).collect();
        let missing = names.iter().filter(|name| !told.contains(&***name));
        problems.extend(missing.map(|name| {
            let expected = format!("a row whose first cell holds `{name}`");
            Problem::new(path, expected, "no such row", "write it")
        }));
        if names.is_empty() {
            problems.push(Problem::new(
                path,
                "the public names of memmap2",
                "no source of memmap2",
                "run: cargo fetch",
            ));
        }
    }
    problems
}

/// Returns `Type::function` and `Enum::Variant` for each type that `lib.rs` of a crate makes
/// public, also by `pub use`. All files of the crate are read, so that functions for only one
/// system are included.
fn public_names(folder: &Path) -> BTreeSet<String> {
    let public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    let mut files = Vec::new();
    let mut open = vec![folder.join("src")];
    while let Some(path) = open.pop() {
        let entries = read_dir(&path).into_iter().flatten().flatten();
        open.extend(entries.map(|entry| entry.path()));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let file = syn::parse_file(&text).map_or(Vec::new(), |file| file.items);
        files.push((path.ends_with("src/lib.rs"), file));
    }
    let mut types = BTreeSet::new();
    for item in files
        .iter()
        .filter(|(lib, _)| *lib)
        .flat_map(|(_, items)| items)
    {
        match item {
            Item::Struct(item) if public(&item.vis) => drop(types.insert(item.ident.to_string())),
            Item::Enum(item) if public(&item.vis) => drop(types.insert(item.ident.to_string())),
            Item::Use(item) if public(&item.vis) => leaves(&item.tree, &mut types),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for item in files.iter().flat_map(|(_, items)| items) {
        match item {
            Item::Impl(item) if item.trait_.is_none() => {
                let Type::Path(of) = &*item.self_ty else {
                    continue;
                };
                let of = of.path.segments.last().map(|part| part.ident.to_string());
                if let Some(of) = of.filter(|of| types.contains(of)) {
                    names.extend(item.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(function) if public(&function.vis) => {
                            Some(format!("{of}::{}", function.sig.ident))
                        }
                        _ => None,
                    }));
                }
            }
            Item::Enum(item) if types.contains(&item.ident.to_string()) => {
                let variants = item.variants.iter();
                names.extend(variants.map(|variant| format!("{}::{}", item.ident, variant.ident)));
            }
            _ => {}
        }
    }
    names
}

/// Adds the last names of the paths of a `use` to `names`.
fn leaves(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

/// Checks that each figure is well-formed, has a title, and sets no color, so that it suits both
/// themes.
fn figures(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for path in svgs(source) {
        let mut problem = |line: u32, expected: &str, found: String, mend: &str| {
            problems.push(Problem::at(&path, line as usize, expected, found, mend));
        };
        let mut pages = source.pages.values();
        if !pages.any(|page| {
            page.named("include")
                .any(|found| path.ends_with(&found.argument))
        }) {
            let mend = "include the figure on the page of its topic, or delete it";
            problem(
                0,
                "a page that includes the figure",
                "no such page".into(),
                mend,
            );
        }
        let text = source.file(&path).unwrap_or_default();
        let document = match roxmltree::Document::parse(&text) {
            Ok(document) => document,
            Err(error) => {
                problem(
                    error.pos().row,
                    "well-formed SVG",
                    error.to_string(),
                    "correct the file",
                );
                continue;
            }
        };
        let root = document.root_element();
        if !root
            .children()
            .any(|node| node.tag_name().name() == "title")
        {
            let mend = "describe the figure in <title>, for readers who cannot see it";
            problem(1, "a <title>", "no <title>".into(), mend);
        }
        for attribute in ["fill", "stroke"] {
            if root.attribute(attribute).is_none() {
                let expected = format!("{attribute}=\"none\" or \"currentColor\" on <svg>");
                let mend = "add the attribute: without it, the figure is black in every theme";
                problem(1, &expected, "no color".into(), mend);
            }
        }
        for node in document.descendants().flat_map(|node| node.attributes()) {
            let color = ["fill", "stroke", "color", "stop-color", "style"].contains(&node.name());
            if color && !["none", "currentColor"].contains(&node.value()) {
                let row = document.text_pos_at(node.range().start).row;
                let found = format!("{}={:?}", node.name(), node.value());
                problem(
                    row,
                    "currentColor, so that the figure suits both themes",
                    found,
                    "write \"currentColor\" or \"none\"",
                );
            }
        }
    }
    problems
}

/// Returns the paths of the figures.
fn svgs(source: &Source) -> Vec<String> {
    let entries = read_dir(source.root().join("book/figures"));
    let entries = entries.into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.map(|name| format!("book/figures/{name}")).collect()
}
