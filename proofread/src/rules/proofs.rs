//! Checks that each proof has the name of its sentence, runs, asserts, and is cited by a page.

use crate::items::items;
use crate::page::directive;
use crate::paths::{files, stem};
use crate::proof::{Proof, runs};
use crate::{Problem, Source};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let marks = source.in_order().flat_map(|page| page.named("proved"));
    let cited: BTreeSet<_> = marks.map(|mark| &mark.argument).collect();
    let mut problems = Vec::new();
    let mut names = BTreeMap::new();
    for proof in source.proofs() {
        let name = &proof.name;
        if let Some(path) = names.insert(name, &proof.path) {
            problems.push(problem!(&proof.path, proof.line;
                expected "a name that no other proof has";
                found "another {name} in {path}";
                mend "add the difference to one of the names"));
        }
        problems.extend(proves(source, proof));
        if !cited.contains(name) {
            problems.push(problem!(&proof.path, proof.line;
                expected "a page that cites {name}";
                found "no such page";
                mend "write {{{{#proved {name}}}}} after the sentence that it proves"));
        }
    }
    if let Some(folder) = &source.book.proofs {
        problems.extend(compiled(source, folder));
    }
    problems
}

/// Returns the problems of a proof itself.
fn proves(source: &Source, proof: &Proof) -> Vec<Problem> {
    let (name, title) = (&proof.name, &proof.title);
    let mut problems = Vec::new();
    let mut refuse = |found: Option<String>, expected: &str, mend: &str| {
        problems.extend(found.map(|it| Problem::at(&proof.path, proof.line, expected, it, mend)));
    };
    let says_another = words(title) != words(name);
    let said = says_another.then(|| format!("{title:?} for {name}"));
    let mend = "use the same words in both";
    refuse(said, "a doc comment with the words of the name", mend);

    let directive = directive(&proof.code).map(|_| "a directive of mdBook".into());
    let mend = "write the text in another way: mdBook would expand it on the page";
    refuse(directive, "a proof without a directive of mdBook", mend);

    let attribute = proof.refused.as_ref().map(|found| format!("`{found}`"));
    let expected = "a proof that runs on all systems, or on those that a cfg names";
    let mend = "remove it, or give `ignore` a reason";
    refuse(attribute, expected, mend);

    let silent = !asserts(source, proof, &mut BTreeSet::new());
    let none = silent.then(|| format!("no assertion in {name}"));
    let mend = "assert the sentence in its name";
    refuse(none, "an assertion", mend);

    let constant = proof.body.constant.as_ref().map(|found| format!("`{found}`"));
    refuse(constant, "an assertion that can fail", mend);
    problems
}

/// Checks that cargo compiles each file in the folder of the proofs, and that each file has a
/// proof.
fn compiled(source: &Source, folder: &str) -> Vec<Problem> {
    let main = format!("{folder}/main.rs");
    let modules = source.file(&main).unwrap_or_default();
    let (modules, _) = items(modules.parse().unwrap_or_default());
    let modules = modules
        .into_iter()
        .filter(|item| item.is_module && item.attributes.iter().all(|(_, it)| runs(it)));
    let modules: BTreeSet<String> = modules.map(|item| item.name).collect();
    let mut problems = Vec::new();
    let files = files(source.root(), folder, &["rs", "py"]).into_iter();
    for path in files.filter(|path| *path != main) {
        let name = stem(&path);
        if path.ends_with(".rs") && path != folder && !modules.contains(name) {
            problems.push(problem!(&path;
                expected "`mod {name};` in {main}";
                found "no such line";
                mend "add the line: cargo compiles only files that {main} names"));
        }
        if !source.proofs().any(|proof| proof.path == path) {
            let mend = "write a #[test] or, in Python, a function without arguments";
            problems.push(Problem::new(&path, "a proof", "a file without a proof", mend));
        }
    }
    problems
}

/// Returns whether a proof, or a function that it calls, asserts.
fn asserts<'a>(source: &'a Source, proof: &'a Proof, seen: &mut BTreeSet<&'a str>) -> bool {
    let mut helpers = source.helpers(proof);
    proof.body.asserts
        || helpers.any(|helper| seen.insert(&helper.name) && asserts(source, helper, seen))
}

/// Returns a sentence or a name in lower case, without spaces and signs, so that the two can be
/// compared: `r+` gives `rplus`, and `OSError` gives `oserror`.
fn words(text: &str) -> String {
    let mut text = text.to_lowercase().replace('+', "plus");
    text.retain(char::is_alphanumeric);
    text
}
