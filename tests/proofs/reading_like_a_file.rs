//! The file object at its end, where it is read and where it is moved.

use super::*;

// rests on: MappedFile, which decides this without the system
/// `read_byte` fails at the end
#[test]
fn read_byte_fails_at_the_end() {
    let mut map = MappedFile::anonymous(1).unwrap();
    assert_eq!(map.read_byte().unwrap(), 0);
    assert_eq!(error_kind(map.read_byte()), ErrorKind::UnexpectedEof);
    assert_eq!(map.position(), 1);
}

// rests on: MappedFile, which decides this without the system
#[test]
fn a_file_object_refuses_to_seek_past_its_end() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Read).unwrap();
    assert_eq!(map.seek(SeekFrom::End(0)).unwrap(), 737);
    for past in [SeekFrom::Start(738), SeekFrom::Current(1), SeekFrom::End(1)] {
        assert_eq!(error_kind(map.seek(past)), ErrorKind::InvalidInput);
        assert_eq!(map.position(), 737);
    }
}

// rests on: MappedFile, which decides this without the system
/// `read_bytes` copies nothing
#[test]
fn read_bytes_copies_nothing() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Read).unwrap();
    let bytes = map[6..].as_ptr();
    map.seek(SeekFrom::Start(6)).unwrap();
    assert_eq!(map.read_bytes(5).as_ptr(), bytes);
    assert_eq!(map.position(), 11);
    map.seek(SeekFrom::End(-2)).unwrap();
    assert_eq!(map.read_bytes(5), b".\n");
    assert_eq!(map.read_bytes(5), b"");
}
