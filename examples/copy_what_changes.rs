//! Copies bytes out of a file while another process changes them.

use memmap2::MmapRaw;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::{env, error::Error, fs, fs::File, io::Write, process::Command, slice};

fn words(map: &MmapRaw) -> &[AtomicU64] {
    // SAFETY: the map has these words, and starts at a page, so it is aligned.
    // Parent and child use only such atomics, and never shorten the file. This
    // trusts other programs to do the same.
    unsafe { slice::from_raw_parts(map.as_mut_ptr().cast(), map.len() / 8) }
}

fn main() -> Result<(), Box<dyn Error>> {
    let is_child = env::args().nth(1).is_some();
    if !is_child {
        File::create_new("letters.txt")?.write_all(&[b'a'; 10_000])?;
    }
    let file = File::options().read(true).write(true).open("letters.txt")?;
    let map = MmapRaw::map_raw(&file)?;
    let words = words(&map);
    if is_child {
        for letter in b'a'..=b'z' {
            let word = u64::from_ne_bytes([letter; 8]);
            words.iter().for_each(|old| old.store(word, Relaxed));
        }
        return Ok(());
    }
    let load = |word: &AtomicU64| word.load(Relaxed).to_ne_bytes();
    let copy = || words.iter().flat_map(load);
    let mut child = Command::new(env::current_exe()?).arg("child").spawn()?;
    let (mut letters, mut ended) = (true, None);
    while ended.is_none() {
        let text = String::from_utf8(copy().collect())?; // which stays UTF-8
        letters &= text.chars().all(|letter| letter.is_ascii_lowercase());
        ended = child.try_wait()?;
    }
    ended.filter(|end| end.success()).ok_or("child failed")?;
    println!("a copy of {} bytes in {} loads", map.len(), words.len());
    println!("during: {}", if letters { "letters" } else { "others" });
    let z = copy().filter(|&byte| byte == b'z').count();
    println!("after : {z} times z");
    drop(map);
    Ok(fs::remove_file("letters.txt")?)
}
