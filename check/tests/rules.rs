//! Each rule of this book refuses a book that breaks it.

use proofread::{Book, Rule};
use std::fs;

#[path = "../rules.rs"]
mod rules;

#[test]
fn each_rule_refuses_a_book_that_breaks_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    fs::write(root.join("lorem.txt"), "Finis.\n").unwrap();
    let programs = root.join("tests/refused/programs");
    fs::create_dir_all(&programs).unwrap();
    for file in ["alone.rs", "gone.stderr", "shown.rs", "shown.stderr"] {
        fs::write(programs.join(file), "\n").unwrap();
    }
    let kind = "impl MappedFile {\n    pub fn find(\n        &self,\n    ) {}\n    pub fn near(&self) {}\n}\n";
    fs::create_dir_all(root.join("src")).unwrap();
    fs::write(root.join("src/mapped_file.rs"), kind).unwrap();
    let test = "const SAID_BY: &str = \"1.0\";";
    fs::write(root.join("tests/refused/refused.rs"), test).unwrap();
    let page = root.join("book/counting_words.md");
    let block = |info, file| {
        format!("\n```{info}\n{{{{#include ../tests/refused/programs/{file}}}}}\n```\n")
    };
    let shown = [
        block("text", "shown.stderr"),
        block("rust,ignore", "shown.rs"),
        block("rust,ignore", "../../../src/mapped_file.rs"),
        "\n| a | b |\n|---|---|\n| `fn near(&self)` | [Proofs](proofs.md) |\n| `fn count()` | |\n"
            .into(),
    ];
    let text = fs::read_to_string(&page).unwrap() + &shown.concat();
    fs::write(&page, text).unwrap();
    let rules: [(Rule, &str); 11] = [
        (
            rules::listings,
            "examples/count_words.rs: expected `fn main() -> Result",
        ),
        (
            rules::parts,
            "book/counting_words.md:1: expected - [Proofs](proofs.md), found no more pages",
        ),
        (
            rules::methods,
            "expected a row whose first cell is `fn find(&self)`, found none",
        ),
        (
            rules::methods,
            "expected a public function or a trait of src/mapped_file.rs, as it is there, found `fn count()`",
        ),
        (
            rules::methods,
            "expected in the last cell a page that names near, found `fn near(&self)`",
        ),
        (rules::lorem, "lorem.txt: expected acea835b"),
        (
            rules::refused,
            "tests/refused/programs/alone.rs: expected one page that shows it, found 0",
        ),
        (
            rules::refused,
            "tests/refused/programs/gone.stderr: expected the program",
        ),
        (
            rules::refused,
            "expected above tests/refused/programs/shown.stderr",
        ),
        (
            rules::refused,
            "expected below tests/refused/programs/shown.rs",
        ),
        (rules::refused, "expected rustc 1.0, found none"),
    ];
    for (rule, expected) in rules {
        let problems = Book::new(&root)
            .twins("py", "python3")
            .proofs("tests/proofs.rs")
            .needs()
            .rule("own", rule)
            .problems();
        let told = problems
            .iter()
            .any(|problem| problem.to_string().contains(expected));
        assert!(told, "expected {expected:?}, found {problems:#?}");
    }
}
