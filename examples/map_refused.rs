//! Tries to map what is no plain file; for Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::Mmap;
    use std::fs::File;
    use std::os::fd::OwnedFd;

    let (pipe, _end) = std::io::pipe()?;
    let mut files = vec![("a pipe", File::from(OwnedFd::from(pipe)))];
    let status = "/proc/self/status";
    for path in [".", "/proc/version", status, "/dev/null", "/dev/zero"] {
        files.push((path, File::open(path)?));
    }
    for (name, file) in files {
        // SAFETY: no byte of the map is borrowed: it is asked for its length.
        match unsafe { Mmap::map(&file) } {
            Ok(map) => println!("{name:17}: {} bytes", map.len()),
            Err(error) => println!("{name:17}: {error}"),
        }
    }
    Ok(())
}
