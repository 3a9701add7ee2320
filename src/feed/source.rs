//! A source file with the hospital it belongs to: the nearest folder upward that holds `hospital.yaml`.

use anyhow::{Context, Result, bail};
use medloop_dsl::diagnostic::{Diagnostic, Lang, Sources, render_all};
use medloop_dsl::sources::{self, Source};
use medloop_dsl::yaml;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a source file needs to be run.
pub(crate) struct Loaded {
    /// The source.
    pub(crate) source: Source,
    /// The folder with `hospital.yaml`.
    pub(crate) folder: PathBuf,
    /// Warnings, rendered for people.
    pub(crate) warnings: String,
}

/// Reads and checks a source file.
///
/// # Errors
/// Files that cannot be read; mistakes in them, rendered with file, line and column.
pub(crate) fn load(file: &Path, lang: Lang) -> Result<Loaded> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let folder = home(file)?;
    let mut texts = BTreeMap::new();
    for part in ["", "codes", "campus"] {
        collect(&folder, part, &mut texts)?;
    }
    let (context, mut found) = yaml::read("", &texts);
    let name = file.display().to_string();
    let source = match context {
        Some(context) => {
            let (source, more) = sources::read(&name, &text, &context.catalogue);
            found.extend(more);
            source
        }
        None => None,
    };
    let mut shown = Sources::new(texts);
    shown.add(name, text);
    let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) =
        found.into_iter().partition(Diagnostic::is_error);
    match source {
        Some(source) if errors.is_empty() => {
            Ok(Loaded { source, folder, warnings: render_all(&warnings, &shown, lang) })
        }
        _ => bail!("{}\n{}", file.display(), render_all(&errors, &shown, lang)),
    }
}

fn home(file: &Path) -> Result<PathBuf> {
    let full = std::fs::canonicalize(file)?;
    full.ancestors()
        .skip(1)
        .find(|folder| folder.join("hospital.yaml").is_file())
        .map(Path::to_path_buf)
        .with_context(|| {
            format!("{}: 上层文件夹里没有 hospital.yaml no folder upward holds hospital.yaml", file.display())
        })
}

fn collect(folder: &Path, part: &str, texts: &mut BTreeMap<String, String>) -> Result<()> {
    let path = folder.join(part);
    if !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&path)? {
        let path = entry?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && name.ends_with(".yaml") {
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let key = if part.is_empty() { name } else { format!("{part}/{name}") };
            texts.insert(key, text);
        }
    }
    Ok(())
}
