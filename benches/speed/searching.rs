//! The chapter's own work: to find a word, and what a regular expression matches.

use crate::common::{bytes, map, sum};
use crate::run::{Contender, Result, Run, work};
use benches::system;
use mapped_file::MappedFile;
use memchr::memmem;
use regex::bytes::Regex;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Command;

/// In `lorem.txt` the second stands in one line of twelve, once.
const RARE: [&str; 2] = ["finis operis", "fin[a-z]+ operis"];
const FREQUENT: [&str; 2] = ["Donec", "D[a-z]+c"];

const FIND: &str = "
import mmap, sys
with open(sys.argv[1], 'rb') as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        word, count, at = sys.argv[2].encode(), 0, -1
        while (at := mapped.find(word, at + 1)) != -1:
            count += 1
print(count)";
const RE: &str = "
import mmap, re, sys
with open(sys.argv[1], 'rb') as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        count = sum(1 for _ in re.finditer(sys.argv[2].encode(), mapped))
print(count)";

/// What the two do before they search, and after.
const START: &str = "
import mmap, re, sys
print(sys.argv[2])";

pub fn measure(run: &mut Run) -> Result {
    let sizes: &[usize] = run
        .extent
        .of(&[1 << 20], &[40 << 20], &[40 << 20, 257 << 20]);
    let words = [("rare", RARE), ("frequent", FREQUENT)];
    let cases = words
        .iter()
        .flat_map(|words| sizes.iter().map(move |len| (words, *len)));
    for (&(state, words), len) in cases {
        let (path, file) = system::file("searching", include_bytes!("../../lorem.txt"), len)?;
        std::os::unix::fs::FileExt::write_all_at(&file, b"\nfinis operis\n", len as u64)?;
        find(run, state, &bytes(len), &path, words[0])?;
        matches(run, state, &bytes(len), &path, words[1])?;
    }
    fs::remove_file(system::folder()?.join("searching"))?;
    Ok(())
}

fn find(run: &mut Run, state: &str, size: &str, path: &Path, word: &str) -> Result {
    let memory = fs::read(path)?;
    let finder = memmem::Finder::new(word);
    let count = |bytes: &[u8]| finder.find_iter(bytes).count() as u64;
    let found = count(&memory);
    let printed = found.to_string();
    let kept = map(&File::open(path)?);
    let mut buffer = vec![0; 64 << 10];
    let mut contenders = vec![
        work("limit", || {
            // The sum does not count: it reads all bytes, and no more.
            std::hint::black_box(sum(&memory));
            found
        }),
        work("Mmap, kept", || count(&kept)),
        work("Mmap", || count(&map(&File::open(path).unwrap()))),
        work("MappedFile", || {
            // SAFETY: as in `map`.
            let mapped = unsafe { MappedFile::options().open(path) }.unwrap();
            let mut from = 0;
            let next = || {
                from = mapped.find_in(from.., finder.needle())? + 1;
                Some(())
            };
            std::iter::from_fn(next).count() as u64
        }),
        work("blocks", || blocks(path, &mut buffer, count)),
        work("BufReader, lines", || {
            lines(path, |line| finder.find(line).is_some())
        }),
        work("fs::read", || count(&fs::read(path).unwrap())),
    ];
    contenders.extend(program(
        "mmap.find, Python",
        &["python3", "-c", FIND],
        path,
        &[word],
    ));
    contenders.extend(program(
        "Python, its start",
        &["python3", "-c", START],
        path,
        &[&printed],
    ));
    contenders.extend(program(
        "grep",
        &["grep", "-c", "-F", "-e", word],
        path,
        &[],
    ));
    contenders.extend(program("rg", &["rg", "-c", "-F", "-e", word], path, &[]));
    run.measure(state, &format!("word, {size}"), contenders)
}

fn matches(run: &mut Run, state: &str, size: &str, path: &Path, pattern: &str) -> Result {
    let memory = fs::read(path)?;
    let regex = Regex::new(&format!("(?-u){pattern}"))?;
    let count = |bytes: &[u8]| regex.find_iter(bytes).count() as u64;
    let found = count(&memory);
    let printed = found.to_string();
    let kept = map(&File::open(path)?);
    let mut buffer = vec![0; 64 << 10];
    let mut contenders = vec![
        work("limit", || {
            std::hint::black_box(sum(&memory));
            found
        }),
        work("Mmap, kept", || count(&kept)),
        work("Mmap", || count(&map(&File::open(path).unwrap()))),
        work("MappedFile", || {
            // SAFETY: as in `map`.
            count(&unsafe { MappedFile::options().open(path) }.unwrap())
        }),
        work("blocks", || blocks(path, &mut buffer, count)),
        work("BufReader, lines", || {
            lines(path, |line| regex.is_match(line))
        }),
        work("fs::read", || count(&fs::read(path).unwrap())),
    ];
    contenders.extend(program(
        "map, re of Python",
        &["python3", "-c", RE],
        path,
        &[pattern],
    ));
    contenders.extend(program(
        "Python, its start",
        &["python3", "-c", START],
        path,
        &[&printed],
    ));
    contenders.extend(program(
        "grep",
        &["grep", "-c", "-E", "-e", pattern],
        path,
        &[],
    ));
    contenders.extend(program("rg", &["rg", "-c", "-e", pattern], path, &[]));
    run.measure(state, &format!("regex, {size}"), contenders)
}

/// How many lines have it.
fn lines(path: &Path, has: impl Fn(&[u8]) -> bool) -> u64 {
    let mut reader = BufReader::new(File::open(path).unwrap());
    let (mut line, mut count) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line).unwrap() > 0 {
        count += u64::from(has(&line));
        line.clear();
    }
    count
}

/// Searches all whole lines of one buffer, and then those of the next: no match has an end of a line.
fn blocks(path: &Path, buffer: &mut [u8], count: impl Fn(&[u8]) -> u64) -> u64 {
    let mut file = File::open(path).unwrap();
    let (mut found, mut rest) = (0, 0);
    loop {
        let read = file.read(&mut buffer[rest..]).unwrap();
        let end = rest + read;
        if read == 0 {
            return found + count(&buffer[..end]);
        }
        let whole = memchr::memrchr(b'\n', &buffer[..end]).map_or(0, |last| last + 1);
        found += count(&buffer[..whole]);
        buffer.copy_within(whole..end, 0);
        rest = end - whole;
    }
}

/// A program that prints the count, where there is one.
fn program<'a>(
    name: &'static str,
    words: &[&'a str],
    path: &'a Path,
    rest: &[&'a str],
) -> Option<Contender<'a>> {
    Command::new(words[0]).arg("--version").output().ok()?;
    // The name may be that of a script which finds out which Python it is.
    let mut start = words[0].to_owned();
    if start == "python3" {
        let which = ["-c", "import sys; print(sys.executable)"];
        start = String::from_utf8(Command::new(start).args(which).output().ok()?.stdout).ok()?;
    }
    let (words, rest) = (words.to_vec(), rest.to_vec());
    Some(work(name, move || {
        let mut command = Command::new(start.trim());
        command
            .args(&words[1..])
            .arg(path)
            .args(&rest)
            .env("LC_ALL", "C");
        let printed = command.output().unwrap().stdout;
        String::from_utf8(printed).unwrap().trim().parse().unwrap()
    }))
}
