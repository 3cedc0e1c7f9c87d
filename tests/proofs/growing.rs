//! Resizing a file object.

use super::*;
use mapped_file::{Access, MappedFile};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};

#[test]
fn a_position_past_the_end_reads_nothing_and_refuses_writes() {
    let mut map = MappedFile::anonymous(5).unwrap();
    map.seek(SeekFrom::End(0)).unwrap();
    map.resize(3).unwrap();
    assert_eq!(map.position(), 5);
    assert_eq!(map.read(&mut [0]).unwrap(), 0);
    assert_eq!(map.write(b"X").unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn only_write_access_resizes() {
    let (_folder, path) = lorem();
    for access in [Access::Read, Access::Copy] {
        let mut map = object(&path, access).unwrap();
        assert_eq!(
            map.resize(11).unwrap_err().kind(),
            ErrorKind::PermissionDenied
        );
        assert_eq!((map.len(), map.file_len().unwrap()), (737, 737));
    }
}
