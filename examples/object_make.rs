//! Makes four file objects: a whole file, a part, a longer file, and no file.

use mapped_file::{Access, MappedFile};
use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    // SAFETY: nobody may write to or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts whoever else can open the file.
    let whole = unsafe { MappedFile::options().open("lorem.txt")? };
    let mut options = MappedFile::options();
    options.offset(64).len(7);
    // SAFETY: as for `whole`.
    let part = unsafe { options.open("lorem.txt")? };

    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let mut options = MappedFile::options();
    options.access(Access::Write).len(800);
    // SAFETY: nobody else may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run one program that writes this file at a time.
    let longer = unsafe { options.open("lorem_copy.txt")? };
    let anonymous = MappedFile::anonymous(100)?;

    let maps = [("whole ", whole), ("part  ", part), ("longer", longer)];
    for (name, map) in maps {
        println!("{name}   : {} of {} bytes", map.len(), map.file_len()?);
    }
    println!("anonymous: {} bytes", anonymous.len());
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
