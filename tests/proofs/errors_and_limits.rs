//! Errors of the map call, and limits of a process.

#[cfg(target_os = "linux")]
use {
    super::*,
    rustix::process::{Resource, Rlimit, getrlimit, setrlimit},
};

/// Has the process get only so many bytes of addresses more.
#[cfg(target_os = "linux")]
fn limit_addresses(more: u64) {
    let told = fs::read_to_string("/proc/self/status").unwrap();
    let limit = Rlimit {
        current: Some((kib(&told, "VmSize:") << 10) + more),
        maximum: getrlimit(Resource::As).maximum,
    };
    setrlimit(Resource::As, limit).unwrap();
}

// rests on: the system, which counts the maps of a process; no lie changes that
/// At the limit of maps, a map is ENOMEM
#[test]
#[cfg(target_os = "linux")]
fn at_the_limit_of_maps_a_map_is_enomem() {
    let limit = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
    let limit: usize = limit.trim().parse().unwrap();
    if limit > 100_000 {
        return println!("ignored: it takes long to make {limit} maps");
    }
    let Some(path) = path_in_a_child() else {
        return holds_in_a_child(at_the_limit_of_maps_a_map_is_enomem);
    };
    let file = open(&path);
    file.set_len(2 * MIB as u64).unwrap();
    let mut object = object(&path, Access::Write).unwrap();
    let mut maps = Vec::with_capacity(limit);
    let error = loop {
        // Two maps of neighbors in a file would be one.
        let mut options = MmapOptions::new();
        options.len(1).offset((maps.len() % 2 * MIB) as u64);
        // SAFETY: nobody else has the file.
        match unsafe { options.map(&file) } {
            Ok(map) => maps.push(map),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    assert!((limit - 300..limit).contains(&maps.len()), "{}", maps.len());
    assert!(Vec::<u8>::new().try_reserve(64 * MIB).is_err());
    object.resize(MIB + 1).unwrap();
    assert_eq!(file.metadata().unwrap().len(), MIB as u64 + 1);
}

// rests on: the system, which has the addresses; no lie changes that
/// Without addresses, a map is ENOMEM
#[test]
#[cfg(target_os = "linux")]
fn without_addresses_a_map_is_enomem() {
    let Some(path) = path_in_a_child() else {
        return holds_in_a_child(without_addresses_a_map_is_enomem);
    };
    let file = open(&path);
    file.set_len(1 << 30).unwrap();
    limit_addresses(1 << 29);
    assert_eq!(error_kind(map(&file)), ErrorKind::OutOfMemory);
    // SAFETY: nobody else has the file.
    let part = unsafe { MmapOptions::new().len(MIB).map(&file) };
    assert!(part.unwrap().starts_with(b"Lorem"));
}

// rests on: the system, which counts what it has promised; no lie changes that
/// A copy that is larger than Linux grants is ENOMEM
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_copy_that_is_larger_than_linux_grants_is_enomem() {
    let policy = fs::read_to_string("/proc/sys/vm/overcommit_memory").unwrap();
    if policy.trim() != "0" {
        return println!("ignored: Linux grants by another rule here");
    }
    let (_folder, path) = lorem();
    let file = open(&path);
    if file.set_len(1 << 42).is_err() {
        return println!("ignored: no file is that long here");
    }
    assert_eq!(error_kind(map_copy(&file)), ErrorKind::OutOfMemory);
    assert_eq!(
        error_kind(MmapMut::map_anon(1 << 42)),
        ErrorKind::OutOfMemory
    );
    assert_eq!(map(&file).unwrap().len(), 1 << 42);
    // SAFETY: nobody else has the file.
    let copy = unsafe { MmapOptions::new().no_reserve_swap().map_copy(&file) };
    assert!(copy.unwrap().starts_with(b"Lorem"));
}

// rests on: system calls by rustix, which go past libc and so past every lie
/// `map_mut` of a sealed file is EPERM
#[test]
#[cfg(target_os = "linux")]
fn map_mut_of_a_sealed_file_is_eperm() {
    use rustix::fs::{SealFlags, fcntl_add_seals};
    let file = memfd(5);
    fcntl_add_seals(&file, SealFlags::WRITE).unwrap();
    let error = map_mut(&file).unwrap_err();
    assert_eq!(
        error.raw_os_error(),
        Some(rustix::io::Errno::PERM.raw_os_error())
    );
    assert!(map_copy(&file).is_ok());
}

// rests on: the system, which knows how long a file can be; no lie changes that
/// A map past the end of the longest file is EOVERFLOW
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_map_past_the_end_of_the_longest_file_is_eoverflow() {
    let (_folder, path) = lorem();
    // SAFETY: there is no map.
    let refused = unsafe { MmapOptions::new().offset(1 << 63).len(1).map(&open(&path)) };
    let overflow = rustix::io::Errno::OVERFLOW.raw_os_error();
    assert_eq!(refused.unwrap_err().raw_os_error(), Some(overflow));
}

// rests on: the system, whose device it is; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_device_is_mapped_with_a_length() {
    let zeros = File::open("/dev/zero").unwrap();
    // SAFETY: the map is memory of its own.
    let map = unsafe { MmapOptions::new().len(MIB).map(&zeros) }.unwrap();
    assert_eq!(map[..], vec![0; MIB]);
}

/// A named pipe in a fresh folder.
#[cfg(target_os = "linux")]
fn named_pipe() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(shell("mkfifo \"$0\"", &path));
    (folder, path)
}

// rests on: the system, whose pipe it is; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn opening_a_named_pipe_waits_for_a_writer() {
    let (_folder, path) = named_pipe();
    let (sender, receiver) = std::sync::mpsc::channel();
    let reader = path.clone();
    let reader = std::thread::spawn(move || {
        let file = File::open(reader).unwrap();
        sender.send(file.metadata().unwrap().is_file()).unwrap();
    });
    // Nobody writes yet. A system that does not wait may be slower than this, and pass.
    let early = receiver.recv_timeout(std::time::Duration::from_millis(200));
    assert!(early.is_err());
    let _writer = File::options().write(true).open(&path).unwrap();
    assert!(!receiver.recv().unwrap());
    reader.join().unwrap();
}

// rests on: the system, whose pipe it is; no lie changes that
/// Opening a named pipe with `O_NONBLOCK` does not wait
#[test]
#[cfg(target_os = "linux")]
fn opening_a_named_pipe_with_o_nonblock_does_not_wait() {
    use std::os::unix::fs::OpenOptionsExt;
    let flag = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let open = |path| {
        let mut options = File::options();
        options.read(true).custom_flags(flag).open(path).unwrap()
    };
    let (_folder, pipe) = named_pipe();
    assert!(!open(&pipe).metadata().unwrap().is_file());
    let (_folder, path) = lorem();
    assert!(map(&open(&path)).unwrap().starts_with(b"Lorem"));
}

/// Runs a proof again in a process of its own, on a tmpfs of its own, where the machine allows such a
/// mount.
#[cfg(target_os = "linux")]
fn holds_on_a_mount<P: Fn()>(proof: P) {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs tmpfs \"$0\"";
    if let Some(child) = in_a_mount(script, &folder, proof, &folder.path().join("file")) {
        assert_held(&child);
    }
}

// rests on: the system, which mounts; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_map_keeps_its_file_system_mounted() {
    let Some(path) = path_in_a_child() else {
        return holds_on_a_mount(a_map_keeps_its_file_system_mounted);
    };
    fs::write(&path, "Lorem").unwrap();
    let map = map(&File::open(&path).unwrap()).unwrap();
    let folder = path.parent().unwrap();
    assert!(!shell("umount \"$0\"", folder));
    assert!(map.starts_with(b"Lorem"));
    drop(map);
    assert!(shell("umount \"$0\"", folder));
}

// rests on: the system, which mounts; no lie changes that
#[test]
#[cfg(target_os = "linux")]
fn a_map_for_writing_keeps_its_file_system_from_becoming_read_only() {
    let Some(path) = path_in_a_child() else {
        let proof = a_map_for_writing_keeps_its_file_system_from_becoming_read_only;
        return holds_on_a_mount(proof);
    };
    fs::write(&path, "Lorem").unwrap();
    let writable = map_mut(&open(&path)).unwrap();
    let folder = path.parent().unwrap();
    assert!(!shell("mount -o remount,ro \"$0\"", folder));
    drop(writable);
    // A map for reading is not in the way.
    let readable = map(&File::open(&path).unwrap()).unwrap();
    assert!(shell("mount -o remount,ro \"$0\"", folder));
    assert!(readable.starts_with(b"Lorem"));
}
