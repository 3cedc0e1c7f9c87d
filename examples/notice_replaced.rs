//! Maps a file again when another has taken its name. On Unix alone.

#[cfg(unix)]
use mapped_file::MappedFile;
#[cfg(unix)]
use std::{error::Error, fs, fs::File, io, io::Write, path::Path};

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

/// Whether the file of this name is the one that is mapped.
#[cfg(unix)]
fn is_current(map: &MappedFile, path: &str) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let mapped = map.file().ok_or(io::ErrorKind::InvalidInput)?.metadata()?;
    let named = fs::metadata(path)?;
    Ok((mapped.dev(), mapped.ino()) == (named.dev(), named.ino()))
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    let publish = |text: &[u8]| -> io::Result<()> {
        let make = |path: &Path| File::create_new(path);
        let mut file = tempfile::Builder::new().make_in(".", make)?;
        file.write_all(text)?;
        file.as_file().sync_all()?;
        file.persist("news.txt")?;
        File::open(".")?.sync_all()
    };
    // SAFETY: a file of this name is written before it gets the name, and never
    // after. Others are trusted to keep to that.
    let map = || unsafe { MappedFile::options().open("news.txt") };
    publish(b"nothing new")?;
    let mut news = map()?;
    println!("mapped:   {}", news.escape_ascii());
    publish(b"something new")?;
    println!("replaced: {}", news.escape_ascii());
    if !is_current(&news, "news.txt")? {
        news = map()?;
    }
    println!("again:    {}", news.escape_ascii());
    Ok(fs::remove_file("news.txt")?)
}
