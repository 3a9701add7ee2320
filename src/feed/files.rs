//! Which of the given files belong to which table.

use anyhow::{Context, Result, bail};
use medloop_engine::map::{Mapping, fits};
use std::path::{Path, PathBuf};

/// How deep folders are searched.
const DEPTH: usize = 8;

/// For each table its files, sorted by path, and the files given by name that belong to none.
pub(super) fn assign(mapping: &Mapping, paths: &[PathBuf]) -> Result<(Vec<Vec<PathBuf>>, Vec<PathBuf>)> {
    let mut assigned: Vec<Vec<PathBuf>> = mapping.tables.iter().map(|_| Vec::new()).collect();
    let mut strange = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).with_context(|| path.display().to_string())?;
        let mut files = Vec::new();
        if metadata.is_dir() {
            walk(path, DEPTH, &mut files)?;
        } else {
            files.push(path.clone());
        }
        for file in files {
            let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let mut taken = false;
            for (table, list) in mapping.tables.iter().zip(&mut assigned) {
                if fits(&table.file, &name) {
                    taken = true;
                    if !list.contains(&file) {
                        list.push(file.clone());
                    }
                }
            }
            if !taken && !metadata.is_dir() {
                strange.push(file);
            }
        }
    }
    for (table, list) in mapping.tables.iter().zip(&mut assigned) {
        list.sort();
        // The same data beside its archive would be read twice.
        for pair in list.windows(2) {
            if let [plain, packed] = pair
                && packed.as_os_str().to_string_lossy() == format!("{}.gz", plain.display())
            {
                bail!("{}: both {} and {} are given", table.name, plain.display(), packed.display());
            }
        }
    }
    Ok((assigned, strange))
}

fn walk(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        // A link may lead out of the folder or in a circle.
        let kind = std::fs::symlink_metadata(&path)?.file_type();
        if kind.is_file() {
            files.push(path);
        } else if kind.is_dir() && depth > 0 {
            walk(&path, depth - 1, files)?;
        }
    }
    Ok(())
}
