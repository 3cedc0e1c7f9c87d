//! Writes that a file object refuses.

use super::*;
use mapped_file::Access;
use std::io::{ErrorKind, Write};

#[test]
fn a_store_into_a_map_for_reading_is_an_error() {
    let (_folder, path) = lorem();
    let mut map = object(&path, Access::Read).unwrap();
    assert_eq!(
        map.as_mut_slice().unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
    assert_eq!(
        map.write(b"X").unwrap_err().kind(),
        ErrorKind::PermissionDenied
    );
}
