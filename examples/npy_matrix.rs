//! Reads a matrix of numpy where it is, in its file, and writes one.
#![allow(dead_code, reason = "a program may call a part of it")]

use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::ops::Range;
use zerocopy::{FromBytes, IntoBytes, little_endian::F64};

/// A matrix in its file. It owns the map, and makes the slice of numbers
/// anew each time: neither refers to the other.
#[derive(Debug)]
pub struct Matrix {
    map: Mmap,
    numbers: Range<usize>,
    rows: usize,
    columns: usize,
}

impl Matrix {
    /// Maps a matrix, and checks its header and length.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be mapped, and if it is anything else
    /// than one matrix of `<f8`, stored row by row, up to its last byte.
    ///
    /// # Safety
    ///
    /// Nobody may write to the file or shorten it while it is mapped.
    pub unsafe fn map(file: &File) -> io::Result<Matrix> {
        // SAFETY: the caller promises the same.
        let map = unsafe { Mmap::map(file)? };
        let invalid = |why| io::Error::new(ErrorKind::InvalidData, why);
        let (numbers, rows, columns) = parse(&map).map_err(invalid)?;
        Ok(Matrix {
            map,
            numbers,
            rows,
            columns,
        })
    }

    /// The number of rows and of columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// All numbers, row by row.
    pub fn numbers(&self) -> &[F64] {
        let bytes = self.map.get(self.numbers.clone()).unwrap_or_default();
        // Which cannot fail, as `map` has checked the length.
        <[F64]>::ref_from_bytes(bytes).unwrap_or_default()
    }

    /// A row, if the matrix has it.
    pub fn row(&self, row: usize) -> Option<&[F64]> {
        let exists = row < self.rows;
        let start = exists.then(|| row.checked_mul(self.columns))??;
        self.numbers().get(start..)?.get(..self.columns)
    }
}

/// Writes a matrix, row by row, for `numpy.load`, with `mmap_mode` too.
///
/// # Errors
///
/// Fails if `file` does, and if there are fewer or more numbers.
pub fn write(
    mut file: impl Write,
    (rows, columns): (usize, usize),
    numbers: impl IntoIterator<Item = f64>,
) -> io::Result<()> {
    let other = io::Error::other::<&str>;
    let shape = format!("'shape': ({rows}, {columns}), ");
    let dict = format!("{{'descr': '<f8', 'fortran_order': False, {shape}}}");
    // The numbers start at a multiple of 64, as numpy wants them to.
    let len = (10 + dict.len() + 1).next_multiple_of(64) - 10;
    file.write_all(b"\x93NUMPY\x01\x00")?;
    file.write_all(&(len as u16).to_le_bytes())?;
    file.write_all(format!("{dict:0$}\n", len - 1).as_bytes())?;
    let mut numbers = numbers.into_iter();
    let cells = rows.checked_mul(columns).ok_or(ErrorKind::FileTooLarge)?;
    for _ in 0..cells {
        let number = numbers.next();
        let number = number.ok_or_else(|| other("fewer numbers than cells"))?;
        file.write_all(F64::new(number).as_bytes())?;
    }
    match numbers.next() {
        Some(_) => Err(other("more numbers than cells")),
        None => file.flush(),
    }
}

type Parsed = (Range<usize>, usize, usize);

/// Where the numbers are, and how many rows and columns.
fn parse(file: &[u8]) -> Result<Parsed, &'static str> {
    let rest = file.strip_prefix(b"\x93NUMPY").ok_or("no .npy file")?;
    let (size, rest) = match rest {
        [1, 0, a, b, rest @ ..] => ([*a, *b, 0, 0], rest),
        [2 | 3, 0, a, b, c, d, rest @ ..] => ([*a, *b, *c, *d], rest),
        _ => return Err("an unknown version, or a cut header"),
    };
    let size = usize::try_from(u32::from_le_bytes(size)).ok();
    let parts = size.and_then(|size| rest.split_at_checked(size));
    let (header, numbers) = parts.ok_or("a cut header")?;
    let (descr, fortran, shape) = dict(header).ok_or("another header")?;
    if descr != "'<f8'" {
        return Err("another type or byte order than '<f8'");
    }
    if fortran != "False" {
        return Err("stored column by column (Fortran order)");
    }
    let sizes: Vec<_> = shape.split(", ").map(str::parse::<usize>).collect();
    let [Ok(rows), Ok(columns)] = sizes[..] else {
        return Err("another shape than two dimensions");
    };
    if shape != format!("{rows}, {columns}") {
        return Err("a shape with a sign or a leading zero");
    }
    let cells = rows.checked_mul(columns);
    if cells.and_then(|cells| cells.checked_mul(8)) != Some(numbers.len()) {
        return Err("another length than the shape says");
    }
    Ok((file.len() - numbers.len()..file.len(), rows, columns))
}

/// The values of the three keys, in the form in which numpy writes them.
fn dict(header: &[u8]) -> Option<(&str, &str, &str)> {
    let text = str::from_utf8(header).ok()?.trim_end();
    let text = text.strip_prefix("{'descr': ")?.strip_suffix("), }")?;
    let (descr, text) = text.split_once(", 'fortran_order': ")?;
    let (fortran, shape) = text.split_once(", 'shape': (")?;
    Some((descr, fortran, shape))
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = BufWriter::new(File::create_new("matrix.npy")?);
    write(file, (3, 2), [1.0, 0.5, 2.0, -0.25, 3.0, 0.125])?;

    let file = File::open("matrix.npy")?;
    // SAFETY: the program made this file for itself. Others are trusted to
    // keep off.
    let matrix = unsafe { Matrix::map(&file)? };
    println!("{:?}", matrix.shape());
    for row in 0..4 {
        println!("row {row}: {:?}", matrix.row(row));
    }
    let sum: f64 = matrix.numbers().iter().map(|number| number.get()).sum();
    println!("sum: {sum}");
    drop(matrix);
    // A file that was cut is an error.
    let file = File::options().write(true).open("matrix.npy")?;
    file.set_len(150)?;
    let file = File::open("matrix.npy")?;
    // SAFETY: as for the map above.
    let error = unsafe { Matrix::map(&file) }.err();
    println!("150 bytes of it: {}", error.ok_or("no error")?);
    fs::remove_file("matrix.npy")?;
    Ok(())
}
