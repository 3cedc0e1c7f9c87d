//! Asks Linux how much of a map is in memory after a search.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
use {memchr::memmem, std::error::Error, std::fs};

/// What Linux counts of the map, in KiB.
#[cfg(target_os = "linux")]
fn kib(count: &str) -> Result<usize, Box<dyn Error>> {
    let maps = fs::read_to_string("/proc/self/smaps")?;
    let (_, map) = maps.split_once("/file (deleted)").ok_or("no map")?;
    let line = map.lines().find_map(|line| line.strip_prefix(count));
    let count = line.ok_or("no count")?.trim_end_matches("kB");
    Ok(count.trim().parse()?)
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    const MIB: usize = 1 << 20;
    let file = fs::File::create_new("file")?;
    fs::remove_file("file")?; // its name: the file stays while it is open
    file.set_len(16 * MIB as u64)?;
    for window in [16 * MIB, MIB] {
        let (mut found, mut held, mut own) = (0, 0, 0);
        for offset in (0..16 * MIB).step_by(window) {
            let mut options = memmap2::MmapOptions::new();
            options.offset(offset as u64).len(window);
            // SAFETY: the file has no name. Others are trusted not to have
            // opened it while it had, nor to open it under /proc.
            let map = unsafe { options.map(&file)? };
            found += memmem::find_iter(&map, "nulla").count();
            held = held.max(kib("Rss:")?.div_ceil(1024));
            own = own.max(kib("Anonymous:")?);
        }
        println!("{} MiB mapped at a time, {found} places:", window / MIB);
        println!("  {held} MiB resident, {own} KiB of it anonymous");
    }
    Ok(())
}
