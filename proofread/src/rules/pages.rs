//! A page is prose, and blocks that include what is tested.

use crate::markdown::{Block, Page};
use crate::source::{Source, name, stem};
use crate::{Book, Problem, needs, outputs, proofs};

/// What the pages and their blocks may hold.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for page in source.pages.values() {
        prose(source, page, &mut problems);
        for block in &page.blocks {
            if let Err((expected, found, mend)) = self::block(source.book, block) {
                problems.push(Problem::at(&page.path, block.line, expected, found, mend));
            } else {
                problems.extend(unfolded(source.book, page, block));
            }
        }
        // In a sentence or in typed text a directive is resolved all the same.
        let typed = page.blocks.iter().filter(|block| block.info == "markdown");
        let typed = typed.map(|block| (&block.line, &block.text));
        for (line, text) in page
            .code
            .iter()
            .map(|(line, code)| (line, code))
            .chain(typed)
        {
            if outputs::directive(text).is_some() {
                let mend = "take it out, or write a backslash before it";
                problems.push(Problem::at(
                    &page.path,
                    *line,
                    "no directive here",
                    format!("{text:?}"),
                    mend,
                ));
            }
        }
        for (line, text) in &page.folded {
            problems.push(Problem::at(
                &page.path,
                *line,
                "within <details> a summary and code blocks alone",
                format!("{text:?}"),
                "move it out of the fold",
            ));
        }
    }
    problems
}

/// A long file that is no program folds, under its name and length: who comes for the rest of the page
/// gets past it.
fn unfolded(book: &Book, page: &Page, block: &Block) -> Option<Problem> {
    let include = block.include.as_ref()?;
    let whole = include.part.is_empty() && !include.path.starts_with("examples/");
    let lines = book.read(&include.path).ok()?.lines().count();
    if !whole || lines <= proofs::LONG {
        return None;
    }
    let expected = proofs::summary(&include.path, "", lines);
    let above = page.text.lines().take(block.line - 1);
    let found = above.filter(|line| !line.trim().is_empty()).last()?;
    (found != expected).then(|| {
        let mend = "put it into <details class=\"fold\">, below this line";
        Problem::at(
            &page.path,
            block.line,
            format!("`{expected}`"),
            format!("`{found}`"),
            mend,
        )
    })
}

/// Outside of blocks a page includes figures and what is made of the sources, and the only HTML
/// is what folds.
fn prose(source: &Source, page: &Page, problems: &mut Vec<Problem>) {
    let special = regex!(r"\{\{[ \t\n]*#([^}]*\}\})?|<[!/]?[a-zA-Z-]+[^>]*>");
    let folds = regex!(r#"^<(/?(details|summary)|details class="fold"( open)?|https?://.*)>$"#);
    let whole_line = regex!(r"^\{\{#include [^}]*\}\}$");
    let included: Vec<_> = page
        .includes()
        .filter(|include| {
            !page
                .blocks
                .iter()
                .any(|block| block.include.as_ref() == Some(include))
        })
        .collect();
    for found in special.find_iter(&page.prose) {
        let line = 1 + page.prose[..found.start()].matches('\n').count();
        let mut problem = |expected: &str, found: &str, mend: &str| {
            problems.push(Problem::at(
                &page.path,
                line,
                expected,
                format!("`{found}`"),
                mend,
            ));
        };
        let text = found.as_str();
        let Some(include) = included
            .iter()
            .find(|include| include.line == line && text.starts_with("{{"))
        else {
            // What is in a summary is HTML, so that code font is, too.
            let mut of_page = page.prose.lines().skip(line - 1);
            let in_summary = of_page
                .next()
                .is_some_and(|line| line.starts_with("<summary>"));
            let code_font = in_summary && ["<code>", "</code>"].contains(&text);
            if !folds.is_match(text) && !code_font {
                problem(
                    "outside of code blocks prose, and no HTML but <details> and <summary>",
                    text,
                    "include code and outputs in code blocks",
                );
            }
            continue;
        };
        let whole = ["snapshots/proofs.snap", "snapshots/index.snap"].contains(&&*include.path);
        let made = source.makes().into_iter();
        let made = made.map(|name| format!("snapshots/{name}.snap"));
        let is_made = whole || made.into_iter().any(|path| path == include.path);
        let of_needs = include.path == needs::PATH;
        let alone = page
            .prose
            .lines()
            .nth(line - 1)
            .is_some_and(|line| whole_line.is_match(line));
        let right = match include.part.as_str() {
            "" => include.path.ends_with(".svg"),
            "4:" => is_made && !of_needs,
            listing => of_needs && source.listings.contains_key(listing),
        };
        if !right || !alone {
            problem(
                "outside of code blocks a figure (.svg), or what is made of the sources, as \
                 snapshots/proofs.snap (from line 4 on) or a listing's part of snapshots/needs.snap, \
                 on a line of its own",
                text,
                "include code and outputs in code blocks",
            );
        } else if of_needs || (include.part == "4:" && !whole) {
            // What a listing needs, or a figure or a table of the book's own: text may follow it.
        } else if include.part == "4:" {
            // The proofs or the index are all that their page shows from there on.
            let rest = page
                .prose
                .lines()
                .skip(line)
                .find(|line| !line.trim().is_empty());
            if let Some(rest) = rest {
                problem(
                    "nothing below what is made of the sources",
                    rest,
                    "move it above the include",
                );
            }
        } else if !source.book.root.join(&include.path).is_file() {
            problem(
                &format!("the figure {}", include.path),
                text,
                "draw it, or correct the path",
            );
        }
    }
}

type Refused = (String, String, String);

fn refuse<T>(
    expected: impl Into<String>,
    found: impl Into<String>,
    mend: impl Into<String>,
) -> Result<T, Refused> {
    Err((expected.into(), found.into(), mend.into()))
}

/// What a block shows is included from the place that the tests look at.
fn block(book: &Book, block: &Block) -> Result<(), Refused> {
    let info = &*block.info;
    if matches!(info, "markdown" | "shell") {
        return Ok(()); // a page about pages; and commands, which have a rule of their own
    }
    let (what, folder, endings): (_, _, &[&str]) = match info {
        "rust" => ("a listing, examples/NAME.rs, whole", "examples/", &["rs"]),
        "rust,ignore" => ("a file of Rust that is no listing", "", &["rs"]),
        "console" => (
            "an output, snapshots/NAME.snap, from line 4 on",
            "snapshots/",
            &["snap"],
        ),
        "" | "indented" => {
            return refuse(
                "a block that says what it is",
                format!("{:?}", block.text.lines().next().unwrap_or_default()),
                "a program is `rust`, its output `console`, a command `shell`, another file its language",
            );
        }
        _ if !regex!(r"^[a-z]+$").is_match(info) || info == "rs" || info.starts_with("rust") => {
            return refuse(
                "a `rust` block, which is compiled and run, `rust,ignore` for a file that is no listing, \
                 or one word in small letters",
                format!("`{info}`"),
                "say what it is in one word",
            );
        }
        other
            if book
                .endings()
                .iter()
                .any(|ending| language(ending) == other) =>
        {
            ("a twin beside its listing, or another file, whole", "", &[])
        }
        _ => ("a file of the project", "", &[]),
    };
    let Some(include) = &block.include else {
        return refuse(
            format!("in a `{info}` block one include, of {what}, and nothing else"),
            format!("{:?}", block.text),
            "put what is typed there into the file",
        );
    };
    let path = &include.path;
    if let Some(offered) = &block.name
        && (offered != name(path) || !include.part.is_empty() || path.starts_with("snapshots/"))
    {
        return refuse(
            format!("in a block that offers {offered} that file, whole"),
            format!("{path}:{}", include.part).trim_end_matches(':'),
            "correct the name behind the fence, or take it out",
        );
    }
    let ending = name(path).rsplit_once('.').map_or("", |(_, ending)| ending);
    let elsewhere = !path.starts_with(folder)
        || !(endings.is_empty() || endings.contains(&ending))
        || (info != "rust" && path.starts_with("examples/") && ending == "rs")
        || (info != "console" && ending == "snap")
        || (path.starts_with("examples/") && folder.is_empty() && language(ending) != info);
    let named = regex!(r"^[a-z0-9_]+$").is_match(stem(path));
    if elsewhere || (folder == "examples/" && !named) || block.nested {
        let nested = if block.nested {
            ", and in no list or quote"
        } else {
            ""
        };
        return refuse(
            format!("in a `{info}` block {what}{nested}"),
            path,
            "include another file, or say in the block what it is",
        );
    }
    let Ok(text) = book.read(path) else {
        let mend = match info {
            "console"
                if book
                    .root
                    .join("examples")
                    .join(format!("{}.rs", stem(path)))
                    .is_file() =>
            {
                format!(
                    "look at what it prints, and accept it: {}",
                    outputs::accept("always", &format!("{}.rs", stem(path)))
                )
            }
            _ => "write it, or correct the path".into(),
        };
        return refuse(format!("the file {path}"), "none", mend);
    };
    let fence = text.lines().position(|line| {
        line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~")
    });
    if let Some(line) = fence {
        return refuse(
            "a file without fences in a block: one ends it on the page",
            format!("one in line {} of {path}", line + 1),
            "write it in another way",
        );
    }
    if outputs::directive(&text).is_some() {
        let mend = "write it in another way: mdBook would resolve it on the page";
        return refuse(
            format!("{path} without what mdBook takes for a directive"),
            "one",
            mend,
        );
    }
    if info != "console" && text.starts_with("$ ") {
        return refuse(
            "an output in a `console` block, from snapshots/",
            path,
            "have a listing print it",
        );
    }
    let part = &*include.part;
    match part {
        "4:" if info == "console" => Ok(()),
        "" if info != "console" => Ok(()),
        part if info != "console"
            && info != "rust"
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !part.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            let has = |mark: &str| text.contains(&format!("{mark}: {part}\n"));
            match has("ANCHOR") && has("ANCHOR_END") {
                true => Ok(()),
                false => refuse(
                    format!("`ANCHOR: {part}` and `ANCHOR_END: {part}` in {path}"),
                    "none",
                    "write them, or include the whole file",
                ),
            }
        }
        "" => refuse(
            format!("in a `{info}` block {what}"),
            format!("{path} with the header of insta"),
            format!("include {path}:4:"),
        ),
        part => refuse(
            format!("in a `{info}` block {what}"),
            format!("the part `{part}` of {path}"),
            "lines move: include the whole file, or what is between anchors",
        ),
    }
}

/// The language of a block that shows a twin.
pub(crate) fn language(ending: &str) -> &str {
    match ending {
        "py" => "python",
        "rb" => "ruby",
        "js" => "javascript",
        ending => ending,
    }
}
