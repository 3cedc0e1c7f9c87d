//! The index: every name that the programs take from a crate, the standard library or a module,
//! and the programs that show it.

use crate::needs;
use crate::source::{Source, name};
use std::collections::{BTreeMap, BTreeSet};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};

/// The index as lists in Markdown, a letter each: a name, its language, and the programs, each of
/// which leads to the section that shows it.
pub(crate) fn index(source: &Source) -> String {
    let library = library(source);
    let mut shown = BTreeMap::<_, Vec<String>>::new();
    for page in source.in_order() {
        for include in page.includes() {
            let program = name(&include.path);
            let (stem, language, names) = match program.split_once('.') {
                Some((stem, "rs")) if include.path.starts_with("examples/") => {
                    let text = source.listings.get(stem);
                    let names = text.map(|text| rust(text, &library));
                    (stem, "Rust", names)
                }
                Some((stem, "py")) => {
                    let text = source.twins.get(program);
                    (stem, "Python", text.map(|text| python(text)))
                }
                _ => continue,
            };
            let (to, _) = page.place(include.line);
            let link = format!("[`{stem}`]({})", source.link(&to));
            for name in names.unwrap_or_default() {
                let place = (name.to_lowercase(), name, language);
                shown.entry(place).or_default().push(link.clone());
            }
        }
    }
    let mut index = String::new();
    let mut letter = None;
    for ((sorted, name, language), links) in &shown {
        let first = sorted.trim_start_matches('_').chars().next();
        if first != letter {
            letter = first;
            let first = first.unwrap_or_default().to_uppercase();
            index += &format!("\n## {first}\n\n");
        }
        index += &format!("- `{name}`, {language}: {}\n", links.join(", "));
    }
    index.trim_start().to_owned()
}

/// The library of the book's package: its name, and the names of its public functions.
#[derive(Default)]
struct Library {
    name: String,
    functions: BTreeSet<String>,
}

fn library(source: &Source) -> Library {
    let Some((name, _)) = needs::library(source) else {
        return Library::default();
    };
    let function = regex!(r"(?-u:\b)pub (?:const |async |unsafe )*fn ([A-Za-z0-9_]+)");
    let files = source.book.files("src", &["rs"]).unwrap_or_default();
    let texts = files.iter().filter_map(|path| source.book.read(path).ok());
    let functions = texts.flat_map(|text| {
        let found = function.captures_iter(&text);
        found.map(|found| found[1].to_owned()).collect::<Vec<_>>()
    });
    Library {
        name,
        functions: functions.collect(),
    }
}

/// What every program has without naming where it is from, by
/// <https://doc.rust-lang.org/std/prelude/rust_2024/>, <https://doc.rust-lang.org/std/#primitives> and
/// <https://doc.rust-lang.org/std/#macros>: a name that no reader looks up to find out who has it.
const PRELUDE: &str = "\
    AsMut AsRef AsyncFn AsyncFnMut AsyncFnOnce Box Clone Copy Debug Default DoubleEndedIterator Drop Eq \
    Err ExactSizeIterator Extend Fn FnMut FnOnce From FromIterator Future Hash Into IntoFuture \
    IntoIterator Iterator None Ok Option Ord PartialEq PartialOrd Result Self Send Sized Some String \
    Sync ToOwned ToString TryFrom TryInto Unpin Vec align_of align_of_val drop size_of size_of_val \
    array bool char f32 f64 i8 i16 i32 i64 i128 isize never slice str tuple u8 u16 u32 u64 u128 usize \
    assert assert_eq assert_ne cfg column compile_error concat dbg debug_assert debug_assert_eq \
    debug_assert_ne env eprint eprintln file format format_args include include_bytes include_str line \
    matches module_path option_env panic print println stringify thread_local todo unimplemented \
    unreachable vec write writeln std core crate self super";

/// The methods of the traits among these, by the documentation of each: of `Iterator` those that are
/// stable.
const PRELUDE_METHODS: &str = "\
    as_mut as_ref clone clone_from to_owned to_string into try_into from try_from default drop eq ne cmp \
    partial_cmp lt le gt ge max min clamp extend into_iter into_future from_iter \
    next_back nth_back rfold rfind len \
    all any by_ref chain cloned collect copied count cycle enumerate filter filter_map find find_map \
    flat_map flatten fold for_each fuse inspect is_sorted is_sorted_by is_sorted_by_key last map \
    map_while max_by max_by_key min_by min_by_key next nth partition peekable position product reduce rev \
    rposition scan size_hint skip skip_while step_by sum take take_while try_fold try_for_each unzip zip";

/// What every program in Python has, by <https://docs.python.org/3/library/functions.html>, and the
/// name of what a method is called on.
const BUILTINS: &str = "\
    abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile \
    complex delattr dict dir divmod enumerate eval exec filter float format frozenset getattr globals \
    hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min \
    next object oct open ord pow print property range repr reversed round self set setattr slice sorted \
    staticmethod str sum super tuple type vars zip __import__";

/// The names that a Rust program of no library uses, and neither defines nor has anyway.
pub(crate) fn others(program: &str) -> BTreeSet<String> {
    rust(program, &Library::default())
}

/// The names that a Rust program uses, and neither defines nor has without naming where they are from.
fn rust(program: &str, library: &Library) -> BTreeSet<String> {
    let names = names(program);
    let of_library = names.roots.contains(&library.name);
    let given = |name: &&String| listed(PRELUDE, name);
    let mut found: BTreeSet<&String> = names.reached.iter().collect();
    // What is reached through a dot or a path is another's, even where a variable is its namesake.
    found.extend(
        names
            .first
            .difference(&names.items)
            .filter(|name| !given(name)),
    );
    found.extend(
        names
            .used
            .difference(&names.defined)
            .filter(|name| !given(name)),
    );
    found.extend(names.fields.difference(&names.members));
    let methods = names.methods.difference(&names.members);
    found.extend(methods.filter(|name| {
        !listed(PRELUDE_METHODS, name) || (of_library && library.functions.contains(*name))
    }));
    let found = found.into_iter();
    found
        .filter(|name| !["std", "self", "crate", "super"].contains(&name.as_str()))
        .cloned()
        .collect()
}

fn listed(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|listed| listed == name)
}

/// What the paths of a Rust program start with: crates, modules and types.
pub(crate) fn roots(program: &str) -> BTreeSet<String> {
    let mut names = names(program);
    // A module that was brought into scope hides a crate that is its namesake.
    names
        .roots
        .extend(names.first.difference(&names.imported).cloned());
    names.roots
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
    /// Behind the first of a path, and in a `use`.
    reached: BTreeSet<String>,
    /// The first of a path.
    first: BTreeSet<String>,
    /// A name alone, a function or a macro.
    used: BTreeSet<String>,
    methods: BTreeSet<String>,
    fields: BTreeSet<String>,
    defined: BTreeSet<String>,
    /// What is defined and a path can start with.
    items: BTreeSet<String>,
    /// The fields and methods that are defined.
    members: BTreeSet<String>,
    /// The first of a `use`.
    roots: BTreeSet<String>,
    imported: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        match path.segments.len() {
            1 => self
                .used
                .extend(names.filter(|name| name.starts_with(char::is_uppercase))),
            _ => {
                self.first.extend(names.next());
                self.reached.extend(names);
            }
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

    fn visit_use_tree(&mut self, tree: &'ast syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => drop(self.reached.insert(path.ident.to_string())),
            syn::UseTree::Name(name) => {
                self.reached.insert(name.ident.to_string());
                self.imported.insert(name.ident.to_string());
            }
            syn::UseTree::Rename(name) => {
                self.imported.insert(name.rename.to_string());
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
        self.methods.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if let syn::Member::Named(name) = &field.member {
            self.fields.insert(name.to_string());
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
                self.first.extend(inside.first);
                self.used.extend(inside.used);
                self.methods.extend(inside.methods);
                self.fields.extend(inside.fields);
                self.defined.extend(inside.defined);
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

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.members
            .extend(field.ident.as_ref().map(ToString::to_string));
        visit::visit_field(self, field);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.members.insert(function.sig.ident.to_string());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_generic_param(&mut self, param: &'ast syn::GenericParam) {
        if let syn::GenericParam::Type(name) = param {
            self.defined.insert(name.ident.to_string());
            self.items.insert(name.ident.to_string());
        }
        visit::visit_generic_param(self, param);
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
        if let Some(name) = name {
            self.defined.insert(name.to_string());
            self.items.insert(name.to_string());
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

/// The names that a Python program imports, calls or reaches through a dot, and does not define; a
/// function that is built in only where something is reached by its name.
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
    let used = used.difference(&defined);
    reached.extend(used.filter(|name| !listed(BUILTINS, name)));
    reached.remove("self");
    reached.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::Library;

    fn joined(names: std::collections::BTreeSet<String>) -> String {
        names.into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn roots_are_what_paths_start_with() {
        let rust = r#"
use std::{bytes, fs};
use {memmap2::Mmap, regex as re};
#[tokio::main]
async fn main() {
    println!("{}", memchr::memmem::find(b"", b"").is_some());
    (bytes::from(b""), re::Regex::new(""));
    let flags: rustix::fs::OFlags = bstr::ByteSlice::default();
}"#;
        let expected = "bstr memchr memmap2 regex rustix std tokio";
        assert_eq!(joined(super::roots(rust)), expected);
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
        let expected = "Mmap MmapOptions env fs iter map memmap2 with_capacity";
        assert_eq!(joined(super::rust(rust, &Library::default())), expected);
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
            "ACCESS_COPY closing contextlib mmap move size tell"
        );
    }

    #[test]
    fn a_name_that_every_program_has_is_left_out_but_not_its_namesake() {
        let rust = r#"
use lib::{self, Access};
use std::io::Read;
struct Part { len: usize, own: Vec<u8> }
impl Part { fn longest(&self) -> usize { self.len } }
fn main() -> Result<(), Box<dyn Error>> {
    let part = Part { len: usize::MAX, own: Vec::from(*b"a") };
    part.longest(); part.own.iter().map(Some).collect::<Vec<_>>();
    let map = lib::map(Access::Copy)?.find(b"a").clone();
    file.metadata()?.size; u32::from_le_bytes(map); drop(map);
}"#;
        let other = joined(super::rust(rust, &Library::default()));
        let expected =
            "Access Copy Error Read from from_le_bytes io iter lib map metadata size MAX";
        assert_eq!(other, sorted(expected));
        let functions = ["find", "collect"].map(str::to_owned).into();
        let name = "lib".into();
        let known = joined(super::rust(rust, &Library { name, functions }));
        assert_eq!(known, sorted(&format!("{expected} collect find")));
        let name = "another".into();
        let functions = ["find"].map(str::to_owned).into();
        assert_eq!(
            joined(super::rust(rust, &Library { name, functions })),
            other
        );

        let python = "import re\nopen(x)\nre.compile(y)\nself.name\n";
        assert_eq!(joined(super::python(python)), "compile name re");
    }

    fn sorted(names: &str) -> String {
        joined(names.split_whitespace().map(str::to_owned).collect())
    }
}
