//! A process follows a log while another appends to it.

use memmap2::MmapOptions;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, error::Error, fs, process::Command};

fn main() -> Result<(), Box<dyn Error>> {
    let follows = env::args().nth(1).is_some();
    if !follows {
        fs::write("log.bin", 8_u64.to_ne_bytes())?;
    }
    let file = fs::File::options().read(true).write(true).open("log.bin")?;
    let head = MmapOptions::new().len(8).map_raw(&file)?;
    // SAFETY: a page is aligned, and both processes touch these as an atomic.
    let header = unsafe { AtomicU64::from_ptr(head.as_mut_ptr().cast()) };
    let mut options = MmapOptions::new();
    let (mut end, mut text) = (8, Vec::new());
    while follows && !text.ends_with(b"end") {
        let new_end = header.load(Ordering::Acquire);
        let in_file = end..=file.metadata()?.len();
        let new = in_file.contains(&new_end).then(|| new_end - end);
        let new = new.ok_or("the header is not that of a log")? as usize;
        // SAFETY: nobody changes what is before the end, or shortens the file.
        let part = unsafe { options.offset(end).len(new).map(&file)? };
        text.extend(&part[..]);
        end = new_end;
    }
    if follows {
        println!("The child read {:?}", str::from_utf8(&text)?);
        return Ok(());
    }
    let mut child = Command::new(env::current_exe()?).arg("follow").spawn()?;
    for record in ["one, ", "two, ", "the end"] {
        let new = record.len();
        file.set_len(end + new as u64)?;
        // SAFETY: nobody looks at what is behind the end of the log.
        let mut part = unsafe { options.offset(end).len(new).map_mut(&file)? };
        part.copy_from_slice(record.as_bytes());
        end += new as u64;
        header.store(end, Ordering::Release);
    }
    println!("The child ended well: {}", child.wait()?.success());
    drop(head);
    Ok(fs::remove_file("log.bin")?)
}
