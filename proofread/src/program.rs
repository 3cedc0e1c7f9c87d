//! A program of `examples/`: its text, its name, the system that it needs, and its twins.

use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

/// The columns that a page shows without scrolling.
pub(crate) const COLUMNS: usize = 80;

/// A listing: one whole program, as a reader copies it.
#[derive(Debug)]
pub struct Program {
    /// `mmap_read`: the name that connects its files.
    pub name: String,
    /// `examples/mmap_read.rs`.
    pub path: String,
    /// All of it.
    pub text: String,
    /// The paths of the programs in other languages that print the same.
    pub twins: Vec<String>,
    /// Where its output is held, `snapshots/mmap_read.snap`.
    pub(crate) snapshot: String,
}

impl Program {
    pub(crate) fn new(name: &str, path: &str, text: String) -> Self {
        Program {
            name: name.into(),
            path: path.into(),
            text,
            twins: Vec::new(),
            snapshot: format!("snapshots/{name}.snap"),
        }
    }

    /// The command that runs it, which is the first line of its output.
    pub(crate) fn command(&self) -> String {
        format!("$ cargo run --example {}", self.name)
    }

    /// The system that it needs: it has a `main` for others, which says so.
    pub(crate) fn system(&self) -> Option<&str> {
        let other =
            regex!(r#"#\[cfg\(not\((?:target_os = "(\w+)"|(unix|windows))\)\)\]\s*fn main\("#);
        let found = other.captures(&self.text)?;
        Some(found.get(1).or(found.get(2))?.as_str())
    }

    /// The system that it needs, if that is another than this one.
    pub(crate) fn needs_another_system(&self) -> Option<&str> {
        let here = [std::env::consts::OS, std::env::consts::FAMILY];
        self.system().filter(|system| !here.contains(system))
    }
}

/// The command that accepts what the tests of a name print; all of it, if there is no name.
pub(crate) fn accept(test: &str) -> String {
    let command = format!("INSTA_UPDATE=always cargo test {test}");
    command.trim_end().to_owned()
}

/// What the paths of a Rust program start with: crates, modules and types.
pub(crate) fn roots(program: &str) -> BTreeSet<String> {
    let mut names = Names::default();
    if let Ok(file) = syn::parse_file(program) {
        names.visit_file(&file);
    }
    // A module that was brought into scope hides the crate of the same name.
    let local: BTreeSet<_> = names.imported.union(&names.defined).cloned().collect();
    names.roots.extend(names.first.difference(&local).cloned());
    names.roots
}

#[derive(Default)]
struct Names {
    /// The first of a path.
    first: BTreeSet<String>,
    /// The first of a `use`.
    roots: BTreeSet<String>,
    /// The last of a `use`.
    imported: BTreeSet<String>,
    /// Types, constants and modules that the program defines.
    defined: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let (Some(first), true) = (path.segments.first(), path.segments.len() > 1) {
            self.first.insert(first.ident.to_string());
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut trees = vec![&item.tree];
        while let Some(tree) = trees.pop() {
            match tree {
                syn::UseTree::Path(path) => drop(self.roots.insert(path.ident.to_string())),
                syn::UseTree::Name(name) => drop(self.roots.insert(name.ident.to_string())),
                syn::UseTree::Rename(name) => drop(self.roots.insert(name.ident.to_string())),
                syn::UseTree::Group(group) => trees.extend(&group.items),
                syn::UseTree::Glob(_) => {}
            }
        }
        visit::visit_item_use(self, item);
    }

    fn visit_use_name(&mut self, name: &'ast syn::UseName) {
        self.imported.insert(name.ident.to_string());
    }

    fn visit_use_rename(&mut self, name: &'ast syn::UseRename) {
        self.imported.insert(name.rename.to_string());
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        // What `println!` and the like are given are expressions.
        let given = Punctuated::<Given, syn::Token![,]>::parse_terminated;
        for Given(expression) in found.parse_body_with(given).into_iter().flatten() {
            // The visitor wants what lives as long as the file: a visitor of its own.
            let mut inside = Names::default();
            inside.visit_expr(&expression);
            self.first.extend(inside.first);
        }
        visit::visit_macro(self, found);
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        let name = match item {
            syn::Item::Struct(item) => Some(&item.ident),
            syn::Item::Enum(item) => Some(&item.ident),
            syn::Item::Const(item) => Some(&item.ident),
            syn::Item::Static(item) => Some(&item.ident),
            syn::Item::Trait(item) => Some(&item.ident),
            syn::Item::Mod(item) => Some(&item.ident),
            _ => None,
        };
        self.defined.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }
}

/// What a macro is given: an expression, or a name and an expression.
struct Given(syn::Expr);

impl syn::parse::Parse for Given {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        if input.peek(syn::Ident) && input.peek2(syn::Token![=]) && !input.peek2(syn::Token![==]) {
            input.parse::<syn::Ident>()?;
            input.parse::<syn::Token![=]>()?;
        }
        input.parse().map(Given)
    }
}

#[cfg(test)]
mod tests {
    use super::{Program, roots};

    #[test]
    fn roots_are_what_paths_start_with() {
        let text = "use std::path::Path;\nuse regex::{bytes, Regex as R};\nenum Own { A }\n#[tokio::main]\n\
                    async fn main() {\n    println!(\"{}\", memchr::memchr(1, b\"\").is_none());\n    \
                    let found = Path::new(\"x\"); bytes::Regex::new(\"\"); Own::A; a.b();\n    R::new(\"\");\n}\n";
        let found = roots(text);
        for root in ["std", "regex", "tokio", "memchr"] {
            assert!(found.contains(root), "{root} in {found:?}");
        }
        for local in ["path", "Path", "bytes", "R", "Own", "a"] {
            assert!(!found.contains(local), "{local} in {found:?}");
        }
    }

    #[test]
    fn a_program_for_another_system_is_known_by_its_second_main() {
        let needs = |cfg: &str| {
            let text = format!("#[cfg(not({cfg}))]\nfn main() {{}}\n");
            let program = Program::new("x", "examples/x.rs", text);
            program.needs_another_system().map(str::to_owned)
        };
        assert_eq!(needs("target_os = \"theirs\""), Some("theirs".into()));
        let own = format!("target_os = \"{}\"", std::env::consts::OS);
        assert_eq!(needs(&own), None);
        assert_eq!(needs(std::env::consts::FAMILY), None);
        assert_eq!(
            needs("target_os = \"theirs\"))]\nfn other() {}\n#[cfg(all("),
            None
        );
    }
}
