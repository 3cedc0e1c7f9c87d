//! The book: its code, its outputs, and whether all of it belongs together.

#[path = "../rules.rs"]
mod rules;

proofread::main!(rules::add(site::book(None)));
