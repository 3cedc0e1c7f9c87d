//! Counts the lines of what can be mapped and of what cannot; for Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::Mmap;
    use std::fs::{self, File};
    use std::io::{self, Read, Write};
    use std::os::fd::OwnedFd;

    fn lines_of(mut file: File) -> io::Result<(usize, &'static str)> {
        let lines = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
        let about = file.metadata()?;
        let plain = about.is_file() && about.len() > 0;
        // SAFETY: the only file of main that is plain and says that it has
        // bytes is lorem.txt, and nobody may change that meanwhile.
        if let Some(Ok(map)) = plain.then(|| unsafe { Mmap::map(&file) }) {
            return Ok((lines(&map), "mapped"));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((lines(&bytes), "read"))
    }
    File::create_new("empty.txt")?;
    let paths = ["lorem.txt", "empty.txt", "/proc/version", "."];
    let files = paths.map(|path| (path, File::open(path)));
    let (pipe, mut end) = io::pipe()?;
    end.write_all(b"one\ntwo\n")?;
    drop(end);
    let pipe = ("a pipe", Ok(File::from(OwnedFd::from(pipe))));
    for (name, file) in files.into_iter().chain([pipe]) {
        match file.and_then(lines_of) {
            Ok((lines, how)) => println!("{name:13}: {lines:2}, {how}"),
            Err(error) => println!("{name:13}: {error}"),
        }
    }
    Ok(fs::remove_file("empty.txt")?)
}
