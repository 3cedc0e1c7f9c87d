//! A file that takes the place of another, and what the maps of the other show.

use super::*;

#[path = "../../examples/replace_whole.rs"]
mod replace_whole;

#[cfg(unix)]
use replace_whole::{Granted, Rights, replace};

/// The bits of a mode.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&path.metadata().unwrap()) & 0o7777
}

/// Replaces a file by one of the same rights.
#[cfg(target_os = "linux")]
fn replace_with_rights(path: &Path, granted: Granted) {
    let found = replace(path, b"new", Rights::KeepOr(0o606)).unwrap();
    assert_eq!(found, granted);
    assert_eq!(fs::read(path).unwrap(), b"new");
}

// killed by: renames_copy
#[test]
#[cfg(unix)]
fn a_rename_leaves_old_maps_alone() {
    // In another process, which has the file mapped: it waits until a shorter one has its name.
    if let Some(path) = path_in_a_child() {
        let map = map(&open(&path)).unwrap();
        assert_eq!(map.len(), 1 << 20);
        wait_for_the_proof();
        assert_eq!((map[0], map[736], map[(1 << 20) - 1]), (b'L', b'\n', 0));
        return;
    }
    let (_folder, path) = lorem();
    open(&path).set_len(1 << 20).unwrap();
    let mut child = ready(a_rename_leaves_old_maps_alone, &path);
    let new = path.with_extension("new");
    fs::write(&new, "Lorem ipsum").unwrap();
    fs::rename(&new, &path).unwrap();
    assert_eq!(map(&open(&path)).unwrap()[..], *b"Lorem ipsum");
    assert!(child.wait().unwrap().success());
}

// killed by: opening_truncates_nothing
#[test]
#[cfg(target_os = "linux")]
fn a_rewrite_in_place_can_kill_a_process_that_has_the_file_mapped() {
    if let Some(path) = path_in_a_child() {
        open(&path).set_len(1 << 20).unwrap();
        let map = map(&open(&path)).unwrap();
        assert_eq!(map[(1 << 20) - 1], 0);
        assert!(shell("printf Lorem >\"$0\"", &path));
        io::stderr().write_all(b"the file is rewritten\n").unwrap();
        // Never printed: the load ends the process.
        println!("{}", map[(1 << 20) - 1]);
    } else {
        let proof = a_rewrite_in_place_can_kill_a_process_that_has_the_file_mapped;
        is_killed_after("the file is rewritten\n", proof);
    }
}

// killed by: renames_copy
#[test]
#[cfg(unix)]
fn a_reader_finds_the_old_file_or_the_new_one() {
    // One thread replaces the file until another has read each text a hundred times.
    let (_folder, path) = lorem();
    let (old, new) = (vec![b'O'; 16_000], vec![b'N'; 8_000]);
    fs::write(&path, &old).unwrap();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut counts = [0; 2];
            while counts.iter().any(|&count| count < 100) {
                let found = fs::read(&path).unwrap();
                assert!(found == old || found == new, "{} bytes", found.len());
                counts[usize::from(found == new)] += 1;
            }
        });
        for text in [&new, &old].into_iter().cycle() {
            if reader.is_finished() {
                break;
            }
            let beside = path.with_extension("new");
            fs::write(&beside, text).unwrap();
            fs::rename(&beside, &path).unwrap();
        }
    });
}

// killed by: temporary_files_are_shared
#[test]
#[cfg(unix)]
fn two_programs_that_replace_a_file_at_once_leave_one_text_or_the_other() {
    let (folder, path) = lorem();
    let texts = [vec![b'A'; 8_000], vec![b'B'; 4_000]];
    let replace = |text| replace(&path, text, Rights::Mode(0o600)).unwrap();
    replace(&texts[0]);
    std::thread::scope(|scope| {
        let publishers = texts.each_ref().map(|text| {
            scope.spawn(|| (0..50).for_each(|_| assert_eq!(replace(text), Granted::AsAsked)))
        });
        while !publishers.iter().all(|publisher| publisher.is_finished()) {
            let map = map(&File::open(&path).unwrap()).unwrap();
            let text = texts.iter().find(|text| text.len() == map.len());
            assert_eq!(Some(&map[..]), text.map(|text| &text[..]));
        }
    });
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

// killed by: renames_copy
#[test]
#[cfg(target_os = "linux")]
fn a_rename_does_not_lead_to_another_file_system() {
    use std::os::unix::fs::MetadataExt;
    let (folder, path) = lorem();
    let memory = Path::new("/dev/shm");
    let number = |path: &Path| path.metadata().map(|metadata| metadata.dev());
    let Ok(other) = tempfile::tempdir_in(memory) else {
        return println!("ignored: there is no second file system at hand");
    };
    if number(folder.path()).unwrap() == number(memory).unwrap() {
        return println!("ignored: the folder for temporary files is on /dev/shm too");
    }
    let file = other.path().join("file");
    fs::write(&file, "new").unwrap();
    assert_eq!(
        error_kind(fs::rename(&file, &path)),
        ErrorKind::CrossesDevices
    );
    assert_eq!(fs::read(&path).unwrap().len(), 737);
    assert_eq!(fs::read(&file).unwrap(), b"new");
}

// killed by: renames_copy
#[test]
#[cfg(unix)]
fn a_rename_over_a_symbolic_link_replaces_the_link() {
    let (folder, path) = lorem();
    let (link, new) = (folder.path().join("link"), folder.path().join("new"));
    std::os::unix::fs::symlink("lorem.txt", &link).unwrap();
    assert_eq!(fs::read(&link).unwrap().len(), 737);
    fs::write(&new, "new").unwrap();
    fs::rename(&new, &link).unwrap();
    assert_eq!(fs::read(&link).unwrap(), b"new");
    assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&path).unwrap().len(), 737);
}

// killed by: renames_copy
#[test]
#[cfg(unix)]
fn another_name_of_a_replaced_file_keeps_the_old_bytes() {
    let (folder, path) = lorem();
    let (other_name, new) = (folder.path().join("other"), folder.path().join("new"));
    fs::hard_link(&path, &other_name).unwrap();
    fs::write(&new, "new").unwrap();
    fs::rename(&new, &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::read(&other_name).unwrap().len(), 737);
}

// rests on: std or a crate, in a part that no lie touches
#[test]
#[cfg(unix)]
fn only_the_owner_can_open_a_temporary_file() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let file = tempfile::NamedTempFile::new_in(&folder).unwrap();
    assert_eq!(file.as_file().metadata().unwrap().mode() & 0o077, 0);
    let path = folder.path().join("file");
    file.persist(&path).unwrap();
    assert_eq!(path.metadata().unwrap().mode() & 0o077, 0);
}

// rests on: the program of the page, which decides this without the system
#[test]
#[cfg(unix)]
fn the_new_file_has_the_mode_that_was_asked_for() {
    let (folder, path) = lorem();
    for path in [folder.path().join("first"), path] {
        for asked in [0o600, 0o644, 0o751] {
            let rights = Rights::Mode(asked);
            assert_eq!(replace(&path, b"new", rights).unwrap(), Granted::AsAsked);
            assert_eq!(
                (fs::read(&path).unwrap(), mode(&path)),
                (b"new".into(), asked)
            );
        }
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

// rests on: the program of the page, which decides this without the system
#[test]
#[cfg(unix)]
fn only_a_regular_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let is = |name: &str, script: &str| {
        let path = folder.path().join(name);
        assert!(shell(script, &path), "{name}");
        let kind = || fs::symlink_metadata(&path).unwrap().file_type();
        let before = kind();
        assert!(replace(&path, b"new", Rights::Mode(0o600)).is_err());
        assert_eq!(kind(), before, "{name}");
    };
    is("pipe", "mkfifo \"$0\"");
    is("folder", "mkdir \"$0\"");
    is("link to a device", "ln -s /dev/null \"$0\"");
    is("link to nothing", "ln -s nothing \"$0\"");
    is("link to itself", "ln -s \"$0\" \"$0\"");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 5);
}

// rests on: std or a crate, in a part that no lie touches
/// A replaced file keeps its mode, without the bits above `0o777`
#[test]
#[cfg(target_os = "linux")]
fn a_replaced_file_keeps_its_mode_without_the_bits_above_0o777() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = lorem();
    for (old, new) in [(0o600, 0o600), (0o751, 0o751), (0o4751, 0o751)] {
        let set = fs::set_permissions(&path, fs::Permissions::from_mode(old));
        if old > 0o777 && (set.is_err() || mode(&path) != old) {
            return println!("ignored: no file gets such a bit here");
        }
        assert_eq!(mode(&path), old);
        replace_with_rights(&path, Granted::AsAsked);
        assert_eq!(mode(&path), new);
    }
}

/// An access control list for a user, as Linux has it in an attribute: the rights of the owner, of
/// this user, of the group, of all but the owner at the most, and of the others.
#[cfg(target_os = "linux")]
fn list_for(user: u32) -> Vec<u8> {
    let entries = [
        (1, 6, u32::MAX),
        (2, 6, user),
        (4, 4, u32::MAX),
        (0x10, 6, u32::MAX),
        (0x20, 0, u32::MAX),
    ];
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (kind, rights, id) in entries {
        list.extend([u16::to_le_bytes(kind), u16::to_le_bytes(rights)].concat());
        list.extend(u32::to_le_bytes(id));
    }
    list
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
#[cfg(target_os = "linux")]
fn a_replaced_file_keeps_its_access_list_and_inherits_none() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    const LIST: &str = "system.posix_acl_access";
    let set = |path: &Path, name, value: &[u8]| setxattr(path, name, value, XattrFlags::empty());
    let get = |path: &Path, name| {
        let mut value = Vec::with_capacity(1000);
        getxattr(path, name, rustix::buffer::spare_capacity(&mut value)).map(|_| value)
    };
    let (folder, path) = lorem();
    if let Err(error) = set(folder.path(), "system.posix_acl_default", &list_for(2005)) {
        return println!("ignored: no list for the folder of temporary files: {error}");
    }
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o660)).unwrap();
    replace_with_rights(&path, Granted::AsAsked);
    assert_eq!(
        (get(&path, LIST), mode(&path)),
        (Err(rustix::io::Errno::NODATA), 0o660)
    );

    set(&path, LIST, &list_for(2004)).unwrap();
    let is_kept = set(&path, "user.note", b"kept");
    let before = (get(&path, LIST), mode(&path));
    assert_eq!(before, (Ok(list_for(2004)), 0o660));
    replace_with_rights(&path, Granted::AsAsked);
    assert_eq!((get(&path, LIST), mode(&path)), before);
    if is_kept.is_ok() {
        assert_eq!(get(&path, "user.note"), Ok(b"kept".into()));
    }

    // The attributes of a file to which its owner may not write are set before its list.
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o440)).unwrap();
    replace_with_rights(&path, Granted::AsAsked);
    assert_eq!(mode(&path), 0o440);
}

// rests on: system calls by rustix, which go past libc and so past every lie
#[test]
#[cfg(target_os = "linux")]
fn if_the_group_cannot_be_kept_only_the_owner_can_open_the_new_file() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    // In a user namespace that does not know the group of the file.
    if let Some(path) = path_in_a_child() {
        assert_eq!(mode(&path), 0o664);
        replace_with_rights(&path, Granted::OwnerOnly);
        assert_eq!(mode(&path), 0o600);
        return;
    }
    let (folder, path) = lorem();
    if chown(&path, None, Some(3000)).is_err() {
        return println!("ignored: only root gives a file to any group");
    }
    fs::set_permissions(&path, PermissionsExt::from_mode(0o664)).unwrap();
    let proof = if_the_group_cannot_be_kept_only_the_owner_can_open_the_new_file;
    let Some(ran) = in_a_mount("", &folder, proof, &path) else {
        return;
    };
    assert_held(&ran);
    assert_ne!(path.metadata().unwrap().gid(), 3000);
    // And root, who can keep it, does.
    chown(&path, Some(2001), Some(3000)).unwrap();
    fs::set_permissions(&path, PermissionsExt::from_mode(0o664)).unwrap();
    replace_with_rights(&path, Granted::AsAsked);
    let about = path.metadata().unwrap();
    assert_eq!((about.uid(), about.gid(), mode(&path)), (2001, 3000, 0o664));
}

// rests on: std or a crate, in a part that no lie touches
#[test]
fn a_temporary_file_that_is_dropped_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let files = || fs::read_dir(&folder).unwrap().count();
    let file = tempfile::NamedTempFile::new_in(&folder).unwrap();
    assert_eq!(files(), 1);
    drop(file);
    assert_eq!(files(), 0);
    let file = tempfile::NamedTempFile::new_in(&folder).unwrap();
    // A folder that is not there: the file comes back in the error, and goes with it.
    let refused = file.persist(folder.path().join("none/file")).unwrap_err();
    assert_eq!(files(), 1);
    drop(refused);
    assert_eq!(files(), 0);
}

// killed by: maps_are_read_into_memory
/// On overlayfs, a file keeps its numbers when it gets other bytes
#[test]
#[cfg(target_os = "linux")]
fn on_overlayfs_a_file_keeps_its_numbers_when_it_gets_other_bytes() {
    use std::os::unix::fs::{FileExt, MetadataExt};
    let numbers = |path: &Path| {
        let metadata = path.metadata().unwrap();
        (metadata.dev(), metadata.ino())
    };
    if let Some(path) = path_in_a_child() {
        let before = numbers(&path);
        let lower = map(&File::open(&path).unwrap()).unwrap();
        open(&path).write_all_at(b"LOREM", 0).unwrap();
        let upper = map(&File::open(&path).unwrap()).unwrap();
        assert_eq!(numbers(&path), before);
        open(&path).write_all_at(b"lorem", 0).unwrap();
        assert_eq!((&lower[..5], &upper[..5]), (&b"Lorem"[..], &b"lorem"[..]));
        return;
    }
    holds_on_overlayfs(on_overlayfs_a_file_keeps_its_numbers_when_it_gets_other_bytes);
}

// rests on: std or a crate, in a part that no lie touches
#[test]
#[cfg(target_os = "linux")]
fn a_file_that_is_bind_mounted_stays_when_it_is_replaced_outside() {
    use std::os::unix::fs::MetadataExt;
    let Some(path) = path_in_a_child() else {
        let (folder, path) = lorem();
        let script = "touch \"$0/mounted\"; mount --bind \"$0/lorem.txt\" \"$0/mounted\"";
        let proof = a_file_that_is_bind_mounted_stays_when_it_is_replaced_outside;
        if let Some(child) = in_a_mount(script, &folder, proof, &path) {
            assert_held(&child);
        }
        return;
    };
    let mounted = path.with_file_name("mounted");
    let inode = |path: &Path| path.metadata().unwrap().ino();
    assert_eq!(inode(&mounted), inode(&path));
    let before = inode(&mounted);
    for (name, result) in [(&path, Ok(())), (&mounted, Err(ErrorKind::ResourceBusy))] {
        let new = path.with_file_name("new");
        fs::write(&new, "new").unwrap();
        assert_eq!(fs::rename(new, name).map_err(|error| error.kind()), result);
    }
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(inode(&mounted), before);
    assert!(fs::read(&mounted).unwrap().starts_with(b"Lorem"));
}
