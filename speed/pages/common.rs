//! Functions that several pages use: names, the text, the work, the map.

pub use super::{Contender, Run, prepared, quartiles, system, work};
pub use mapped_file::MappedFile;
pub use memmap2::{Advice, Mmap, MmapMut, MmapOptions};
pub use speed::data::Kind::{self, Baseline, Kept, Made, Part, Program, Start, Without};
pub use std::fs::{self, File};
pub use std::hint::black_box;
pub use std::os::unix::fs::FileExt;
pub use std::path::Path;

/// The text that most of the files repeat.
pub const TEXT: &[u8] = b"Lorem ipsum dolor sit amet, consectetuer adipiscing elit. Donec\n";
/// The least number of bytes that a disk reads, or a multiple of it.
pub const PAGE: usize = 4 << 10;
/// The size of the buffer of a contender that reads into one buffer.
pub const BUFFER: usize = 64 << 10;
/// The size of a direct read from the disk: large enough to keep the disk busy.
const DIRECT: usize = 8 << 20;

/// The work: sums all bytes, eight at a time.
pub fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let words = words.iter().map(|word| u64::from_ne_bytes(*word));
    let rest = rest.iter().map(|byte| u64::from(*byte));
    total(words.chain(rest))
}

pub fn total(parts: impl Iterator<Item = u64>) -> u64 {
    parts.fold(0, u64::wrapping_add)
}

/// Sums one byte of each page.
pub fn touch(bytes: &[u8]) -> u64 {
    total(bytes.iter().step_by(PAGE).map(|byte| u64::from(*byte)))
}

/// Sums a file to its end, through one buffer.
pub fn read(file: &mut impl std::io::Read, buffer: &mut [u8]) -> u64 {
    total(std::iter::from_fn(|| match file.read(buffer).unwrap() {
        0 => None,
        read => Some(sum(&buffer[..read])),
    }))
}

/// Reads a file into a `Vec` that was used before.
pub fn filled(kept: &mut Vec<u8>, mut file: impl std::io::Read) -> &[u8] {
    kept.clear();
    file.read_to_end(kept).unwrap();
    kept
}

/// Counts the page faults of the work.
pub fn faults_of(work: &mut dyn FnMut() -> u64) -> f64 {
    let before = system::page_faults();
    black_box(work());
    (system::page_faults() - before) as f64
}

/// Places of eight bytes, in a random order that is the same in each run.
pub fn places(count: usize, len: usize) -> Vec<usize> {
    let mut chance = fastrand::Rng::with_seed(13);
    (0..count).map(|_| chance.usize(..len / 8) * 8).collect()
}

/// Sums the words at the places.
pub fn sum_at(bytes: &[u8], places: &[usize]) -> u64 {
    total(places.iter().map(|&place| sum(&bytes[place..place + 8])))
}

/// Sums the words at the places, with one system call for each. The buffer has the size of a word
/// or, for a direct read, of a page: the disk does not read less.
pub fn read_at(file: &File, places: &[usize], buffer: &mut [u8]) -> u64 {
    total(places.iter().map(|&place| {
        let at = place % buffer.len();
        file.read_exact_at(buffer, (place - at) as u64).unwrap();
        sum(&buffer[at..at + 8])
    }))
}

/// The work: all bytes, or the words at some places.
pub fn sum_of(bytes: &[u8], places: Option<&[usize]>) -> u64 {
    places.map_or_else(|| sum(bytes), |places| sum_at(bytes, places))
}

/// The baseline of this work: the same work in a copy in memory, or with direct reads from the disk.
pub fn baseline<'a>(path: &'a Path, disk: bool, places: Option<&'a [usize]>) -> Contender<'a> {
    let memory = (!disk).then(|| in_memory(path));
    let mut aligned = aligned();
    work(Baseline, "baseline", move || match (&memory, places) {
        (Some(memory), _) => sum_of(memory, places),
        (None, None) => read(&mut system::open_direct(path), &mut aligned),
        (None, Some(at)) => read_at(&system::open_direct(path), at, &mut aligned[..PAGE]),
    })
}

/// Memory for direct reads and writes. It uses huge pages if the system has them: the system passes
/// each page to the disk, and for small pages that takes longer than the disk itself.
pub fn aligned() -> MmapMut {
    let mut map = MmapMut::map_anon(DIRECT).unwrap();
    let _ = map.advise(Advice::HugePage);
    map.fill(b'x');
    map
}

/// Maps a file of this run for reading.
pub fn map(file: &File) -> Mmap {
    // SAFETY: only this run uses the file, and it does not change the file while the map is in use.
    unsafe { Mmap::map(file) }.unwrap()
}

/// Maps a file of this run for reading, with advice.
pub fn advised(file: &File, advice: Option<Advice>) -> Mmap {
    let map = map(file);
    if let Some(advice) = advice {
        map.advise(advice).unwrap();
    }
    map
}

/// Maps a file of this run for reading, with all its pages from the start (populated).
pub fn populated(file: &File) -> Mmap {
    // SAFETY: as in `map`.
    unsafe { MmapOptions::new().populate().map(file) }.unwrap()
}

/// Makes a `MappedFile` of a file of this run.
pub fn ours(path: &Path) -> MappedFile {
    // SAFETY: as in `map`.
    unsafe { MappedFile::options().open(path) }.unwrap()
}

/// Memory that belongs to no file, in small pages.
pub fn anonymous(len: usize) -> MmapMut {
    let map = MmapMut::map_anon(len).unwrap();
    // A system without huge pages refuses this advice, and gives small pages anyway.
    let _ = map.advise(Advice::NoHugePage);
    map
}

/// Copies the bytes of a file into memory that belongs to no file. It uses huge pages if the system
/// has them, because they take the least time.
pub fn in_memory(path: &Path) -> MmapMut {
    let bytes = fs::read(path).unwrap();
    let mut memory = MmapMut::map_anon(bytes.len()).unwrap();
    let _ = memory.advise(Advice::HugePage);
    memory.copy_from_slice(&bytes);
    memory
}

/// A number of bytes, as the figures print it.
pub fn bytes(len: usize) -> String {
    match len {
        len if len >= 1 << 30 => format!("{} GiB", len >> 30),
        len if len >= 1 << 20 => format!("{} MiB", len >> 20),
        len => format!("{} KiB", len >> 10),
    }
}
