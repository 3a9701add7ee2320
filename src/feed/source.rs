//! A source file with the hospital it belongs to: the nearest folder upward that holds `hospital.yaml`.

use crate::definitions;
use anyhow::{Context, Result, bail};
use medloop_dsl::diagnostic::{Diagnostic, Lang, Sources, render_all};
use medloop_dsl::library::{self, Library};
use medloop_dsl::sources::{self, Source};
use medloop_dsl::yaml;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a source file needs to be run.
pub(crate) struct Loaded {
    /// The source.
    pub(crate) source: Source,
    /// Warnings, rendered for people.
    pub(crate) warnings: String,
    texts: BTreeMap<String, String>,
}

/// Reads and checks a source file.
///
/// # Errors
/// Files that cannot be read; mistakes in them, rendered with file, line and column.
pub(crate) fn load(file: &Path, lang: Lang) -> Result<Loaded> {
    let texts = definitions::read(&[PathBuf::from(file)])?.texts;
    let name = named(file, &texts).with_context(|| file.display().to_string())?;
    let Some(folder) = home(&name, &texts) else {
        bail!("{name}: 上层文件夹里没有 hospital.yaml no folder upward holds hospital.yaml");
    };
    let (context, mut found) = yaml::read(&folder, &texts);
    let text = texts.get(&name).map(String::as_str).unwrap_or_default();
    let mut source = None;
    if let Some(context) = context {
        let (read, more) = sources::read(&name, text, &context.catalogue);
        found.extend(more);
        source = read;
    }
    let shown = Sources::new(texts.clone());
    let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) =
        found.into_iter().partition(Diagnostic::is_error);
    match source {
        Some(source) if errors.is_empty() => {
            Ok(Loaded { source, warnings: render_all(&warnings, &shown, lang), texts })
        }
        _ => bail!("{name}\n{}", render_all(&errors, &shown, lang)),
    }
}

impl Loaded {
    /// The loops of the source's hospital, compiled.
    ///
    /// # Errors
    /// Mistakes in them, rendered with file, line and column.
    pub(crate) fn library(&self, lang: Lang) -> Result<Library> {
        let (library, found) = library::load(&self.texts);
        let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
        if !errors.is_empty() {
            bail!("{}", render_all(&errors, &Sources::new(self.texts.clone()), lang));
        }
        Ok(library)
    }
}

/// The source file as the texts name it.
fn named(file: &Path, texts: &BTreeMap<String, String>) -> Option<String> {
    let full = std::fs::canonicalize(file).ok()?;
    texts.keys().find(|name| std::fs::canonicalize(name).is_ok_and(|f| f == full)).cloned()
}

fn home(name: &str, texts: &BTreeMap<String, String>) -> Option<String> {
    texts
        .keys()
        .filter_map(|path| path.strip_suffix("hospital.yaml"))
        .filter(|folder| name.starts_with(*folder))
        .max_by_key(|folder| folder.len())
        .map(str::to_owned)
}
