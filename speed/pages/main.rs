//! Measures what the book says about speed. Each page of the book has a file here.
//!
//! ```text
//! cargo bench -p speed
//! FULL=1 cargo bench -p speed --features stores
//! cargo bench -p speed -- map_or_read
//! FULL=1 SECOND=1 FOLDER=/mnt cargo bench -p speed
//! ```
//!
//! The first command takes some minutes. The second command also uses larger files and databases,
//! and takes a quarter of an hour. The third command measures one page again. The last command
//! measures the cases that depend on the disk on a second disk, and adds them. All commands write
//! their data to `target/speed.tsv`.

#[cfg(target_os = "linux")]
#[path = "run.rs"]
mod run;

fn main() {
    #[cfg(target_os = "linux")]
    run::all().unwrap();
    #[cfg(not(target_os = "linux"))]
    println!("The book was measured on Linux, and this needs it.");
}
