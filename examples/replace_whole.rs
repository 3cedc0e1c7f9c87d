//! Replaces a file as a whole while it is mapped. On Unix alone.

#[cfg(unix)]
use std::{error::Error, fs, fs::File, io, path, path::Path};

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

/// Sets who may open a file.
#[cfg(unix)]
type Rights<'a> = &'a dyn Fn(&File) -> io::Result<()>;

/// Gives a name to a new file, in place of the old one if there is one.
#[cfg(unix)]
pub fn replace(path: &Path, bytes: &[u8], rights: Rights) -> io::Result<()> {
    let path = fs::canonicalize(path).or_else(|_| path::absolute(path))?;
    if fs::symlink_metadata(&path).is_ok_and(|old| !old.is_file()) {
        return Err(io::Error::other("not a regular file"));
    }
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, bytes)?;
    rights(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    File::open(folder)?.sync_all()
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    use std::os::unix::fs::PermissionsExt as Mode;
    let rights = |file: &File| file.set_permissions(Mode::from_mode(0o644));
    let path = Path::new("text.txt");
    replace(path, b"Lorem ipsum", &rights)?;
    // SAFETY: the program changes this file in no other way than by `replace`,
    // which leaves the mapped one as it is. Others are trusted to do the same.
    let map = || unsafe { memmap2::Mmap::map(&File::open(path)?) };
    let old = map()?;
    replace(path, b"Dolor sit amet.", &rights)?;
    println!("old: {}", old.escape_ascii());
    println!("new: {}", map()?.escape_ascii());
    Ok(fs::remove_file(path)?)
}
