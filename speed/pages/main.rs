//! What the book says of speed, measured: a file for each page of the book.
//!
//! ```text
//! cargo bench -p speed
//! FULL=1 cargo bench -p speed
//! cargo bench -p speed -- map_or_read
//! ```
//!
//! The first takes less than three minutes; the second takes larger files, and its time. Both
//! leave their data in `target/speed.tsv`.

#[cfg(target_os = "linux")]
#[path = "run.rs"]
mod run;

fn main() {
    #[cfg(target_os = "linux")]
    run::all().unwrap();
    #[cfg(not(target_os = "linux"))]
    println!("The book was measured on Linux, and this needs it.");
}
