//! Reads proofs: tests whose names are sentences of the book.

use crate::Problem;
use crate::items::{Attribute, Item, items};
use crate::page::line_of;
use proc_macro2::TokenTree::{Group, Ident, Punct};
use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};
use regex::Captures;
use std::collections::BTreeSet;

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
    let tokens = text.parse().map_err(|error: LexError| {
        problem!(path, error.span().start().line;
            expected "valid Rust"; found "{error}"; mend "correct the file; see: cargo check --tests")
    })?;
    let lines: Vec<&str> = text.lines().collect();
    let (all, of_file) = items(tokens);
    let mut found: Vec<Proof> =
        all.iter().filter_map(|item| rust(path, &lines, &of_file, item)).collect();
    for module in all.iter().filter(|item| item.is_module) {
        let inside = module.body.iter().flat_map(|body| items(body.stream()).0);
        let proofs = inside.filter_map(|item| rust(path, &lines, &of_file, &item));
        let refused = Some("a module around it".to_owned());
        found.extend(proofs.map(|proof| Proof { refused: refused.clone(), ..proof }));
    }
    Ok(found)
}

/// Returns the proof or the helper of an item, or `None` if the item is not a function.
fn rust(path: &str, lines: &[&str], of_file: &[Attribute], item: &Item) -> Option<Proof> {
    let block = item.body.as_ref().filter(|_| !item.is_module)?;
    let is_doc = |(_, text): &&Attribute| text.starts_with("doc =");
    let docs = item.attributes.iter().filter(is_doc);
    let docs = docs.map(|(line, _)| lines[line - 1].trim().trim_start_matches('/').trim());
    let helper = !item.attributes.iter().any(|(_, text)| text == "test");
    // The doc comment of a proof is its title, so the source is shown without it.
    let shown = item.attributes.iter().filter(|attribute| helper || !is_doc(attribute));
    let first = shown.map(|(line, _)| *line).min().unwrap_or(item.line);
    let last = block.span().end().line;
    let mut attributes = item.attributes.iter().chain(of_file);
    let refused = attributes.find(|(_, text)| !runs(text));
    let mut body = Body::default();
    body.read(block.stream());
    Some(Proof {
        name: item.name.clone(),
        title: title(&item.name, &docs.collect::<Vec<_>>().join(" ")),
        path: path.into(),
        line: item.line,
        code: lines[first - 1..last].join("\n"),
        helper,
        body,
        refused: refused.map(|(line, _)| lines[line - 1].trim().to_owned()),
    })
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
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Returns whether a test may have this attribute: it must run on some system, and give a reason if
/// it is ignored.
pub(crate) fn runs(attribute: &str) -> bool {
    let system = regex!("unix|windows|target_(os|family|pointer_width|arch)").is_match(attribute);
    let everywhere = attribute.contains("unix") && attribute.contains("windows");
    let never =
        regex!(r#"^(should_panic|ignore( = "\s*")?$|cfg_attr .*(ignore|cfg|should_panic))"#);
    !never.is_match(attribute) && (!attribute.starts_with("cfg (") || system && !everywhere)
}

/// Returns whether a condition is always the same: it has only constants, compares an expression
/// with itself, or is an `or` with such a side.
fn is_constant(condition: &str) -> bool {
    // Each text becomes a number of its own, so that its words and signs are not taken for code.
    let text = regex!(r#""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"#);
    let number = |found: &Captures| {
        found[0].bytes().fold("0".to_owned(), |number, byte| number + &format!("{byte:02x}"))
    };
    let code = text.replace_all(condition, number);
    let bare = |side: &str| {
        let side = side.trim();
        let inside = side.strip_prefix('(').and_then(|side| side.strip_suffix(')'));
        let around = |open: usize, sign: char| match sign {
            '(' => Some(open + 1),
            ')' => open.checked_sub(1),
            _ => Some(open),
        };
        let inside = inside.filter(|inside| inside.chars().try_fold(0, around).is_some());
        inside.unwrap_or(side).trim().to_owned()
    };
    regex!(r" \|\| | or ").split(&code).any(|side| {
        let count = |signs: [char; 3]| side.matches(signs).count();
        let whole = count(['(', '[', '{']) == count([')', ']', '}']);
        let both = side.contains(" && ") || side.contains(" and ");
        let sides: Vec<_> = regex!(r" (?:==|is|<=|>=) ").splitn(&bare(side), 2).map(bare).collect();
        let mut names = regex!(r"\b[A-Za-z_]\w*").find_iter(side).map(|name| name.as_str());
        let constants = ["not", "and", "true", "false", "True", "False", "None"];
        let alike = sides.len() == 2 && sides[0] == sides[1] && !both;
        whole && (alike || names.all(|name| constants.contains(&name)))
    })
}

impl Body {
    /// Adds the calls and the assertions in a part of a function.
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for at in 0..tokens.len() {
            let is =
                |at: usize, sign: &str| tokens.get(at).is_some_and(|it| it.to_string() == sign);
            match &tokens[at..] {
                [Ident(name), Punct(_), Group(given), ..] if is(at + 1, "!") => {
                    self.assertion(&name.to_string(), given.stream());
                }
                [Ident(name), Group(_) | Punct(_), ..] => {
                    let method = at > 0 && is(at - 1, ".") && !(at > 1 && is(at - 2, "."));
                    let generic = is(at + 1, ":") && is(at + 3, "<");
                    let call = generic
                        || matches!(&tokens[at + 1], Group(given) if given.delimiter() == Delimiter::Parenthesis);
                    if call && !method {
                        self.calls.insert(name.to_string());
                    }
                }
                [Group(group), ..] => self.read(group.stream()),
                _ => {}
            }
        }
    }

    /// Reads the call of a macro.
    fn assertion(&mut self, name: &str, given: TokenStream) {
        self.asserts |= name == "assert" || name.starts_with("assert_");
        let tokens: Vec<TokenTree> = given.clone().into_iter().collect();
        let comma = |token: &TokenTree| matches!(token, Punct(sign) if sign.as_char() == ',');
        let arguments = tokens.split(comma);
        let arguments = arguments.map(|part| part.iter().cloned().collect::<TokenStream>());
        let arguments: Vec<String> = arguments.map(|part| part.to_string()).collect();
        let condition = match (name, &arguments[..]) {
            ("assert", [condition, ..]) => condition.clone(),
            ("assert_eq" | "assert_ne", [left, right, ..]) => format!("{left} == {right}"),
            _ => return,
        };
        if is_constant(&condition) {
            self.constant = Some(format!("{name}!({given})"));
        }
    }
}

/// Returns the functions of a Python file. A function is a helper if its name starts with `_`, and
/// a proof otherwise. A proof must not have arguments.
fn python(path: &str, text: &str) -> Vec<Proof> {
    let function = regex!(r"(?m)^(def (\w+)\((\)?).*)\n((?:[ )].*\n|\n)*)");
    let call = regex!(r"\b(\w+)\(");
    // A message or a comment may follow the condition.
    let assertion =
        regex!(r#"(?m)^[ \t]+(?:assert (.*?)(?:,\s*f?".*|\s+#.*)?|with .*\b_?raises\(.*)$"#);
    let text = format!("{text}\n");
    let functions = function.captures_iter(&text).map(|found| {
        let (name, body) = (&found[2], &found[4]);
        let doc = regex!(r#"^\s*"""(.*)"""\n"#).captures(body);
        let constant = |found: &Captures| {
            found.get(1).is_some_and(|condition| is_constant(condition.as_str()))
        };
        let constant = assertion.captures_iter(body).find(constant);
        Proof {
            name: name.to_owned(),
            title: title(
                name,
                doc.as_ref().map_or("", |doc| doc.get(1).map_or("", |it| it.as_str())),
            ),
            path: path.into(),
            line: line_of(&text, found.get_match().start()),
            code: found[0].trim_end().to_owned(),
            helper: name.starts_with('_'),
            body: Body {
                calls: call.captures_iter(body).map(|found| found[1].to_owned()).collect(),
                asserts: assertion.is_match(body),
                constant: constant.map(|found| found[0].trim().to_owned()),
            },
            refused: found[3].is_empty().then(|| found[1].to_owned()),
        }
    });
    functions.collect()
}
