//! Compiles and runs every Rust block of the rendered book: skeptic's tests, as
//! build.rs generated them.

include!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));
