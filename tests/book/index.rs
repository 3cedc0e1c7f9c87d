//! The index: every name that the listings and twins take from a crate, the standard library
//! or a module, and the pages that show it.

use mdbook_driver::MDBook;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

/// Words of the two languages that are no names, but where something is reached by them, as by
/// `mapped.move()`.
const KEYWORDS: &str = "and as crate def else for fn from if import in is let match move mut not or \
                        return self True use while with";

/// The index as the page *Index* includes it.
///
/// # Errors
///
/// When mdBook cannot load the book, or a page includes a listing that is not there.
pub fn index(root: &Path) -> Result<String, Box<dyn Error>> {
    let include = Regex::new(r"(?m)^\{\{#include \.\./(examples/\w+\.(?:rs|py))\}\}")?;
    let mut pages = BTreeMap::<_, Vec<String>>::new();
    for chapter in MDBook::load(root)?.book.chapters() {
        let path = chapter.path.as_ref().ok_or("a page without a file")?;
        let page = format!("[{}]({})", chapter.name, path.display());
        for program in include.captures_iter(&chapter.content) {
            let python = program[1].ends_with(".py");
            for name in names(&fs::read_to_string(root.join(&program[1]))?, python)? {
                let pages = pages.entry((name.to_lowercase(), name)).or_default();
                if pages.last() != Some(&page) {
                    pages.push(page.clone());
                }
            }
        }
    }
    let lines = pages
        .iter()
        .map(|((_, name), pages)| format!("- `{name}`: {}\n", pages.join(", ")));
    Ok(lines.collect())
}

/// The names that a program uses and does not define: what it imports, calls, or reaches
/// through a dot or a path, and all that starts with a capital letter.
fn names(program: &str, python: bool) -> Result<BTreeSet<String>, Box<dyn Error>> {
    // Words in comments and texts are no names, but for what an f-string computes. A single
    // quote starts a text in Python; in Rust a lifetime or a character.
    let text = match python {
        true => r#"(?s)""".*?"""|(f?)(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')|(?:^|\s)#[^\n]*"#,
        false => r#"(?s)()"((?:\\.|[^"\\])*)"|(?:^|\s)//[^\n]*"#,
    };
    let computed = Regex::new(r"\{([^}]*)")?;
    let code = Regex::new(text)?.replace_all(program, |found: &regex::Captures| {
        let formats = found.get(1).is_some_and(|prefix| !prefix.is_empty());
        let quoted = found
            .get(2)
            .or(found.get(3))
            .map_or("", |text| text.as_str());
        let parts = computed.captures_iter(if formats { quoted } else { "" });
        parts
            .map(|part| format!(" {} ", &part[1]))
            .collect::<String>()
    });
    let tokens: Vec<&str> = Regex::new(r"\w+|::|\.\.|\S")?
        .find_iter(&code)
        .map(|token| token.as_str())
        .collect();

    // What is reached through a dot or a path is another's, even where a variable is its namesake.
    let (mut reached, mut used, mut defined) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut importing = false;
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).map_or("", |place| tokens[place]);
        let after = tokens.get(place + 1).copied().unwrap_or_default();
        importing = *token == "use" || (importing && *token != ";");
        let reaching = ["::", ".", "import", "from"].contains(&before);
        let keyword = KEYWORDS.split_whitespace().any(|keyword| keyword == *token);
        if !token.starts_with(char::is_alphabetic) || (keyword && !reaching) {
            continue;
        }
        if reaching || importing {
            reached.insert(*token);
        } else if ["fn", "let", "mut", "def"].contains(&before) {
            defined.insert(*token);
        } else if ["::", "(", "!"].contains(&after) || token.starts_with(char::is_uppercase) {
            used.insert(*token);
        }
    }
    let constants = Regex::new(r"(?m)^([A-Z]+(?:, [A-Z]+)*) = ")?;
    for line in constants.captures_iter(&code) {
        let (_, [names]) = line.extract();
        defined.extend(names.split(", "));
    }
    reached.extend(used.difference(&defined));
    Ok(reached.into_iter().map(str::to_owned).collect())
}

#[test]
fn the_index_has_every_name_that_the_listings_use() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(root.join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    eprintln!(
        "snapshots/index.snap: expected the names that the listings use; where the difference \
         is right, accept it:\nINSTA_UPDATE=always cargo test --test book the_index"
    );
    settings.bind(|| insta::assert_snapshot!("index", index(root).unwrap()));
}

#[test]
fn names_are_what_a_program_uses_and_does_not_define() {
    let rust = r#"
//! Says File::create in a comment.
use memmap2::{Mmap, MmapOptions as Options};
use std::{env, fs};
fn first(text: &[u8]) -> Option<u8> { text.iter().copied().next() }
fn main() {
    let mut find = |x| first(x);
    println!("{}", find(&Vec::with_capacity(3)[..2]));
    let map = Mmap::map(&file).find(first);
    drop(map); // then memchr::memmem
}"#;
    let expected = "Mmap MmapOptions Option Options Vec copied drop env find fs iter map memmap2 next \
                    println std with_capacity";
    let found: Vec<_> = names(rust, false).unwrap().into_iter().collect();
    assert_eq!(found.join(" "), expected);

    let python = r#""""Says mmap.flush() in a text."""
import mmap
from contextlib import closing
OFFSET, LENGTH = 64, 29
def show(part):
    print(f"{part.size()} of {len(part)}: file.read()", OFFSET)
    print(f'The {part[1:].tell()}', 'It', True)
with mmap.mmap(-1, 3, access=mmap.ACCESS_COPY) as mapped:  # and mapped.seek(0)
    show(mapped)
    mapped.move(0, 1, 2)
"#;
    let found: Vec<_> = names(python, true).unwrap().into_iter().collect();
    assert_eq!(
        found.join(" "),
        "ACCESS_COPY closing contextlib len mmap move print size tell"
    );
}
