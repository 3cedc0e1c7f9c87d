//! What an open follows.

#[cfg(target_os = "linux")]
use super::*;

// rests on: system calls by rustix, which go past libc and so past every lie
/// `O_NOFOLLOW` follows a link to a folder, and `NO_SYMLINKS` does not
#[test]
#[cfg(target_os = "linux")]
fn o_nofollow_follows_a_link_to_a_folder_and_no_symlinks_does_not() {
    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, open, openat2};
    let (folder, path) = lorem();
    // The folder of temporary files may be reached by a link.
    let folder = fs::canonicalize(&folder).unwrap();
    std::os::unix::fs::symlink(".", folder.join("link")).unwrap();
    std::os::unix::fs::symlink(&path, folder.join("link.txt")).unwrap();
    let no_follow = |name: &str| open(folder.join(name), OFlags::NOFOLLOW, Mode::empty()).is_ok();
    let no_links = ResolveFlags::NO_SYMLINKS;
    let no_link = |name: &str| {
        let path = folder.join(name);
        openat2(CWD, path, OFlags::empty(), Mode::empty(), no_links).is_ok()
    };
    let found =
        ["lorem.txt", "link/lorem.txt", "link.txt"].map(|name| (no_follow(name), no_link(name)));
    assert_eq!(found, [(true, true), (true, false), (false, false)]);
}
