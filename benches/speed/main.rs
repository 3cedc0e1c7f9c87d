//! What the book says of speed, measured: a page of the book each.
//!
//! ```text
//! cargo bench -p benches --bench speed
//! FULL=1 cargo bench -p benches --bench speed
//! cargo bench -p benches --bench speed -- map_or_read
//! ```
//!
//! The first takes less than three minutes; the second takes larger files, and its time. Both
//! leave their data in `target/speed.tsv`.

#[cfg(target_os = "linux")]
mod map_or_read;
#[cfg(target_os = "linux")]
mod run;

fn main() {
    #[cfg(target_os = "linux")]
    run::all(&[("map_or_read", map_or_read::measure)]).unwrap();
    #[cfg(not(target_os = "linux"))]
    println!("The book was measured on Linux, and this needs it.");
}
