//! Four processes add to one counter in a file, without taking turns.

use memmap2::MmapRaw;
use std::error::Error;
use std::fs::{self, File};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, io};

fn main() -> Result<(), Box<dyn Error>> {
    let is_child = env::args().nth(1).is_some();
    // Whoever comes first makes the file, and all give it the same length.
    let file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open("counter.bin")?;
    file.set_len(8)?;
    let map = MmapRaw::map_raw(&file)?;
    // SAFETY: the map has eight bytes, starts at a page, and so is aligned, and
    // outlives the counter. This program touches them as this counter alone.
    // Others are trusted to touch them as an `AtomicU64` alone, and not to cut
    // the file.
    let counter = unsafe { AtomicU64::from_ptr(map.as_mut_ptr().cast()) };

    if is_child {
        for _ in 0..1_000_000 {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        return Ok(());
    }
    counter.store(0, Ordering::Relaxed);
    let start = |_| Command::new(env::current_exe()?).arg("child").spawn();
    let children: Vec<Child> = (0..4).map(start).collect::<io::Result<_>>()?;
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a child failed".into());
        }
    }
    println!("sum: {}", counter.load(Ordering::Relaxed));
    drop(map);
    fs::remove_file("counter.bin")?;
    Ok(())
}
