//! Commits a text so that a crash leaves the old one or the new one, whole.

use std::{error::Error, fs, io, io::Write, ops::DerefMut};

/// The byte that says which slot counts, that slot, and the other one.
pub fn parts(map: &mut [u8]) -> Option<(&mut u8, &mut [u8], &mut [u8])> {
    let (which, slots) = map.split_first_mut()?;
    let (one, other) = slots.split_at_mut(slots.len() / 2);
    Some(match which {
        0 => (which, one, other),
        _ => (which, other, one),
    })
}

/// Fills the slot that does not count, and then says that it does.
pub fn commit<M: DerefMut<Target = [u8]>>(
    map: &mut M,
    text: &[u8],
    flush: impl Fn(&M) -> io::Result<()>,
) -> io::Result<()> {
    let (_, _, mut free) = parts(map).ok_or(io::ErrorKind::InvalidInput)?;
    free.write_all(text)?;
    free.fill(b' ');
    flush(map)?;
    let which = map.first_mut().ok_or(io::ErrorKind::InvalidInput)?;
    *which = u8::from(*which == 0);
    flush(map)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = fs::File::create_new("accounts")?;
    file.set_len(1 + 2 * 4096)?;
    file.write_all(&fs::read("accounts")?)?; // if an earlier flush failed
    file.sync_all()?;
    #[cfg(unix)]
    fs::File::open(".")?.sync_all()?;
    // SAFETY: the file is new. Others are trusted to leave it to this program.
    let mut map = unsafe { memmap2::MmapMut::map_mut(&file)? };
    commit(&mut map, b"Ann 100, Ben 0", |map| map.flush())?;
    commit(&mut map, b"Ann 70, Ben 30", |map| map.flush())?;
    let (_, text, _) = parts(&mut map).ok_or("no slots")?;
    println!("{}", text.trim_ascii_end().escape_ascii());
    drop(map);
    Ok(fs::remove_file("accounts")?)
}
