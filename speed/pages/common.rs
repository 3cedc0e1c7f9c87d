//! What the pages share: names, the text, the work, the map.

pub use super::{Contender, Run, prepared, quartiles, system, work};
pub use mapped_file::MappedFile;
pub use memmap2::{Advice, Mmap, MmapMut, MmapOptions};
pub use speed::data::Kind::{self, Kept, Limit, Made, Part, Program, Start, Without};
pub use std::fs::{self, File};
pub use std::hint::black_box;
pub use std::os::unix::fs::FileExt;
pub use std::path::Path;

/// What most files are full of.
pub const TEXT: &[u8] = b"Lorem ipsum dolor sit amet, consectetuer adipiscing elit. Donec\n";
/// What a disk reads at the least, or a multiple of it.
pub const PAGE: usize = 4 << 10;
/// What is read at a time by who has one buffer.
pub const BUFFER: usize = 64 << 10;
/// How much of a file is read from the disk itself at a time: enough to keep it busy.
const DIRECT: usize = 8 << 20;

/// The work: a sum over all bytes, eight at a time.
pub fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let words = words.iter().map(|word| u64::from_ne_bytes(*word));
    let rest = rest.iter().map(|byte| u64::from(*byte));
    total(words.chain(rest))
}

pub fn total(parts: impl Iterator<Item = u64>) -> u64 {
    parts.fold(0, u64::wrapping_add)
}

/// A byte of each page.
pub fn touch(bytes: &[u8]) -> u64 {
    total(bytes.iter().step_by(PAGE).map(|byte| u64::from(*byte)))
}

/// Sums to the end, by way of one buffer.
pub fn read(file: &mut impl std::io::Read, buffer: &mut [u8]) -> u64 {
    total(std::iter::from_fn(|| match file.read(buffer).unwrap() {
        0 => None,
        read => Some(sum(&buffer[..read])),
    }))
}

/// A `Vec` that had other bytes before, with those of a file.
pub fn filled(kept: &mut Vec<u8>, mut file: impl std::io::Read) -> &[u8] {
    kept.clear();
    file.read_to_end(kept).unwrap();
    kept
}

/// How many page faults the work has.
pub fn faults_of(work: &mut dyn FnMut() -> u64) -> f64 {
    let before = system::page_faults();
    black_box(work());
    (system::page_faults() - before) as f64
}

/// Places of eight bytes, in an order of chance that is the same in each run.
pub fn places(count: usize, len: usize) -> Vec<usize> {
    let mut chance = fastrand::Rng::with_seed(13);
    (0..count).map(|_| chance.usize(..len / 8) * 8).collect()
}

/// The sum of what is at the places.
pub fn sum_at(bytes: &[u8], places: &[usize]) -> u64 {
    total(places.iter().map(|&place| sum(&bytes[place..place + 8])))
}

/// The same, a system call each. A buffer for a word or for a page says how much that reads; the
/// disk itself reads no less than a page.
pub fn read_at(file: &File, places: &[usize], buffer: &mut [u8]) -> u64 {
    total(places.iter().map(|&place| {
        let at = place % buffer.len();
        file.read_exact_at(buffer, (place - at) as u64).unwrap();
        sum(&buffer[at..at + 8])
    }))
}

/// The work on all bytes, or at some places.
pub fn sum_of(bytes: &[u8], places: Option<&[usize]>) -> u64 {
    places.map_or_else(|| sum(bytes), |places| sum_at(bytes, places))
}

/// The least that this takes: in memory that holds the file, or from the disk itself.
pub fn limit<'a>(path: &'a Path, disk: bool, places: Option<&'a [usize]>) -> Contender<'a> {
    let memory = (!disk).then(|| in_memory(path));
    let mut aligned = aligned();
    work(Limit, "limit", move || match (&memory, places) {
        (Some(memory), _) => sum_of(memory, places),
        (None, None) => read(&mut system::open_direct(path), &mut aligned),
        (None, Some(at)) => read_at(&system::open_direct(path), at, &mut aligned[..PAGE]),
    })
}

/// Memory for what is read from the disk itself, or written there. In huge pages, where the system has
/// them: the disk is told of each page, and for small ones that takes longer than the disk does.
pub fn aligned() -> MmapMut {
    let mut map = MmapMut::map_anon(DIRECT).unwrap();
    let _ = map.advise(Advice::HugePage);
    map.fill(b'x');
    map
}

/// A map for reading of a file of this run.
pub fn map(file: &File) -> Mmap {
    // SAFETY: the file is this run's alone, and nobody changes it while the map is in use.
    unsafe { Mmap::map(file) }.unwrap()
}

/// The same, with advice.
pub fn advised(file: &File, advice: Option<Advice>) -> Mmap {
    let map = map(file);
    if let Some(advice) = advice {
        map.advise(advice).unwrap();
    }
    map
}

/// The same, with all pages put in when it is made.
pub fn populated(file: &File) -> Mmap {
    // SAFETY: as in `map`.
    unsafe { MmapOptions::new().populate().map(file) }.unwrap()
}

/// The type of the book over a file of this run.
pub fn ours(path: &Path) -> MappedFile {
    // SAFETY: as in `map`.
    unsafe { MappedFile::options().open(path) }.unwrap()
}

/// Memory that no file stands behind, a small page at a time.
pub fn anonymous(len: usize) -> MmapMut {
    let map = MmapMut::map_anon(len).unwrap();
    // A system without huge pages need not be asked for none.
    let _ = map.advise(Advice::NoHugePage);
    map
}

/// The bytes of a file in memory that no file stands behind, in huge pages, where the system has them:
/// what takes the least time to use.
pub fn in_memory(path: &Path) -> MmapMut {
    let bytes = fs::read(path).unwrap();
    let mut memory = MmapMut::map_anon(bytes.len()).unwrap();
    let _ = memory.advise(Advice::HugePage);
    memory.copy_from_slice(&bytes);
    memory
}

/// How many bytes, as the figures say it.
pub fn bytes(len: usize) -> String {
    match len {
        len if len >= 1 << 30 => format!("{} GiB", len >> 30),
        len if len >= 1 << 20 => format!("{} MiB", len >> 20),
        len => format!("{} KiB", len >> 10),
    }
}
