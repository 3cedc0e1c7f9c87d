//! What the book says of speed, measured: a file for each page of the book.
//!
//! ```text
//! cargo bench -p speed
//! FULL=1 cargo bench -p speed --features stores
//! cargo bench -p speed -- map_or_read
//! FULL=1 SECOND=1 FOLDER=/mnt cargo bench -p speed
//! ```
//!
//! The first takes some minutes. The second takes larger files and databases, too, and its time. The
//! third measures one page again. The last adds the cases that depend on the disk, measured on another
//! disk. All leave their data in `target/speed.tsv`.

#[cfg(target_os = "linux")]
#[path = "run.rs"]
mod run;

fn main() {
    #[cfg(target_os = "linux")]
    run::all().unwrap();
    #[cfg(not(target_os = "linux"))]
    println!("The book was measured on Linux, and this needs it.");
}
