//! The book: its programs, their outputs, and whether all of it belongs together.

proofread::main!(
    proofread::Book::new(".")
        .twins("py", "python3")
        .proofs("tests/proofs.rs")
);
