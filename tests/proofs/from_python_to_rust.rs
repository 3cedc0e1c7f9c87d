//! What a row of the tables about Python's module says of the type.

use super::*;

// rests on: MappedFile, which decides this without the system
/// `advise` refuses to break memory
#[test]
#[cfg(target_os = "linux")]
fn advise_refuses_to_break_memory() {
    let map = MappedFile::anonymous(1).unwrap();
    // Of no bytes, so that a proof that fails breaks none.
    let refused = map.advise(0..0, memmap2::Advice::HwPoison).unwrap_err();
    assert_eq!(
        (refused.kind(), refused.raw_os_error()),
        (ErrorKind::InvalidInput, None)
    );
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn iterators_do_what_negative_indexes_and_steps_do() {
    let mut map = MmapMut::map_anon(5).unwrap();
    map.copy_from_slice(b"Lorem");
    let collect = |bytes: &mut dyn Iterator<Item = &u8>| bytes.copied().collect::<Vec<u8>>();
    assert_eq!(collect(&mut map.iter().step_by(2)), b"Lrm");
    assert_eq!(collect(&mut map.iter().rev()), b"meroL");
    assert_eq!((map.last(), map[map.len() - 1]), (Some(&b'm'), b'm'));
    assert!(map.contains(&b'L') && memchr::memmem::find(&map, b"Lo").is_some());
}
