//! The loops and YAML of a folder, for the benchmarks that read them.

use std::collections::BTreeMap;
use std::path::Path;

/// The texts of a folder and those below it, by path.
pub(crate) fn texts(root: &Path) -> BTreeMap<String, String> {
    let (mut all, mut open) = (BTreeMap::new(), vec![root.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "loop" || e == "yaml") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                all.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    all
}
