//! What the directives of a page stand for: a program with its output, a proof, a file.

use crate::page::{Directive, Page};
use crate::paths::{extension, link, name};
use crate::program::accept;
use crate::proof::Proof;
use crate::{Problem, Source, needs};
use std::collections::{BTreeMap, BTreeSet};

/// More lines of a file or of a proof than these are folded.
pub(crate) const LONG: usize = 40;

/// mdBook's own directives, which it resolves after ours.
const OF_MDBOOK: [&str; 6] = [
    "include",
    "rustdoc_include",
    "playground",
    "playpen",
    "template",
    "title",
];

/// Our own directives, and whether each stands on a line of its own.
const OURS: [(&str, bool); 3] = [("listing", true), ("file", true), ("proved", false)];

/// The pages with all our directives expanded.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    /// The text of each page, by its path.
    pub(crate) texts: BTreeMap<String, String>,
    /// The directives that name nothing.
    pub(crate) problems: Vec<Problem>,
}

/// Expands the directives of all pages. One that names nothing stays as it is, and is a problem.
pub(crate) fn expand(source: &Source) -> Expanded {
    let marks = Marks::of(source);
    let mut expanded = Expanded::default();
    for page in source.pages.values() {
        let mut text = page.text.clone();
        for directive in page.directives.iter().rev() {
            match one(source, &marks, page, directive) {
                Ok(Some(made)) => text.replace_range(directive.range.clone(), made.trim_end()),
                Ok(None) => {}
                Err(problem) => expanded.problems.push(placed(problem, page, directive)),
            }
        }
        text += &marks.shown_on(source, page);
        expanded.texts.insert(page.path.clone(), text);
    }
    expanded.problems.sort();
    expanded
}

/// A problem at a directive. Another file that it is about is named in what was expected.
fn placed(problem: Problem, page: &Page, directive: &Directive) -> Problem {
    let about = match (&*problem.path, problem.line) {
        ("", _) => String::new(),
        (path, 0) => format!(" in {path}"),
        (path, line) => format!(" in {path}:{line}"),
    };
    Problem {
        path: page.path.clone(),
        line: directive.line,
        expected: problem.expected + &about,
        ..problem
    }
}

/// What one directive stands for; nothing if it is mdBook's.
fn one(
    source: &Source,
    marks: &Marks,
    page: &Page,
    directive: &Directive,
) -> Result<Option<String>, Problem> {
    let (kind, argument) = (&*directive.name, &*directive.argument);
    let own = source.book.directives.iter().find(|own| own.name == kind);
    let ours = OURS.iter().find(|(name, _)| *name == kind);
    let Some(alone) = own.map(|own| own.alone).or(ours.map(|(_, alone)| *alone)) else {
        return match OF_MDBOOK.contains(&kind) {
            true => Ok(None),
            false => Err(unknown(source, kind)),
        };
    };
    if alone && !directive.alone {
        let expected = format!("`{{{{#{kind} …}}}}` on a line of its own");
        return Err(refused(
            expected,
            "other text beside it",
            "move it to a line of its own",
        ));
    }
    let made = match (own, kind) {
        (Some(own), _) => (own.expand)(source, page, argument)?,
        (_, "listing") => listing(source, page, argument)?,
        (_, "file") => file(source, argument)?,
        _ => marks.mark(page, directive)?,
    };
    Ok(Some(made))
}

fn unknown(source: &Source, kind: &str) -> Problem {
    let own = source.book.directives.iter().map(|own| own.name);
    let known: Vec<_> = OURS.iter().map(|(name, _)| *name).chain(own).collect();
    refused(
        format!("a directive: {}", known.join(", ")),
        format!("`{{{{#{kind}`"),
        "correct it, or write a backslash before it",
    )
}

/// A problem with a directive, whose place is filled in later.
fn refused(
    expected: impl Into<String>,
    found: impl Into<String>,
    mend: impl Into<String>,
) -> Problem {
    Problem::new("", expected, found, mend)
}

/// A program, what it prints, what it needs, and its twins.
fn listing(source: &Source, page: &Page, name: &str) -> Result<String, Problem> {
    let Some(program) = source.program(name) else {
        let expected = format!("a program, examples/{name}.rs");
        return Err(refused(
            expected,
            "no such file",
            "write it, or correct the name",
        ));
    };
    let Some(output) = source.output(program) else {
        let expected = format!("its output, {}", program.snapshot);
        let accept = accept(&format!("{name}.rs"));
        let mend = format!("look at what it prints, and accept it: {accept}");
        return Err(refused(expected, "no such file", mend));
    };
    let mut text = block("rust", &program.text) + "\n" + &block("console", output) + "\n";
    text += &needs::needs(source, page, program);
    for twin in &program.twins {
        let language = language(extension(twin));
        let mut letters = language.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let called: String = first.chain(letters).collect();
        text += &format!("\n<details>\n<summary>The same in {called}</summary>\n\n");
        text += &block(language, &source.file(twin)?);
        text += "\n</details>\n";
    }
    Ok(text)
}

/// A file of the project, whole, under its name; a long one is folded, and behind the word `open` it
/// can be.
fn file(source: &Source, argument: &str) -> Result<String, Problem> {
    let (path, open) = match argument.split_once(' ') {
        Some((path, "open")) => (path, " open"),
        _ => (argument, ""),
    };
    let text = source.file(path).map_err(|problem| {
        let expected = format!("a text file of the project, {path}");
        refused(expected, problem.found, "write it, or correct the path")
    })?;
    let language = match extension(path) {
        "rs" => "rust,ignore",
        other => language(other),
    };
    let block = block(&format!("{language},{}", name(path)), &text);
    let lines = text.lines().count();
    Ok(match lines > LONG {
        true => format!(
            "<details class=\"fold\"{open}>\n<summary><code>{path}</code>, {lines} lines</summary>\n\n\
             {block}\n</details>\n"
        ),
        false => block,
    })
}

/// A code block. Its fence is longer than any in the text.
pub(crate) fn block(info: &str, text: &str) -> String {
    let ticks = |line: &str| line.trim_start().chars().take_while(|c| *c == '`').count();
    let longest = text.lines().map(ticks).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    // mdBook would resolve what looks like a directive of its own.
    let text = text.replace("{{#", "\\{{#");
    format!("{fence}{info}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// The language of a file, by its extension.
pub(crate) fn language(extension: &str) -> &str {
    match extension {
        "py" => "python",
        "rb" => "ruby",
        "js" | "mjs" => "javascript",
        "sh" => "bash",
        "txt" | "" => "text",
        other => other,
    }
}

/// Where each proof is cited.
struct Marks<'a> {
    /// By the name of the proof: page, line, and the id of the mark, in the order of the pages.
    cited: BTreeMap<&'a str, Vec<(&'a Page, usize, String)>>,
    proofs: BTreeMap<&'a str, &'a Proof>,
}

impl<'a> Marks<'a> {
    fn of(source: &'a Source) -> Self {
        let mut cited = BTreeMap::<_, Vec<(&Page, usize, String)>>::new();
        for page in source.in_order() {
            for directive in page.named("proved") {
                let name = &*directive.argument;
                let places = cited.entry(name).or_default();
                let nth = 1 + places
                    .iter()
                    .filter(|(on, ..)| on.path == page.path)
                    .count();
                let id = match nth {
                    1 => format!("from-{name}"),
                    nth => format!("from-{name}-{nth}"),
                };
                places.push((page, directive.line, id));
            }
        }
        let proofs = source.proofs().map(|proof| (&*proof.name, proof));
        Marks {
            cited,
            proofs: proofs.collect(),
        }
    }

    /// The link from a sentence to its proof, with an id to come back to.
    fn mark(&self, page: &Page, directive: &Directive) -> Result<String, Problem> {
        let name = &*directive.argument;
        if !self.proofs.contains_key(name) {
            return Err(refused(
                "a mark that leads to a proof",
                format!("{name}, which is none"),
                format!("write the test {name}, or correct the mark"),
            ));
        }
        let places = self.cited.get(name).map_or(&[][..], Vec::as_slice);
        let here = |(on, line, _): &&(&Page, usize, String)| {
            on.path == page.path && *line == directive.line
        };
        let (Some((home, ..)), Some((_, _, id))) = (places.first(), places.iter().find(here))
        else {
            let mend = "move the sentence to a page that SUMMARY.md names";
            return Err(refused(
                "a page that readers find",
                "one that SUMMARY.md does not name",
                mend,
            ));
        };
        let to = match home.path == page.path {
            true => String::new(),
            false => link(&page.path, &home.path).replace(".md", ".html"),
        };
        Ok(format!(
            "<a class=\"mark\" id=\"{id}\" href=\"{to}#{name}\">proved</a>"
        ))
    }

    /// The proofs that a page cites first, folded, at its foot.
    fn shown_on(&self, source: &Source, page: &Page) -> String {
        let first = |name: &&str| {
            let places = self.cited.get(*name).and_then(|places| places.first());
            places.is_some_and(|(on, ..)| on.path == page.path)
        };
        let mut names: Vec<&str> = self.proofs.keys().copied().filter(first).collect();
        // In the order of the sentences.
        names.sort_by_key(|name| self.cited[name][0].1);
        if names.is_empty() {
            return String::new();
        }
        let proofs: Vec<&Proof> = names.iter().map(|name| self.proofs[name]).collect();
        let mut text = "\n\n## Proofs {#proofs}\n\n".to_owned();
        for proof in &proofs {
            let language = match extension(&proof.path) {
                "rs" => "rust,ignore",
                other => language(other),
            };
            text += &format!(
                "<details class=\"proof\" id=\"{}\">\n<summary>{}</summary>\n\nIn `{}`, cited {}.\n\n{}\n\
                 </details>\n\n",
                proof.name,
                html(&proof.title),
                proof.path,
                self.back(page, &proof.name),
                block(language, &proof.code),
            );
        }
        let shared = shared(source, &proofs);
        if !shared.is_empty() {
            text += "<details class=\"proof\">\n<summary>What these proofs share</summary>\n\n";
            text += &(shared + "\n</details>\n");
        }
        text.trim_end().to_owned() + "\n"
    }

    /// Links to the sentences that cite a proof.
    fn back(&self, page: &Page, name: &str) -> String {
        let links = self.cited[name].iter().map(|(on, line, id)| {
            if on.path == page.path {
                return format!("[above](#{id})");
            }
            let (_, place) = on.place(*line);
            format!("[in {place}]({}#{id})", link(&page.path, &on.path))
        });
        links.collect::<Vec<_>>().join(", ")
    }
}

/// The functions that some proofs call, and those that these call, a block for each file.
fn shared(source: &Source, proofs: &[&Proof]) -> String {
    let mut open: Vec<&Proof> = proofs.to_vec();
    let mut seen = BTreeSet::new();
    let mut files = BTreeMap::<&str, Vec<&Proof>>::new();
    while let Some(proof) = open.pop() {
        let near = |helper: &&Proof| {
            helper.helper
                && proof.calls.contains(&helper.name)
                && extension(&helper.path) == extension(&proof.path)
        };
        for helper in source.proofs.iter().filter(near) {
            if seen.insert((&helper.path, &helper.name)) {
                files.entry(&helper.path).or_default().push(helper);
                open.push(helper);
            }
        }
    }
    let mut text = String::new();
    for (path, mut helpers) in files {
        helpers.sort_by_key(|helper| helper.line);
        let code: Vec<&str> = helpers.iter().map(|helper| &*helper.code).collect();
        let language = match extension(path) {
            "rs" => "rust,ignore",
            other => language(other),
        };
        text += &format!("In `{path}`:\n\n{}\n", block(language, &code.join("\n\n")));
    }
    text
}

/// Words with code font as HTML.
fn html(words: &str) -> String {
    let escaped = words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let parts = escaped.split('`').enumerate();
    let parts = parts.map(|(nth, part)| match nth % 2 {
        0 => part.to_owned(),
        _ => format!("<code>{part}</code>"),
    });
    parts.collect()
}
