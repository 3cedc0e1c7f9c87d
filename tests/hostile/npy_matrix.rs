//! Matrices in files of numpy: bad files of every kind, and numpy itself where it is installed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

/// The listing itself.
#[path = "../../examples/npy_matrix.rs"]
mod program;

use program::{Matrix, write};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

fn map(path: &Path) -> Result<Matrix, String> {
    let file = File::open(path).unwrap();
    // SAFETY: no other process knows the file, and no test changes it under a map.
    unsafe { Matrix::map(&file) }.map_err(|error| error.to_string())
}

/// The error for a file with these bytes.
fn error(bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matrix.npy");
    fs::write(&path, bytes).unwrap();
    map(&path).err()
}

/// A file with such a header, and so many bytes after it.
fn file(version: u8, header: &str, bytes: usize) -> Vec<u8> {
    let len = (header.len() as u32).to_le_bytes();
    let len = if version == 1 { &len[..2] } else { &len[..] };
    let zeros = vec![0; bytes];
    [
        &b"\x93NUMPY"[..],
        &[version, 0],
        len,
        header.as_bytes(),
        &zeros,
    ]
    .concat()
}

fn dict(descr: &str, fortran: &str, shape: &str) -> String {
    format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}\n")
}

#[test]
fn each_kind_of_wrong_file_is_an_error_that_says_so() {
    let good = dict("'<f8'", "False", "(2, 3)");
    for version in [1, 2, 3] {
        assert_eq!(error(&file(version, &good, 48)), None);
    }
    let most = usize::MAX;
    for (bytes, expected) in [
        (vec![], "no .npy file"),
        (b"\x93NUMP".to_vec(), "no .npy file"),
        (b"PK\x03\x04 an archive of arrays".to_vec(), "no .npy file"),
        (
            b"\x93NUMPY\x01".to_vec(),
            "an unknown version, or a cut header",
        ),
        (file(4, &good, 48), "an unknown version, or a cut header"),
        (file(1, &good, 48)[..60].to_vec(), "a cut header"),
        (
            b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}".to_vec(),
            "a cut header",
        ),
        (file(1, &good, 47), "another length than the shape says"),
        (file(1, &good, 49), "another length than the shape says"),
        (
            file(1, &dict("'>f8'", "False", "(2, 3)"), 48),
            "another type or byte order than '<f8'",
        ),
        (
            file(1, &dict("'<f4'", "False", "(2, 3)"), 24),
            "another type or byte order than '<f8'",
        ),
        (
            file(1, &dict("'|O'", "False", "(2, 3)"), 48),
            "another type or byte order than '<f8'",
        ),
        (
            file(1, &dict("[('a', '<f8')]", "False", "(2, 3)"), 48),
            "another type or byte order than '<f8'",
        ),
        (
            file(1, &dict("'<f8'", "True", "(2, 3)"), 48),
            "stored column by column (Fortran order)",
        ),
        (
            file(1, &dict("'<f8'", "False", "(6,)"), 48),
            "another shape than two dimensions",
        ),
        (
            file(1, &dict("'<f8'", "False", "()"), 8),
            "another shape than two dimensions",
        ),
        (
            file(1, &dict("'<f8'", "False", "(1, 2, 3)"), 48),
            "another shape than two dimensions",
        ),
        (
            file(1, &dict("'<f8'", "False", "(-2, -3)"), 48),
            "another shape than two dimensions",
        ),
        (
            file(1, &dict("'<f8'", "False", "(2, 99999999999999999999)"), 48),
            "another shape than two dimensions",
        ),
        // Products that are 48 where they overflow.
        (
            file(1, &dict("'<f8'", "False", &format!("({most}, 2)")), 48),
            "another length than the shape says",
        ),
        (
            file(
                1,
                &dict("'<f8'", "False", &format!("({}, 1)", most / 8 + 1)),
                0,
            ),
            "another length than the shape says",
        ),
        (
            file(
                1,
                &dict("'<f8'", "False", &format!("({}, 8)", most / 8 + 1)),
                0,
            ),
            "another length than the shape says",
        ),
        (file(1, "{}", 48), "another header"),
        (file(1, "", 48), "another header"),
        (
            file(1, &good.replace("descr", "describe"), 48),
            "another header",
        ),
        (file(1, &good.replace("'\n", "'"), 48), ""),
    ] {
        let said = error(&bytes).unwrap_or_default();
        assert_eq!(said, expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn any_cut_and_any_changed_byte_is_an_error_or_a_matrix_of_the_same_bytes() {
    let mut good = Vec::new();
    write(&mut good, (2, 3), (0..6).map(f64::from)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matrix.npy");
    for end in 0..good.len() {
        fs::write(&path, &good[..end]).unwrap();
        assert!(map(&path).is_err(), "{end}");
    }
    let step = if std::env::var_os("FULL").is_some() {
        1
    } else {
        41
    };
    let (mut errors, mut matrices) = (0, 0);
    for at in 0..good.len() {
        for byte in (0..=255).step_by(step) {
            let mut other = good.clone();
            other[at] = byte;
            fs::write(&path, &other).unwrap();
            match map(&path) {
                Err(_) => errors += 1,
                Ok(matrix) => {
                    let (rows, columns) = matrix.shape();
                    assert_eq!(rows * columns, 6);
                    assert!((0..rows).all(|row| matrix.row(row).unwrap().len() == columns));
                    assert!(matrix.row(rows).is_none() && matrix.row(usize::MAX).is_none());
                    matrices += 1;
                }
            }
        }
    }
    assert!(errors > 100 && matrices > 100, "{errors} {matrices}");
}

#[test]
fn a_matrix_may_have_no_rows_or_no_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matrix.npy");
    for shape in [(0, 0), (0, 5), (5, 0), (1, 1), (usize::MAX, 0)] {
        let cells = (shape.0 as u128 * shape.1 as u128) as usize;
        write(File::create(&path).unwrap(), shape, vec![0.5; cells]).unwrap();
        let matrix = map(&path).unwrap();
        assert_eq!((matrix.shape(), matrix.numbers().len()), (shape, cells));
        assert_eq!(
            matrix.row(0).map(<[_]>::len),
            (shape.0 > 0).then_some(shape.1)
        );
        assert!(matrix.row(shape.0).is_none());
    }
}

#[test]
fn a_wrong_number_of_numbers_is_an_error() {
    for (shape, numbers) in [((2, 2), 3), ((2, 2), 5), ((0, 2), 1), ((usize::MAX, 2), 0)] {
        assert!(
            write(Vec::new(), shape, vec![1.0; numbers]).is_err(),
            "{shape:?}"
        );
    }
    let full = File::options().write(true).open("/dev/full");
    assert!(full.is_err() || write(full.unwrap(), (1, 1), [1.0]).is_err());
}

#[test]
fn numpy_reads_what_this_writes_and_this_reads_what_numpy_writes() {
    let python = |script: &str, folder: &Path| {
        Command::new("python3")
            .args(["-c", script])
            .current_dir(folder)
            .output()
    };
    let folder = tempfile::tempdir().unwrap();
    if !python("import numpy", folder.path()).is_ok_and(|end| end.status.success()) {
        return println!("ignored: python3 has no numpy");
    }
    let ours = folder.path().join("ours.npy");
    let numbers = [
        0.1,
        -0.0,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        1e-300,
    ];
    write(File::create(&ours).unwrap(), (3, 2), numbers).unwrap();
    let script = "
import sys
import numpy
ours = numpy.load('ours.npy', mmap_mode='r')
assert type(ours) is numpy.memmap and ours.shape == (3, 2) and ours.dtype == '<f8'
assert ours.flags.c_contiguous and ours.flags.aligned
big = sys.float_info
assert ours.ravel().tolist() == [0.1, 0.0, big.max, big.min, float('inf'), 1e-300]
numpy.save('c.npy', numpy.array(ours))
numpy.save('wide.npy', numpy.arange(100000, dtype='<f8').reshape(50, 2000))
numpy.save('none.npy', numpy.zeros((0, 7)))
numpy.save('fortran.npy', numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)))
numpy.save('big.npy', numpy.arange(6, dtype='>f8').reshape(2, 3))
numpy.save('single.npy', numpy.arange(6, dtype='f4').reshape(2, 3))
numpy.save('one.npy', numpy.arange(6.0))
numpy.save('struct.npy', numpy.zeros((2, 3), dtype=[('a', '<f8')]))
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(f'{version[0]}.npy', 'wb') as file:
        numpy.lib.format.write_array(file, numpy.array(ours), version)
";
    let end = python(script, folder.path()).unwrap();
    assert!(
        end.status.success(),
        "{}",
        String::from_utf8_lossy(&end.stderr)
    );
    for name in ["c", "1", "2", "3"] {
        let matrix = map(&folder.path().join(name).with_extension("npy")).unwrap();
        assert_eq!(matrix.shape(), (3, 2));
        let same = matrix.numbers().iter().zip(numbers);
        assert!(
            same.clone().count() == 6 && { same }.all(|(a, b)| a.get().to_bits() == b.to_bits())
        );
    }
    assert_eq!(
        fs::read(&ours).unwrap(),
        fs::read(folder.path().join("c.npy")).unwrap()
    );
    let wide = map(&folder.path().join("wide.npy")).unwrap();
    assert_eq!(wide.row(49).unwrap()[1999].get(), 99_999.0);
    assert_eq!(
        map(&folder.path().join("none.npy")).unwrap().shape(),
        (0, 7)
    );
    for (name, said) in [
        ("fortran", "stored column by column (Fortran order)"),
        ("big", "another type or byte order than '<f8'"),
        ("single", "another type or byte order than '<f8'"),
        ("struct", "another type or byte order than '<f8'"),
        ("one", "another shape than two dimensions"),
    ] {
        let path = folder.path().join(name).with_extension("npy");
        assert_eq!(map(&path).unwrap_err(), said);
    }
}

#[test]
fn more_numbers_than_cells_are_not_written() {
    let mut written = Vec::new();
    // Numbers without an end do not fill the disk.
    let error = write(&mut written, (1, 2), std::iter::repeat(1.0)).unwrap_err();
    assert_eq!(error.to_string(), "more numbers than cells");
    assert_eq!(written.len(), 128 + 16);
}

#[test]
fn a_shape_that_numpy_does_not_write_is_an_error() {
    for shape in ["(+2, 3)", "(02, 3)"] {
        let bytes = file(1, &dict("'<f8'", "False", shape), 48);
        let expected = "a shape with a sign or a leading zero";
        assert_eq!(error(&bytes).as_deref(), Some(expected), "{shape}");
    }
}
