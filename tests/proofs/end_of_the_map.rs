//! Writes up to the end of a file object, and those that it refuses.

use super::*;

// rests on: MappedFile, which decides this without the system
#[test]
fn a_store_into_a_map_for_reading_is_an_error() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Read).unwrap();
    assert_eq!(error_kind(map.as_mut_slice()), ErrorKind::PermissionDenied);
    assert_eq!(error_kind(map.write(b"X")), ErrorKind::PermissionDenied);
}

// rests on: MappedFile, which decides this without the system
/// `write` fills the map before it fails
#[test]
fn write_fills_the_map_before_it_fails() {
    let map = || MappedFile::anonymous(5).unwrap();
    let mut full = map();
    assert_eq!(full.write(b"abcdefg").unwrap(), 5);
    assert_eq!(full.write(b"h").unwrap(), 0);
    let fails_and_fills = |mut map: MappedFile, result: io::Result<()>| {
        assert_eq!(error_kind(result), ErrorKind::WriteZero);
        assert_eq!(map[..], *b"abcde");
        assert_eq!(map.stream_position().unwrap(), 5);
    };
    let (mut all, mut formatted, mut copied) = (map(), map(), map());
    let result = all.write_all(b"abcdefg");
    fails_and_fills(all, result);
    let result = write!(formatted, "{:>4}{:>3}", "abcd", "efg");
    fails_and_fills(formatted, result);
    let result = io::copy(&mut b"abcdefg".as_slice(), &mut copied);
    fails_and_fills(copied, result.map(drop));
}
