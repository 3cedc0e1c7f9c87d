//! What stands between a name and a map of it.

use super::*;

// killed by: maps_move_the_position
/// A map starts at the start of the file, and a read at the position
#[test]
fn a_map_starts_at_the_start_of_the_file_and_a_read_at_the_position() {
    let (_folder, path) = lorem();
    let mut file = open(&path);
    file.seek(SeekFrom::Start(6)).unwrap();
    let map = map(&file).unwrap();
    let mut read = [0; 5];
    file.read_exact(&mut read).unwrap();
    assert_eq!((&map[..5], &read), (&b"Lorem"[..], b"ipsum"));
}

// killed by: maps_are_read_into_memory
/// A file in `/sys` has a length, and cannot be mapped
#[test]
#[cfg(target_os = "linux")]
fn a_file_in_sys_has_a_length_and_cannot_be_mapped() {
    let path = "/sys/kernel/uevent_seqnum";
    let Ok(mut file) = File::open(path) else {
        return println!("ignored: there is no {path}");
    };
    let about = file.metadata().unwrap();
    assert!(about.is_file() && about.len() > 0);
    map(&file).unwrap_err();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    assert!((1..about.len()).contains(&(bytes.len() as u64)));
    // A plain file of that length has a map.
    let plain = tempfile::tempfile().unwrap();
    plain.set_len(about.len()).unwrap();
    assert_eq!(map(&plain).unwrap().len() as u64, about.len());
}
