//! Renders the book to Markdown and has skeptic make a test of every Rust block.

use mdbook_driver::{MDBook, builtin_renderers::MarkdownRenderer};
use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::{env, time::SystemTime};

/// What skeptic puts around each program: skeptic runs it in an empty folder, and
/// the programs of this book expect `lorem.txt` there.
const TEMPLATE: &str = r#"
~~~rust,skeptic-template
mod program {{
{}
    pub fn run() -> impl std::process::Termination {{ main() }}
}}
fn main() -> impl std::process::Termination {{
    std::fs::copy(LOREM, "lorem.txt").unwrap();
    program::run()
}}
~~~
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let inputs = "Cargo.toml README.md book book.toml build.rs examples lorem.txt snapshots src";
    for input in inputs.split(' ') {
        println!("cargo::rerun-if-changed={input}");
    }
    for test in fs::read_dir("tests")? {
        let path = test?.path();
        // No page includes a test of the site, and that folder holds all that npm installed.
        if !path.ends_with("site") {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    // The interpreter itself: what the PATH calls python3 may be a script that looks for it.
    println!("cargo::rustc-check-cfg=cfg(no_python3)");
    let script = "import sys; print(sys.executable)";
    match Command::new("python3").args(["-c", script]).output() {
        Ok(python) if python.status.success() => {
            let path = String::from_utf8(python.stdout)?;
            println!("cargo::rustc-env=PYTHON3={}", path.trim());
        }
        _ => println!("cargo::rustc-cfg=no_python3"),
    }

    // mdBook puts every include in its place.
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let pages = Path::new(&env::var("OUT_DIR")?).join("pages");
    let mut book = MDBook::load(&root)?;
    book.config.build.build_dir = pages.clone();
    book.execute_build_process(&MarkdownRenderer::new())?;
    fs::copy("README.md", pages.join("README.md"))?;

    let lorem = format!("{:?}", Path::new(&root).join("lorem.txt"));
    let template = TEMPLATE.replace("LOREM", &lorem);
    let mut documents = Vec::new();
    for page in fs::read_dir(&pages)? {
        let path = page?.path();
        // An ignored block shows a file that cargo compiles; skeptic need not list it.
        let text = fs::read_to_string(&path)?.replace("```rust,ignore", "```text");
        fs::write(&path, text + &template)?;
        // Skeptic has cargo watch the page, and cargo would take it for an edited one.
        File::options()
            .append(true)
            .open(&path)?
            .set_modified(SystemTime::UNIX_EPOCH)?;
        documents.push(path);
    }
    documents.sort();
    skeptic::generate_doc_tests(&documents);
    // One program at a time: where two threads start programs, one may inherit the file that
    // the other has open to store its program, and Linux refuses to run that ("Text file busy").
    println!("cargo::rustc-env=SKEPTIC_JOBS=1");
    Ok(())
}
