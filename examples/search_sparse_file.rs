//! Searches a file of 1 TiB through a window that moves, on Linux.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
use std::{error::Error, fs, os::unix::fs::FileExt};

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use rustix::{fs::SeekFrom, fs::seek, io::Errno};
    const WINDOW: u64 = 1 << 20;
    let file = fs::File::create_new("file")?;
    fs::remove_file("file")?; // its name: the file stays while it is open
    file.write_all_at(&[b'.'; 2 * WINDOW as usize], 0)?;
    for at in [WINDOW - 3, 1 << 39, (1 << 40) - 5] {
        file.write_all_at(b"nulla", at)?;
    }

    let finder = memchr::memmem::Finder::new("nulla");
    let (mut found, mut hole) = (Vec::new(), 0);
    loop {
        let data = match seek(&file, SeekFrom::Data(hole)) {
            Err(Errno::NXIO) => break, // nothing but a hole up to the end
            data => data?,
        };
        hole = seek(&file, SeekFrom::Hole(data))?;
        for start in (data..hole).step_by(WINDOW as usize) {
            // As much longer as a word may reach into the next window.
            let mut part = memmap2::MmapOptions::new();
            part.offset(start)
                .len((hole - start).min(WINDOW + 4) as usize);
            // SAFETY: the file has no name. Others are trusted not to have
            // opened it while it had, nor to open it under /proc.
            let map = unsafe { part.map(&file)? };
            found.extend(finder.find_iter(&map).map(|at| start + at as u64));
        }
    }
    println!("{found:?} in {} bytes", file.metadata()?.len());
    Ok(())
}
