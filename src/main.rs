//! Builds the site, prints its path and opens it in the browser.

use mdbook_driver::MDBook;
use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    MDBook::load(root)?.build()?;
    let page = root.join("target/book/index.html");
    println!("{}", page.display());
    // A machine without a browser is no error: whoever runs this has the path.
    if let Err(error) = open::that_detached(&page) {
        eprintln!("no browser was opened: {error}");
    }
    Ok(())
}
