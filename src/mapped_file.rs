//! A mapped file that is bytes and a file at once, as Python's `mmap` object is.
//!
//! Copy this file into a project that depends on `memmap2` and `memchr`.

// A project that copies the file need not use all of it.
#![allow(dead_code)]

use memchr::memmem;
use memmap2::{Mmap, MmapMut, MmapOptions};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::{Bound, Deref, Range, RangeBounds};
use std::path::Path;

/// What a store into the map changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Nothing: there are no stores. Python's `ACCESS_READ`.
    #[default]
    Read,
    /// The file. Python's `ACCESS_WRITE`, which is its default.
    Write,
    /// The memory of this process, never the file. Python's `ACCESS_COPY`.
    Copy,
}

/// How to make a [`MappedFile`], in the manner of [`std::fs::OpenOptions`].
///
/// As it starts out, it maps a whole file for reading.
///
/// ```
/// use mapped_file::{Access, MappedFile};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("notes.txt");
/// # std::fs::write(&path, "Lorem ipsum")?;
/// // SAFETY: no other program knows the file.
/// let map = unsafe { MappedFile::options().access(Access::Copy).offset(6).len(5).open(path)? };
/// assert_eq!(map[..], *b"ipsum");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    access: Access,
    offset: u64,
    len: Option<usize>,
}

impl Options {
    /// What a store into the map changes; [`Access::Read`] unless this says otherwise.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// use mapped_file::{Access, MappedFile};
    /// // SAFETY: no other program knows the file.
    /// let mut map = unsafe { MappedFile::options().access(Access::Write).open(&path)? };
    /// map.as_mut_slice()?[0] = b'l';
    /// assert_eq!(std::fs::read(&path)?[..5], *b"lorem");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn access(&mut self, access: Access) -> &mut Self {
        self.access = access;
        self
    }

    /// The byte of the file that the map starts at: any, where Python wants a multiple of
    /// its `ALLOCATIONGRANULARITY`.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// // SAFETY: no other program knows the file.
    /// let map = unsafe { mapped_file::MappedFile::options().offset(6).open(&path)? };
    /// assert_eq!(map[..], *b"ipsum");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn offset(&mut self, offset: u64) -> &mut Self {
        self.offset = offset;
        self
    }

    /// The length of the map in bytes; up to the end of the file unless this says otherwise.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// // SAFETY: no other program knows the file.
    /// let map = unsafe { mapped_file::MappedFile::options().len(5).open(&path)? };
    /// assert_eq!(map[..], *b"Lorem");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn len(&mut self, len: usize) -> &mut Self {
        self.len = Some(len);
        self
    }

    /// Opens the file as the access needs it, and maps it as [`map`](Self::map) does.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// // SAFETY: no other program knows the file.
    /// let map = unsafe { mapped_file::MappedFile::options().open(&path)? };
    /// assert_eq!(map.len(), 11);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Safety
    ///
    /// As for [`map`](Self::map).
    ///
    /// # Errors
    ///
    /// That of the system, if the file cannot be opened, and those of [`map`](Self::map).
    pub unsafe fn open(&self, path: impl AsRef<Path>) -> io::Result<MappedFile> {
        let path = path.as_ref();
        let context =
            |error: Error| Error::new(error.kind(), format!("open {}: {error}", path.display()));
        // Before it is opened: to open a pipe is to wait for whoever writes to it.
        if !path.metadata().map_err(context)?.is_file() {
            return Err(not_regular());
        }
        let write = self.access == Access::Write;
        let file = File::options().read(true).write(write).open(path);
        let file = file.map_err(context)?;
        // SAFETY: the caller promises what `map` asks for.
        unsafe { self.map(file) }
    }

    /// Maps an open file, which stays open as long as the map.
    ///
    /// With [`Access::Write`], a file that ends before the map does is extended with zeros.
    /// That takes no space on the disk. The first store into a page does, and on Unix a full
    /// disk ends the process then, with SIGBUS.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// let file = std::fs::File::open(&path)?;
    /// // SAFETY: no other program knows the file.
    /// let map = unsafe { mapped_file::MappedFile::options().map(file)? };
    /// assert_eq!(map.len(), 11);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Safety
    ///
    /// While the map is in use, by this process or another, nobody may
    ///
    /// - write to the mapped part of the file in any other way, as long as bytes of the map
    ///   are borrowed: the compiler relies on what a `&[u8]` refers to to stay as it is;
    /// - make the file shorter than the map: on Unix the next touch of a page that is gone
    ///   ends the process with SIGBUS.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the file is not a regular one, or ends before the map
    /// does and the access is not [`Access::Write`]; [`ErrorKind::PermissionDenied`] if it
    /// was not opened for what the access needs; otherwise the error of the system, as where
    /// it has to be extended and cannot be. The file is then as long as it was.
    pub unsafe fn map(&self, file: File) -> io::Result<MappedFile> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(not_regular());
        }
        let (offset, old_len) = (self.offset, metadata.len());
        let rest = old_len
            .checked_sub(offset)
            .and_then(|rest| usize::try_from(rest).ok());
        let range = self
            .len
            .or(rest)
            .and_then(|len| Some((len, end_of(offset, len)?)));
        let (len, end) = match range {
            Some((len, end)) if end <= old_len || self.access == Access::Write => (len, end),
            _ => {
                let len = self.len.map_or("all".into(), |len| len.to_string());
                return Err(invalid(format!(
                    "map of {len} bytes from byte {offset}: the file has {old_len} bytes"
                )));
            }
        };
        let context = |error| context(error, "map", offset..end);
        if end > old_len {
            // To `set_len`, a file that is not open for writing is an invalid argument.
            // SAFETY: a map of no bytes has none that could change or go away.
            unsafe { Bytes::map(&file, self.access, 0, 0) }.map_err(context)?;
            file.set_len(end).map_err(context)?;
        }
        // SAFETY: the file is long enough, and the caller promises the rest.
        let bytes = unsafe { Bytes::map(&file, self.access, offset, len) };
        if bytes.is_err() && end > old_len {
            file.set_len(old_len).map_err(context)?;
        }
        Ok(MappedFile {
            bytes: bytes.map_err(context)?,
            access: self.access,
            file: Some(file),
            offset,
            position: 0,
        })
    }
}

enum Bytes {
    ReadOnly(Mmap),
    Mutable(MmapMut),
}

impl Bytes {
    /// # Safety
    ///
    /// As for [`Options::map`], and the file has the bytes.
    unsafe fn map(file: &File, access: Access, offset: u64, len: usize) -> io::Result<Self> {
        let mut options = MmapOptions::new();
        options.offset(offset).len(len);
        // SAFETY: the caller promises what the three functions ask for.
        unsafe {
            match access {
                Access::Read => options.map(file).map(Bytes::ReadOnly),
                Access::Write => options.map_mut(file).map(Bytes::Mutable),
                Access::Copy => options.map_copy(file).map(Bytes::Mutable),
            }
        }
    }
}

/// A map of a file, or of memory that no file stands behind, that is bytes and a file.
///
/// It derefs to `[u8]`, and it reads, writes and seeks from a position of its own. The
/// position starts at 0 and no seek moves it past the end. A [`resize`](Self::resize) may
/// move the end before it; then it stays, reads give nothing, and writes fail.
///
/// No method panics. An error says what was tried, and leaves bytes, file and position as
/// they were; but `read_line` and `read_to_string` have read what is not UTF-8.
///
/// Differences between systems are those of the system calls: what may be mapped, when
/// the file may be resized, and the hazards in [`Options::map`].
pub struct MappedFile {
    bytes: Bytes,
    access: Access,
    file: Option<File>,
    offset: u64,
    position: usize,
}

impl MappedFile {
    /// How to map a file. Python's `mmap.mmap(fileno, length, access=..., offset=...)`.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// // SAFETY: no other program knows the file.
    /// let map = unsafe { mapped_file::MappedFile::options().offset(6).len(2).open(&path)? };
    /// assert_eq!(map[..], *b"ip");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn options() -> Options {
        Options::default()
    }

    /// Maps `len` bytes of zeros that no file stands behind.
    ///
    /// They belong to this process alone. Python's `mmap.mmap(-1, len)` shares them with
    /// the processes that it forks, and refuses a length of 0.
    ///
    /// ```
    /// let map = mapped_file::MappedFile::anonymous(3)?;
    /// assert_eq!(map[..], [0, 0, 0]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// That of the system, if it does not have the memory.
    pub fn anonymous(len: usize) -> io::Result<Self> {
        let bytes = MmapMut::map_anon(len).map_err(|error| context(error, "map", 0..len as u64))?;
        Ok(MappedFile {
            bytes: Bytes::Mutable(bytes),
            access: Access::Write,
            file: None,
            offset: 0,
            position: 0,
        })
    }

    /// The bytes, to store into. Python's `m[i] = ...` and `m[i:j] = ...`.
    ///
    /// ```
    /// let mut map = mapped_file::MappedFile::anonymous(5)?;
    /// map.as_mut_slice()?[1..4].copy_from_slice(b"abc");
    /// assert_eq!(map[..], *b"\0abc\0");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`] if the access is [`Access::Read`].
    pub fn as_mut_slice(&mut self) -> io::Result<&mut [u8]> {
        match &mut self.bytes {
            Bytes::Mutable(bytes) => Ok(bytes),
            Bytes::ReadOnly(_) => Err(Error::new(
                ErrorKind::PermissionDenied,
                "store: the map is read-only",
            )),
        }
    }

    /// Where `needle` first stands, counted from the start of the map. Python's
    /// `m.find(needle, 0)`; without the 0, Python searches from the position on.
    ///
    /// ```
    /// # use std::io::Write;
    /// let mut map = mapped_file::MappedFile::anonymous(9)?;
    /// map.write_all(b"abcabcabc")?;
    /// assert_eq!(map.find(b"c"), Some(2));
    /// assert_eq!(map.find(b"d"), None);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn find(&self, needle: &[u8]) -> Option<usize> {
        memmem::find(self, needle)
    }

    /// Where `needle` first stands within a range of the map, which may reach past its end.
    /// Python's `m.find(needle, start, end)`.
    ///
    /// ```
    /// # use std::io::Write;
    /// let mut map = mapped_file::MappedFile::anonymous(9)?;
    /// map.write_all(b"abcabcabc")?;
    /// assert_eq!(map.find_in(3..7, b"c"), Some(5));
    /// assert_eq!(map.find_in(6..900, b"a"), Some(6));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn find_in(&self, range: impl RangeBounds<usize>, needle: &[u8]) -> Option<usize> {
        let range = clamp(range, self.len());
        Some(range.start + memmem::find(self.get(range.clone())?, needle)?)
    }

    /// Where `needle` last stands. Python's `m.rfind(needle, 0)`.
    ///
    /// ```
    /// # use std::io::Write;
    /// let mut map = mapped_file::MappedFile::anonymous(9)?;
    /// map.write_all(b"abcabcabc")?;
    /// assert_eq!(map.rfind(b"c"), Some(8));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn rfind(&self, needle: &[u8]) -> Option<usize> {
        memmem::rfind(self, needle)
    }

    /// Where `needle` last stands within a range of the map, which may reach past its end.
    /// Python's `m.rfind(needle, start, end)`.
    ///
    /// ```
    /// # use std::io::Write;
    /// let mut map = mapped_file::MappedFile::anonymous(9)?;
    /// map.write_all(b"abcabcabc")?;
    /// assert_eq!(map.rfind_in(3..7, b"c"), Some(5));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn rfind_in(&self, range: impl RangeBounds<usize>, needle: &[u8]) -> Option<usize> {
        let range = clamp(range, self.len());
        Some(range.start + memmem::rfind(self.get(range.clone())?, needle)?)
    }

    /// Copies `count` bytes from `src` to `dest`, as if through a buffer. Python's
    /// `m.move(dest, src, count)`.
    ///
    /// ```
    /// # use std::io::Write;
    /// let mut map = mapped_file::MappedFile::anonymous(5)?;
    /// map.write_all(b"abcde")?;
    /// map.move_within(1, 0, 3)?;
    /// assert_eq!(map[..], *b"aabce");
    /// assert!(map.move_within(3, 0, 3).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if either range ends past the map, and
    /// [`ErrorKind::PermissionDenied`] if the access is [`Access::Read`].
    pub fn move_within(&mut self, dest: usize, src: usize, count: usize) -> io::Result<()> {
        let len = self.len();
        let bytes = self.as_mut_slice()?;
        let range = |start: usize| start.checked_add(count).filter(|&end| end <= len);
        match (range(src), range(dest)) {
            (Some(end), Some(_)) => bytes.copy_within(src..end, dest),
            _ => {
                return Err(invalid(format!(
                    "move of {count} bytes from byte {src} to {dest}: the map has {len} bytes"
                )));
            }
        }
        Ok(())
    }

    /// Where the next read or write starts. Python's `m.tell()`.
    ///
    /// ```
    /// # use std::io::{Seek, SeekFrom};
    /// let mut map = mapped_file::MappedFile::anonymous(5)?;
    /// map.seek(SeekFrom::End(-2))?;
    /// assert_eq!(map.position(), 3);
    /// assert!(map.seek(SeekFrom::Start(6)).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn position(&self) -> usize {
        self.position
    }

    /// Reads the byte at the position. Python's `m.read_byte()`.
    ///
    /// ```
    /// let mut map = mapped_file::MappedFile::anonymous(1)?;
    /// assert_eq!(map.read_byte()?, 0);
    /// assert_eq!(map.read_byte().unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnexpectedEof`] at the end of the map.
    pub fn read_byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    /// Writes a byte at the position. Python's `m.write_byte(byte)`.
    ///
    /// ```
    /// let mut map = mapped_file::MappedFile::anonymous(1)?;
    /// map.write_byte(b'a')?;
    /// assert!(map.write_byte(b'b').is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`write`](#method.write).
    pub fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.write(&[byte]).map(drop)
    }

    /// The length of the file in bytes, where `len()` is that of the map. Python's `m.size()`.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// // SAFETY: no other program knows the file.
    /// let map = unsafe { mapped_file::MappedFile::options().len(5).open(path)? };
    /// assert_eq!((map.len(), map.file_len()?), (5, 11));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] without a file, or the error of the system.
    pub fn file_len(&self) -> io::Result<u64> {
        let file = self.file.as_ref();
        let file = file.ok_or_else(|| Error::new(ErrorKind::Unsupported, "file_len: no file"))?;
        Ok(file.metadata()?.len())
    }

    /// Gives the map, and with it the file, another length: the file ends where the map
    /// does. New bytes are those that the file has there, and zeros where it has none.
    /// Python's `m.resize(len)`.
    ///
    /// ```
    /// let mut map = mapped_file::MappedFile::anonymous(2)?;
    /// map.resize(3)?;
    /// assert_eq!(map[..], [0, 0, 0]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// The bytes may move, so none may be borrowed. This does not compile:
    ///
    /// ```compile_fail,E0502
    /// let mut map = mapped_file::MappedFile::anonymous(2)?;
    /// let slice = &map[..];
    /// map.resize(3)?;
    /// assert_eq!(slice, [0, 0]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PermissionDenied`] if the access is not [`Access::Write`],
    /// [`ErrorKind::InvalidInput`] for a length that no map can have, or the error of the
    /// system.
    pub fn resize(&mut self, len: usize) -> io::Result<()> {
        if self.access != Access::Write {
            let message = "resize: the map does not write to the file";
            return Err(Error::new(ErrorKind::PermissionDenied, message));
        }
        let end = end_of(self.offset, len)
            .ok_or_else(|| invalid(format!("resize to {len} bytes: no map is that long")))?;
        let context = |error| context(error, "resize", self.offset..end);
        let Some(file) = &self.file else {
            let mut bytes = MmapMut::map_anon(len).map_err(context)?;
            let kept = len.min(self.len());
            bytes[..kept].copy_from_slice(&self[..kept]);
            self.bytes = Bytes::Mutable(bytes);
            return Ok(());
        };
        let (old_len, old_file_len) = (self.len(), file.metadata()?.len());
        // Windows does not change the length of a file that is mapped.
        if cfg!(windows) {
            self.bytes = Bytes::Mutable(MmapMut::map_anon(0)?);
        }
        // SAFETY: whoever made this map promised for its file, and the file is long enough.
        let map = |len| unsafe { Bytes::map(file, Access::Write, self.offset, len) };
        // What is cut off a file does not come back: it is cut when nothing else can fail.
        let bytes = match end > old_file_len || cfg!(windows) {
            true => file.set_len(end).and_then(|()| map(len)),
            false => map(len).and_then(|bytes| file.set_len(end).map(|()| bytes)),
        };
        match bytes {
            Ok(bytes) => self.bytes = bytes,
            Err(error) => {
                file.set_len(old_file_len).map_err(context)?;
                if cfg!(windows) {
                    self.bytes = map(old_len)?;
                }
                return Err(context(error));
            }
        }
        Ok(())
    }

    /// Writes the dirty pages back to the file and waits until they are there. Python's
    /// `m.flush()`. It does nothing unless the access is [`Access::Write`].
    ///
    /// A store is in the file without it: for other programs at once, on the disk when the
    /// system comes to it. There is no `flush_async`, because Linux does not do anything when
    /// asked to start and not to wait.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("notes.txt");
    /// # std::fs::write(&path, "Lorem ipsum")?;
    /// use mapped_file::{Access, MappedFile};
    /// // SAFETY: no other program knows the file.
    /// let mut map = unsafe { MappedFile::options().access(Access::Write).open(&path)? };
    /// map.as_mut_slice()?[0] = b'l';
    /// map.flush()?;
    /// assert_eq!(std::fs::read(path)?, b"lorem ipsum");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// That of the system, if the pages could not be written.
    pub fn flush(&self) -> io::Result<()> {
        self.flush_range(0, self.len())
    }

    /// Writes back the dirty pages among `len` bytes from byte `offset` of the map on, which
    /// need not be the start of a page. Python's `m.flush(offset, len)`, where it must be.
    ///
    /// ```
    /// let map = mapped_file::MappedFile::anonymous(9)?;
    /// map.flush_range(3, 6)?;
    /// assert!(map.flush_range(3, 7).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the range ends past the map, and those of
    /// [`flush`](Self::flush).
    pub fn flush_range(&self, offset: usize, len: usize) -> io::Result<()> {
        let end = offset.checked_add(len).filter(|&end| end <= self.len());
        let end = end.ok_or_else(|| {
            let all = self.len();
            invalid(format!(
                "flush of {len} bytes from byte {offset}: the map has {all} bytes"
            ))
        })?;
        match (&self.bytes, self.access) {
            // macOS does not flush no bytes.
            (Bytes::Mutable(bytes), Access::Write) if len > 0 => bytes
                .flush_range(offset, len)
                .map_err(|error| context(error, "flush", offset as u64..end as u64)),
            _ => Ok(()),
        }
    }

    /// Tells the system how the map will be used. Python's `m.madvise(option)`.
    ///
    /// ```
    /// let map = mapped_file::MappedFile::anonymous(10_000)?;
    /// map.advise(memmap2::Advice::Sequential)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// That of the system, if it does not know the advice or cannot follow it.
    #[cfg(unix)]
    pub fn advise(&self, advice: memmap2::Advice) -> io::Result<()> {
        match &self.bytes {
            Bytes::ReadOnly(bytes) => bytes.advise(advice),
            Bytes::Mutable(bytes) => bytes.advise(advice),
        }
        .map_err(|error| context(error, "advise", 0..self.len() as u64))
    }

    /// Flushes the map and ends it. A drop ends it too, but nobody hears then that the dirty
    /// pages could not be written. Python's `m.close()`, which does not flush.
    ///
    /// ```
    /// mapped_file::MappedFile::anonymous(9)?.close()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`flush`](Self::flush).
    pub fn close(self) -> io::Result<()> {
        self.flush()
    }

    /// What there is to read from the position on.
    fn rest(&self) -> &[u8] {
        self.get(self.position..).unwrap_or_default()
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Bytes::ReadOnly(bytes) => bytes,
            Bytes::Mutable(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// Python's `m.read(n)`. A read at the end of the map reads nothing.
impl Read for MappedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest().read(buffer)?;
        self.position += count;
        Ok(count)
    }

    /// All of the buffer, or nothing: what the trait provides would move to the end.
    fn read_exact(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let bytes = self.rest().get(..buffer.len()).ok_or_else(|| {
            let (count, start, len) = (buffer.len(), self.position, self.len());
            let message = format!("read of {count} bytes at byte {start}: the map has {len} bytes");
            Error::new(ErrorKind::UnexpectedEof, message)
        })?;
        buffer.copy_from_slice(bytes);
        self.position += buffer.len();
        Ok(())
    }
}

/// Python's `m.readline()` is `read_until(b'\n', ..)`.
impl BufRead for MappedFile {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.rest())
    }

    fn consume(&mut self, count: usize) {
        self.position += count.min(self.rest().len());
    }
}

/// Python's `m.write(bytes)`: all of them, or none and [`ErrorKind::InvalidInput`] where the
/// map ends before they do. [`ErrorKind::PermissionDenied`] if the access is [`Access::Read`].
impl Write for MappedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (start, len) = (self.position, self.len());
        let place = self
            .as_mut_slice()?
            .get_mut(start..)
            .and_then(|rest| rest.get_mut(..bytes.len()));
        let place = place.ok_or_else(|| {
            let count = bytes.len();
            invalid(format!(
                "write of {count} bytes at byte {start}: the map has {len} bytes"
            ))
        })?;
        place.copy_from_slice(bytes);
        self.position += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        MappedFile::flush(self)
    }
}

/// Python's `m.seek(offset, whence)`: to a place in the map or its end, or
/// [`ErrorKind::InvalidInput`].
impl Seek for MappedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let len = self.len() as u64;
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(distance) => (self.position as u64).checked_add_signed(distance),
            SeekFrom::End(distance) => len.checked_add_signed(distance),
        };
        let place = place.filter(|&place| place <= len);
        let place =
            place.ok_or_else(|| invalid(format!("seek to {to:?}: the map has {len} bytes")))?;
        self.position = place as usize;
        Ok(place)
    }

    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.position as u64)
    }
}

impl fmt::Debug for MappedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedFile")
            .field("access", &self.access)
            .field("file", &self.file)
            .field("offset", &self.offset)
            .field("len", &self.len())
            .field("position", &self.position)
            .finish()
    }
}

fn not_regular() -> Error {
    invalid("map: the file is not a regular file".into())
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

fn context(error: Error, operation: &str, range: Range<u64>) -> Error {
    let message = format!(
        "{operation} of bytes {}..{}: {error}",
        range.start, range.end
    );
    Error::new(error.kind(), message)
}

/// Where a map of `len` bytes from `offset` on ends, if there can be one.
fn end_of(offset: u64, len: usize) -> Option<u64> {
    offset.checked_add(isize::try_from(len).ok()? as u64)
}

/// A range as Python takes it in a slice: what of it is in the map.
fn clamp(range: impl RangeBounds<usize>, len: usize) -> Range<usize> {
    let start = match range.start_bound() {
        Bound::Included(&start) => start,
        Bound::Excluded(&before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(&last) => last.saturating_add(1),
        Bound::Excluded(&end) => end,
        Bound::Unbounded => len,
    };
    start.min(len)..end.min(len)
}
