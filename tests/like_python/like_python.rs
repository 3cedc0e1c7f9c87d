//! Runs random operations on `MappedFile` and on Python's `mmap` and compares every step.
//!
//! `LIKE_PYTHON_SEQUENCES` is how many sequences to run, and `LIKE_PYTHON_SEED` the seed
//! of the first; each that follows has the next seed.
#![cfg(unix)]

use fastrand::Rng;
use mapped_file::{Access, MappedFile};
use memmap2::Advice;
use std::collections::BTreeSet;
use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

/// All that `MappedFile` does otherwise than Python, on purpose; the book shows the same list.
static DIFFERENCES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let lines = include_str!("differences.tsv").lines();
    lines.map(|line| line.split_once('\t').unwrap()).collect()
});

/// What Python raises where `MappedFile` gives an error.
const EXCEPTIONS: [(&str, ErrorKind, &str); 22] = [
    ("create", ErrorKind::InvalidInput, "ValueError"),
    ("create", ErrorKind::PermissionDenied, "PermissionError"),
    ("create", ErrorKind::OutOfMemory, "OSError"),
    ("read_byte", ErrorKind::UnexpectedEof, "ValueError"),
    ("seek", ErrorKind::InvalidInput, "ValueError"),
    ("write", ErrorKind::WriteZero, "ValueError"),
    ("write", ErrorKind::PermissionDenied, "TypeError"),
    ("write_byte", ErrorKind::WriteZero, "ValueError"),
    ("write_byte", ErrorKind::PermissionDenied, "TypeError"),
    ("get_byte", ErrorKind::InvalidInput, "IndexError"),
    ("set_byte", ErrorKind::InvalidInput, "IndexError"),
    ("set_byte", ErrorKind::PermissionDenied, "TypeError"),
    ("set_slice", ErrorKind::InvalidInput, "IndexError"),
    ("set_slice", ErrorKind::PermissionDenied, "TypeError"),
    ("move", ErrorKind::InvalidInput, "ValueError"),
    ("move", ErrorKind::PermissionDenied, "TypeError"),
    ("resize", ErrorKind::PermissionDenied, "TypeError"),
    ("resize", ErrorKind::OutOfMemory, "OSError"),
    ("resize", ErrorKind::InvalidInput, "OSError"),
    ("flush_range", ErrorKind::InvalidInput, "ValueError"),
    ("madvise", ErrorKind::InvalidInput, "ValueError"),
    ("size", ErrorKind::Unsupported, "OSError"),
];

const SEQUENCES: u64 = 300;
const STEPS: usize = 60;
/// How many sequences are in memory at a time.
const CHUNK: u64 = 50;
/// Many pages of any system, so Python maps from here on.
const PAGES: usize = 65_536;
/// With 64 bits, a length that a file can have and a map cannot. With 32 there is none.
const FAR: usize = 1 << (usize::BITS - 2);
const HAS_FAR: bool = cfg!(target_pointer_width = "64");
/// How many bytes of a file are compared: more than a map ever has.
const SHOWN: usize = 80_000;

#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn mapped_file_does_what_python_does() {
    let sequences = number("LIKE_PYTHON_SEQUENCES").unwrap_or(SEQUENCES);
    let first = number("LIKE_PYTHON_SEED").unwrap_or(0);
    // In memory where there is such a folder: a flush to a disk takes its time.
    let folder = match Path::new("/dev/shm") {
        memory if memory.is_dir() => tempfile::tempdir_in(memory).unwrap(),
        _ => tempfile::tempdir().unwrap(),
    };
    let far = File::create(folder.path().join("far")).unwrap();
    let far = HAS_FAR && far.set_len(FAR as u64).is_ok();

    let mut python = Python::start(&folder.path().join("python"));
    let mut occurred = BTreeSet::new();
    let mut sent: Vec<Sequence> = Vec::new();
    let mut seeds = (0..sequences).map(|i| first.wrapping_add(i)).peekable();
    // Python runs a chunk while the next one runs here.
    while !sent.is_empty() || seeds.peek().is_some() {
        let next = seeds.by_ref().take(CHUNK as usize);
        let next = next.map(|seed| Sequence::run(seed, &folder.path().join("rust"), far));
        let next: Vec<Sequence> = next.collect();
        for sequence in &sent {
            for index in 0..STEPS {
                sequence.compare(index, &python.answer());
                let rule = sequence.steps[index].rule.as_ref();
                occurred.extend(rule.map(|rule| rule.name));
            }
        }
        python.send(&next);
        sent = next;
    }

    if sequences >= SEQUENCES {
        for (name, sentence) in DIFFERENCES.iter().copied() {
            let possible = match name {
                "resize_that_fails" => cfg!(target_os = "linux") && far,
                "find_past_the_end" => !*IS_3_15_OR_LATER,
                "size_of_anonymous" => *IS_3_15_OR_LATER,
                // Only a map that was resized has a position past its end.
                "seek_to_the_position" => cfg!(target_os = "linux"),
                name => cfg!(target_os = "linux") || !name.starts_with("resize"),
            };
            assert!(
                !possible || occurred.contains(name),
                "{name}: expected a step with this difference, found none: {sentence}\n\
                 take it out, or have tests/like_python/like_python.rs run into it"
            );
        }
    }
}

/// What the `python3` at hand has in its module, the book has in its tables.
#[test]
#[cfg_attr(no_python3, ignore = "there is no python3")]
fn every_name_of_the_module_has_a_row() {
    let page = include_str!("../../book/from_python_to_rust.md");
    let program = "
import mmap
names = [name for name in dir(mmap) if not name.startswith('__')]
names += [name for name in dir(mmap.mmap) if name not in dir(object) and name != '__module__']
print('\\n'.join(names))";
    let run = Command::new(option_env!("PYTHON3").unwrap_or("python3"))
        .args(["-c", program])
        .output();
    let names = String::from_utf8(run.unwrap().stdout).unwrap();
    assert!(
        names.lines().count() > 30,
        "expected the names of the module, found {names:?}"
    );
    for name in names.lines() {
        assert!(
            page.contains(&format!("\n| `{name}` |")),
            "book/from_python_to_rust.md: expected a row for {name}, found none; write one"
        );
    }
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| {
        panic!("{variable}: expected a number, found {value:?}; unset it for the default")
    }))
}

/// Whether this is a Python in which `find` and `size` do what they did not do before.
static IS_3_15_OR_LATER: LazyLock<bool> = LazyLock::new(|| {
    let version = Command::new(option_env!("PYTHON3").unwrap_or("python3"))
        .args(["-c", "import sys; print(sys.version_info >= (3, 15))"])
        .output();
    version.unwrap().stdout.starts_with(b"True")
});

/// The name of a difference; the compiler does not know which there are.
fn differs(name: &str) -> &'static str {
    let known = DIFFERENCES.iter().find(|(known, _)| *known == name);
    known
        .unwrap_or_else(|| panic!("{name}: expected the name of a difference; add it"))
        .0
}

/// Python, which runs tests/like_python/like_python.py.
struct Python {
    process: Child,
    operations: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn start(file: &Path) -> Self {
        let mut process = Command::new(option_env!("PYTHON3").unwrap_or("python3"))
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/like_python.py"))
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Python {
            operations: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    fn send(&mut self, sequences: &[Sequence]) {
        let mut lines = String::new();
        for step in sequences.iter().flat_map(|sequence| &sequence.steps) {
            lines += &step.operation;
            lines += "\n";
        }
        lines += "\n";
        self.operations.write_all(lines.as_bytes()).unwrap();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        if self.answers.read_line(&mut line).unwrap() == 0 {
            line = format!("no answer, and ended with {}", self.process.wait().unwrap());
        }
        line.trim_end().to_owned()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // Before its pipes close, which it would report.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Operations, and what they gave here.
struct Sequence {
    seed: u64,
    steps: Vec<Step>,
}

struct Step {
    operation: String,
    /// What `MappedFile` gave, in the words of tests/like_python/like_python.py.
    ours: String,
    /// Without a rule, Python is to give the same.
    rule: Option<Rule>,
}

/// What a difference makes of one step.
struct Rule {
    name: &'static str,
    ours: String,
    python: String,
}

impl Sequence {
    fn run(seed: u64, path: &Path, far: bool) -> Self {
        let mut sequence = Sequence {
            seed,
            steps: Vec::new(),
        };
        let mut runner = Runner {
            rng: Rng::with_seed(seed),
            path: path.to_owned(),
            far,
            map: None,
            file: None,
            access: Access::Read,
            offset: 0,
            memory: Vec::new(),
            shared: false,
        };
        for index in 0..STEPS {
            match catch_unwind(AssertUnwindSafe(|| runner.step())) {
                Ok(step) => sequence.steps.push(step),
                Err(_) => panic!(
                    "{}expected no panic in the step after these, found the one above",
                    sequence.report(index)
                ),
            }
        }
        sequence
    }

    fn compare(&self, index: usize, python: &str) {
        let step = &self.steps[index];
        let (rule, expected_ours, expected_python) = match &step.rule {
            Some(rule) => (rule.name, &rule.ours, &rule.python),
            None => ("the same", &step.ours, &step.ours),
        };
        assert!(
            step.ours == *expected_ours && python == expected_python,
            "{}expected ({rule})\n  MappedFile: {expected_ours}\n  Python:     {expected_python}\n\
             found\n  MappedFile: {}\n  Python:     {python}\n\
             mend src/mapped_file.rs, or name the difference in tests/like_python/like_python.rs",
            self.report(index + 1),
            step.ours,
        );
    }

    /// The first steps, and how to see them again.
    fn report(&self, steps: usize) -> String {
        let seed = self.seed;
        let mut report = format!(
            "seed {seed}, step {steps}; to see it again:\n\
             LIKE_PYTHON_SEED={seed} LIKE_PYTHON_SEQUENCES=1 cargo test --test like_python\n"
        );
        for step in &self.steps[..steps] {
            report += &format!("  {}\n", step.operation);
        }
        report
    }
}

/// Makes up one operation after the other, and runs it on a `MappedFile`.
struct Runner {
    rng: Rng,
    path: PathBuf,
    /// Whether a file can have [`FAR`] bytes.
    far: bool,
    /// None where the next step must make one: after a failure, and after a difference
    /// that leaves this map and Python's unlike.
    map: Option<MappedFile>,
    /// The file of the map, to look at.
    file: Option<File>,
    access: Access,
    offset: usize,
    /// What an anonymous map has held, beyond its end too.
    memory: Vec<u8>,
    /// Whether an anonymous map is shared with forks.
    shared: bool,
}

impl Runner {
    fn step(&mut self) -> Step {
        let fresh = self.rng.u8(..30) == 0;
        let Some(map) = self.map.as_mut().filter(|_| !fresh) else {
            return match self.rng.u8(..6) {
                0 => self.anonymous(),
                _ => self.create(),
            };
        };
        let rng = &mut self.rng;
        let len = map.len();
        let (operation, answer) = match rng.u8(..35) {
            0 => {
                let count = place(rng, len);
                (format!("read {count}"), Ok(show(map.read_bytes(count))))
            }
            1..=2 => {
                let mut bytes = vec![0; place(rng, len).min(len + 3)];
                let operation = format!("read {}", bytes.len());
                let answer = map.read(&mut bytes).map(|count| show(&bytes[..count]));
                (operation, answer)
            }
            3 => {
                let mut bytes = Vec::new();
                let answer = map.read_to_end(&mut bytes).map(|_| show(&bytes));
                ("read_all".into(), answer)
            }
            4..=5 => {
                let answer = map.read_byte().map(|byte| byte.to_string());
                ("read_byte".into(), answer)
            }
            6..=7 => {
                let mut bytes = Vec::new();
                let answer = map.read_until(b'\n', &mut bytes).map(|_| show(&bytes));
                ("readline".into(), answer)
            }
            8..=13 => return self.seek(),
            14 => ("tell".into(), Ok(map.position().to_string())),
            15..=17 => return self.write(),
            18 => {
                let byte = *rng.choice(b"ab\n").unwrap();
                (format!("write_byte {byte}"), ok(map.write_byte(byte)))
            }
            19..=20 => return self.find(),
            21..=22 => {
                let (start, end) = (place(rng, len), place(rng, len));
                let needle = letters(rng, 3);
                let (name, found) = match rng.bool() {
                    true => ("find_in", map.find_in(start..end, &needle)),
                    false => ("rfind_in", map.rfind_in(start..end, &needle)),
                };
                let operation = format!("{name} {start} {end} {}", show(&needle));
                let at_the_end = start > len && end >= len;
                let rule = self.found_at_the_end(at_the_end, &needle, |end| (index(found), end));
                return self.step_of(operation, Ok(index(found)), rule);
            }
            23 => {
                let (operation, at) = index_of(rng, len);
                let byte = at.and_then(|at| map.get(at));
                let byte = byte.ok_or(ErrorKind::InvalidInput.into());
                (format!("get_byte {operation}"), byte.map(u8::to_string))
            }
            24 => {
                let (operation, at) = index_of(rng, len);
                let byte = *rng.choice(b"ab\n").unwrap();
                let answer = map.as_mut_slice().and_then(|bytes| {
                    let place = at.and_then(|at| bytes.get_mut(at));
                    *place.ok_or(ErrorKind::InvalidInput)? = byte;
                    Ok(())
                });
                (format!("set_byte {operation} {byte}"), ok(answer))
            }
            25 => return self.get_slice(),
            26 => return self.set_slice(),
            27 => {
                let (dest, src, count) = (place(rng, len), place(rng, len), place(rng, len / 3));
                let answer = map.move_within(src..src.saturating_add(count), dest);
                (format!("move {dest} {src} {count}"), ok(answer))
            }
            // Python has no resize where the system has no mremap.
            28 | 29 if cfg!(target_os = "linux") => return self.resize(),
            28..=30 => return self.flush_range(),
            31 => ("flush".into(), ok(MappedFile::flush(map))),
            32 => {
                let step = rng.usize(1..5);
                let (operation, bytes): (_, Vec<u8>) = match rng.bool() {
                    true => (format!("get_every {step}"), every(map.iter(), step)),
                    false => (format!("get_every -{step}"), every(map.iter().rev(), step)),
                };
                (operation, Ok(show(&bytes)))
            }
            33 => return self.advise(),
            _ => match rng.bool() {
                true => {
                    let answer = map.file_len().map(|len| len.to_string());
                    let has_size = self.file.is_none() && *IS_3_15_OR_LATER;
                    let rule = has_size.then(|| Rule {
                        name: differs("size_of_anonymous"),
                        ours: self.line("size", Err(ErrorKind::Unsupported.into())),
                        python: self.line("size", Ok(len.to_string())),
                    });
                    return self.step_of("size".into(), answer, rule);
                }
                false => ("len".into(), Ok(len.to_string())),
            },
        };
        self.step_of(operation, answer, None)
    }

    fn create(&mut self) -> Step {
        self.map = None;
        let rng = &mut self.rng;
        let base = if rng.u8(..12) == 0 { PAGES } else { 0 };
        let content = if rng.u8(..8) == 0 {
            Vec::new()
        } else {
            letters(rng, 40)
        };
        let mut bytes = vec![0; base];
        bytes.extend(&content);
        let file = File::create(&self.path).unwrap();
        file.set_len(base as u64).unwrap();
        file.write_all_at(&content, base as u64).unwrap();

        let (access, word) = *rng
            .choice(&[
                (Access::Read, "read"),
                (Access::Write, "write"),
                (Access::Write, "write"),
                (Access::Copy, "copy"),
            ])
            .unwrap();
        let offset = match rng.u8(..16) {
            0 => 0,
            1 => rng.usize(1..=bytes.len() + 5),
            2 => bytes.len(),
            3 => PAGES,
            _ => base,
        };
        let offset = clear_of_pages(offset);
        let rest = bytes.len().checked_sub(offset);
        let room = rest.unwrap_or(0);
        let aligned = offset.is_multiple_of(PAGES);
        let len = match rng.u8(..12) {
            0..=4 => None,
            5..=7 if room > 0 => Some(rng.usize(1..=room)),
            8 if room > 0 => Some(room),
            9 if room > 0 && aligned => Some(0),
            10 if access == Access::Write && self.far => Some(FAR),
            _ => Some(room + rng.usize(1..10)),
        };
        let fits = room > 0 && len.is_none_or(|len| (1..=room).contains(&len));
        let mode = match rng.u8(..6) {
            // Not for another failure too: it would be a matter of chance which one comes first.
            0 if access != Access::Write || fits && aligned => "ro",
            1 | 2 => "rw",
            _ => "open",
        };

        let mut options = MappedFile::options();
        options.access(access).offset(offset as u64);
        if let Some(len) = len {
            options.len(len);
        }
        let mapped = match mode {
            // SAFETY: this test alone knows the file, and `create` writes the next content
            // only after it has dropped the map.
            "open" => unsafe { options.open(&self.path) },
            mode => {
                let file = File::options()
                    .read(true)
                    .write(mode == "rw")
                    .open(&self.path);
                // SAFETY: nobody else has the path, and the map is dropped before the next content.
                unsafe { options.map(file.unwrap()) }
            }
        };
        let answer = mapped.map(|map| self.map = Some(map));
        (self.access, self.offset) = (access, offset);
        self.file = Some(File::open(&self.path).unwrap());

        // The difference, what Python answers then, and the length of the map here.
        let difference = match (len, rest) {
            (None, Some(0)) if bytes.is_empty() => Some(("empty_file", "ValueError", 0)),
            (None, Some(0)) => Some(("offset_at_the_end", "ValueError", 0)),
            (Some(0), _) => Some(("length_of_zero", "ok", 0)),
            (Some(len), _) if len > room => match access {
                Access::Write => Some(("longer_map", "ValueError", len)),
                _ => None,
            },
            (len, Some(rest)) if !aligned => Some(("any_offset", "OSError", len.unwrap_or(rest))),
            _ => None,
        };
        let rule = difference.map(|(name, python, len)| {
            let file = (bytes.len() as u64, &bytes[..]);
            let of_python = match python {
                "ok" => show_map(0, &bytes[offset..]),
                _ => "none".into(),
            };
            let mut longer = bytes.clone();
            let ours = if len == FAR {
                line("OSError", "none", Some(file))
            } else {
                longer.resize(bytes.len().max(offset + len), 0);
                let map = show_map(0, &longer[offset..offset + len]);
                line("ok", &map, Some((longer.len() as u64, &longer)))
            };
            Rule {
                name: differs(name),
                ours,
                python: line(python, &of_python, Some(file)),
            }
        });
        let length = len.map_or("rest".into(), |len| len.to_string());
        let content = show(&content);
        let operation = format!("create {word} {mode} {base} {content} {offset} {length}");
        let unlike = rule.is_some();
        let step = self.step_of(operation, ok(answer), rule);
        if unlike {
            self.map = None;
        }
        step
    }

    fn anonymous(&mut self) -> Step {
        let len = self.rng.usize(..40);
        let (kind, map) = match self.rng.u8(..4) {
            0 => (
                "read",
                MappedFile::anonymous(len).and_then(MappedFile::make_read_only),
            ),
            #[cfg(target_os = "linux")]
            1 => ("shared", MappedFile::anonymous_shared(len)),
            _ => ("private", MappedFile::anonymous(len)),
        };
        let map = map.unwrap();
        (self.file, self.access, self.offset) = (None, map.access(), 0);
        self.map = Some(map);
        self.memory.clear();
        self.shared = kind == "shared";
        let rule = (len == 0).then(|| Rule {
            name: differs("anonymous_of_zero"),
            ours: line("ok", &show_map(0, b""), None),
            python: line("OSError", "none", None),
        });
        let step = self.step_of(format!("anonymous {kind} {len}"), ok(Ok(())), rule);
        if len == 0 {
            self.map = None;
        }
        step
    }

    fn seek(&mut self) -> Step {
        let map = self.map.as_mut().unwrap();
        let (len, position, rng) = (map.len(), map.position(), &mut self.rng);
        let whence = rng.u8(..3);
        let base = [0, position, len][usize::from(whence)] as i64;
        let distance = match rng.u8(..12) {
            0 => i64::MIN,
            1 => i64::MAX,
            2 => -rng.i64(1..5),
            3 => position as i64 - base,
            _ => place(rng, len) as i64 - base,
        };
        let to = match whence {
            // What a negative number becomes is past the end of any map.
            0 => SeekFrom::Start(distance as u64),
            1 => SeekFrom::Current(distance),
            _ => SeekFrom::End(distance),
        };
        let answer = map.seek(to).map(|place| place.to_string());
        let stays = position > len && base.checked_add(distance) == Some(position as i64);
        let rule = stays.then(|| Rule {
            name: differs("seek_to_the_position"),
            ours: self.line("seek", Ok(position.to_string())),
            python: self.line("seek", Ok("ValueError".into())),
        });
        self.step_of(format!("seek {distance} {whence}"), answer, rule)
    }

    fn write(&mut self) -> Step {
        let map = self.map.as_mut().unwrap();
        let bytes = letters(&mut self.rng, 6);
        let past = map.position() > map.len();
        let answer = map.write_exact(&bytes).map(|()| bytes.len().to_string());
        let python = match self.access {
            Access::Read => "TypeError",
            _ => "ValueError",
        };
        let differ = bytes.is_empty() && (past || self.access == Access::Read);
        let rule = differ.then(|| Rule {
            name: differs("empty_write"),
            ours: self.line("write", Ok("0".into())),
            python: self.line("write", Ok(python.into())),
        });
        self.step_of(format!("write {}", show(&bytes)), answer, rule)
    }

    fn find(&mut self) -> Step {
        let map = self.map.as_ref().unwrap();
        let needle = letters(&mut self.rng, 3);
        // Python is asked twice, from the position on and from 0.
        let (name, from_position, from_start) = match self.rng.bool() {
            true => (
                "find",
                map.find_in(map.position().., &needle),
                map.find(&needle),
            ),
            false => (
                "rfind",
                map.rfind_in(map.position().., &needle),
                map.rfind(&needle),
            ),
        };
        let from_start = index(from_start);
        let answer = format!("{} {from_start}", index(from_position));
        let past_the_end = map.position() > map.len();
        let rule = self.found_at_the_end(past_the_end, &needle, |end| {
            (answer.clone(), format!("{end} {from_start}"))
        });
        let rule = rule.or_else(|| {
            (index(from_position) != from_start).then(|| {
                let both = self.line("find", Ok(answer.clone()));
                Rule {
                    name: differs("find_from_the_start"),
                    ours: both.clone(),
                    python: both,
                }
            })
        });
        self.step_of(format!("{name} {}", show(&needle)), Ok(answer), rule)
    }

    /// The rule for a search from past the end, with both answers, of which the first is ours,
    /// made from the end of the map.
    fn found_at_the_end(
        &self,
        past_the_end: bool,
        needle: &[u8],
        answers: impl Fn(String) -> (String, String),
    ) -> Option<Rule> {
        let differs_here = past_the_end && needle.is_empty() && !*IS_3_15_OR_LATER;
        differs_here.then(|| {
            let (ours, python) = answers(self.map.as_ref().unwrap().len().to_string());
            Rule {
                name: differs("find_past_the_end"),
                ours: self.line("find", Ok(ours)),
                python: self.line("find", Ok(python)),
            }
        })
    }

    fn get_slice(&mut self) -> Step {
        let map = self.map.as_ref().unwrap();
        let (start, end) = range(&mut self.rng, map.len());
        let answer = match map.get(start..end) {
            Some(bytes) => show(bytes),
            None => "none".into(),
        };
        let rule = (start > end || end > map.len()).then(|| Rule {
            name: differs("slice_past_the_end"),
            ours: self.line("get_slice", Ok("none".into())),
            python: self.line("get_slice", Ok(show(&map[cut(start, end, map.len())]))),
        });
        self.step_of(format!("get_slice {start} {end}"), Ok(answer), rule)
    }

    fn set_slice(&mut self) -> Step {
        let map = self.map.as_mut().unwrap();
        let len = map.len();
        let (start, end) = range(&mut self.rng, len);
        let cut = cut(start, end, len);
        let mut bytes = letters(&mut self.rng, 6);
        if cut.len() < 20 && self.rng.bool() {
            bytes.resize(cut.len(), b'b');
        }
        let operation = format!("set_slice {start} {end} {}", show(&bytes));
        let answer = map
            .as_mut_slice()
            .and_then(|map| match map.get_mut(start..end) {
                None => Ok("none".into()),
                // Where `copy_from_slice` panics.
                Some(place) if place.len() != bytes.len() => Err(ErrorKind::InvalidInput.into()),
                Some(place) => {
                    place.copy_from_slice(&bytes);
                    Ok("ok".into())
                }
            });
        let mut rule = None;
        if self.access != Access::Read && (start > end || end > len) {
            let mut python = Err(ErrorKind::InvalidInput.into());
            if cut.len() == bytes.len() {
                // As Python does, for the sake of the steps that follow.
                map.as_mut_slice().unwrap()[cut].copy_from_slice(&bytes);
                python = Ok("ok".into());
            }
            rule = Some(Rule {
                name: differs("slice_past_the_end"),
                ours: self.line("set_slice", Ok("none".into())),
                python: self.line("set_slice", python),
            });
        }
        self.step_of(operation, answer, rule)
    }

    fn flush_range(&mut self) -> Step {
        let map = self.map.as_ref().unwrap();
        let len = map.len();
        let offset = match self.rng.u8(..4) {
            0 | 1 => 0,
            2 if len > PAGES => PAGES,
            _ => place(&mut self.rng, len),
        };
        let offset = clear_of_pages(offset);
        let count = match self.rng.bool() {
            true => place(&mut self.rng, len),
            false => place(&mut self.rng, len.saturating_sub(offset)),
        };
        let answer = ok(map.flush_range(offset..offset.saturating_add(count)));
        let inside = offset.checked_add(count).is_some_and(|end| end <= len);
        let mut rule = None;
        if self.access == Access::Write && inside && !offset.is_multiple_of(PAGES) {
            rule = Some(Rule {
                name: differs("flush_from_any_byte"),
                ours: self.line("flush_range", Ok("ok".into())),
                python: self.line("flush_range", Ok("OSError".into())),
            });
        }
        self.step_of(format!("flush_range {offset} {count}"), answer, rule)
    }

    fn advise(&mut self) -> Step {
        let map = self.map.as_ref().unwrap();
        let len = map.len();
        let start = match self.rng.u8(..4) {
            0 => 0,
            1 if len > PAGES => PAGES,
            2 => len,
            _ => place(&mut self.rng, len),
        };
        let start = clear_of_pages(start);
        let count = match self.rng.bool() {
            true => place(&mut self.rng, len),
            false => place(&mut self.rng, len.saturating_sub(start)),
        };
        let advices = [Advice::Normal, Advice::Random, Advice::Sequential];
        let option = self.rng.usize(..advices.len()); // as Python's constants count them
        let end = start.saturating_add(count);
        let answer = ok(map.advise(start..end, advices[option]));
        // Python looks at the end first, and at the page last.
        let differs_in = match () {
            () if start > len => None,
            () if start == len && end == len => Some(("advise_past_the_end", "ValueError")),
            () if start == len => None,
            () if end > isize::MAX as usize => Some(("advise_past_the_end", "OverflowError")),
            () if !start.is_multiple_of(PAGES) && end <= len => {
                Some(("advise_from_any_byte", "OSError"))
            }
            () if !start.is_multiple_of(PAGES) => Some(("advise_past_the_end", "OSError")),
            () if end > len => Some(("advise_past_the_end", "ok")),
            () => None,
        };
        let ours = match end <= len {
            true => "ok",
            false => "ValueError",
        };
        let rule = differs_in.map(|(name, python)| Rule {
            name: differs(name),
            ours: self.line("madvise", Ok(ours.into())),
            python: self.line("madvise", Ok(python.into())),
        });
        self.step_of(format!("madvise {option} {start} {count}"), answer, rule)
    }

    fn resize(&mut self) -> Step {
        let (old_file, old_state) = (self.file_bytes(), self.state());
        let map = self.map.as_mut().unwrap();
        let (old, position) = (map.to_vec(), map.position());
        if self.file.is_none() && self.shared {
            // No longer one: Python 3.11 ends with SIGBUS there, and later versions refuse.
            let len = self.rng.usize(1..=old.len());
            let answer = match map.resize(len).map_err(|error| error.kind()) {
                Err(ErrorKind::Unsupported) => Ok("refused".into()),
                other => ok(other.map_err(ErrorKind::into)),
            };
            let rule = Rule {
                name: differs("resize_of_shared"),
                ours: format!("refused, {old_state}"),
                python: line("ok", &show_map(position, &old[..len]), None),
            };
            let step = self.step_of(format!("resize {len}"), answer, Some(rule));
            self.map = None;
            return step;
        }
        let len = match self.rng.u8(..12) {
            0 => 0,
            1 if self.far || HAS_FAR && self.file.is_none() => FAR,
            _ => self.rng.usize(1..=old.len() + 10),
        };
        let operation = format!("resize {len}");
        let answer = ok(map.resize(len));
        let step = self.step_of(operation, answer, None);
        if self.access != Access::Write || len == FAR && self.file.is_none() {
            return step;
        }

        let (old_end, end) = (self.offset + old.len(), self.offset.saturating_add(len));
        let mut rule = None;
        match (len, old_file) {
            (0, Some((file_len, bytes))) => {
                let cut = (self.offset as u64, &bytes[..self.offset]);
                let kept = match file_len > old_end as u64 {
                    true => (file_len, &bytes[..]),
                    false => cut,
                };
                rule = Some(Rule {
                    name: differs("resize_to_zero"),
                    ours: line("ok", &show_map(position, b""), Some(kept)),
                    python: line(
                        "OSError",
                        &format!("{position} {} gone", old.len()),
                        Some(cut),
                    ),
                });
                self.map = None;
            }
            (0, None) => {
                rule = Some(Rule {
                    name: differs("resize_to_zero"),
                    ours: line("ok", &show_map(position, b""), None),
                    python: format!("OSError, {old_state}"),
                });
                self.map = None;
            }
            (FAR, Some((_, mut bytes))) => {
                bytes.resize(SHOWN, 0);
                let file = Some(((self.offset + FAR) as u64, &bytes[..]));
                rule = Some(Rule {
                    name: differs("resize_that_fails"),
                    ours: format!("OSError, {old_state}"),
                    python: line("OSError", &show_map(position, &old), file),
                });
                self.map = None;
            }
            (_, None) => {
                // Never so long that Python gives a page back, and the bytes on it with it.
                self.memory
                    .resize(self.memory.len().max(old.len()).max(len), 0);
                self.memory[..old.len()].copy_from_slice(&old);
                let kept = len.min(old.len());
                if self.memory[kept..len].iter().any(|&byte| byte != 0) {
                    let mut zeros = old[..kept].to_vec();
                    zeros.resize(len, 0);
                    let again = &self.memory[..len];
                    rule = Some(Rule {
                        name: differs("resize_of_anonymous"),
                        ours: line("ok", &show_map(position, &zeros), None),
                        python: line("ok", &show_map(position, again), None),
                    });
                    // As Python does, for the sake of the steps that follow.
                    let map = self.map.as_mut().unwrap().as_mut_slice().unwrap();
                    map.copy_from_slice(again);
                }
            }
            (_, Some((file_len, bytes))) if file_len > old_end as u64 && file_len > end as u64 => {
                let map = show_map(position, &bytes[self.offset..end]);
                rule = Some(Rule {
                    name: differs("resize_of_a_part"),
                    ours: line("ok", &map, Some((file_len, &bytes))),
                    python: line("ok", &map, Some((end as u64, &bytes[..end]))),
                });
                self.map = None;
            }
            (_, Some(_)) => {}
        }
        Step { rule, ..step }
    }

    fn step_of(&self, operation: String, answer: io::Result<String>, rule: Option<Rule>) -> Step {
        let name = operation.split(' ').next().unwrap();
        Step {
            ours: self.line(name, answer),
            operation,
            rule,
        }
    }

    /// What tests/like_python/like_python.py prints if the operation gives this.
    fn line(&self, operation: &str, answer: io::Result<String>) -> String {
        let answer = answer.unwrap_or_else(|error| {
            let known = EXCEPTIONS
                .iter()
                .find(|(of, kind, _)| (*of, *kind) == (operation, error.kind()));
            known.map_or_else(
                || format!("{error:?}"),
                |(_, _, exception)| exception.to_string(),
            )
        });
        format!("{answer}, {}", self.state())
    }

    fn state(&self) -> String {
        let map = self.map.as_ref();
        let map = map.map_or("none".into(), |map| show_map(map.position(), map));
        let file = self.file_bytes();
        state(&map, file.as_ref().map(|(len, bytes)| (*len, &bytes[..])))
    }

    /// The length of the file, and its first bytes.
    fn file_bytes(&self) -> Option<(u64, Vec<u8>)> {
        let file = self.file.as_ref()?;
        let len = file.metadata().unwrap().len();
        let mut bytes = vec![0; SHOWN.min(len as usize)];
        file.read_exact_at(&mut bytes, 0).unwrap();
        Some((len, bytes))
    }
}

fn ok(answer: io::Result<()>) -> io::Result<String> {
    answer.map(|()| "ok".into())
}

fn line(answer: &str, map: &str, file: Option<(u64, &[u8])>) -> String {
    format!("{answer}, {}", state(map, file))
}

fn state(map: &str, file: Option<(u64, &[u8])>) -> String {
    match file {
        Some((len, bytes)) => format!("map {map}, file {len} {}", show(bytes)),
        None => format!("map {map}, no file"),
    }
}

fn show_map(position: usize, bytes: &[u8]) -> String {
    format!("{position} {} {}", bytes.len(), show(bytes))
}

/// One word: newlines as /, zeros as ., and many zeros as their count.
fn show(mut bytes: &[u8]) -> String {
    let mut word = String::from("\"");
    while let Some(&byte) = bytes.first() {
        let zeros = zeros(bytes);
        bytes = &bytes[zeros.max(1)..];
        match byte {
            0 if zeros >= 40 => word += &format!("({zeros})"),
            0 => word.extend(std::iter::repeat_n('.', zeros)),
            b'\n' => word.push('/'),
            byte => word.push(char::from(byte)),
        }
    }
    word + "\""
}

/// How many zeros some bytes begin with. A comparison of slices is fast in a debug build too,
/// where a loop over the bytes would take most of the time of this test.
fn zeros(bytes: &[u8]) -> usize {
    static ZEROS: [u8; 1 << 17] = [0; 1 << 17];
    assert!(bytes.len() < ZEROS.len());
    let mut count = 0;
    for len in (0..17).rev().map(|power| 1 << power) {
        if bytes[count..].starts_with(&ZEROS[..len]) {
            count += len;
        }
    }
    count
}

/// Python's -1 is our None.
fn index(found: Option<usize>) -> String {
    found.map_or("-1".into(), |index| index.to_string())
}

/// An index, which counts from the end in Python if it is negative, and the same in Rust.
fn index_of(rng: &mut Rng, len: usize) -> (String, Option<usize>) {
    match rng.u8(..3) {
        0 => {
            let back = rng.usize(1..=len + 3);
            (format!("-{back}"), len.checked_sub(back))
        }
        _ => {
            let at = place(rng, len);
            (at.to_string(), Some(at))
        }
    }
}

/// A slice with a step, which is negative in Python where this is given the bytes in reverse.
fn every<'a>(bytes: impl Iterator<Item = &'a u8>, step: usize) -> Vec<u8> {
    bytes.step_by(step).copied().collect()
}

/// What of a slice is in the map.
fn cut(start: usize, end: usize, len: usize) -> std::ops::Range<usize> {
    let end = end.min(len);
    start.min(end)..end
}

/// Few letters, so that finds and lines hit.
fn letters(rng: &mut Rng, most: usize) -> Vec<u8> {
    let count = rng.usize(..=most);
    (0..count)
        .map(|_| *rng.choice(b"aabb\n").unwrap())
        .collect()
}

/// Another place, where a page of some systems starts and none of others: what Python says of it
/// would depend on where this runs.
fn clear_of_pages(place: usize) -> usize {
    match place.is_multiple_of(512) && !place.is_multiple_of(PAGES) {
        true => place + 1,
        false => place,
    }
}

/// A number to go wrong with: mostly inside, and not seldom just past the end.
fn place(rng: &mut Rng, len: usize) -> usize {
    match rng.u8(..20) {
        0 => isize::MAX as usize,
        1 => 0,
        2 => len,
        3..=5 => len + rng.usize(1..4),
        _ => rng.usize(..=len),
    }
}

/// Two places, seldom in the wrong order.
fn range(rng: &mut Rng, len: usize) -> (usize, usize) {
    let (start, end) = (place(rng, len), place(rng, len));
    match rng.u8(..6) {
        0 => (start, end),
        _ => (start.min(end), start.max(end)),
    }
}
