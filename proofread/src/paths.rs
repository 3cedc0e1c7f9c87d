//! Paths in a book: relative to the folder of `book.toml`, with `/` between folders.

use crate::Problem;
use std::path::Path;
use std::{fs, io};
use walkdir::WalkDir;

/// `book/a/b.md` and `../c.md`: `book/c.md`.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The path of a file as a link from another file: `book/a/b.md` to `book/c.md` is `../c.md`.
pub(crate) fn link(from: &str, to: &str) -> String {
    let up: Vec<&str> = folder(from).split('/').filter(|p| !p.is_empty()).collect();
    let parts: Vec<&str> = to.split('/').collect();
    let same = up.iter().zip(&parts).take_while(|(a, b)| a == b).count();
    "../".repeat(up.len() - same) + &parts[same..].join("/")
}

/// The folder of a path.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The last part of a path without its extension.
pub(crate) fn stem(path: &str) -> &str {
    name(path).split('.').next().unwrap_or(path)
}

/// The extension of a path.
pub(crate) fn extension(path: &str) -> &str {
    name(path).rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Reads a text file; its lines end in `\n`, however it is stored.
///
/// # Errors
///
/// Names the file, if it cannot be read or is not UTF-8.
pub(crate) fn read(root: &Path, path: &str) -> Result<String, Problem> {
    let text = fs::read_to_string(root.join(path)).map_err(|error| {
        let found = match error.kind() {
            io::ErrorKind::NotFound => "no such file".into(),
            _ => error.to_string(),
        };
        Problem::new(path, "a text file", found, "write it, or correct the path")
    })?;
    Ok(text.replace("\r\n", "\n"))
}

/// The files below a folder (or the one file) with one of some extensions, or all if none is named,
/// sorted. A folder that does not exist has no files.
pub(crate) fn files(root: &Path, folder: &str, extensions: &[&str]) -> Vec<String> {
    let walk = WalkDir::new(root.join(folder)).follow_links(true);
    let walk = walk.into_iter();
    // What is made, and what npm installs, belongs to others.
    let others = ["target", ".git", "node_modules", "__pycache__"];
    let own = walk.filter_entry(|entry| !others.iter().any(|name| entry.file_name() == *name));
    let files = own.flatten().filter(|entry| entry.file_type().is_file());
    let paths = files.filter_map(|file| {
        let path = file.path().strip_prefix(root).ok()?;
        Some(path.to_string_lossy().replace('\\', "/"))
    });
    let any = extensions.is_empty();
    let named = |path: &String| any || path == folder || extensions.contains(&extension(path));
    let mut found: Vec<String> = paths.filter(named).collect();
    found.sort();
    found
}
