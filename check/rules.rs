//! What this book holds beside what every book does.

use proofread::{Block, Page, Problem, Source};
use sha2::{Digest, Sha256};
use std::fs::{read, read_dir, read_to_string};

/// A listing hands its errors on, and fits on a screen.
pub fn listings(source: &Source) -> Vec<Problem> {
    let main = "fn main() -> Result<(), Box<dyn Error>> {";
    let form = |text: &str| text.contains(main) && text.lines().count() <= 45;
    let others = source.listings.iter().filter(|(_, text)| !form(text));
    let problem = |name| {
        let path = format!("examples/{name}.rs");
        Problem::new(
            path,
            format!("`{main}` and 45 lines at the most"),
            "another form",
            "see others",
        )
    };
    others.map(|(name, _)| problem(name)).collect()
}

/// A page that opens a part has a line for each page of the part, in their order, and the first
/// page has one for each other part too.
pub fn parts(source: &Source) -> Vec<Problem> {
    let summary = read_to_string(source.root().join("book/SUMMARY.md")).unwrap_or_default();
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
        let path = part.split(['(', ')']).nth(1).unwrap_or_default();
        let Some(page) = source.pages.get(&format!("book/{path}")) else {
            continue; // which `pages_are_those_of_the_summary` tells
        };
        let lines = (1..).zip(page.text.lines());
        let found: Vec<(usize, &str)> = lines
            .filter(|(_, line)| line.starts_with("- ["))
            .map(|(at, line)| (at, line.find(')').map_or(line, |end| &line[..=end])))
            .collect();
        let link = |nth: usize| found.get(nth).map(|(_, link)| *link);
        let mut all = 0..pages.len().max(found.len());
        if let Some(nth) = all.find(|nth| pages.get(*nth).copied() != link(*nth)) {
            problems.push(Problem::at(
                &page.path,
                found.get(nth).map_or(1, |(at, _)| *at),
                pages.get(nth).map_or("no more pages", |page| page),
                link(nth).unwrap_or("no more pages"),
                "give each page below it in SUMMARY.md a line, in that order",
            ));
        }
    }
    problems
}

/// `lorem.txt` is the text that the chapter's own outputs were printed from.
pub fn lorem(source: &Source) -> Vec<Problem> {
    let hash = Sha256::digest(read(source.root().join("lorem.txt")).unwrap_or_default());
    let found: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let chapter = "acea835befbe01369619582ba4203e6147d24fdd4b01602b349b6914bfcb623a";
    let other = (found != chapter).then(|| Problem::new("lorem.txt", chapter, found, "restore it"));
    other.into_iter().collect()
}

/// The page that shows the type has a row for each of its public functions and traits, signature and
/// all, and the page that the row leads to names it.
pub fn methods(source: &Source) -> Vec<Problem> {
    const FILE: &str = "src/mapped_file.rs";
    let shows = |page: &&Page| page.includes().any(|include| include.path == FILE);
    let Some(page) = source.in_order().find(shows) else {
        return vec![Problem::new(
            FILE,
            "a page that shows it",
            "none",
            "include it",
        )];
    };
    let text = read_to_string(source.root().join(FILE)).unwrap_or_default();
    let mut signatures = signatures(&text);
    let mut problems = Vec::new();
    for row in &page.rows {
        let (first, last) = (row.cells.first(), row.cells.last());
        let signature = first.map_or("", |cell| cell.trim_matches('`')).to_owned();
        if !["fn ", "unsafe fn ", "impl "]
            .iter()
            .any(|start| signature.starts_with(start))
        {
            continue;
        }
        let mut problem = |expected: String, mend: &str| {
            let found = format!("`{signature}`");
            problems.push(Problem::at(&page.path, row.line, expected, found, mend));
        };
        let Some(known) = signatures.iter().position(|known| *known == signature) else {
            let expected = format!("a public function or a trait of {FILE}, as it is there");
            problem(expected, "correct it, or delete the row");
            continue;
        };
        signatures.swap_remove(known);
        let name = signature.split("fn ").last().unwrap_or_default();
        let name = name.trim_start_matches("impl ");
        let name = name.split(['(', '<', ' ']).next().unwrap_or_default();
        let link = last.and_then(|cell| cell.split("](").nth(1)).unwrap_or(")");
        let to = link.split(['#', ')']).next().unwrap_or_default();
        let told_of = source.pages.iter().find(|(path, _)| {
            path.rsplit('/').next() == Some(to) || (to.is_empty() && **path == page.path)
        });
        let names = told_of.is_some_and(|(_, page)| {
            let shown = page
                .includes()
                .map(|include| source.root().join(include.path));
            page.text.contains(name)
                || shown
                    .flat_map(read_to_string)
                    .any(|text| text.contains(name))
        });
        if !names {
            problem(
                format!("in the last cell a page that names {name}"),
                "lead to another",
            );
        }
    }
    for signature in signatures {
        let expected = format!("a row whose first cell is `{signature}`");
        problems.push(Problem::new(&page.path, expected, "none", "write one"));
    }
    problems
}

/// The public functions and the traits of a file that `cargo fmt` has written, in one line each.
fn signatures(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let of_trait = line.starts_with("impl") && line.contains(" for ");
        if of_trait || (line.starts_with("    pub ") && line.contains("fn ")) {
            let mut signature = line.trim().to_owned();
            while !signature.contains('{') {
                let Some(more) = lines.next() else { break };
                signature += &format!(" {}", more.trim());
            }
            let signature = signature.split('{').next().unwrap_or_default();
            let signature = signature.replace("( ", "(").replace(", )", ")");
            found.push(signature.trim_start_matches("pub ").trim_end().to_owned());
        }
    }
    found
}

/// A program that rustc refuses is on a page, with what rustc says below it, and the page says
/// which rustc that was.
pub fn refused(source: &Source) -> Vec<Problem> {
    const FOLDER: &str = "tests/refused/programs";
    let mut problems = Vec::new();
    let mut files = Vec::new();
    let entries = read_dir(source.root().join(FOLDER));
    for entry in entries.into_iter().flatten().flatten() {
        files.push(format!("{FOLDER}/{}", entry.file_name().to_string_lossy()));
    }
    files.sort();
    let test = source.root().join("tests/refused/refused.rs");
    let test = read_to_string(test).unwrap_or_default();
    let said_by = test.split("SAID_BY: &str = \"").nth(1).unwrap_or_default();
    let said_by = format!("rustc {}", said_by.split('"').next().unwrap_or_default());
    for file in &files {
        let shown = source.in_order().flat_map(|page| {
            let blocks = page.blocks.iter().enumerate();
            let blocks = blocks.filter(|(_, block)| is(block, file));
            blocks.map(move |(at, block)| (page, at, block.line))
        });
        let shown: Vec<_> = shown.collect();
        let Some(program) = file.strip_suffix(".rs") else {
            // What was said of a program that is gone, or stands elsewhere than below it.
            let program = format!("{}.rs", file.trim_end_matches(".stderr"));
            let below = |(page, at, _): &(&Page, usize, usize)| {
                at.checked_sub(1)
                    .is_some_and(|at| is(&page.blocks[at], &program))
            };
            if !files.contains(&program) {
                let mend = "write the program, or delete this";
                problems.push(Problem::new(
                    file,
                    format!("the program {program}"),
                    "none",
                    mend,
                ));
            } else if let Some((page, _, line)) = shown.iter().find(|shown| !below(shown)) {
                let expected = format!("above {file} its program");
                let mend = "show the program, then what rustc says of it";
                problems.push(Problem::at(&page.path, *line, expected, "another", mend));
            }
            continue;
        };
        let [(page, at, line)] = shown[..] else {
            let found = shown.len().to_string();
            let mend = "show it, whole, where its topic is, or delete it";
            problems.push(Problem::new(file, "one page that shows it", found, mend));
            continue;
        };
        let said = format!("{program}.stderr");
        if !page
            .blocks
            .get(at + 1)
            .is_some_and(|block| is(block, &said))
        {
            let expected = format!("below {file} what rustc says of it, {said}");
            let mend = "add a `text` block that includes it";
            problems.push(Problem::at(&page.path, line, expected, "another", mend));
        }
        if !page.prose.contains(&said_by) {
            let mend = "say whose words these are";
            problems.push(Problem::at(
                &page.path,
                line,
                said_by.as_str(),
                "none",
                mend,
            ));
        }
    }
    problems
}

/// Whether a block shows a file, whole.
fn is(block: &Block, file: &str) -> bool {
    let include = block.include.as_ref();
    include.is_some_and(|include| include.path == file && include.part.is_empty())
}
