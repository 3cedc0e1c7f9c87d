//! Bytes of a map as records.

use super::*;
use zerocopy::FromBytes;

/// The listing itself.
#[allow(dead_code, reason = "a program has a main")]
#[path = "../../examples/records_checked.rs"]
mod records_checked;

// rests on: types; the compiler refuses anything else
#[test]
fn the_same_record_of_native_integers_has_padding() {
    #[repr(C)]
    struct Native {
        _station: u32,
        _tenths: i16,
    }
    #[repr(C)]
    struct Little {
        _station: zerocopy::little_endian::U32,
        _tenths: zerocopy::little_endian::I16,
    }
    assert_eq!((size_of::<Native>(), size_of::<Little>()), (8, 6));
}

// rests on: std or a crate, in a part that no lie touches
/// Any bytes are records, or an error
#[test]
fn any_bytes_are_records_or_an_error() {
    // What the file has to be: a number, as many records, and each begins with a bool.
    let good = |bytes: &[u8]| {
        let (count, records) = bytes.split_first_chunk()?;
        let count = u32::from_le_bytes(*count);
        let whole = records.len() as u64 == 3 * u64::from(count);
        (whole && records.chunks(3).all(|record| record[0] < 2)).then_some(count as usize)
    };
    let mut seen = [0; 2];
    let mut look = |bytes: &[u8]| {
        let found = records_checked::readings(bytes);
        assert_eq!(found.map(<[_]>::len).ok(), good(bytes), "{bytes:x?}");
        seen[usize::from(found.is_ok())] += 1;
    };
    let whole = *b"\x03\0\0\0\x00\xd7\x00\x01\xd8\xff\x01\x02\x00";
    for end in 0..=whole.len() {
        look(&whole[..end]);
        // From an odd address too.
        look(&whole[1..end.max(1)]);
    }
    for at in 0..whole.len() {
        for byte in 0..=255 {
            let mut other = whole;
            other[at] = byte;
            look(&other);
        }
    }
    look(&[0; 4]);
    look(&[0xff; 64]);
    assert!(seen.iter().all(|&times| times > 100), "{seen:?}");
}

// rests on: the system, which maps whole pages; no lie changes that
#[test]
fn a_map_from_the_start_of_a_file_is_aligned_to_a_page() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    // The smallest pages of all systems of the book.
    assert_eq!(map.as_ptr().addr() % 4096, 0);
    // Which the bytes after are not.
    assert_ne!(map[1..].as_ptr().addr() % 2, 0);
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_copy_of_a_number_needs_no_alignment() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    for at in 0..8 {
        let bytes = &map[at..at + 4];
        let copy = u32::read_from_bytes(bytes).unwrap();
        assert_eq!(copy.to_ne_bytes(), bytes);
        assert_eq!(u32::ref_from_bytes(bytes).is_ok(), at % 4 == 0);
    }
}
