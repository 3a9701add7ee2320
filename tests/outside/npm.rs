//! What tests fetch by npm into the build folder, and what they say where something is not there.

use std::path::Path;
use std::process::Command;

/// Says that a test, or a part of one, did not run; where a build machine asks, that is a failure.
pub(crate) fn skipped(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "{what}");
    eprintln!("SKIPPED: {what}");
}

/// Whether a folder holds what a `package.json` names, fetched now unless it was before.
pub(crate) fn fetched(folder: &Path, manifest: &str) -> bool {
    let done = folder.join("fetched.json");
    let before = std::fs::File::open(&done).and_then(std::io::read_to_string);
    if before.is_ok_and(|before| before == manifest) {
        return true;
    }
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("package.json"), manifest).unwrap();
    let install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    let npm = Command::new("npm").args(install).current_dir(folder).output();
    let fetched = npm.is_ok_and(|n| n.status.success());
    if fetched {
        std::fs::write(done, manifest).unwrap();
    }
    fetched
}
