//! Four processes add to one counter in a file, without taking turns.

use memmap2::MmapRaw;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, error::Error, fs::File, io, path::Path};

fn map(path: &Path) -> io::Result<MmapRaw> {
    MmapRaw::map_raw(&File::options().read(true).write(true).open(path)?)
}

fn counter(map: &MmapRaw) -> Result<&AtomicU64, &'static str> {
    if map.len() < size_of::<AtomicU64>() {
        return Err("the file is too short");
    }
    // SAFETY: the map has eight bytes, starts at a page, so it is aligned, and
    // outlives the counter. This program uses the bytes only as an `AtomicU64`.
    // It trusts other programs to do the same, and not to shorten the file
    // while it is mapped.
    Ok(unsafe { AtomicU64::from_ptr(map.as_mut_ptr().cast()) })
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(path) = env::args_os().nth(1) {
        let map = map(path.as_ref())?;
        let counter = counter(&map)?;
        for _ in 0..1_000_000 {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        return Ok(());
    }
    let file = tempfile::NamedTempFile::new()?; // no other run uses its name
    file.as_file().set_len(8)?;
    let map = map(file.path())?;
    let start = |_| Command::new(env::current_exe()?).arg(file.path()).spawn();
    let children: Vec<Child> = (0..4).map(start).collect::<io::Result<_>>()?;
    for mut child in children {
        if !child.wait()?.success() {
            return Err("a child failed".into());
        }
    }
    println!("sum: {}", counter(&map)?.load(Ordering::Relaxed));
    drop(map);
    Ok(file.close()?)
}
