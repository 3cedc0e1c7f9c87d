//! How a file object comes to be: its access, its length, and a map without a file.

use super::*;
use mapped_file::{Access, MappedFile};
use std::fs;
use std::io::ErrorKind;

#[test]
fn only_write_access_extends_the_file() {
    let (_folder, path) = lorem();
    for access in [Access::Read, Access::Copy] {
        // SAFETY: no other process is told of the file.
        let refused = unsafe { MappedFile::options().access(access).len(800).open(&path) };
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(fs::metadata(&path).unwrap().len(), 737);
    }
    // SAFETY: no other process is told of the file.
    let map = unsafe {
        MappedFile::options()
            .access(Access::Write)
            .len(800)
            .open(&path)
    };
    assert_eq!(map.unwrap().file_len().unwrap(), 800);
}

#[test]
#[cfg(target_os = "linux")]
fn an_anonymous_map_is_private() {
    // Linux marks a private map with a `p` in `/proc/self/maps`, and a shared one with an `s`.
    let map = MappedFile::anonymous(1 << 20).unwrap();
    let address = map.as_ptr() as usize;
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let holds = |line: &&str| {
        let (start, end) = line
            .split_whitespace()
            .next()
            .unwrap()
            .split_once('-')
            .unwrap();
        let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).unwrap());
        (start..end).contains(&address)
    };
    let line = maps.lines().find(holds).unwrap();
    assert!(line.contains(" rw-p "), "{line}");
}
