//! Proofs: tests whose names are sentences of the book, and the page that shows them.

use crate::source::{Source, join, stem};
use crate::{Problem, index};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemFn, Meta};

/// A test whose name is a sentence: a `#[test]` in Rust, or a function in Python.
#[derive(Debug)]
pub struct Proof {
    /// The name of the test: the sentence, with `_` between its words.
    pub name: String,
    /// The sentence: the documentation of the test, or its name.
    pub title: String,
    /// The file that it stands in.
    pub path: String,
    /// The line of its name.
    pub line: usize,
    /// Its source.
    pub(crate) code: String,
    /// The functions that it calls.
    pub(crate) calls: BTreeSet<String>,
    /// Whether it asserts anything itself.
    pub(crate) asserts: bool,
    /// Assertions that hold in every world, as they are written.
    pub(crate) constant: Vec<String>,
    /// The attributes that keep it from running, as they are written.
    pub(crate) refused: Vec<String>,
    /// A function that proofs call, and no proof.
    pub(crate) helper: bool,
}

/// Reads the proofs of a file, and the functions that they share.
pub(crate) fn read(path: &str, text: &str) -> Result<Vec<Proof>, Problem> {
    if path.ends_with(".py") {
        Ok(python(path, text))
    } else {
        rust(path, text)
    }
}

fn rust(path: &str, text: &str) -> Result<Vec<Proof>, Problem> {
    let file = syn::parse_file(text).map_err(|error| {
        let line = error.span().start().line;
        Problem::at(
            path,
            line,
            "Rust",
            error.to_string(),
            "correct it; see: cargo check --tests",
        )
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for item in &file.items {
        let (function, in_module) = match item {
            Item::Fn(function) => (vec![function], false),
            Item::Mod(module) => {
                let items = module.content.iter().flat_map(|(_, items)| items);
                (
                    items
                        .filter_map(|item| {
                            if let Item::Fn(f) = item {
                                Some(f)
                            } else {
                                None
                            }
                        })
                        .collect(),
                    true,
                )
            }
            _ => continue,
        };
        for function in function {
            found.push(rust_proof(path, &lines, &file.attrs, function, in_module));
        }
    }
    Ok(found)
}

fn rust_proof(
    path: &str,
    lines: &[&str],
    of_file: &[Attribute],
    function: &ItemFn,
    in_module: bool,
) -> Proof {
    let name = function.sig.ident.to_string();
    let is = |attribute: &&Attribute, name: &str| attribute.path().is_ident(name);
    let docs = function
        .attrs
        .iter()
        .filter(|attribute| is(attribute, "doc"));
    let docs: Vec<String> = docs.filter_map(doc).collect();
    let helper = !function
        .attrs
        .iter()
        .any(|attribute| is(&attribute, "test"));
    // The documentation of a proof is its title.
    let shown = function
        .attrs
        .iter()
        .filter(|attribute| helper || !is(attribute, "doc"));
    let first = shown.map(|attribute| attribute.span().start().line).min();
    let first = first.unwrap_or(function.sig.span().start().line);
    let last = function.block.span().end().line;
    let mut refused: Vec<String> = function
        .attrs
        .iter()
        .chain(of_file)
        .filter(|attribute| !runs(attribute))
        .map(|attribute| lines[attribute.span().start().line - 1].trim().to_owned())
        .collect();
    if in_module {
        refused.push("a module around it".into());
    }
    let mut body = Body::default();
    body.visit_block(&function.block);
    Proof {
        title: if docs.is_empty() {
            sentence(&name)
        } else {
            docs.join(" ")
        },
        path: path.into(),
        line: function.sig.ident.span().start().line,
        code: lines[first - 1..last].join("\n"),
        calls: body.calls,
        asserts: body.asserts,
        constant: body.constant,
        refused,
        helper,
        name,
    }
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let syn::Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(text),
        ..
    }) = &meta.value
    else {
        return None;
    };
    Some(text.value().trim().to_owned())
}

/// Whether a test with this attribute runs: on a system, with a reason where it does not.
fn runs(attribute: &Attribute) -> bool {
    let words = match &attribute.meta {
        Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    };
    let systems = [
        "unix",
        "windows",
        "target_os",
        "target_family",
        "target_pointer_width",
        "target_arch",
    ];
    match attribute
        .path()
        .get_ident()
        .map(ToString::to_string)
        .as_deref()
    {
        Some("cfg") => {
            let system = systems.iter().any(|system| words.contains(system));
            let both = words.contains("unix") && words.contains("windows");
            system && !both
        }
        Some("ignore") => doc(attribute).is_some_and(|reason| !reason.is_empty()),
        Some("cfg_attr") => !["ignore", "cfg", "should_panic"]
            .iter()
            .any(|word| words.contains(word)),
        Some("should_panic") => false,
        _ => true,
    }
}

/// The calls and the assertions in a function.
#[derive(Default)]
struct Body {
    calls: BTreeSet<String>,
    asserts: bool,
    constant: Vec<String>,
}

/// An expression without the parentheses around it.
fn bare(expression: &syn::Expr) -> &syn::Expr {
    match expression {
        syn::Expr::Paren(inner) => bare(&inner.expr),
        syn::Expr::Group(inner) => bare(&inner.expr),
        other => other,
    }
}

fn alike(left: &syn::Expr, right: &syn::Expr) -> bool {
    bare(left).to_token_stream().to_string() == bare(right).to_token_stream().to_string()
}

/// Whether an expression names nothing: it is the same in every world.
fn is_constant(expression: &syn::Expr) -> bool {
    match bare(expression) {
        syn::Expr::Lit(_) => true,
        syn::Expr::Unary(unary) => is_constant(&unary.expr),
        syn::Expr::Binary(both) => is_constant(&both.left) && is_constant(&both.right),
        syn::Expr::Tuple(tuple) => tuple.elems.iter().all(is_constant),
        syn::Expr::Array(array) => array.elems.iter().all(is_constant),
        _ => false,
    }
}

/// Whether a condition is a constant, a thing compared with itself, or has such a part that decides.
fn holds_always(condition: &syn::Expr) -> bool {
    let syn::Expr::Binary(both) = bare(condition) else {
        return is_constant(condition);
    };
    match both.op {
        syn::BinOp::Eq(_) | syn::BinOp::Le(_) | syn::BinOp::Ge(_)
            if alike(&both.left, &both.right) =>
        {
            true
        }
        syn::BinOp::Or(_) => holds_always(&both.left) || holds_always(&both.right),
        _ => is_constant(condition),
    }
}

impl<'ast> Visit<'ast> for Body {
    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        let name = found
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        self.asserts |= name == "assert" || name.starts_with("assert_");
        let given = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let Ok(given) = found.parse_body_with(given) else {
            return;
        };
        let constant = match (name.as_str(), given.first(), given.get(1)) {
            ("assert", Some(condition), _) => holds_always(condition),
            ("assert_eq" | "assert_ne", Some(left), Some(right)) => {
                alike(left, right) || (is_constant(left) && is_constant(right))
            }
            _ => false,
        };
        if constant {
            self.constant.push(format!("{name}!({})", found.tokens));
        }
        for expression in &given {
            // The visitor wants what lives as long as the file: a visitor of its own.
            let mut inside = Body::default();
            inside.visit_expr(expression);
            self.calls.extend(inside.calls);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func {
            self.calls
                .extend(path.path.segments.last().map(|last| last.ident.to_string()));
        }
        visit::visit_expr_call(self, call);
    }
}

/// The functions of a Python file that a name without `_` at its start makes a proof.
fn python(path: &str, text: &str) -> Vec<Proof> {
    let def = regex!(r"^def ([A-Za-z0-9_]+)\((\)?)");
    let asserts = regex!(r"^[ \t]+(?:assert (.*)|with .*(?-u:\b)_?raises(\(.*))$");
    let call = regex!(r"(?-u:\b)([A-Za-z0-9_]+)\(");
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = def.captures(line).map(|found| found[1].to_owned()) else {
            continue;
        };
        let ends = |line: &&str| !line.is_empty() && !line.starts_with([' ', ')', '#']);
        let end = lines[at + 1..]
            .iter()
            .position(ends)
            .map_or(lines.len(), |end| at + 1 + end);
        let code = lines[at..end].join("\n").trim_end().to_owned();
        let body = &lines[at + 1..end];
        let doc = body.first().map(|line| line.trim());
        let doc = doc.and_then(|doc| doc.strip_prefix("\"\"\"")?.strip_suffix("\"\"\""));
        found.push(Proof {
            title: doc.map_or_else(|| sentence(&name), str::to_owned),
            path: path.into(),
            line: at + 1,
            code,
            calls: body
                .iter()
                .flat_map(|line| call.captures_iter(line).map(|found| found[1].to_owned()))
                .collect(),
            asserts: body.iter().any(|line| asserts.is_match(line)),
            constant: body
                .iter()
                .filter_map(|line| {
                    let condition = asserts.captures(line)?.get(1)?.as_str();
                    let condition = condition.split(['#', '"']).next().unwrap_or_default();
                    let condition = condition.trim_end_matches([',', ' ']);
                    let bare = condition
                        .strip_prefix('(')
                        .and_then(|bare| bare.strip_suffix(')'));
                    let condition = bare.unwrap_or(condition);
                    let condition = condition.split_whitespace().collect::<Vec<_>>().join(" ");
                    let alike = [" == ", " is ", " <= ", " >= "].iter().any(|sign| {
                        condition
                            .split_once(sign)
                            .is_some_and(|(left, right)| left == right)
                    });
                    let names = condition
                        .replace("not ", "")
                        .replace("and ", "")
                        .replace("or ", "");
                    let names = names
                        .replace("True", "")
                        .replace("False", "")
                        .replace("None", "");
                    let constant = !names.contains(char::is_alphabetic);
                    (alike || constant).then(|| line.trim().to_owned())
                })
                .collect(),
            refused: if line.contains("()") {
                Vec::new()
            } else {
                vec![(*line).to_owned()]
            },
            helper: name.starts_with('_'),
            name,
        });
    }
    found
}

/// A name as a sentence.
fn sentence(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The words of a sentence or of a name, as one: `"r+"` is "r plus", and `OSError` "os error".
fn words(text: &str) -> String {
    let text = text.to_lowercase().replace('+', "plus");
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// Names that a title made of the name of a test spells in another way: as one word in small letters,
/// and as they are written.
const PROPER: [(&str, &str); 8] = [
    ("utf8", "UTF-8"),
    ("ascii", "ASCII"),
    ("unicode", "Unicode"),
    ("linux", "Linux"),
    ("onwindows", "Windows"), // as a file may have windows, too
    ("macos", "macOS"),
    ("unix", "Unix"),
    ("python", "Python"),
];

/// Words of a title that are a name, and not written as one, with how they are: those of a system, and
/// those that the proof reaches, of more than one word or in capitals. A name of one word in small
/// letters may be meant as the word that it is.
fn misspelled(source: &Source, proof: &Proof) -> Option<(String, String)> {
    let shared = |name: &String| source.proofs.iter().any(|proof| proof.name == *name);
    let reached = if proof.path.ends_with(".py") {
        index::python(&proof.code)
    } else {
        index::others(&proof.code)
    };
    let reached = reached.iter().filter(|name| !shared(name));
    let hump = regex!(r"[a-z0-9][A-Z]|[A-Za-z0-9]_[A-Za-z0-9]");
    let known: Vec<(String, String, bool)> = reached
        .filter(|name| hump.is_match(name) || (name.len() > 2 && **name == name.to_uppercase()))
        .map(|name| (self::words(name), format!("`{name}`"), !hump.is_match(name)))
        .collect();
    for prose in proof.title.split('`').step_by(2) {
        let words: Vec<&str> = prose.split_whitespace().collect();
        for (first, last) in (0..words.len()).flat_map(|at| (1..5).map(move |len| (at, at + len))) {
            let Some(found) = words.get(first..last) else {
                continue;
            };
            let found = found.join(" ");
            let one = self::words(&found);
            let proper = PROPER.iter().find(|(word, _)| *word == one);
            if let Some((_, name)) = proper.filter(|(_, name)| !found.contains(name)) {
                return Some((found, (*name).to_owned()));
            }
            // A name in capitals, as of a signal, stands in the prose as it is.
            let name = known.iter().find(|(word, name, capitals)| {
                *word == one
                    && !(*capitals && (found.contains(' ') || found == name.trim_matches('`')))
            });
            if let Some((_, name, _)) = name {
                return Some((found, name.clone()));
            }
        }
    }
    None
}

impl Source<'_> {
    /// The proofs, without what they share.
    pub fn proofs(&self) -> impl Iterator<Item = &Proof> {
        self.proofs.iter().filter(|proof| !proof.helper)
    }

    /// The page that shows the proofs.
    fn proofs_page(&self) -> Option<&str> {
        let shows = |page: &&crate::Page| {
            page.includes()
                .any(|include| include.path == "snapshots/proofs.snap")
        };
        self.pages.values().find(shows).map(|page| &*page.path)
    }

    /// The marks of the pages: page, line, and the name of the proof that each leads to.
    pub(crate) fn marks(&self) -> Vec<(&str, usize, &str)> {
        let Some(proofs) = self.proofs_page() else {
            return Vec::new();
        };
        let mut marks = Vec::new();
        for page in self.in_order() {
            let folder = crate::source::folder(&page.path);
            for link in &page.links {
                if let Some((to, name)) = link.to.split_once('#')
                    && join(folder, to) == proofs
                    && page.path != proofs
                {
                    marks.push((&*page.path, link.line, name));
                }
            }
        }
        marks
    }
}

/// A sentence and its test have one name, the test runs and asserts, and a page cites it.
pub(crate) fn check(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut names = BTreeMap::new();
    for proof in source.proofs() {
        let mut problem = |expected: &str, found: String, mend: &str| {
            problems.push(Problem::at(&proof.path, proof.line, expected, found, mend));
        };
        if let Some(path) = names.insert(&proof.name, &proof.path) {
            problem(
                "a name of its own",
                format!("{} in {path} too", proof.name),
                "say in the name what is unlike",
            );
        }
        if words(&proof.title) != words(&proof.name) {
            problem(
                "a documentation with the words of the name",
                format!("{:?} for {}", proof.title, proof.name),
                "make the two say the same",
            );
        }
        if let Some((found, expected)) = misspelled(source, proof) {
            let above = if proof.path.ends_with(".py") {
                "in a docstring"
            } else {
                "in a `///` line above it"
            };
            problem(
                &format!("a title with {expected}"),
                format!("{found:?} in {:?}", proof.title),
                &format!("write the title {above}"),
            );
        }
        if crate::outputs::directive(&proof.code).is_some() || proof.code.contains("\n```") {
            problem(
                "a source that a page can show",
                "a directive of mdBook, or a fence".into(),
                "write it in another way",
            );
        }
        if let Some(attribute) = proof.refused.first() {
            problem(
                "a proof that runs, on each system or on one that a cfg names",
                format!("`{attribute}`"),
                "take it away, or give `ignore` a reason",
            );
        }
        if !asserts(source, proof, &mut BTreeSet::new()) {
            problem(
                "an assertion",
                format!("none in {}", proof.name),
                "assert what its name says",
            );
        }
        if let Some(assertion) = proof.constant.first() {
            problem(
                "an assertion that can fail",
                format!("`{assertion}`"),
                "assert what its name says",
            );
        }
    }
    let Some(path) = &source.book.proofs else {
        return problems;
    };
    problems.extend(compiled(source, path));
    if source.proofs_page().is_none() {
        let mend = "write one: a title, and a line that includes it from line 4 on";
        problems.push(Problem::new(
            &*source.pages_in,
            "a page that includes snapshots/proofs.snap",
            "none",
            mend,
        ));
        return problems;
    }
    for (page, line, name) in source.marks() {
        if names.remove(&name.to_owned()).is_none()
            && !source.proofs().any(|proof| proof.name == name)
        {
            problems.push(Problem::at(
                page,
                line,
                "a mark that leads to a proof",
                format!("{name}, which is none"),
                format!("write the test {name}, or correct the mark"),
            ));
        }
    }
    for proof in source
        .proofs()
        .filter(|proof| names.contains_key(&proof.name))
    {
        problems.push(Problem::at(
            &proof.path,
            proof.line,
            "a page that cites the proof",
            format!("none for {}", proof.name),
            format!(
                "put [proved](proofs.md#{}) behind the sentence that it proves",
                proof.name
            ),
        ));
    }
    problems
}

/// Cargo compiles each file of a folder of proofs, and each holds a proof.
fn compiled(source: &Source, folder: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let main = format!("{folder}/main.rs");
    let modules = source.book.read(&main).unwrap_or_default();
    let modules = syn::parse_file(&modules).map_or(Vec::new(), |file| file.items);
    let declared = |name: &str| {
        modules.iter().any(|item| {
            matches!(item, Item::Mod(module) if module.ident == name && module.attrs.iter().all(runs))
        })
    };
    for path in source.book.files(folder, &["rs", "py"]).unwrap_or_default() {
        let module = format!("mod {};", stem(&path));
        if path.ends_with(".rs") && path != main && path != folder && !declared(stem(&path)) {
            let mend =
                format!("write `{module}` there: cargo compiles no other file of the folder");
            problems.push(Problem::new(
                &*path,
                format!("`{module}` in {main}"),
                "none",
                mend,
            ));
        }
        let proves = source.proofs().any(|proof| proof.path == path);
        if !proves && path != main {
            let mend = "write a #[test], or in Python a function without arguments";
            problems.push(Problem::new(&*path, "a proof", "none", mend));
        }
    }
    problems
}

/// Whether a proof asserts, or a function that it calls does.
fn asserts<'a>(source: &'a Source, proof: &'a Proof, seen: &mut BTreeSet<&'a str>) -> bool {
    proof.asserts
        || source.proofs.iter().any(|helper| {
            helper.helper
                && proof.calls.contains(&helper.name)
                && seen.insert(&helper.name)
                && asserts(source, helper, seen)
        })
}

/// More lines of source than these are folded.
pub(crate) const LONG: usize = 40;

/// What opens the fold of a source: its name, what else is there, and how long it is.
pub(crate) fn summary(name: &str, more: &str, lines: usize) -> String {
    format!("<summary><code>{name}</code>{more}, {lines} lines</summary>")
}

/// The page of the proofs: under the title of the page that a file is named after the proofs in it,
/// their source, and a link to each sentence that cites them, as near as a link gets without script:
/// to the section of it.
pub(crate) fn page(source: &Source) -> String {
    let mut cited: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (page, line, name) in source.marks() {
        let place = source.pages[page].place(line);
        cited.entry(name).or_default().push(place);
    }
    // What all share first, then the topics in the order of their pages.
    let topic = |proof: &Proof| {
        let name = stem(&proof.path);
        let pages = source.summary.iter().zip(1..);
        match pages.into_iter().find(|((path, _), _)| stem(path) == name) {
            _ if name == "main" => (0, "What the proofs share".to_owned()),
            Some(((_, title), place)) => (place, title.clone()),
            None => (usize::MAX, sentence(name)),
        }
    };
    let mut proofs: Vec<(_, &Proof)> = source
        .proofs
        .iter()
        .map(|proof| (topic(proof), proof))
        .collect();
    proofs.sort_by(|(left, _), (right, _)| left.cmp(right));
    let mut page = String::new();
    let (mut heading, mut file) = ("", "");
    let together = |left: &(_, &Proof), right: &(_, &Proof)| {
        left.1.helper && right.1.helper && left.1.path == right.1.path
    };
    for group in proofs.chunk_by(together) {
        let ((_, title), proof) = &group[0];
        if heading != title {
            heading = title;
            page += &format!("## {title}\n\n");
        }
        if file != proof.path {
            file = &proof.path;
            page += &format!("In `{file}`:\n\n");
        }
        if !proof.helper {
            let by = cited.get(&*proof.name).map_or(&[][..], Vec::as_slice);
            let by = by.iter().enumerate().map(|(nth, (to, name))| {
                let again = nth > 0 && by[nth - 1].0 == *to;
                let name = if again { "again" } else { name };
                format!("[{name}]({})", source.link(to))
            });
            let by = by.collect::<Vec<_>>().join("; ");
            page += &format!(
                "### {} {{#{}}}\n\nCited on {by}.\n\n",
                proof.title, proof.name
            );
        }
        let code = group
            .iter()
            .map(|(_, proof)| &*proof.code)
            .collect::<Vec<_>>()
            .join("\n\n");
        let language = if file.ends_with(".py") {
            "python"
        } else {
            "rust,ignore"
        };
        let fence = if code.contains("\n```") {
            "````"
        } else {
            "```"
        };
        let block = format!("{fence}{language}\n{code}\n{fence}\n\n");
        let lines = code.lines().count();
        page += &if lines > LONG {
            let more = match group.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let summary = summary(&proof.name, &more, lines);
            format!("<details class=\"fold\">\n{summary}\n\n{block}</details>\n\n")
        } else {
            block
        };
    }
    page.trim_end().to_owned() + "\n"
}
