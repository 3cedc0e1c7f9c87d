//! The book: its code, its outputs, and whether all of it belongs together.

use proofread::Book;

#[path = "../rules.rs"]
mod rules;

proofread::main!(
    Book::new("..")
        .beside(["lorem.txt"])
        .twins("py", "python3")
        .proofs("tests/proofs")
        .index()
        .tested_with(["memmap2"])
        .needs()
        // By the documentation of Python 3.8 to 3.15, as no system has all of them.
        .rows(
            "from_python_to_rust.md",
            include_str!("../python_names.txt").lines()
        )
        .api("memmap2_every_function.md", "memmap2")
        .names(["cog"]) // what the chapter was made with
        .names(["b3sum", "tac"]) // programs that maps have killed
        .names(["bytemuck"]) // a crate that the book does not use
        .names(["F_FULLFSYNC"]) // of fcntl on macOS
        .rule("listings_have_one_form", rules::listings)
        .rule("lorem_is_that_of_the_chapter", rules::lorem)
        .rule("parts_open_with_their_pages", rules::parts)
        .rule("methods_of_the_type_are_told_of", rules::methods)
        .rule("programs_that_are_refused_stand_with_why", rules::refused)
);
