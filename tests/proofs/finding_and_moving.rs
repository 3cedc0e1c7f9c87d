//! Finding bytes in a file object, and moving them.

use super::*;

// rests on: MappedFile, which decides this without the system
/// `find_in` takes a range past the end
#[test]
fn find_in_takes_a_range_past_the_end() {
    let (_folder, path) = lorem();
    let map = object(&path, Access::Read).unwrap();
    assert_eq!(map.find_in(700..800, b"justo"), Some(730));
    assert_eq!(map.find_in(800..900, b"justo"), None);
    assert_eq!(map.get(700..800), None);
}

// rests on: MappedFile, which decides this without the system
/// `find_in` finds nothing past the end
#[test]
fn find_in_finds_nothing_past_the_end() {
    let (_folder, path) = lorem();
    let map = object(&path, Access::Read).unwrap();
    assert_eq!(map.find_in(737.., b""), Some(737));
    for range in [738..739, 738..usize::MAX, 800..900] {
        assert_eq!(map.find_in(range.clone(), b""), None);
        assert_eq!(map.rfind_in(range, b""), None);
    }
}

// rests on: MappedFile, which decides this without the system
/// `move_within` refuses bytes past the end
#[test]
fn move_within_refuses_bytes_past_the_end() {
    let mut map = MappedFile::anonymous(5).unwrap();
    map.write_all(b"abcde").unwrap();
    for (src, dest) in [(0..3, 3), (3..6, 0), (0..3, usize::MAX)] {
        let refused = map.move_within(src, dest);
        assert_eq!(error_kind(refused), ErrorKind::InvalidInput);
    }
    assert_eq!(map[..], *b"abcde");
}
