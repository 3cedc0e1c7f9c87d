//! Finds every place of a word in a map: those apart, and all.

use memchr::memmem::Finder;
use memmap2::Mmap;
use std::error::Error;
use std::fs::{self, File};

/// Where the word starts, also inside another place of it.
fn overlapping(finder: &Finder, text: &[u8]) -> Vec<usize> {
    let (mut places, mut from) = (Vec::new(), 0);
    while let Some(at) = text.get(from..).and_then(|rest| finder.find(rest)) {
        places.push(from + at);
        from += at + 1;
    }
    places
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = fs::read("lorem.txt")?;
    text.extend(b"banana\n");
    fs::write("lorem_copy.txt", text)?;
    let file = File::open("lorem_copy.txt")?;
    // SAFETY: the program made this copy for itself. Others are trusted to
    // keep off.
    let map = unsafe { Mmap::map(&file)? };
    for word in ["Nulla", "ana", "zebra"] {
        let finder = Finder::new(word);
        let apart: Vec<_> = finder.find_iter(&map).collect();
        let all = overlapping(&finder, &map);
        println!("{word}: {apart:?}, with those that overlap {all:?}");
    }
    drop(map);
    fs::remove_file("lorem_copy.txt")?;
    Ok(())
}
