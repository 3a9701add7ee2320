//! The state graphs of the loops in this repository are as reviewed: `tests/graph/LOOP.{zh,en}.svg`, which
//! `UPDATE_GOLDEN=1` rewrites. What holds for every picture is tested on random definitions in `engine/tests/picture.rs`.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use medloop_dsl::library;
use medloop_engine::picture;
use medloop_engine::words::Lang;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn texts(folder: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            self::texts(&path, texts);
        } else if path.extension().is_some_and(|e| e == "loop" || e == "yaml") {
            texts.insert(path.display().to_string(), fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn graphs_are_as_reviewed() {
    let golden = root().join("tests/graph");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    fs::create_dir_all(&golden).expect("a folder");
    let (mut wrong, mut expected) = (Vec::new(), BTreeSet::new());
    for folder in ["loops", "examples/mimic4demo"] {
        let mut all = BTreeMap::new();
        texts(&root().join(folder), &mut all);
        let (library, _) = library::load(&all);
        assert!(!library.definitions.is_empty(), "{folder}");
        for (code, (def, _)) in &library.definitions {
            for (lang, ending) in [(Lang::Zh, "zh.svg"), (Lang::En, "en.svg")] {
                let file = golden.join(format!("{code}.{ending}"));
                let now = picture::svg(def, lang);
                if update {
                    fs::write(&file, &now).expect("written");
                } else if fs::read_to_string(&file).unwrap_or_default() != now {
                    wrong.push(format!("{code}.{ending}"));
                }
                expected.insert(file);
            }
        }
    }
    for entry in fs::read_dir(&golden).expect("a folder") {
        let path = entry.expect("an entry").path();
        if !expected.contains(&path) {
            wrong.push(format!("{} is of no loop", path.display()));
        }
    }
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 rewrites: {wrong:?}");
}

fn medloop(arguments: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_medloop"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (run.status.code().unwrap_or(-1), text(&run.stdout), text(&run.stderr))
}

#[test]
fn the_verb_draws_one_to_standard_output_and_many_to_a_folder() {
    let (code, out, _) = medloop(&["graph", "loops/transfusion.loop", "--lang", "en"]);
    assert_eq!(code, 0);
    assert_eq!(out, fs::read_to_string(root().join("tests/graph/transfusion.en.svg")).expect("a golden"));

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display().to_string();
    let (code, out, said) = medloop(&["graph", "loops", "examples/mimic4demo", "-o", &path]);
    assert_eq!((code, out.as_str()), (0, ""), "{said}");
    assert!(folder.path().join("transfusion.svg").is_file());
    assert!(folder.path().join("inpatient_medication.svg").is_file());

    for (format, ending, begins) in [("mermaid", "mmd", "flowchart LR\n"), ("bpmn", "bpmn", "<?xml version")]
    {
        let (code, out, said) = medloop(&["graph", "loops", "--format", format, "-o", &path]);
        assert_eq!((code, out.as_str()), (0, ""), "{said}");
        let text = fs::read_to_string(folder.path().join(format!("transfusion.{ending}"))).expect("a file");
        // One as it is drawn for the whole loop, also on standard output.
        assert!(text.starts_with(begins) && text.contains("配血申请") && text.contains("每个 血袋号"));
        let (code, out, _) = medloop(&["graph", "loops/transfusion.loop", "--format", format]);
        assert_eq!((code, out), (0, text));
    }

    let (code, out, said) = medloop(&["graph", "loops", "examples/mimic4demo"]);
    assert_eq!((code, out.as_str()), (2, ""), "several loops need a folder: {said}");
    assert!(said.contains("-o") && said.contains("inpatient_medication"));
    let (code, out, _) = medloop(&["graph", "loops", "examples/mimic4demo", "--loop", "输血"]);
    assert!(code == 0 && out.starts_with("<svg "));
    let (code, _, said) = medloop(&["graph", "loops", "--loop", "none"]);
    assert!(code == 2 && said.contains("none"));
    let broken = folder.path().join("broken.loop");
    fs::write(&broken, "闭环 坏 [bad] {").expect("written");
    fs::copy(root().join("loops/hospital.yaml"), folder.path().join("hospital.yaml")).expect("copied");
    let (code, out, said) = medloop(&["graph", &broken.display().to_string()]);
    assert_eq!((code, out.as_str()), (1, ""), "mistakes are findings");
    assert!(said.contains("broken.loop:1:"), "{said}");
    let (code, _, _) = medloop(&["graph", "no/such/folder"]);
    assert_eq!(code, 2);
}
