//! Definitions on disk: the texts of the folder that a path belongs to, ready for `dsl::library`.

use anyhow::Context;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a command line names.
pub(crate) struct Definitions {
    /// Every text of every context that a path touches, by path with `/`.
    pub(crate) texts: BTreeMap<String, String>,
    /// What was asked for: files, or folders with a `/` at their end.
    chosen: Vec<String>,
}

impl Definitions {
    /// Whether a file is among those that were asked for.
    pub(crate) fn asked(&self, file: &str) -> bool {
        self.chosen
            .iter()
            .any(|c| c.is_empty() || c == file || (c.ends_with('/') && file.starts_with(c.as_str())))
    }
}

/// The largest definition file that is read; the language itself refuses more than 4 MB with its place.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Reads what stands at `paths`, and around them up to the nearest folder with a `hospital.yaml`.
///
/// # Errors
/// A path that is not there or cannot be read.
pub(crate) fn read(paths: &[PathBuf]) -> anyhow::Result<Definitions> {
    let mut texts = BTreeMap::new();
    let mut chosen = Vec::new();
    for path in paths {
        if !path.exists() {
            anyhow::bail!("没有这个文件或文件夹 no such file or folder: {}", path.display());
        }
        let path = anchored(path)?;
        let root = path.ancestors().find(|a| a.join("hospital.yaml").is_file()).unwrap_or(&path);
        // The parent of a bare name is the working folder.
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        collect(root, &mut texts)?;
        let name = name(&path);
        chosen.push(if !path.is_dir() || name.is_empty() { name } else { format!("{name}/") });
    }
    Ok(Definitions { texts, chosen })
}

/// The path itself when its own ancestors reach a `hospital.yaml`, else the same place from the root of the file system.
fn anchored(path: &Path) -> anyhow::Result<PathBuf> {
    // `..` has no parents of its own to look through.
    let climbs = path.components().any(|c| c == std::path::Component::ParentDir);
    if !climbs && path.ancestors().any(|a| a.join("hospital.yaml").is_file()) {
        return Ok(path.to_path_buf());
    }
    let full = path.canonicalize().with_context(|| path.display().to_string())?;
    let reaches = full.ancestors().any(|a| a.join("hospital.yaml").is_file());
    Ok(if reaches || climbs { full } else { path.to_path_buf() })
}

fn collect(path: &Path, texts: &mut BTreeMap<String, String>) -> anyhow::Result<()> {
    if path.is_dir() {
        let shown = || path.display().to_string();
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path)
            .with_context(shown)?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<Result<_, _>>()
            .with_context(shown)?;
        entries.sort();
        for entry in entries {
            let hidden = entry.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
            if !hidden && !entry.is_symlink() && (entry.is_dir() || is_definition(&entry)) {
                collect(&entry, texts)?;
            }
        }
        return Ok(());
    }
    let size = std::fs::metadata(path).with_context(|| path.display().to_string())?.len();
    if size > LARGEST {
        anyhow::bail!("文件太大 the file is too large: {} ({size} B)", path.display());
    }
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    // Bytes that are no UTF-8 become U+FFFD, by which the language knows that the file is in another encoding.
    texts.insert(name(path), String::from_utf8_lossy(&bytes).into_owned());
    Ok(())
}

/// Whether the language looks at it, or would say that its name has a slip: `gas.LOOP`, `events.yaml.txt`.
fn is_definition(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name = name.strip_suffix(".txt").unwrap_or(&name);
    [".loop", ".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
}

/// The path with `/`, as diagnostics show it; empty for the working folder.
fn name(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("./").unwrap_or(&text).trim_end_matches('/');
    if text == "." { String::new() } else { text.to_owned() }
}
