//! What this book holds beside what every book does.

use proofread::{Problem, Source};
use sha2::{Digest, Sha256};
use std::fs::{read, read_to_string};

/// A listing hands its errors on, and fits on a screen.
pub fn listings(source: &Source) -> Vec<Problem> {
    let main = "fn main() -> Result<(), Box<dyn Error>> {";
    let form = |text: &str| text.contains(main) && text.lines().count() <= 45;
    let others = source.listings.iter().filter(|(_, text)| !form(text));
    let problem = |name| {
        let path = format!("examples/{name}.rs");
        Problem::new(
            path,
            format!("`{main}` and 45 lines at the most"),
            "another form",
            "see others",
        )
    };
    others.map(|(name, _)| problem(name)).collect()
}

/// The Set-up page names no crate that no listing needs.
pub fn set_up(source: &Source) -> Vec<Problem> {
    let manifest = read_to_string(source.root().join("Cargo.toml")).unwrap_or_default();
    let lines = manifest
        .split("ANCHOR: set_up\n")
        .nth(1)
        .unwrap_or_default();
    let crates = lines
        .lines()
        .map_while(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    let needed = |name: &str| {
        source
            .listings
            .values()
            .any(|text| text.contains(&format!("{name}::")))
    };
    let others = crates.filter(|name| !needed(name));
    others
        .map(|name| Problem::new("Cargo.toml", "a listing that needs it", name, "take it out"))
        .collect()
}

/// `lorem.txt` is the text that the chapter's own outputs were printed from.
pub fn lorem(source: &Source) -> Vec<Problem> {
    let hash = Sha256::digest(read(source.root().join("lorem.txt")).unwrap_or_default());
    let found: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let chapter = "acea835befbe01369619582ba4203e6147d24fdd4b01602b349b6914bfcb623a";
    let other = (found != chapter).then(|| Problem::new("lorem.txt", chapter, found, "restore it"));
    other.into_iter().collect()
}
