//! The index: every name that the programs take from a crate, the standard library or a module,
//! and the pages that show it.

use crate::source::{Source, name};
use std::collections::{BTreeMap, BTreeSet};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

/// The index as a list in Markdown.
pub(crate) fn index(source: &Source) -> String {
    let mut pages = BTreeMap::<_, Vec<String>>::new();
    for (path, title) in &source.summary {
        let Some(page) = source.pages.get(path) else {
            continue;
        };
        let link = format!("[{title}]({})", source.link(path));
        for include in page.includes() {
            let program = name(&include.path);
            let names = match program.strip_suffix(".rs") {
                Some(stem) if include.path.starts_with("examples/") => {
                    source.listings.get(stem).map(|text| rust(text))
                }
                _ if program.ends_with(".py") => source.twins.get(program).map(|text| python(text)),
                _ => None,
            };
            for name in names.unwrap_or_default() {
                let pages = pages.entry((name.to_lowercase(), name)).or_default();
                if pages.last() != Some(&link) {
                    pages.push(link.clone());
                }
            }
        }
    }
    let lines = pages
        .iter()
        .map(|((_, name), pages)| format!("- `{name}`: {}\n", pages.join(", ")));
    lines.collect()
}

/// The names that a Rust program uses and does not define; none of one that is not Rust.
pub(crate) fn rust(program: &str) -> BTreeSet<String> {
    let mut names = names(program);
    // What is reached through a dot or a path is another's, even where a variable is its namesake.
    names
        .reached
        .extend(names.used.difference(&names.defined).cloned());
    names.reached
}

/// What the paths of a Rust program start with: crates, modules and types.
pub(crate) fn roots(program: &str) -> BTreeSet<String> {
    names(program).roots
}

fn names(program: &str) -> Names {
    let mut names = Names::default();
    if let Ok(file) = syn::parse_file(program) {
        names.visit_file(&file);
    }
    names
}

#[derive(Default)]
struct Names {
    reached: BTreeSet<String>,
    used: BTreeSet<String>,
    defined: BTreeSet<String>,
    roots: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        match path.segments.len() {
            1 => self
                .used
                .extend(names.filter(|name| name.starts_with(char::is_uppercase))),
            _ => self.reached.extend(names),
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        match &item.tree {
            syn::UseTree::Path(path) => drop(self.roots.insert(path.ident.to_string())),
            syn::UseTree::Name(name) => drop(self.roots.insert(name.ident.to_string())),
            _ => {}
        }
        visit::visit_item_use(self, item);
    }

    fn visit_use_tree(&mut self, tree: &'ast syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => drop(self.reached.insert(path.ident.to_string())),
            syn::UseTree::Name(name) => drop(self.reached.insert(name.ident.to_string())),
            syn::UseTree::Rename(name) => {
                self.reached.insert(name.ident.to_string());
                self.defined.insert(name.rename.to_string());
            }
            _ => {}
        }
        visit::visit_use_tree(self, tree);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            self.used
                .extend(path.path.get_ident().map(ToString::to_string));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.reached.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if let syn::Member::Named(name) = &field.member {
            self.reached.insert(name.to_string());
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        self.used.extend(
            found
                .path
                .segments
                .last()
                .map(|last| last.ident.to_string()),
        );
        // What `println!` and its like are given are expressions.
        if let Ok(given) =
            found.parse_body_with(Punctuated::<Given, syn::Token![,]>::parse_terminated)
        {
            for Given(expression) in &given {
                // The visitor wants what lives as long as the file: a visitor of its own.
                let mut inside = Names::default();
                inside.visit_expr(expression);
                self.reached.extend(inside.reached);
                self.used.extend(inside.used);
                self.defined.extend(inside.defined);
                self.roots.extend(inside.roots);
            }
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.defined.insert(function.sig.ident.to_string());
        visit::visit_item_fn(self, function);
    }

    fn visit_pat_ident(&mut self, name: &'ast syn::PatIdent) {
        self.defined.insert(name.ident.to_string());
        visit::visit_pat_ident(self, name);
    }

    fn visit_generic_param(&mut self, param: &'ast syn::GenericParam) {
        if let syn::GenericParam::Type(name) = param {
            self.defined.insert(name.ident.to_string());
        }
        visit::visit_generic_param(self, param);
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Struct(item) => drop(self.defined.insert(item.ident.to_string())),
            syn::Item::Enum(item) => drop(self.defined.insert(item.ident.to_string())),
            syn::Item::Const(item) => drop(self.defined.insert(item.ident.to_string())),
            syn::Item::Static(item) => drop(self.defined.insert(item.ident.to_string())),
            _ => {}
        }
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

/// Words of Python that are no names, but where something is reached by them.
const KEYWORDS: &str = "and as class def elif else except for from if import in is lambda not or \
                        pass raise return True False None try use while with yield";

/// The names that a Python program imports, calls or reaches through a dot, and does not define.
pub(crate) fn python(program: &str) -> BTreeSet<String> {
    // Words in comments and texts are no names, but for what an f-string computes.
    let computed = regex!(r"\{([^}]*)");
    let code = regex!(
        r#"(?s)""".*?"""|(f?)(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')|(?:^|[ \t\n])#[^\n]*"#
    )
    .replace_all(program, |found: &regex::Captures| {
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
    let tokens = regex!(r"[A-Za-z0-9_]+|[^ \t\n]");
    let tokens: Vec<&str> = tokens
        .find_iter(&code)
        .map(|token| token.as_str())
        .collect();
    let (mut reached, mut used, mut defined) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (place, token) in tokens.iter().enumerate() {
        let before = place.checked_sub(1).map_or("", |place| tokens[place]);
        let after = tokens.get(place + 1).copied().unwrap_or_default();
        let reaching = [".", "import", "from"].contains(&before);
        let keyword = KEYWORDS.split_whitespace().any(|keyword| keyword == *token);
        if !token.starts_with(char::is_alphabetic) || (keyword && !reaching) {
            continue;
        }
        if reaching {
            reached.insert(*token);
        } else if before == "def" {
            defined.insert(*token);
        } else if after == "(" || token.starts_with(char::is_uppercase) {
            used.insert(*token);
        }
    }
    let constants = regex!(r"(?m)^([A-Z]+(?:, [A-Z]+)*) = ");
    for line in constants.captures_iter(&code) {
        let (_, [names]) = line.extract();
        defined.extend(names.split(", "));
    }
    reached.extend(used.difference(&defined));
    reached.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    fn joined(names: std::collections::BTreeSet<String>) -> String {
        names.into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_are_what_a_program_uses_and_does_not_define() {
        let rust = r#"
//! Says File::create in a comment.
use memmap2::{Mmap, MmapOptions as Options};
use std::{env, fs};
const LEN: usize = 3;
fn first(text: &[u8]) -> Option<u8> { text.iter().copied().next() }
fn main() {
    let mut find = |x| first(x);
    println!("{}", find(&Vec::with_capacity(LEN)[..2]));
    let map = Mmap::map(&file).find(first);
    drop(map); // then memchr::memmem
}"#;
        let expected = "Mmap MmapOptions Option Vec copied drop env find fs iter map memmap2 next \
                        println std with_capacity";
        assert_eq!(joined(super::rust(rust)), expected);
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
        assert_eq!(
            joined(super::python(python)),
            "ACCESS_COPY closing contextlib len mmap move print size tell"
        );
    }
}
