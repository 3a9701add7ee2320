//! Mistakes that only show when loops and YAML are read together, with their messages in both languages. `UPDATE_GOLDEN=1` rewrites them.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::library;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn mistakes_between_files_are_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library_err");
    let good = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops"));
    let mut wrong = Vec::new();
    let mut cases: Vec<_> =
        std::fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    cases.sort();
    for case in &cases {
        let mut all = good.clone();
        for (name, text) in texts(case) {
            // An empty file takes a file of the shipped library away.
            if text.is_empty() { drop(all.remove(&name)) } else { drop(all.insert(name, text)) }
        }
        let (_, found) = library::load(&all);
        assert!(!found.is_empty(), "{} has no mistake", case.display());
        let sources = Sources::new(all.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        for (lang, ext) in [(Lang::Zh, "zh.txt"), (Lang::En, "en.txt")] {
            let golden = case.with_extension(ext);
            let told = render_all(&found, &sources, lang);
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                std::fs::write(&golden, &told).unwrap();
            } else if !golden.exists() || read(&golden) != told {
                wrong.push(format!("{}\n{told}", golden.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn texts(root: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                all.insert(name, read(&path));
            }
        }
    }
    all
}

#[expect(clippy::disallowed_methods, reason = "a test reads its files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
