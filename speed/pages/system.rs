//! The calls of Linux that the measurements need: cold and warm files, page faults, and the
//! machine.

use rustix::fs::{Advice, fadvise};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the book.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder for the files of this run. It is in the folder that `FOLDER` names, or in `target/`,
/// on the disk of the book.
pub fn folder() -> PathBuf {
    let folder = std::env::var_os("FOLDER").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = folder.join(format!("speed/{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder.canonicalize().unwrap()
}

/// The way in which a file comes into the page cache, which decides the pieces that the cache
/// keeps.
#[derive(Clone, Copy)]
pub enum Origin {
    /// By writes of this many bytes.
    Written(usize),
    /// By `cp`, from a file that was written 1 MiB at a time.
    Copied,
    /// By reads of 64 KiB from the disk.
    Read,
}

/// The origins, with their names in the figures.
pub const ORIGINS: [(&str, Origin); 4] = [
    ("copied by cp", Origin::Copied),
    ("read from the disk", Origin::Read),
    ("written by 4 KiB", Origin::Written(4 << 10)),
    ("written by 1 MiB", Origin::Written(1 << 20)),
];

/// Makes a file of a length that repeats the text, copied by `cp`, and opens it for reading and
/// writing. The disk has all of it.
pub fn file(name: &str, text: &[u8], len: usize) -> (PathBuf, File) {
    file_by(Origin::Copied, name, text, len)
}

/// Makes such a file with another origin.
pub fn file_by(origin: Origin, name: &str, text: &[u8], len: usize) -> (PathBuf, File) {
    let path = folder().join(name);
    let piece = match origin {
        Origin::Written(piece) => piece,
        _ => 1 << 20,
    };
    let mut file = open_with(&path, libc::O_TRUNC).unwrap();
    let many = text.repeat(piece.div_ceil(text.len()) + 1);
    for start in (0..len).step_by(piece) {
        let part = &many[start % text.len()..][..piece.min(len - start)];
        file.write_all(part).unwrap();
    }
    file.sync_all().unwrap();
    match origin {
        Origin::Written(_) => {}
        Origin::Copied => {
            let from = path.with_extension("from");
            fs::rename(&path, &from).unwrap();
            let copied = Command::new("cp").args([&from, &path]).status().unwrap();
            assert!(copied.success(), "cp: {copied}");
            fs::remove_file(from).unwrap();
            file = open_with(&path, 0).unwrap();
            file.sync_all().unwrap();
        }
        Origin::Read => {
            make_cold(&file);
            file.rewind().unwrap();
            let mut buffer = vec![0; 64 << 10];
            while file.read(&mut buffer).unwrap() > 0 {}
        }
    }
    (path, file)
}

/// Drops the pages of a file from the page cache, so that the next read comes from the disk.
pub fn make_cold(file: &File) {
    file.sync_data().unwrap(); // the system drops only clean pages
    fadvise(file, 0, None, Advice::DontNeed).unwrap();
}

/// Opens a file for direct reads and writes, without the page cache, if the file system supports
/// that.
pub fn open_direct(path: &Path) -> File {
    let open = |flags| open_with(path, flags);
    open(libc::O_DIRECT).or_else(|_| open(0)).unwrap()
}

fn open_with(path: &Path, flags: i32) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    options.custom_flags(flags).open(path)
}

/// Makes the allocator take the memory of each larger `Vec` from the system, and give it back, as
/// in a program that needs the `Vec` once. Otherwise, glibc keeps up to 32 MiB for the next `Vec`.
pub fn give_memory_back() {
    // SAFETY: this sets a number of the allocator before other threads start.
    #[cfg(target_env = "gnu")]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10);
    }
}

/// Says for each page of a map whether it is in memory.
pub fn resident(map: &[u8]) -> Vec<bool> {
    let mut pages = vec![0_u8; map.len().div_ceil(rustix::param::page_size())];
    let start = map.as_ptr().cast_mut().cast();
    // SAFETY: the bytes are a map, so they start at a page, and the vector has a byte for each
    // page.
    let done = unsafe { libc::mincore(start, map.len(), pages.as_mut_ptr()) };
    assert_eq!(done, 0, "mincore: {}", io::Error::last_os_error());
    pages.iter().map(|page| page & 1 == 1).collect()
}

/// The page faults of this thread until now: those without a wait for a disk, and those with one.
pub fn page_faults() -> i64 {
    // SAFETY: the structure has only numbers, and 0 is a number.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the system writes only into the structure.
    unsafe { libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage) };
    usage.ru_minflt + usage.ru_majflt
}

/// Facts about this machine: names and values.
pub fn machine() -> [(&'static str, String); 13] {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let field = |path, name| {
        let text = read(path);
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| Some(line.split_once(':')?.1.trim()));
        value.unwrap_or("unknown").to_owned()
    };
    let processor = field("/proc/cpuinfo", "model name");
    let cores = std::thread::available_parallelism().unwrap();
    let kib = field("/proc/meminfo", "MemTotal");
    let kib = kib.trim_end_matches(" kB").parse().unwrap_or(0.0);
    let gib = kib / f64::from(1 << 20);
    // The rest of the kernel's name, behind the version, is chosen by its maker.
    let kernel = read("/proc/sys/kernel/osrelease");
    let kernel = kernel.trim().split('-').next().unwrap_or_default();
    let rustc = version("rustc").unwrap_or_default();
    let rustc = rustc.split(' ').nth(1).unwrap_or("unknown");
    let programs = ["python3", "grep", "rg"].into_iter().filter_map(version);
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let crates = ["memmap2", "memchr", "regex"]
        .into_iter()
        .filter_map(|name| {
            let (_, package) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
            Some(format!("{name} {}", package.split('"').next()?))
        });
    let virtual_machine = match field("/proc/cpuinfo", "flags") {
        flags if flags.contains(" hypervisor") => "yes",
        flags if flags == "unknown" => "unknown",
        _ => "no",
    };
    let past_the_cache = match open_with(&folder().join("direct"), libc::O_DIRECT) {
        Ok(_) => "by O_DIRECT".into(),
        Err(error) => format!("not, but from it: {error}"),
    };
    let huge = read("/sys/kernel/mm/transparent_hugepage/enabled");
    let huge = match huge.split(['[', ']']).nth(1) {
        Some("madvise") => "where advised",
        chosen => chosen.unwrap_or("unknown"),
    };
    let [file_system, read_ahead] = disk_of(&folder());
    [
        ("processor", format!("{processor}, {cores} cores")),
        ("virtual machine", virtual_machine.into()),
        ("memory", format!("{gib:.1} GiB")),
        ("page", format!("{} bytes", rustix::param::page_size())),
        ("transparent_hugepage", huge.into()),
        ("system", format!("Linux {kernel}")),
        file_system,
        ("read-ahead", read_ahead.1.replace(" ahead", "")),
        ("takes idle pages away", idle_pages().into()),
        ("past the page cache", past_the_cache),
        ("rustc", rustc.into()),
        ("crates", crates.collect::<Vec<_>>().join(", ")),
        ("programs", programs.collect::<Vec<_>>().join(", ")),
    ]
}

/// The first line that a program prints about its version, if the program is there.
pub fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Some(text.lines().next()?.to_owned())
}

/// The file system of a folder, as the table of mounts names it, and the read-ahead of its disk.
pub fn disk_of(folder: &Path) -> [(&'static str, String); 2] {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let (disk, place, name) = (words.next()?, words.next()?, words.next()?);
        let of_folder = folder.starts_with(place);
        of_folder.then_some((place.len(), disk, name))
    });
    let (_, disk, name) = mounts.max().unwrap_or((0, "", "unknown"));
    let disk = disk.trim_start_matches("/dev/");
    let ahead = fs::read_to_string(format!("/sys/class/block/{disk}/queue/read_ahead_kb"));
    // A file system without a disk, such as tmpfs, has no cold files.
    let ahead = ahead.ok().and_then(|kib| kib.trim().parse::<usize>().ok());
    let ahead = match ahead {
        Some(kib) if kib >= 1 << 10 => format!("{} MiB ahead", kib >> 10),
        Some(kib) => format!("{kib} KiB ahead"),
        None => "unknown ahead".into(),
    };
    [("file system", name.into()), ("read-ahead", ahead)]
}

/// Whether the kernel (DAMON) takes pages out of memory that were not used for a while, even if
/// there is enough memory.
fn idle_pages() -> &'static str {
    let daemons = fs::read_dir("/sys/kernel/mm/damon/admin/kdamonds");
    let mut states = daemons
        .into_iter()
        .flatten()
        .flatten()
        .map(|daemon| daemon.path().join("state"));
    let on = |path: PathBuf| fs::read_to_string(path).is_ok_and(|state| state.trim() == "on");
    let reclaims = "/sys/module/damon_reclaim/parameters/enabled";
    match states.any(on) || fs::read_to_string(reclaims).is_ok_and(|on| on.starts_with('Y')) {
        true => "DAMON",
        false => "nobody",
    }
}

/// The number of pages that were read from disks for this process until now.
pub fn pages_read() -> f64 {
    let counts = fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = counts
        .lines()
        .find_map(|line| line.strip_prefix("read_bytes: "));
    line.and_then(|bytes| bytes.parse().ok())
        .map_or(f64::NAN, |bytes: f64| bytes / 4096.0)
}

/// A limit for the memory of this process and for the file pages that it brings in: a cgroup of its
/// own, which the process leaves at the end.
pub struct MemoryLimit {
    own: PathBuf,
    before: PathBuf,
}

impl MemoryLimit {
    /// Puts this process into a new cgroup with this much memory.
    pub fn new(bytes: usize) -> io::Result<Self> {
        let groups = fs::read_to_string("/proc/self/cgroup")?;
        let path = |of: &str| {
            let line = groups.lines().find(|line| line.contains(of))?;
            Some(line.rsplit_once(":/")?.1)
        };
        // Version 1 has a separate tree for memory; version 2 has one tree.
        let tree = Path::new("/sys/fs/cgroup");
        let (before, limit) = match (path(":memory:"), path("0::")) {
            (Some(path), _) => (tree.join("memory").join(path), "memory.limit_in_bytes"),
            (_, Some(path)) => (tree.join(path), "memory.max"),
            _ => return Err(ErrorKind::Unsupported.into()),
        };
        let process = std::process::id().to_string();
        let enter = |parent: &Path| {
            let own = parent.join(format!("mmap_book_{process}"));
            fs::create_dir(&own)?;
            let entered = fs::write(own.join(limit), bytes.to_string())
                .and_then(|()| fs::write(own.join("cgroup.procs"), &process));
            if entered.is_err() {
                let _ = fs::remove_dir(&own);
            }
            entered.map(|()| own)
        };
        // In version 2, a group with processes cannot have groups with limits below it. So the new
        // group is beside it.
        let own = enter(&before).or_else(|_| enter(before.parent().unwrap_or(&before)))?;
        Ok(MemoryLimit { own, before })
    }
}

impl Drop for MemoryLimit {
    fn drop(&mut self) {
        // If this fails, the process stays in the group until it ends, and the empty group stays.
        let process = std::process::id().to_string();
        let _ = fs::write(self.before.join("cgroup.procs"), process);
        let _ = fs::remove_dir(&self.own);
    }
}
