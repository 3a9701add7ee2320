//! Small changes of loops and whether their tests notice: each file of `mutants/` with the fate of every change.

mod common;

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::library::{self, Library};
use medloop_dsl::testing::{Fate, Mutants};
use std::fmt::Write as _;
use std::path::Path;

fn load(name: &str, text: String) -> Library {
    let mut texts = common::texts(&common::folder("world"));
    texts.insert(name.to_owned(), text);
    let (library, found) = library::load(&texts);
    assert!(found.is_empty(), "{}", render_all(&found, &Sources::new(texts), Lang::En));
    library
}

fn small() -> String {
    common::text(&common::folder("mutants").join("small.loop"))
}

/// The changes that no test notices, in Chinese.
fn unnoticed(library: &Library) -> Vec<String> {
    let mutants = Mutants::new(library, |_| true);
    let fates: Vec<Fate> = mutants.all().iter().map(|m| mutants.run(m)).collect();
    mutants.unnoticed(&fates).0.into_iter().map(|m| m.what.zh.clone()).collect()
}

#[test]
fn every_change_is_noticed_unnoticed_or_says_nothing() {
    for case in common::cases("mutants", "loop") {
        let text = common::text(&case);
        let name = Path::new(case.file_name().unwrap()).to_str().unwrap();
        let library = load(name, text.clone());
        let sources = Sources::new([(name, text)]);
        let mutants = Mutants::new(&library, |_| true);
        let mut told = String::new();
        for mutant in mutants.all() {
            let fate = match mutants.run(mutant) {
                Fate::Void => '-',
                Fate::Unnoticed => '!',
                Fate::Noticed => ' ',
            };
            let place = sources.get(&mutant.file).unwrap().position(mutant.span.start);
            let (what, test) = (&mutant.what, &mutant.test);
            writeln!(told, "[{fate}] {}:{} {} / {}", place.line, place.column, what.zh, what.en).unwrap();
            if fate == '!' {
                writeln!(told, "      {} / {}", test.zh, test.en).unwrap();
            }
        }
        common::golden(&case.with_extension("txt"), &told);
    }
}

#[test]
fn a_test_at_the_boundary_is_what_notices_a_moved_boundary() {
    let with = load("small.loop", small());
    let what = "<= 改为 <".to_owned();
    assert!(!unnoticed(&with).contains(&what), "a test of exactly half an hour notices");
    let without = load("small.loop", small().replace("08:40 接收", "08:39 接收"));
    assert!(unnoticed(&without).contains(&what));
}

#[test]
fn a_tie_that_satisfies_both_makes_less_and_at_most_the_same() {
    let written = small();
    let ties = load("small.loop", written.clone());
    let mutants = Mutants::new(&ties, |_| true);
    let turned = mutants.all().iter().filter(|m| m.what.zh == "< 改为 <=");
    let fates: Vec<(bool, Fate)> = turned
        .map(|m| (written[..m.span.start].lines().next_back().unwrap().contains("严格先后"), mutants.run(m)))
        .collect();
    let (strict, loose): (Vec<_>, Vec<_>) = fates.into_iter().partition(|(strict, _)| *strict);
    assert!(!loose.is_empty() && loose.iter().all(|(_, fate)| *fate == Fate::Void));
    assert!(!strict.is_empty() && strict.iter().all(|(_, fate)| *fate == Fate::Unnoticed));
}

#[test]
fn what_a_fragment_says_is_noticed_when_one_loop_notices() {
    let fragment = "片段 送检 [delivery] { 流程 采集 → 接收
        环节 采集 [collect] { 事件 specimen.collected  阶段 执行  必填 标本条码 关联 }
        环节 接收 [receive] { 事件 specimen.received  阶段 执行 } }";
    let of = |name: &str, code: &str, test: &str| {
        format!(
            "闭环 {name} [{code}] {{ 主键 医嘱号  使用 送检  流程 申请 → 送检
             环节 申请 [request] {{ 事件 blood.requested  阶段 开立 }}
             测试 \"一\" {{ 08:00 申请 王  08:30 应有 采集 {test} }} }}"
        )
    };
    let both = |tests: [&str; 2]| {
        let (one, two) = (of("甲", "one", tests[0]), of("乙", "two", tests[1]));
        unnoticed(&load("a.loop", format!("{fragment}\n{one}\n{two}")))
    };
    let swap = "“采集”与“接收”互换先后".to_owned();
    let told = both(["待办", "待办"]);
    assert!(!told.contains(&swap), "{told:?}");
    let told: Vec<String> = both(["待办", "待办"]).into_iter().filter(|w| w.contains("采集")).collect();
    let mut once = told.clone();
    once.dedup();
    assert_eq!(told, once, "told once, where it is written");
}

#[test]
fn a_seed_chooses_the_same_changes_again() {
    let library = load("small.loop", small());
    let some = |seed| {
        let mut mutants = Mutants::new(&library, |_| true);
        mutants.sample(10, seed);
        mutants.all().to_vec()
    };
    assert_eq!(some(1).len(), 10);
    assert_eq!(some(1), some(1));
    assert_ne!(some(1), some(2));
}
