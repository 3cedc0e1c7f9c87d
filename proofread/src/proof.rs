//! Reads proofs: tests whose names are sentences of the book.

use crate::Problem;
use crate::page::line_of;
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, Item, ItemFn, Meta};

/// A test whose name is a sentence: a `#[test]` in Rust, or a function in Python.
#[derive(Debug)]
pub struct Proof {
    /// The name of the test: the words of the sentence, with `_` between them.
    pub name: String,
    /// The sentence: the doc comment of the test, or its name if it has no doc comment.
    pub title: String,
    /// The path of the file that holds the test.
    pub path: String,
    /// The line of the name, counted from 1.
    pub line: usize,
    /// The source as a page shows it, without the comments above the test.
    pub code: String,
    /// Whether this is not a proof, but a function that proofs call.
    pub helper: bool,
    pub(crate) body: Body,
    /// The attribute or other code that keeps the test from running, as written.
    pub(crate) refused: Option<String>,
}

/// The calls and the assertions in a function.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) calls: BTreeSet<String>,
    pub(crate) asserts: bool,
    /// An assertion that cannot fail, as written.
    pub(crate) constant: Option<String>,
}

/// Returns the proofs of a file, and the other functions that proofs may call.
pub(crate) fn read(path: &str, text: &str) -> Result<Vec<Proof>, Problem> {
    if path.ends_with(".py") {
        return Ok(python(path, text));
    }
    let file = syn::parse_file(text).map_err(|error| {
        problem!(path, error.span().start().line;
            expected "valid Rust"; found "{error}"; mend "correct the file; see: cargo check --tests")
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let functions = |items: &[Item]| -> Vec<Proof> {
        let functions = items.iter().filter_map(|item| match item {
            Item::Fn(function) => Some(rust(path, &lines, &file.attrs, function)),
            _ => None,
        });
        functions.collect()
    };
    let mut found = functions(&file.items);
    for item in &file.items {
        if let Item::Mod(module) = item
            && let Some((_, items)) = &module.content
        {
            found.extend(
                functions(items)
                    .into_iter()
                    .map(|proof| Proof { refused: Some("a module around it".into()), ..proof }),
            );
        }
    }
    Ok(found)
}

fn rust(path: &str, lines: &[&str], of_file: &[Attribute], function: &ItemFn) -> Proof {
    let name = function.sig.ident.to_string();
    let attributes = &function.attrs;
    let docs: Vec<String> = attributes.iter().filter_map(doc).collect();
    let helper = !attributes.iter().any(|all| all.path().is_ident("test"));
    // The doc comment of a proof is its title, so the source is shown without it.
    let shown = attributes.iter().filter(|all| helper || doc(all).is_none());
    let first = shown.map(|attribute| attribute.span().start().line).min();
    let first = first.unwrap_or(function.sig.span().start().line);
    let last = function.block.span().end().line;
    let mut all = attributes.iter().chain(of_file);
    let refused = all.find(|attribute| !runs(attribute));
    let mut body = Body::default();
    body.visit_block(&function.block);
    Proof {
        title: title(&name, &docs.join(" ")),
        path: path.into(),
        line: function.sig.ident.span().start().line,
        code: lines[first - 1..last].join("\n"),
        helper,
        body,
        refused: refused.map(|found| lines[found.span().start().line - 1].trim().to_owned()),
        name,
    }
}

/// Returns the doc comment of a proof. If it is empty, returns the name as a sentence.
fn title(name: &str, documentation: &str) -> String {
    match documentation {
        "" => capitalized(&name.replace('_', " ")),
        documentation => documentation.to_owned(),
    }
}

/// Returns a text with its first letter in upper case.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Returns the text of a `///` line.
fn doc(attribute: &Attribute) -> Option<String> {
    let doc = attribute.path().is_ident("doc");
    doc.then(|| value(attribute))?
}

/// Returns the text of `name = "text"`.
fn value(attribute: &Attribute) -> Option<String> {
    let value = &attribute.meta.require_name_value().ok()?.value;
    let text: syn::LitStr = syn::parse2(value.to_token_stream()).ok()?;
    Some(text.value().trim().to_owned())
}

/// Returns whether a test may have this attribute: it must run on some system, and give a reason if
/// it is ignored.
pub(crate) fn runs(attribute: &Attribute) -> bool {
    let words = match &attribute.meta {
        Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    };
    let system = regex!("unix|windows|target_(os|family|pointer_width|arch)").is_match(&words);
    let everywhere = words.contains("unix") && words.contains("windows");
    let name = attribute.path().get_ident().map(ToString::to_string);
    match name.as_deref() {
        Some("cfg") => system && !everywhere,
        Some("ignore") => value(attribute).is_some_and(|reason| !reason.is_empty()),
        Some("cfg_attr") => !regex!("ignore|cfg|should_panic").is_match(&words),
        Some("should_panic") => false,
        _ => true,
    }
}

/// Returns an expression without the parentheses around it.
fn bare(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Group(inner) => bare(&inner.expr),
        other => other,
    }
}

fn alike(left: &Expr, right: &Expr) -> bool {
    bare(left).to_token_stream().to_string() == bare(right).to_token_stream().to_string()
}

/// Returns whether an expression has only literals, so that its value is always the same.
fn is_constant(expression: &Expr) -> bool {
    match bare(expression) {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_constant(&unary.expr),
        Expr::Binary(both) => is_constant(&both.left) && is_constant(&both.right),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_constant),
        Expr::Array(array) => array.elems.iter().all(is_constant),
        _ => false,
    }
}

/// Returns whether a condition is always the same: it is a constant, compares an expression with
/// itself, or is an `||` with such a side.
fn holds_always(condition: &Expr) -> bool {
    let Expr::Binary(both) = bare(condition) else {
        return is_constant(condition);
    };
    match both.op {
        BinOp::Eq(_) | BinOp::Le(_) | BinOp::Ge(_) if alike(&both.left, &both.right) => true,
        BinOp::Or(_) => holds_always(&both.left) || holds_always(&both.right),
        _ => is_constant(condition),
    }
}

impl<'ast> Visit<'ast> for Body {
    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        let name = found.path.segments.last();
        let name = name.map_or(String::new(), |last| last.ident.to_string());
        self.asserts |= name == "assert" || name.starts_with("assert_");
        let given = Punctuated::<Expr, syn::Token![,]>::parse_terminated;
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
            self.constant = Some(format!("{name}!({})", found.tokens));
        }
        for expression in &given {
            self.visit_expr(expression);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let name = path.path.segments.last();
            self.calls.extend(name.map(|last| last.ident.to_string()));
        }
        visit::visit_expr_call(self, call);
    }
}

/// Returns the functions of a Python file. A function is a helper if its name starts with `_`, and
/// a proof otherwise. A proof must not have arguments.
fn python(path: &str, text: &str) -> Vec<Proof> {
    let function = regex!(r"(?m)^(def (\w+)\((\)?).*)\n((?:[ )].*\n|\n)*)");
    let call = regex!(r"\b(\w+)\(");
    let assertion = regex!(r"(?m)^[ \t]+(?:assert (.*)|with .*\b_?raises\(.*)$");
    let text = format!("{text}\n");
    let functions = function.captures_iter(&text).map(|found| {
        let (name, body) = (&found[2], &found[4]);
        let doc = regex!(r#"^\s*"""(.*)"""\n"#).captures(body);
        let doc = doc.map_or(String::new(), |doc| doc[1].to_owned());
        let calls = call.captures_iter(body).map(|found| found[1].to_owned());
        let constant = |found: &regex::Captures| {
            let condition = found.get(1);
            condition.is_some_and(|condition| is_python_constant(condition.as_str()))
        };
        let constant = assertion.captures_iter(body).find(constant);
        Proof {
            name: name.to_owned(),
            title: title(name, &doc),
            path: path.into(),
            line: line_of(&text, found.get_match().start()),
            code: found[0].trim_end().to_owned(),
            helper: name.starts_with('_'),
            body: Body {
                calls: calls.collect(),
                asserts: assertion.is_match(body),
                constant: constant.map(|found| found[0].trim().to_owned()),
            },
            refused: found[3].is_empty().then(|| found[1].to_owned()),
        }
    });
    functions.collect()
}

/// Returns whether a condition in Python has only constants, or compares an expression with itself.
fn is_python_constant(condition: &str) -> bool {
    let condition = condition.split(['#', '"']).next().unwrap_or_default();
    let condition = condition.trim_end_matches([',', ' ']);
    let bare = regex!(r"^\((.*)\)$").replace(condition, "$1");
    let sides = |sign: &&str| bare.split_once(*sign);
    let mut compared = [" == ", " is ", " <= ", " >= "].iter().filter_map(sides);
    let words = bare.split(|letter: char| !letter.is_alphanumeric());
    let mut names = words.filter(|word| word.contains(char::is_alphabetic));
    compared.any(|(left, right)| left.trim() == right.trim())
        || names.all(|name| ["not", "and", "or", "True", "False", "None"].contains(&name))
}
