//! Paths in a book. They are relative to the folder of `book.toml`, with `/` between folders.

use crate::Problem;
use std::path::Path;
use std::{fs, io};
use walkdir::WalkDir;

/// Joins a path to a folder: `book/a` and `../c.md` give `book/c.md`.
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

/// Returns the link from one file to another: `../c.md` from `book/a/b.md` to `book/c.md`.
pub(crate) fn link(from: &str, to: &str) -> String {
    let up: Vec<&str> = folder(from).split('/').filter(|p| !p.is_empty()).collect();
    let parts: Vec<&str> = to.split('/').collect();
    let same = up.iter().zip(&parts).take_while(|(a, b)| a == b).count();
    "../".repeat(up.len() - same) + &parts[same..].join("/")
}

/// Returns the folder of a path.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns the last part of a path.
pub(crate) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns the last part of a path without its extension.
pub(crate) fn stem(path: &str) -> &str {
    name(path).split('.').next().unwrap_or(path)
}

/// Returns the extension of a path.
pub(crate) fn extension(path: &str) -> &str {
    name(path).rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Returns the text of a file. All its lines end in `\n`, even if the file has `\r\n`.
///
/// # Errors
///
/// Returns a problem with the path if the file cannot be read or is not UTF-8.
pub(crate) fn read(root: &Path, path: &str) -> Result<String, Problem> {
    let text = fs::read_to_string(root.join(path)).map_err(|error| {
        let found = match error.kind() {
            io::ErrorKind::NotFound => "no such file".into(),
            _ => error.to_string(),
        };
        Problem::new(path, "a text file", found, "write the file, or correct the path")
    })?;
    Ok(plain(&text))
}

/// Returns a text without a byte order mark, with `\n` at the end of each line.
pub(crate) fn plain(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// Returns the sorted paths of the files below a folder that have one of the extensions. With no
/// extensions, returns all files. If `folder` is a file, returns that file. If it does not exist,
/// returns an empty list.
pub(crate) fn files(root: &Path, folder: &str, extensions: &[&str]) -> Vec<String> {
    let walk = WalkDir::new(root.join(folder)).follow_links(true).into_iter();
    // These folders hold files that tools make or install.
    let others = ["target", ".git", "node_modules", "__pycache__"];
    // A folder of pages may have one of these names, too.
    let own = |name: &std::ffi::OsStr| !folder.is_empty() || others.iter().all(|it| name != *it);
    let own = walk.filter_entry(|entry| own(entry.file_name()));
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
