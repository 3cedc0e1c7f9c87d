//! Proofs: tests whose names are sentences of the book.

use crate::Problem;
use quote::ToTokens;
use std::collections::BTreeSet;
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
    /// Its source, as a page shows it: without the comments above it.
    pub code: String,
    /// The functions that it calls.
    pub(crate) calls: BTreeSet<String>,
    /// Whether it asserts anything itself.
    pub(crate) asserts: bool,
    /// Assertions that hold in every world, as they are written.
    pub(crate) constant: Vec<String>,
    /// The attributes that keep it from running, as they are written.
    pub(crate) refused: Vec<String>,
    /// A function that proofs call, and no proof.
    pub helper: bool,
}

/// Reads the proofs of a file, and the functions that they share.
pub(crate) fn read(path: &str, text: &str) -> Result<Vec<Proof>, Problem> {
    if path.ends_with(".py") {
        return Ok(python(path, text));
    }
    let file = syn::parse_file(text).map_err(|error| {
        let line = error.span().start().line;
        let mend = "correct it; see: cargo check --tests";
        Problem::at(path, line, "Rust", error.to_string(), mend)
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for item in &file.items {
        let (items, in_module) = match item {
            Item::Mod(module) => (
                module.content.as_ref().map_or(&[][..], |(_, all)| all),
                true,
            ),
            item => (std::slice::from_ref(item), false),
        };
        for item in items {
            if let Item::Fn(function) = item {
                found.push(rust(path, &lines, &file.attrs, function, in_module));
            }
        }
    }
    Ok(found)
}

fn rust(
    path: &str,
    lines: &[&str],
    of_file: &[Attribute],
    function: &ItemFn,
    in_module: bool,
) -> Proof {
    let name = function.sig.ident.to_string();
    let attributes = &function.attrs;
    let docs: Vec<String> = attributes.iter().filter_map(doc).collect();
    let helper = !attributes.iter().any(|all| all.path().is_ident("test"));
    // The documentation of a proof is its title, and not shown again.
    let shown = attributes.iter().filter(|all| helper || doc(all).is_none());
    let first = shown.map(|attribute| attribute.span().start().line).min();
    let first = first.unwrap_or(function.sig.span().start().line);
    let last = function.block.span().end().line;
    let all = attributes.iter().chain(of_file);
    let refused = all.filter(|attribute| !runs(attribute));
    let refused = refused.map(|found| lines[found.span().start().line - 1].trim().to_owned());
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
        refused: refused
            .chain(in_module.then(|| "a module around it".to_owned()))
            .collect(),
        helper,
        name,
    }
}

/// The text of a `///` line.
fn doc(attribute: &Attribute) -> Option<String> {
    let doc = attribute.path().is_ident("doc");
    doc.then(|| value(attribute))?
}

/// The text of `name = "text"`.
fn value(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let syn::Expr::Lit(literal) = &meta.value else {
        return None;
    };
    match &literal.lit {
        syn::Lit::Str(text) => Some(text.value().trim().to_owned()),
        _ => None,
    }
}

/// Whether a test with this attribute runs: on a system, with a reason where it does not.
pub(crate) fn runs(attribute: &Attribute) -> bool {
    const SYSTEMS: [&str; 6] = [
        "unix",
        "windows",
        "target_os",
        "target_family",
        "target_pointer_width",
        "target_arch",
    ];
    let words = match &attribute.meta {
        Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    };
    let says = |word: &&str| words.contains(*word);
    let name = attribute.path().get_ident().map(ToString::to_string);
    match name.as_deref() {
        Some("cfg") => {
            let both = says(&"unix") && says(&"windows");
            SYSTEMS.iter().any(says) && !both
        }
        Some("ignore") => value(attribute).is_some_and(|reason| !reason.is_empty()),
        Some("cfg_attr") => !["ignore", "cfg", "should_panic"].iter().any(says),
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
    use syn::BinOp::{Eq, Ge, Le, Or};
    let syn::Expr::Binary(both) = bare(condition) else {
        return is_constant(condition);
    };
    match both.op {
        Eq(_) | Le(_) | Ge(_) if alike(&both.left, &both.right) => true,
        Or(_) => holds_always(&both.left) || holds_always(&both.right),
        _ => is_constant(condition),
    }
}

impl<'ast> Visit<'ast> for Body {
    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        let name = found.path.segments.last();
        let name = name.map_or(String::new(), |last| last.ident.to_string());
        self.asserts |= name == "assert" || name.starts_with("assert_");
        let given = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let Ok(given) = found.parse_body_with(given) else {
            return;
        };
        let constant = match (&*name, given.first(), given.get(1)) {
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
            let name = path.path.segments.last();
            self.calls.extend(name.map(|last| last.ident.to_string()));
        }
        visit::visit_expr_call(self, call);
    }
}

/// The functions of a Python file. One without arguments and without `_` at its start is a proof.
fn python(path: &str, text: &str) -> Vec<Proof> {
    let def = regex!(r"^def ([A-Za-z0-9_]+)\((\)?)");
    let call = regex!(r"(?-u:\b)([A-Za-z0-9_]+)\(");
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(named) = def.captures(line) else {
            continue;
        };
        let name = named[1].to_owned();
        let outside = |line: &&str| !line.is_empty() && !line.starts_with([' ', ')']);
        let body = lines[at + 1..].iter().position(outside);
        let body = &lines[at + 1..body.map_or(lines.len(), |end| at + 1 + end)];
        let doc = body.first().map(|line| line.trim());
        let doc = doc.and_then(|doc| doc.strip_prefix("\"\"\"")?.strip_suffix("\"\"\""));
        let calls = body.iter().flat_map(|line| call.captures_iter(line));
        let conditions: Vec<_> = body.iter().filter_map(|line| asserted(line)).collect();
        let refused = named[2].is_empty().then(|| (*line).to_owned());
        found.push(Proof {
            title: doc.map_or_else(|| sentence(&name), str::to_owned),
            path: path.into(),
            line: at + 1,
            code: [&[*line], body].concat().join("\n").trim_end().to_owned(),
            calls: calls.map(|found| found[1].to_owned()).collect(),
            asserts: !conditions.is_empty(),
            constant: conditions
                .into_iter()
                .filter(|(_, condition)| is_python_constant(condition))
                .map(|(line, _)| line.trim().to_owned())
                .collect(),
            refused: refused.into_iter().collect(),
            helper: name.starts_with('_'),
            name,
        });
    }
    found
}

/// A line that asserts in Python, and its condition.
fn asserted(line: &str) -> Option<(&str, &str)> {
    let asserts = regex!(r"^[ \t]+(?:assert (.*)|with .*(?-u:\b)_?raises(\(.*))$");
    let found = asserts.captures(line)?;
    Some((
        line,
        found.get(1).map_or("name", |condition| condition.as_str()),
    ))
}

/// Whether a condition in Python names nothing, or compares a thing with itself.
fn is_python_constant(condition: &str) -> bool {
    let condition = condition.split(['#', '"']).next().unwrap_or_default();
    let condition = condition.trim_end_matches([',', ' ']);
    let inner = condition
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let condition = inner.unwrap_or(condition);
    let sides = |sign: &&str| condition.split_once(*sign);
    let mut compared = [" == ", " is ", " <= ", " >= "].iter().filter_map(sides);
    let words = condition.split(|letter: char| !letter.is_alphanumeric());
    let mut names = words.filter(|word| word.contains(char::is_alphabetic));
    compared.any(|(left, right)| left.trim() == right.trim())
        || names.all(|name| ["not", "and", "or", "True", "False", "None"].contains(&name))
}

/// A name as a sentence.
fn sentence(name: &str) -> String {
    let text = name.replace('_', " ");
    let first = text.chars().next().into_iter().flat_map(char::to_uppercase);
    first.chain(text.chars().skip(1)).collect()
}
