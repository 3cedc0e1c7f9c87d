//! What the book says of speed: the data of a run, the figures and tables that are drawn from
//! them, and what the measurements share.
//!
//! ```text
//! cargo bench -p benches --bench speed
//! ```
//!
//! measures, in less than three minutes, and writes `target/speed.tsv`; with `FULL=1` it takes
//! larger files and more time. `snapshots/speed.tsv` is such a file, committed.

pub mod data;
mod draw;
#[cfg(target_os = "linux")]
pub mod system;

pub use draw::{made, names};
