//! Measures the work of the chapter: finding a word, and the matches of a regular expression.

use super::common::*;
use memchr::memmem;
use regex::bytes::Regex;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;

/// In `lorem.txt` the second stands in one line of twelve, once.
const RARE: [&str; 2] = ["finis operis", "fin[a-z]+ operis"];
const FREQUENT: [&str; 2] = ["Donec", "D[a-z]+c"];

const FIND: &str = "
import mmap, sys
with open(sys.argv[2], 'rb') as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        word, count, at = sys.argv[1].encode(), 0, -1
        while (at := mapped.find(word, at + 1)) != -1:
            count += 1
print(count)";
const RE: &str = "
import mmap, re, sys
with open(sys.argv[2], 'rb') as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        count = sum(1 for _ in re.finditer(sys.argv[1].encode(), mapped))
print(count)";

/// The preparation before the search, and the work after it.
const START: &str = "
import mmap, re, sys
print(sys.argv[1])";

pub fn measure(run: &mut Run) {
    let sizes: &[usize] = run.of(&[1 << 20], &[40 << 20], &[40 << 20, 257 << 20]);
    for (state, [word, pattern]) in [("rare", RARE), ("frequent", FREQUENT)] {
        let sizes = if state == "rare" {
            sizes
        } else {
            &sizes[sizes.len() - 1..]
        };
        for &len in sizes {
            let (path, file) = system::file("searching", include_bytes!("../../lorem.txt"), len);
            let last = b"\nfinis operis\n";
            file.write_all_at(last, len as u64).unwrap();
            let finder = memmem::Finder::new(word);
            let count = |bytes: &[u8]| finder.find_iter(bytes).count() as u64;
            let has = |line: &[u8]| finder.find(line).is_some();
            let of_ours = |mapped: &MappedFile| {
                let mut from = 0;
                let next = || {
                    from = mapped.find_in(from.., finder.needle())? + 1;
                    Some(())
                };
                std::iter::from_fn(next).count() as u64
            };
            let python = ("mmap.find, Python", FIND);
            let case = [state, &format!("word, {}", bytes(len)), word, "-F"];
            search(run, case, &path, count, has, of_ours, python);
            let regex = Regex::new(&format!("(?-u){pattern}")).unwrap();
            let count = |bytes: &[u8]| regex.find_iter(bytes).count() as u64;
            let has = |line: &[u8]| regex.is_match(line);
            let python = ("map, re of Python", RE);
            let case = [state, &format!("regex, {}", bytes(len)), pattern, "-E"];
            search(run, case, &path, count, has, |mapped| count(mapped), python);
        }
    }
}

/// Measures all contenders. The word or pattern comes after an option of `grep`.
fn search(
    run: &mut Run,
    [state, size, wanted, option]: [&str; 4],
    path: &Path,
    count: impl Fn(&[u8]) -> u64 + Copy,
    has: impl Fn(&[u8]) -> bool + Copy,
    of_ours: impl Fn(&MappedFile) -> u64,
    (python, script): (&str, &str),
) {
    let memory = in_memory(path);
    let found = count(&memory);
    let printed = found.to_string();
    let open = || File::open(path).unwrap();
    let kept = map(&open());
    let (mut buffer, mut vec) = (vec![0; BUFFER], Vec::new());
    let mut contenders = vec![
        work(Baseline, "baseline", || {
            // The sum, as a baseline: it only reads all bytes.
            black_box(sum(&memory));
            found
        }),
        work(Kept, "Mmap, kept", || count(&kept)),
        work(Made, "Mmap", || count(&map(&open()))),
        work(Made, "MappedFile", || of_ours(&ours(path))),
        work(Without, "blocks", || blocks(open(), &mut buffer, count)),
        work(Without, "BufReader, lines", || lines(open(), has)),
        work(Without, "fs::read", || count(&fs::read(path).unwrap())),
        work(Without, "a kept Vec", || count(filled(&mut vec, open()))),
    ];
    // For `rg`, `-E` sets an encoding.
    let rg = if option == "-F" { "-F" } else { "--" };
    let start = "Python, its start";
    let programs: [(Kind, &str, &[&str]); 4] = [
        (Program, python, &["python3", "-c", script, wanted]),
        (Start, start, &["python3", "-c", START, &printed]),
        (Without, "grep", &["grep", "-c", option, "-e", wanted]),
        (Program, "rg", &["rg", "-c", rg, wanted]),
    ];
    let programs = programs.into_iter();
    contenders.extend(programs.filter_map(|words| program(words, path)));
    run.measure([state, size], None, contenders);
}

/// Counts the lines that match.
fn lines(file: File, has: impl Fn(&[u8]) -> bool) -> u64 {
    let mut reader = BufReader::new(file);
    let (mut line, mut count) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line).unwrap() > 0 {
        count += u64::from(has(&line));
        line.clear();
    }
    count
}

/// Searches the whole lines of one buffer, and then of the next. No match contains the end of a
/// line.
pub fn blocks(mut file: impl Read, buffer: &mut [u8], count: impl Fn(&[u8]) -> u64) -> u64 {
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

/// Runs a program that prints the count, if the program is there.
fn program<'a>(
    (kind, name, words): (Kind, &'a str, &[&'a str]),
    path: &'a Path,
) -> Option<Contender<'a>> {
    system::version(words[0])?;
    let mut start = words[0].to_owned();
    if start == "python3" {
        // `python3` may be a script that starts another Python.
        let which = ["-c", "import sys; print(sys.executable)"];
        start = String::from_utf8(Command::new(start).args(which).output().ok()?.stdout).ok()?;
    }
    let words = words[1..].to_vec();
    Some(work(kind, name, move || {
        let mut command = Command::new(start.trim());
        let command = command.args(&words).arg(path).env("LC_ALL", "C");
        let printed = command.output().unwrap().stdout;
        String::from_utf8(printed).unwrap().trim().parse().unwrap()
    }))
}
