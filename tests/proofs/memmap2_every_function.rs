//! The functions of memmap2 that no listing runs, and where they differ from their documentation.

use super::*;
#[cfg(target_os = "linux")]
use memmap2::{Advice, RemapOptions, UncheckedAdvice};

// rests on: memmap2, which decides this without the system
/// An anonymous map is zeros, and may have no bytes
#[test]
fn an_anonymous_map_is_zeros_and_may_have_no_bytes() {
    let mut options = MmapOptions::new();
    for map in [MmapMut::map_anon(MIB), options.len(MIB).map_anon()] {
        let mut map = map.unwrap();
        assert_eq!(map[..], [0; MIB]);
        map.fill(1);
        assert_eq!(map[..], [1; MIB]);
    }
    assert_eq!(MmapMut::map_anon(0).unwrap()[..], []);
    assert_eq!(MmapOptions::new().map_anon().unwrap()[..], []);
}

// rests on: memmap2, which decides this without the system
#[test]
fn a_map_for_a_stack_is_memory_like_other() {
    let mut map = MmapOptions::new().stack().len(MIB).map_anon().unwrap();
    assert_eq!(map[..], [0; MIB]);
    map.fill(1);
    assert_eq!(map[..], [1; MIB]);
}

// killed by: maps_are_populated
/// `populate` has all pages in memory at once
#[test]
#[cfg(target_os = "linux")]
fn populate_has_all_pages_in_memory_at_once() {
    let file = memfd(MIB);
    let held = |options: &MmapOptions| {
        // SAFETY: nobody else knows the file.
        let map = unsafe { options.map(&file) }.unwrap();
        kib_at(map.as_ptr(), "Rss:")
    };
    assert_eq!(held(&MmapOptions::new()), 0);
    assert_eq!(held(MmapOptions::new().populate()), 1024);
}

// killed by: swap_is_always_reserved
/// `no_reserve_swap` reserves no swap space
#[test]
#[cfg(target_os = "linux")]
fn no_reserve_swap_reserves_no_swap_space() {
    // Where the system is told to promise no more than it has, it keeps to that.
    let strict = fs::read_to_string("/proc/sys/vm/overcommit_memory").unwrap();
    let (_folder, path) = lorem();
    let reserves_none = |options: &MmapOptions| {
        // SAFETY: no other process is told of the file.
        let map = unsafe { options.map_copy(&open(&path)) }.unwrap();
        is_flagged(map.as_ptr(), "nr")
    };
    assert!(!reserves_none(&MmapOptions::new()));
    let reserved = !reserves_none(MmapOptions::new().no_reserve_swap());
    assert_eq!(reserved, strict.trim() == "2");
}

// killed by: huge_pages_are_small
/// `huge` gives huge pages or an error
#[test]
#[cfg(target_os = "linux")]
fn huge_gives_huge_pages_or_an_error() {
    let of_system = fs::read_to_string("/proc/meminfo").unwrap();
    let line = of_system
        .lines()
        .find_map(|line| line.strip_prefix("Hugepagesize:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    let kib: u64 = kib.unwrap_or(2048);
    let len = kib as usize * 1024;
    match MmapOptions::new().huge(None).len(len).map_anon() {
        // The map is there: its pages are huge, though nothing has touched them.
        Ok(map) => assert_eq!(kib_at(map.as_ptr(), "KernelPageSize:"), kib),
        // None is reserved, which is how Linux starts out; or it knows no huge pages.
        Err(error) => assert!(error.raw_os_error().is_some()),
    }
    // Asked for pages of another size, it gives no others: 8 KiB is the size of none.
    for bits in [13, len.ilog2() as u8] {
        match MmapOptions::new().huge(Some(bits)).len(len).map_anon() {
            Ok(map) => assert_eq!(kib_at(map.as_ptr(), "KernelPageSize:") << 10, 1 << bits),
            Err(error) => assert!(error.raw_os_error().is_some()),
        }
    }
    // The same length of pages of the usual size.
    let map = MmapMut::map_anon(len).unwrap();
    assert!(kib_at(map.as_ptr(), "KernelPageSize:") < kib);
}

// rests on: the system, which has the huge pages; no lie changes that
/// A map that ends within a huge page stays after its drop
#[test]
#[cfg(target_os = "linux")]
fn a_map_that_ends_within_a_huge_page_stays_after_its_drop() {
    use rustix::fs::{MemfdFlags, memfd_create};
    let Ok(file) = memfd_create("huge", MemfdFlags::HUGETLB).map(File::from) else {
        return println!("ignored: the kernel has no huge pages");
    };
    file.set_len(1 << 30).unwrap();
    let mut options = MmapOptions::new();
    // None is touched, so none has to be free.
    options.no_reserve_swap().huge(None).len(5000);
    let usual = MmapMut::map_anon(1).unwrap();
    let page = |at| kib_at(at, "KernelPageSize:");
    let anonymous = || options.map_anon().unwrap();
    let error = anonymous().make_read_only().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    // SAFETY: nobody else has the file.
    let of_file = unsafe { options.map_mut(&file) }.unwrap();
    for map in [anonymous(), of_file] {
        let at = map.as_ptr();
        drop(map);
        assert!(page(at) > page(usual.as_ptr()));
    }
}

// rests on: memmap2, which decides this without the system
/// Only on Windows, `no_probe_handle` keeps a map read-only
#[test]
fn only_on_windows_no_probe_handle_keeps_a_map_read_only() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let writable = |options: &MmapOptions| {
        // SAFETY: no other process is told of the file.
        let map = unsafe { options.map(&file) }.unwrap();
        assert_eq!(map[..5], *b"Lorem");
        map.make_mut().is_ok()
    };
    assert!(writable(&MmapOptions::new()));
    let kept = writable(MmapOptions::new().no_probe_handle());
    assert_eq!(kept, !cfg!(windows));
}

// killed by: nothing_is_executable, programs_alone_are_executable
/// On Linux, a map to execute needs only a file open for reading
#[test]
#[cfg(target_os = "linux")]
fn on_linux_a_map_to_execute_needs_only_a_file_open_for_reading() {
    // Not open for executing, as the documentation has it, nor with the permission for it.
    use rustix::fs::{StatVfsMountFlags, fstatvfs};
    use std::os::unix::fs::PermissionsExt;
    let executable = |map: &Mmap, rights| told_of_map(map.as_ptr()).contains(rights);
    match MmapMut::map_anon(1).unwrap().make_exec() {
        Ok(map) => assert!(executable(&map, " r-xp ")),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            return println!("ignored: a policy of this system forbids it, even with no file");
        }
    }
    let (_folder, path) = lorem();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    let file = File::open(&path).unwrap();
    // SAFETY: no other process is told of the file, and nothing is executed.
    let map = unsafe { MmapOptions::new().map_exec(&file) };
    // SAFETY: as above.
    let copy = unsafe { MmapOptions::new().map_copy(&file) }
        .unwrap()
        .make_exec();
    let mounted = fstatvfs(&file).unwrap().f_flag;
    if mounted.contains(StatVfsMountFlags::NOEXEC) {
        for refused in [map, copy] {
            assert_eq!(error_kind(refused), ErrorKind::PermissionDenied);
        }
        return println!("ignored: nothing is executed on the file system for temporary files");
    }
    assert!(executable(&map.unwrap(), " r-xs "));
    assert!(executable(&copy.unwrap(), " r-xp "));
}

// killed by: maps_need_no_permission, maps_are_private
/// A shared map becomes writable where its file is, and a copy anywhere
#[test]
fn a_shared_map_becomes_writable_where_its_file_is_and_a_copy_anywhere() {
    let (_folder, path) = lorem();
    let read_only = File::open(&path).unwrap();
    assert!(map(&read_only).unwrap().make_mut().is_err());
    // SAFETY: no other process is told of the file.
    let copy = unsafe { MmapOptions::new().map_copy_read_only(&read_only) }.unwrap();
    copy.make_mut().unwrap()[..5].copy_from_slice(b"LOREM");
    assert!(fs::read(&path).unwrap().starts_with(b"Lorem"));
    let shared = map(&open(&path)).unwrap();
    shared.make_mut().unwrap()[..5].copy_from_slice(b"LOREM");
    assert!(fs::read(&path).unwrap().starts_with(b"LOREM"));
}

// killed by: rights_do_not_change
/// `make_read_only` takes the right to store from the pages
#[test]
#[cfg(target_os = "linux")]
fn make_read_only_takes_the_right_to_store_from_the_pages() {
    let (_folder, path) = lorem();
    let map = map_mut(&open(&path)).unwrap();
    assert!(told_of_map(map.as_ptr()).contains(" rw-s "));
    let map = map.make_read_only().unwrap();
    assert!(told_of_map(map.as_ptr()).contains(" r--s "));
    assert!(map.starts_with(b"Lorem"));
}

// rests on: memmap2, which decides this without the system
/// `map_if_safe` maps a memfd with two seals
#[test]
#[cfg(target_os = "linux")]
fn map_if_safe_maps_a_memfd_with_two_seals() {
    use rustix::fs::{SealFlags, fcntl_add_seals};
    let mut file = memfd(0);
    file.write_all(b"Lorem ipsum").unwrap();
    let refused = || Mmap::map_if_safe(&file).unwrap_err();
    let message = "fd is not safe to map: missing seals F_SEAL_";
    assert_eq!(
        refused().to_string(),
        format!("{message}SHRINK and F_SEAL_WRITE")
    );
    fcntl_add_seals(&file, SealFlags::SHRINK).unwrap();
    assert_eq!(refused().to_string(), format!("{message}WRITE"));
    fcntl_add_seals(&file, SealFlags::WRITE).unwrap();
    // Open for reading alone: an older Linux maps it through no other descriptor then.
    let reader = File::open(name_of(&file)).unwrap();
    assert_eq!(Mmap::map_if_safe(&reader).unwrap()[..], *b"Lorem ipsum");
    let part = MmapOptions::new().offset(6).map_if_safe(&reader);
    assert_eq!(part.unwrap()[..], *b"ipsum");
    assert!(file.write_all(b"X").is_err() && file.set_len(10).is_err());
}

// rests on: memmap2, which decides this without the system
/// `map_if_safe` fails, with the reason, where it maps nothing
#[test]
fn map_if_safe_fails_with_the_reason_where_it_maps_nothing() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let reasons = |error: memmap2::MapIfSafeError| {
        (error.not_supported(), error.not_safe(), error.map_failed())
    };
    let knows_seals = cfg!(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd"
    ));
    for options in [MmapOptions::new(), MmapOptions::new().len(10).clone()] {
        let refused = options.map_if_safe(&file).unwrap_err();
        assert_eq!(reasons(refused), (!knows_seals, knows_seals, false));
    }
    // It looks for the length first.
    let refused = MmapOptions::new().offset(738).map_if_safe(&file);
    assert_eq!(reasons(refused.unwrap_err()), (false, false, true));
}

// killed by: maps_need_no_permission, maps_are_private
#[test]
fn a_raw_map_for_reading_needs_only_a_file_open_for_reading() {
    let (_folder, path) = lorem();
    let file = File::open(&path).unwrap();
    assert!(MmapRaw::map_raw(&file).is_err());
    assert!(MmapOptions::new().map_raw(&file).is_err());
    let reader = MmapOptions::new().map_raw_read_only(&file).unwrap();
    let writer = MmapRaw::map_raw(&open(&path)).unwrap();
    assert_eq!((reader.len(), writer.len()), (737, 737));
    // SAFETY: the first byte is in both maps, the second of which is writable, and in a file
    // that nobody makes shorter.
    unsafe {
        assert_eq!(reader.as_ptr().read_volatile(), b'L');
        writer.as_mut_ptr().write_volatile(b'X');
    }
    writer.flush().unwrap();
    assert_eq!(fs::read(&path).unwrap()[0], b'X');
}

// rests on: memmap2, which decides this without the system
#[test]
#[cfg(unix)]
fn an_offset_past_the_end_is_refused_where_no_length_is_given() {
    let (_folder, path) = lorem();
    let map = |options: &MmapOptions| {
        // SAFETY: no other process is told of the file, and no byte is touched.
        unsafe { options.map(&open(&path)) }
    };
    let refused = map(MmapOptions::new().offset(738));
    assert_eq!(error_kind(refused), ErrorKind::InvalidData);
    // With one, bytes are handed out that are nowhere, and to touch them would be a signal.
    let map = map(MmapOptions::new().offset(MIB as u64).len(5)).unwrap();
    assert_eq!(map.len(), 5);
}

// killed by: flush_does_nothing
/// `flush_range` leaves no page of the range dirty
#[test]
#[cfg(target_os = "linux")]
fn flush_range_leaves_no_page_of_the_range_dirty() {
    // The system may write in its own time before the flush, but not each of these times.
    const TIMES: usize = 5;
    on_a_disk(|file, dirty| {
        let mut map = map_mut(file).unwrap();
        assert!((0..TIMES).any(|_| {
            map[MIB] ^= 1;
            let before = dirty();
            map.flush_range(MIB - 1, 2).unwrap();
            assert_eq!(dirty(), 0);
            before > 0
        }));
        let raw = MmapRaw::from(map);
        assert!((0..TIMES).any(|_| {
            // SAFETY: the byte is in the map and in the file, and nobody else has it.
            unsafe { raw.as_mut_ptr().add(MIB).write_volatile(b'Y') };
            let before = dirty();
            raw.flush_range(MIB, 1).unwrap();
            assert_eq!(dirty(), 0);
            before > 0
        }));
        assert!((0..TIMES).any(|_| {
            // SAFETY: as for the store above.
            unsafe { raw.as_mut_ptr().add(MIB).write_volatile(b'Z') };
            let before = dirty();
            raw.flush().unwrap();
            assert_eq!(dirty(), 0);
            before > 0
        }));
    });
}

// killed by: flush_async_waits
/// On Linux, `flush_async` starts no writing
#[test]
#[cfg(target_os = "linux")]
fn on_linux_flush_async_starts_no_writing() {
    // The system writes in its own time, which may be one of these times, but not all.
    const TIMES: usize = 5;
    on_a_disk(|file, dirty| {
        let mut map = map_mut(file).unwrap();
        let flushes: [fn(&MmapMut) -> io::Result<()>; 2] =
            [MmapMut::flush_async, |map| map.flush_async_range(0, 1)];
        for flush in flushes {
            assert!((0..TIMES).any(|_| {
                map[0] ^= 1;
                let before = dirty();
                flush(&map).unwrap();
                before > 0 && dirty() == before
            }));
        }
        let raw = MmapRaw::from(map);
        let flushes: [fn(&MmapRaw) -> io::Result<()>; 2] =
            [MmapRaw::flush_async, |raw| raw.flush_async_range(0, 1)];
        for flush in flushes {
            assert!((0..TIMES).any(|_| {
                // SAFETY: the byte is in the map and in the file, and nobody else has it.
                unsafe { raw.as_mut_ptr().write_volatile(b'X') };
                let before = dirty();
                flush(&raw).unwrap();
                before > 0 && dirty() == before
            }));
        }
    });
}

// rests on: memmap2, which decides this without the system
#[test]
fn a_flush_refuses_a_range_that_is_not_in_the_map() {
    let (_folder, path) = lorem();
    let map = map_mut(&open(&path)).unwrap();
    let raw = MmapRaw::map_raw(&open(&path)).unwrap();
    for (offset, len) in [(0, 738), (737, 1), (738, 0), (1, usize::MAX)] {
        for refused in [
            map.flush_range(offset, len),
            map.flush_async_range(offset, len),
            raw.flush_range(offset, len),
            raw.flush_async_range(offset, len),
        ] {
            assert_eq!(error_kind(refused), ErrorKind::InvalidInput);
        }
    }
    map.flush_range(1, 736).unwrap();
    raw.flush_range(737, 0).unwrap();
}

// killed by: advice_does_nothing
/// `advise_range` can reach past the end of its map
#[test]
#[cfg(target_os = "linux")]
fn advise_range_can_reach_past_the_end_of_its_map() {
    let left_out_of_a_dump = |address: *const u8| is_flagged(address, "dd");
    let (map, behind) = map_with_a_neighbor();
    // Past the map by its whole length: the sum is not looked at.
    map.advise_range(Advice::DontDump, MIB, MIB).unwrap();
    assert!(left_out_of_a_dump(behind) && !left_out_of_a_dump(map.as_ptr()));
    map.advise_range(Advice::DoDump, MIB, MIB).unwrap();
    // Each number alone is.
    for (offset, len) in [(MIB + 1, 0), (0, MIB + 1)] {
        let refused = map.advise_range(Advice::DontDump, offset, len);
        assert_eq!(error_kind(refused), ErrorKind::InvalidInput);
    }
    // So it is with the one that can change bytes: those after the map.
    // SAFETY: nobody else has the memory after the map, which lives to the end of the proof.
    unsafe {
        behind.write_volatile(b'X');
        map.unchecked_advise_range(UncheckedAdvice::DontNeed, MIB, MIB)
            .unwrap();
        assert_eq!(behind.read_volatile(), 0);
        rustix::mm::munmap(behind.cast(), MIB).unwrap();
    }
}

// killed by: remapping_may_always_move
/// `remap` fails without room after the map, or moves it where it may
#[test]
#[cfg(target_os = "linux")]
fn remap_fails_without_room_after_the_map_or_moves_it_where_it_may() {
    let (mut map, behind) = map_with_a_neighbor();
    let place = map.as_ptr();
    map[MIB - 1] = b'X';
    // SAFETY: no byte is borrowed, and an anonymous map has memory for all of its bytes.
    unsafe {
        assert!(map.remap(2 * MIB, RemapOptions::new()).is_err());
        map.remap(2 * MIB, RemapOptions::new().may_move(true))
            .unwrap();
        rustix::mm::munmap(behind.cast(), MIB).unwrap();
    }
    assert_eq!((map[MIB - 1], map[MIB], map.len()), (b'X', 0, 2 * MIB));
    assert_ne!(map.as_ptr(), place);
    // Maps of a file: it grows first.
    let (_folder, path) = lorem();
    let file = open(&path);
    let mut shared = self::map(&file).unwrap();
    let mut raw = MmapRaw::map_raw(&file).unwrap();
    file.set_len(738).unwrap();
    let options = RemapOptions::new().may_move(true);
    // SAFETY: no byte is borrowed, and the file is as long as the maps are to be.
    unsafe {
        shared.remap(738, options).unwrap();
        raw.remap(738, options).unwrap();
        raw.as_mut_ptr().add(737).write_volatile(b'X');
    }
    assert_eq!((shared.len(), raw.len(), shared[737]), (738, 738, b'X'));
}

// killed by: advice_does_nothing
/// Advice is a flag of the map, and another takes it back
#[test]
#[cfg(target_os = "linux")]
fn advice_is_a_flag_of_the_map_and_another_takes_it_back() {
    let mut map = MmapMut::map_anon(MIB).unwrap();
    for (advice, flag, undone_by) in [
        (Advice::Random, "rr", Advice::Normal),
        (Advice::Sequential, "sr", Advice::Normal),
        (Advice::DontFork, "dc", Advice::DoFork),
        (Advice::DontDump, "dd", Advice::DoDump),
        (Advice::Mergeable, "mg", Advice::Unmergeable),
        (Advice::HugePage, "hg", Advice::NoHugePage),
        (Advice::NoHugePage, "nh", Advice::HugePage),
    ] {
        let flagged = |address| is_flagged(address, flag);
        // A kernel may be built without some.
        assert_eq!(advice.is_supported(), undone_by.is_supported());
        if !advice.is_supported() {
            assert!(map.advise(advice).is_err());
            continue;
        }
        // By each type that has the function: it is the same one.
        macro_rules! flags_and_takes_back {
            ($map:ident) => {
                $map.advise(advice).unwrap();
                assert!(flagged($map.as_ptr()), "{advice:?}");
                $map.advise_range(undone_by, 0, MIB).unwrap();
                assert!(!flagged($map.as_ptr()), "{undone_by:?}");
            };
        }
        flags_and_takes_back!(map);
        let read_only = map.make_read_only().unwrap();
        flags_and_takes_back!(read_only);
        let raw = MmapRaw::from(read_only);
        flags_and_takes_back!(raw);
        map = MmapMut::map_anon(MIB).unwrap();
    }
}

// killed by: advice_does_nothing, maps_are_populated
/// On Linux, `WillNeed` has pages in the cache, and none in the map
#[test]
#[cfg(target_os = "linux")]
fn on_linux_willneed_has_pages_in_the_cache_and_none_in_the_map() {
    // The last page, so that what is read along with another page is not it.
    const LAST: usize = 2 * MIB - 1;
    on_a_disk(|file, _| {
        let waits_of = |advised: bool| {
            // The system may be asked to forget a page, and may be late to.
            rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
            let map = map(file).unwrap();
            if advised {
                map.advise(Advice::WillNeed).unwrap();
            }
            assert_eq!(kib_at(map.as_ptr(), "Rss:"), 0);
            let before = waits_for_a_page();
            assert_eq!(map[LAST], b'-');
            waits_for_a_page() - before
        };
        let (mut cold, mut advised) = (0, 0);
        for _ in 0..20 {
            cold += waits_of(false);
            advised += waits_of(true);
        }
        if cold == 0 {
            return println!("ignored: the file system forgets nothing, or does not tell");
        }
        assert!(2 * advised < cold, "{advised} and {cold}");
    });
}

// killed by: advice_does_nothing
#[test]
#[cfg(target_os = "linux")]
fn advice_to_populate_has_all_pages_in_memory() {
    for advice in [Advice::PopulateRead, Advice::PopulateWrite] {
        let map = map_mut(&memfd(MIB)).unwrap();
        if !advice.is_supported() {
            return println!("ignored: this Linux is older than the advice");
        }
        map.advise(advice).unwrap();
        assert_eq!(kib_at(map.as_ptr(), "Rss:"), 1024);
        let dirty = kib_at(map.as_ptr(), "Private_Dirty:");
        assert!(advice == Advice::PopulateRead || dirty == 1024);
    }
}

// killed by: advice_does_nothing
/// `DontNeed` takes back what was stored into a copy
#[test]
#[cfg(target_os = "linux")]
fn dont_need_takes_back_what_was_stored_into_a_copy() {
    let (_folder, path) = lorem();
    const ADVICE: UncheckedAdvice = UncheckedAdvice::DontNeed;
    assert!(ADVICE.is_supported());
    let stored = || {
        let mut map = map_copy(&open(&path)).unwrap();
        map[..5].copy_from_slice(b"LOREM");
        map
    };
    let read_only = || stored().make_read_only().unwrap();
    let (map, one, other) = (stored(), read_only(), read_only());
    // SAFETY: no byte of a map is borrowed.
    unsafe {
        map.unchecked_advise(ADVICE).unwrap();
        one.unchecked_advise(ADVICE).unwrap();
        other.unchecked_advise_range(ADVICE, 0, 737).unwrap();
    }
    for bytes in [&map[..], &one, &other] {
        assert_eq!(bytes[..5], *b"Lorem");
    }
    let raw = MmapRaw::from(map_copy(&open(&path)).unwrap());
    // SAFETY: the byte is in the map and in the file, and nobody else has the map.
    unsafe {
        for whole in [true, false] {
            raw.as_mut_ptr().write_volatile(b'X');
            let done = match whole {
                true => raw.unchecked_advise(ADVICE),
                false => raw.unchecked_advise_range(ADVICE, 0, 1),
            };
            done.unwrap();
            assert_eq!(raw.as_ptr().read_volatile(), b'L');
        }
    }
}

// killed by: advice_does_nothing
/// `Free` lets the system take pages that nobody stores into again
#[test]
#[cfg(target_os = "linux")]
fn free_lets_the_system_take_pages_that_nobody_stores_into_again() {
    use rustix::mm::{MprotectFlags, mprotect};
    const KIB: u64 = 16 << 10;
    const LEN: usize = 16 * MIB;
    if !UncheckedAdvice::Free.is_supported() {
        return println!("ignored: this Linux is older than the advice");
    }
    // Between two parts that nobody may touch, or Linux might tell of it and of another test's as
    // of one map.
    let mut map = MmapMut::map_anon(LEN + 2 * MIB).unwrap();
    for at in [0, MIB + LEN] {
        let part = map[at..].as_mut_ptr().cast();
        // SAFETY: the part is in the map, which nobody else has, and is not touched again.
        unsafe { mprotect(part, MIB, MprotectFlags::empty()) }.unwrap();
    }
    let _ = map.advise_range(Advice::NoHugePage, MIB, LEN); // one huge page is taken whole, or not
    let bytes = MIB..MIB + LEN;
    map[bytes.clone()].fill(b'L');
    // What may be taken, or is taken. Linux marks pages by the dozen, the last of them later.
    let free = |map: &MmapMut| {
        let count = |of| kib_at(map[MIB..].as_ptr(), of);
        KIB - (count("Rss:") - count("LazyFree:"))
    };
    assert!(free(&map) < KIB / 2);
    // SAFETY: no byte of the map is borrowed.
    unsafe { map.unchecked_advise_range(UncheckedAdvice::Free, MIB, LEN) }.unwrap();
    assert!(free(&map) > KIB / 2);
    map[MIB] = b'X';
    assert!((KIB / 2..KIB).contains(&free(&map)));
    assert_eq!(map[MIB], b'X');
    assert!([0, b'L'].contains(&map[bytes.end - 1]));
}

// killed by: advice_does_nothing
/// `Remove` makes a hole in the file
#[test]
#[cfg(target_os = "linux")]
fn remove_makes_a_hole_in_the_file() {
    use std::os::unix::fs::MetadataExt;
    let mut file = memfd(MIB);
    let mut map = map_mut(&file).unwrap();
    map.fill(b'X');
    assert!(file.metadata().unwrap().blocks() > 0);
    // SAFETY: no byte of the map is borrowed.
    unsafe { map.unchecked_advise(UncheckedAdvice::Remove) }.unwrap();
    assert_eq!(file.metadata().unwrap().blocks(), 0);
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, [0; MIB]);
    assert_eq!(map[..], [0; MIB]);
}

// killed by: advice_does_nothing
/// `HwPoison` is a safe call that the system refuses without privilege
#[test]
#[cfg(target_os = "linux")]
fn hwpoison_is_a_safe_call_that_the_system_refuses_without_privilege() {
    use std::os::unix::process::CommandExt;
    // By madvise(2): no privilege, or a system that is built without it.
    const EPERM: i32 = 1;
    const EINVAL: i32 = 22;
    if path_in_a_child().is_some() {
        // With the privilege it would take a page from the machine until that starts anew.
        const CAP_SYS_ADMIN: u64 = 1 << 21;
        if bits_of_status("CapEff:") & CAP_SYS_ADMIN != 0 {
            return;
        }
        let mut map = MmapMut::map_anon(1).unwrap();
        map[0] = b'X';
        let refused = map.advise(Advice::HwPoison).unwrap_err();
        // Asked about no memory at all, the call is harmless, whoever asks.
        let known = Advice::HwPoison.is_supported();
        let expected = if known { EPERM } else { EINVAL };
        assert_eq!(refused.raw_os_error(), Some(expected));
        assert_eq!(map[0], b'X');
        return;
    }
    let (_folder, path) = lorem();
    let proof = hwpoison_is_a_safe_call_that_the_system_refuses_without_privilege;
    let mut child = again(proof, &path);
    if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        child.uid(65534);
    }
    match child.output() {
        Ok(ended) => assert_held(&ended),
        Err(error) => println!("ignored: nobody else can run this program: {error}"),
    }
}

// killed by: locking_does_nothing
/// `lock` holds a map in memory until `unlock`
#[test]
#[cfg(target_os = "linux")]
fn lock_holds_a_map_in_memory_until_unlock() {
    let locked = |address| kib_at(address, "Locked:") > 0;
    let (_folder, path) = lorem();
    let map = map_mut(&open(&path)).unwrap();
    if let Err(error) = map.lock() {
        // ENOMEM or EPERM, by mlock(2)
        let code = error.raw_os_error();
        assert!([Some(12), Some(1)].contains(&code), "{error}");
        return println!("ignored: this user may lock no page");
    }
    // By each type that has the function: it is the same one.
    macro_rules! holds_until_unlock {
        ($map:ident) => {
            assert!(!locked($map.as_ptr()));
            $map.lock().unwrap();
            assert!(locked($map.as_ptr()));
            $map.unlock().unwrap();
            assert!(!locked($map.as_ptr()));
        };
    }
    map.unlock().unwrap();
    holds_until_unlock!(map);
    let map = map.make_read_only().unwrap();
    holds_until_unlock!(map);
    let raw = MmapRaw::from(map);
    holds_until_unlock!(raw);
}

// rests on: memmap2, which decides this without the system
#[test]
#[cfg(unix)]
fn a_map_keeps_its_length_when_its_file_gets_another() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let map = MmapRaw::map_raw(&file).unwrap();
    for len in [100, 10_000] {
        file.set_len(len).unwrap();
        assert_eq!(map.len(), 737);
    }
}
