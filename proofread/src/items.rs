//! Reads the functions and the modules of a Rust file from its tokens.

use proc_macro2::TokenTree::{Group, Ident, Punct};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// An attribute: its line, and its text without the brackets.
pub(crate) type Attribute = (usize, String);

/// A function or a module.
pub(crate) struct Item {
    pub(crate) is_module: bool,
    pub(crate) name: String,
    /// The line of the name.
    pub(crate) line: usize,
    pub(crate) attributes: Vec<Attribute>,
    /// The braces and everything between them. A module in a file of its own has none.
    pub(crate) body: Option<proc_macro2::Group>,
}

/// Returns the functions and the modules of a file or a module, without those within other items,
/// and the attributes of the whole file. Braces in the types of a function end it too soon.
pub(crate) fn items(tokens: TokenStream) -> (Vec<Item>, Vec<Attribute>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let ends = |token: &TokenTree| match token {
        Punct(sign) => sign.as_char() == ';',
        Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let mut of_file = Vec::new();
    let items = tokens.split_inclusive(ends).filter_map(|mut rest| {
        let mut attributes = Vec::new();
        while let [Punct(_), after @ ..] = rest {
            let (list, after) = match after {
                [Punct(_), after @ ..] => (&mut of_file, after),
                _ => (&mut attributes, after),
            };
            let [Group(found), after @ ..] = after else { break };
            list.push((found.span().start().line, found.stream().to_string()));
            rest = after;
        }
        let (keyword, name) = rest.windows(2).find_map(|words| match words {
            [Ident(word), Ident(name)] if word == "fn" || word == "mod" => Some((word, name)),
            _ => None,
        })?;
        let body = match rest.last() {
            Some(Group(body)) => Some(body.clone()),
            _ => None,
        };
        let line = name.span().start().line;
        Some(Item { is_module: keyword == "mod", name: name.to_string(), line, attributes, body })
    });
    (items.collect(), of_file)
}
