//! What the pages say of speed holds.

use speed::Data;
use std::path::Path;

#[test]
fn each_directive_of_a_page_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = Data::read(&root, speed::data::OURS).unwrap().unwrap();
    let mut problems = Vec::new();
    for page in std::fs::read_dir(root.join("book")).unwrap() {
        let path = page.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for (at, line) in (1..).zip(text.lines()) {
            for directive in line.split("{{#").skip(1) {
                let (directive, _) = directive.split_once("}}").unwrap_or((directive, ""));
                let made = match directive.split_once(' ') {
                    Some(("figure", figure)) => speed::figure(figure, &ours, None),
                    Some(("measured", claim)) => {
                        speed::measured(claim, &name, &ours).map_err(|error| error.to_string())
                    }
                    _ => continue,
                };
                match made {
                    Ok(text) => {
                        if directive.starts_with('m') {
                            println!("{name}:{at}: {directive}\n     {text}")
                        }
                    }
                    Err(why) => problems.push(format!("book/{name}.md:{at}: {why}")),
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
