//! The command line: `proofread check PATH` checks a book, and `proofread new PATH` starts one.

use clap::Parser;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Tests every program, output and link of an mdBook.
#[derive(Parser)]
#[command(version)]
enum Command {
    /// Checks the mdBook in a folder
    Check(proofread::Options),
    /// Writes a small book to start from
    New {
        /// A new or an empty folder
        folder: PathBuf,
        /// A checkout of this crate. The new book uses it instead of a version
        #[arg(long, value_name = "CHECKOUT")]
        path: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Check(options) => options.check().map(|report| {
            for note in &report.notes {
                eprintln!("note: {note}");
            }
            // A reader such as `head` may have closed the pipe.
            let _ = write!(std::io::stdout(), "{}", report.text);
            report.failed
        }),
        Command::New { folder, path } => {
            let made = match path {
                Some(checkout) => proofread::new_from(&folder, &checkout),
                None => proofread::new(&folder),
            };
            made.map_err(|error| error.to_string()).map(|()| {
                let folder = folder.display();
                println!(
                    "{folder}: wrote a small book; run `cargo test` there, and read its README.md"
                );
                false
            })
        }
    };
    match done {
        Ok(failed) => ExitCode::from(u8::from(failed)),
        Err(error) => {
            eprintln!("proofread: {error}");
            ExitCode::from(2)
        }
    }
}
