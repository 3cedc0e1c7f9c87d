//! Compares a map with a `Vec<u8>` and a position, and its file with what the access promises.
//!
//! By default there are few cases, always the same. For more cases with new seeds:
//!
//! ```text
//! PROPTEST_CASES=1000 cargo test --test model
//! ```

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use mapped_file::{Access, MappedFile};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use std::fmt::Debug;
use std::fs;
use std::io::ErrorKind::{InvalidInput, PermissionDenied, UnexpectedEof, WriteZero};
use std::io::{self, BufRead, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::{Bound, Range};
use tempfile::TempDir;

type Bounds = (Bound<usize>, Bound<usize>);

/// One call of a method.
#[derive(Clone, Debug)]
enum Step {
    Read(usize),
    ReadExact(usize),
    ReadByte,
    ReadLine,
    Consume(usize),
    Seek(SeekFrom),
    ReadBytes(usize),
    ReadToEnd,
    Write(Vec<u8>),
    WriteExact(Vec<u8>),
    WriteByte(u8),
    Find(Vec<u8>),
    FindIn(Bounds, Vec<u8>),
    Rfind(Vec<u8>),
    RfindIn(Bounds, Vec<u8>),
    Move(Bounds, usize),
    Resize(usize),
    Flush,
    FlushRange(Bounds),
    Slice(Range<usize>),
    Store(Range<usize>, u8),
}

/// Few different bytes, so that searches find something and lines end.
fn byte() -> impl Strategy<Value = u8> {
    select(b"ab\n\xff".as_slice())
}

/// Mostly inside a map, which has about 40 bytes, and sometimes far outside.
fn place() -> impl Strategy<Value = usize> {
    let far = select([100_000, isize::MAX as usize, usize::MAX].as_slice());
    prop_oneof![15 => 0..50usize, 1 => far]
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let bound = || {
        prop_oneof![
            3 => place().prop_map(Bound::Included),
            3 => place().prop_map(Bound::Excluded),
            1 => Just(Bound::Unbounded),
        ]
    };
    (bound(), bound())
}

fn seek() -> impl Strategy<Value = SeekFrom> {
    let distance = || prop_oneof![15 => -50..50i64, 1 => select([i64::MIN, i64::MAX].as_slice())];
    prop_oneof![
        2 => place().prop_map(|place| SeekFrom::Start(place as u64)),
        1 => distance().prop_map(SeekFrom::Current),
        1 => distance().prop_map(SeekFrom::End),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    use Step::*;
    let needle = || vec(byte(), 0..4);
    // Some lengths cross pages of every size, and one length is impossible.
    let len = prop_oneof![12 => 0..50usize, 2 => 0..20_000usize, 1 => Just(usize::MAX)];
    prop_oneof![
        1 => (0..20usize).prop_map(Read),
        1 => (0..20usize).prop_map(ReadExact),
        1 => Just(ReadByte),
        1 => Just(ReadLine),
        1 => place().prop_map(Consume),
        3 => seek().prop_map(Seek),
        1 => place().prop_map(ReadBytes),
        1 => Just(ReadToEnd),
        2 => vec(byte(), 0..20).prop_map(Write),
        2 => vec(byte(), 0..20).prop_map(WriteExact),
        1 => byte().prop_map(WriteByte),
        1 => needle().prop_map(Find),
        1 => (bounds(), needle()).prop_map(|(bounds, needle)| FindIn(bounds, needle)),
        1 => needle().prop_map(Rfind),
        1 => (bounds(), needle()).prop_map(|(bounds, needle)| RfindIn(bounds, needle)),
        2 => (0..30usize, 0..20usize, place()).prop_map(|(start, count, dest)| {
            Move((Bound::Included(start), Bound::Excluded(start + count)), dest)
        }),
        1 => (bounds(), place()).prop_map(|(src, dest)| Move(src, dest)),
        2 => len.prop_map(Resize),
        1 => Just(Flush),
        1 => bounds().prop_map(FlushRange),
        1 => (place(), place()).prop_map(|(start, end)| Slice(start..end)),
        1 => (place(), place(), byte()).prop_map(|(start, end, byte)| Store(start..end, byte)),
    ]
}

/// Formats the result of a call, to compare it.
fn shown(result: impl Debug) -> String {
    format!("{result:?}")
}

fn on_map(map: &mut MappedFile, step: &Step) -> io::Result<String> {
    Ok(match step {
        Step::Read(count) => {
            let mut buffer = vec![0; *count];
            let count = map.read(&mut buffer)?;
            shown(&buffer[..count])
        }
        Step::ReadExact(count) => {
            let mut buffer = vec![0; *count];
            map.read_exact(&mut buffer)?;
            shown(buffer)
        }
        Step::ReadByte => shown(map.read_byte()?),
        Step::ReadLine => {
            let mut line = Vec::new();
            map.read_until(b'\n', &mut line)?;
            shown(line)
        }
        Step::Consume(count) => {
            let seen = shown(map.fill_buf()?);
            map.consume(*count);
            seen
        }
        Step::Seek(to) => shown(map.seek(*to)?),
        Step::ReadBytes(count) => shown(map.read_bytes(*count)),
        Step::ReadToEnd => {
            let mut bytes = Vec::new();
            map.read_to_end(&mut bytes)?;
            shown(bytes)
        }
        Step::Write(bytes) => shown(map.write(bytes)?),
        Step::WriteExact(bytes) => shown(map.write_exact(bytes)?),
        Step::WriteByte(byte) => shown(map.write_byte(*byte)?),
        Step::Find(needle) => shown(map.find(needle)),
        Step::FindIn(bounds, needle) => shown(map.find_in(*bounds, needle)),
        Step::Rfind(needle) => shown(map.rfind(needle)),
        Step::RfindIn(bounds, needle) => shown(map.rfind_in(*bounds, needle)),
        Step::Move(src, dest) => shown(map.move_within(*src, *dest)?),
        Step::Resize(len) => shown(map.resize(*len)?),
        Step::Flush => shown(MappedFile::flush(map)?),
        Step::FlushRange(bounds) => shown(map.flush_range(*bounds)?),
        Step::Slice(range) => shown(map.get(range.clone())),
        Step::Store(range, byte) => {
            let place = map.as_mut_slice()?.get_mut(range.clone());
            shown(place.map(|place| place.fill(*byte)))
        }
    })
}

struct Model {
    bytes: Vec<u8>,
    position: usize,
    access: Access,
    /// The bytes of the file behind the map. A longer map takes them in, and a shorter map leaves
    /// its bytes there.
    behind: Vec<u8>,
}

impl Model {
    fn step(&mut self, step: &Step) -> Result<String, ErrorKind> {
        let len = self.bytes.len();
        Ok(match step {
            Step::Read(count) => {
                let bytes = self.rest()[..self.rest().len().min(*count)].to_vec();
                self.position += bytes.len();
                shown(bytes)
            }
            Step::ReadExact(count) => shown(self.take(*count)?),
            Step::ReadByte => shown(self.take(1)?[0]),
            Step::ReadLine => {
                let line = self.rest().split_inclusive(|&byte| byte == b'\n').next();
                let count = line.map_or(0, <[u8]>::len);
                shown(self.take(count)?)
            }
            Step::Consume(count) => {
                let seen = shown(self.rest());
                self.position += self.rest().len().min(*count);
                seen
            }
            Step::Seek(to) => {
                // In this type, no sum overflows.
                let place = match *to {
                    SeekFrom::Start(place) => i128::from(place),
                    SeekFrom::Current(distance) => self.position as i128 + i128::from(distance),
                    SeekFrom::End(distance) => len as i128 + i128::from(distance),
                };
                let stays = place == self.position as i128;
                if !(0..=len as i128).contains(&place) && !stays {
                    return Err(InvalidInput);
                }
                self.position = place as usize;
                shown(place)
            }
            Step::ReadBytes(count) => shown(self.take(self.rest().len().min(*count))?),
            Step::ReadToEnd => shown(self.take(self.rest().len())?),
            Step::Write(bytes) => {
                let count = self.rest().len().min(bytes.len());
                self.write(&bytes[..count], bytes.is_empty())?;
                shown(count)
            }
            Step::WriteExact(bytes) => shown(self.write(bytes, bytes.is_empty())?),
            Step::WriteByte(byte) => shown(self.write(&[*byte], false)?),
            Step::Find(needle) => shown(self.places(0..len, needle).next()),
            Step::Rfind(needle) => shown(self.places(0..len, needle).last()),
            Step::FindIn(bounds, needle) => shown(self.places(clamp(*bounds, len), needle).next()),
            Step::RfindIn(bounds, needle) => shown(self.places(clamp(*bounds, len), needle).last()),
            Step::Move(src, dest) => {
                self.check(self.access != Access::Read)?;
                let bytes = self.bytes.get(inside(*src, len)?).unwrap().to_vec();
                let place = self.bytes.get_mut(*dest..).ok_or(InvalidInput)?;
                let place = place.get_mut(..bytes.len()).ok_or(InvalidInput)?;
                place.copy_from_slice(&bytes);
                shown(())
            }
            Step::Resize(new_len) => {
                self.check(self.access == Access::Write)?;
                if *new_len > isize::MAX as usize {
                    return Err(InvalidInput);
                }
                let ends_the_file = self.behind.is_empty();
                self.bytes.append(&mut self.behind);
                if ends_the_file || *new_len > self.bytes.len() {
                    self.bytes.resize(*new_len, 0);
                }
                self.behind = self.bytes.split_off(*new_len);
                shown(())
            }
            Step::Flush => shown(()),
            Step::FlushRange(bounds) => shown(inside(*bounds, len).map(drop)?),
            Step::Slice(range) => shown(self.bytes.get(range.clone())),
            Step::Store(range, byte) => {
                self.check(self.access != Access::Read)?;
                let place = self.bytes.get_mut(range.clone());
                shown(place.map(|place| place.fill(*byte)))
            }
        })
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.position.min(self.bytes.len())..]
    }

    fn take(&mut self, count: usize) -> Result<Vec<u8>, ErrorKind> {
        if count > self.rest().len() {
            return Err(UnexpectedEof);
        }
        let bytes = self.rest()[..count].to_vec();
        self.position += count;
        Ok(bytes)
    }

    /// Writing no bytes succeeds, even for a map with read access.
    fn write(&mut self, bytes: &[u8], nothing: bool) -> Result<(), ErrorKind> {
        if nothing {
            return Ok(());
        }
        self.check(self.access != Access::Read)?;
        if bytes.len() > self.rest().len() {
            return Err(WriteZero);
        }
        // A position past the end has no room.
        let place = self.bytes.iter_mut().skip(self.position);
        place.zip(bytes).for_each(|(place, byte)| *place = *byte);
        self.position += bytes.len();
        Ok(())
    }

    /// Returns every place of the needle in a range.
    fn places(&self, range: Range<usize>, needle: &[u8]) -> impl Iterator<Item = usize> {
        let places = range.start..=range.end;
        places.filter(move |&place| {
            place + needle.len() <= range.end && self.bytes[place..].starts_with(needle)
        })
    }

    fn check(&self, permitted: bool) -> Result<(), ErrorKind> {
        permitted.then_some(()).ok_or(PermissionDenied)
    }
}

/// Returns the start and the end of the bounds, in a type that does not overflow.
fn ends(bounds: Bounds, len: usize) -> (u128, u128) {
    let start = match bounds.0 {
        Bound::Included(place) => place as u128,
        Bound::Excluded(place) => place as u128 + 1,
        Bound::Unbounded => 0,
    };
    let end = match bounds.1 {
        Bound::Included(place) => place as u128 + 1,
        Bound::Excluded(place) => place as u128,
        Bound::Unbounded => len as u128,
    };
    (start, end)
}

/// Cuts the bounds to the map. A start past the end of the map stays past the end.
fn clamp(bounds: Bounds, len: usize) -> Range<usize> {
    let (start, end) = ends(bounds, len);
    let place = |place: u128, most: usize| place.min(most as u128) as usize;
    place(start, len + 1)..place(end, len)
}

/// Returns the bounds if all of them is inside the map.
fn inside(bounds: Bounds, len: usize) -> Result<Range<usize>, ErrorKind> {
    let (start, end) = ends(bounds, len);
    match start <= end && end <= len as u128 {
        true => Ok(clamp(bounds, len)),
        false => Err(InvalidInput),
    }
}

fn config() -> ProptestConfig {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig {
            cases: 32,
            rng_seed: RngSeed::Fixed(0),
            ..config
        },
    }
}

fn take_steps(
    map: &mut MappedFile,
    model: &mut Model,
    steps: &[Step],
    mut check_file: impl FnMut(&Step, &Model),
) {
    for step in steps {
        let result = on_map(map, step).map_err(|error| error.kind());
        assert_eq!(result, model.step(step), "{step:?}");
        assert_eq!(map.position(), model.position, "{step:?}");
        assert_eq!(map.stream_position().unwrap(), model.position as u64);
        assert!(map[..] == model.bytes, "the bytes differ after {step:?}");
        check_file(step, model);
    }
}

/// A file with bytes before and behind the map. Each count can be zero.
#[derive(Clone, Debug)]
struct Contents {
    before: usize,
    mapped: Vec<u8>,
    behind: usize,
}

fn contents() -> impl Strategy<Value = Contents> {
    // Some maps start in a later page, for every page size.
    let before = prop_oneof![Just(0), 1..50usize, 1..20_000usize];
    (before, vec(byte(), 0..40), prop_oneof![Just(0), 0..30usize]).prop_map(
        |(before, mapped, behind)| Contents {
            before,
            mapped,
            behind,
        },
    )
}

fn map_a_file(contents: &Contents, access: Access) -> (TempDir, Vec<u8>, MappedFile) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let bytes = [
        &vec![b'-'; contents.before],
        &contents.mapped,
        &vec![b'+'; contents.behind],
    ];
    let bytes = bytes.map(Vec::as_slice).concat();
    fs::write(&path, &bytes).unwrap();
    let mut options = MappedFile::options();
    options.access(access).offset(contents.before as u64);
    options.len(contents.mapped.len());
    // SAFETY: no other program is told of the file, and this one only reads it.
    let map = unsafe { options.open(path) }.unwrap();
    (folder, bytes, map)
}

/// Takes the steps on a map whose access does not change the file.
fn take_steps_beside_a_file(contents: &Contents, access: Access, steps: &[Step]) {
    let (folder, before, mut map) = map_a_file(contents, access);
    let mut model = Model {
        bytes: contents.mapped.clone(),
        position: 0,
        access,
        behind: Vec::new(),
    };
    take_steps(&mut map, &mut model, steps, |step, _| {
        let file = fs::read(folder.path().join("file")).unwrap();
        assert!(file == before, "the file changed in {step:?}");
    });
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_anonymous_map_behaves_like_a_vec(len in 0..40usize, steps in vec(step(), 0..40)) {
        let mut map = MappedFile::anonymous(len).unwrap();
        let mut model = Model { bytes: vec![0; len], position: 0, access: Access::Write, behind: vec![] };
        take_steps(&mut map, &mut model, &steps, |_, _| {});
    }

    #[test]
    fn a_map_with_write_access_behaves_like_a_vec_and_the_file_follows(
        contents in contents(), steps in vec(step(), 0..40)
    ) {
        let (folder, mut before, mut map) = map_a_file(&contents, Access::Write);
        let behind = before.split_off(contents.before + contents.mapped.len());
        before.truncate(contents.before);
        let mut model = Model { bytes: contents.mapped, position: 0, access: Access::Write, behind };
        take_steps(&mut map, &mut model, &steps, |step, model| {
            let expected = [&before, &model.bytes, &model.behind].map(Vec::as_slice).concat();
            let file = fs::read(folder.path().join("file")).unwrap();
            assert!(file == expected, "the file differs after {step:?}");
        });
    }

    #[test]
    fn a_map_with_copy_access_behaves_like_a_vec_and_the_file_never_changes(
        contents in contents(), steps in vec(step(), 0..40)
    ) {
        take_steps_beside_a_file(&contents, Access::Copy, &steps);
    }

    #[test]
    fn a_map_with_read_access_behaves_like_a_vec_and_the_file_never_changes(
        contents in contents(), steps in vec(step(), 0..40)
    ) {
        take_steps_beside_a_file(&contents, Access::Read, &steps);
    }
}
