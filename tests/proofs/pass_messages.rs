//! A ring through which processes pass messages, and of which either end is killed.
#![cfg(unix)]

use super::*;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

#[path = "../../examples/ring.rs"]
mod ring;
#[path = "../../examples/ring_file.rs"]
mod ring_file;

use ring::{Receiver, Sender};
use ring_file::{End, RingFile};

const SIZE: u32 = 64;
const LONG: Duration = Duration::from_secs(15);

/// A place for a ring, in a folder of its own.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ring");
    (folder, path)
}

fn sender(path: &Path) -> Sender {
    // SAFETY: no other program is told of the file.
    unsafe { Sender::open(path, SIZE) }.unwrap()
}

fn receiver(path: &Path) -> Receiver {
    // SAFETY: no other program is told of the file.
    unsafe { Receiver::open(path, SIZE) }.unwrap()
}

/// The next message, if there is one now.
fn next(receiver: &mut Receiver) -> Option<Vec<u8>> {
    receiver.receive(Duration::ZERO, <[u8]>::to_vec).unwrap()
}

/// A file of a ring, with these counts.
fn counts(path: &Path, sent: u32, received: u32) {
    let mut bytes = vec![0; 128 + SIZE as usize];
    bytes[..4].copy_from_slice(&sent.to_ne_bytes());
    bytes[64..68].copy_from_slice(&received.to_ne_bytes());
    fs::write(path, bytes).unwrap();
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn either_process_may_start_first() {
    for starts in [true, false] {
        let (_folder, path) = place();
        let mut sending = starts.then(|| sender(&path));
        let mut receiving = receiver(&path);
        assert_eq!(next(&mut receiving), None);
        let mut sending = sending.take().unwrap_or_else(|| sender(&path));
        assert!(sending.send(b"message", Duration::ZERO).unwrap());
        assert_eq!(next(&mut receiving).unwrap(), b"message");
    }
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_message_that_was_sent_arrives_after_its_sender_has_ended() {
    if let Some(path) = path_in_a_child() {
        assert!(sender(&path).send(b"message", Duration::ZERO).unwrap());
        return wait_for_the_proof();
    }
    let (_folder, path) = place();
    let mut child = ready(
        a_message_that_was_sent_arrives_after_its_sender_has_ended,
        &path,
    );
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(next(&mut receiver(&path)).unwrap(), b"message");
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_message_that_was_not_sent_to_its_end_is_not_there() {
    let (_folder, path) = place();
    let mut sending = sender(&path);
    assert!(sending.send(b"one", Duration::ZERO).unwrap());
    drop(sending);
    // As a sender that dies in `send` leaves the ring: it has copied bytes, and not handed them over.
    // SAFETY: there is no other sender now.
    let dies = unsafe { RingFile::open(&open(&path), SIZE, End::Sender) }.unwrap();
    let [(first, len), _] = dies.parts(0, 20).unwrap();
    // SAFETY: the bytes are in the map, and belong to the sender.
    unsafe { first.write_bytes(b'?', len) };
    drop(dies);
    let mut receiving = receiver(&path);
    assert_eq!(next(&mut receiving).unwrap(), b"one");
    assert_eq!(next(&mut receiving), None);
    assert!(sender(&path).send(b"two", Duration::ZERO).unwrap());
    assert_eq!(next(&mut receiving).unwrap(), b"two");
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_receiver_that_dies_while_it_acts_leaves_that_message_to_the_next_one() {
    if let Some(path) = path_in_a_child() {
        let mut receiving = receiver(&path);
        assert_eq!(next(&mut receiving).unwrap(), b"one");
        let acted = receiving.receive(Duration::ZERO, |message| {
            assert_eq!(message, b"two");
            wait_for_the_proof();
        });
        return acted.unwrap().unwrap();
    }
    let (_folder, path) = place();
    let mut sending = sender(&path);
    for message in [b"one", b"two", b"six"] {
        assert!(sending.send(message, Duration::ZERO).unwrap());
    }
    let proof = a_receiver_that_dies_while_it_acts_leaves_that_message_to_the_next_one;
    let mut child = ready(proof, &path);
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    let mut receiving = receiver(&path);
    assert_eq!(next(&mut receiving).unwrap(), b"two");
    assert_eq!(next(&mut receiving).unwrap(), b"six");
    assert_eq!(next(&mut receiving), None);
}

// killed by: locks_do_nothing, locks_outlive_their_process
#[test]
fn a_process_that_waits_for_an_end_gets_it_when_the_other_one_is_killed() {
    if let Some(path) = path_in_a_child() {
        let mut sending = sender(&path);
        assert!(sending.send(b"one", Duration::ZERO).unwrap());
        return wait_for_the_proof();
    }
    let (_folder, path) = place();
    let proof = a_process_that_waits_for_an_end_gets_it_when_the_other_one_is_killed;
    let mut child = ready(proof, &path);
    assert!(ring::has(&path, ring::End::Sender).unwrap());
    let (tell, told) = mpsc::channel();
    let other = path.clone();
    thread::spawn(move || tell.send(sender(&other).send(b"two", Duration::ZERO).unwrap()));
    assert!(told.recv_timeout(Duration::from_millis(200)).is_err());
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(told.recv_timeout(LONG), Ok(true));
    let mut receiving = receiver(&path);
    assert_eq!(next(&mut receiving).unwrap(), b"one");
    assert_eq!(next(&mut receiving).unwrap(), b"two");
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn a_send_that_finds_no_room_in_time_returns_false_and_sends_nothing() {
    let (_folder, path) = place();
    let (mut sending, mut receiving) = (sender(&path), receiver(&path));
    assert!(sending.send(&[b'1'; 50], Duration::ZERO).unwrap());
    for time in [Duration::ZERO, Duration::from_millis(20)] {
        assert!(!sending.send(&[b'2'; 7], time).unwrap());
    }
    assert_eq!(next(&mut receiving).unwrap(), [b'1'; 50]);
    assert_eq!(next(&mut receiving), None);
    assert!(sending.send(&[b'3'; 60], Duration::ZERO).unwrap());
    assert_eq!(next(&mut receiving).unwrap(), [b'3'; 60]);
    let refused = sending.send(&[b'4'; 61], Duration::ZERO);
    assert_eq!(error_kind(refused), ErrorKind::FileTooLarge);
}

// killed by: maps_are_private, maps_are_read_into_memory
#[test]
fn messages_of_each_length_pass_while_the_counts_start_again_at_0() {
    let (_folder, path) = place();
    // The counts start again at 0 on the way.
    counts(&path, 500_u32.wrapping_neg(), 500_u32.wrapping_neg());
    let (mut sending, mut receiving) = (sender(&path), receiver(&path));
    for len in 0..=60 {
        assert!(
            sending
                .send(&vec![len; len.into()], Duration::ZERO)
                .unwrap()
        );
        assert_eq!(next(&mut receiving).unwrap(), vec![len; len.into()]);
    }
    assert_eq!(next(&mut receiving), None);
}

// rests on: the program of the page, which decides this without the system
#[test]
fn a_count_or_a_length_that_cannot_be_right_is_an_error() {
    let (_folder, path) = place();
    for (sent, received) in [(65, 0), (0, 1), (u32::MAX, 0)] {
        counts(&path, sent, received);
        let refused = receiver(&path).receive(Duration::ZERO, <[u8]>::len);
        assert_eq!(error_kind(refused), ErrorKind::InvalidData);
        let refused = sender(&path).send(b"text", Duration::ZERO);
        assert_eq!(error_kind(refused), ErrorKind::InvalidData);
    }
    // Four bytes of length say more than there is.
    counts(&path, 8, 0);
    let mut bytes = fs::read(&path).unwrap();
    bytes[128] = 5;
    fs::write(&path, bytes).unwrap();
    let refused = receiver(&path).receive(Duration::ZERO, <[u8]>::len);
    assert_eq!(error_kind(refused), ErrorKind::InvalidData);
    // A ring of another size is an error too.
    drop(sender(&path));
    // SAFETY: no other program is told of the file.
    let refused = unsafe { Sender::open(&path, SIZE / 2) };
    assert_eq!(refused.err().unwrap().kind(), ErrorKind::InvalidData);
}
