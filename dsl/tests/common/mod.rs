//! The worlds in which loops are compiled by tests.

#![expect(clippy::unwrap_used, reason = "a helper of tests")]
#![allow(dead_code, reason = "each test takes what it needs")]

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::yaml;
use medloop_engine::catalogue::Catalogue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder of the tests.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// The text of a file; empty when there is none.
#[expect(clippy::disallowed_methods, reason = "a test reads its files")]
pub(crate) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The catalogue of a folder that holds `hospital.yaml`.
pub(crate) fn catalogue(root: &Path) -> Catalogue {
    let mut texts = BTreeMap::new();
    for file in ["hospital.yaml", "fields.yaml", "events.yaml"] {
        texts.insert(file.to_owned(), text(&root.join(file)));
    }
    for folder in ["codes", "calendars"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            texts.insert(format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap()), text(&path));
        }
    }
    let (context, found) = yaml::read("", &texts);
    assert!(found.is_empty(), "{}", render_all(&found, &Sources::new(texts), Lang::Zh));
    context.unwrap().catalogue
}

/// Every text of a folder and those below it, by its path there.
pub(crate) fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                all.insert(name, text(&path));
            }
        }
    }
    all
}

/// The cases of a folder of the tests: files that end so, or folders for an empty ending, in the order of their names.
pub(crate) fn cases(name: &str, ends: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder(name)).unwrap().map(|e| e.unwrap().path());
    let fits =
        |p: &PathBuf| if ends.is_empty() { p.is_dir() } else { p.extension().is_some_and(|e| e == ends) };
    let mut all: Vec<PathBuf> = all.filter(fits).collect();
    all.sort();
    assert!(!all.is_empty(), "{name}");
    all
}

/// Compares with a reviewed file, or writes it where `UPDATE_GOLDEN` is set.
pub(crate) fn golden(path: &Path, told: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, told).unwrap();
    }
    assert_eq!(text(path), told, "{}", path.display());
}
