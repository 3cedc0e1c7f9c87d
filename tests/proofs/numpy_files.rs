//! Matrices in files of numpy.

use super::*;

/// The listing itself.
#[path = "../../examples/npy_matrix.rs"]
mod npy_matrix;

// rests on: the program, which decides this without the system
#[test]
fn the_numbers_of_a_matrix_start_at_a_multiple_of_64_bytes() {
    for shape in [(0, 0), (1, 1), (3, 2), (10, 10), (1, 100_000)] {
        let (mut file, cells) = (Vec::new(), shape.0 * shape.1);
        npy_matrix::write(&mut file, shape, vec![0.5; cells]).unwrap();
        assert_eq!((file.len() - 8 * cells) % 64, 0);
    }
}

// rests on: the program, which decides this without the system
#[test]
fn any_cut_of_a_matrix_is_an_error() {
    let (_folder, path) = lorem();
    let mut whole = Vec::new();
    npy_matrix::write(&mut whole, (3, 2), [0.5; 6]).unwrap();
    for len in 0..=whole.len() {
        fs::write(&path, &whole[..len]).unwrap();
        // SAFETY: no other process is told of the file.
        let matrix = unsafe { npy_matrix::Matrix::map(&open(&path)) };
        assert_eq!(matrix.is_ok(), len == whole.len());
    }
}
