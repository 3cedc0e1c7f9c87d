//! Lies to a program about files and maps: put before libc with `LD_PRELOAD`, it does as libc does,
//! but for the one lie that the variable `WORLD` names.
//!
//! A lie is a line below, with its name in quotes: what becomes of a sentence of the book in a world
//! in which it is false. An unknown name is no lie. Each function here has the name and the type of
//! the one in libc that it stands before, and asks that one for all that it does not lie about.
#![cfg(target_os = "linux")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the manual of libc has what each function asks of its callers"
)]

use libc::{c_char, c_int, c_uint, c_void, off_t, off64_t, size_t, ssize_t};
use std::ffi::CStr;
use std::ptr::slice_from_raw_parts;
use std::sync::Mutex;

/// The functions of libc that stand behind those of this library.
mod real {
    use super::*;

    fn find(name: &CStr) -> *mut c_void {
        // SAFETY: the name ends with a zero.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
        assert!(!found.is_null(), "{name:?} is not in libc");
        found
    }

    macro_rules! functions {
        ($(fn $name:ident($($argument:ident: $type:ty),+) -> $returned:ty;)+) => {$(
            pub unsafe fn $name($($argument: $type),+) -> $returned {
                let name = concat!(stringify!($name), "\0").as_bytes();
                let found = find(CStr::from_bytes_with_nul(name).unwrap());
                type Function = unsafe extern "C" fn($($type),+) -> $returned;
                // SAFETY: the manual of libc gives the function of this name this type.
                let function = unsafe { std::mem::transmute::<*mut c_void, Function>(found) };
                // SAFETY: the caller promises what the manual asks for.
                unsafe { function($($argument),+) }
            }
        )+};
    }

    functions! {
        fn mmap64(a: *mut c_void, l: size_t, p: c_int, f: c_int, fd: c_int, o: off64_t) -> *mut c_void;
        fn munmap(address: *mut c_void, len: size_t) -> c_int;
        fn msync(address: *mut c_void, len: size_t, flags: c_int) -> c_int;
        fn madvise(address: *mut c_void, len: size_t, advice: c_int) -> c_int;
        fn mprotect(address: *mut c_void, len: size_t, prot: c_int) -> c_int;
        fn mlock(address: *const c_void, len: size_t) -> c_int;
        fn close(fd: c_int) -> c_int;
        fn ftruncate64(fd: c_int, len: off64_t) -> c_int;
        fn flock(fd: c_int, operation: c_int) -> c_int;
        fn rename(old: *const c_char, new: *const c_char) -> c_int;
        fn pwrite64(fd: c_int, bytes: *const c_void, len: size_t, offset: off64_t) -> ssize_t;
    }

    pub unsafe fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
        type Function = unsafe extern "C" fn(*const c_char, c_int, ...) -> c_int;
        // SAFETY: the manual of libc gives the function this type.
        let function = unsafe { std::mem::transmute::<*mut c_void, Function>(find(c"open64")) };
        // SAFETY: the caller promises what the manual asks for.
        unsafe { function(path, flags, mode) }
    }

    pub unsafe fn mremap(
        old: *mut c_void,
        old_len: size_t,
        len: size_t,
        flags: c_int,
        new: *mut c_void,
    ) -> *mut c_void {
        type Function =
            unsafe extern "C" fn(*mut c_void, size_t, size_t, c_int, ...) -> *mut c_void;
        // SAFETY: the manual of libc gives the function this type.
        let function = unsafe { std::mem::transmute::<*mut c_void, Function>(find(c"mremap")) };
        // SAFETY: the caller promises what the manual asks for.
        unsafe { function(old, old_len, len, flags, new) }
    }
}

/// The lie that is told, or nothing.
fn world() -> &'static [u8] {
    // SAFETY: the name ends with a zero. A proof changes no variable of its own process, so that
    // the value stays where it is.
    let value = unsafe { libc::getenv(c"WORLD".as_ptr()) };
    if value.is_null() {
        return b"";
    }
    // SAFETY: it is not null, and the environment holds strings that end with a zero.
    unsafe { CStr::from_ptr(value) }.to_bytes()
}

/// A map of a file, for the lies that are told about it later.
struct Map {
    address: usize,
    len: size_t,
    flags: c_int,
    /// As the program knows the file, which may be closed since.
    fd: c_int,
    /// The file, opened anew for reading and writing, for good.
    file: c_int,
    offset: off64_t,
}

static MAPS: Mutex<Vec<Map>> = Mutex::new(Vec::new());

/// Opens the file of a descriptor anew, for reading and writing.
fn reopen(fd: c_int) -> c_int {
    let path = format!("/proc/self/fd/{fd}\0");
    // SAFETY: the path ends with a zero.
    unsafe { real::open64(path.as_ptr().cast(), libc::O_RDWR | libc::O_CLOEXEC, 0) }
}

/// The length, the device and the number of a file, or zeros.
fn file_of(fd: c_int) -> (off64_t, (u64, u64)) {
    // SAFETY: zeros are a value of this struct of integers.
    let mut stat: libc::stat64 = unsafe { std::mem::zeroed() };
    // SAFETY: it is written to a struct of its type.
    unsafe { libc::fstat64(fd, &mut stat) };
    (stat.st_size, (stat.st_dev as u64, stat.st_ino as u64))
}

/// Whether anyone may execute a file.
fn is_program(fd: c_int) -> bool {
    // SAFETY: zeros are a value of this struct of integers.
    let mut stat: libc::stat64 = unsafe { std::mem::zeroed() };
    // SAFETY: it is written to a struct of its type.
    unsafe { libc::fstat64(fd, &mut stat) };
    stat.st_mode & 0o111 != 0
}

fn page_size() -> off64_t {
    // SAFETY: it asks for a number.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as off64_t }
}

/// Stands before `mmap64`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mmap64(
    address: *mut c_void,
    len: size_t,
    prot: c_int,
    flags: c_int,
    fd: c_int,
    offset: off64_t,
) -> *mut c_void {
    let map = |prot, flags, fd, offset| {
        // SAFETY: as the caller asked for it, but for the lie.
        unsafe { real::mmap64(address, len, prot, flags, fd, offset) }
    };
    let (prot, flags) = match world() {
        b"huge_pages_are_small" => (prot, flags & !libc::MAP_HUGETLB),
        b"swap_is_always_reserved" => (prot, flags & !libc::MAP_NORESERVE),
        b"nothing_is_executable" => (prot & !libc::PROT_EXEC, flags),
        _ => (prot, flags),
    };
    let private = flags & !libc::MAP_TYPE | libc::MAP_PRIVATE;
    if flags & libc::MAP_ANONYMOUS != 0 {
        let flags = match world() {
            b"anonymous_maps_are_shared" => flags & !libc::MAP_TYPE | libc::MAP_SHARED,
            b"anonymous_maps_are_private" => private,
            _ => flags,
        };
        return map(prot, flags, fd, offset);
    }
    match world() {
        b"maps_are_private" => map(prot, private, fd, offset),
        b"maps_are_at_one_address" => {
            let address = 0x4000_0000 as *mut c_void;
            // SAFETY: not sound, and the lie: the map takes the place of what is there.
            unsafe { real::mmap64(address, len, prot, flags | libc::MAP_FIXED, fd, offset) }
        }
        b"maps_are_populated" => map(prot, flags | libc::MAP_POPULATE, fd, offset),
        b"maps_are_read_into_memory" => {
            let writable = libc::PROT_READ | libc::PROT_WRITE;
            let copy = map(writable, private | libc::MAP_ANONYMOUS, -1, 0);
            if copy != libc::MAP_FAILED {
                // SAFETY: the new memory is as long as that, and nobody else has it yet.
                unsafe {
                    libc::pread64(fd, copy, len, offset);
                    libc::mprotect(copy, len, prot);
                }
            }
            copy
        }
        b"maps_move_the_position" => {
            // SAFETY: it changes nothing but the position.
            unsafe { libc::lseek64(fd, 0, libc::SEEK_END) };
            map(prot, flags, fd, offset)
        }
        b"maps_need_no_permission" => {
            let file = reopen(fd);
            let mapped = map(prot, flags, if file < 0 { fd } else { file }, offset);
            // SAFETY: nobody else has the descriptor.
            unsafe { real::close(file) };
            mapped
        }
        b"longer_maps_extend" => {
            let end = offset + len as off64_t;
            if file_of(fd).0 < end {
                // SAFETY: it makes a file longer.
                unsafe { real::ftruncate64(fd, end) };
            }
            map(prot, flags, fd, offset)
        }
        b"offsets_need_no_alignment" => {
            let page = page_size();
            map(prot, flags, fd, offset / page * page)
        }
        b"programs_alone_are_executable" if prot & libc::PROT_EXEC != 0 && !is_program(fd) => {
            // SAFETY: each thread has an error number of its own.
            unsafe { *libc::__errno_location() = libc::EACCES };
            libc::MAP_FAILED
        }
        b"small_maps_fail" if len < 64 << 10 => {
            // SAFETY: each thread has an error number of its own.
            unsafe { *libc::__errno_location() = libc::ENOMEM };
            libc::MAP_FAILED
        }
        b"closing_unmaps" | b"flush_writes_copies" | b"files_grow_with_what_was_stored" => {
            let mapped = map(prot, flags, fd, offset);
            if mapped != libc::MAP_FAILED {
                MAPS.lock().unwrap().push(Map {
                    address: mapped as usize,
                    len,
                    flags,
                    fd,
                    file: reopen(fd),
                    offset,
                });
            }
            mapped
        }
        _ => map(prot, flags, fd, offset),
    }
}

/// Stands before `mmap`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mmap(
    address: *mut c_void,
    len: size_t,
    prot: c_int,
    flags: c_int,
    fd: c_int,
    offset: off_t,
) -> *mut c_void {
    // SAFETY: the caller promises the same for it.
    unsafe { mmap64(address, len, prot, flags, fd, offset as off64_t) }
}

/// Stands before `munmap`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn munmap(address: *mut c_void, len: size_t) -> c_int {
    MAPS.lock()
        .unwrap()
        .retain(|map| map.address != address as usize);
    match world() {
        b"unmapping_does_nothing" => return 0,
        // SAFETY: a flush of what the caller has mapped; an error is no matter of unmapping.
        b"unmapping_flushes" => _ = unsafe { real::msync(address, len, libc::MS_SYNC) },
        _ => {}
    }
    // SAFETY: as the caller asked for it.
    unsafe { real::munmap(address, len) }
}

/// Stands before `msync`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn msync(address: *mut c_void, len: size_t, flags: c_int) -> c_int {
    match world() {
        b"flush_does_nothing" => return 0,
        b"flush_async_waits" => {
            // SAFETY: as the caller asked for it, but that it waits.
            return unsafe { real::msync(address, len, libc::MS_SYNC) };
        }
        b"flush_writes_copies" => {
            for map in MAPS.lock().unwrap().iter() {
                if map.flags & libc::MAP_PRIVATE != 0 {
                    write_from_map(map, map.offset, file_of(map.file).0);
                }
            }
        }
        _ => {}
    }
    // SAFETY: as the caller asked for it.
    unsafe { real::msync(address, len, flags) }
}

/// Stands before `madvise`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn madvise(address: *mut c_void, len: size_t, advice: c_int) -> c_int {
    match world() {
        b"advice_does_nothing" => 0,
        // SAFETY: as the caller asked for it.
        _ => unsafe { real::madvise(address, len, advice) },
    }
}

/// Stands before `mprotect`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mprotect(address: *mut c_void, len: size_t, prot: c_int) -> c_int {
    let prot = match world() {
        b"rights_do_not_change" => return 0,
        b"nothing_is_executable" => prot & !libc::PROT_EXEC,
        _ => prot,
    };
    // SAFETY: as the caller asked for it, but for the lie.
    unsafe { real::mprotect(address, len, prot) }
}

/// Stands before `mlock`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mlock(address: *const c_void, len: size_t) -> c_int {
    match world() {
        b"locking_does_nothing" => 0,
        // SAFETY: as the caller asked for it.
        _ => unsafe { real::mlock(address, len) },
    }
}

/// Stands before `mremap`, which takes `new` where `flags` ask for an address. It is there for the
/// others too, and means nothing then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mremap(
    old: *mut c_void,
    old_len: size_t,
    len: size_t,
    flags: c_int,
    new: *mut c_void,
) -> *mut c_void {
    let flags = match world() {
        b"remapping_may_always_move" => flags | libc::MREMAP_MAYMOVE,
        _ => flags,
    };
    // SAFETY: as the caller asked for it, but for the lie.
    unsafe { real::mremap(old, old_len, len, flags, new) }
}

/// Writes bytes of a map to its file, from one place of the file to another.
fn write_from_map(map: &Map, start: off64_t, end: off64_t) {
    let end = end.min(map.offset + map.len as off64_t);
    let Ok(len) = size_t::try_from(end - start) else {
        return;
    };
    let bytes = (map.address + (start - map.offset) as usize) as *const c_void;
    // SAFETY: the bytes are in the map, which munmap takes out of the list.
    unsafe { real::pwrite64(map.file, bytes, len, start) };
}

/// Stands before `close`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn close(fd: c_int) -> c_int {
    if world() == b"closing_unmaps" {
        MAPS.lock().unwrap().retain(|map| {
            if map.fd == fd {
                let address = map.address as *mut c_void;
                let prot = libc::PROT_READ | libc::PROT_WRITE;
                let flags = libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
                // SAFETY: not sound, and the lie: zeros take the place of a map that is in use.
                unsafe { real::mmap64(address, map.len, prot, flags, -1, 0) };
            }
            map.fd != fd
        });
    }
    // SAFETY: as the caller asked for it.
    unsafe { real::close(fd) }
}

/// Stands before `ftruncate64`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate64(fd: c_int, len: off64_t) -> c_int {
    // SAFETY: it makes the file as long as the caller asked.
    let truncate = || unsafe { real::ftruncate64(fd, len) };
    let (end, file) = file_of(fd);
    let page = page_size();
    let end_of_page = ((end + page - 1) / page * page).min(len);
    match world() {
        b"files_do_not_shrink" if len < end => 0,
        b"files_do_not_grow" if len > end => 0,
        b"files_grow_with_zeros" if len > end => {
            let done = truncate();
            let zeros = vec![0u8; (end_of_page - end) as usize];
            // SAFETY: the zeros are as many as that.
            unsafe { real::pwrite64(fd, zeros.as_ptr().cast(), zeros.len(), end) };
            done
        }
        b"files_grow_with_what_was_stored" if len > end => {
            // What is stored now: to make the file longer may zero it.
            let maps = MAPS.lock().unwrap();
            let map = maps.iter().find(|map| {
                file_of(map.file).1 == file && map.offset + map.len as off64_t >= end_of_page
            });
            let stored = map.map(|map| {
                let start = (map.address + (end - map.offset) as usize) as *const u8;
                let bytes = slice_from_raw_parts(start, (end_of_page - end) as usize);
                // SAFETY: the bytes are in the map, and in the last page of the file.
                unsafe { &*bytes }.to_vec()
            });
            let done = truncate();
            if let Some(bytes) = stored {
                // SAFETY: the bytes are as many as that.
                unsafe { real::pwrite64(fd, bytes.as_ptr().cast(), bytes.len(), end) };
            }
            done
        }
        _ => truncate(),
    }
}

/// Stands before `ftruncate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate(fd: c_int, len: off_t) -> c_int {
    // SAFETY: the caller promises the same for it.
    unsafe { ftruncate64(fd, len as off64_t) }
}

/// Stands before `pwrite64`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(
    fd: c_int,
    bytes: *const c_void,
    len: size_t,
    offset: off64_t,
) -> ssize_t {
    if world() == b"files_do_not_grow" && offset + len as off64_t > file_of(fd).0 {
        return len as ssize_t;
    }
    // SAFETY: as the caller asked for it.
    unsafe { real::pwrite64(fd, bytes, len, offset) }
}

/// Stands before `open64`, which takes `mode` where `flags` create a file. It is there for the
/// others too, and means nothing then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    let flags = match world() {
        b"opening_truncates_nothing" => flags & !libc::O_TRUNC,
        b"opening_appends" if flags & libc::O_ACCMODE == libc::O_RDWR => flags | libc::O_APPEND,
        _ => flags,
    };
    // SAFETY: as the caller asked for it.
    unsafe { real::open64(path, flags, mode) }
}

/// Stands before `open`, as `open64` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: c_uint) -> c_int {
    // SAFETY: the caller promises the same for it.
    unsafe { open64(path, flags, mode) }
}

/// Stands before `rename`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rename(old: *const c_char, new: *const c_char) -> c_int {
    if world() == b"renames_copy" {
        let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC | libc::O_CLOEXEC;
        // SAFETY: the paths end with zeros, as the caller promises, the buffer is as long as that,
        // and nobody else has the descriptors.
        unsafe {
            let from = real::open64(old, libc::O_RDONLY | libc::O_CLOEXEC, 0);
            let to = real::open64(new, flags, 0o666);
            let mut bytes = [0u8; 4096];
            loop {
                let len = libc::read(from, bytes.as_mut_ptr().cast(), bytes.len());
                if len <= 0 {
                    break;
                }
                libc::write(to, bytes.as_ptr().cast(), len as size_t);
            }
            real::close(from);
            real::close(to);
            return libc::unlink(old);
        }
    }
    // SAFETY: as the caller asked for it.
    unsafe { real::rename(old, new) }
}

/// Stands before `flock`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flock(fd: c_int, operation: c_int) -> c_int {
    if world() == b"locks_do_nothing" {
        return 0;
    }
    if world() == b"locks_belong_to_a_process" {
        // SAFETY: zeros are a value of this struct of integers: the whole file.
        let mut whole: libc::flock = unsafe { std::mem::zeroed() };
        whole.l_type = match operation & !libc::LOCK_NB {
            libc::LOCK_SH => libc::F_RDLCK,
            libc::LOCK_EX => libc::F_WRLCK,
            _ => libc::F_UNLCK,
        } as _;
        let command = match operation & libc::LOCK_NB {
            0 => libc::F_SETLKW,
            _ => libc::F_SETLK,
        };
        // SAFETY: the command takes a struct of this type.
        return unsafe { libc::fcntl(fd, command, &whole) };
    }
    // SAFETY: as the caller asked for it.
    let done = unsafe { real::flock(fd, operation) };
    let locks = operation & libc::LOCK_UN == 0;
    if world() == b"locks_outlive_their_process" && done == 0 && locks {
        // Another process keeps the file open, and nothing else, for two seconds.
        // SAFETY: the child takes no lock that another thread may have: it closes, waits and ends.
        unsafe {
            if libc::fork() == 0 {
                (0..1024).filter(|&other| other != fd).for_each(|other| {
                    libc::syscall(libc::SYS_close, other);
                });
                libc::alarm(2);
                libc::pause();
                libc::_exit(0);
            }
        }
    }
    done
}
