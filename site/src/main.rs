//! Builds the site, prints its path and opens it in the browser.

use mdbook_driver::MDBook;
use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    MDBook::load(root)?.build()?;
    let page = root.join("target/book/index.html").canonicalize()?;
    println!("{}", page.display());
    // No browser, no display: whoever runs this has the path.
    let _ = open::that_detached(&page);
    Ok(())
}
