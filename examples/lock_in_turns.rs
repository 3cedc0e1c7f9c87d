//! Four processes change one file through maps, in turns.

use memmap2::MmapMut;
use std::error::Error;
use std::fs::{self, File};
use std::process::{Child, Command};
use std::{env, io, io::Write};

fn add() -> Result<u64, Box<dyn Error>> {
    let file = File::options().read(true).write(true).open("number.bin")?;
    file.lock()?;
    // SAFETY: this program has the lock and one thread, and drops the map
    // before `unlock`. It trusts other programs to wait for the lock, too.
    let mut map = unsafe { MmapMut::map_mut(&file)? };
    let number = map.first_chunk_mut().ok_or("the file is too short")?;
    let sum = u64::from_le_bytes(*number).wrapping_add(1);
    *number = sum.to_le_bytes();
    drop(map);
    #[cfg(unix)] // where closing the file may not be enough
    file.unlock()?;
    Ok(sum)
}

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).is_some() {
        for _ in 0..1_000 {
            add()?;
        }
        return Ok(());
    }
    File::create_new("number.bin")?.write_all(&0_u64.to_le_bytes())?;
    let start = |_| Command::new(env::current_exe()?).arg("child").spawn();
    let children: Vec<Child> = (0..3).map(start).collect::<io::Result<_>>()?;
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a child failed".into());
        }
    }
    println!("sum: {}", add()?);
    fs::remove_file("number.bin")?;
    Ok(())
}
