//! Gets errors instead of a signal from a file that was cut; for Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::{Advice, Mmap};
    use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
    use std::fs::{self, File};
    use std::io;
    use std::os::unix::fs::FileExt;

    fn show(what: &str, result: io::Result<()>) {
        let error = result.err().map(|error| error.to_string());
        println!("{what:13}: {}", error.unwrap_or("done".to_string()));
    }
    fs::copy("lorem.txt", "cut.txt")?;
    let file = File::options().read(true).write(true).open("cut.txt")?;
    // SAFETY: this program never uses a byte of the map. It only asks the
    // system whether the pages are there.
    let map = unsafe { Mmap::map(&file)? };
    for len in [737, 0] {
        file.set_len(len)?;
        println!("{len} bytes");
        show("read_exact_at", file.read_exact_at(&mut [0; 5], 0));
        show("PopulateRead", map.advise(Advice::PopulateRead));
    }
    fs::remove_file("cut.txt")?;

    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let sealed = File::from(memfd_create("text", flags)?);
    sealed.write_all_at(&fs::read("lorem.txt")?, 0)?;
    fcntl_add_seals(&sealed, SealFlags::SHRINK)?;
    println!("sealed");
    show("set_len", sealed.set_len(0));
    Ok(())
}
