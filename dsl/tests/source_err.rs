//! Bad source files, one file a case, with the messages that people get in both languages beside it. `UPDATE_GOLDEN=1` rewrites them.

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::{sources, yaml};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const HOSPITAL: [(&str, &str); 4] = [
    (
        "hospital.yaml",
        "group: 医院\ntimezone: Asia/Shanghai\ncampuses: { east: { name: 东院区 }, west: { name: 西院区 } }\n",
    ),
    ("codes/all.yaml", "systems: { lis: { name: 检验 }, his: { name: HIS } }\n"),
    (
        "fields.yaml",
        "fields:\n  order_no: { name: 医嘱号, type: text }\n  specimen_no: { name: 标本条码, type: text }\n",
    ),
    (
        "events.yaml",
        "events:\n  specimen.received: { title: 已接收, fields: [order_no, specimen_no], systems: [lis] }\n  order.created: { title: 已开立, fields: [order_no], systems: [his] }\n",
    ),
];

#[test]
fn every_mistake_is_told_in_both_languages() {
    let texts: BTreeMap<String, String> =
        HOSPITAL.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let catalogue = yaml::read("", &texts).0.unwrap().catalogue;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/source_err");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "yaml"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 12, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
        let text = std::fs::read_to_string(case).unwrap();
        let (source, found) = sources::read(name, &text, &catalogue);
        assert!(!found.is_empty(), "{name} has no mistake");
        assert!(source.is_none() || found.iter().all(|d| !d.is_error()), "{name}");
        let shown = Sources::new([(name, text.as_str())]);
        for (lang, word) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
            let said = render_all(&found, &shown, lang);
            let golden = case.with_extension(format!("{word}.txt"));
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                std::fs::write(&golden, &said).unwrap();
                continue;
            }
            #[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
            let kept = std::fs::read_to_string(&golden).unwrap_or_default();
            if kept != said {
                wrong.push(format!("{name} ({word}):\n{said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
