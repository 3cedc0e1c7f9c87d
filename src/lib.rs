//! The file object that the book teaches: a mapped file that is bytes and a file at once.
//!
//! [`mapped_file`] is one file to copy into a project of your own.

pub mod mapped_file;

pub use mapped_file::{Access, MappedFile, Options};
