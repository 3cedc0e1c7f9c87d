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
mod advice;
#[cfg(target_os = "linux")]
mod common;
#[cfg(target_os = "linux")]
mod larger_than_memory;
#[cfg(target_os = "linux")]
mod many_threads;
#[cfg(target_os = "linux")]
mod map_or_read;
#[cfg(target_os = "linux")]
mod overhead;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod searching;
#[cfg(target_os = "linux")]
mod store_or_write;
#[cfg(target_os = "linux")]
mod what_a_map_costs;

/// In the order of the book.
#[cfg(target_os = "linux")]
const PAGES: [run::Page; 7] = [
    ("what_a_map_costs", what_a_map_costs::measure),
    ("map_or_read", map_or_read::measure),
    ("advice", advice::measure),
    ("searching", searching::measure),
    ("store_or_write", store_or_write::measure),
    ("many_threads", many_threads::measure),
    ("larger_than_memory", larger_than_memory::measure),
];

fn main() {
    #[cfg(target_os = "linux")]
    run::all(&PAGES).unwrap();
    #[cfg(not(target_os = "linux"))]
    println!("The book was measured on Linux, and this needs it.");
}
