//! Two processes map one file: the child changes it, and the parent sees it.

use mapped_file::{Access, MappedFile};
use std::error::Error;
use std::process::Command;
use std::{env, fs, io::Write};

fn main() -> Result<(), Box<dyn Error>> {
    let is_child = env::args().nth(1).is_some();
    if !is_child {
        fs::File::create_new("numbers.bin")?.write_all(&[1, 2, 3])?;
    }
    let mut options = MappedFile::options();
    options.access(Access::Write);
    // SAFETY: the parent borrows no bytes while it waits for the child, so the
    // two take turns. No other program may change or shorten the file.
    // Nothing enforces that: this trusts every program that can open the file.
    let mut map = unsafe { options.open("numbers.bin")? };

    if is_child {
        map.as_mut_slice()?.iter_mut().for_each(|byte| *byte *= 10);
        return Ok(());
    }
    println!("before: {:?}", &map[..]);
    let child = Command::new(env::current_exe()?).arg("child").status()?;
    println!(
        "child : {}",
        if child.success() { "done" } else { "failed" }
    );
    println!("after : {:?}", &map[..]);
    drop(map);
    fs::remove_file("numbers.bin")?;
    Ok(())
}
