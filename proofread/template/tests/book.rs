//! Tests the programs, their outputs, and the pages of the book.

proofread::main!(
    proofread::Book::new(".")
        .twins("py", "python3")
        .proofs("tests/proofs.rs")
);
