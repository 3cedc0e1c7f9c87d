//! A process follows a log while another appends to it.

use memmap2::MmapOptions;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, error::Error, fs, io, io::Write, process, thread, time};

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().len() == 1 {
        fs::File::create_new("log.bin")?.write_all(&8_u64.to_ne_bytes())?;
    }
    let file = fs::File::options().read(true).write(true).open("log.bin")?;
    let head = MmapOptions::new().len(8).map_raw(&file)?;
    // SAFETY: a page is aligned, and both processes touch these as an atomic.
    let header = unsafe { AtomicU64::from_ptr(head.as_mut_ptr().cast()) };
    let (mut part, mut end, mut text) = (MmapOptions::new(), 8, Vec::new());
    if env::args().len() == 1 {
        let mut child = process::Command::new(env::current_exe()?);
        let child = child.arg("follow").stdin(process::Stdio::piped()).spawn();
        for record in [&b"one, "[..], b"two, ", b"the end"] {
            file.set_len(end + record.len() as u64)?;
            // SAFETY: nobody looks at the bytes past the end of the log.
            unsafe { part.offset(end).map_mut(&file)? }.copy_from_slice(record);
            end += record.len() as u64;
            header.store(end, Ordering::Release);
        }
        println!("The child ended well: {}", child?.wait()?.success());
        drop(head);
        return Ok(fs::remove_file("log.bin")?);
    }
    let parent = thread::spawn(|| io::copy(&mut io::stdin(), &mut io::sink()));
    while !text.ends_with(b"end") {
        while header.load(Ordering::Acquire) == end && !parent.is_finished() {
            thread::sleep(time::Duration::from_millis(1));
        }
        let new_end = header.load(Ordering::Acquire);
        let in_file = (end + 1..=file.metadata()?.len()).contains(&new_end);
        let new = in_file.then(|| (new_end - end) as usize);
        part.offset(end).len(new.ok_or("the log breaks off")?);
        // SAFETY: nobody changes what is before the end, or shortens the file.
        text.extend(&unsafe { part.map(&file)? }[..]);
        end = new_end;
    }
    println!("The child read {:?}", str::from_utf8(&text)?);
    Ok(())
}
