//! How fast maps are: the data of a run, the figures and tables drawn from them, and the sentences
//! held to them.
//!
//! ```text
//! cargo bench -p speed
//! ```
//!
//! measures, in some minutes, and writes `target/speed.tsv`; `pages/main.rs` says what else it takes.
//! `snapshots/speed.tsv` is such a file, committed.

pub mod data;
mod draw;
mod measured;

pub use data::Data;
pub use draw::figure;
pub use measured::{Refused, measured, outcomes};
