//! Makes or replaces a file as a whole: readers find the old one or the new.
#![allow(dead_code, reason = "a program may call a part of it")]

#[cfg(target_os = "linux")]
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{self, Path};

/// Who may open the new file. Windows decides that by the folder.
#[derive(Debug, Clone, Copy)]
pub enum Rights {
    /// As with the file that is replaced; this mode, if there is none yet.
    KeepOr(u32),
    /// As this mode says, whatever the file that is replaced has.
    Mode(u32),
}

/// Who may open the new file, as it came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// Those who were asked for.
    AsAsked,
    /// Only the owner: something could not be kept, or not removed.
    OwnerOnly,
}

/// Makes a file with these bytes, or replaces one.
///
/// # Errors
///
/// As for [`replace_with`].
pub fn replace(path: &Path, bytes: &[u8], who: Rights) -> io::Result<Granted> {
    replace_with(path, who, |file| file.write_all(bytes))
}

/// Makes a file with the bytes that `write` writes, or replaces one. A symbolic
/// link is followed: the file that it leads to is replaced.
///
/// # Errors
///
/// If there is something else than a regular file, if the new file cannot be
/// made, written, synced or renamed, or if `write` fails: then the old file is
/// as it was. If only the last step fails, a sync of the folder, the new file
/// is in its place, but a power cut can bring back the old one.
pub fn replace_with(
    path: &Path,
    who: Rights,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Granted> {
    let missing = |error: &io::Error| error.kind() == ErrorKind::NotFound;
    let path = match fs::canonicalize(path) {
        Err(error) if missing(&error) => path::absolute(path)?,
        found => found?,
    };
    let is_there = match fs::symlink_metadata(&path) {
        Err(error) if missing(&error) => false,
        Ok(about) if !about.is_file() => {
            return Err(io::Error::other("not a regular file"));
        }
        about => about.map(|_| true)?,
    };
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    #[cfg(unix)] // opened first, as this can fail
    let opened = File::open(folder)?;
    let new = tempfile::NamedTempFile::new_in(folder)?;
    let mut buffer = BufWriter::new(new.as_file());
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    let granted = match who {
        Rights::KeepOr(_) if is_there => keep(&path, new.as_file())?,
        Rights::KeepOr(mode) | Rights::Mode(mode) => {
            let all = has_no_list(new.as_file());
            set_mode(new.as_file(), mode, all)?
        }
    };
    new.as_file().sync_all()?;
    new.persist(&path)?;
    #[cfg(unix)]
    opened.sync_all()?;
    Ok(granted)
}

/// Sets the mode: all of it, or only the bits of the owner.
fn set_mode(new: &File, mode: u32, all: bool) -> io::Result<Granted> {
    let mode = mode & if all { 0o777 } else { 0o700 };
    #[cfg(unix)]
    new.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    let _ = (new, mode); // Windows has no modes
    Ok(match all {
        true => Granted::AsAsked,
        false => Granted::OwnerOnly,
    })
}

/// Removes the access list that the folder may have handed down.
#[cfg(target_os = "linux")]
fn has_no_list(new: &File) -> bool {
    use rustix::{fs::fremovexattr, io::Errno};
    let removed = fremovexattr(new, "system.posix_acl_access");
    matches!(removed, Ok(()) | Err(Errno::NODATA | Errno::NOTSUP))
}

/// Gives a new file the owner, group, access list, `user` attributes and mode
/// of the old one.
#[cfg(target_os = "linux")]
fn keep(old: &Path, new: &File) -> io::Result<Granted> {
    use rustix::{buffer::spare_capacity, fs, fs::OFlags, io::Errno};
    use std::os::unix::fs::{MetadataExt, fchown};
    // Somebody may just have put a link or a pipe in its place.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let Ok(old) = fs::open(old, flags, fs::Mode::empty()).map(File::from) else {
        return set_mode(new, 0o600, false);
    };
    let about = old.metadata()?;
    let mut names = Vec::with_capacity(1 << 16); // Linux allows no more
    let listed = fs::flistxattr(&old, spare_capacity(&mut names));
    let copied = |name: &[u8]| {
        let mut value = Vec::with_capacity(1 << 16);
        let read = fs::fgetxattr(&old, name, spare_capacity(&mut value));
        let flags = fs::XattrFlags::empty();
        read.is_ok() && fs::fsetxattr(new, name, &value, flags).is_ok()
    };
    let all_of = |kind: &[u8]| {
        let mut names = names.split(|&byte| byte == 0);
        names.all(|name| !name.starts_with(kind) || copied(name))
    };
    let all = about.is_file()
        && fchown(new, Some(about.uid()), Some(about.gid())).is_ok()
        && has_no_list(new)
        && matches!(listed, Ok(_) | Err(Errno::NOTSUP))
        && all_of(b"user.") // a list may take away the right to set these
        && all_of(b"system.");
    set_mode(new, about.mode(), all)
}

#[cfg(not(target_os = "linux"))]
fn has_no_list(_: &File) -> bool {
    true
}

/// Windows lets the folder decide. The lists of macOS are not looked at, and
/// might deny something.
#[cfg(not(target_os = "linux"))]
fn keep(_: &Path, new: &File) -> io::Result<Granted> {
    set_mode(new, 0o600, cfg!(windows))
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    let path = Path::new("text.txt");
    let mode = || -> io::Result<u32> {
        let about = fs::metadata(path)?;
        Ok(std::os::unix::fs::MetadataExt::mode(&about) & 0o777)
    };
    replace(path, b"Lorem ipsum", Rights::Mode(0o640))?;
    // SAFETY: the program changes this file in no other way than by `replace`,
    // which leaves the mapped one as it is. Others are trusted to do the same.
    let map = || unsafe { memmap2::Mmap::map(&File::open(path)?) };
    let old = map()?;
    replace(path, b"Dolor sit amet.", Rights::KeepOr(0o600))?;
    println!("old: {}", old.escape_ascii());
    println!("new: {}, for {:o}", map()?.escape_ascii(), mode()?);
    fs::remove_file(path)?;
    match replace(Path::new("/dev/null"), b"", Rights::Mode(0o600)) {
        Err(error) => println!("/dev/null: {error}"),
        Ok(_) => return Err("a device was replaced".into()),
    }
    Ok(())
}
