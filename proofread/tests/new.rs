//! Tests that the book of `proofread new` passes, and that its tests report a change that is wrong.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

/// Runs cargo offline, because the crates are the same as in this test. Uses the target folder of
/// this test, so that the crates are not compiled again.
fn cargo(folder: &Path, arguments: &[&str], accept: bool) -> Output {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap());
    cargo.args(arguments).current_dir(folder);
    cargo.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", target);
    // These variables decide whether insta accepts new outputs, so the caller must not set them.
    cargo.env("CI", "true").env("INSTA_UPDATE", if accept { "always" } else { "no" });
    cargo.env("PROOFREAD_LIMIT", "5");
    // Cargo set this variable for the package of this test.
    cargo.env_remove("CARGO_MANIFEST_DIR").output().unwrap()
}

#[track_caller]
fn passes(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("warning"), "{text}");
}

#[test]
fn a_new_book_passes_and_says_what_is_wrong_where_it_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("tiny");
    let new = Command::new(env!("CARGO_BIN_EXE_proofread"))
        .arg("new")
        .arg(&book)
        .args(["--path", env!("CARGO_MANIFEST_DIR")])
        .output()
        .unwrap();
    passes(&new);
    // With this lock file, cargo uses versions that are already downloaded.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, book.join("Cargo.lock")).unwrap();

    let mut check = Command::new(env!("CARGO_BIN_EXE_proofread"));
    passes(&check.arg("check").arg(&book).arg("--strict").output().unwrap());

    passes(&cargo(&book, &["test"], false));
    passes(&cargo(&book, &["fmt", "--check"], false));
    passes(&cargo(&book, &["clippy", "--all-targets", "--", "-D", "warnings"], false));

    // A missing page is told, and neither the build script nor a test writes it.
    let kept = ["book.toml", "book/SUMMARY.md"]
        .map(|path| (path, fs::read_to_string(book.join(path)).unwrap()));
    let [(_, toml), (_, summary)] = &kept;
    fs::write(book.join("book.toml"), toml.replace("create-missing = false\n", "")).unwrap();
    fs::write(book.join("book/SUMMARY.md"), format!("{summary}- [Gone](gone.md)\n")).unwrap();
    let failed = cargo(&book, &["test", "--test", "book", "names_"], false);
    let told = String::from_utf8_lossy(&failed.stdout);
    // After all results, each ignored test is listed with its reason.
    let (_, summary) = told.split_once("test result: ok. 0 passed").unwrap();
    let not_run = "proofread: 1 not run:\n  names_exist: first fix the problems of pages_are_those_of_the_summary\n";
    assert!(summary.contains(not_run), "{told}");
    let failed = cargo(&book, &["test", "--test", "book", "pages_are"], false);
    let told = String::from_utf8_lossy(&failed.stdout);
    assert!(told.contains("expected the page book/gone.md"), "{told}");
    assert!(!book.join("book/gone.md").exists());
    for (path, text) in &kept {
        fs::write(book.join(path), text).unwrap();
    }

    // If programs are new, one run accepts their outputs, and all tests of that run pass. They use
    // the edition of book.toml, and two pages have the same name.
    let toml = fs::read_to_string(book.join("book.toml")).unwrap();
    fs::write(book.join("book.toml"), toml + "\n[rust]\nedition = \"2024\"\n").unwrap();
    let summary = fs::read_to_string(book.join("book/SUMMARY.md")).unwrap();
    let pages = "- [Greet](a/greet.md)\n- [Greet](b/greet.md)\n";
    fs::write(book.join("book/SUMMARY.md"), summary + pages).unwrap();
    for name in ["a", "b"] {
        fs::create_dir(book.join("book").join(name)).unwrap();
        let page = format!("# Greet\n\n{{{{#listing greet_{name}}}}}\n");
        fs::write(book.join(format!("book/{name}/greet.md")), page).unwrap();
        // One of the programs panics on purpose. Before edition 2024, a condition has only one `let`, without `&&`.
        let greet = "//! Greets.\n//!\n//! Fails with exit code 101.\n\nfn main() {\n    if let Some(name) = Some(\"you\") && !name.is_empty() {\n        \
                     println!(\"Hello, {name}\");\n    }\n    panic!(\"on purpose\");\n}\n";
        let greet = match name {
            "a" => greet.to_owned(),
            _ => greet
                .replace("//!\n//! Fails with exit code 101.\n", "")
                .replace("    panic!(\"on purpose\");\n", ""),
        };
        fs::write(book.join(format!("examples/greet_{name}.rs")), greet).unwrap();
    }
    let failed = cargo(&book, &["test", "--test", "book", "greet"], false);
    let told = String::from_utf8_lossy(&failed.stdout);
    assert!(told.contains("expected the output of the program:\n$ cargo run"), "{told}");
    assert!(!told.contains("cargo insta"), "{told}");
    passes(&cargo(&book, &["test", "--test", "book"], true));
    passes(&cargo(&book, &["test", "--test", "book"], false));

    // If a program prints another output, its test fails once and names the command that accepts
    // it.
    let listing = book.join("examples/count_words.rs");
    let text = fs::read_to_string(&listing).unwrap();
    fs::write(&listing, text.replace("every program", "every single program")).unwrap();
    let failed = cargo(&book, &["test", "count_words.rs"], false);
    let told = String::from_utf8_lossy(&failed.stdout);
    let problem = "snapshots/count_words.snap:5: expected the output of the program, \"6 words\", found \
                   \"5 words\"; if the output is right, accept it: INSTA_UPDATE=always cargo test \
                   count_words.rs\n";
    assert!(!failed.status.success() && told.contains(problem), "{told}");
    passes(&cargo(&book, &["test", "count_words.rs"], true));
    let accepted = fs::read_to_string(book.join("snapshots/count_words.snap")).unwrap();
    assert!(accepted.ends_with("\n6 words\n"), "{accepted}");

    // If the program of a block fails, the test of the block fails.
    fs::write(&listing, text.replace("println!", "std::process::exit(3); println!")).unwrap();
    let failed = cargo(&book, &["test", "counting_words_sect"], false);
    let told = String::from_utf8_lossy(&failed.stdout);
    assert!(!failed.status.success() && told.contains("1 failed"), "{told}");

    // A block that never ends is stopped.
    fs::write(&listing, text.replace("println!", "loop {} println!")).unwrap();
    let failed = cargo(&book, &["test", "counting_words_sect"], false);
    let told = [failed.stdout, failed.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains("no end after 5 s, the limit of PROOFREAD_LIMIT"), "{told}");
    assert!(told.contains("1 failed"), "{told}");
    fs::write(&listing, &text).unwrap();

    // If the target has a harness, its only test fails and says so.
    let manifest = fs::read_to_string(book.join("Cargo.toml")).unwrap();
    fs::write(book.join("Cargo.toml"), manifest.replace("harness = false\n", "")).unwrap();
    let failed = cargo(&book, &["test", "--test", "book"], false);
    let told = String::from_utf8_lossy(&failed.stdout);
    assert!(!failed.status.success() && told.contains("expected `harness = false`"), "{told}");

    let again =
        Command::new(env!("CARGO_BIN_EXE_proofread")).arg("new").arg(&book).output().unwrap();
    let told = String::from_utf8_lossy(&again.stderr);
    assert!(!again.status.success() && told.contains("expected an empty folder"), "{told}");
}
