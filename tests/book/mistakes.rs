//! The mistakes that the checks are here to refuse, each made in a copy of the book.

use super::checks::{directive, problems, problems_of_site};
use super::index::index;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A copy of the book to make one mistake in.
struct Copy(TempDir);

impl Copy {
    /// Links the files instead of copying them, as thirty copies take a second. `write`
    /// never writes through a link.
    fn new() -> Self {
        fn link(from: &Path, to: &Path) {
            fs::create_dir_all(to).unwrap();
            for entry in fs::read_dir(from).unwrap() {
                let from = entry.unwrap().path();
                let to = to.join(from.file_name().unwrap());
                if from.is_file() {
                    let linked = fs::hard_link(&from, &to);
                    linked.or_else(|_| fs::copy(&from, &to).map(drop)).unwrap();
                } else if !["target", ".git", "node_modules"]
                    .iter()
                    .any(|name| from.ends_with(name))
                {
                    link(&from, &to);
                }
            }
        }
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        link(Path::new(env!("CARGO_MANIFEST_DIR")), folder.path());
        Copy(folder)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        // Gone, or never there: either way what is written is a file of the copy.
        let _ = fs::remove_file(&path);
        fs::write(path, text).unwrap();
    }

    fn delete(&self, path: &str) {
        fs::remove_file(self.0.path().join(path)).unwrap();
    }

    /// Adds text to the end of a file; the line that it starts on.
    fn append(&self, path: &str, text: &str) -> usize {
        let before = self.read(path);
        self.write(path, &format!("{before}{text}"));
        before.lines().count() + 1
    }

    /// Replaces the first place that reads `from`; the line that it stands on.
    fn replace(&self, path: &str, from: &str, to: &str) -> usize {
        let line = self.line_of(path, from);
        self.write(path, &self.read(path).replacen(from, to, 1));
        line
    }

    fn line_of(&self, path: &str, text: &str) -> usize {
        let before = self.read(path);
        let (head, _) = before.split_once(text).expect("the text is there");
        1 + head.matches('\n').count()
    }

    /// One of the problems with the book starts with this.
    fn refused(&self, expected: &str) {
        Self::is_among(&problems(self.0.path()).unwrap(), expected);
    }

    /// One of the problems with the site does.
    fn refused_site(&self, expected: &str) {
        Self::is_among(&problems_of_site(self.0.path()).unwrap(), expected);
    }

    fn is_among(problems: &BTreeSet<String>, expected: &str) {
        let found = problems.iter().any(|problem| problem.starts_with(expected));
        assert!(found, "expected {expected:?}, found {problems:#?}");
    }
}

#[test]
fn an_include_of_a_missing_file() {
    let book = Copy::new();
    let line = book.replace("book/reading.md", "mmap_read.rs}}", "mmap_raed.rs}}") - 1;
    book.refused(&format!(
        "book/reading.md:{line}: examples/mmap_raed.rs is missing; "
    ));
}

#[test]
fn an_include_of_a_missing_anchor() {
    let book = Copy::new();
    let line = book.replace("book/set_up.md", ":set_up}}", ":sat_up}}") - 1;
    book.refused(&format!(
        "book/set_up.md:{line}: Cargo.toml has no `ANCHOR: sat_up` and "
    ));
}

#[test]
fn an_include_of_some_lines() {
    let book = Copy::new();
    let line = book.replace("book/reading.md", "mmap_read.rs}}", "mmap_read.rs:8:14}}") - 1;
    book.refused(&format!(
        "book/reading.md:{line}: expected in a `rust` block, "
    ));
}

#[test]
fn a_rust_block_typed_into_a_page() {
    let book = Copy::new();
    let line = book.append("book/reading.md", "\n```rust\nfn main() {}\n```\n") + 1;
    book.refused(&format!(
        "book/reading.md:{line}: expected in a `rust` block, "
    ));
}

#[test]
fn a_line_added_to_a_listing() {
    let book = Copy::new();
    let include = directive("examples/mmap_read.rs");
    let line = book.replace("book/reading.md", &include, &format!("{include}// more\n")) - 1;
    book.refused(&format!(
        "book/reading.md:{line}: expected in a `rust` block, "
    ));
}

#[test]
fn an_output_typed_into_a_page() {
    let book = Copy::new();
    let include = directive("snapshots/mmap_read.snap:4:");
    let line = book.replace("book/reading.md", &include, "Lorem ipsu\n") - 2;
    book.refused(&format!(
        "book/reading.md:{line}: expected below `$ cargo run --example mmap_read` only {include:?}, \
         found \"Lorem ipsu\\n\"; "
    ));
}

#[test]
fn a_line_added_to_an_output() {
    let book = Copy::new();
    let include = directive("snapshots/mmap_read.snap:4:");
    let line = book.replace("book/reading.md", &include, &format!("{include}Lorem\n")) - 2;
    book.refused(&format!(
        "book/reading.md:{line}: expected below `$ cargo run"
    ));
}

#[test]
fn an_output_in_a_block_of_another_kind() {
    let book = Copy::new();
    let line = book.append("book/reading.md", "\n```text\n737\n```\n") + 1;
    book.refused(&format!(
        "book/reading.md:{line}: expected in a `text` block, "
    ));
}

#[test]
fn an_output_in_an_indented_block() {
    let book = Copy::new();
    let line = book.append("book/set_up.md", "\n    737\n") + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: found a `indented` block; "
    ));
}

#[test]
fn an_output_under_the_command_of_another_program() {
    let book = Copy::new();
    let line = book.replace("book/reading.md", "mmap_read.snap", "mmap_regex.snap") - 2;
    book.refused(&format!(
        "book/reading.md:{line}: expected below `$ cargo run --example mmap_read`"
    ));
}

#[test]
fn a_command_that_runs_no_listing() {
    let book = Copy::new();
    let line = book.replace(
        "book/reading.md",
        "--example mmap_read\n",
        "--example mmap_raed\n",
    ) - 1;
    book.refused(&format!(
        "book/reading.md:{line}: `$ cargo run --example mmap_raed` runs no listing; "
    ));
}

#[test]
fn a_listing_without_its_output() {
    let book = Copy::new();
    book.append(
        "book/set_up.md",
        &format!("\n```rust\n{}```\n", directive("examples/mmap_read.rs")),
    );
    book.refused("book/set_up.md: shows examples/mmap_read.rs without its output; ");
}

#[test]
fn a_listing_that_is_not_run() {
    for word in ["no_run", "should_panic", "compile_fail", "edition2021"] {
        let book = Copy::new();
        let line = book.replace("book/reading.md", "```rust\n", &format!("```rust,{word}\n"));
        book.refused(&format!(
            "book/reading.md:{line}: found a `rust,{word}` block; "
        ));
    }
    let book = Copy::new();
    let line = book.replace("book/reading.md", "```rust\n", "```rust,ignore\n");
    book.refused(&format!(
        "book/reading.md:{line}: expected in a `rust,ignore` block, "
    ));
}

#[test]
fn a_listing_on_no_page() {
    let book = Copy::new();
    book.write("examples/new.rs", "fn main() {}\n");
    book.write("snapshots/new.snap", &book.read("snapshots/mmap_read.snap"));
    book.refused("examples/new.rs: is on no page; ");
    book.refused("snapshots/new.snap: is on no page; ");
}

#[test]
fn a_snapshot_without_a_listing() {
    let book = Copy::new();
    book.write("snapshots/old.snap", &book.read("snapshots/mmap_read.snap"));
    book.refused("snapshots/old.snap: has no listing, examples/old.rs; ");
}

#[test]
fn a_listing_without_a_snapshot() {
    let book = Copy::new();
    book.delete("snapshots/mmap_read.snap");
    book.refused(
        "examples/mmap_read.rs: has no snapshots/mmap_read.snap; \
         make it: \
         INSTA_UPDATE=always cargo test --test listings -- --exact mmap_read.rs",
    );
}

#[test]
fn a_twin_without_a_listing() {
    let book = Copy::new();
    book.write("examples/old.py", "print()\n");
    book.refused("examples/old.py: has no listing, examples/old.rs; ");
}

#[test]
fn a_page_that_is_not_in_the_summary() {
    let book = Copy::new();
    book.write("book/new.md", "# New\n");
    book.refused("book/new.md: is not in book/SUMMARY.md; ");
}

#[test]
fn a_dead_link() {
    let book = Copy::new();
    let line = book.append("book/set_up.md", "\n[Nothing](nothing.md)\n") + 1;
    book.refused_site(&format!(
        "book/set_up.md:{line}: the link nothing.html leads to no file"
    ));
}

#[test]
fn a_dead_fragment() {
    let book = Copy::new();
    let line = book.append("book/set_up.md", "\n[Nothing](reading.md#nothing)\n") + 1;
    book.refused_site(&format!(
        "book/set_up.md:{line}: the link reading.html#nothing leads to no heading"
    ));
}

#[test]
fn a_directive_that_mdbook_leaves_on_the_page() {
    let book = Copy::new();
    let directive = directive("lorem.txt").replace("include", "inclood");
    book.append("examples/mmap_read.rs", &format!("// {directive}"));
    book.refused_site("book/reading.md: a directive is left on the page");
}

#[test]
fn an_include_in_the_prose() {
    let book = Copy::new();
    let include = directive("lorem.txt");
    let line = book.append("book/set_up.md", &format!("\n{include}")) + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: found `{}` outside a code block; ",
        include.trim()
    ));
}

#[test]
fn an_output_in_html() {
    for tag in ["<pre>", "<code>", "<!-- no -->"] {
        let book = Copy::new();
        let line = book.append("book/set_up.md", &format!("\n{tag}\n737\n")) + 1;
        book.refused(&format!(
            "book/set_up.md:{line}: found `{tag}` outside a code block; "
        ));
    }
}

#[test]
fn an_output_below_a_command_to_type() {
    let book = Copy::new();
    let line = book.append("book/set_up.md", "\n```shell\ncargo run\nLorem ipsu\n```\n") + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: expected in a `shell` block cargo and mdbook"
    ));
}

#[test]
fn a_listing_in_a_quote() {
    let book = Copy::new();
    let block = format!(
        "\n> ```rust\n> {}> ```\n",
        directive("examples/mmap_read.rs")
    );
    let line = book.append("book/set_up.md", &block) + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: expected in a `rust` block, and in no list or quote"
    ));
}

#[test]
fn an_ignored_block_that_cargo_does_not_compile() {
    let book = Copy::new();
    book.write("src/new.rs", "fn");
    let block = format!("\n```rust,ignore\n{}```\n", directive("src/new.rs"));
    let line = book.append("book/set_up.md", &block) + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: src/new.rs is not compiled: no `mod new;`"
    ));
}

#[test]
fn a_footnote_without_a_proof() {
    let book = Copy::new();
    let line = book.append("book/set_up.md", "\nPigs fly.[^pigs_fly]\n") + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: tests/proofs.rs has no `#[test]` right above a `fn pigs_fly()`; "
    ));
}

#[test]
fn a_footnote_that_is_not_defined() {
    let book = Copy::new();
    let line = book.append("book/set_up.md", "\nTrue.[^a_pipe_cannot_be_mapped]\n") + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: the footnote a_pipe_cannot_be_mapped is not defined; "
    ));
}

#[test]
fn the_only_footnote_of_a_proof_that_is_not_defined() {
    let book = Copy::new();
    let definition = "\n[^a_pipe_cannot_be_mapped]: [A pipe cannot be mapped](proofs.md#a_pipe_cannot_be_mapped)";
    book.replace("book/memory_map_files.md", definition, "");
    let problems = problems(book.0.path()).unwrap();
    assert_eq!(
        problems.len(),
        1,
        "expected one problem, found {problems:#?}"
    );
}

#[test]
fn a_footnote_that_is_defined_in_a_paragraph() {
    for (before, after) in [("A pipe[^NAME] cannot", ""), ("", "be mapped.[^NAME]")] {
        let book = Copy::new();
        let text = format!("\n{before}\n[^NAME]: [A pipe](proofs.md#NAME)\n{after}\n");
        let text = text.replace("NAME", "a_pipe_cannot_be_mapped");
        let line = book.append("book/set_up.md", &text) + 2;
        book.refused(&format!(
            "book/set_up.md:{line}: the footnote is defined in a paragraph"
        ));
    }
}

#[test]
fn a_proof_that_no_page_cites() {
    let book = Copy::new();
    let line = book.append("tests/proofs.rs", "#[test]\nfn pigs_fly() {}\n") + 1;
    book.refused(&format!("tests/proofs.rs:{line}: no page cites pigs_fly; "));
    book.refused("book/proofs.md: does not show pigs_fly; ");
}

#[test]
fn a_proof_that_does_not_run() {
    for line_before in [
        "#[ignore]",
        "#[should_panic]",
        "#[cfg(any())]",
        "/* no */",
        "#![cfg(any())]",
    ] {
        let book = Copy::new();
        let line = book.append(
            "tests/proofs.rs",
            &format!("{line_before}\n#[test]\nfn pigs_fly() {{}}\n"),
        );
        book.refused(&format!(
            "tests/proofs.rs:{line}: found `{}",
            line_before.split(' ').next().unwrap()
        ));
    }
}

#[test]
fn a_proof_that_shows_the_source_of_another() {
    let book = Copy::new();
    book.replace(
        "tests/proofs.rs",
        "fn a_pipe_cannot_be_mapped()",
        "fn a_pipe_can_be_mapped()",
    );
    book.refused(
        "tests/proofs.rs: expected `// ANCHOR: a_pipe_can_be_mapped` right before the test",
    );
}

#[test]
fn a_footnote_that_leads_elsewhere() {
    let book = Copy::new();
    let line = book.replace(
        "book/memory_map_files.md",
        "(proofs.md#a_pipe_cannot_be_mapped)",
        "(proofs.md#helpers)",
    );
    book.refused(&format!(
        "book/memory_map_files.md:{line}: the footnote does not lead to its proof; "
    ));
}

#[test]
fn a_snapshot_with_a_longer_header() {
    let book = Copy::new();
    book.replace("snapshots/mmap_read.snap", "source:", "info: 1\nsource:");
    book.refused("snapshots/mmap_read.snap: expected a header of three lines");
}

#[test]
fn another_lorem_txt() {
    let book = Copy::new();
    book.append("lorem.txt", "Finis.\n");
    book.refused("lorem.txt: expected SHA-256 acea835b");
}

#[test]
fn a_listing_that_panics_on_an_error() {
    for call in [".unwrap()", ".expect(\"a file\")"] {
        let book = Copy::new();
        let line = book.replace(
            "examples/mmap_read.rs",
            "(\"lorem.txt\")?",
            &format!("(\"lorem.txt\"){call}"),
        );
        book.refused(&format!(
            "examples/mmap_read.rs:{line}: a reader copies this; "
        ));
    }
}

#[test]
fn an_unsafe_without_a_reason() {
    let book = Copy::new();
    let line = book.replace("examples/mmap_read.rs", "// SAFETY: ", "// Surely ");
    book.refused(&format!(
        "examples/mmap_read.rs:{}: unsafe without a reason; ",
        line + 2
    ));
}

#[test]
fn a_dependency_that_no_listing_needs() {
    let book = Copy::new();
    let line = book.replace(
        "Cargo.toml",
        "# ANCHOR_END: set_up\n",
        "log = \"0.4\"\n# ANCHOR_END: set_up\n",
    );
    book.refused(&format!("Cargo.toml:{line}: no listing needs log; "));
}

#[test]
fn a_dependency_that_set_up_lacks() {
    let book = Copy::new();
    book.append("examples/mmap_read.rs", "// as tempfile::tempdir() does\n");
    let line = book.line_of("Cargo.toml", "tempfile = ");
    book.refused(&format!(
        "Cargo.toml:{line}: examples/mmap_read.rs needs tempfile; "
    ));
}

/// The line of a page that includes a figure.
fn figure(name: &str) -> String {
    format!("\n{{{}include figures/{name}.svg}}}}\n", "{#")
}

#[test]
fn a_figure_that_is_missing() {
    let book = Copy::new();
    let line = book.append("book/set_up.md", &figure("sketch")) + 1;
    book.refused(&format!(
        "book/set_up.md:{line}: book/figures/sketch.svg is missing; "
    ));
}

#[test]
fn a_figure_on_no_page() {
    let book = Copy::new();
    book.write(
        "book/figures/sketch.svg",
        &book.read("book/figures/mapping.svg"),
    );
    book.refused("book/figures/sketch.svg: is on no page; ");
}

#[test]
fn a_figure_without_words() {
    for (from, to) in [
        ("role=\"img\" ", ""),
        ("<title id=\"mapping-title\">", "<title>"),
        ("<desc id=\"mapping-text\">", "<desc>"),
    ] {
        let book = Copy::new();
        book.replace("book/figures/mapping.svg", from, to);
        book.refused("book/figures/mapping.svg: expected role=\"img\" ");
    }
}

#[test]
fn a_figure_that_is_right_in_one_theme() {
    let book = Copy::new();
    book.replace("book/figures/mapping.svg", "currentColor", "black");
    book.refused("book/figures/mapping.svg: found the color black; ");
    let book = Copy::new();
    book.replace("book/figures/mapping.svg", " fill=\"none\"", "");
    book.refused("book/figures/mapping.svg: expected fill=\"none\" ");
}

#[test]
fn a_figure_with_a_blank_line() {
    let book = Copy::new();
    book.replace("book/figures/mapping.svg", "</desc>\n", "</desc>\n\n");
    book.refused("book/figures/mapping.svg: a blank line ends the figure ");
}

#[test]
fn a_name_that_is_not_in_the_index() {
    let book = Copy::new();
    book.append(
        "examples/mmap_read.rs",
        "fn sync(file: &File) { file.sync_all() }\n",
    );
    let found = index(book.0.path()).unwrap();
    assert!(
        found.contains("\n- `sync_all`: [Reading](reading.md)\n"),
        "{found}"
    );
}

#[test]
fn an_index_on_no_page() {
    let book = Copy::new();
    book.write("book/index_of_names.md", "# Index\n");
    book.refused("snapshots/index.snap: is on no page; ");
}

#[test]
fn a_line_that_a_page_would_scroll() {
    for program in ["examples/mmap_read.rs", "examples/mmap_read.py"] {
        let book = Copy::new();
        let line = book.append(program, &format!("{}\n", "#".repeat(81)));
        book.refused(&format!(
            "{program}:{line}: expected 80 columns at the most"
        ));
    }
}
