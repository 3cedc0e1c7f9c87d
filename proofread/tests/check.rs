//! Tests `proofread check`: a small book for each rule, in a temporary folder.

use proofread::{Format, Options};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

const BOOK: &[(&str, &str)] = &[
    ("book.toml", "[book]\ntitle = \"Small\"\n"),
    ("src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n- [Two](in/two.md)\n"),
    ("src/one.md", "# One\n\nSee [two](in/two.md#two) and [this](#one).\n"),
    ("src/in/two.md", "# Two\n\nSee [one](../one.md).\n"),
];

/// Returns a book that differs from the small book in some files.
fn book(changes: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in BOOK.iter().chain(changes) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn options(root: &Path) -> Options {
    Options { path: root.into(), format: Format::Json, ..Options::default() }
}

/// Returns the problems, each as its rule, its path and its line. `ROOT/` is left out.
fn told(options: &Options) -> Vec<String> {
    let report = options.check().unwrap();
    let report: serde_json::Value = serde_json::from_str(&report.text).unwrap();
    let problems = report["problems"].as_array().unwrap().iter();
    let problems = problems.map(|problem| {
        let path = problem["path"].as_str().unwrap();
        let path = path.strip_prefix(options.path.to_str().unwrap()).unwrap_or(path);
        let path = path.trim_start_matches('/');
        format!("{} {path}:{}", problem["rule"].as_str().unwrap(), problem["line"])
    });
    problems.collect()
}

#[track_caller]
fn finds(changes: &[(&str, &str)], expected: &[&str]) {
    let folder = book(changes);
    assert_eq!(told(&options(folder.path())), expected);
}

/// Returns all files of a folder with their texts and times.
fn files(root: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let all = walkdir::WalkDir::new(root).into_iter().flatten();
    let files = all.filter(|entry| entry.file_type().is_file());
    let files = files.map(|entry| {
        let time = entry.metadata().unwrap().modified().unwrap();
        (entry.path().display().to_string(), (fs::read(entry.path()).unwrap(), time))
    });
    files.collect()
}

#[test]
fn a_right_book_has_no_problems() {
    finds(&[], &[]);
    finds(
        &[
            (
                "src/one.md",
                "# One\n\n[A](../one.md) [b](https://example.org/#x) [c](/x) [d](mailto:a@b) [e](in/)\n",
            ),
            ("src/in/README.md", "# In\n"),
            ("src/SUMMARY.md", "- [One](one.md)\n- [In](in/README.md)\n  - [Two](in/two.md)\n"),
        ],
        &[],
    );
}

#[test]
fn includes_and_anchors_lead_somewhere() {
    let code = "// ANCHOR: all\nfn main() {}\n// ANCHOR_END: all\n// ANCHOR: open\n";
    let page = "# One\n\n```rust\n{{#include a.rs}}\n{{#include a.rs:all}}\n{{#include a.rs:2:3}}\n\
                {{#rustdoc_include a.rs:gone}}\n{{#include a.rs:open}}\n{{#include a.rs:9}}\n\
                {{#playground b.rs editable}}\n\\{{#include c.rs}}\n```\n\n`{{#include }}` {{#include d.rs\n";
    finds(
        &[("src/a.rs", code), ("src/one.md", page)],
        &[
            "includes src/one.md:7",
            "includes src/one.md:8",
            "includes src/one.md:9",
            "includes src/one.md:10",
            "includes src/one.md:14",
        ],
    );
}

#[test]
fn links_and_fragments_lead_somewhere() {
    let page = "# One\n\n[A](gone.md), [b](in/two.md#gone), [c](#gone)\nand [d][].\n\n[d]: in/gone.png\n\n\
                <a href=\"lost.html\">e</a> ![f](%20.svg) [g](in/two.html#two) [h](../README.md) [i](../../std/)\n";
    finds(
        &[("src/one.md", page), ("README.md", "")],
        &[
            "links src/one.md:3",
            "links src/one.md:3",
            "links src/one.md:3",
            "links src/one.md:4",
            "links src/one.md:8",
            "links src/one.md:8",
            "links src/one.md:8",
        ],
    );
}

#[test]
fn the_top_of_a_page_needs_no_id() {
    finds(
        &[("src/one.md", "# One\n\n[a](#top) [b](in/two.md#TOP)\n[c](#tops)\n")],
        &["links src/one.md:4"],
    );
}

#[test]
fn links_below_the_address_of_the_site_lead_somewhere() {
    let settings =
        "[output.html]\nsite-url = \"/small/\"\nredirect = { \"/old.html\" = \"one.html\" }\n";
    let page = "# One\n\n[A](/small/in/two.html)\n[b](/small/gone.html)\n[c](/other/gone.html)\n[d](old.html)\n[e](print.html)\n";
    finds(&[("book.toml", settings), ("src/one.md", page)], &["links src/one.md:4"]);
}

#[test]
fn a_link_of_an_included_page_is_told_where_it_is_written() {
    let page = "# One\n\n{{#include part.md}}\n\n[b][b]\n{{#include targets.md}}\n";
    let part = "## Part\n\n[A](gone.md) and [b][b] and [more][more]\n";
    finds(
        &[("src/one.md", page), ("src/part.md", part), ("src/targets.md", "\n[b]: #gone\n")],
        &[
            "links src/one.md:5",
            "links src/part.md:3",
            "links src/part.md:3",
            "references src/part.md:3",
        ],
    );
}

#[test]
fn each_place_of_a_dead_link_is_told() {
    let page = "# One\n\n`gone.md`\n\n[a](gone.md) <!-- proofread: allow links: it is made later -->\n\n[b](gone.md)\n";
    finds(&[("src/one.md", page)], &["links src/one.md:7"]);
}

#[test]
fn a_page_may_stand_twice_in_the_summary_and_in_a_folder_of_any_name() {
    let summary =
        "- [One](one.md)\n- [Again](./one.md)\n- [Two](in/two.md)\n- [Target](target/b.md)\n";
    let target = ("src/target/b.md", "\u{feff}# Target\n\n[a](gone.md)\n");
    finds(&[("src/SUMMARY.md", summary), target], &["links src/target/b.md:3"]);
}

#[test]
fn a_long_page_is_read_in_time_that_grows_with_its_length() {
    let page = |lines: usize| format!("# One\n\n{}", "Some `code` and words.\n\n".repeat(lines));
    let time = |lines: usize| {
        let folder = book(&[("src/one.md", &page(lines))]);
        let start = std::time::Instant::now();
        options(folder.path()).check().unwrap();
        start.elapsed()
    };
    // Another program makes a run only longer, so the shortest ones are compared.
    let (mut short, mut long) = (time(3_000), time(30_000));
    for _ in 0..5 {
        if long > short * 50 {
            (short, long) = (short.min(time(3_000)), long.min(time(30_000)));
        }
    }
    assert!(long < short * 50, "{short:?} and {long:?}");
}

#[test]
fn reference_links_have_targets() {
    let page = "# One\n\n[A][a], [b][gone], [gone][], `[c][d]`, \\[e][f], [x], ![i][j] and\n\n\
                ```text\n[c][d]\n```\n\n[`Vec`] and [`Gone`]\n\n[a]: in/two.md\n[`Vec`]: #one\n";
    finds(
        &[("src/one.md", page), ("src/in/two.md", "# Two\n\nThe table [`a.b`].\n")],
        &[
            "references src/one.md:3",
            "references src/one.md:3",
            "references src/one.md:3",
            "references src/one.md:9",
        ],
    );
}

#[test]
fn brackets_of_code_and_of_notes_are_no_reference_links() {
    let page = "# One\n\narray[i][j], x[0][1] and `a`[row][col], f(x)[row][col], grid[row][col][up][down] and m[i][].\n\n\
                Notes[^1][^2] and [^1][^gone], boxes [ ][ ], escapes \\[see][gone] and [see]\\[gone].\n\n\
                | a | [x][y] |\n|---|---|\n| $m[x][y]$ | [1][2] |\n\n$$ [a][b] $$ and [1, 2][0] and [[1, 2], [3, 4]][1][0].\n\n\
                [See][1], [Vec][v],\n请看[文档][gone]\nand ![i][j]\n\n[^1]: A\n[^2]: B\n";
    let expected = [13, 13, 14, 15].map(|line| format!("references src/one.md:{line}"));
    finds(&[("src/one.md", page)], &expected.each_ref().map(|it| &**it));
}

#[test]
fn a_file_that_is_not_text_does_not_end_the_check() {
    let summary = "- [One](one.md)\n- [Two](in/two.md)\n- [Latin](latin.md)\n- [Three](three.md)\n";
    let page = "# One\n\n[A](gone.md)\n\n```rust\n{{#include in/latin.rs}}\n```\n";
    let folder = book(&[
        ("src/SUMMARY.md", summary),
        ("src/one.md", page),
        ("src/three.md", "# Three\n\n[A](gone.md)\n"),
        ("Cargo.toml", ""),
        ("examples/a.rs", ""),
    ]);
    let latin = ["src/old.md", "src/latin.md", "src/in/latin.rs", "examples/b.rs", "README.md"];
    for path in latin {
        fs::write(folder.path().join(path), b"caf\xe9\n").unwrap();
    }
    let expected = [
        "includes src/one.md:6",
        "links src/one.md:3",
        "links src/three.md:3",
        "missing src/SUMMARY.md:3",
    ];
    assert_eq!(told(&options(folder.path())), expected);
    let report = options(folder.path()).check().unwrap();
    assert_eq!(report.text.matches("stream did not contain valid UTF-8").count(), 2);
    // The rules of taste are about all files.
    let strict = told(&Options { strict: true, ..options(folder.path()) });
    for path in &latin[..4] {
        let told = format!("files_that_the_tests_name_are_there {path}:0");
        assert_eq!(strict.contains(&told), *path != "src/in/latin.rs", "{path}: {strict:?}");
    }
}

#[test]
fn blocks_end() {
    let page = "# One\n\n- ```text\n  a\n  ```\n\n> ```text\n> a\n> ```\n\n~~~text\n~~~\n\n    code\n\n```rust\nfn main() {}\n";
    finds(&[("src/one.md", page)], &["fences src/one.md:16"]);
}

#[test]
fn the_summary_names_each_page() {
    let part = ("src/in/part.md", "Part\n");
    let page = ("src/one.md", "# One\n\n{{#include in/part.md}}\n");
    finds(
        &[part, page, ("src/404.md", "# Gone\n"), ("src/more.md", "# More\n")],
        &["orphans src/more.md:0"],
    );
    let summary = "- [One](one.md)\n- [Two](in/two.md)\n- [Three](three.markdown)\n";
    let three = ("src/three.markdown", "# Three\n\n[A](gone.md)\n");
    finds(&[("src/SUMMARY.md", summary), three], &["links src/three.markdown:3"]);
    let summary = "- [One](one.md)\n- [Two](in/two.md)\n- [Read](../README.md)\n";
    finds(&[("src/SUMMARY.md", summary), ("README.md", "# Read\n")], &[]);
    finds(&[("src/de/SUMMARY.md", "- [Eins](one.md)\n"), ("src/de/one.md", "# Eins\n")], &[]);
}

#[test]
fn pages_of_the_summary_exist_and_a_check_writes_nothing() {
    let summary =
        "# Summary\n\n- [One](one.md)\n- [Gone](gone.md)\n  - [Two](in/two.md)\n- [Draft]()\n";
    let folder = book(&[("src/SUMMARY.md", summary)]);
    let before = files(folder.path());
    assert_eq!(told(&options(folder.path())), ["missing src/SUMMARY.md:4"]);
    assert_eq!(
        told(&Options { strict: true, run: true, ..options(folder.path()) })[0],
        "missing src/SUMMARY.md:4"
    );
    assert_eq!(files(folder.path()), before);
    // A rule of taste finds the same problem: the strictest level counts.
    let strict = Options { strict: true, warn: vec!["missing".into()], ..options(folder.path()) };
    assert!(strict.check().unwrap().failed);
}

#[test]
fn the_pages_may_lie_in_the_folder_of_the_book() {
    let folder = book(&[
        ("book.toml", "[book]\nsrc = \".\"\n"),
        ("SUMMARY.md", "- [One](src/one.md)\n- [Two](src/in/two.md)\n"),
        ("README.md", "# Small\n"),
        ("more.md", "# More\n\n[A](gone.md)\n"),
        ("src/one.md", "# One\n\n[A](gone.md)\n"),
    ]);
    fs::remove_file(folder.path().join("src/SUMMARY.md")).unwrap();
    let expected = ["links src/one.md:3", "orphans more.md:0"];
    assert_eq!(told(&options(folder.path())), expected);
}

#[test]
fn versions_in_links_are_those_of_the_lock_file() {
    let lock = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n[[package]]\nname = \"a\"\nversion = \"0.9.1\"\n";
    let page = "# One\n\n[a](https://docs.rs/a/1.2.3/a/) [b](https://docs.rs/a/1/a/) [c](https://docs.rs/a/0.9/) \
                [d](https://docs.rs/a/latest/a/) [e](https://docs.rs/a/*/a/) [f](https://docs.rs/b/2.0.0/b/)\n\n\
                [g](https://docs.rs/a/1.1/a/)\n[h](https://crates.io/crates/a/0.1.0)\n";
    let changes = [("Cargo.toml", ""), ("Cargo.lock", lock), ("src/one.md", page)];
    finds(&changes, &["versions src/one.md:5", "versions src/one.md:6"]);
    let more = "# One\n\n[a](https://docs.rs/a/1.2.3?x) [b](https://docs.rs/a/1.2.3#x) [c](https://docs.rs/a/1.*)\n\
                [d](https://docs.rs/crate/a/1.1.0)\n[e](http://docs.rs/a/1.1.0)\n[f](https://docs.rs/a/1.1.*)\n";
    let expected = [4, 5, 6].map(|line| format!("versions src/one.md:{line}"));
    finds(&[changes[0], changes[1], ("src/one.md", more)], &expected.each_ref().map(|it| &**it));
    // The book may lie in a folder of the project.
    let inner: Vec<(String, &str)> = BOOK
        .iter()
        .chain(&changes[2..])
        .map(|(path, text)| (format!("guide/{path}"), *text))
        .collect();
    let mut all: Vec<(&str, &str)> = inner.iter().map(|(path, text)| (&**path, *text)).collect();
    all.extend(&changes[..2]);
    let folder = book(&all);
    assert_eq!(told(&options(&folder.path().join("guide"))).len(), 2);
    // Another repository has other crates.
    for path in ["guide/.git/HEAD", "guide/Cargo.toml"] {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), "").unwrap();
        assert!(told(&options(&folder.path().join("guide"))).is_empty(), "{path}");
    }
    // A package of a workspace has the lock file of the workspace.
    let member = [changes[1], ("in/Cargo.toml", ""), changes[2]];
    let folder = book(&member);
    let manifest_path = Some(folder.path().join("in/Cargo.toml"));
    assert_eq!(told(&Options { manifest_path, ..options(folder.path()) }).len(), 2);
}

#[test]
fn examples_and_binaries_of_commands_exist() {
    let manifest = "[package]\nname = \"small\"\n[[bin]]\nname = \"tool\"\npath = \"src/tool.rs\"\n[workspace]\nmembers = [\"sub/*\"]\n";
    let page = "# One\n\n`cargo run --example a` `cargo run --bin tool` `cargo run --bin inner` `cargo test -p small`\n\
                `cargo run --example inner-example` `cargo run --example NAME` `cargo new --bin other`\n\n\
                ```console\n$ cargo r --example gone\n--bin none\n$ cargo run --manifest-path x --bin gone\n$ cd x && cargo run --bin gone\n$ cargo run --bin gone\n```\n\n```sh\ncargo run --release --bin gone\n```\n\n`cargo test -p gone`\n";
    finds(
        &[
            ("Cargo.toml", manifest),
            ("examples/a.rs", ""),
            ("src/tool.rs", ""),
            ("src/one.md", page),
            ("sub/in/Cargo.toml", "[package]\nname = \"sub-in\"\n"),
            ("sub/in/src/bin/inner.rs", ""),
            ("sub/in/examples/inner-example/main.rs", ""),
        ],
        &["commands src/one.md:7", "commands src/one.md:15"],
    );
    // Without programs, the commands are about a project of the reader.
    finds(&[("src/one.md", page)], &[]);
}

#[test]
fn ids_are_unique() {
    finds(
        &[("src/one.md", "# One\n\n## A {#a}\n\n## B\n\n<div id=\"a\"></div>\n\n## B\n")],
        &["ids src/one.md:7"],
    );
    let page = "# a\n\nThe word a, `id=\"a\"`, and b.\n\n<a id=\"a\"></a>\n\n<a name=\"b\"></a><span id='b'></span> b\n\n\
                <span id=b></span>\n\n## Twice {#t}\n\n## Twice {#t}\n\n<p id=\"x&amp;y\"></p>\n<p id=\"x&amp;y\"></p>\n\n{{#include a.html}}\n";
    finds(
        &[("src/one.md", page), ("src/a.html", "<p id=\"h\"></p>\n<p id=\"h\"></p>\n")],
        &[
            "ids src/a.html:2",
            "ids src/one.md:5",
            "ids src/one.md:9",
            "ids src/one.md:13",
            "ids src/one.md:16",
        ],
    );
}

#[test]
fn a_stale_output_is_told_at_its_line() {
    let line = "Finished dev [unoptimized + debuginfo] target(s) in 0.70s\n";
    let page = format!(
        "# One\n\n    {line}\n- a\n\n      b\n\n      {line}\n> ```text\n> {line}> ```\n\n\t{line}\n~~~text\n{line}~~~\n"
    );
    let expected = [3, 9, 12, 15, 18].map(|line| format!("stale src/one.md:{line}"));
    finds(&[("src/one.md", &page)], &expected.each_ref().map(|it| &**it));
    let old = "    Finished test [unoptimized + debuginfo] target(s) in 0.70s\n     Created library `a` package\n\
               thread 'main' panicked at 'assertion failed: `(left == right)`\n  left: `1`,\n\
               Finished `dev` profile in 2.85 secs\nFinished `dev` profile in 2.85s\n";
    let page = format!("# One\n\n```text\n{old}```\n\n```diff\n- {line}+ {line}```\n");
    let expected = [4, 5, 6, 8].map(|line| format!("stale src/one.md:{line}"));
    finds(&[("src/one.md", &page)], &expected.each_ref().map(|it| &**it));
}

#[test]
fn levels_come_from_the_settings_and_the_command_line() {
    let settings = "[preprocessor.proofread]\nrenderers = []\n[preprocessor.proofread.rules]\norphans = \"warn\"\nlinks = \"allow\"\n";
    let folder = book(&[
        ("book.toml", settings),
        ("src/more.md", "# More\n"),
        ("src/one.md", "# One\n\n[A](gone.md)\n"),
    ]);
    let rule = |name: &str| vec![name.to_owned()];
    let options = || options(folder.path());
    let warned = options();
    assert_eq!(told(&warned), ["orphans src/more.md:0"]);
    assert!(!warned.check().unwrap().failed);
    assert!(Options { deny: rule("orphans"), ..options() }.check().unwrap().failed);
    assert_eq!(
        told(&Options { allow: rule("orphans"), warn: rule("links"), ..options() }),
        ["links src/one.md:3"]
    );
    let error = Options { allow: rule("orphan"), ..options() }.check().unwrap_err();
    assert!(error.contains("found `orphan`"), "{error}");
    let wrong = book(&[("book.toml", &settings.replace("warn", "wrn"))]);
    assert!(Options { path: wrong.path().into(), ..Options::default() }.check().is_err());
    let wrong = book(&[("book.toml", &settings.replace("renderers", "renders"))]);
    let error = Options { path: wrong.path().into(), ..Options::default() }.check().unwrap_err();
    assert!(error.contains("unknown field `renders`"), "{error}");
}

#[test]
fn a_comment_allows_one_place_with_a_reason() {
    let page = "# One\n\n<!-- proofread: allow links: a later build makes it -->\n[A](gone.md)\n[b](lost.md)\n\n[c](away.md)\n\n\
                - [d](far.md) <!-- proofread: allow links: so is this -->\n- [e](off.md)\n\n\
                <!-- proofread: allow includes: a later build makes it -->\n\n```rust\n{{#include gone.rs}}\n\n{{#include lost.rs}}\n```\n";
    finds(&[("src/one.md", page)], &["links src/one.md:7", "links src/one.md:10"]);
    let quoted = "# One\n\n> <!-- proofread: allow links: x -->\n> [a](gone.md)\n>\n> [b](lost.md)\n\n\
                  - <!-- proofread: allow links: x -->\n  [c](away.md)\n";
    finds(&[("src/one.md", quoted)], &["links src/one.md:6"]);
    // The place may be the end of the page.
    finds(
        &[(
            "src/one.md",
            "# One\n\n<!-- proofread: allow links: x -->\n\n[a](gone.md)\n[b](lost.md)",
        )],
        &[],
    );
    let orphan = "<!-- proofread: allow orphans: it is linked from elsewhere -->\n# More\n";
    finds(&[("src/more.md", orphan)], &[]);
    // Without --run, the rule `blocks` does not run, and without Cargo.toml, two others do not.
    for rule in ["blocks", "commands", "versions"] {
        let page = format!("# One\n\n<!-- proofread: allow {rule}: x -->\nText\n");
        finds(&[("src/one.md", &page)], &[]);
    }
    let css = ("book.toml", "[output.html]\nadditional-css = [\"gone.css\"]\n");
    let unbuilt = "# One\n\n<!-- proofread: allow ids: x -->\nText\n";
    finds(&[css, ("src/one.md", unbuilt)], &["site book.toml:0"]);
    let left_out = ("book.toml", "[preprocessor.gone-for-good]\n");
    finds(&[left_out, ("src/one.md", unbuilt)], &[]);
    let unread = "# One\n\n<!-- proofread: allow commands: x -->\nText\n";
    finds(&[("Cargo.toml", "[package"), ("src/one.md", unread)], &[]);
    let page = "# One\n\n<!-- proofread: allow links -->\n[A](gone.md)\n\n<!-- proofread: allow link: x -->\n\n<!-- proofread: allow ids: x -->\nText\n";
    finds(
        &[("src/one.md", page)],
        &["allows src/one.md:3", "allows src/one.md:6", "allows src/one.md:8"],
    );
}

#[test]
fn the_rules_of_taste_are_off_unless_they_are_named() {
    let changes = [(
        "src/one.md",
        "# One\n\n<b>HTML</b> and `no_such_name`.\n\n```rust\nfn main() {}\n```\n",
    )];
    finds(&changes, &[]);
    let folder = book(&changes);
    let strict = told(&Options { strict: true, ..options(folder.path()) });
    assert!(
        strict.contains(&"pages_are_prose_and_directives src/one.md:3".to_owned()),
        "{strict:?}"
    );
    let one = Options { warn: vec!["names_exist".into()], ..options(folder.path()) };
    assert_eq!(told(&one), ["names_exist src/one.md:3"]);
}

#[test]
fn what_cannot_be_run_is_said_and_the_rest_is_checked() {
    let settings = "[book]\ntitle = \"Small\"\nmultilingual = false\n[preprocessor.gone-for-good]\n[output.gone]\n\
                    [output.html]\ncurly-quotes = true\ntheme = \"gone\"\n";
    let folder = book(&[("book.toml", settings), ("src/one.md", "# One\n\n[A](gone.md)\n")]);
    let report = options(folder.path()).check().unwrap();
    assert_eq!(told(&options(folder.path())), ["links src/one.md:3"]);
    let notes = report.notes.join("\n");
    for part in ["book.multilingual", "output.html.curly-quotes", "gone-for-good"] {
        assert!(notes.contains(part), "{notes}");
    }
}

#[test]
fn a_key_that_mdbook_does_not_know_is_left_out_only_where_it_is_unknown() {
    let settings = "[book]\nedition = \"2021\"\nenable = true\n[rust]\nedition = \"2024\"\n\
                    [output.html]\ntitle = \"x\"\n[output.html.fold]\nenable = true\nlevels = 1\n";
    let page = "# One\n\n```rust\nlet gen = 1;\n```\n";
    let folder = book(&[("book.toml", settings), ("src/one.md", page)]);
    let options = Options { run: true, ..options(folder.path()) };
    let notes = options.check().unwrap().notes.join("\n");
    let unknown = notes.lines().filter_map(|note| note.split_once("does not know the key "));
    let unknown: Vec<_> = unknown.map(|(_, key)| key).collect();
    assert_eq!(
        unknown,
        ["book.edition", "book.enable", "output.html.fold.levels", "output.html.title"]
    );
    assert_eq!(told(&options), ["blocks src/one.md:3"]);
}

#[test]
fn a_book_that_mdbook_does_not_build_is_told_and_its_pages_are_checked() {
    // A preprocessor that says what it supports, and then fails.
    let failing = "[preprocessor.failing]\ncommand = \"sh failing.sh\"\n";
    let dead = ("src/one.md", "# One\n\n[a](gone.md)\n");
    let script = ("failing.sh", "[ $# = 2 ]\n");
    if cfg!(unix) {
        let expected = ["links src/one.md:3", "site book.toml:0"];
        finds(&[("book.toml", failing), script, dead], &expected);
    }
    let settings = "[output.html]\nadditional-css = [\"gone.css\"]\n";
    let page = "# One\n\n[a][gone]\n";
    finds(
        &[("book.toml", settings), ("src/one.md", page)],
        &["references src/one.md:3", "site book.toml:0"],
    );
}

#[test]
fn the_command_line_has_exit_codes_and_forms() {
    let folder = book(&[("src/more.md", "# More\n")]);
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofread"));
        let output = command.current_dir(folder.path()).args(words).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (
            output.status.code().unwrap(),
            text.replace(char::is_numeric, "1"),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let found = "expected a line of src/SUMMARY.md for this page, found no such line; add `- [More](more.md)`";
    let text = format!(
        "orphans (deny):\n  src/more.md: {found}\n\nproblems (orphans 1) in 1 pages, 1.1 s\n"
    );
    assert_eq!(run(&["check", "."]), (1, text, String::new()));
    let github = format!("::error file=src/more.md,line=1,title=proofread orphans::{found}\n");
    assert_eq!(run(&["check", ".", "--format=github"]), (1, github.clone(), String::new()));
    let warned = github.replace("error", "warning");
    assert_eq!(
        run(&["check", ".", "--warn", "orphans", "--format", "github"]),
        (0, warned, String::new())
    );
    assert_eq!(run(&["check", ".", "--allow", "orphans"]).0, 0);
    for wrong in [
        &["check"][..],
        &["check", "gone"],
        &["check", ".", "--manifest-path", "gone/Cargo.toml"],
        &["check", ".", "--warn"],
        &["check", ".", "--deny", "gone"],
        &["chek"],
        &["check", ".", "--format", "xml"],
    ] {
        let (code, text, error) = run(wrong);
        assert_eq!((code, &*text), (2, ""), "{wrong:?}");
        assert!(error.starts_with("proofread: ") || error.starts_with("error: "), "{error}");
    }
}
