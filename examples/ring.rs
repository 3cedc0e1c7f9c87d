//! Passes messages from one process to another. Either may start first.
#![allow(dead_code, reason = "a program may call a part of it")]

pub use ring_file::End;
use ring_file::RingFile;
use std::fs::{self, File, TryLockError};
use std::path::{self, Path};
#[cfg(unix)]
use std::{env, error::Error, process};
use std::{io, time::Duration};

#[path = "ring_file.rs"]
mod ring_file;

/// The end that sends.
pub struct Sender(RingFile, Role);

impl Sender {
    /// Opens a ring with room for `size` bytes, a power of two, or makes one.
    /// Waits while another process sends.
    ///
    /// # Safety
    ///
    /// The file changes only through this type and `Receiver`, and nobody
    /// shortens it.
    pub unsafe fn open(path: &Path, size: u32) -> io::Result<Self> {
        let (role, file) = files(path, End::Sender)?;
        // SAFETY: the caller keeps others off, and `role` other senders.
        Ok(Self(
            unsafe { RingFile::open(&file, size, End::Sender)? },
            role,
        ))
    }

    /// Sends a message. Returns `false` if there is no room for it in time.
    pub fn send(&mut self, message: &[u8], time: Duration) -> io::Result<bool> {
        let len = u32::try_from(message.len()).map_err(io::Error::other)?;
        let all = len.checked_add(4).ok_or(io::ErrorKind::FileTooLarge)?;
        if self.0.wait(all, time)? < all {
            return Ok(false);
        }
        let bytes = [&len.to_le_bytes(), message].concat();
        let [(first, len), (rest, _)] = self.0.parts(0, all)?;
        let (one, other) = bytes.split_at(len);
        // SAFETY: `parts` are in the map, and as long as the two slices. They
        // belong to this end, so no other process loads or stores there now.
        unsafe {
            first.copy_from_nonoverlapping(one.as_ptr(), one.len());
            rest.copy_from_nonoverlapping(other.as_ptr(), other.len());
        }
        self.0.hand_over(all)?;
        Ok(true)
    }
}

/// The end that receives.
pub struct Receiver(RingFile, Role);

impl Receiver {
    /// Opens a ring, or makes one. Waits while another process receives.
    ///
    /// # Safety
    ///
    /// As for [`Sender::open`].
    pub unsafe fn open(path: &Path, size: u32) -> io::Result<Self> {
        let (role, file) = files(path, End::Receiver)?;
        // SAFETY: the caller keeps others off, and `role` other receivers.
        Ok(Self(
            unsafe { RingFile::open(&file, size, End::Receiver)? },
            role,
        ))
    }

    /// Calls a function with the next message, and takes the message out of the
    /// ring when the function returns. Returns `None` if none comes in time.
    pub fn receive<T>(
        &mut self,
        time: Duration,
        act: impl FnOnce(&[u8]) -> T,
    ) -> io::Result<Option<T>> {
        if self.0.wait(1, time)? == 0 {
            return Ok(None);
        }
        let len = self.copy(0, 4)?;
        let len = len.first_chunk().ok_or(io::ErrorKind::InvalidData)?;
        let len = u32::from_le_bytes(*len);
        let message = self.copy(4, len)?;
        let done = act(&message);
        self.0.hand_over(4 + len)?;
        Ok(Some(done))
    }

    fn copy(&self, skip: u32, len: u32) -> io::Result<Vec<u8>> {
        let [(first, one), (rest, other)] = self.0.parts(skip, len)?;
        let mut bytes = vec![0; one + other];
        let (head, tail) = bytes.split_at_mut(one);
        // SAFETY: as for `send`: the parts belong to this end.
        unsafe {
            first.copy_to_nonoverlapping(head.as_mut_ptr(), one);
            rest.copy_to_nonoverlapping(tail.as_mut_ptr(), other);
        }
        Ok(bytes)
    }
}

/// The lock file of an end. The lock ends with this value or with the process.
struct Role(File);

impl Drop for Role {
    fn drop(&mut self) {
        // A child may still have this file, so closing it is not enough.
        let _ = self.0.unlock();
    }
}

/// Opens the ring and the lock file of an end, and waits for the lock.
fn files(path: &Path, end: End) -> io::Result<(Role, File)> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.open(path)?; // before its lock: a link has a target now
    let role = role(path, end)?;
    role.0.lock()?;
    Ok((role, file))
}

fn role(path: &Path, end: End) -> io::Result<Role> {
    let path = fs::canonicalize(path).or_else(|_| path::absolute(path))?;
    let mut name = path.into_os_string();
    name.push(format!(".{end:?}"));
    let mut options = File::options();
    let file = options.read(true).append(true).create(true).open(name)?;
    Ok(Role(file))
}

/// Returns whether a process has an end of a ring now.
pub fn has(path: &Path, end: End) -> io::Result<bool> {
    match role(path, end)?.0.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(not(unix))]
fn main() {
    println!("This program needs Unix.");
}

#[cfg(unix)]
fn main() -> Result<(), Box<dyn Error>> {
    let minute = Duration::from_secs(60);
    if let Some(path) = env::args_os().nth(1) {
        // SAFETY: only this program knows the folder.
        let mut sender = unsafe { Sender::open(path.as_ref(), 64)? };
        for number in 1..=1_000_u64 {
            let text = format!("message {number}");
            if !sender.send(text.as_bytes(), minute)? {
                return Err("nobody receives".into());
            }
        }
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("ring");
    // SAFETY: as for the child.
    let mut receiver = unsafe { Receiver::open(&path, 64)? };
    let mut child = process::Command::new(env::current_exe()?);
    let mut child = child.arg(&path).spawn()?;
    let (mut count, mut last) = (0, String::new());
    while count < 1_000 {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        last = receiver.receive(minute, text)?.ok_or("no message")?;
        count += 1;
    }
    println!("{count} messages, the last of which is {last:?}");
    println!("The child ended well: {}", child.wait()?.success());
    println!("Somebody sends: {}", has(&path, End::Sender)?);
    Ok(())
}
