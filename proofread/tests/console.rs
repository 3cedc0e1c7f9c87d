//! Runs the commands of typed outputs in small packages, through the command `proofread check`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

const MANIFEST: &str = "[package]\nname = \"words\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\nmembers = [\"more\"]\n";

/// Prints words, or misbehaves as its first argument says.
const MAIN: &str = r#"
use std::{env, fs, process, thread, time};
fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.first().map_or("", |word| word) {
        "" => println!("7 words"),
        "lines" => print!("one\ntwo\nthree\n"),
        "fail" => { println!("out"); eprintln!("err"); process::exit(3) }
        "panic" => panic!("on purpose"),
        "hang" => loop { thread::sleep(time::Duration::from_secs(1)) },
        "flood" => loop { println!("flood") },
        "say" => println!("{}", words[1]),
        "include" => println!("{{{{#include x}}}}"),
        "env" => println!("{}", env::var(&words[1]).unwrap_or_default()),
        "pid" => println!("pid {}!", process::id()),
        "address" => println!("{:p}", &words[0]),
        "time" => println!("{}", time::SystemTime::now().duration_since(time::UNIX_EPOCH).unwrap().as_secs()),
        "stop" => {
            process::Command::new("sh").args(["-c", "kill -s STOP 0"]).status().unwrap();
        }
        "spawn" => {
            process::Command::new("sleep").arg(&words[1]).spawn().unwrap();
            loop { thread::sleep(time::Duration::from_secs(1)) }
        }
        "exe" => println!("{}", env::current_exe().unwrap().display()),
        "folder" => println!("{}", env::current_dir().unwrap().display()),
        "manifest" => println!("{}", env!("CARGO_MANIFEST_DIR")),
        "read" => print!("{}", fs::read_to_string("given.txt").unwrap()),
        "write" => fs::write("new.txt", "new").unwrap(),
        "missing" => println!("{}", fs::read_to_string("new.txt").is_err()),
        other => println!("? {other}"),
    }
}
"#;

/// A book about a package, in one folder.
struct Book(TempDir);

impl Book {
    fn new(page: &str) -> Self {
        let book = Book(tempfile::tempdir().unwrap());
        book.write("Cargo.toml", MANIFEST);
        book.write("src/main.rs", MAIN);
        book.write("examples/single.rs", "fn main() { println!(\"single\") }\n");
        book.write("examples/wrong.rs", "fn main() { wrong() }\n");
        book.write("examples/folder/main.rs", "mod part;\nfn main() { part::show() }\n");
        book.write("examples/folder/part.rs", "pub fn show() { println!(\"folder\") }\n");
        book.write("more/Cargo.toml", "[package]\nname = \"more\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[[bin]]\nname = \"one\"\npath = \"src/one.rs\"\n\n[[bin]]\nname = \"two\"\npath = \"src/two.rs\"\n");
        book.write("more/src/one.rs", "fn main() { println!(\"one of more\") }\n");
        book.write("more/src/two.rs", "fn main() { println!(\"two of more\") }\n");
        book.write("given.txt", "given\n");
        book.write("book.toml", "[book]\nsrc = \"book\"\n\n[preprocessor.proofread]\nrenderers = []\ncommands = [\"echo\", \"cat given.txt\", \"id\", \"uname\", \"date\"]\n");
        book.write("book/SUMMARY.md", "# Summary\n\n- [One](one.md)\n");
        book.write("book/one.md", page);
        book
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn page(&self) -> String {
        fs::read_to_string(self.path("book/one.md")).unwrap()
    }

    /// Returns the report and the notes of a check.
    fn check(&self, more: &[&str]) -> String {
        // The packages of all tests have the same programs in one target folder.
        static TARGET: Mutex<()> = Mutex::new(());
        let _one = TARGET.lock().unwrap_or_else(PoisonError::into_inner);
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
        // Cargo compiles the program again, because it is newer than that of another test.
        self.write("src/main.rs", MAIN);
        let mut check = Command::new(env!("CARGO_BIN_EXE_proofread"));
        check.arg("check").arg(self.0.path()).arg("--run").args(more);
        check.args(["--allow", "blocks"]);
        check.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
        check.env("PROOFREAD_LIMIT", "1");
        let told = check.output().unwrap();
        let told = [told.stdout, told.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        let root = format!("{}/", self.0.path().display());
        told.replace(&root, "")
    }
}

/// Checks one page with the blocks of all cases. The report on a block has each of its words, and
/// `+2: ` before a report on its second line, but not a word after `!`. There is no report on a block
/// without words.
fn table(cases: &[(&str, &[&str])]) {
    let mut page = "# One\n".to_owned();
    let mut fences = Vec::new();
    for (text, _) in cases {
        page += "\n```console\n";
        fences.push(page.lines().count());
        page += &format!("{text}```\n");
    }
    let told = Book::new(&page).check(&[]);
    let mut reports = vec![String::new(); cases.len()];
    for report in told.split("book/one.md:").skip(1) {
        let (line, rest) = report.split_once(':').unwrap();
        let line: usize = line.parse().unwrap();
        let at = fences.iter().rposition(|fence| *fence < line).unwrap();
        reports[at] += &format!("+{}:{rest}", line - fences[at]);
    }
    for ((text, words), report) in cases.iter().zip(reports) {
        assert_eq!(report.is_empty(), words.is_empty(), "{text}{report}");
        for word in *words {
            let (word, there) = word.strip_prefix('!').map_or((*word, true), |word| (word, false));
            assert_eq!(report.contains(word), there, "{text}: {word:?} in:\n{report}");
        }
    }
}

#[test]
fn outputs_are_compared_with_those_of_the_programs() {
    let stale = ["+3: expected \"two\"", "found \"tow\"", "`cargo run -- lines`", "--accept"];
    table(&[
        ("$ cargo run\n7 words\n", &[]),
        ("$ cargo run -q -- say 'two words'\ntwo words\n", &[]),
        ("$ cargo run --quiet --release -- lines\none\ntwo\nthree\n$ words\n7 words\n", &[]),
        ("$ cargo run \\\n    -- say \\\n    two\ntwo\n", &[]),
        ("$ cargo run \\\n> say 'a  b' ''\na  b\n", &[]),
        ("$ ./target/debug/words\n7 words\n", &[]),
        ("$ WORD=x words env WORD\nx\n$ env WORD=y words env WORD\ny\n", &[]),
        ("$ cargo run -- read\ngiven\n", &[]),
        ("$ words say 1999-12-31\n1999-12-31\n", &[]),
        // A block without an output is not run.
        ("$ words\n$ words fail\n", &[]),
        ("$ cargo run -- lines\none\ntow\nthree\n", &stale),
        ("$ words\n8 words\n", &["+2: expected \"7 words\""]),
        ("$ words\n7 words\nmore\n", &["+3: expected the end of the output"]),
        ("$ words lines\none\n", &["expected \"two\"", "found the end of the output"]),
        ("$ words\n$ words\n7 words\n", &["+1: expected \"7 words\""]),
        ("$ words lines\none\n...\nthree\n", &[]),
        ("$ words lines\n...\n", &[]),
        ("$ words write\n...\n", &[]),
        ("$ words pid\nid [..]!\n", &["+2: expected \"pid ", "found \"id [..]!\""]),
        ("$ words pid\npid [..]!\n", &[]),
        ("$ words address\n0x[..]\n", &[]),
        ("$ words lines\none\n...\ntree\n", &["+3: expected \"two\"", "found \"...\""]),
        ("7 words\n", &[]),
    ]);
    let told = Book::new("# One\n\n```console,editable\n$ words\n8 words\n```\n").check(&[]);
    assert!(told.contains("book/one.md:5: expected \"7 words\""), "{told}");
    let told =
        Book::new("# One\n\n```console\n$ words\n{{#include ../given.txt}}\n```\n").check(&[]);
    assert!(told.contains("book/one.md:3: not run: it includes a file"), "{told}");
    for language in ["console,ignore", "shell"] {
        let told =
            Book::new(&format!("# One\n\n```{language}\n$ words\n8 words\n```\n")).check(&[]);
        assert!(told.starts_with("no problems"), "{told}");
    }
}

#[test]
fn stderr_and_the_exit_code_count() {
    let panic = "\nthread 'main' panicked at src/main.rs:9:20:\non purpose\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
    table(&[
        ("$ words fail\n? 3\nout\nerr\n", &[]),
        ("$ words fail\n? [..]\nout\nerr\n", &[]),
        (&format!("$ words panic\n? 101\n{panic}"), &[]),
        ("$ words fail\nout\nerr\n", &["+1: expected the exit code \"? 3\"", "found \"? 0\""]),
        ("$ words fail\n? 4\nout\nerr\n", &["+2: expected the exit code \"? 3\"", "found \"? 4\""]),
        ("$ words fail\n? 3\nout\n", &["expected \"err\""]),
        ("$ words\n? 3\n7 words\n", &["expected the exit code \"? 0\""]),
        ("$ words say '? 3'\n? 3\n", &["expected the exit code \"? 0\""]),
    ]);
}

#[test]
fn examples_binaries_and_members_are_run() {
    table(&[
        ("$ cargo run --example single\nsingle\n", &[]),
        ("$ cargo run --example folder\nfolder\n", &[]),
        ("$ cargo run -p more --bin one\none of more\n", &[]),
        ("$ two\ntwo of more\n", &[]),
        ("$ target/debug/examples/single\nsingle\n", &[]),
        (
            "$ cargo run --example wrong\nx\n",
            &["+1: expected a command that cargo can run", "cannot find function `wrong`"],
        ),
        ("$ cargo run --example sinlge\nx\n", &["no example target named `sinlge`"]),
        (
            "$ cargo run -p more\nx\n",
            &["+1: the block is not run from `cargo run -p more` on: the page includes"],
        ),
    ]);
    for (flags, output) in [("-p more", "two of more"), ("--bin one -p more", "one of more")] {
        let include = "```rust,ignore\n{{#include ../more/src/two.rs}}\n```\n";
        let run = format!("```console\n$ cargo run {flags}\n{output}\n```\n");
        let told = Book::new(&format!("# One\n\n{include}\n{run}")).check(&[]);
        assert!(told.starts_with("no problems") && told.contains("0 blocks left out"), "{told}");
    }
}

#[test]
fn a_command_that_is_not_run_is_named_and_ends_its_block() {
    table(&[
        ("$ echo two words\ntwo words\n", &[]),
        ("$ cat given.txt\ngiven\n", &[]),
        (
            "$ sleep 9\n$ words\n8 words\n",
            &["+1: the block is not run from `sleep 9` on", "not on the list", "!expected"],
        ),
        (
            "$ words\n8 words\n$ cd words\n$ words\n8 words\n",
            &["+2: expected \"7 words\"", "+3: the block"],
        ),
        ("$ cat given.txt2\nx\n", &["not on the list"]),
        ("$ words | cat\nx\n", &["needs a shell"]),
        ("$ words 'x\nx\n", &["needs a shell"]),
    ]);
    let book = Book::new("# One\n\n```console\n$ cargo run\nx\n$ words\nx\n```\n");
    book.write("Cargo.toml", "[package");
    let told = book.check(&[]);
    assert!(
        told.starts_with("no problems") && told.contains("its programs are not known"),
        "{told}"
    );
}

#[test]
fn a_program_that_never_ends_is_stopped_and_named() {
    let time = format!("1{}", std::process::id());
    table(&[
        ("$ words hang\nx\n", &["+1: expected a program that ends, `words hang`", "1 s"]),
        ("$ words flood\nflood\n...\n", &["`words flood`", "1 MiB"]),
        (&format!("$ words spawn {time}\nx\n"), &["expected a program that ends"]),
    ]);
    // A program may stop its whole group.
    #[cfg(unix)]
    table(&[("$ words stop\nx\n", &["expected a program that ends"])]);
    // On Linux, this finds a process that the program started.
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let words = fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
        assert!(!words.starts_with(&format!("sleep\0{time}\0")), "{process:?}");
    }
}

/// The test finds a process by the file that it writes again and again.
#[cfg(unix)]
#[test]
fn a_program_ends_with_the_check() {
    use std::{thread::sleep, time::Duration};
    for signal in ["INT", "TERM", "KILL"] {
        let folder = tempfile::tempdir().unwrap();
        let alive = folder.path().join("alive");
        let script = format!("for i in $(seq 300); do touch {}; sleep 0.1; done", alive.display());
        let book = Book::new(&format!("# One\n\n```console\n$ sh -c '{script}'\nx\n```\n"));
        let settings = "[book]\nsrc = \"book\"\n[preprocessor.proofread]\ncommands = [\"sh\"]\n";
        book.write("book.toml", settings);
        let mut check = Command::new(env!("CARGO_BIN_EXE_proofread"));
        let mut check = check.arg("check").arg(book.0.path()).arg("--run").spawn().unwrap();
        let wait = || sleep(Duration::from_millis(300));
        assert!((0..100).any(|_| (wait(), alive.exists()).1));
        let id = check.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        assert!(!check.wait().unwrap().success());
        let ended = (0..20).any(|_| (fs::remove_file(&alive).ok(), wait(), !alive.exists()).2);
        assert!(ended, "the program still runs after SIG{signal}");
    }
}

#[cfg(unix)]
#[test]
fn a_runner_of_the_author_does_not_change_the_output() {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let list = "[\"sh\", \"-c\", \"echo runner\"]";
    for (target, runner) in [(host, list), (host, "\"echo\""), ("'cfg(unix)'", list)] {
        let book = Book::new("# One\n\n```console\n$ cargo run\n7 words\n```\n");
        let runner = format!("[target.{target}]\nrunner = {runner}\n");
        book.write(".cargo/config.toml", &runner);
        let told = book.check(&[]);
        assert!(told.starts_with("no problems"), "{target}: {told}");
    }
}

#[test]
fn commands_run_in_a_copy_of_the_package() {
    let book = Book::new("# One\n\n```console\n$ words write\n$ words missing\nfalse\n```\n");
    // A link to a file that does not exist cannot be copied.
    #[cfg(unix)]
    std::os::unix::fs::symlink("gone", book.path("link")).unwrap();
    #[cfg(target_os = "linux")]
    fs::write(
        book.0
            .path()
            .join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"caf\xe9")),
        "",
    )
    .unwrap();
    let told = book.check(&[]);
    assert!(told.starts_with("no problems"), "{told}");
    assert!(!book.path("new.txt").exists());
}

#[test]
fn an_output_that_another_run_or_machine_would_not_print_is_refused() {
    let held = ["expected an output of", "that a block can hold", "change the output"];
    let differs = ["expected the same output of", "type [..]"];
    let here = ["that is the same on every machine and day", "type [..]"];
    let refused = |command: &str, words: &[&str]| {
        let page = format!("# One\n\n```console\n$ {command}\nx\n```\n");
        let book = Book::new(&page);
        let told = book.check(&["--accept"]);
        assert!(told.contains("book/one.md:4: expected"), "{command}: {told}");
        for word in words {
            assert!(told.contains(word), "{command}: expected {word:?} in {told}");
        }
        assert_eq!(book.page(), page);
    };
    for text in ["say '$ words'", "say '```'", "say '\u{1b}[1m'", "include"] {
        refused(&format!("words {text}"), &held);
    }
    for text in ["pid", "address", "folder", "env HOME", "env TMPDIR", "env TZ", "env USER"] {
        refused(&format!("words {text}"), &differs);
    }
    for (command, what) in [
        ("words exe", "found the target folder, "),
        ("words manifest", "found the folder of the package, "),
        ("id -un", "found the user, "),
        ("uname -n", "found the host, "),
        ("date -u +%F", "found the date of today, "),
        ("date -u +%FT12:00Z", "found the date of today, "),
    ] {
        refused(command, &[&here[..], &[what]].concat());
    }
}

#[test]
fn accepting_changes_only_the_outputs() {
    let page = "# One\r\n\r\n1. In a list:\n\n   ```console\n   $ words lines\n   1\n   $ words fail\n   ```\n\n> ```console\n> $ words pid\n> pid [..]!\n> $ words pid\n> 3\n> ```\n\n\
                ```console\r\n$ words lines\r\n...\r\ntree\r\n```\r\n\n~~~console\n$ words\n? 3\n8 words\n~~~\n\n```console\n$ words say '? 3'\nx\n```\nThe  end.  ";
    let book = Book::new(page);
    let told = book.check(&["--accept"]);
    let expected = page.replace(
        "   1\n   $ words fail\n",
        "   one\n   two\n   three\n   $ words fail\n   ? 3\n   out\n   err\n",
    );
    let expected = expected
        .replace("...\r\ntree\r\n", "one\r\ntwo\r\nthree\r\n")
        .replace("? 3\n8", "7")
        .replace("\nx", "\n? 0\n? 3");
    assert_eq!(book.page(), expected, "{told}");
    assert!(told.contains("book/one.md: wrote 5 outputs"), "{told}");
    assert!(told.contains("book/one.md:14: expected the same output"), "{told}");
    let told = book.check(&["--accept"]);
    assert!(told.contains("(outputs 1)") && !told.contains("wrote"), "{told}");
    assert_eq!(book.page(), expected);
    // An output that a comment allows stays.
    let page = "# One\n\n<!-- proofread: allow outputs: it is\nof an older version -->\n```console\n$ words\n8 words\n```\n";
    let book = Book::new(page);
    let told = book.check(&["--accept"]);
    assert!(told.starts_with("no problems") && book.page() == page, "{told}");
}

#[test]
fn words_that_the_tools_no_longer_print_are_told() {
    let old = "    Finished dev [unoptimized + debuginfo] target(s) in 0.70s\n     Running `target/debug/words`\n";
    let new = old.replace("dev", "`dev` profile");
    table(&[
        (&format!("$ cargo run\n{old}7 words\n"), &["+2: expected \"Finished `dev` profile ["]),
        (&format!("$ cargo run\n   Compiling words v0.1.0\n{new}7 words\n"), &[]),
        (&format!("$ cargo run -- fail\n? 3\n{new}out\nerr\n"), &[]),
        (
            "thread 'main' panicked at 'x y', src/main.rs:2:5\n",
            &["expected \"thread 'main' panicked at src/main.rs:2:5:\\nx y\""],
        ),
        (
            "note: Run with `RUST_BACKTRACE=1` for a backtrace.\n",
            &["environment variable to display a backtrace"],
        ),
    ]);
    let page = |lines: &str| format!("# One\n\n```console\n$ cargo run\n{lines}7 words\n```\n");
    let book = Book::new(&page(old));
    book.check(&["--accept"]);
    assert_eq!(book.page(), page(&new));
}

/// The small book of `proofread new`, with more files.
fn small(files: &[(&str, &str)]) -> (TempDir, proofread::Book) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("small");
    proofread::new(&root).unwrap();
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let old = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, old + text).unwrap();
    }
    let book = proofread::Book::new(&root).twins("py", "python3");
    (folder, book.proofs("tests/proofs.rs"))
}

/// Not a test, but the program that the next test runs with another limit.
#[cfg(unix)]
#[test]
#[ignore = "the next test runs it with a limit of 1 s"]
fn a_listing_that_hangs() {
    let (_folder, book) = small(&[]);
    let words = ["sh".into(), "-c".into(), "while :; do :; done".into()];
    panic!("{}", book.print("x.rs", &words).unwrap_err());
}

#[cfg(unix)]
#[test]
fn a_listing_that_never_ends_is_stopped_and_named() {
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--ignored", "--exact", "a_listing_that_hangs"]);
    let ran = test.env("PROOFREAD_LIMIT", "1").output().unwrap();
    let told = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
    let named = "x.rs: expected a program that ends, sh, found no end after 1 s";
    assert!(told.contains(named), "{told}");
}

const HEADER: &str = "---\nsource: tests/book.rs\n---\n";

#[test]
fn a_listing_may_have_a_folder_of_its_own() {
    let snapshot = format!("{HEADER}$ cargo run --example big\nbig\n");
    let (_folder, book) = small(&[
        ("examples/big/main.rs", "//! Big.\nmod part;\nfn main() { part::show() }\n"),
        ("examples/big/main.py", "print('big')\n"),
        ("examples/big/part.rs", "pub fn show() { println!(\"big\") }\n"),
        ("snapshots/big.snap", &snapshot),
        ("book/counting_words.md", "\n{{#listing big}}\n"),
    ]);
    assert_eq!(book.problems(), []);
}

#[test]
fn a_file_in_a_subfolder_of_examples_neither_passes_unseen_nor_hides_others() {
    let (_folder, book) = small(&[
        ("examples/old/count_words.rs", "fn main() {}\n"),
        ("examples/old/count_words.py", "print()\n"),
        ("book/counting_words.md", "\n[More](https://docs.rs)\n\nSee `split_blanks`.\n"),
    ]);
    let problems = book.problems();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let told = told.join("\n");
    for path in ["examples/old/count_words.rs", "examples/old/count_words.py", "split_blanks"] {
        assert!(told.contains(path), "expected {path} in {told}");
    }
    let (_folder, book) = small(&[("examples/data/words.txt", "words\n")]);
    assert_eq!(book.beside(["examples/data/words.txt"]).problems(), []);
}

#[cfg(unix)]
#[test]
fn a_listing_that_says_so_may_fail_and_shows_stderr() {
    let text = "//! A panic.\n//!\n//! Fails with exit code 101.\nfn main() { panic!() }\n";
    let (_folder, book) = small(&[("examples/falls.rs", text)]);
    let run = |script: &str| {
        let words = ["sh".into(), "-c".into(), script.into()];
        book.print("examples/falls.rs", &words).map_err(|problem| problem.to_string())
    };
    let panic = "echo out; printf \"\\nthread 'main' ($$) panicked at x.rs:4:13:\\nno\\n\" >&2";
    let shown = "out\n\nthread 'main' panicked at x.rs:4:13:\nno\n";
    assert_eq!(run(&format!("{panic}; exit 101")), Ok(shown.into()));
    let told = run(&format!("{panic}; exit 1")).unwrap_err();
    assert!(told.contains("expected exit code 101"), "{told}");
    assert!(run("echo out").unwrap_err().contains("expected exit code 101"));
}

#[cfg(unix)]
#[test]
fn the_output_of_a_listing_names_neither_this_machine_nor_this_day() {
    let (folder, book) = small(&[(
        "examples/x.rs",
        "fn main() {}
",
    )]);
    let run = |path: &str, script: &str| {
        let words = ["sh".into(), "-c".into(), script.into()];
        book.print(path, &words).map_err(|problem| problem.to_string())
    };
    let root = folder.path().join("small").canonicalize().unwrap();
    let root = format!("echo {}/x", root.display());
    for (script, found) in [
        (&*root, "found the folder of the book, "),
        ("id -un", "found the user, "),
        ("uname -n", "found the host, "),
        ("date -u +%F", "found the date of today, "),
        ("date +%s | cut -c1-8 | sed s/$/00/", "found the time of this run, "),
    ] {
        let told = run("examples/x.rs", script).unwrap_err();
        assert!(told.contains(found), "{script}: {told}");
    }
    assert_eq!(run("examples/x.rs", "echo 1999-12-31"), Ok("1999-12-31\n".into()));
}
