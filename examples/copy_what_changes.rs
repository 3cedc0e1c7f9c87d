//! Copies bytes out of a file while another process changes them.

use memmap2::MmapRaw;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::{env, error::Error, fs, fs::File, process::Command, slice};

fn atomics(map: &MmapRaw) -> &[AtomicU8] {
    // SAFETY: the bytes of an atomic may change at any time, and the map ends
    // after the slice. Parent and child use atomics alone and never cut the
    // file; others are trusted to do so, and a cut would end the program.
    unsafe { slice::from_raw_parts(map.as_mut_ptr().cast(), map.len()) }
}

fn main() -> Result<(), Box<dyn Error>> {
    let is_child = env::args().nth(1).is_some();
    if !is_child {
        fs::write("letters.txt", [b'a'; 10_000])?;
    }
    let file = File::options().read(true).write(true).open("letters.txt")?;
    let map = MmapRaw::map_raw(&file)?;
    let bytes = atomics(&map);
    if is_child {
        for letter in b'a'..=b'z' {
            bytes.iter().for_each(|byte| byte.store(letter, Relaxed));
        }
        return Ok(());
    }

    let copy = || bytes.iter().map(|byte| byte.load(Relaxed)).collect();
    let start = |text: Vec<u8>| Some(text.get(..5)?.escape_ascii().to_string());
    println!("before: {}", start(copy()).ok_or("too short")?);
    let mut child = Command::new(env::current_exe()?).arg("child").spawn()?;
    let (mut letters, mut ended) = (true, None);
    while ended.is_none() {
        let text = String::from_utf8(copy())?; // stays true of the copy
        letters &= text.chars().all(|letter| letter.is_ascii_lowercase());
        ended = child.try_wait()?;
    }
    ended.filter(|end| end.success()).ok_or("child failed")?;
    println!("during: {}", if letters { "letters" } else { "others" });
    println!("after : {}", start(copy()).ok_or("too short")?);
    drop(map);
    Ok(fs::remove_file("letters.txt")?)
}
