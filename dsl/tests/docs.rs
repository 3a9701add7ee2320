//! The pages of `docs/language/` cannot lie: every snippet of the reference is compiled where it says that it stands, what is shown as a mistake
//! is that mistake, the files of a tutorial are a library whose tests pass, and the tables of words are those of the code.
//! `UPDATE_GOLDEN=1` writes the tables. What commands print is compared by `tests/docs.rs` of the program.

mod common;
#[path = "docs/fences.rs"]
mod fences;

use fences::{Fence, fences};
use medloop_dsl::diagnostic::{Diagnostic, Lang, Sources, render_all};
use medloop_dsl::explain::{Example, Page, Place};
use medloop_dsl::lexicon::{self, Word};
use medloop_dsl::{library, testing};
use medloop_engine::state::{NodeStatus, Status, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 2] = ["zh", "en"];

fn page(language: &str, name: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language").join(language).join(name);
    let text = common::text(&path);
    assert!(!text.is_empty(), "{}", path.display());
    (path, text)
}

/// A snippet of the reference among the files of the little hospital of the tests, as its fence says where it stands.
fn texts(fence: &Fence) -> BTreeMap<String, String> {
    let text = fence.text.trim_end();
    let (place, text) = match fence.said.get("in").map_or("loop", String::as_str) {
        "file" => (Place::File, text.to_owned()),
        "loop" => (Place::Body, text.to_owned()),
        "flow" => (Place::Flow, text.to_owned()),
        "node" => (Place::Clause, text.to_owned()),
        "rule" => (Place::Body, format!("规则 例 [sample] {{\n  级别 低\n{text}\n}}")),
        other => unreachable!("in={other}"),
    };
    let good: &'static str = Box::leak(text.into_boxed_str());
    let page = Page { code: "", title: ("", ""), text: ("", ""), place, bad: "", good };
    let Some(Example::Whole(written)) = page.example(true, Lang::Zh) else { unreachable!() };
    let mut all: BTreeMap<String, String> = common::texts(&common::folder("world"));
    all.retain(|name, _| Path::new(name).extension().is_some_and(|e| e == "yaml"));
    all.extend(written);
    all
}

/// Everything that checking and testing say of these files.
fn found(texts: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let (library, mut found) = library::load(texts);
    let options = testing::Options { orders: 5, ..testing::Options::default() };
    for (file, test, definition) in library.tests() {
        found.extend(testing::run(file, test, &library.catalogue, definition, options).failures);
    }
    found
}

fn said(found: &[Diagnostic], texts: &BTreeMap<String, String>) -> String {
    let sources = Sources::new(texts.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    render_all(found, &sources, Lang::Zh).chars().take(2_000).collect()
}

#[test]
fn every_snippet_of_the_reference_is_what_it_says() {
    let mut wrong = Vec::new();
    for language in LANGUAGES {
        let (path, text) = page(language, "reference.md");
        for fence in fences(&text) {
            assert_eq!(fence.kind, "loop", "{}:{}", path.display(), fence.line);
            let texts = texts(&fence);
            let found = found(&texts);
            let told: BTreeSet<&str> = found.iter().map(|d| d.code).collect();
            let wanted: BTreeSet<&str> = fence.said.get("bad").map(String::as_str).into_iter().collect();
            if told != wanted {
                wrong.push(format!("{}:{}\n{}", path.display(), fence.line, said(&found, &texts)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn both_languages_show_the_same() {
    for name in ["reference.md", "tutorial.md"] {
        let shape = |language| {
            let (_, text) = page(language, name);
            let heads = text.lines().filter(|l| l.starts_with('#')).count();
            let shown: Vec<_> =
                fences(&text).into_iter().map(|f| (f.kind, f.said.into_iter().collect::<Vec<_>>())).collect();
            (heads, shown)
        };
        assert_eq!(shape("zh"), shape("en"), "{name}");
    }
}

#[test]
fn the_files_of_a_tutorial_end_as_a_library_whose_tests_pass() {
    for language in LANGUAGES {
        let (path, text) = page(language, "tutorial.md");
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for fence in fences(&text) {
            if let Some(name) = fence.said.get("file") {
                let text = files.entry(name.clone()).or_default();
                *text = fences::written(text, &fence);
            }
        }
        let (library, _) = library::load(&files);
        assert!(library.tests().count() >= 2, "{}", path.display());
        let found = found(&files);
        assert!(found.is_empty(), "{}\n{}", path.display(), said(&found, &files));
    }
}

/// A table of words, two in a row.
fn table(out: &mut String, title: (&str, &str), words: &[Word], language: &str) {
    let title = if language == "zh" { title.0 } else { title.1 };
    let _ = write!(out, "\n**{title}**\n\n| 中文 | English | 中文 | English |\n| --- | --- | --- | --- |\n");
    for pair in words.chunks(2) {
        let cells: Vec<String> = pair.iter().map(|w| format!("{} | `{}`", w.zh, w.en)).collect();
        let rest = if pair.len() == 1 { " | |" } else { "" };
        let _ = writeln!(out, "| {}{rest} |", cells.join(" | "));
    }
}

/// The words of the language by the code's tables.
fn words(language: &str) -> String {
    use medloop_engine::words::Worded;
    fn of<T: Worded>() -> Vec<Word> {
        let zh = testing::spellings::<T>();
        zh.into_iter().map(|(zh, en)| Word { zh: Box::leak(zh.into_boxed_str()), en }).collect()
    }
    let units: Vec<Word> = lexicon::UNITS.iter().map(|u| u.word).collect();
    let mut settings = lexicon::TEST_SETTINGS.to_vec();
    settings.push(lexicon::NEXT_DAY);
    settings.extend(lexicon::ALERT_TARGETS);
    settings.extend(lexicon::WASTE);
    settings.push(lexicon::WRONG_VALUE);
    let mut out = String::new();
    for (title, words) in [
        (("关键字", "Keywords"), lexicon::KEYWORDS),
        (("阶段", "Stages"), lexicon::STAGES),
        (("级别", "Severities"), lexicon::SEVERITIES),
        (("缺值、并列之后", "Behind `missing` and `ties`"), &[lexicon::MISSING, lexicon::TIES].concat()),
        (("环节的属性", "Attributes of a node"), lexicon::ATTRIBUTES),
        (("函数", "Functions"), lexicon::FUNCTIONS),
        (("患者的各项", "Items of the patient"), lexicon::PATIENT_FIELDS),
        (("时间单位", "Units of time"), &units),
        (("测试中的词", "Words of tests"), &settings),
        (("闭环与轨迹的状态", "Statuses of a loop and of a track"), &of::<Status>()),
        (("环节的状态", "Statuses of a node"), &of::<NodeStatus>()),
        (("规则的结论", "Verdicts of a rule"), &of::<Verdict>()),
    ] {
        table(&mut out, title, words, language);
    }
    out.push('\n');
    out
}

#[test]
fn the_tables_of_words_are_those_of_the_code() {
    const MARKS: [&str; 2] = ["<!-- words -->\n", "<!-- end of words -->\n"];
    for language in LANGUAGES {
        let (path, text) = page(language, "reference.md");
        let (before, rest) = text.split_once(MARKS[0]).unwrap();
        let (_, after) = rest.split_once(MARKS[1]).unwrap();
        let wanted = format!("{before}{}{}{}{after}", MARKS[0], words(language), MARKS[1]);
        common::golden(&path, &wanted);
    }
}
