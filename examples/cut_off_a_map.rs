//! Empties a file that a child process has mapped; for Linux.

#[cfg(target_os = "linux")]
use std::error::Error;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("This program needs Linux.");
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn Error>> {
    use memmap2::MmapOptions;
    use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior};
    use std::os::unix::process::ExitStatusExt;
    use std::{fs, fs::File, io, io::Read, process::Command, process::Stdio};

    if let [_, kind, path] = &std::env::args().collect::<Vec<_>>()[..] {
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?; // no core file
        let map = match kind.as_str() {
            "private" => MmapOptions::map_copy_read_only,
            _ => MmapOptions::map::<&File>,
        };
        // SAFETY: this is not safe, and shows why. The parent empties the file,
        // and then the next load kills this child.
        let map = unsafe { map(&MmapOptions::new(), &File::open(path)?)? };
        println!("{}", map.first().ok_or("the file is empty")?);
        io::stdin().read_to_end(&mut Vec::new())?; // until it is empty
        return Err(format!("no SIGBUS: {:?}", map.first()).into());
    }
    for kind in ["shared", "private"] {
        let cut = tempfile::NamedTempFile::new()?;
        fs::copy("lorem.txt", &cut)?;
        let mut child = Command::new(std::env::current_exe()?);
        child.arg(kind).arg(cut.path());
        child.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.spawn()?;
        let output = child.stdout.as_mut().ok_or("no output")?;
        output.read_exact(&mut [0])?; // until it has mapped
        cut.as_file().set_len(0)?;
        let bus = child.wait()?.signal() == Some(Signal::BUS.as_raw());
        println!("{kind:7}: {}", if bus { "SIGBUS" } else { "no signal" });
    }
    Ok(())
}
