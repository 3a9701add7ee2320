//! Bad YAML, one folder or file a case, with the messages that people get in both languages beside it. `UPDATE_GOLDEN=1` rewrites them.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::yaml;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A hospital that is in order; a case overlays it with its own files.
const GOOD: [(&str, &str); 5] = [
    (
        "hospital.yaml",
        "group: 医院\ntimezone: Asia/Shanghai\ncampuses:\n  east: { name: 东院区 }\n  west: { name: 西院区 }\n",
    ),
    (
        "fields.yaml",
        "fields:\n  order_no: { name: 医嘱号, type: text }\n  bag_no: { name: 血袋号, type: text }\n  blood_type: { name: 血型, type: code, table: blood_type }\n",
    ),
    (
        "events.yaml",
        "events:\n  blood.issued: { title: 配发血液, fields: [order_no, 血袋号], systems: [bis] }\n",
    ),
    (
        "codes/roles.yaml",
        "roles:\n  physician: { name: 医师 }\n  senior_physician: { name: 上级医师, includes: [医师] }\nsystems:\n  bis: { name: 输血系统 }\n",
    ),
    (
        "codes/blood.yaml",
        "tables:\n  blood_type:\n    name: 血型\n    codes:\n      A+: { name: A }\n      O+: { name: O }\n",
    ),
];

#[test]
fn every_mistake_is_told_in_both_languages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/yaml_err");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "yaml") || p.is_dir())
        .collect();
    cases.sort();
    assert!(cases.len() >= 15, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let mut texts: BTreeMap<String, String> =
            GOOD.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        if case.is_dir() {
            overlay(case, case, &mut texts);
        } else {
            // `fields-unknown-key.yaml` stands for fields.yaml, `codes-….yaml` for codes/more.yaml.
            let kind = case.file_stem().unwrap().to_str().unwrap().split('-').next().unwrap().to_owned();
            let name = match kind.as_str() {
                "codes" => "codes/more.yaml".to_owned(),
                "campus" => "campus/more.yaml".to_owned(),
                other => format!("{other}.yaml"),
            };
            texts.insert(name, read(case));
        }
        let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        let (_, found) = yaml::read("", &texts);
        assert!(!found.is_empty(), "{} has no mistake", case.display());
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

fn overlay(root: &Path, folder: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            overlay(root, &path, texts);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            texts.insert(name, read(&path));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test reads its files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
