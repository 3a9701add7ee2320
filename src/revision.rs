//! Definitions as they were at a revision of the git repository around the working folder, read through the git program.

use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::process::Command;

/// The folder that is meant where a revision alone is named.
const FOLDER: &str = "loops";

/// The texts of `REVISION[:PATH]` by path from the repository's root: those of the folder of the nearest `hospital.yaml` upward of the
/// path, and of all below it.
///
/// # Errors
/// No git program, no repository here, no such revision or path.
pub(crate) fn read(name: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let (revision, path) = name.split_once(':').unwrap_or((name, FOLDER));
    let path = path.trim_matches('/');
    let commit =
        git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])
            .with_context(|| {
                format!("没有文件夹也没有 git 版本 neither a folder nor a git revision: {name}")
            })?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let listed = git(&["ls-tree", "-r", "-z", "--full-tree", "--name-only", &commit])?;
    let files: Vec<String> = listed
        .split(|b| *b == 0)
        .map(|file| String::from_utf8_lossy(file).into_owned())
        .filter(|file| [".loop", ".yaml", ".yml"].iter().any(|end| file.ends_with(end)))
        .collect();
    let root = root(&files, path);
    let below = |file: &&String| root.is_empty() || file.starts_with(&format!("{root}/"));
    let mut texts = BTreeMap::new();
    for file in files.iter().filter(below) {
        let bytes = git(&["cat-file", "blob", &format!("{commit}:{file}")])?;
        texts.insert(file.clone(), String::from_utf8_lossy(&bytes).into_owned());
    }
    if texts.is_empty() {
        bail!("版本 {revision} 里没有 {path} / there is no {path} at {revision}");
    }
    Ok(texts)
}

/// The nearest folder of `path` and above that holds a `hospital.yaml`; the path itself otherwise.
fn root<'p>(files: &[String], path: &'p str) -> &'p str {
    let mut folder = path;
    loop {
        let hospital =
            if folder.is_empty() { "hospital.yaml".to_owned() } else { format!("{folder}/hospital.yaml") };
        if files.contains(&hospital) {
            return folder;
        }
        match folder.rsplit_once('/') {
            Some((above, _)) => folder = above,
            None if !folder.is_empty() => folder = "",
            None => return path,
        }
    }
}

/// What the git program answers.
fn git(arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let out =
        Command::new("git").args(arguments).output().context("没有 git 程序 there is no git program")?;
    if !out.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(out.stdout)
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn the_nearest_hospital_upward_is_the_root() {
        let files = ["a/hospital.yaml", "a/b/c.loop", "x/y.loop"].map(str::to_owned);
        assert_eq!(root(&files, "a/b"), "a");
        assert_eq!(root(&files, "a"), "a");
        assert_eq!(root(&files, "x"), "x");
        let here = ["hospital.yaml".to_owned()];
        assert_eq!(root(&here, "a/b"), "");
    }
}
