//! Replaces a file as a whole while it is mapped. On Unix alone.

#[cfg(unix)]
use std::{error::Error, fs, path::Path};

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

/// Gives the name of a file to another, which has these bytes.
#[cfg(unix)]
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    use std::{io::Write, os::unix::fs::PermissionsExt};
    let path = fs::canonicalize(path)?;
    let folder = path.parent().ok_or("a file has a folder")?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    let mode = fs::metadata(&path)?.permissions().mode() & 0o777;
    let permissions = fs::Permissions::from_mode(mode);
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::Mmap;

    let path = Path::new("lorem_copy.txt");
    fs::copy("lorem.txt", path)?;
    // SAFETY: the program changes this file in no other way than by `replace`,
    // which leaves the mapped one as it is. Others are trusted to do the same.
    let map = || unsafe { Mmap::map(&fs::File::open(path)?) };
    let old = map()?;
    replace(path, b"Dolor sit amet.")?;
    let new = map()?;
    let start = str::from_utf8(old.get(..11).ok_or("too short")?)?;
    println!("old: {} bytes, {start}", old.len());
    println!("new: {} bytes, {}", new.len(), str::from_utf8(&new)?);
    drop((old, new));
    Ok(fs::remove_file(path)?)
}
