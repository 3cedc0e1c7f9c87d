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
