//! Tests that each rule of this book reports a book that breaks it.

use proofread::{Book, Page, Problem, Source};
use std::fs;

#[path = "../rules.rs"]
mod rules;

fn nothing(_: &Source, _: &Page, _: &str) -> Result<String, Problem> {
    Ok(String::new())
}

#[test]
fn each_rule_refuses_a_book_that_breaks_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tiny");
    proofread::new(&root).unwrap();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lorem.txt", "Finis.\n");
    let long = format!(
        "//! Long.\n{}",
        "fn main() -> Result<(), Box<dyn Error>> {\n".repeat(46)
    );
    write("examples/long.rs", &long);
    write(
        "examples/module.rs",
        &("//\n".repeat(100) + &long[..long.len() - 42]),
    );
    write("examples/long_module.rs", &("//\n".repeat(150) + &long));
    write("snapshots/module.snap", "");
    write("snapshots/long_module.snap", "");
    write(
        "book/programs_to_take_away.md",
        "# Take\n\n- [More](more.md)\n",
    );
    write(
        "book/more.md",
        "# More\n\n{{#listing module}}\n\n{{#listing long_module}}\n",
    );
    write("tests/refused/programs/alone.rs", "fn main() {}\n");
    let kind = "impl MappedFile {\n    pub fn find(\n        &self,\n    ) {}\n    pub fn near(&self) {}\n}\n";
    write("src/mapped_file.rs", kind);
    write(
        "book/other.md",
        "# Other\n\n{{#figure x}}\n\nWords are faster.\n",
    );
    write(
        "book/SUMMARY.md",
        "# Summary\n\n- [Counting words](counting_words.md)\n  - [Other](other.md)\n\
         - [Take](programs_to_take_away.md)\n  - [More](more.md)\n",
    );
    let page = fs::read_to_string(root.join("book/counting_words.md")).unwrap();
    let rows =
        "| a | b |\n|---|---|\n| `fn near(&self)` | [Other](other.md) |\n| `fn count()` | |\n";
    write(
        "book/counting_words.md",
        &format!("{page}\n{{{{#file src/mapped_file.rs}}}}\n\n{rows}"),
    );
    let book = Book::new(&root)
        .twins("py", "python3")
        .proofs("tests/proofs.rs")
        .directive("figure", true, nothing);
    let told: Vec<String> = rules::add(book)
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    for expected in [
        "examples/count_words.rs: expected `fn main() -> Result",
        "examples/long.rs: expected `fn main() -> Result<(), Box<dyn Error>> {` and at most 45 lines, found another `main` or too many lines (47)",
        "at most 150 lines above `fn main` and 45 from there on, found another `main` or too many lines (197)",
        "lorem.txt: expected acea835b",
        "book/counting_words.md:1: expected - [Other](other.md), found no more pages",
        "expected a row whose first cell is `fn find(&self)`, found no such row",
        "expected a public function or a trait as written in src/mapped_file.rs, found `fn count()`",
        "expected in the last cell, a link to a page that names near, found `fn near(&self)`",
        "tests/refused/programs/alone.rs: expected one page that shows it, found 0",
        "book/other.md:5: expected a measured number, found \"faster\" in a paragraph without a measured number",
        "book/from_python_to_rust.md: expected a row whose first cell holds `ACCESS_COPY`",
        "book/memmap2_every_function.md: expected the public names of memmap2, found no source of memmap2",
    ] {
        let found = told.iter().any(|problem| problem.contains(expected));
        assert!(found, "expected {expected:?}, found {told:#?}");
    }
    let of_module = told
        .iter()
        .find(|told| told.starts_with("examples/module.rs: expected `fn main"));
    assert_eq!(of_module, None);
}
