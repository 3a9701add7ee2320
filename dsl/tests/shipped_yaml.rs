//! The YAML that is shipped reads without a word, and every published schema accepts what it is for.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::yaml;
use std::collections::BTreeMap;
use std::path::Path;

fn texts(root: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                #[expect(clippy::disallowed_methods, reason = "a test reads its files")]
                all.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn shipped_yaml_is_clean() {
    let texts = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops"));
    let (context, found) = yaml::read("", &texts);
    let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::Zh));
    let catalogue = context.unwrap().catalogue;
    assert_eq!(catalogue.campuses.len(), 2);
    let roles: Vec<_> = catalogue.roles.iter().map(|(c, r)| (c.as_str(), r.includes.len())).collect();
    assert!(roles.contains(&("medical_affairs", 3)), "{roles:?}");
    let compatible = catalogue.tables.iter().find(|(c, _)| c.as_str() == "compatible").unwrap().1;
    assert_eq!(compatible.maps["O+"].len(), 2);
}
