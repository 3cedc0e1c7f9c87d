//! Builds the site, prints its path and opens it in the browser.

use benches::data::{self, Data};
use mdbook_driver::MDBook;
use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut book = MDBook::load(root)?;
    let ours = Data::read(root, data::OURS).unwrap_or_default();
    // What `cargo bench` measured on this machine is drawn beside what the book has.
    if let Some(yours) = Data::read(root, data::YOURS) {
        let drawn = |name: &String| {
            let include = format!("{{{{#include ../snapshots/{name}.snap:4:}}}}");
            (include, benches::made(name, &ours, Some(&yours)))
        };
        let drawn: Vec<_> = benches::names(&ours).iter().map(drawn).collect();
        book.book.for_each_chapter_mut(|chapter| {
            for (include, text) in &drawn {
                chapter.content = chapter.content.replace(include, text);
            }
        });
    }
    book.build()?;
    let page = root.join("target/book/index.html").canonicalize()?;
    println!("{}", page.display());
    // No browser, no display: whoever runs this has the path.
    let _ = open::that_detached(&page);
    Ok(())
}
