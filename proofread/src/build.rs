//! The build script: makes tests from the pages.

use crate::expand::expand;
use crate::items::{Item, items};
use crate::paths::{files, folder, join};
use crate::program::with_modules;
use crate::{Book, Program, Source};
use mdbook_driver::MDBook;
use mdbook_driver::builtin_renderers::MarkdownRenderer;
use proc_macro2::LexError;
use std::error::Error;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::{env, time::SystemTime};

impl Book {
    /// Makes a test of each Rust block of the pages and of README.md. Call this function in
    /// `build.rs`.
    ///
    /// It renders the book to Markdown, and skeptic makes the tests. [`main!`](crate::main) runs
    /// them. Cargo runs the build script again when a page, or a listing that a page shows,
    /// changes.
    ///
    /// # Errors
    ///
    /// Returns an error if mdBook cannot render the book, or if a file cannot be read or written.
    pub fn build(&self) -> Result<(), Box<dyn Error>> {
        let out = PathBuf::from(env::var("OUT_DIR")?);
        let list = |tests: &str, names: &str| {
            let blocks = format!("(&[{names}], &{:?})", self.beside);
            let text = format!("{tests}\npub const BLOCKS: proofread::Blocks = {blocks};\n");
            fs::write(out.join("proofread.rs"), text)
        };
        let source = Source::read(self);
        self.watch(source.as_ref().ok());
        // If the book cannot be read, the tests report it.
        let Ok(source) = source else {
            return Ok(list("", "")?);
        };
        let mut config = source.config.clone();
        // mdBook would write the pages that are missing.
        config.build.create_missing = false;
        let Ok(mut book) = MDBook::load_with_config(&self.root, config) else {
            return Ok(list("", "")?);
        };
        let pages = out.join("pages");
        // An earlier run may have left pages that are deleted now.
        let _ = fs::remove_dir_all(&pages);
        book.with_preprocessor(expand(&source).pages);
        book.config.build.build_dir.clone_from(&pages);
        book.execute_build_process(&MarkdownRenderer::new())?;
        if let Some(readme) = source.readme() {
            fs::write(pages.join("README.md"), readme.text)?;
        }
        let edition = serde_json::to_value(source.config.rust.edition)?;
        let template = self.template().replace("EDITION", &edition.to_string());
        let mut documents = Vec::new();
        for path in files(&pages, "", &["md"]) {
            let from = pages.join(&path);
            // skeptic names a test by the file, and two folders may have a page of the same name.
            let path = pages.join(path.replace('/', "_"));
            // An ignored block shows a file that cargo compiles; skeptic need not list it.
            let mut text = fs::read_to_string(from)?.replace("```rust,ignore", "```text");
            for Program { path, text: program, .. } in &source.programs {
                let whole = with_modules(&self.root, folder(path), program, &[]);
                text = text.replace(program.trim_end(), whole.trim_end());
            }
            fs::write(&path, text + &template)?;
            // Skeptic makes cargo watch this file. With its real time, it would look edited to
            // cargo.
            let file = File::options().append(true).open(&path)?;
            file.set_modified(SystemTime::UNIX_EPOCH)?;
            documents.push(path);
        }
        skeptic::generate_doc_tests(&documents);
        let (tests, names) = listed(&fs::read_to_string(out.join("skeptic-tests.rs"))?)?;
        list(&tests, &names)?;
        // Compile one program at a time. If two threads start programs, one process may inherit the
        // file to which the other thread writes its program. Linux does not run a program while it
        // is open for writing ("Text file busy").
        println!("cargo::rustc-env=SKEPTIC_JOBS=1");
        #[cfg(unix)]
        if let Some(edition) = edition.as_str() {
            // skeptic knows the editions up to 2021, and runs the compiler that RUSTC names.
            use std::os::unix::fs::PermissionsExt;
            let (wrapper, rustc) = (out.join("rustc"), env::var("RUSTC")?);
            let text = format!(
                "#!/bin/sh\nfor word; do\n  shift\n  case $word in --edition=*) word=--edition={edition};; esac\n  \
                 set -- \"$@\" \"$word\"\ndone\nexec '{rustc}' \"$@\"\n"
            );
            fs::write(&wrapper, text)?;
            fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
            println!("cargo::rustc-env=PROOFREAD_RUSTC={}", wrapper.display());
        }
        Ok(())
    }

    /// Tells cargo to run the build script again when a page or a listing changes. Cargo watches
    /// the script itself. Only existing paths are named: with a missing path, cargo runs the script
    /// every time.
    fn watch(&self, source: Option<&Source>) {
        let mut inputs = vec!["book.toml".to_owned(), "README.md".into()];
        if let Some(source) = source {
            let listings = source.pages.values().flat_map(|page| page.named("listing"));
            let programs = listings.filter_map(|found| source.program(&found.argument));
            inputs.extend(programs.map(|program| program.path.clone()));
            inputs.push(source.pages_in.clone());
        }
        inputs.retain(|path| self.root.join(path).exists());
        // A page shows a listing, and a test is made of it, only after its output is accepted.
        let programs = source.iter().flat_map(|source| &source.programs);
        let snapshots = programs.map(|program| &program.snapshot);
        inputs.extend(snapshots.filter(|path| !self.root.join(path).exists()).cloned());
        for input in inputs {
            println!("cargo::rerun-if-changed={}", self.root.join(input).display());
        }
    }

    /// Returns the code that skeptic puts around each program.
    ///
    /// Skeptic runs a program in an empty folder. The code copies the files of [`Book::beside`]
    /// into it at run time, so that a changed file does not make skeptic compile the program again.
    /// The code also hides the output of a program that succeeds.
    fn template(&self) -> String {
        let copies = self.beside.iter().map(|file| {
            let folder = join(file, "..");
            let from = self.root.join(file);
            let make = format!("std::fs::create_dir_all(\"./{folder}\").unwrap();\n    ");
            make + &format!("std::fs::copy({from:?}, {file:?}).unwrap();\n    ")
        });
        TEMPLATE.replace("COPIES", &copies.collect::<String>())
    }
}

const TEMPLATE: &str = r#"
~~~rust,skeptic-template
mod program {{
{}
    pub fn run() -> std::process::ExitCode {{ std::process::Termination::report(main()) }}
}}
// In another edition, it is another program: EDITION.
fn main() -> std::process::ExitCode {{
    use std::{{env, process::{{Command, Stdio}}}};
    if env::var_os("PROOFREAD").is_some() {{
        return program::run();
    }}
    COPIESlet mut program = Command::new(env::current_exe().unwrap());
    program.args(env::args_os().skip(1)).env("PROOFREAD", "");
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = program.spawn().unwrap();
    let seconds = env::var("PROOFREAD_LIMIT").ok().and_then(|it| it.parse().ok()).unwrap_or(60);
    let (kill, id) = (if cfg!(windows) {{ "taskkill /F /T /PID" }} else {{ "kill -KILL" }}, child.id().to_string());
    std::thread::spawn(move || {{
        std::thread::sleep(std::time::Duration::from_secs(seconds));
        eprintln!("no end after {{seconds}} s, the limit of PROOFREAD_LIMIT");
        let mut words = kill.split(' ');
        let _ = Command::new(words.next().unwrap()).args(words).arg(id).status();
    }});
    let run = child.wait_with_output().unwrap();
    if run.status.success() {{
        return std::process::ExitCode::SUCCESS;
    }}
    print!("{{}}", String::from_utf8_lossy(&run.stdout));
    eprint!("{{}}", String::from_utf8_lossy(&run.stderr));
    std::process::ExitCode::FAILURE
}}
~~~
"#;

/// Returns skeptic's tests as plain functions, and a list of them for our own harness.
fn listed(tests: &str) -> Result<(String, String), LexError> {
    let mut functions = "use proofread::skeptic;\n".to_owned();
    let mut list = String::new();
    for Item { name, attributes, body, .. } in items(tests.parse()?).0 {
        let panics = attributes.iter().any(|(_, text)| text == "should_panic");
        let body = body.map_or(String::new(), |body| body.to_string());
        let mut text = DefaultHasher::new();
        body.hash(&mut text);
        functions += &format!("fn {name}() {body}\n");
        list += &format!("(\"{name}\", {}, {panics}, {name} as fn()),", text.finish());
    }
    Ok((functions, list))
}
