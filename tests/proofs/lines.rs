//! Lines of a file object.

use mapped_file::MappedFile;
use std::io::{BufRead, ErrorKind, Seek, Write};

// rests on: std or a crate, in a part that no lie touches
/// `lines` fails on bytes that are not UTF-8
#[test]
fn lines_fails_on_bytes_that_are_not_utf_8() {
    let mut map = MappedFile::anonymous(5).unwrap();
    map.write_all(b"caf\xe9\n").unwrap();
    map.rewind().unwrap();
    let error = map.lines().next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
}
