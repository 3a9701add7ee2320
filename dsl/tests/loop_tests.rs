//! The tests that loops carry: those of the shipped library, the page's own loop on the shipped YAML, and what failures read like.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::library;
use medloop_dsl::testing::{self, Options, Outcome};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn run(texts: &BTreeMap<String, String>) -> Vec<Outcome> {
    let (library, found) = library::load(texts);
    let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    assert!(found.is_empty(), "{}", render_all(&found, &sources, Lang::En));
    library
        .tests()
        .map(|(file, test, definition)| {
            testing::run(file, test, &library.catalogue, definition, Options::default())
        })
        .collect()
}

fn told(outcomes: &[Outcome], texts: &BTreeMap<String, String>, lang: Lang) -> String {
    let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    let failures: Vec<_> = outcomes.iter().flat_map(|o| o.failures.clone()).collect();
    render_all(&failures, &sources, lang)
}

#[test]
fn shipped_loops_pass_and_leave_nothing_out() {
    let texts = shipped();
    let outcomes = run(&texts);
    assert_eq!(told(&outcomes, &texts, Lang::En), "");
    assert!(outcomes.len() > 50 && outcomes.iter().all(|o| o.orders == 50), "{} tests", outcomes.len());
    let (library, _) = library::load(&texts);
    for file in &library.files {
        for loop_ in &file.loops {
            assert_eq!(testing::coverage(&file.name, loop_), Vec::new(), "{}", file.name);
        }
    }
}

#[test]
fn loops_of_the_small_world_pass_their_tests() {
    let world = folder(&root().join("tests/world"));
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(root().join("tests/run")).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    for case in cases {
        let mut texts = world.clone();
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        texts.insert(name, read(&case));
        let outcomes = run(&texts);
        assert_eq!(told(&outcomes, &texts, Lang::En), "");
        assert!(!outcomes.is_empty() && outcomes.iter().all(|o| o.expectations > 0), "{}", case.display());
    }
}

#[test]
fn the_loop_of_the_language_page_runs_as_it_stands() {
    let mut texts = without_loops();
    texts.insert("language.loop".to_owned(), read(&root().join("tests/ok/language.loop")));
    let outcomes = run(&texts);
    assert_eq!(told(&outcomes, &texts, Lang::En), "");
    let own = outcomes.iter().filter(|o| o.file == "language.loop");
    assert_eq!(own.map(|o| o.orders).collect::<Vec<_>>(), [50]);
}

#[test]
fn a_campus_sets_its_limit() {
    let (library, _) = library::load(&shipped());
    let (definition, _) =
        library.definitions.values().find(|(d, _)| d.code.as_str() == "transfusion").unwrap();
    let limits: Vec<_> = definition
        .campuses
        .iter()
        .map(|(campus, settings)| {
            let at = definition.params.iter().position(|p| p.code.as_str() == "start_limit").unwrap();
            (campus.as_str(), medloop_dsl::yaml::spell(&settings.params[at]))
        })
        .collect();
    assert_eq!(limits, [("east", "30分钟".to_owned()), ("west", "20分钟".to_owned())]);
}

#[test]
fn failures_say_what_was_expected_and_why_it_is_not_so() {
    let mut texts = without_loops();
    let case = root().join("tests/test_err/failing.loop");
    texts.insert("failing.loop".to_owned(), read(&case));
    let mut outcomes = run(&texts);
    outcomes.retain(|o| o.file == "failing.loop");
    for (lang, ext) in [(Lang::Zh, "zh.txt"), (Lang::En, "en.txt")] {
        let golden = case.with_extension(ext);
        let told = told(&outcomes, &texts, lang);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, &told).unwrap();
        }
        assert_eq!(read(&golden), told);
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// The shipped YAML alone, without what a campus sets for loops.
fn without_loops() -> BTreeMap<String, String> {
    let mut texts = shipped();
    texts.retain(|name, _| !name.ends_with(".loop") && !name.starts_with("campus/"));
    texts
}

fn shipped() -> BTreeMap<String, String> {
    folder(&root().join("../loops"))
}

/// Every text of a folder by its path there.
fn folder(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
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
