//! `proofread new PATH`: a small book to start from.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, path] = &arguments[..] else {
        eprintln!("expected `proofread new PATH`, found {arguments:?}");
        return ExitCode::from(2);
    };
    if command != "new" {
        eprintln!("expected the command `new`, found `{command}`");
        return ExitCode::from(2);
    }
    match proofread::new(Path::new(path)) {
        Ok(()) => {
            println!("{path}: a small book; run `cargo test` there, and see its README.md");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
