//! Speed: the data of a run, the figures and tables that are drawn from them, and the check of the
//! sentences that use them.
//!
//! ```text
//! cargo bench -p speed
//! ```
//!
//! measures for some minutes, and writes `target/speed.tsv`; `pages/main.rs` lists its options.
//! `snapshots/speed.tsv` has the committed data.

pub mod data;
mod draw;
mod measured;

pub use data::Data;
pub use draw::figure;
pub use measured::{Refused, measured, outcomes};
