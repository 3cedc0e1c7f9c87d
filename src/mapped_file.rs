// SPDX-License-Identifier: MIT OR Apache-2.0

//! A memory-mapped file that is a byte slice and a file at once, like Python's `mmap` object.
//! To use it, copy this file into a project that depends on `memmap2` and `memchr`.
//! ```ignore
//! let mut options = MappedFile::options();
//! options.access(Access::Write);
//! // SAFETY: no other program may change lorem.txt while it is mapped.
//! // Nothing enforces that: run only one program that writes this file.
//! let mut map = unsafe { options.open("lorem.txt")? };
//! assert_eq!(map.find(b"ipsum"), Some(6)); // a byte slice
//! map.write_exact(b"LOREM")?; // a file with a position
//! map.close()?;
//! ```

#![allow(dead_code)] // a project may use only a part of this file

use memchr::memmem;
#[cfg(unix)]
use memmap2::{Advice, UncheckedAdvice};
use memmap2::{Mmap, MmapMut, MmapOptions};
use std::fs::File;
use std::io::ErrorKind::{InvalidInput, PermissionDenied, UnexpectedEof, Unsupported, WriteZero};
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::ops::{Bound, Deref, Range, RangeBounds};
use std::path::Path;

/// Says what changes when you store into the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Access {
    /// Stores are refused. Python: `ACCESS_READ`.
    #[default]
    Read,
    /// Stores change the file. Python: `ACCESS_WRITE`, the default there.
    Write,
    /// Stores change the memory of this process and never the file. Python: `ACCESS_COPY`.
    Copy,
}

/// Options for mapping a file. Without a change, they map the whole file for reading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    access: Access,
    offset: u64,
    len: Option<usize>,
}

impl Options {
    /// Sets what a store into the map changes. The default is [`Access::Read`].
    pub fn access(&mut self, access: Access) -> &mut Self {
        self.access = access;
        self
    }

    /// Sets the byte of the file at which the map starts: any byte, 0 by default.
    pub fn offset(&mut self, offset: u64) -> &mut Self {
        self.offset = offset;
        self
    }

    /// Sets the length of the map in bytes. The default is the rest of the file.
    pub fn len(&mut self, len: usize) -> &mut Self {
        self.len = Some(len);
        self
    }

    /// Opens a file with the rights that the access needs, and maps it.
    ///
    /// # Safety
    /// The same as for [`map`](Self::map).
    ///
    /// # Errors
    /// The error of the system if the file cannot be opened, and the errors of [`map`](Self::map).
    pub unsafe fn open(&self, path: impl AsRef<Path>) -> io::Result<MappedFile> {
        let path = path.as_ref();
        // Asked before the file is opened, because opening a pipe waits for a writer.
        if !path.metadata()?.is_file() {
            return fail(InvalidInput, "cannot map: not a regular file");
        }
        let write = self.access == Access::Write;
        let file = File::options().read(true).write(write).open(path)?;
        // SAFETY: the caller keeps the promise of `map`.
        unsafe { self.map(file) }
    }

    /// Maps an open file, which stays open until a drop or [`take_file`](MappedFile::take_file).
    ///
    /// With [`Access::Write`], a file that ends before the map is extended: a zero is written to
    /// the last byte of the map, which cuts off nothing that others append. On Unix, a process at
    /// its limit (`ulimit -f`) gets SIGXFSZ, and an error only if it ignores the signal. If the
    /// file system has sparse files, the new zeros take no space before the first store. On Unix,
    /// that store can end the process with a bus error (SIGBUS) if the disk is full or the file
    /// immutable (`chattr +i`) by then. If the file system is read-only by then, a flush can fail.
    ///
    /// # Safety
    /// While the map is in use, nobody may do the following, in this process or another, through
    /// [`file`](MappedFile::file) or another map:
    /// - Write to the mapped part of the file while bytes of the map are borrowed: the compiler
    ///   relies on the bytes behind a `&[u8]` to stay the same.
    /// - Make the file shorter than the map: on Unix, a touch of a page that is gone can end the
    ///   process with a bus error (SIGBUS).
    ///
    /// With [`Access::Write`], the promise includes the safe [`MappedFile::resize`]: when it
    /// shortens the file, no other map may reach past the new end. Writers can lose bytes without
    /// harm to memory: bytes that they append while a resize shortens the file, and the last byte
    /// of the map if they write it while the file is extended.
    ///
    /// # Errors
    /// [`InvalidInput`] if the file is not a regular file, if it ends before the map and the access
    /// is not [`Access::Write`], or if it has to be extended and is open for appending: Linux then
    /// writes at its end. Otherwise the error of the system, with its `raw_os_error`.
    ///
    /// The file keeps its length, with two exceptions: a file that is open for appending has one
    /// zero more, and on Windows, which maps only bytes that exist, the file stays extended.
    pub unsafe fn map(&self, file: File) -> io::Result<MappedFile> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return fail(InvalidInput, "cannot map: not a regular file");
        }
        let (offset, file_len) = (self.offset, metadata.len());
        let rest = || file_len.checked_sub(offset)?.try_into().ok();
        let end = self.len.or_else(rest).and_then(|len| end_of(offset, len));
        let Some(end) = end.filter(|&end| end <= file_len || self.access == Access::Write) else {
            let message = format!("cannot map with {self:?}: the file has {file_len} bytes");
            return fail(InvalidInput, message);
        };
        // SAFETY: the caller keeps the promise of this function.
        let bytes = unsafe { Bytes::map(&file, self.access, offset..end)? };
        Ok(MappedFile {
            bytes,
            access: self.access,
            file: Some(file),
            offset,
            position: 0,
            is_private: false,
        })
    }
}

#[derive(Debug)]
enum Bytes {
    ReadOnly(Mmap),
    Mutable(MmapMut),
}

impl Bytes {
    /// Maps a range of the file, and extends the file to its end. This is as unsafe as
    /// [`Options::map`]; without [`Access::Write`], the file has to have the range already.
    unsafe fn map(file: &File, access: Access, range: Range<u64>) -> io::Result<Self> {
        let write = access == Access::Write;
        // Windows needs the bytes first. Elsewhere this comes last, when nothing can fail after it.
        if write && cfg!(windows) {
            extend(file, range.end)?;
        }
        let len = (range.end - range.start) as usize;
        let mut options = MmapOptions::new();
        options.offset(range.start).len(len);
        // SAFETY: the caller promises it, and nobody gets the bytes before the file has them.
        let bytes = unsafe {
            match access {
                Access::Read => options.map(file).map(Bytes::ReadOnly),
                Access::Write => options.map_mut(file).map(Bytes::Mutable),
                Access::Copy => options.map_copy(file).map(Bytes::Mutable),
            }
        }?;
        if write {
            extend(file, range.end)?;
        }
        Ok(bytes)
    }

    /// Changes the length of the mapping, on Linux and if no advice for a part has split it. Nobody
    /// may touch the bytes before the file has them.
    unsafe fn remap(&mut self, _len: usize) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if let Bytes::Mutable(bytes) = self {
            // SAFETY: the caller keeps the promise.
            return unsafe { bytes.remap(_len, memmap2::RemapOptions::new().may_move(true)) };
        }
        Err(Unsupported.into())
    }
}

/// A map of a file, or of memory without a file, that is a byte slice and a file at once.
///
/// It dereferences to `[u8]`. It also reads, writes and seeks at a position of its own, which
/// starts at 0. A seek past the end fails. If a [`resize`](Self::resize) moves the end before the
/// position, the position stays: then a read returns no bytes, and a write has no room.
///
/// No method panics; indexing can, as for all slices. After an error, the bytes, the file and the
/// position are as before, unless the method or trait says otherwise. Errors of the system keep
/// their `raw_os_error`. Systems differ in the files that they map and resize.
#[derive(Debug)]
pub struct MappedFile {
    bytes: Bytes,
    access: Access,
    file: Option<File>,
    offset: u64,
    position: usize,
    /// Whether this is private memory, which can be resized without a file.
    is_private: bool,
}

impl MappedFile {
    /// Returns the default options for mapping a file.
    pub fn options() -> Options {
        Options::default()
    }

    /// Maps `len` zeroed bytes of memory without a file, private to this process.
    ///
    /// # Errors
    /// The error of the system if it does not have the memory.
    pub fn anonymous(len: usize) -> io::Result<Self> {
        Ok(Self::of_memory(MmapMut::map_anon(len)?, true))
    }

    /// Maps `len` zeroed bytes of memory without a file, which forks of this process share. They
    /// cannot be resized. Linux only.
    ///
    /// # Errors
    /// The error of the system without memory or `/dev/zero`; [`Unsupported`] if that is a fake.
    #[cfg(target_os = "linux")]
    pub fn anonymous_shared(len: usize) -> io::Result<Self> {
        use std::os::unix::fs::{FileTypeExt, MetadataExt};
        let zeros = File::options().read(true).write(true).open("/dev/zero")?;
        let metadata = zeros.metadata()?;
        // Linux gives this device the number 1:5.
        if !metadata.file_type().is_char_device() || metadata.rdev() != 0x105 {
            return fail(Unsupported, "cannot share: /dev/zero is another file");
        }
        // SAFETY: null(4) and mmap(2) say that each map of /dev/zero is new memory. Only forks can
        // reach it, and root by /proc/PID/map_files, who is trusted not to shorten it.
        let bytes = unsafe { MmapOptions::new().len(len).map_mut(&zeros)? };
        Ok(Self::of_memory(bytes, false))
    }

    fn of_memory(bytes: MmapMut, is_private: bool) -> Self {
        MappedFile {
            bytes: Bytes::Mutable(bytes),
            access: Access::Write,
            file: None,
            offset: 0,
            position: 0,
            is_private,
        }
    }

    /// Returns what a store into the map changes.
    pub fn access(&self) -> Access {
        self.access
    }

    /// Returns the byte of the file at which the map starts, or 0 for memory without a file.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the file, to lock it for example. [`Options::map`] says what you may not do with it.
    /// Returns `None` for memory, and after [`take_file`](Self::take_file).
    pub fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    /// Takes the file out of the map, where only [`file_len`](Self::file_len) and
    /// [`resize`](Self::resize) need it. If you drop it, many maps need few open files.
    pub fn take_file(&mut self) -> Option<File> {
        self.file.take()
    }

    /// Returns the bytes for stores. Python: `m[i:j] = ...`.
    ///
    /// # Errors
    /// [`PermissionDenied`] if the access is [`Access::Read`].
    pub fn as_mut_slice(&mut self) -> io::Result<&mut [u8]> {
        match &mut self.bytes {
            Bytes::Mutable(bytes) => Ok(bytes),
            Bytes::ReadOnly(_) => fail(PermissionDenied, "cannot write: the map is read-only"),
        }
    }

    /// Flushes the map and returns it with [`Access::Read`].
    ///
    /// # Errors
    /// The error of the system if it cannot write or protect the pages. The map is dropped then.
    pub fn make_read_only(mut self) -> io::Result<Self> {
        self.flush()?;
        if let Bytes::Mutable(bytes) = self.bytes {
            self.bytes = Bytes::ReadOnly(bytes.make_read_only()?);
        }
        self.access = Access::Read;
        Ok(self)
    }

    /// Returns where the first `needle` starts. Python: `m.find(needle, 0)`.
    #[must_use]
    pub fn find(&self, needle: &[u8]) -> Option<usize> {
        memmem::find(self, needle)
    }

    /// Returns where the first `needle` in a range starts. The range may reach past the end.
    #[must_use]
    pub fn find_in(&self, range: impl RangeBounds<usize>, needle: &[u8]) -> Option<usize> {
        let (start, bytes) = self.part(range)?;
        Some(start + memmem::find(bytes, needle)?)
    }

    /// Returns where the last `needle` starts. Python: `m.rfind(needle, 0)`.
    #[must_use]
    pub fn rfind(&self, needle: &[u8]) -> Option<usize> {
        memmem::rfind(self, needle)
    }

    /// Returns where the last `needle` in a range starts. The range may reach past the end.
    #[must_use]
    pub fn rfind_in(&self, range: impl RangeBounds<usize>, needle: &[u8]) -> Option<usize> {
        let (start, bytes) = self.part(range)?;
        Some(start + memmem::rfind(bytes, needle)?)
    }

    /// Copies a range to `dest`, which may overlap it. Python: `m.move(dest, src, count)`.
    ///
    /// # Errors
    /// [`InvalidInput`] if a range is not in the map, [`PermissionDenied`] with [`Access::Read`].
    pub fn move_within(&mut self, src: impl RangeBounds<usize>, dest: usize) -> io::Result<()> {
        self.as_mut_slice()?;
        let src = self.inside("move", src)?;
        self.inside("move to", dest..dest.saturating_add(src.len()))?;
        self.as_mut_slice()?.copy_within(src, dest);
        Ok(())
    }

    /// Returns the position: where the next read or write starts. Python: `m.tell()`.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Reads `count` bytes at the position, or the bytes that are left, without a copy.
    pub fn read_bytes(&mut self, count: usize) -> &[u8] {
        let start = self.position;
        self.consume(count);
        self.get(start..self.position).unwrap_or_default()
    }

    /// Reads the byte at the position. Python: `m.read_byte()`.
    ///
    /// # Errors
    /// [`UnexpectedEof`] at the end of the map.
    pub fn read_byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.read_exact(&mut byte).map(|()| byte[0])
    }

    /// Writes all bytes at the position, or fails and writes no byte. Python: `m.write(bytes)`.
    ///
    /// # Errors
    /// [`WriteZero`] if the map ends before the bytes, [`PermissionDenied`] with [`Access::Read`].
    pub fn write_exact(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !bytes.is_empty() {
            self.as_mut_slice()?;
        }
        self.check_rest(WriteZero, "write", bytes.len())?;
        self.write_all(bytes)
    }

    /// Writes one byte at the position. Python: `m.write_byte(byte)`.
    ///
    /// # Errors
    /// The errors of [`write_exact`](Self::write_exact).
    pub fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.write_exact(&[byte])
    }

    /// Returns the length of the file, not of the map (`len()`). Python: `m.size()`.
    ///
    /// # Errors
    /// [`Unsupported`] if the map has no file, or the error of the system.
    pub fn file_len(&self) -> io::Result<u64> {
        match &self.file {
            Some(file) => Ok(file.metadata()?.len()),
            None => fail(Unsupported, "cannot get file_len: the map has no file"),
        }
    }

    /// Changes the length of the map. Python: `m.resize(len)`.
    /// - If the file ends before the map, it is extended with zeros, as by [`Options::map`].
    /// - If the file ended where the map did, it is shortened with the map. Other maps lose the
    ///   same bytes, which the promise of [`Options::map`] covers.
    /// - If the file goes on after the map, it keeps its length and its bytes. They come into a
    ///   longer map, and go out of a shorter one.
    ///
    /// The bytes may move, so they cannot be borrowed. This does not compile:
    /// ```compile_fail
    /// let mut map = mapped_file::MappedFile::anonymous(2).unwrap();
    /// let slice = &map[..];
    /// println!("{:?} {slice:?}", map.resize(3));
    /// ```
    ///
    /// # Errors
    /// [`PermissionDenied`] if the access is not [`Access::Write`], [`Unsupported`] if the memory
    /// is shared or the file was taken, [`InvalidInput`] if no map can be that long, and the errors
    /// of [`Options::map`]. Windows shortens no mapped file, so the map is taken down before. If it
    /// cannot be made again, it has no bytes, and a later `resize` maps those of the file.
    pub fn resize(&mut self, len: usize) -> io::Result<()> {
        if self.access != Access::Write {
            return fail(PermissionDenied, "cannot resize: access is not Write");
        }
        let Some(end) = end_of(self.offset, len) else {
            return fail(InvalidInput, format!("cannot resize to {len}: too long"));
        };
        let Some(file) = &self.file else {
            return match self.is_private {
                true => self.resize_memory(len),
                false => fail(Unsupported, "cannot resize: the map has no file"),
            };
        };
        // SAFETY: the caller of `Options::map` has made the promise for this file.
        let map = |end| unsafe { Bytes::map(file, Access::Write, self.offset..end) };
        let old_len = self.len();
        let old_end = self.offset + old_len as u64;
        let cut = end < old_end && file.metadata()?.len() == old_end;
        if cut && cfg!(windows) {
            self.bytes = Bytes::Mutable(MmapMut::map_anon(0)?);
            let result = file.set_len(end);
            self.bytes = map(result.as_ref().map_or(old_end, |()| end))?;
            return result;
        }
        // SAFETY: nobody touches the bytes before this function returns.
        let remapped = unsafe { self.bytes.remap(len) };
        let second = remapped.err().map(|_| map(end)).transpose()?;
        // Last, because the bytes that are cut off a file do not come back.
        let result = cut.then(|| file.set_len(end));
        let result = result.unwrap_or_else(|| extend(file, end));
        match (&result, second) {
            (Ok(()), Some(bytes)) => self.bytes = bytes,
            // SAFETY: the file is as before. If the mapping has grown, this only cuts off its end,
            // which needs neither room nor a second mapping.
            (Err(_), None) => unsafe { self.bytes.remap(old_len)? },
            _ => {}
        }
        result
    }

    fn resize_memory(&mut self, len: usize) -> io::Result<()> {
        let old_len = self.len();
        // SAFETY: there is no file that could end before the map.
        if unsafe { self.bytes.remap(len) }.is_err() {
            let mut bytes = MmapMut::map_anon(len)?;
            let kept = bytes.iter_mut().zip(self.iter());
            kept.for_each(|(new, old)| *new = *old);
            self.bytes = Bytes::Mutable(bytes);
        } else {
            // The last page still has the bytes that a shrink has cut off. No system has larger
            // pages than this. Only used bytes are stored to: a load brings in no new page.
            let page = old_len..len.min(old_len + (256 << 10));
            let page = self.as_mut_slice()?.get_mut(page).unwrap_or_default();
            let used = page.iter_mut().filter(|byte| **byte != 0);
            used.for_each(|byte| *byte = 0);
        }
        Ok(())
    }

    /// Writes the dirty pages back to the file and waits for that, if the access is
    /// [`Access::Write`]. Other programs see a store without a flush, and the system writes it back
    /// in its own time. A flush that does not wait does nothing on Linux, so there is none.
    ///
    /// # Errors
    /// The error of the system if it could not write the pages.
    pub fn flush(&self) -> io::Result<()> {
        self.flush_range(..)
    }

    /// Writes the dirty pages of a range back. Unlike in Python, the range may start anywhere.
    ///
    /// # Errors
    /// [`InvalidInput`] if the range is not in the map, or the error of the system.
    pub fn flush_range(&self, range: impl RangeBounds<usize>) -> io::Result<()> {
        let range = self.inside("flush", range)?;
        match &self.bytes {
            // On macOS, a flush of no bytes fails.
            _ if range.is_empty() || self.access != Access::Write => Ok(()),
            Bytes::Mutable(bytes) => bytes.flush_range(range.start, range.len()),
            Bytes::ReadOnly(_) => Ok(()),
        }
    }

    /// Tells the system how you will use a range, from the start of its first page on. Unix only.
    ///
    /// # Errors
    /// [`InvalidInput`] for `HwPoison` and a range out of the map, or the error of the system.
    #[cfg(unix)]
    pub fn advise(&self, range: impl RangeBounds<usize>, advice: Advice) -> io::Result<()> {
        let range = self.inside("advise", range)?;
        match &self.bytes {
            #[cfg(target_os = "linux")]
            _ if advice == Advice::HwPoison => fail(InvalidInput, "HwPoison kills the process"),
            Bytes::ReadOnly(bytes) => bytes.advise_range(advice, range.start, range.len()),
            Bytes::Mutable(bytes) => bytes.advise_range(advice, range.start, range.len()),
        }
    }

    /// Gives advice that can change bytes. Otherwise this is like [`advise`](Self::advise).
    ///
    /// # Safety
    /// No byte of the pages in the range is borrowed, and readers expect what the advice leaves.
    ///
    /// # Errors
    /// The errors of [`advise`](Self::advise).
    #[cfg(unix)]
    pub unsafe fn unchecked_advise(
        &self,
        range: impl RangeBounds<usize>,
        advice: UncheckedAdvice,
    ) -> io::Result<()> {
        let Range { start, end } = self.inside("advise", range)?;
        // SAFETY: the caller keeps the promise.
        unsafe {
            match &self.bytes {
                Bytes::ReadOnly(bytes) => bytes.unchecked_advise_range(advice, start, end - start),
                Bytes::Mutable(bytes) => bytes.unchecked_advise_range(advice, start, end - start),
            }
        }
    }

    /// Flushes the map and ends it. A drop ends it without a flush, like Python's `m.close()`.
    ///
    /// # Errors
    /// The error of [`flush`](Self::flush). The map ends in any case.
    pub fn close(self) -> io::Result<()> {
        self.flush()
    }

    /// Returns the bytes from the position on.
    #[inline]
    fn rest(&self) -> &[u8] {
        self.get(self.position..).unwrap_or_default()
    }

    /// Returns the start of a range and its bytes, or `None` if it starts past the end.
    fn part(&self, range: impl RangeBounds<usize>) -> Option<(usize, &[u8])> {
        let Range { start, end } = ends(range, self.len());
        Some((start, self.get(start..end.min(self.len()))?))
    }

    /// Checks that `count` bytes are left.
    fn check_rest(&self, kind: io::ErrorKind, what: &str, count: usize) -> io::Result<()> {
        let range = self.position..self.position.saturating_add(count);
        match count <= self.rest().len() {
            true => Ok(()),
            false => fail(kind, self.outside(what, &range)),
        }
    }

    /// Returns the ends of a range if all of it is in the map.
    fn inside(&self, what: &str, range: impl RangeBounds<usize>) -> io::Result<Range<usize>> {
        let range = ends(range, self.len());
        match range.start <= range.end && range.end <= self.len() {
            true => Ok(range),
            false => fail(InvalidInput, self.outside(what, &range)),
        }
    }

    fn outside(&self, what: &str, range: &Range<usize>) -> String {
        let len = self.len();
        format!("cannot {what} bytes {range:?}: the map has {len} bytes")
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    #[inline]
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

/// Reads at the position. At the end of the map, `read` returns 0. Python: `m.read(n)`.
impl Read for MappedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.rest().read(buffer).inspect(|n| self.position += n)
    }

    /// Fills the buffer, or fails with [`UnexpectedEof`] and leaves the position alone.
    fn read_exact(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        self.check_rest(UnexpectedEof, "read", buffer.len())?;
        self.read(buffer).map(drop)
    }

    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let count = self.rest().read_to_end(buffer);
        count.inspect(|n| self.position += n)
    }

    /// Reads the rest. If it is not UTF-8, this fails and leaves the position alone.
    fn read_to_string(&mut self, buffer: &mut String) -> io::Result<usize> {
        let count = self.rest().read_to_string(buffer);
        count.inspect(|n| self.position += n)
    }
}

/// Reads lines at the position. Python: `m.readline()` is `read_until(b'\n', ..)`. If a line is not
/// UTF-8, `read_line` fails and moves the position past it.
impl BufRead for MappedFile {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.rest())
    }

    #[inline]
    fn consume(&mut self, count: usize) {
        self.position += count.min(self.rest().len());
    }
}

/// Writes as many bytes as fit at the position. At the end, `write` returns 0; `write_all` and
/// `write!` fill the map and fail with [`WriteZero`]. With [`Access::Read`] each fails with
/// [`PermissionDenied`], unless there are no bytes to write.
impl Write for MappedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let start = self.position;
        let mut rest = self.as_mut_slice()?.get_mut(start..).unwrap_or_default();
        rest.write(bytes).inspect(|n| self.position += n)
    }

    fn flush(&mut self) -> io::Result<()> {
        MappedFile::flush(self)
    }
}

/// Moves the position into the map or to its end. Every other place except the current position
/// fails with [`InvalidInput`].
impl Seek for MappedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (position, len) = (self.position as u64, self.len() as u64);
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(distance) => position.checked_add_signed(distance),
            SeekFrom::End(distance) => len.checked_add_signed(distance),
        };
        let Some(place) = place.filter(|&place| place <= len || place == position) else {
            let message = format!("cannot seek to {to:?}: the map has {len} bytes");
            return fail(InvalidInput, message);
        };
        self.position = place as usize;
        Ok(place)
    }
}

/// Makes the file reach `end`. It never cuts off what others append, as `set_len` could.
fn extend(file: &File, end: u64) -> io::Result<()> {
    if file.metadata()?.len() >= end {
        return Ok(());
    }
    #[cfg(unix)]
    std::os::unix::fs::FileExt::write_all_at(file, &[0], end - 1)?;
    #[cfg(windows)]
    std::os::windows::fs::FileExt::seek_write(file, &[0], end - 1)?;
    match file.metadata()?.len() >= end {
        true => Ok(()),
        false => fail(InvalidInput, "cannot extend a file open for appending"),
    }
}

fn fail<T>(kind: io::ErrorKind, message: impl Into<String>) -> io::Result<T> {
    Err(io::Error::new(kind, message.into()))
}

/// Returns the end of a map, or `None` if it is too far out: no file has 2^63 bytes.
fn end_of(offset: u64, len: usize) -> Option<u64> {
    let end = offset.checked_add(isize::try_from(len).ok()? as u64)?;
    i64::try_from(end).is_ok().then_some(end)
}

/// Returns the start and the end of a range. If they overflow they saturate, past every map.
fn ends(range: impl RangeBounds<usize>, len: usize) -> Range<usize> {
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
    start..end
}
