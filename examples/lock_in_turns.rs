//! Three processes change a file through maps, each in its turn.

use memmap2::MmapMut;
use std::error::Error;
use std::fs::{self, File};
use std::process::{Child, Command};
use std::{env, io};

fn add(file: &File) -> Result<u64, Box<dyn Error>> {
    file.lock()?;
    // SAFETY: the map is dropped before the lock is given back, and whoever
    // changes this file waits for the lock. Others are trusted to do the same.
    let mut map = unsafe { MmapMut::map_mut(file)? };
    let number = map.first_chunk_mut().ok_or("no number in the file")?;
    let sum = u64::from_le_bytes(*number).wrapping_add(1);
    *number = sum.to_le_bytes();
    drop(map);
    file.unlock()?;
    Ok(sum)
}

fn main() -> Result<(), Box<dyn Error>> {
    let is_child = env::args().nth(1).is_some();
    if !is_child {
        fs::write("number.bin", 0u64.to_le_bytes())?;
    }
    let file = File::options().read(true).write(true).open("number.bin")?;
    if is_child {
        for _ in 0..1_000 {
            add(&file)?;
        }
        return Ok(());
    }
    let start = |_| Command::new(env::current_exe()?).arg("child").spawn();
    let children: Vec<Child> = (0..3).map(start).collect::<io::Result<_>>()?;
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a child failed".into());
        }
    }
    println!("sum: {}", add(&file)?);
    drop(file);
    fs::remove_file("number.bin")?;
    Ok(())
}
