//! Hands on the rights of a file to the one that is to replace it; for Linux.

#[cfg(target_os = "linux")]
use std::{error::Error, fs::File, io, os::unix::fs::PermissionsExt};

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

/// Gives a new file the owner, group, access list, `user` attributes and mode
/// of an old one. If one cannot be kept, the new file is for its owner alone.
#[cfg(target_os = "linux")]
pub fn keep_rights(old: &File, new: &File) -> io::Result<()> {
    use rustix::{buffer::spare_capacity, fs, io::Errno};
    use std::os::unix::fs::{MetadataExt, fchown};
    let about = old.metadata()?;
    let owner = fchown(new, Some(about.uid()), Some(about.gid()));
    // The list that the folder may have handed down to the new file.
    let list = fs::fremovexattr(new, "system.posix_acl_access");
    let no_list = matches!(list, Ok(()) | Err(Errno::NODATA | Errno::NOTSUP));
    let mut names = Vec::with_capacity(1 << 16);
    fs::flistxattr(old, spare_capacity(&mut names))?;
    let copied = |name: &[u8]| {
        let mut value = Vec::with_capacity(1 << 16);
        let read = fs::fgetxattr(old, name, spare_capacity(&mut value));
        let flags = fs::XattrFlags::empty();
        read.is_ok() && fs::fsetxattr(new, name, &value, flags).is_ok()
    };
    let mut names = names
        .split(|&byte| byte == 0)
        .filter(|key| key.starts_with(b"system.") || key.starts_with(b"user."));
    let kept = owner.is_ok() && no_list && names.all(copied);
    let bits = if kept { 0o777 } else { 0o700 };
    new.set_permissions(PermissionsExt::from_mode(about.mode() & bits))
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    let (old, new) = (tempfile::tempfile()?, tempfile::tempfile()?);
    old.set_permissions(PermissionsExt::from_mode(0o640))?;
    keep_rights(&old, &new)?;
    println!("{:o}", new.metadata()?.permissions().mode() & 0o777);
    Ok(())
}
