//! A sentence and its test have one name, the test runs and asserts, and a page cites it.

use crate::page::directive;
use crate::paths::{files, stem};
use crate::proof::{Proof, runs};
use crate::{Problem, Source};
use std::collections::{BTreeMap, BTreeSet};
use syn::Item;

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut names = BTreeMap::new();
    for proof in source.proofs() {
        if let Some(path) = names.insert(&*proof.name, &proof.path) {
            problems.push(Problem::at(
                &proof.path,
                proof.line,
                "a name of its own",
                format!("{} in {path} too", proof.name),
                "say in the name what is unlike",
            ));
        }
        problems.extend(proves(source, proof));
    }
    if let Some(folder) = &source.book.proofs {
        problems.extend(compiled(source, folder));
    }
    let marks = source.in_order().flat_map(|page| page.named("proved"));
    let cited: BTreeSet<_> = marks.map(|mark| &*mark.argument).collect();
    for proof in source
        .proofs()
        .filter(|proof| !cited.contains(&*proof.name))
    {
        problems.push(Problem::at(
            &proof.path,
            proof.line,
            "a page that cites the proof",
            format!("none for {}", proof.name),
            format!(
                "put {{{{#proved {}}}}} behind the sentence that it proves",
                proof.name
            ),
        ));
    }
    problems
}

/// What is wrong with a proof itself.
fn proves(source: &Source, proof: &Proof) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |expected: &str, found: String, mend: &str| {
        problems.push(Problem::at(&proof.path, proof.line, expected, found, mend));
    };
    if words(&proof.title) != words(&proof.name) {
        let found = format!("{:?} for {}", proof.title, proof.name);
        problem(
            "a documentation with the words of the name",
            found,
            "make the two say the same",
        );
    }
    if directive(&proof.code).is_some() {
        let found = "a directive of mdBook".into();
        problem(
            "a source that a page can show",
            found,
            "write it in another way",
        );
    }
    if let Some(attribute) = proof.refused.first() {
        let expected = "a proof that runs, on each system or on one that a cfg names";
        problem(
            expected,
            format!("`{attribute}`"),
            "take it away, or give `ignore` a reason",
        );
    }
    if !asserts(source, proof, &mut BTreeSet::new()) {
        problem(
            "an assertion",
            format!("none in {}", proof.name),
            "assert what its name says",
        );
    }
    if let Some(assertion) = proof.constant.first() {
        let found = format!("`{assertion}`");
        problem(
            "an assertion that can fail",
            found,
            "assert what its name says",
        );
    }
    problems
}

/// Cargo compiles each file of a folder of proofs, and each holds a proof.
fn compiled(source: &Source, folder: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let main = format!("{folder}/main.rs");
    let modules = source.file(&main).unwrap_or_default();
    let modules = syn::parse_file(&modules).map_or(Vec::new(), |file| file.items);
    let declared = |name: &str| {
        modules.iter().any(|item| {
            matches!(item, Item::Mod(module) if module.ident == name && module.attrs.iter().all(runs))
        })
    };
    for path in files(source.root(), folder, &["rs", "py"]) {
        if path.ends_with(".rs") && path != main && path != folder && !declared(stem(&path)) {
            let module = format!("mod {};", stem(&path));
            let mend =
                format!("write `{module}` there: cargo compiles no other file of the folder");
            let expected = format!("`{module}` in {main}");
            problems.push(Problem::new(&path, expected, "none", mend));
        }
        if path != main && !source.proofs().any(|proof| proof.path == path) {
            let mend = "write a #[test], or in Python a function without arguments";
            problems.push(Problem::new(&path, "a proof", "none", mend));
        }
    }
    problems
}

/// Whether a proof asserts, or a function that it calls does.
fn asserts<'a>(source: &'a Source, proof: &'a Proof, seen: &mut BTreeSet<&'a str>) -> bool {
    let mut helpers = source.proofs.iter().filter(|helper| helper.helper);
    proof.asserts
        || helpers.any(|helper| {
            proof.calls.contains(&helper.name)
                && seen.insert(&helper.name)
                && asserts(source, helper, seen)
        })
}

/// The words of a sentence or of a name, as one: `"r+"` is "r plus", and `OSError` "os error".
fn words(text: &str) -> String {
    let text = text.to_lowercase().replace('+', "plus");
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}
