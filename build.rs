//! Makes a test of each Rust block on the pages: the build script of check/.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    proofread::Book::new("..").beside(["lorem.txt"]).build()
}
