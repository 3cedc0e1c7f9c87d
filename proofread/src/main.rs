//! `proofread new PATH` writes a small book to start from.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let made = match &arguments[..] {
        [new, path] if new == "new" => proofread::new(Path::new(path)).map(|()| path),
        _ => Err(std::io::Error::other(format!(
            "expected `proofread new PATH`, found {arguments:?}"
        ))),
    };
    match &made {
        Ok(path) => {
            println!("{path}: wrote a small book; run `cargo test` there, and read its README.md")
        }
        Err(error) => eprintln!("{error}"),
    }
    ExitCode::from(u8::from(made.is_err()))
}
