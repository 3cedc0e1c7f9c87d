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
    let set_up = "[package]\n# ANCHOR: set_up\nlog = \"0.4\"\n# ANCHOR_END: set_up\n";
    fs::write(root.join("Cargo.toml"), set_up).unwrap();
    fs::write(root.join("lorem.txt"), "Finis.\n").unwrap();
    let rules: [(Rule, &str); 3] = [
        (
            rules::listings,
            "examples/count_words.rs: expected `fn main() -> Result",
        ),
        (rules::lorem, "lorem.txt: expected acea835b"),
        (rules::set_up, "Cargo.toml: expected a listing that"),
    ];
    for (rule, expected) in rules {
        let problems = Book::new(&root)
            .twins("py", "python3")
            .proofs("tests/proofs.rs")
            .rule("own", rule)
            .problems();
        let told = problems
            .iter()
            .any(|problem| problem.to_string().starts_with(expected));
        assert!(told, "expected {expected:?}, found {problems:#?}");
    }
}
