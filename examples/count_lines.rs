//! Counts the lines of what can be mapped and of what cannot; for Linux.

#[cfg(target_os = "linux")]
use input_bytes::{Bytes, Limits, map_or_read, open};
#[cfg(target_os = "linux")]
use std::{error::Error, fs::File, io, io::Write, path::Path, time::Duration};

mod input_bytes;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    let silence = Some(Duration::from_secs(60));
    let most = Limits {
        bytes: 1 << 30,
        silence,
    };
    let (pipe, mut end) = io::pipe()?;
    end.write_all(b"one\ntwo\n")?;
    drop(end);
    let pipe = ("a pipe", Ok(File::from(std::os::fd::OwnedFd::from(pipe))));
    let names = ["lorem.txt", "/proc/version", "."];
    let files = names.map(|name| (name, open(Path::new(name))));
    for (name, file) in files.into_iter().chain([pipe]) {
        // SAFETY: of these only lorem.txt can be mapped, and others are trusted
        // to leave it alone meanwhile.
        let bytes = file.and_then(|file| unsafe { map_or_read(&file, most) });
        let count = |bytes| memchr::memchr_iter(b'\n', bytes).count();
        match bytes {
            Ok(Bytes::Read(text)) => println!("{name}: {}, read", count(&text)),
            Ok(text) => println!("{name}: {}, mapped", count(&text)),
            Err(error) => println!("{name}: {error}"),
        }
    }
    Ok(())
}
