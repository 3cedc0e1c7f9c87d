//! The proofs: one test for each sentence of the book that no output shows to be true.

#[test]
fn an_empty_text_has_no_words() {
    assert_eq!("".split_whitespace().count(), 0);
}
