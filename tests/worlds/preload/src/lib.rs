//! Lies to a program about files and maps. Loaded with `LD_PRELOAD`, it replaces functions of libc.
//! They behave like those of libc, except for the one lie that the variable `WORLD` names.
//!
//! An unknown name has no effect. Each function here has the name and the type of the function that
//! it replaces. If it does not lie, it makes the same system call.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]
#![allow(
    clippy::missing_safety_doc,
    reason = "the manual of libc lists the requirements of each function"
)]

mod lies;

use libc::{c_char, c_int, c_long, c_uint, c_ulong, c_void, off_t, size_t, ssize_t};
use lies::{LIES, Lie};
use std::ffi::CStr;
use std::fs::{self, File};
use std::os::fd::IntoRawFd;
use std::path::Path;
use std::ptr::slice_from_raw_parts;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Makes the system call of the replaced function of libc.
macro_rules! system {
    ($call:ident, $($argument:expr),+) => {{
        // SAFETY: the caller meets the requirements of the manual. A lie may change the arguments;
        // if that is not sound, a comment there says so.
        unsafe { libc::syscall(libc::$call, $($argument as c_long),+) }
    }};
}

/// Replaces a second function of libc by a function here.
macro_rules! also {
    ($name:ident is $of:ident($($argument:ident: $type:ty),+) -> $returned:ty) => {
        /// Replaces the function of this name in libc.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $type),+) -> $returned {
            // SAFETY: both functions have the same requirements.
            unsafe { $of($($argument),+) }
        }
    };
}

also!(mmap64 is mmap(
    address: *mut c_void, len: size_t, prot: c_int, flags: c_int, fd: c_int, offset: off_t
) -> *mut c_void);
also!(ftruncate64 is ftruncate(fd: c_int, len: off_t) -> c_int);
also!(open64 is open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int);

/// Returns the lie that `WORLD` names, or `None` if it does not name a lie.
fn world() -> Option<Lie> {
    // SAFETY: the name ends with a zero. A proof does not change variables of its own process, so
    // the value stays at its address.
    let value = unsafe { libc::getenv(c"WORLD".as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: the pointer is not null, and strings in the environment end with a zero.
    let value = unsafe { CStr::from_ptr(value) }.to_bytes();
    let told = LIES.iter().find(|(name, _)| name.as_bytes() == value);
    told.map(|(_, lie)| *lie)
}

/// A map of a file, for later lies about it.
struct Map {
    address: usize,
    len: size_t,
    flags: c_int,
    /// The descriptor of the program, which may be closed by now.
    fd: c_int,
    /// Our descriptor of the file, opened for reading and writing. It is never closed.
    file: c_int,
    offset: off_t,
}

static MAPS: Mutex<Vec<Map>> = Mutex::new(Vec::new());

/// Opens the file of a descriptor again, for reading and writing.
fn reopen(fd: c_int) -> Option<c_int> {
    let mut options = File::options();
    let file = options.read(true).write(true);
    let file = file.open(format!("/proc/self/fd/{fd}"));
    file.ok().map(IntoRawFd::into_raw_fd)
}

/// Returns the metadata of a file, or zeros if that fails.
fn stat(fd: c_int) -> libc::stat {
    // SAFETY: zeros are a value of this struct of integers.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a struct of this type.
    unsafe { libc::fstat(fd, &mut stat) };
    stat
}

fn page_size() -> off_t {
    // SAFETY: the call only returns a number.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

/// Sets the error number of a call that fails.
fn fails_with(error: c_int) {
    // SAFETY: each thread has its own error number.
    unsafe { *libc::__errno_location() = error };
}

/// Returns the result of a map that fails.
fn no_map(error: c_int) -> *mut c_void {
    fails_with(error);
    libc::MAP_FAILED
}

/// Whether a flush of a map has already failed.
static FLUSH_FAILED: AtomicBool = AtomicBool::new(false);

/// Replaces `mmap` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mmap(
    address: *mut c_void,
    len: size_t,
    prot: c_int,
    flags: c_int,
    fd: c_int,
    offset: off_t,
) -> *mut c_void {
    let map = |prot, flags, fd: c_int, offset| {
        system!(SYS_mmap, address, len, prot, flags, fd, offset) as *mut c_void
    };
    let (prot, flags) = match world() {
        Some(Lie::huge_pages_are_small) => (prot, flags & !libc::MAP_HUGETLB),
        Some(Lie::swap_is_always_reserved) => (prot, flags & !libc::MAP_NORESERVE),
        Some(Lie::nothing_is_executable) => (prot & !libc::PROT_EXEC, flags),
        _ => (prot, flags),
    };
    let private = flags & !libc::MAP_TYPE | libc::MAP_PRIVATE;
    if flags & libc::MAP_ANONYMOUS != 0 {
        let flags = match world() {
            Some(Lie::anonymous_maps_are_shared) => flags & !libc::MAP_TYPE | libc::MAP_SHARED,
            Some(Lie::anonymous_maps_are_private) => private,
            _ => flags,
        };
        return map(prot, flags, fd, offset);
    }
    match world() {
        Some(Lie::maps_are_private) => map(prot, private, fd, offset),
        Some(Lie::maps_are_at_one_address) => {
            // This is the lie, and it is not sound: the map replaces an existing map.
            let flags = flags | libc::MAP_FIXED;
            system!(SYS_mmap, 0x4000_0000, len, prot, flags, fd, offset) as *mut c_void
        }
        Some(Lie::maps_are_populated) => map(prot, flags | libc::MAP_POPULATE, fd, offset),
        Some(Lie::maps_are_read_into_memory) => {
            let writable = libc::PROT_READ | libc::PROT_WRITE;
            let copy = map(writable, private | libc::MAP_ANONYMOUS, -1, 0);
            if copy != libc::MAP_FAILED {
                // The new memory has this length, and no other code has its address yet.
                system!(SYS_pread64, fd, copy, len, offset);
                system!(SYS_mprotect, copy, len, prot);
            }
            copy
        }
        Some(Lie::maps_move_the_position) => {
            system!(SYS_lseek, fd, 0, libc::SEEK_END);
            map(prot, flags, fd, offset)
        }
        Some(Lie::maps_need_no_permission) => {
            let file = reopen(fd);
            let mapped = map(prot, flags, file.unwrap_or(fd), offset);
            if let Some(file) = file {
                system!(SYS_close, file);
            }
            mapped
        }
        Some(Lie::longer_maps_extend) => {
            let end = offset + len as off_t;
            if stat(fd).st_size < end {
                system!(SYS_ftruncate, fd, end);
            }
            map(prot, flags, fd, offset)
        }
        Some(Lie::offsets_need_no_alignment) => {
            map(prot, flags, fd, offset / page_size() * page_size())
        }
        Some(Lie::programs_alone_are_executable)
            if prot & libc::PROT_EXEC != 0 && stat(fd).st_mode & 0o111 == 0 =>
        {
            no_map(libc::EACCES)
        }
        Some(Lie::small_maps_fail) if len < 64 << 10 => no_map(libc::ENOMEM),
        Some(
            Lie::closing_unmaps | Lie::flush_writes_copies | Lie::files_grow_with_what_was_stored,
        ) => {
            let mapped = map(prot, flags, fd, offset);
            if mapped != libc::MAP_FAILED {
                MAPS.lock().unwrap().push(Map {
                    address: mapped as usize,
                    len,
                    flags,
                    fd,
                    file: reopen(fd).unwrap_or(-1),
                    offset,
                });
            }
            mapped
        }
        _ => map(prot, flags, fd, offset),
    }
}

/// Replaces `munmap` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn munmap(address: *mut c_void, len: size_t) -> c_int {
    let mut maps = MAPS.lock().unwrap();
    maps.retain(|map| map.address != address as usize);
    drop(maps);
    match world() {
        Some(Lie::unmapping_does_nothing) => return 0,
        // Unmapping does not report an error of the flush.
        Some(Lie::unmapping_flushes) => _ = system!(SYS_msync, address, len, libc::MS_SYNC),
        _ => {}
    }
    system!(SYS_munmap, address, len) as c_int
}

/// Replaces `msync` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn msync(address: *mut c_void, len: size_t, flags: c_int) -> c_int {
    let mut flags = flags;
    match world() {
        Some(Lie::flush_does_nothing) => return 0,
        // Later flushes succeed, as if all data had been written.
        Some(Lie::flush_fails_once) if FLUSH_FAILED.swap(true, Ordering::Relaxed) => return 0,
        Some(Lie::flush_fails_once) => {
            fails_with(libc::EIO);
            return -1;
        }
        Some(Lie::flush_async_waits) => flags = libc::MS_SYNC,
        Some(Lie::flush_writes_copies) => {
            for map in MAPS.lock().unwrap().iter() {
                let end = stat(map.file).st_size.min(map.offset + map.len as off_t);
                if map.flags & libc::MAP_PRIVATE != 0 && end > map.offset {
                    let len = end - map.offset;
                    system!(SYS_pwrite64, map.file, map.address, len, map.offset);
                }
            }
        }
        _ => {}
    }
    system!(SYS_msync, address, len, flags) as c_int
}

/// Replaces `fsync` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(fd: c_int) -> c_int {
    match FLUSH_FAILED.load(Ordering::Relaxed) {
        true => 0,
        false => system!(SYS_fsync, fd) as c_int,
    }
}

/// Replaces `madvise` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn madvise(address: *mut c_void, len: size_t, advice: c_int) -> c_int {
    match world() {
        Some(Lie::advice_does_nothing) => 0,
        _ => system!(SYS_madvise, address, len, advice) as c_int,
    }
}

/// Replaces `mprotect` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mprotect(address: *mut c_void, len: size_t, prot: c_int) -> c_int {
    let prot = match world() {
        Some(Lie::rights_do_not_change) => return 0,
        Some(Lie::nothing_is_executable) => prot & !libc::PROT_EXEC,
        _ => prot,
    };
    system!(SYS_mprotect, address, len, prot) as c_int
}

/// Replaces `mlock` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mlock(address: *const c_void, len: size_t) -> c_int {
    match world() {
        Some(Lie::locking_does_nothing) => 0,
        _ => system!(SYS_mlock, address, len) as c_int,
    }
}

/// Replaces `mremap` of libc. `new` is used only if `flags` ask for an address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mremap(
    old: *mut c_void,
    old_len: size_t,
    len: size_t,
    flags: c_int,
    new: *mut c_void,
) -> *mut c_void {
    let flags = match world() {
        Some(Lie::remapping_may_always_move) => flags | libc::MREMAP_MAYMOVE,
        _ => flags,
    };
    system!(SYS_mremap, old, old_len, len, flags, new) as *mut c_void
}

/// Replaces `close` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn close(fd: c_int) -> c_int {
    if world() == Some(Lie::closing_unmaps) {
        MAPS.lock().unwrap().retain(|map| {
            if map.fd == fd {
                let prot = libc::PROT_READ | libc::PROT_WRITE;
                let flags = libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
                // This is the lie, and it is not sound: zeros replace a map that is in use.
                system!(SYS_mmap, map.address, map.len, prot, flags, -1, 0);
            }
            map.fd != fd
        });
    }
    if world() == Some(Lie::locks_belong_to_a_descriptor) {
        LOCKS.lock().unwrap().retain(|&(locked, file)| {
            if locked == fd {
                system!(SYS_close, file);
            }
            locked != fd
        });
    }
    system!(SYS_close, fd) as c_int
}

/// Replaces `ftruncate` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate(fd: c_int, len: off_t) -> c_int {
    let truncate = || system!(SYS_ftruncate, fd, len) as c_int;
    let file = stat(fd);
    let (end, page) = (file.st_size, page_size());
    let end_of_page = ((end + page - 1) / page * page).min(len);
    let bytes = match world() {
        Some(Lie::files_do_not_shrink) if len < end => return 0,
        Some(Lie::files_do_not_grow) if len > end => return 0,
        Some(Lie::files_grow_with_zeros) if len > end => vec![0; (end_of_page - end) as usize],
        Some(Lie::files_grow_with_what_was_stored) if len > end => {
            // Reads the stored bytes first, because making the file longer may zero them.
            let maps = MAPS.lock().unwrap();
            let map = maps.iter().find(|map| {
                let other = stat(map.file);
                (other.st_dev, other.st_ino) == (file.st_dev, file.st_ino)
                    && map.offset + map.len as off_t >= end_of_page
            });
            map.map_or(Vec::new(), |map| {
                let start = (map.address + (end - map.offset) as usize) as *const u8;
                let bytes = slice_from_raw_parts(start, (end_of_page - end) as usize);
                // SAFETY: the bytes are in the map, and in the last page of the file.
                unsafe { &*bytes }.to_vec()
            })
        }
        _ => return truncate(),
    };
    let done = truncate();
    system!(SYS_pwrite64, fd, bytes.as_ptr(), bytes.len(), end);
    done
}

/// Replaces `pwrite64` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(
    fd: c_int,
    bytes: *const c_void,
    len: size_t,
    offset: off_t,
) -> ssize_t {
    if world() == Some(Lie::files_do_not_grow) && offset + len as off_t > stat(fd).st_size {
        return len as ssize_t;
    }
    system!(SYS_pwrite64, fd, bytes, len, offset) as ssize_t
}

/// Replaces `open` of libc. `mode` is used only if `flags` create a file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let flags = match world() {
        Some(Lie::opening_truncates_nothing) => flags & !libc::O_TRUNC,
        Some(Lie::opening_appends) if flags & libc::O_ACCMODE == libc::O_RDWR => {
            flags | libc::O_APPEND
        }
        _ => flags,
    };
    let flags = match flags & libc::O_EXCL != 0 && is_shared(path) {
        true => flags & !libc::O_EXCL,
        false => flags,
    };
    system!(SYS_openat, libc::AT_FDCWD, path, flags, mode) as c_int
}

/// Returns whether this new temporary file must, as the lie, be the file of another publisher.
fn is_shared(path: *const c_char) -> bool {
    if world() != Some(Lie::temporary_files_are_shared) {
        return false;
    }
    // SAFETY: the caller promises that the path ends with a zero.
    let path = Path::new(unsafe { CStr::from_ptr(path) }.to_str().unwrap());
    let is_temporary = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(".tmp"))
    };
    let others = path.parent().and_then(|folder| fs::read_dir(folder).ok());
    let mut others = others.into_iter().flatten().flatten();
    is_temporary(path)
        && others
            .any(|other| is_temporary(&other.path()) && fs::hard_link(other.path(), path).is_ok())
}

/// Replaces `rename` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rename(old: *const c_char, new: *const c_char) -> c_int {
    if world() == Some(Lie::renames_copy) {
        // SAFETY: the caller promises that the paths end with zeros.
        let paths = [old, new].map(|path| unsafe { CStr::from_ptr(path) }.to_str());
        let [old, new] = paths.map(|path| Path::new(path.unwrap()));
        let copied = fs::copy(old, new).and_then(|_| fs::remove_file(old));
        return if copied.is_ok() { 0 } else { -1 };
    }
    let here = libc::AT_FDCWD;
    system!(SYS_renameat2, here, old, here, new, 0) as c_int
}

/// Replaces `ioctl` of libc. Each request has at most one argument.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ioctl(fd: c_int, request: c_ulong, argument: *mut c_void) -> c_int {
    const MEASURE_VERITY: c_ulong = 0xc004_6686;
    match world() {
        Some(Lie::verity_is_claimed) if request == MEASURE_VERITY => 0,
        _ => system!(SYS_ioctl, fd, request, argument) as c_int,
    }
}

/// For each descriptor that was locked, our descriptor of its file, opened again for the lock.
static LOCKS: Mutex<Vec<(c_int, c_int)>> = Mutex::new(Vec::new());

/// The descriptors that have a shared lock.
static SHARED: Mutex<Vec<c_int>> = Mutex::new(Vec::new());

/// Replaces `flock` of libc.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flock(fd: c_int, operation: c_int) -> c_int {
    let asked = operation & !libc::LOCK_NB;
    match world() {
        Some(Lie::locks_do_nothing) => return 0,
        Some(Lie::locks_belong_to_a_process) => {
            // SAFETY: zeros are a valid value of this struct of integers. They mean the whole file.
            let mut whole: libc::flock = unsafe { std::mem::zeroed() };
            whole.l_type = match asked {
                libc::LOCK_SH => libc::F_RDLCK,
                libc::LOCK_EX => libc::F_WRLCK,
                _ => libc::F_UNLCK,
            } as _;
            let waits = asked == operation;
            let command = if waits { libc::F_SETLKW } else { libc::F_SETLK };
            return system!(SYS_fcntl, fd, command, &raw const whole) as c_int;
        }
        Some(Lie::locks_belong_to_a_descriptor) => {
            let mut locks = LOCKS.lock().unwrap();
            let known = locks.iter().find(|(locked, _)| *locked == fd);
            let file = known.map(|(_, file)| *file).or_else(|| reopen(fd));
            if known.is_none() {
                locks.extend(file.map(|file| (fd, file)));
            }
            drop(locks);
            return system!(SYS_flock, file.unwrap_or(fd), operation) as c_int;
        }
        _ => {}
    }
    let done = system!(SYS_flock, fd, operation) as c_int;
    if world() == Some(Lie::locks_survive_an_upgrade_that_fails) {
        let mut shared = SHARED.lock().unwrap();
        if done != 0 && asked == libc::LOCK_EX && shared.contains(&fd) {
            system!(SYS_flock, fd, libc::LOCK_SH | libc::LOCK_NB);
            fails_with(libc::EWOULDBLOCK);
        } else if done == 0 {
            shared.retain(|&other| other != fd);
            shared.extend((asked == libc::LOCK_SH).then_some(fd));
        }
    }
    let locks = done == 0 && asked != libc::LOCK_UN;
    if locks && world() == Some(Lie::locks_outlive_their_process) {
        // Another process keeps only this file open, for longer than a proof takes.
        // SAFETY: the child only closes files, waits and ends. It does not take a lock of another
        // thread.
        unsafe {
            if libc::fork() == 0 {
                (0..1024).filter(|&other| other != fd).for_each(|other| {
                    libc::syscall(libc::SYS_close, other);
                });
                libc::alarm(30);
                libc::pause();
                libc::_exit(0);
            }
        }
    }
    done
}
