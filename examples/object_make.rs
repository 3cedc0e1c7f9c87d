//! Maps a whole file, a part of it, a file that gets longer, and memory.

use mapped_file::{Access, MappedFile};
use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    // SAFETY: no program may change or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts every program that can open the file.
    let whole = unsafe { MappedFile::options().open("lorem.txt")? };
    let mut options = MappedFile::options();
    options.offset(64).len(7);
    // SAFETY: the same as for `whole`.
    let part = unsafe { options.open("lorem.txt")? };

    fs::copy("lorem.txt", "lorem_copy.txt")?;
    let mut options = MappedFile::options();
    options.access(Access::Write).len(800);
    // SAFETY: no other program may change lorem_copy.txt while it is mapped.
    // Nothing enforces that: run only one program that writes this file.
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
