//! Expands the directives of a page: a program with its output, a proof, a file.

use crate::page::{Directive, OF_MDBOOK, Page};
use crate::paths::{extension, link, name};
use crate::program::{accept, fails};
use crate::proof::{Proof, capitalized};
use crate::{Pages, Problem, Source, needs};
use std::collections::BTreeMap;

/// A file with more lines is folded.
const LONG: usize = 40;

/// The pages with all directives expanded, except those of mdBook.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    pub(crate) pages: Pages,
    /// A problem for each directive that cannot be expanded.
    pub(crate) problems: Vec<Problem>,
}

/// Expands the directives of all pages. If a directive cannot be expanded, it stays in the text,
/// and a problem is reported.
pub(crate) fn expand(source: &Source) -> Expanded {
    let marks = Marks::of(source);
    let mut expanded = Expanded::default();
    for page in source.pages.values() {
        let mut text = page.text.clone();
        let ours = page.directives.iter().rev();
        for directive in ours.filter(|found| !OF_MDBOOK.contains(&&*found.name)) {
            match one(source, &marks, page, directive) {
                Ok(made) => text.replace_range(directive.range.clone(), made.trim_end()),
                Err(problem) => expanded.problems.push(placed(problem, page, directive)),
            }
        }
        text += &marks.shown_on(source, page);
        expanded.pages.0.insert(source.in_book(&page.path).to_owned(), text);
    }
    expanded.problems.sort();
    expanded
}

/// Moves a problem to the line of a directive. If the problem is about another file, `expected`
/// names that file.
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

/// Returns the Markdown of one directive.
fn one(source: &Source, marks: &Marks, page: &Page, found: &Directive) -> Result<String, Problem> {
    let (kind, argument) = (&*found.name, &*found.argument);
    let own = source.book.directives.iter();
    let this = own.clone().find(|(name, ..)| *name == kind);
    let alone = this.map_or(kind == "listing" || kind == "file", |(_, alone, _)| *alone);
    if alone && !found.alone {
        return Err(problem!("";
            expected "`{{{{#{kind} …}}}}` on a line of its own";
            found "other text on the line";
            mend "move the directive to a line of its own"));
    }
    match (this, kind) {
        (Some((.., expand)), _) => expand(source, page, argument),
        (_, "listing") => listing(source, page, argument),
        (_, "file") => file(source, argument),
        (_, "proved") => marks.mark(page, found),
        _ => {
            let known = ["listing", "file", "proved"].into_iter();
            let known: Vec<&str> = known.chain(own.map(|(name, ..)| *name)).collect();
            Err(problem!("";
                expected "one of these directives: {}", known.join(", ");
                found "`{{{{#{kind}`";
                mend "correct the name, or write a backslash before the directive"))
        }
    }
}

/// Returns the Markdown of a listing: the program, its output, its needs, and its twins.
fn listing(source: &Source, page: &Page, name: &str) -> Result<String, Problem> {
    let Some(program) = source.program(name) else {
        return Err(problem!("";
            expected "the program examples/{name}.rs";
            found "no such file";
            mend "write the program, or correct the name"));
    };
    let Some(output) = source.output(program) else {
        return Err(problem!("";
            expected "the output of {name} in {}", program.snapshot;
            found "no such file";
            mend "if the program prints the right output, accept it: {}", accept(name)));
    };
    let kind = if fails(&program.text).is_some() { "rust,should_panic" } else { "rust" };
    let mut text = block(kind, &program.text) + "\n" + &block("console", output) + "\n";
    text += &needs::needs(source, page, program);
    for twin in &program.twins {
        let language = language(twin);
        let (called, block) = (capitalized(language), block(language, &source.file(twin)?));
        text += &format!("\n<details>\n<summary>The same in {called}</summary>\n\n");
        let beside = needs::modules(source, page, twin);
        if !beside.is_empty() {
            text += &format!("<p>Put {} beside it.</p>\n\n", needs::list(&beside));
        }
        text += &(block + "\n</details>\n");
    }
    Ok(text)
}

/// Returns the Markdown of a whole file of the project. A long file is folded; with `open` after
/// its path, the fold starts open.
fn file(source: &Source, argument: &str) -> Result<String, Problem> {
    let (path, open) = match argument.split_once(' ') {
        Some((path, "open")) => (path, " open"),
        _ => (argument, ""),
    };
    let text = source.file(path).map_err(|problem| {
        problem!("";
            expected "{path}, a text file of the project";
            found "{}", problem.found;
            mend "write the file, or correct the path")
    })?;
    let block = block(&format!("{},{}", language(path), name(path)), &text);
    let lines = text.lines().count();
    Ok(match lines > LONG {
        true => format!(
            "<details class=\"fold\"{open}>\n<summary><code>{path}</code>, {lines} lines</summary>\n\n\
             {block}\n</details>\n"
        ),
        false => block,
    })
}

/// Returns a code block whose fence is longer than any fence in the text.
fn block(info: &str, text: &str) -> String {
    let ticks = |line: &str| line.trim_start().chars().take_while(|c| *c == '`').count();
    let longest = text.lines().map(ticks).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    // Without the backslash, mdBook would expand text that looks like one of its directives.
    let text = text.replace("{{#", "\\{{#");
    format!("{fence}{info}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// Returns the language of a file, as written after the fence of a block.
fn language(path: &str) -> &str {
    match extension(path) {
        "rs" => "rust,ignore",
        "py" => "python",
        "rb" => "ruby",
        "js" | "mjs" => "javascript",
        "sh" => "bash",
        "txt" | "" => "text",
        other => other,
    }
}

/// The mark of a sentence: its page, its directive, and the id for links back to it.
struct Mark<'a> {
    page: &'a Page,
    directive: &'a Directive,
    id: String,
}

/// The proofs by name, each with the marks that cite it in the order of the pages.
struct Marks<'a>(BTreeMap<&'a str, (&'a Proof, Vec<Mark<'a>>)>);

impl<'a> Marks<'a> {
    fn of(source: &'a Source) -> Self {
        let proofs = source.proofs().map(|proof| (&*proof.name, (proof, Vec::<Mark>::new())));
        let mut all: BTreeMap<_, _> = proofs.collect();
        for page in source.in_order() {
            for found in page.named("proved") {
                let Some((proof, marks)) = all.get_mut(&*found.argument) else {
                    continue;
                };
                let others = marks.iter().filter(|mark| mark.page.path == page.path);
                let id = match others.count() {
                    0 => format!("from-{}", proof.name),
                    others => format!("from-{}-{}", proof.name, others + 1),
                };
                marks.push(Mark { page, directive: found, id });
            }
        }
        Marks(all)
    }

    /// Returns the link from a sentence to its proof, with an id for the link back.
    fn mark(&self, page: &Page, directive: &Directive) -> Result<String, Problem> {
        let name = &*directive.argument;
        let Some((_, marks)) = self.0.get(name) else {
            return Err(problem!("";
                expected "the name of a proof in the mark";
                found "{name}, but no test has this name";
                mend "write the test {name}, or correct the mark"));
        };
        let here =
            |mark: &&Mark| mark.page.path == page.path && mark.directive.range == directive.range;
        let Some(Mark { id, .. }) = marks.iter().find(here) else {
            return Err(problem!("";
                expected "the mark on a page that SUMMARY.md names";
                found "a page that SUMMARY.md does not name";
                mend "move the sentence to a page that SUMMARY.md names"));
        };
        let home = &marks[0].page.path;
        let to = match *home == page.path {
            true => String::new(),
            false => link(&page.path, home).replace(".md", ".html"),
        };
        let link = format!("<a class=\"mark\" id=\"{id}\" href=\"{to}#{name}\">");
        Ok(link + "proved</a>")
    }

    /// Returns the end of a page: the folded proofs that no earlier page cites, in the order of the
    /// sentences.
    fn shown_on(&self, source: &Source, page: &Page) -> String {
        let here = |mark: &Mark| mark.page.path == page.path;
        let proofs = self.0.values();
        let shown = proofs.filter(|(_, marks)| marks.first().is_some_and(here));
        let mut shown: Vec<_> = shown.collect();
        shown.sort_by_key(|(_, marks)| marks[0].directive.line);
        if shown.is_empty() {
            return String::new();
        }
        let mut text = "\n\n## Proofs {#proofs}\n\n".to_owned();
        for (proof, marks) in &shown {
            let Proof { name, path, .. } = proof;
            let (title, back) = (html(&proof.title), back(page, marks));
            let code = block(language(path), &proof.code);
            text += &format!(
                "<details class=\"proof\" id=\"{name}\">\n<summary>{title}</summary>\n\n\
                 In `{path}`, cited {back}.\n\n{code}\n</details>\n\n"
            );
        }
        let shared = shared(source, shown.iter().map(|(proof, _)| *proof).collect());
        if !shared.is_empty() {
            text += "<details class=\"proof\">\n<summary>What these proofs share</summary>\n\n";
            text += &(shared + "\n</details>\n");
        }
        text.trim_end().to_owned() + "\n"
    }
}

/// Returns links to the sentences that cite a proof.
fn back(page: &Page, marks: &[Mark]) -> String {
    let links = marks.iter().map(|mark| {
        let (on, id) = (mark.page, &mark.id);
        if on.path == page.path {
            return format!("[above](#{id})");
        }
        let (_, place) = on.place(mark.directive.line);
        format!("[in {place}]({}#{id})", link(&page.path, &on.path))
    });
    links.collect::<Vec<_>>().join(", ")
}

/// Returns the functions that the given proofs call, directly or through others: one block for each
/// file.
fn shared<'a>(source: &'a Source, mut open: Vec<&'a Proof>) -> String {
    let mut files = BTreeMap::<_, BTreeMap<usize, &str>>::new();
    while let Some(proof) = open.pop() {
        for helper in source.helpers(proof) {
            let of_file = files.entry(&helper.path).or_default();
            if of_file.insert(helper.line, &helper.code).is_none() {
                open.push(helper);
            }
        }
    }
    let blocks = files.into_iter().map(|(path, of_file)| {
        let codes: Vec<&str> = of_file.into_values().collect();
        let block = block(language(path), &codes.join("\n\n"));
        format!("In `{path}`:\n\n{block}\n")
    });
    blocks.collect()
}

/// Returns the HTML of words that may have code font.
fn html(words: &str) -> String {
    let escaped = mdbook_core::utils::escape_html(words);
    let code = regex!("`([^`]*)`");
    code.replace_all(&escaped, "<code>$1</code>").into_owned()
}
