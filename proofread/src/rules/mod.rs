//! The rules, one module for each topic.

pub(crate) mod includes;
mod lines;
pub(crate) mod links;
pub(crate) mod listings;
pub(crate) mod names;
pub(crate) mod pages;
pub(crate) mod programs;
pub(crate) mod proofs;
pub(crate) mod site;
pub(crate) mod summary;

use crate::{Problem, Source, needs};

/// A rule: its name, and the function that returns its problems.
pub(crate) type Rule = (&'static str, fn(&Source) -> Vec<Problem>);

/// The rules about mistakes in any book. `proofread check` calls them by these short names.
pub(crate) const ANY: [Rule; 6] = [
    ("missing", summary::missing),
    ("orphans", summary::orphans),
    ("includes", includes::check),
    ("fences", includes::fences),
    ("versions", links::versions),
    ("commands", links::commands),
];

type OfSite = (&'static str, fn(&site::Site) -> Vec<Problem>);

/// The rules about mistakes in any book that need its site.
pub(crate) const OF_SITE: [OfSite; 3] = [
    ("references", includes::references),
    ("links", |site| site.links()),
    ("ids", |site| site.ids()),
];

/// The rule about directives, and the last rule, which needs a book without other problems.
pub(crate) const EXPANDED: &str = "directives_name_what_is_there";
pub(crate) const LINKS: &str = "links_of_the_site_lead_somewhere";

/// The first rules. If a book breaks one of them, all other problems may be consequences.
pub(crate) const CAUSES: [Rule; 3] = [
    ("files_that_the_tests_name_are_there", listings::named),
    ("pages_are_those_of_the_summary", summary::check),
    ("pages_are_prose_and_directives", pages::check),
];

/// The rules that run after all directives are expanded.
pub(crate) const RULES: [Rule; 7] = [
    ("programs_stand_on_a_page_with_their_outputs", listings::check),
    ("crates_are_named_on_one_line", needs::check),
    ("programs_are_fit_to_be_copied", programs::check),
    ("proofs_prove_what_pages_say", proofs::check),
    ("names_exist", names::check),
    ("versions_and_addresses_are_right", links::addresses),
    ("commands_lead_somewhere", links::commands_and_readme),
];
