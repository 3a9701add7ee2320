//! The worlds in which loops are compiled by tests.

#![expect(clippy::unwrap_used, reason = "a helper of tests")]

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
