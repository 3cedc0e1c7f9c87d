// SPDX-License-Identifier: MIT OR Apache-2.0

//! A mapped file that is bytes and a file at once, as Python's `mmap` object is.
//!
//! Copy this file into a project that depends on `memmap2` and `memchr`.

// A project that copies the file need not use all of it.
#![allow(dead_code)]

use memchr::memmem;
use memmap2::{Mmap, MmapMut, MmapOptions};
use std::fs::File;
use std::io::{self, BufRead, Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::{Bound, Deref, Range, RangeBounds};
use std::path::Path;

/// What a store into the map changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    access: Access,
    offset: u64,
    len: Option<usize>,
}

impl Options {
    /// What a store into the map changes; [`Access::Read`] unless this says otherwise.
    pub fn access(&mut self, access: Access) -> &mut Self {
        self.access = access;
        self
    }

    /// The byte of the file that the map starts at: any, where Python wants a multiple of
    /// its `ALLOCATIONGRANULARITY`.
    pub fn offset(&mut self, offset: u64) -> &mut Self {
        self.offset = offset;
        self
    }

    /// The length of the map in bytes; up to the end of the file unless this says otherwise.
    pub fn len(&mut self, len: usize) -> &mut Self {
        self.len = Some(len);
        self
    }

    /// Opens the file as the access needs it, and maps it as [`map`](Self::map) does.
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
        // Before it is opened: to open a pipe is to wait for whoever writes to it.
        if !path.metadata()?.is_file() {
            return Err(not_regular());
        }
        let write = self.access == Access::Write;
        let file = File::options().read(true).write(write).open(path)?;
        // SAFETY: the caller promises what `map` asks for.
        unsafe { self.map(file) }
    }

    /// Maps an open file, which stays open as long as the map, or until
    /// [`take_file`](MappedFile::take_file).
    ///
    /// With [`Access::Write`], a file that ends before the map does is extended: a zero is
    /// written to the last byte of the map. Whatever others append meanwhile stays. If that is
    /// more than the process may write to a file (`ulimit -f`), Unix sends SIGXFSZ, and only
    /// if the process ignores it is there an error.
    ///
    /// Where the file system has sparse files, the zeros before take no space on the disk until
    /// the first store. On Unix a store can end the process with SIGBUS if the disk is full or
    /// the file immutable (`chattr +i`) by then; a read-only file system can fail the flush.
    ///
    /// # Safety
    ///
    /// While the map is in use, nobody may, in this process or another, through
    /// [`file`](MappedFile::file) or another map,
    ///
    /// - write to the mapped part of the file, as long as bytes of the map are borrowed: the
    ///   compiler relies on what a `&[u8]` refers to to stay as it is;
    /// - make the file shorter than the map: on Unix a touch of a page that is gone can end
    ///   the process with SIGBUS.
    ///
    /// With [`Access::Write`] this is a promise for [`MappedFile::resize`] too, which is safe
    /// to call: it shortens a file that ends where the map does, so no other map may reach past
    /// the new end then.
    ///
    /// Two losses are no hazard to memory, and for writers to agree on: what others append at
    /// the moment in which a resize shortens the file, and the last byte of the map, if others
    /// write it at the moment in which the file is extended.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the file is not a regular one, if it ends before the map
    /// does and the access is not [`Access::Write`], or if it has to be extended and is open
    /// for appending, which on Linux writes at the end, wherever it is told to. Otherwise that
    /// of the system as it is, with its `raw_os_error`. The file is then as long as it was,
    /// but it has a zero more if it was open for appending, and it stays extended on Windows,
    /// which cannot map what is not there yet.
    pub unsafe fn map(&self, file: File) -> io::Result<MappedFile> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(not_regular());
        }
        let (offset, file_len) = (self.offset, metadata.len());
        let rest = file_len.checked_sub(offset);
        let len = self.len.or(rest.and_then(|rest| rest.try_into().ok()));
        let end = len.and_then(|len| end_of(offset, len));
        let end = end.filter(|&end| end <= file_len || self.access == Access::Write);
        let end = end.ok_or_else(|| {
            let len = self.len.map_or("all".into(), |len| len.to_string());
            invalid(format!(
                "map of {len} bytes from byte {offset}: the file has {file_len} bytes"
            ))
        })?;
        // SAFETY: the caller promises it.
        let bytes = unsafe { Bytes::map(&file, self.access, offset..end)? };
        Ok(MappedFile {
            bytes,
            access: self.access,
            file: Some(file),
            offset,
            position: 0,
            memory: false,
        })
    }
}

#[derive(Debug)]
enum Bytes {
    ReadOnly(Mmap),
    Mutable(MmapMut),
}

impl Bytes {
    /// Maps these bytes of the file, and extends it to their end.
    ///
    /// # Safety
    ///
    /// As for [`Options::map`], and without [`Access::Write`] the file has the bytes.
    unsafe fn map(file: &File, access: Access, range: Range<u64>) -> io::Result<Self> {
        let write = access == Access::Write;
        // First where it has to be. Elsewhere last, when nothing can fail after it.
        if write && cfg!(windows) {
            extend(file, range.end)?;
        }
        let len = (range.end - range.start) as usize;
        let mut options = MmapOptions::new();
        options.offset(range.start).len(len);
        // SAFETY: the caller promises what the three functions ask for, and nobody has the
        // bytes before the file has them.
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

    /// Gives the mapping another length, on Linux, unless advice for a part has split it.
    ///
    /// # Safety
    ///
    /// The file has the bytes before anybody touches them.
    unsafe fn remap(&mut self, _len: usize) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if let Bytes::Mutable(bytes) = self {
            // SAFETY: the caller promises it.
            return unsafe { bytes.remap(_len, memmap2::RemapOptions::new().may_move(true)) };
        }
        Err(ErrorKind::Unsupported.into())
    }
}

/// A map of a file, or of memory that no file stands behind, that is bytes and a file.
///
/// It derefs to `[u8]`, and it reads, writes and seeks from a position of its own. The
/// position starts at 0 and no seek moves it past the end. A [`resize`](Self::resize) may
/// move the end before it; then it stays, reads give nothing, and writes have no room.
///
/// No method panics. An error leaves bytes, file and position as they were, where the method
/// or trait does not say otherwise. What the system refuses is its own error, with its
/// `raw_os_error`; what the map refuses says what was tried.
///
/// Differences between systems are those of the system calls: what may be mapped, when
/// the file may be resized, and the hazards in [`Options::map`].
#[derive(Debug)]
pub struct MappedFile {
    bytes: Bytes,
    access: Access,
    file: Option<File>,
    offset: u64,
    position: usize,
    /// Whether it is memory of this process alone, which can be resized without a file.
    memory: bool,
}

impl MappedFile {
    /// How to map a file. Python's `mmap.mmap(fileno, length, access=..., offset=...)`.
    pub fn options() -> Options {
        Options::default()
    }

    /// Maps `len` bytes of zeros that no file stands behind and that belong to this process
    /// alone. Python's `mmap.mmap(-1, len, flags=MAP_PRIVATE | MAP_ANONYMOUS)`. It fails if the
    /// system does not have the memory.
    pub fn anonymous(len: usize) -> io::Result<Self> {
        Ok(Self::without_file(MmapMut::map_anon(len)?, true))
    }

    /// The same, but shared with the processes that this one forks, and of that length for
    /// good. Python's `mmap.mmap(-1, len)`. On Linux alone.
    ///
    /// # Errors
    ///
    /// That of the system, if it does not have the memory or no `/dev/zero`, and
    /// [`ErrorKind::Unsupported`] if another file stands there.
    #[cfg(target_os = "linux")]
    pub fn anonymous_shared(len: usize) -> io::Result<Self> {
        use std::os::unix::fs::{FileTypeExt, MetadataExt};
        let zeros = File::options().read(true).write(true).open("/dev/zero")?;
        let metadata = zeros.metadata()?;
        // Linux numbers the device 1:5.
        if !metadata.file_type().is_char_device() || metadata.rdev() != 0x105 {
            return Err(unsupported("anonymous_shared: /dev/zero is another file"));
        }
        // SAFETY: each map of /dev/zero is memory of its own, by null(4) and mmap(2). Nobody but
        // a fork has it, and root, by /proc/PID/map_files, who is trusted not to cut it.
        let bytes = unsafe { MmapOptions::new().len(len).map_mut(&zeros)? };
        Ok(Self::without_file(bytes, false))
    }

    fn without_file(bytes: MmapMut, memory: bool) -> Self {
        MappedFile {
            bytes: Bytes::Mutable(bytes),
            access: Access::Write,
            file: None,
            offset: 0,
            position: 0,
            memory,
        }
    }

    /// What a store into the map changes.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The byte of the file that the map starts at; 0 without a file.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The file, to lock it or to read its metadata. What else is done through it is bound by
    /// the promise of [`Options::map`]. None for memory, and after [`take_file`](Self::take_file).
    pub fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    /// Takes the file out of the map, which needs it for [`file_len`](Self::file_len) and
    /// [`resize`](Self::resize) alone. Without it, many maps do not run out of open files.
    /// Python 3.13's `trackfd=False`.
    pub fn take_file(&mut self) -> Option<File> {
        self.file.take()
    }

    /// Ends the map and leaves the file, as [`take_file`](Self::take_file) and a drop do.
    pub fn into_file(self) -> Option<File> {
        self.file
    }

    /// The bytes, to store into. Python's `m[i] = ...` and `m[i:j] = ...`. With [`Access::Read`]
    /// it fails with [`ErrorKind::PermissionDenied`].
    pub fn as_mut_slice(&mut self) -> io::Result<&mut [u8]> {
        match &mut self.bytes {
            Bytes::Mutable(bytes) => Ok(bytes),
            Bytes::ReadOnly(_) => Err(Error::new(
                ErrorKind::PermissionDenied,
                "store: the map is read-only",
            )),
        }
    }

    /// Flushes the map, and makes its access [`Access::Read`]. If either fails, the map is gone.
    /// For memory that is filled once this is Python's `mmap.mmap(-1, len, access=ACCESS_READ)`.
    pub fn make_read_only(self) -> io::Result<Self> {
        self.flush()?;
        let bytes = match self.bytes {
            Bytes::Mutable(bytes) => Bytes::ReadOnly(bytes.make_read_only()?),
            bytes => bytes,
        };
        Ok(MappedFile {
            bytes,
            access: Access::Read,
            ..self
        })
    }

    /// Where `needle` first stands, counted from the start of the map. Python's
    /// `m.find(needle, 0)`; without the 0, Python searches from the position on.
    pub fn find(&self, needle: &[u8]) -> Option<usize> {
        memmem::find(self, needle)
    }

    /// Where `needle` first stands within a range of the map, which may reach past its end.
    /// Python's `m.find(needle, start, end)`, as of Python 3.15.
    pub fn find_in(&self, range: impl RangeBounds<usize>, needle: &[u8]) -> Option<usize> {
        let range = clamp(range, self.len());
        Some(range.start + memmem::find(self.get(range.clone())?, needle)?)
    }

    /// Where `needle` last stands. Python's `m.rfind(needle, 0)`.
    pub fn rfind(&self, needle: &[u8]) -> Option<usize> {
        memmem::rfind(self, needle)
    }

    /// Where `needle` last stands within a range of the map, which may reach past its end.
    /// Python's `m.rfind(needle, start, end)`.
    pub fn rfind_in(&self, range: impl RangeBounds<usize>, needle: &[u8]) -> Option<usize> {
        let range = clamp(range, self.len());
        Some(range.start + memmem::rfind(self.get(range.clone())?, needle)?)
    }

    /// Copies the bytes of a range to `dest`, as if through a buffer, in the manner of
    /// [`slice::copy_within`]. Python's `m.move(dest, src, count)`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the range or its copy ends past the map, and
    /// [`ErrorKind::PermissionDenied`] if the access is [`Access::Read`].
    pub fn move_within(&mut self, src: impl RangeBounds<usize>, dest: usize) -> io::Result<()> {
        let bytes = self.as_mut_slice()?;
        let src = inside("move", src, bytes.len())?;
        inside("move to", dest..dest.saturating_add(src.len()), bytes.len())?;
        bytes.copy_within(src, dest);
        Ok(())
    }

    /// Where the next read or write starts. Python's `m.tell()`.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Reads `count` bytes at the position, or those that are left. Python's `m.read(count)`,
    /// but without a copy.
    pub fn read_bytes(&mut self, count: usize) -> &[u8] {
        let start = self.position;
        self.consume(count);
        self.get(start..self.position).unwrap_or_default()
    }

    /// Reads the byte at the position. Python's `m.read_byte()`. At the end of the map it fails
    /// with [`ErrorKind::UnexpectedEof`].
    pub fn read_byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    /// Writes all of the bytes at the position, or none. Python's `m.write(bytes)`. The
    /// `write` and `write_all` of [`Write`] write what fits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::WriteZero`] where the map ends before the bytes do, and
    /// [`ErrorKind::PermissionDenied`] if the access is [`Access::Read`].
    pub fn write_exact(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !bytes.is_empty() && self.room()?.len() < bytes.len() {
            return Err(self.too_short(ErrorKind::WriteZero, "write", bytes.len()));
        }
        self.write_all(bytes)
    }

    /// Writes a byte at the position. Python's `m.write_byte(byte)`. It fails when
    /// [`write_exact`](Self::write_exact) does.
    pub fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.write_exact(&[byte])
    }

    /// The length of the file in bytes, where `len()` is that of the map. Python's `m.size()`.
    /// Without a file it fails with [`ErrorKind::Unsupported`].
    pub fn file_len(&self) -> io::Result<u64> {
        let no_file = || unsupported("file_len: the map has no file");
        Ok(self.file().ok_or_else(no_file)?.metadata()?.len())
    }

    /// Gives the map another length. Python's `m.resize(len)`.
    ///
    /// A file that ends before the map does is extended, as in [`Options::map`]. A file that
    /// ended where the map did is cut off where the map ends now. A file that goes on behind
    /// the map keeps its length and its bytes: they come into a longer map, and go out of a
    /// shorter one. New bytes that no file has are zeros.
    ///
    /// What the file loses, another map of it loses too: [`Options::map`] says what its
    /// caller promises for that. The bytes may move, so none may be borrowed. This does not
    /// compile:
    ///
    /// ```compile_fail
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
    /// [`ErrorKind::Unsupported`] for shared memory and without the file,
    /// [`ErrorKind::InvalidInput`] for a length that no map can have, and otherwise as for
    /// [`Options::map`]. Windows cuts no file that is mapped, so the map is taken down for it.
    /// If it cannot be made again, it has no bytes; the file has its own, and a later `resize`
    /// maps them.
    pub fn resize(&mut self, len: usize) -> io::Result<()> {
        if self.access != Access::Write {
            let message = "resize: the map does not write to the file";
            return Err(Error::new(ErrorKind::PermissionDenied, message));
        }
        let end = end_of(self.offset, len)
            .ok_or_else(|| invalid(format!("resize to {len} bytes: no map is that long")))?;
        let Some(file) = &self.file else {
            return match self.memory {
                true => self.resize_memory(len),
                false => Err(unsupported("resize: the map has no file")),
            };
        };
        // SAFETY: whoever made this map promised for its file.
        let map = |end| unsafe { Bytes::map(file, Access::Write, self.offset..end) };
        let old_end = self.offset + self.len() as u64;
        let cut = end < old_end && file.metadata()?.len() == old_end;
        if cut && cfg!(windows) {
            self.bytes = Bytes::Mutable(MmapMut::map_anon(0)?);
            let result = file.set_len(end);
            self.bytes = map(result.as_ref().map_or(old_end, |()| end))?;
            return result;
        }
        let old_len = self.len();
        // SAFETY: nobody touches the bytes before the end of this function.
        let remapped = unsafe { self.bytes.remap(len) };
        let second = remapped.err().map(|_| map(end)).transpose()?;
        // Last, since what is cut off a file does not come back.
        let result = match cut {
            true => file.set_len(end),
            false => extend(file, end),
        };
        match (&result, second) {
            (Ok(()), Some(bytes)) => self.bytes = bytes,
            // SAFETY: the file is as it was. If it did not grow, this cuts off the end of a
            // mapping, which needs neither room nor a second one.
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
        } else if len > old_len {
            // The last page, on no system a larger one, still has what a shrink has cut off.
            // A store would bring in pages that are not in memory, and a load does not.
            let page = old_len..len.min(old_len + (256 << 10));
            let page = self.as_mut_slice()?.get_mut(page).unwrap_or_default();
            let used = page.iter_mut().filter(|byte| **byte != 0);
            used.for_each(|byte| *byte = 0);
        }
        Ok(())
    }

    /// Writes the dirty pages back to the file and waits until they are there. Python's
    /// `m.flush()`. It does nothing unless the access is [`Access::Write`].
    ///
    /// A store is in the file without it: for other programs at once, on the disk when the
    /// system comes to it. There is no `flush_async`, because Linux does not do anything when
    /// asked to start and not to wait. A flush fails if the pages could not be written.
    pub fn flush(&self) -> io::Result<()> {
        self.flush_range(..)
    }

    /// Writes back the dirty pages of a range of the map, which need not be at the start of a
    /// page. Python's `m.flush(offset, len)`, where it must be.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the range is not in the map, and those of
    /// [`flush`](Self::flush).
    pub fn flush_range(&self, range: impl RangeBounds<usize>) -> io::Result<()> {
        let range = inside("flush", range, self.len())?;
        match (&self.bytes, self.access) {
            // macOS does not flush no bytes.
            (Bytes::Mutable(bytes), Access::Write) if !range.is_empty() => {
                bytes.flush_range(range.start, range.len())
            }
            _ => Ok(()),
        }
    }

    /// Tells the system how the pages of a range will be used, from the start of its first
    /// page on. Python's `m.madvise(option, start, length)`. On Unix alone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the range is not in the map and for `HwPoison`, or that
    /// of the system, if it does not know the advice or cannot follow it.
    #[cfg(unix)]
    pub fn advise(
        &self,
        range: impl RangeBounds<usize>,
        advice: memmap2::Advice,
    ) -> io::Result<()> {
        let range = inside("advise", range, self.len())?;
        match &self.bytes {
            #[cfg(target_os = "linux")]
            _ if advice == memmap2::Advice::HwPoison => Err(invalid(
                "advise HwPoison: the next touch would end the process".into(),
            )),
            Bytes::ReadOnly(bytes) => bytes.advise_range(advice, range.start, range.len()),
            Bytes::Mutable(bytes) => bytes.advise_range(advice, range.start, range.len()),
        }
    }

    /// The same, with advice that can change the bytes, and the same errors.
    ///
    /// # Safety
    ///
    /// No byte of the pages that the range touches is borrowed, and whoever reads them next
    /// expects what the advice leaves there.
    #[cfg(unix)]
    pub unsafe fn unchecked_advise(
        &self,
        range: impl RangeBounds<usize>,
        advice: memmap2::UncheckedAdvice,
    ) -> io::Result<()> {
        let Range { start, end } = inside("advise", range, self.len())?;
        // SAFETY: the caller promises it.
        unsafe {
            match &self.bytes {
                Bytes::ReadOnly(bytes) => bytes.unchecked_advise_range(advice, start, end - start),
                Bytes::Mutable(bytes) => bytes.unchecked_advise_range(advice, start, end - start),
            }
        }
    }

    /// Flushes the map and ends it. A drop ends it too, but nobody hears then that the dirty
    /// pages could not be written. Python's `m.close()`, which does not flush. The map is ended
    /// even if [`flush`](Self::flush) fails.
    pub fn close(self) -> io::Result<()> {
        self.flush()
    }

    /// What there is to read from the position on.
    #[inline]
    fn rest(&self) -> &[u8] {
        self.get(self.position..).unwrap_or_default()
    }

    fn too_short(&self, kind: ErrorKind, what: &str, count: usize) -> Error {
        let (start, len) = (self.position, self.len());
        let message = format!("{what} of {count} bytes at byte {start}: the map has {len} bytes");
        Error::new(kind, message)
    }

    /// What there is to write to from the position on.
    fn room(&mut self) -> io::Result<&mut [u8]> {
        let start = self.position;
        Ok(self.as_mut_slice()?.get_mut(start..).unwrap_or_default())
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

/// Python's `m.read(n)`, into a buffer. A read at the end of the map reads nothing.
impl Read for MappedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest().read(buffer)?;
        self.position += count;
        Ok(count)
    }

    /// All of the buffer, or nothing: what the trait provides would move to the end.
    fn read_exact(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let bytes = self.rest().get(..buffer.len());
        let bytes =
            bytes.ok_or_else(|| self.too_short(ErrorKind::UnexpectedEof, "read", buffer.len()))?;
        buffer.copy_from_slice(bytes);
        self.position += buffer.len();
        Ok(())
    }

    fn read_to_end(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let count = self.rest().read_to_end(buffer)?;
        self.position += count;
        Ok(count)
    }

    /// All that is left, or nothing if it is not UTF-8.
    fn read_to_string(&mut self, buffer: &mut String) -> io::Result<usize> {
        let count = self.rest().read_to_string(buffer)?;
        self.position += count;
        Ok(count)
    }
}

/// Python's `m.readline()` is `read_until(b'\n', ..)`. A `read_line` moves past a line that
/// is not UTF-8.
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

/// Writes what fits: at the end of the map `write` writes nothing, and `write_all` and
/// `write!` are [`ErrorKind::WriteZero`] once they have filled the map. With [`Access::Read`]
/// they are [`ErrorKind::PermissionDenied`], but to write no bytes is no error.
/// [`write_exact`](MappedFile::write_exact) is all or nothing.
impl Write for MappedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let count = self.room()?.write(bytes)?;
        self.position += count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        MappedFile::flush(self)
    }
}

/// Python's `m.seek(offset, whence)`: to a place in the map or its end, or
/// [`ErrorKind::InvalidInput`]. To where the position is, it always succeeds.
impl Seek for MappedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (position, len) = (self.position as u64, self.len() as u64);
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(distance) => position.checked_add_signed(distance),
            SeekFrom::End(distance) => len.checked_add_signed(distance),
        };
        let place = place.filter(|&place| place <= len || place == position);
        let place =
            place.ok_or_else(|| invalid(format!("seek to {to:?}: the map has {len} bytes")))?;
        self.position = place as usize;
        Ok(place)
    }
}

/// Makes the file at least as long as that, and never shorter: `set_len` would cut what
/// others append between the question and the answer.
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
        false => Err(invalid("extend: the file is open for appending".into())),
    }
}

fn unsupported(message: &str) -> Error {
    Error::new(ErrorKind::Unsupported, message)
}

fn not_regular() -> Error {
    invalid("map: the file is not a regular file".into())
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

/// Where a map of `len` bytes from `offset` on ends, if there can be one: no system has a
/// file of 2^63 bytes.
fn end_of(offset: u64, len: usize) -> Option<u64> {
    let end = offset.checked_add(isize::try_from(len).ok()? as u64)?;
    i64::try_from(end).is_ok().then_some(end)
}

/// A range that has to be in the map.
fn inside(what: &str, range: impl RangeBounds<usize>, len: usize) -> io::Result<Range<usize>> {
    let range = ends(range, len);
    match range.start <= range.end && range.end <= len {
        true => Ok(range),
        false => Err(invalid(format!(
            "{what} bytes {range:?}: the map has {len} bytes"
        ))),
    }
}

/// What of a range is in the map. One that starts past the end is in it with no byte, and not
/// with the empty slice at its end.
fn clamp(range: impl RangeBounds<usize>, len: usize) -> Range<usize> {
    let range = ends(range, len);
    range.start..range.end.min(len)
}

/// No map reaches to where these saturate.
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
