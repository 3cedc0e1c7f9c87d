//! The build script of check/: makes a test of each Rust block on the pages.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    proofread::Book::new("..").beside(["lorem.txt"]).build()
}
