//! What a book has to hold, a module a concern.

pub(crate) mod commands;
pub(crate) mod figures;
pub(crate) mod pages;
pub(crate) mod programs;
pub(crate) mod sets;
pub(crate) mod site;
pub(crate) mod tables;
pub(crate) mod words;
