//! Three threads search one map at the same time.

use memchr::memmem;
use memmap2::Mmap;
use std::error::Error;
use std::fs::File;
use std::sync::Arc;
use std::thread;

fn main() -> Result<(), Box<dyn Error>> {
    let file = File::open("lorem.txt")?;
    // SAFETY: no thread of this program changes the file. Nothing enforces that
    // of others: this trusts whoever else can open it.
    let map = Arc::new(unsafe { Mmap::map(&file)? });
    let words = ["sed", "in", "eu"];
    let threads = words.map(|word| {
        let map = Arc::clone(&map);
        thread::spawn(move || memmem::find_iter(&map, word).count())
    });
    drop(map);
    for (word, thread) in words.into_iter().zip(threads) {
        let count = thread.join().map_err(|_| "a thread panicked")?;
        println!("{word}: {count}");
    }
    Ok(())
}
