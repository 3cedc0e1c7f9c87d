//! Tests books that lack parts of the small book, and pages in folders.

use proofread::Book;
use std::fs;
use std::path::Path;

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn a_book_of_two_pages_needs_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("book.toml", "[book]\ntitle = \"Two pages\"\n"),
            ("src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n- [Two](two.md)\n"),
            ("src/one.md", "# One\n\nSee [the other](two.md).\n"),
            ("src/two.md", "# Two\n\nSee [the other](one.md#one).\n"),
        ],
    );
    assert_eq!(Book::new(folder.path()).problems(), []);
}

#[test]
fn pages_may_lie_in_folders() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let page = fs::read_to_string(root.join("book/counting_words.md")).unwrap();
    fs::remove_file(root.join("book/counting_words.md")).unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    write(
        &root,
        &[
            ("book/words/counting_words.md", &page),
            ("book/words/README.md", "# Words\n\n[Counting words](counting_words.md)\n"),
            (
                "book/SUMMARY.md",
                "# Summary\n\n- [Words](words/README.md)\n  - [Counting words](words/counting_words.md)\n",
            ),
            ("README.md", &readme.replace("book/counting", "book/words/counting")),
        ],
    );
    let book = || Book::new(&root).twins("py", "python3").proofs("tests/proofs.rs");
    assert_eq!(book().problems(), []);

    write(&root, &[("book/words/more.md", &format!("# More\n\n[Up](../words.md)\n{page}"))]);
    let told: Vec<String> = book().problems().iter().map(ToString::to_string).collect();
    let expected = "book/words/more.md: expected a line of book/SUMMARY.md for this page, found no such line; add `- [More](words/more.md)`";
    assert!(told.iter().any(|problem| problem == expected), "{told:#?}");
}

#[test]
fn a_module_or_a_method_may_have_the_name_of_a_crate() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let manifest = manifest
        .replace("[dev-dependencies]\n", "[dev-dependencies]\npath = \"1\"\nopen = \"1\"\n");
    let program = "//! Opens.\n\nuse std::path::Path;\n\nfn main() {\n    \
                   println!(\"{}\", std::fs::File::open(Path::new(\"x\")).is_err());\n}\n";
    write(&root, &[("Cargo.toml", &manifest), ("examples/count_words.rs", program)]);
    let book = || Book::new(&root).twins("py", "python3").proofs("tests/proofs.rs");
    assert_eq!(book().problems(), []);
    let program = program.replace("std::path::Path", "path::Path");
    write(&root, &[("examples/count_words.rs", &program)]);
    assert_eq!(book().problems().len(), 1);
}

#[test]
fn a_file_of_proofs_that_cargo_does_not_compile_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    fs::create_dir(root.join("tests/proofs")).unwrap();
    fs::rename(root.join("tests/proofs.rs"), root.join("tests/proofs/counting_words.rs")).unwrap();
    write(
        &root,
        &[("tests/proofs/more.py", "class More:\n    def is_more(self):\n        assert 1\n")],
    );
    let told = || -> Vec<String> {
        let book = Book::new(&root).twins("py", "python3").proofs("tests/proofs");
        book.problems().iter().map(ToString::to_string).collect()
    };
    let uncompiled = "tests/proofs/counting_words.rs: expected `mod counting_words;` in \
                      tests/proofs/main.rs, found no such line; ";
    let empty = "tests/proofs/more.py: expected a proof, found a file without a proof; ";
    assert!(told().iter().any(|problem| problem.starts_with(uncompiled)), "{:#?}", told());
    assert!(told().iter().any(|problem| problem.starts_with(empty)), "{:#?}", told());
    let main = "tests/proofs/main.rs";
    for nowhere in ["#[cfg(any())]\nmod counting_words;\n", "fn counting_words() {}\n"] {
        write(&root, &[(main, &format!("//! Proofs.\n\n{nowhere}"))]);
        assert!(told().iter().any(|problem| problem.starts_with(uncompiled)), "{:#?}", told());
    }
    write(&root, &[(main, "//! Proofs.\n\nmod counting_words;\n")]);
    assert!(!told().iter().any(|problem| problem.starts_with(uncompiled)), "{:#?}", told());
}

#[test]
fn what_the_tests_do_not_name_and_what_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let missing = Book::new(&root).beside(["words.txt"]).proofs("tests/proof.rs");
    let unnamed = Book::new(&root).proofs("tests/proofs.rs");
    // A missing file may be the cause of all other problems, so it is told alone.
    for (book, expected) in [
        (
            missing,
            &[
                "words.txt: expected a file, because Book::beside names it, found no such file; ",
                "tests/proof.rs: expected a file, because Book::proofs names it, found no such file; ",
            ][..],
        ),
        (
            unnamed,
            &[
                "examples/count_words.py: expected a program, examples/NAME.rs or examples/NAME/main.rs, its module or its twin, found a file that no test runs; ",
            ],
        ),
    ] {
        let told: Vec<String> = book.problems().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{told}");
        }
    }
}

#[test]
fn a_proof_in_python_that_cannot_fail_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    fs::create_dir(root.join("tests/proofs")).unwrap();
    fs::rename(root.join("tests/proofs.rs"), root.join("tests/proofs/words.rs")).unwrap();
    write(&root, &[("tests/proofs/main.rs", "//! Proofs.\n\nmod words;\n")]);
    let told = |body: &str| {
        write(&root, &[("tests/proofs/words.py", &format!("def it_is_so():\n    {body}\n"))]);
        let book = Book::new(&root).twins("py", "python3").proofs("tests/proofs");
        let told: Vec<String> = book.problems().iter().map(ToString::to_string).collect();
        told.into_iter().find(|told| told.contains("an assertion"))
    };
    for body in [
        "print()",
        "# _raises(ValueError)",
        "print('_raises')",
        "assert True, \"x\"",
        "assert 1 == 1  # so",
        "assert (not None)",
        "assert f() == f(), \"x\"",
        "assert f() == f()  # so",
        "assert f() or True",
    ] {
        assert!(told(body).is_some(), "{body}");
    }
    for body in [
        "assert f() == 1, \"x\"",
        "with _raises(ValueError):\n        f()",
        "assert not f()",
        "assert \"x\" in f()",
        "assert f == f()",
        "assert \"1 or 1\" in f()",
        "assert f('a b') == f('a-b')",
        "assert [1,\n        2] == f()",
        "assert (\n        f() == 1\n    )",
    ] {
        assert_eq!(told(body), None, "{body}");
    }
}

#[test]
fn a_listing_says_which_crates_and_which_system_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let crates = ["regex", "tokio", "memchr", "path", "bytes", "own"];
    let lines: String = crates.map(|name| format!("{name} = \"1\"\n")).concat();
    let tokio = r#"{ version = "1", features = ["rt", "time"], default-features = false }"#;
    let lines = lines.replace("tokio = \"1\"", &format!("tokio = {tokio}"));
    let lines = lines.replace("memchr = \"1\"\n", "");
    let lines = lines + "\n[target.'cfg(unix)'.dependencies]\nmemchr = \"1\"\n";
    let manifest = manifest.replace("[dependencies]\n", &format!("[dependencies]\n{lines}"));
    let program = "//! Needs some.\n\nuse regex::{bytes, Regex as R};\nuse std::path::Path;\n\n\
                   mod own {\n    pub fn here() {}\n}\n\n#[tokio::main]\nasync fn main() {\n    \
                   println!(\"{} {x}\", Path::new(\"x\").exists(), x = memchr::memchr(1, b\"\"));\n    \
                   bytes::Regex::new(\"\");\n    R::new(\"\");\n    own::here();\n}\n\n\
                   #[cfg(not(target_os = \"linux\"))]\nfn main() {}\n";
    write(&root, &[("Cargo.toml", &manifest), ("examples/count_words.rs", program)]);
    let pages = Book::new(&root).proofs("tests/proofs.rs").pages().unwrap();
    let text = pages.text("counting_words.md").unwrap();
    let needs = text.lines().find(|line| line.contains("<summary>Needs"));
    let expected = "<summary>Needs <code>regex</code>, <code>tokio</code> and <code>memchr</code>";
    let expected = expected.replace("Needs ", "Needs Linux, ") + "</summary>";
    assert_eq!(needs, Some(&*expected));
    let commands = "```shell\ncargo add regex@1\n\
                    cargo add tokio@1 --features rt,time --no-default-features\n\
                    cargo add memchr@1 --target 'cfg(unix)'\n```\n";
    assert!(text.contains(commands), "{text}");
}

#[test]
fn a_proof_leads_back_to_the_headings_above_its_marks() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let mark = "{{#proved an_empty_text_has_no_words}}";
    let page = format!(
        "# Why `words`\n\nOne. {mark}\n\n## Who, and `how`?\n\nTwo. {mark}\n\n## Own {{#other}}\n\nThree. {mark}\n\n\
         \\{{{{#no x}}}}, `{{{{#no x}}}}`\n\n```markdown\n{{{{#no x}}}}\n```\n"
    );
    write(
        &root,
        &[
            ("book/why.md", &page),
            (
                "book/SUMMARY.md",
                "# Summary\n\n- [Counting words](counting_words.md)\n- [Why words](why.md)\n",
            ),
        ],
    );
    let pages = Book::new(&root).proofs("tests/proofs.rs").pages().unwrap();
    let from = "from-an_empty_text_has_no_words";
    let back = format!(
        "cited [above](#{from}), [in Why `words`](why.md#{from}), \
         [in Why `words`: Who, and `how`?](why.md#{from}-2), [in Why `words`: Own](why.md#{from}-3)."
    );
    let home = pages.text("counting_words.md").unwrap();
    assert!(home.contains(&back), "{home}");
    let typed = "\\{{#no x}}, `{{#no x}}`\n\n```markdown\n{{#no x}}\n```\n";
    assert!(pages.text("why.md").unwrap().ends_with(typed));
}

#[test]
fn a_file_beside_a_program_leads_to_the_heading_that_shows_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let program = "//! Reads.\n\nfn main() {\n    let _ = std::fs::read(\"words.txt\");\n}\n";
    write(
        &root,
        &[
            ("words.txt", "words\n"),
            ("examples/count_words.rs", program),
            ("book/files.md", "# Files\n\n## The words\n\n## The words\n\n{{#file words.txt}}\n"),
            (
                "book/SUMMARY.md",
                "# Summary\n\n- [Counting words](counting_words.md)\n- [Files](files.md)\n",
            ),
        ],
    );
    let book = Book::new(&root).beside(["words.txt"]);
    let pages = book.proofs("tests/proofs.rs").pages().unwrap();
    let needs = "<p class=\"needs\">Needs <a href=\"files.html#the-words-1\"><code>words.txt</code></a>, \
                 and no crate</p>";
    let text = pages.text("counting_words.md").unwrap();
    assert!(text.contains(needs), "{text}");
}

#[test]
fn a_program_may_take_another_for_its_module() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let snapshot =
        |name| format!("---\nsource: tests/book.rs\n---\n$ cargo run --example {name}\n\n");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let manifest = manifest.replace("[dependencies]\n", "[dependencies]\nregex = \"1\"\n");
    write(
        &root,
        &[
            ("Cargo.toml", &manifest),
            ("examples/user.rs", "//! Uses.\n\nmod part;\n\nfn main() {\n    part::call();\n}\n"),
            ("examples/user.py", "\"\"\"Uses.\"\"\"\nimport part\n"),
            (
                "examples/part.rs",
                "//! Is used.\n\n#[path = \"count_words.rs\"]\nmod count_words;\n\n\
             /// Calls.\npub fn call() {\n    regex::Regex::new(\"\").unwrap();\n}\n\nfn main() {}\n",
            ),
            ("examples/part.py", "\"\"\"Is used.\"\"\"\n"),
            ("snapshots/user.snap", &snapshot("user")),
            ("snapshots/part.snap", &snapshot("part")),
            ("book/parts.md", "# Parts\n\n## One\n\n{{#listing part}}\n"),
            ("book/user.md", "# User\n\n{{#listing user}}\n"),
            (
                "book/SUMMARY.md",
                "# Summary\n\n- [Counting words](counting_words.md)\n- [Parts](parts.md)\n- [User](user.md)\n",
            ),
        ],
    );
    let book = Book::new(&root).twins("py", "python3").proofs("tests/proofs.rs");
    assert_eq!(book.problems(), []);
    let text = book.pages().unwrap().text("user.md").unwrap().to_owned();
    let part = "<a href=\"parts.html#one\"><code>part.rs</code></a> from <em>Parts</em>";
    let words = "<a href=\"counting_words.html";
    for expected in [
        "<summary>Needs <code>regex</code>, <code>part.rs</code> and <code>count_words.rs</code></summary>",
        &format!("<p>Put {part} and {words}"),
        "<p>Put <a href=\"parts.html#one\"><code>part.py</code></a> from <em>Parts</em> beside it.</p>",
    ] {
        assert!(text.contains(expected), "expected {expected:?}, found {text}");
    }
}
