//! Makes each mistake in the small book that `proofread new` writes, and compares the whole message
//! with a snapshot in `snapshots/`.

use proofread::{Book, Page, Problem, Source};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A change to a file: its path, a text, and the text that replaces each occurrence. If the first
/// text is empty, the second is appended, and a missing file is created. `*` deletes the file.
type Edit = (&'static str, &'static str, &'static str);

const PAGE: &str = "book/counting_words.md";
const LISTING: &str = "examples/count_words.rs";
const TWIN: &str = "examples/count_words.py";
const PROOFS: &str = "tests/proofs.rs";

/// The mistakes, each with the changes that make it.
#[rustfmt::skip]
const MISTAKES: &[(&str, &[Edit])] = &[
    // Pages and their blocks.
    ("an include of a missing file", &[(PAGE, "", "\n```toml\n{{#include ../bok.toml}}\n```\n")]),
    ("an include of a missing anchor", &[(PAGE, "", "\n```toml\n{{#include ../Cargo.toml:nothing}}\n```\n")]),
    ("an include of some lines", &[(PAGE, "", "\n```toml\n{{#include ../Cargo.toml:2:5}}\n```\n")]),
    ("a program typed into a page", &[(PAGE, "", "\n```rust\nfn main() {}\n```\n")]),
    ("a program included by hand", &[(PAGE, "", "\n```rust\n{{#include ../examples/count_words.rs}}\n```\n")]),
    ("a line added to a program on the page", &[(PAGE, "", "\n```rust\n{{#include ../examples/count_words.rs}}\n// more\n```\n")]),
    ("an output typed into a page", &[(PAGE, "", "\n```console\n5 words\n```\n")]),
    ("an output included by hand", &[(PAGE, "", "\n```console\n{{#include ../snapshots/count_words.snap:4:}}\n```\n")]),
    ("an output in a block of another kind", &[(PAGE, "", "\n```text\n5 words\n```\n")]),
    ("an output in a file", &[("typed.txt", "", "$ cargo run --example count_words\n6 words\n"), (PAGE, "", "\n```text\n{{#include ../typed.txt}}\n```\n")]),
    ("an indented block", &[(PAGE, "", "\n    5 words\n")]),
    ("a block that does not say what it is", &[(PAGE, "", "\n```\n5 words\n```\n")]),
    ("a block that is not run", &[(PAGE, "", "\n```rust,no_run\nfn main() {}\n```\n")]),
    ("a block in another spelling", &[(PAGE, "", "\n```Rust\n{{#include ../examples/count_words.rs}}\n```\n")]),
    ("a listing that is ignored", &[(PAGE, "", "\n```rust,ignore\n{{#include ../examples/count_words.rs}}\n```\n")]),
    ("a program in a quote", &[(PAGE, "", "\n> ```rust\n> {{#include ../examples/count_words.rs}}\n> ```\n")]),
    ("an include in the prose", &[(PAGE, "", "\n{{#include ../README.md}}\n")]),
    ("an output in HTML", &[(PAGE, "", "\n<pre>5 words</pre>\n")]),
    ("code in HTML", &[(PAGE, "", "\nSee <code>words</code>.\n")]),
    ("an include in a sentence", &[(PAGE, "", "\nIt prints `{{#include ../snapshots/count_words.snap:5:}}`.\n")]),
    ("a file with a directive", &[(LISTING, "fn main", "// {{ #include ../README.md}}\nfn main")]),
    ("an anchor without an end", &[(PAGE, "", "\n```toml\n{{#include ../Cargo.toml:part}}\n```\n"), ("Cargo.toml", "", "# ANCHOR: part\n")]),
    ("a row with a cell missing", &[(PAGE, "", "\n| a | b |\n|---|---|\n| 1 |\n")]),
    ("a row with a cell too many", &[(PAGE, "", "\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n")]),
    // Directives.
    ("a listing of no program", &[(PAGE, "", "\n{{#listing count_wodrs}}\n")]),
    ("a listing in a sentence", &[(PAGE, "", "\nSee {{#listing count_words}}\n")]),
    ("a listing in a quote", &[(PAGE, "{{#listing count_words}}", "> {{#listing count_words}}")]),
    ("a directive that nobody knows", &[(PAGE, "", "\n{{#lisitng count_words}}\n")]),
    ("a file that does not exist", &[(PAGE, "", "\n{{#file src/word.rs}}\n")]),
    ("a directive of the book that fails", &[(PAGE, "", "\nIt is {{#fails here}}.\n")]),
    ("a directive of the book away from a line of its own", &[(PAGE, "", "\nIt is {{#alone here}}.\n")]),
    ("a mark without a proof", &[(PAGE, "", "\nPigs fly. {{#proved pigs_fly}}\n")]),
    ("a mark on a page that nobody finds", &[("book/404.md", "", "# Not here\n\nNo words. {{#proved an_empty_text_has_no_words}}\n")]),
    // Pages and SUMMARY.md.
    ("a page that SUMMARY.md does not name", &[("book/new.md", "", "# New\n")]),
    ("a page that is not there", &[("book/SUMMARY.md", "", "- [New](new.md)\n")]),
    ("a page without a title", &[(PAGE, "# Counting words\n", "")]),
    ("a page with two titles", &[(PAGE, "An empty", "# More\n\nAn empty")]),
    ("a title that is not that of SUMMARY.md", &[(PAGE, "# Counting words", "# Counting letters")]),
    // Listings, outputs and twins.
    ("a listing on no page", &[("examples/new.rs", "", "//! New.\nfn main() {}\n"), ("snapshots/new.snap", "", "---\nsource: tests/book.rs\n---\n$ cargo run --example new\n\n")]),
    ("a listing twice", &[(PAGE, "", "\n{{#listing count_words}}\n")]),
    ("a listing in a folder", &[("examples/old/count_words.rs", "", "//! Old.\nfn main() {}\n")]),
    ("a listing without a snapshot", &[("snapshots/count_words.snap", "*", "")]),
    ("a snapshot without a listing", &[("snapshots/old.snap", "", "---\nsource: tests/book.rs\n---\n$ cargo run --example old\n5\n")]),
    ("a snapshot with a longer header", &[("snapshots/count_words.snap", "source:", "info: 1\nsource:")]),
    ("a snapshot of another command", &[("snapshots/count_words.snap", "--example count_words", "--example count_letters")]),
    ("a twin without a listing", &[("examples/old.py", "", "print()\n")]),
    ("a crate that no line names", &[(LISTING, "fn main", "use regex::Regex;\n\nfn main"), ("Cargo.toml", "[build-dependencies]", "[dependencies.regex]\nversion = \"1\"\n\n[build-dependencies]")]),
    // Programs.
    ("a line that a page would scroll", &[(LISTING, "", "// ..............................................................................\n"), (TWIN, "", "# ...............................................................................\n")]),
    ("a SAFETY comment of no reason", &[(LISTING, "    let", "    // SAFETY: fine.\n    let")]),
    ("a SAFETY comment in another spelling", &[(LISTING, "    let", "    /* Safety: fine. */\n    let")]),
    ("a SAFETY comment that is empty", &[(LISTING, "    let", "    // SAFETY:\n    let")]),
    ("a crate that only the tests have", &[(LISTING, "fn main", "use proofread::Book;\n\nfn main")]),
    // Proofs.
    ("a proof without an assertion", &[(PROOFS, "    assert_eq!(\"\".split_whitespace().count(), 0);", "    // split_whitespace() says so\n    \"\".split_whitespace().count();")]),
    ("a proof that calls what asserts nothing", &[(PROOFS, "    assert_eq!(\"\".split_whitespace().count(), 0);\n}", "    count();\n}\n\nfn count() {\n    \"\".split_whitespace().count();\n}")]),
    ("a proof that asserts a constant", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "assert!(true)")]),
    ("a proof that compares a thing with itself", &[(PROOFS, ".count(), 0)", ".count(), \"\".split_whitespace().count())")]),
    ("a proof that is ignored", &[(PROOFS, "#[test]", "#[test]\n#[ignore]")]),
    ("a proof that should panic", &[(PROOFS, "#[test]", "#[test]\n#[should_panic]")]),
    ("a proof that is compiled nowhere", &[(PROOFS, "#[test]", "#[test]\n#[cfg(any())]")]),
    ("a file of proofs that is compiled nowhere", &[(PROOFS, "#[test]", "#![cfg(any())]\n#[test]")]),
    ("a proof in a module", &[(PROOFS, "#[test]", "mod words {\n#[test]"), (PROOFS, "0);\n}", "0);\n}\n}")]),
    ("proofs that are not Rust", &[(PROOFS, "#[test]", "#[test")]),
    ("a documentation that says another thing than the name", &[(PROOFS, "#[test]", "/// An empty text has one word\n#[test]")]),
    ("a proof that no page cites", &[(PAGE, "{{#proved an_empty_text_has_no_words}}", "")]),
    ("a proof that negates a constant", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "assert!(!false)")]),
    ("a proof of numbers alone", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "assert_eq!((2 + 2), 4)")]),
    ("a proof that is right or true", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "assert!(\"\".is_empty() || true)")]),
    ("a proof that is at most itself", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "assert!(\"\".len() <= (\"\".len()))")]),
    ("a proof that panics", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "panic!()")]),
    ("a proof that is ignored for no reason", &[(PROOFS, "#[test]", "#[test]\n#[ignore = \"\"]")]),
    ("a proof that an attribute may ignore", &[(PROOFS, "#[test]", "#[test]\n#[cfg_attr(all(), ignore = \"x\")]")]),
    ("a proof with a directive", &[(PROOFS, "    assert", "    // {{ #include x}}\n    assert")]),
    // Names, versions, addresses, commands.
    ("a name that is in no source", &[(PAGE, "", "\nSee `split_blanks`.\n"), (TWIN, "*", "")]),
    ("a version that is not used", &[(PAGE, "", "\nIt runs with `mdbook` 0.4.0.\n"), ("Cargo.lock", "", "[[package]]\nname = \"mdbook-driver\"\nversion = \"0.5.4\"\n")]),
    ("a link to another version", &[(PAGE, "", "\n[Docs](https://docs.rs/insta/1.2.3/insta/).\n"), ("Cargo.lock", "", "[[package]]\nname = \"insta\"\nversion = \"1.49.0\"\n")]),
    ("a link to an item that the crate lacks", &[(PAGE, "", "\n[Docs](https://docs.rs/insta/1.49.0/insta/struct.Setings.html) and [docs](https://docs.rs/insta/1.49.0/insta/struct.Settings.html#method.bnid).\n"), ("Cargo.toml", "[dependencies]\n", "[dependencies]\ninsta = \"1.49.0\"\n"), ("Cargo.lock", "", "[[package]]\nname = \"insta\"\nversion = \"1.49.0\"\n")]),
    ("an address that is none", &[(PAGE, "", "\n[One](htps://example.org/), [two](https://example), [three](//example.org/) and [four](www.example.org).\n")]),
    ("a command that runs no listing", &[(PAGE, "", "\n```shell\ncargo run --example count_letters\n```\n")]),
    ("commands that lead nowhere", &[("README.md", "", "\n`cargo run --example count_letters`, `cargo test -p tiny2`, `cargo test -p tiny`, `cargo run --example NAME`\n")]),
    ("a link of README.md that leads nowhere", &[("README.md", "", "\n[More](book/more.md)\n")]),
    // The site.
    ("a dead link", &[(PAGE, "", "\n[More](more.md)\n")]),
    ("a dead fragment", &[(PAGE, "", "\n[Here](#counting-words) and [more](counting_words.md#more)\n")]),
    ("a directive that does not end", &[(PAGE, "", "\nIt prints {{#include words.\n")]),
    ("two ids alike", &[(PAGE, "", "\n## One {#one}\n\n## Two {#one}\n")]),
    // The rest.
    ("no book.toml", &[("book.toml", "*", "")]),
    ("a book.toml that is none", &[("book.toml", "[book]", "[book")]),
    ("a list of pages that is not there", &[("book/SUMMARY.md", "*", "")]),
    ("a rule of this book's own", &[(PAGE, "", "\nJust so.\n")]),
];

/// Changes that are close to a mistake, but allowed.
#[rustfmt::skip]
const RIGHT: &[(&str, &[Edit])] = &[
    ("a line of 80 columns", &[(LISTING, "", "// .............................................................................\n")]),
    ("a SAFETY comment of four words", &[(LISTING, "    let", "    // SAFETY: nobody changes the file.\n    let")]),
    ("a SAFETY comment that goes on", &[(LISTING, "    let", "    // SAFETY: nobody\n    // changes the file.\n    let")]),
    ("a SAFETY comment that refers to another", &[(LISTING, "    let", "    // SAFETY: as for this.\n    let")]),
    ("code that is no name", &[(PAGE, "", "\nSee `q` and `7up`.\n")]),
    ("a proof whose closure is a constant", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "assert_eq!(7, Option::unwrap_or_else(\"7\".parse().ok(), || 7))")]),
    ("a proof that calls a function of the same name", &[(PROOFS, "assert_eq!(\"\".split_whitespace().count(), 0)", "let len = 0; assert_eq!(len, \"\".len())")]),
    ("a figure", &[("book/words.svg", "", "<svg/>\n"), (PAGE, "", "\n{{#include words.svg}}\n")]),
    ("a link out of the site", &[(PAGE, "", "\n[One](https://example.org/) and [two](/elsewhere.html).\n")]),
    ("a name of the book", &[(PAGE, "", "\nSee `split_blanks`.\n")]),
];

fn no_just(source: &Source) -> Vec<Problem> {
    let just = |page: &&Page| page.prose.contains("Just");
    let pages = source.pages.values().filter(just);
    pages.map(|page| Problem::new(&page.path, "no \"Just\"", "one", "say it plainly")).collect()
}

fn fails(_: &Source, _: &Page, argument: &str) -> Result<String, Problem> {
    Err(Problem::new("", "a directive that works", argument, "correct it"))
}

fn edit(root: &Path, (file, from, to): Edit) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = fs::read_to_string(&path);
    match (from, text) {
        ("*", _) => fs::remove_file(path).unwrap(),
        ("", text) => fs::write(path, text.unwrap_or_default() + to).unwrap(),
        (from, Ok(text)) => {
            assert!(text.contains(from), "{file}: expected {from:?} in it");
            fs::write(path, text.replace(from, to)).unwrap();
        }
        (_, Err(error)) => panic!("{file}: {error}"),
    }
}

fn tiny() -> (TempDir, Book) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let book = Book::new(&root)
        .twins("py", "python3")
        .proofs(PROOFS)
        .directive("fails", false, fails)
        .directive("alone", true, fails)
        .rule("no_just", no_just);
    (folder, book)
}

#[test]
fn each_mistake_is_told() {
    let mut told = String::new();
    for (what, edits) in MISTAKES {
        let (folder, mut book) = tiny();
        let root = folder.path().join("tiny");
        for change in *edits {
            edit(&root, *change);
        }
        if what.contains("name that is in no source") {
            // Without twins, names of Python are refused on every machine.
            book = Book::new(&root).proofs(PROOFS);
        }
        writeln!(told, "# {what}").unwrap();
        for problem in book.problems() {
            let root = root.to_string_lossy();
            writeln!(told, "{}", problem.to_string().replace(&*root, "PATH")).unwrap();
        }
        writeln!(told).unwrap();
    }
    insta::assert_snapshot!("mistakes", told);
}

#[test]
fn what_is_right_is_not_told() {
    let (_folder, book) = tiny();
    assert_eq!(book.problems(), []);
    for (what, edits) in RIGHT {
        let (folder, book) = tiny();
        for change in *edits {
            edit(&folder.path().join("tiny"), *change);
        }
        assert_eq!(book.names(["split_blanks"]).problems(), [], "{what}");
    }
}

#[test]
fn a_name_may_be_one_of_python_where_there_are_twins() {
    let (folder, with_twins) = tiny();
    let root = folder.path().join("tiny");
    edit(&root, (PAGE, "", "\nSee `issubclass` and `split_blanks`.\n"));
    let unknown = |book: Book| {
        let names = book.problems().into_iter();
        let names = names.filter(|problem| problem.to_string().contains("in code font"));
        names.map(|problem| problem.found).collect::<Vec<_>>()
    };
    let python = proofread::find_python();
    let expected = ["`split_blanks`"];
    // Without Python, its names are unknown, so none is refused.
    assert_eq!(unknown(with_twins), expected[..usize::from(python.is_some())]);
    edit(&root, (TWIN, "*", ""));
    let without = Book::new(&root).proofs(PROOFS);
    assert_eq!(unknown(without), ["`issubclass`", "`split_blanks`"]);
}

/// Programs whose output a page cannot show, or whose output depends on the environment.
#[cfg(unix)]
#[rustfmt::skip]
const PROGRAMS: &[(&str, &str)] = &[
    ("a failure", "exit 3"),
    ("a word on stderr", "echo oh >&2"),
    ("no newline at the end", "printf x"),
    ("two newlines at the end", "echo x; echo"),
    ("nothing", ""),
    ("a directive of mdBook", "echo '{{#include x}}'"),
    ("a directive with a blank", "echo 'a {{ #include x}}'"),
    ("a tab", "printf 'a\\tb\\n'"),
    ("a space of another kind at the end", "printf 'x\\302\\240\\n'"),
    ("an empty folder that is left", "mkdir new; echo x"),
    ("an escape code", "printf '\\033[1mx\\n'"),
    ("a space at the end of a line", "echo 'x '; echo y"),
    ("a line of 81 columns", "printf '%081d\\n' 0"),
    ("201 lines", "seq 201"),
    ("a file that is left", "echo x > new.txt; echo x"),
    ("a file that is left in a folder", "mkdir new; echo x > new/new.txt; echo x"),
    ("a file that is left for a while", "echo x > \"$TMPDIR/new.txt\"; echo x"),
    ("a given file that is changed", "echo x >> given.txt; echo x"),
    ("a given file that is removed", "rm given.txt; echo x"),
    ("the home", "basename \"$HOME\""),
    ("the folder for temporary files", "basename \"$TMPDIR\""),
    ("the time zone", "echo \"$TZ\""),
    ("the language", "echo \"$LANG\""),
    ("the process", "echo $$"),
];

#[cfg(unix)]
#[test]
fn each_output_that_is_not_so_everywhere_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("given.txt"), "given\n").unwrap();
    let book = Book::new(folder.path()).beside(["given.txt"]);
    let mut told = String::new();
    let numbers = |text: &str| -> String {
        let parts = text.split(|letter: char| letter.is_ascii_digit());
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("0")
    };
    for (what, script) in PROGRAMS {
        let problem = book.print("x.sh", &["sh".into(), "-c".into(), script.into()]);
        let problem = problem.expect_err(what).to_string();
        // The process id, and its number of digits, differ between runs of this test.
        let problem = if script.contains("$$") { numbers(&problem) } else { problem };
        writeln!(told, "# {what}\n{problem}\n").unwrap();
    }
    insta::assert_snapshot!("programs", told);
    let given = book.print("x.sh", &["sh".into(), "-c".into(), "ls; cat given.txt".into()]);
    assert_eq!(given.unwrap(), "given.txt\ngiven\n");
}

#[cfg(unix)]
#[test]
fn a_program_that_hashes_runs_eight_times() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    for (text, expected) in [("use std::fs;", 2), ("use std::collections::HashMap;", 8)] {
        fs::write(folder.path().join("x.rs"), text).unwrap();
        let script = format!("echo >> {runs:?}; echo x");
        Book::new(folder.path()).print("x.rs", &["sh".into(), "-c".into(), script.into()]).unwrap();
        assert_eq!(fs::read(&runs).unwrap().len(), expected, "{text}");
        fs::remove_file(&runs).unwrap();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_number_of_cores_is_told() {
    if std::thread::available_parallelism().unwrap().get() == 1 {
        return; // with one core, the two environments are the same
    }
    let book = Book::new(std::env::temp_dir());
    let told = book.print("x.sh", &["sh".into(), "-c".into(), "nproc".into()]).unwrap_err();
    assert!(told.expected.starts_with("the same output in every run"), "{told}");
}
