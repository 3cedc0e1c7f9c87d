//! What a crate offers: the public functions of its public types, and the variants of its enums.

use std::collections::BTreeSet;
use syn::{ImplItem, Item, Type, UseTree, Visibility};

/// `Type::function` and `Enum::Variant`, for each type that `lib.rs` makes public, in a `pub use`
/// too. All files of the crate are looked through, and what is for one system alone counts.
///
/// # Errors
///
/// What `syn` says of a file that is not Rust.
pub(crate) fn names(lib: &str, files: &[String]) -> syn::Result<BTreeSet<String>> {
    let mut types = BTreeSet::new();
    for item in syn::parse_file(lib)?.items {
        match item {
            Item::Struct(item) if public(&item.vis) => drop(types.insert(item.ident.to_string())),
            Item::Enum(item) if public(&item.vis) => drop(types.insert(item.ident.to_string())),
            Item::Use(item) if public(&item.vis) => leaves(&item.tree, &mut types),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for file in files {
        for item in syn::parse_file(file)?.items {
            match item {
                Item::Impl(item) if item.trait_.is_none() => {
                    let Type::Path(of) = *item.self_ty else {
                        continue;
                    };
                    let of = of.path.segments.last().map(|part| part.ident.to_string());
                    let Some(of) = of.filter(|of| types.contains(of)) else {
                        continue;
                    };
                    let functions = item.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(function) if public(&function.vis) => Some(function),
                        _ => None,
                    });
                    names.extend(functions.map(|function| format!("{of}::{}", function.sig.ident)));
                }
                Item::Enum(item) if types.contains(&item.ident.to_string()) => {
                    let variants = item.variants.iter();
                    names.extend(
                        variants.map(|variant| format!("{}::{}", item.ident, variant.ident)),
                    );
                }
                _ => {}
            }
        }
    }
    Ok(names)
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The names at the ends of a `use`.
fn leaves(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    const LIB: &str = "
        mod os;
        #[cfg(unix)]
        pub use crate::advice::{Advice};
        use crate::os::Inner;
        pub struct Map { inner: Inner }
        impl Map {
            pub fn new() -> Self { todo!() }
            pub(crate) fn part(&self) {}
            fn own(&self) {}
        }
        impl Clone for Map { fn clone(&self) -> Self { todo!() } }";
    const OTHERS: [&str; 2] = [
        "pub enum Advice { Normal, #[cfg(windows)] Other } impl Advice { pub fn run(self) {} }",
        "pub struct Inner; impl Inner { pub fn map(&self) {} }",
    ];

    fn names_of(lib: &str) -> Vec<String> {
        let files = [lib, OTHERS[0], OTHERS[1]].map(str::to_owned);
        names(lib, &files).unwrap().into_iter().collect()
    }

    #[test]
    fn what_is_public_of_public_types_is_named() {
        let expected = ["Advice::Normal", "Advice::Other", "Advice::run", "Map::new"];
        assert_eq!(names_of(LIB), expected);
    }

    #[test]
    fn a_function_that_is_added_is_named() {
        let added = format!("{LIB} impl Map {{ pub fn added(&self) {{}} }}");
        assert!(names_of(&added).contains(&"Map::added".into()));
    }
}
