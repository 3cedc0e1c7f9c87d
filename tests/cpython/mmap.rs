//! Python's module `mmap`, as far as CPython's tests of it go, on top of `MappedFile`.
//!
//! It puts Python's arguments into the words of `MappedFile`, and its errors into Python's
//! exceptions: a length of 0 is a length that is left out, a negative index counts from the end,
//! and Python itself cuts a slice to the map. For the rest Python gets what `MappedFile` does,
//! but for the differences that `MAKE_UP_FOR` names: there it does what Python does.
#![cfg(target_os = "linux")] // so is what tests/cpython/cpython.rs expects

use mapped_file::{Access, MappedFile};
use memmap2::Advice;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{
    PyBufferError, PyIndexError, PyOSError, PyOverflowError, PyTypeError, PyValueError,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PySlice, PyTuple};
use pyo3::{IntoPyObjectExt, ffi};
use std::ffi::c_int;
use std::fs::File;
use std::io::{self, BufRead, ErrorKind, Seek, SeekFrom};
use std::os::fd::FromRawFd;
use std::sync::{Mutex, MutexGuard};

const ACCESS: [&str; 4] = [
    "ACCESS_DEFAULT",
    "ACCESS_READ",
    "ACCESS_WRITE",
    "ACCESS_COPY",
];

/// The class `mmap`.
///
/// Frozen, with a lock that is taken after all arguments are converted: an argument may run
/// Python, and that may close the map.
#[pyclass(name = "mmap", module = "mmap", frozen, subclass, weakref)]
struct Map {
    state: Mutex<State>,
    access: usize,
}

struct State {
    /// None once it is closed.
    map: Option<MappedFile>,
    /// How many buffers Python has of its bytes, which stay where they are as long.
    exports: usize,
}

#[pymethods]
impl Map {
    #[new]
    #[pyo3(signature = (fileno, length, flags=libc::MAP_SHARED,
        prot=libc::PROT_READ | libc::PROT_WRITE, access=0, offset=0, *, trackfd=true))]
    #[expect(clippy::too_many_arguments, reason = "Python has as many")]
    fn new(
        py: Python<'_>,
        fileno: c_int,
        length: usize,
        flags: c_int,
        prot: c_int,
        access: usize,
        offset: u64,
        trackfd: bool,
    ) -> PyResult<Self> {
        let both = libc::PROT_READ | libc::PROT_WRITE;
        if access != 0 && (flags, prot) != (libc::MAP_SHARED, both) {
            let message = "mmap can't specify both access and flags, prot.";
            return Err(PyValueError::new_err(message));
        }
        let private = flags & libc::MAP_PRIVATE != 0;
        let kind = match access {
            0 if prot & libc::PROT_WRITE == 0 => Access::Read,
            0 if private => Access::Copy,
            0 | 2 => Access::Write,
            1 => Access::Read,
            3 => Access::Copy,
            _ => return Err(PyValueError::new_err("mmap invalid access parameter.")),
        };
        let mut map = match fileno {
            -1 => {
                // Looks the same to this process, and has another length when asked to.
                let private = private || trackfd && makes_up_for("resize_of_shared");
                anonymous(length, kind, private).map_err(exception)?
            }
            _ => of_file(py, fileno, length, kind, offset)?,
        };
        if !trackfd {
            map.take_file();
        }
        let state = State {
            map: Some(map),
            exports: 0,
        };
        let state = Mutex::new(state);
        Ok(Map { state, access })
    }

    fn close(&self) -> PyResult<()> {
        match self.unexported()?.map.take() {
            Some(map) => map.close().map_err(exception),
            None => Ok(()),
        }
    }

    #[getter]
    fn closed(&self) -> bool {
        self.state().map.is_none()
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close()
    }

    fn __repr__(&self) -> String {
        let name = ACCESS[self.access];
        match &self.state().map {
            Some(map) => format!(
                "<mmap.mmap closed=False, access={name}, length={}, pos={}, offset={}>",
                map.len(),
                map.position(),
                map.offset(),
            ),
            None => "<mmap.mmap closed=True>".into(),
        }
    }

    fn __len__(&self) -> PyResult<usize> {
        self.with(|map| Ok(map.len()))
    }

    fn size(&self) -> PyResult<u64> {
        let no_file = |error: io::Error| match error.kind() {
            ErrorKind::Unsupported => io::Error::from_raw_os_error(libc::EBADF),
            _ => error,
        };
        self.with(|map| map.file_len().map_err(no_file))
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let places = self.places(key)?;
        let bytes = self.with(|map| Ok(places.iter().map(|&at| map.get(at).copied()).collect()))?;
        let bytes: Vec<u8> = Option::ok_or_else(bytes, out_of_range)?;
        match key.is_instance_of::<PySlice>() {
            true => PyBytes::new(key.py(), &bytes).into_bound_py_any(key.py()),
            false => bytes[0].into_bound_py_any(key.py()),
        }
    }

    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let places = self.places(key)?;
        let bytes = match key.is_instance_of::<PySlice>() {
            true => PyBuffer::get(value)?.to_vec(key.py())?,
            false => vec![value.extract()?],
        };
        if places.len() != bytes.len() {
            let message = "mmap slice assignment is wrong size";
            return Err(PyIndexError::new_err(message));
        }
        let inside = self.with(|map| {
            let map = map.as_mut_slice()?;
            let inside = places.iter().all(|&at| at < map.len());
            if inside {
                places
                    .into_iter()
                    .zip(bytes)
                    .for_each(|(at, byte)| map[at] = byte);
            }
            Ok(inside)
        })?;
        inside.then_some(()).ok_or_else(out_of_range)
    }

    #[pyo3(signature = (n=None))]
    fn read(&self, py: Python<'_>, n: Option<isize>) -> PyResult<Py<PyBytes>> {
        let count = n.and_then(|n| n.try_into().ok()).unwrap_or(usize::MAX);
        self.with(|map| Ok(PyBytes::new(py, map.read_bytes(count)).unbind()))
    }

    fn read_byte(&self) -> PyResult<u8> {
        self.with(MappedFile::read_byte)
    }

    fn readline(&self, py: Python<'_>) -> PyResult<Py<PyBytes>> {
        let mut line = Vec::new();
        self.with(|map| map.read_until(b'\n', &mut line))?;
        Ok(PyBytes::new(py, &line).unbind())
    }

    fn write(&self, py: Python<'_>, bytes: PyBuffer<u8>) -> PyResult<usize> {
        let bytes = bytes.to_vec(py)?;
        self.with(|map| map.write_exact(&bytes))?;
        Ok(bytes.len())
    }

    fn write_byte(&self, byte: u8) -> PyResult<()> {
        self.with(|map| map.write_byte(byte))
    }

    fn tell(&self) -> PyResult<usize> {
        self.with(|map| Ok(map.position()))
    }

    #[pyo3(signature = (pos, whence=0))]
    fn seek(&self, pos: i64, whence: c_int) -> PyResult<u64> {
        let to = match (whence, u64::try_from(pos)) {
            (0, Ok(pos)) => SeekFrom::Start(pos),
            (1, _) => SeekFrom::Current(pos),
            (2, _) => SeekFrom::End(pos),
            _ => return Err(PyValueError::new_err("seek out of range")),
        };
        self.with(|map| map.seek(to))
    }

    fn seekable(&self) -> bool {
        true
    }

    #[pyo3(signature = (sub, start=0, end=isize::MAX))]
    fn find(&self, py: Python<'_>, sub: PyBuffer<u8>, start: isize, end: isize) -> PyResult<isize> {
        let sub = sub.to_vec(py)?;
        let find = |map: &mut MappedFile| {
            let range = from_end(start, map.len())..from_end(end, map.len());
            Ok(map.find_in(range, &sub))
        };
        Ok(self.with(find)?.map_or(-1, |at| at as isize))
    }

    #[pyo3(signature = (sub, start=0, end=isize::MAX))]
    fn rfind(
        &self,
        py: Python<'_>,
        sub: PyBuffer<u8>,
        start: isize,
        end: isize,
    ) -> PyResult<isize> {
        let sub = sub.to_vec(py)?;
        let rfind = |map: &mut MappedFile| {
            let range = from_end(start, map.len())..from_end(end, map.len());
            Ok(map.rfind_in(range, &sub))
        };
        Ok(self.with(rfind)?.map_or(-1, |at| at as isize))
    }

    #[pyo3(name = "move")]
    fn move_within(&self, dest: isize, src: isize, count: isize) -> PyResult<()> {
        let place = |place| unsigned(place, "source, destination, or count out of range");
        let (dest, src, count) = (place(dest)?, place(src)?, place(count)?);
        self.with(|map| map.move_within(src..src.saturating_add(count), dest))
    }

    fn resize(&self, newsize: usize) -> PyResult<()> {
        drop(self.unexported()?);
        self.with(|map| map.resize(newsize))
    }

    #[pyo3(signature = (offset=0, size=None))]
    fn flush(&self, offset: usize, size: Option<usize>) -> PyResult<()> {
        if makes_up_for("flush_from_any_byte") && !offset.is_multiple_of(page_size()) {
            return Err(exception(io::Error::from_raw_os_error(libc::EINVAL)));
        }
        self.with(|map| match size {
            Some(size) => map.flush_range(offset..offset.saturating_add(size)),
            None => map.flush_range(offset..),
        })
    }

    #[pyo3(signature = (option, start=0, length=None))]
    fn madvise(&self, option: c_int, start: isize, length: Option<isize>) -> PyResult<()> {
        let advice = match option {
            libc::MADV_NORMAL => Advice::Normal,
            libc::MADV_RANDOM => Advice::Random,
            libc::MADV_SEQUENTIAL => Advice::Sequential,
            libc::MADV_WILLNEED => Advice::WillNeed,
            _ => return Err(exception(io::Error::from_raw_os_error(libc::EINVAL))),
        };
        let start = unsigned(start, "madvise start out of bounds")?;
        let len = self.__len__()?;
        let length = match length {
            Some(length) => unsigned(length, "madvise length invalid")?,
            None => len.saturating_sub(start),
        };
        let mut end = start + length;
        if makes_up_for("advise_past_the_end") {
            if start >= len {
                return Err(PyValueError::new_err("madvise start out of bounds"));
            }
            if isize::try_from(end).is_err() {
                return Err(PyOverflowError::new_err("madvise length too large"));
            }
            end = end.min(len);
        }
        self.with(|map| map.advise(start..end, advice))
    }

    /// # Safety
    ///
    /// Python calls it with a view to fill in, and keeps the map alive until it gives it back.
    unsafe fn __getbuffer__(
        slf: &Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        // SAFETY: it is Python's to fill in; without an object it is none that Python gives back.
        unsafe { (*view).obj = std::ptr::null_mut() };
        let (bytes, len, read_only) = slf.get().with(|map| {
            let len = map.len() as isize;
            Ok(match map.as_mut_slice() {
                Ok(bytes) => (bytes.as_mut_ptr(), len, 0),
                Err(_) => (map.as_ptr().cast_mut(), len, 1),
            })
        })?;
        // SAFETY: the bytes stay where they are until the buffer is given back, as neither
        // `close` nor `resize` goes on while there are exports; and nobody stores into a view
        // that is said to be read-only.
        let filled = unsafe {
            ffi::PyBuffer_FillInfo(view, slf.as_ptr(), bytes.cast(), len, read_only, flags)
        };
        if filled != 0 {
            return Err(PyErr::fetch(slf.py()));
        }
        slf.get().state().exports += 1;
        Ok(())
    }

    /// # Safety
    ///
    /// Python calls it with a view of `__getbuffer__`, once.
    unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) {
        self.state().exports -= 1;
    }
}

impl Map {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Does something with the map, if it is not closed.
    fn with<T>(&self, what: impl FnOnce(&mut MappedFile) -> io::Result<T>) -> PyResult<T> {
        match &mut self.state().map {
            Some(map) => what(map).map_err(exception),
            None => Err(PyValueError::new_err("mmap closed or invalid")),
        }
    }

    fn unexported(&self) -> PyResult<MutexGuard<'_, State>> {
        let state = self.state();
        match state.exports {
            0 => Ok(state),
            _ => Err(PyBufferError::new_err(
                "cannot close exported pointers exist",
            )),
        }
    }

    /// The bytes that an index or a slice names. They were in the map when it was asked.
    fn places(&self, key: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        let len = self.__len__()?;
        if let Ok(slice) = key.cast::<PySlice>() {
            let slice = slice.indices(len as isize)?;
            let places = (0..slice.slicelength as isize).map(|i| slice.start + i * slice.step);
            return Ok(places.map(|at| at as usize).collect());
        }
        let at: isize = key.extract()?;
        let at = if at < 0 { at + len as isize } else { at };
        let at = usize::try_from(at).ok().filter(|&at| at < len);
        at.map(|at| vec![at]).ok_or_else(out_of_range)
    }
}

/// Memory, of this process alone or shared with its forks.
fn anonymous(length: usize, access: Access, private: bool) -> io::Result<MappedFile> {
    let map = match private || access == Access::Copy {
        true => MappedFile::anonymous(length)?,
        false => MappedFile::anonymous_shared(length)?,
    };
    match access {
        Access::Read => map.make_read_only(),
        _ => Ok(map),
    }
}

fn of_file(
    py: Python<'_>,
    fileno: c_int,
    length: usize,
    access: Access,
    offset: u64,
) -> PyResult<MappedFile> {
    let fileno: c_int = py
        .import("os")?
        .getattr("dup")?
        .call1((fileno,))?
        .extract()?;
    // SAFETY: it was opened in the line before, and nobody else knows it.
    let file = unsafe { File::from_raw_fd(fileno) };
    let file_len = file.metadata()?.len();
    if makes_up_for("empty_file") && length == 0 && file_len == 0 {
        return Err(PyValueError::new_err("cannot mmap an empty file"));
    }
    let end = offset.saturating_add(length as u64);
    if makes_up_for("longer_map") && access == Access::Write && end > file_len {
        let message = "mmap length is greater than file size";
        return Err(PyValueError::new_err(message));
    }
    let mut options = MappedFile::options();
    options.access(access).offset(offset);
    if length != 0 {
        options.len(length);
    }
    // SAFETY: the tests are trusted with it. They make no file shorter than a map of it that they
    // go on to use, and run one after the other: no byte is borrowed when they write to a file,
    // since bytes are borrowed here for the time of a call alone.
    unsafe { options.map(file) }.map_err(exception)
}

/// What Python raises: OSError for an error of the system, and for what the map refuses the
/// exception of the same kind.
fn exception(error: io::Error) -> PyErr {
    let message = error.to_string();
    match (error.raw_os_error(), error.kind()) {
        (Some(number), _) => PyOSError::new_err((number, message)),
        (None, ErrorKind::PermissionDenied) => PyTypeError::new_err(message),
        (None, _) => PyValueError::new_err(message),
    }
}

fn out_of_range() -> PyErr {
    PyIndexError::new_err("mmap index out of range")
}

/// A number that is none in Rust if it is negative.
fn unsigned(number: isize, message: &'static str) -> PyResult<usize> {
    usize::try_from(number).map_err(|_| PyValueError::new_err(message))
}

/// An index, which counts from the end if it is negative.
fn from_end(index: isize, len: usize) -> usize {
    match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => len.saturating_sub(index.unsigned_abs()),
    }
}

/// Whether to do what Python does, in place of what `MappedFile` does.
fn makes_up_for(difference: &str) -> bool {
    let names = std::env::var("MAKE_UP_FOR").unwrap_or_default();
    names.split(' ').any(|name| name == difference)
}

fn page_size() -> usize {
    // SAFETY: it asks for a number, and there is one on every Unix.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

#[pymodule(name = "mmap")]
mod module {
    use super::page_size;
    use pyo3::exceptions::PyOSError;
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::Map;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        for (access, name) in super::ACCESS.into_iter().enumerate() {
            module.add(name, access)?;
        }
        for (name, number) in [
            ("MADV_NORMAL", libc::MADV_NORMAL),
            ("MADV_RANDOM", libc::MADV_RANDOM),
            ("MADV_SEQUENTIAL", libc::MADV_SEQUENTIAL),
            ("MADV_WILLNEED", libc::MADV_WILLNEED),
            ("MAP_ANON", libc::MAP_ANON),
            ("MAP_ANONYMOUS", libc::MAP_ANONYMOUS),
            ("MAP_PRIVATE", libc::MAP_PRIVATE),
            ("MAP_SHARED", libc::MAP_SHARED),
            ("PROT_EXEC", libc::PROT_EXEC),
            ("PROT_READ", libc::PROT_READ),
            ("PROT_WRITE", libc::PROT_WRITE),
        ] {
            module.add(name, number)?;
        }
        module.add("ALLOCATIONGRANULARITY", page_size())?;
        module.add("PAGESIZE", page_size())?;
        module.add("error", module.py().get_type::<PyOSError>())
    }
}
