//! The tests that loops carry: those of the shipped library, the page's own loop on the shipped YAML, and what failures read like.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::library;
use medloop_dsl::testing::{self, Kind, Options, Outcome, Point};
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
    // Every node happens, every rule is kept and broken, every way through the flow is taken.
    let shown = [Kind::Node, Kind::Branch, Kind::Round];
    let verdict =
        |p: &Point| p.kind == Kind::Rule && (p.what.zh.ends_with("符合") || p.what.zh.ends_with("违反"));
    let left_out = testing::coverage(&library).into_iter().filter(|p| !p.covered);
    let left_out = left_out.filter(|p| shown.contains(&p.kind) || verdict(p));
    assert_eq!(left_out.map(|p| p.what.zh).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_year_without_holidays_is_told_where_a_loop_needs_it() {
    let mut texts = common::texts(&root().join("tests/world"));
    let years = |texts: &BTreeMap<String, String>| {
        let (library, found) = library::load(texts);
        assert_eq!(found, Vec::new());
        let told =
            |year| library.calendars_lack(year).iter().map(|d| d.message.zh.clone()).collect::<Vec<_>>();
        (told(2026), told(2027))
    };
    assert_eq!(years(&texts), (vec![], vec![]), "nothing is measured in working time");
    texts.insert("work.loop".to_owned(), read(&root().join("tests/run/work.loop")));
    let (this, next) = years(&texts);
    assert_eq!(this, Vec::<String>::new());
    assert_eq!(next, ["工作日历没有 2027 年的节假日：东院区、西院区 的工作时长只按每周作息计算"]);
}

#[test]
fn what_a_fragment_brings_in_is_exercised_by_some_loop_that_uses_it() {
    let fragment = "片段 送检 [delivery] { 流程 采集 → 接收
        环节 采集 [collect] { 事件 specimen.collected  阶段 执行  必填 标本条码 关联 }
        环节 接收 [receive] { 事件 specimen.received  阶段 执行 }
        规则 先后 [in_order] { 级别 低  要求 采集.时间 <= 接收.时间 } }";
    let of = |name: &str, code: &str, test: &str| {
        format!(
            "闭环 {name} [{code}] {{ 主键 医嘱号  使用 送检  流程 申请 → 送检
             环节 申请 [request] {{ 事件 blood.requested  阶段 开立 }}
             测试 \"一\" {{ 08:00 申请 王 {test} }} }}"
        )
    };
    let told = |tests: [&str; 2]| -> Vec<String> {
        let mut texts = common::texts(&root().join("tests/world"));
        texts.insert("a.loop".to_owned(), fragment.to_owned());
        texts.insert("b.loop".to_owned(), of("甲", "one", tests[0]));
        texts.insert("c.loop".to_owned(), of("乙", "two", tests[1]));
        let (library, found) = library::load(&texts);
        assert_eq!(found, Vec::new());
        let left_out = testing::coverage(&library).into_iter().filter(|p| !p.covered).map(|p| p.warning());
        left_out.map(|d| format!("{} {}", d.file, d.message.get(Lang::Zh))).collect()
    };
    let nothing = [
        "a.loop 没有测试让环节 采集 发生",
        "a.loop 没有测试让采集 记录 标本条码",
        "a.loop 没有测试让采集 缺少必填的 标本条码",
        "a.loop 没有测试让环节 接收 发生",
        "a.loop 没有测试让规则 先后 符合",
        "a.loop 没有测试让规则 先后 违反",
    ];
    assert_eq!(told(["", ""]), nothing, "told once, where it is written");
    let there = "08:10 采集 赵 { 标本条码 \"S\" }  08:20 接收 孙 { 标本条码 \"S\" }  最终 先后 符合";
    assert_eq!(told(["08:10 采集 赵", there]), [nothing[5]]);
}

#[test]
fn loops_of_the_small_world_pass_their_tests() {
    let world = common::texts(&root().join("tests/world"));
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
    common::texts(&root().join("../loops"))
}

#[expect(clippy::disallowed_methods, reason = "a test reads its files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
