//! The language server and the editor extension, with what editors use: Microsoft's client side of the protocol, VS Code's engine for
//! grammars and its packager, fetched by npm into the build folder.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

#[path = "outside/npm.rs"]
mod npm;

use npm::{fetched, skipped};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The extension with what it is built of; `None` when npm cannot fetch that.
fn extension() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/vscode");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("vscode");
    let manifest = std::fs::read_to_string(source.join("package.json")).unwrap();
    copy(&source, &folder);
    fetched(&folder, &manifest).then_some(folder)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|e| e.unwrap().path()) {
        let name = entry.file_name().unwrap();
        if name == "node_modules" || name == "dist" {
            continue;
        }
        if entry.is_dir() {
            copy(&entry, &to.join(name));
        } else {
            std::fs::copy(&entry, to.join(name)).unwrap();
        }
    }
}

#[test]
fn editors_find_a_language_server_and_an_extension() {
    let Some(folder) = extension() else {
        return skipped("npm could not fetch what editors use, so the language server met none");
    };
    let run = |program: &str, args: &[&str]| {
        let run = Command::new(program)
            .args(args)
            .current_dir(&folder)
            .env("MEDLOOP", env!("CARGO_BIN_EXE_medloop"))
            .env("MEDLOOP_LOOPS", Path::new(env!("CARGO_MANIFEST_DIR")).join("loops"))
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "{program} {args:?}\n{out}\n{err}");
    };
    run("npm", &["test"]);
    run("npm", &["run", "package"]);
    let packed = std::fs::metadata(folder.join("medloop.vsix")).unwrap().len();
    assert!(packed > 50_000, "the package holds the client: {packed} B");
}
