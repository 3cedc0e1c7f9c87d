//! Maps a file again when another has taken its name. On Unix alone.

#[cfg(unix)]
use mapped_file::MappedFile;
#[cfg(unix)]
use std::{error::Error, fs, io};

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

/// Whether the file of this name is the one that is mapped.
#[cfg(unix)]
fn is_current(map: &MappedFile, path: &str) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let Some(file) = map.file() else {
        return Ok(false);
    };
    let (mapped, named) = (file.metadata()?, fs::metadata(path)?);
    Ok((mapped.dev(), mapped.ino()) == (named.dev(), named.ino()))
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    let publish = |text| -> io::Result<()> {
        fs::write("news.txt.new", text)?;
        fs::rename("news.txt.new", "news.txt")
    };
    // SAFETY: a file of this name is written before it gets the name, and never
    // after. Others are trusted to keep to that.
    let map = || unsafe { MappedFile::options().open("news.txt") };
    publish("nothing new")?;
    let mut news = map()?;
    println!("mapped:   {}", news.escape_ascii());
    publish("something new")?;
    println!("replaced: {}", news.escape_ascii());
    if !is_current(&news, "news.txt")? {
        news = map()?;
    }
    println!("again:    {}", news.escape_ascii());
    fs::remove_file("news.txt")?;
    Ok(())
}
