//! Makes four file objects: of a whole file, of a part, of a longer file, and of no file.

use mmap_book::{Access, MappedFile};
use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    fs::copy("lorem.txt", "lorem_copy.txt")?;
    // SAFETY: nobody else may write to or shorten lorem.txt or lorem_copy.txt while they
    // are mapped. Nothing enforces that: this trusts whoever else can open the files.
    let (whole, part, longer) = unsafe {
        (
            MappedFile::options().open("lorem.txt")?,
            MappedFile::options().offset(64).len(7).open("lorem.txt")?,
            MappedFile::options()
                .access(Access::Write)
                .len(800)
                .open("lorem_copy.txt")?,
        )
    };
    let anonymous = MappedFile::anonymous(100)?;

    println!("whole    : {} of {} bytes", whole.len(), whole.file_len()?);
    println!("part     : {} of {} bytes", part.len(), part.file_len()?);
    println!(
        "longer   : {} of {} bytes",
        longer.len(),
        longer.file_len()?
    );
    println!("anonymous: {} bytes", anonymous.len());
    Ok(())
}
