//! What a map holds and shows of its file.

use super::*;

#[test]
#[cfg(target_os = "linux")]
fn a_map_holds_no_page_before_the_first_touch() {
    let (_folder, path) = lorem();
    let file = open(&path);
    file.set_len(1 << 30).unwrap();
    let map = map(&file).unwrap();
    assert_eq!(kib_of_map(&path, "Rss:"), 0);
    assert_eq!(map[0], b'L');
    assert!((1..1 << 20).contains(&kib_of_map(&path, "Rss:")));
}

#[test]
fn maps_of_one_file_share_its_bytes() {
    let (_folder, path) = lorem();
    let mut one = map_mut(&open(&path)).unwrap();
    let other = map(&open(&path)).unwrap();
    one[..5].copy_from_slice(b"LOREM");
    assert_eq!(other[..11], *b"LOREM ipsum");
}

#[test]
#[cfg(unix)]
fn a_map_shows_what_another_process_writes_to_the_file() {
    let (_folder, path) = lorem();
    let map = map(&open(&path)).unwrap();
    assert_eq!(map[0], b'L');
    let mut other = std::process::Command::new("sh");
    other.args(["-c", "printf X 1<>\"$0\""]).arg(&path);
    assert!(other.status().unwrap().success());
    assert_eq!(map[0], b'X');
}

#[test]
#[cfg(target_os = "linux")]
fn a_touch_of_a_page_that_was_cut_off_kills_the_process() {
    if let Some(path) = path_in_a_child() {
        let file = open(&path);
        file.set_len(1 << 20).unwrap();
        let map = map(&file).unwrap();
        assert_eq!(map[(1 << 20) - 1], 0);
        file.set_len(737).unwrap();
        // Never printed: the load ends the process.
        println!("{}", map[(1 << 20) - 1]);
    } else {
        let end = end_of_a_child(
            "memory_map_files::a_touch_of_a_page_that_was_cut_off_kills_the_process",
        );
        assert!(end.contains("SIGBUS"), "{end}");
    }
}

#[test]
#[cfg(unix)]
fn a_pipe_cannot_be_mapped() {
    use std::io::Write;
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"Lorem").unwrap();
    // SAFETY: the map is refused, so that nothing can go wrong with it.
    assert!(unsafe { MmapOptions::new().len(5).map(&reader) }.is_err());
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_cut_off_within_the_last_page_turns_to_zeros() {
    let (_folder, path) = lorem();
    let file = open(&path);
    let map = map(&file).unwrap();
    let before = map.to_vec();
    file.set_len(100).unwrap();
    assert_eq!(map[..100], before[..100]);
    assert!(before[100..].iter().all(|&byte| byte != 0));
    assert!(map[100..].iter().all(|&byte| byte == 0));
}
