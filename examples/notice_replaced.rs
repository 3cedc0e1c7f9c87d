//! Maps a file again when another has taken its name. Needs Unix.

#[cfg(unix)]
use mapped_file::MappedFile;
#[cfg(unix)]
use replace_whole::{Rights, replace};
#[cfg(unix)]
use std::{error::Error, fs, io, path::Path};

mod replace_whole;

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

/// Whether the file of this name is the one that is mapped.
#[cfg(unix)]
fn is_current(map: &MappedFile, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let mapped = map.file().ok_or(io::ErrorKind::InvalidInput)?.metadata()?;
    let named = fs::metadata(path)?;
    Ok((mapped.dev(), mapped.ino()) == (named.dev(), named.ino()))
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    let path = Path::new("news.txt");
    // SAFETY: the program changes this file in no other way than by `replace`,
    // which leaves the mapped one as it is. Others are trusted to do the same.
    let map = || unsafe { MappedFile::options().open(path) };
    replace(path, b"nothing new", Rights::Mode(0o644))?;
    let mut news = map()?;
    println!("mapped:   {}", news.escape_ascii());
    replace(path, b"something new", Rights::Mode(0o644))?;
    println!("replaced: {}", news.escape_ascii());
    if !is_current(&news, path)? {
        news = map()?;
    }
    println!("again:    {}", news.escape_ascii());
    Ok(fs::remove_file(path)?)
}
