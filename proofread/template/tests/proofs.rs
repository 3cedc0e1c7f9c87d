//! The sentences of the book that no output on their page shows, a test for each.

#[test]
fn an_empty_text_has_no_words() {
    assert_eq!("".split_whitespace().count(), 0);
}
