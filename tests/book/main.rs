//! The closed loop: pages, listings, twins, snapshots and proofs are the same set, and
//! the site that mdBook builds of them has no link that leads nowhere.

mod checks;
mod index;
mod mistakes;

#[test]
fn the_book_has_no_problems() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let problems = checks::problems(root).unwrap();
    assert!(
        problems.is_empty(),
        "expected no problems, found {problems:#?}"
    );
}
