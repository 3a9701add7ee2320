//! What the tests of loops leave out: nodes that no line lets happen, rules that no test makes hold or break.

use crate::diagnostic::{Diagnostic, Words};
use crate::fragments;
use crate::tree::{Expectation, File, Loop, LoopItem, Name, Test, TestItem, What};
use medloop_engine::state::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// Says as warnings which nodes and rules of the loops in these files their own tests do not exercise.
///
/// What a fragment brings in counts for each loop that uses it: it is exercised when the tests of one of them do so.
#[must_use]
pub fn coverage(files: &[File]) -> Vec<Diagnostic> {
    let (whole, origins, _) = fragments::expand(files);
    let mut wanted = Wanted::new();
    for file in whole.iter() {
        for of in file.loops.iter().filter(|l| !l.fragment) {
            look(&file.name, of, &mut wanted);
        }
    }
    let mut found: Vec<Diagnostic> = wanted.into_values().flatten().collect();
    origins.home(&mut found);
    crate::diagnostic::sort(&mut found);
    found
}

/// What should be exercised, by file, place and code: the warning, or nothing once some loop's tests exercise it.
type Wanted = BTreeMap<(String, usize, &'static str, &'static str), Option<Diagnostic>>;

fn look(file: &str, of: &Loop, wanted: &mut Wanted) {
    let tests: Vec<&Test> = of
        .items
        .iter()
        .filter_map(|i| if let LoopItem::Test(test) = i { Some(test) } else { None })
        .collect();
    let items = || tests.iter().flat_map(|t| &t.items);
    let happened: BTreeSet<&str> = items()
        .filter_map(|i| match i {
            TestItem::Event(line) => match &line.what {
                What::Node(name) => Some(name.text.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let judged: Vec<(&str, Verdict)> = items()
        .filter_map(|i| if let TestItem::Expect { expectation, .. } = i { judged(expectation) } else { None })
        .collect();
    let mut want = |name: &Name, (code, what): (&'static str, &'static str), done: bool, words: Words| {
        // A place of a fragment is the same in whatever loop it stands.
        let home = if fragments::is_far(name.span) { String::new() } else { file.to_owned() };
        let warning = Diagnostic::warning(code, file, name.span, words);
        let place = wanted.entry((home, name.span.start, code, what)).or_insert(Some(warning));
        if done {
            *place = None;
        }
    };
    for item in &of.items {
        match item {
            LoopItem::Node(node) => {
                let name = &node.name.text;
                let words = crate::say!("没有测试让环节 {name} 发生", "no test lets the node {name} happen");
                let done = named(&node.name, node.code.as_ref(), |n| happened.contains(n));
                want(&node.name, ("E0614", ""), done, words);
            }
            LoopItem::Rule(rule) => {
                for (verdict, zh, en) in
                    [(Verdict::Holds, "符合", "hold"), (Verdict::Violated, "违反", "break")]
                {
                    let name = &rule.name.text;
                    let seen = |n: &str| judged.iter().any(|(name, v)| *name == n && *v == verdict);
                    let words =
                        crate::say!("没有测试使规则 {name} {zh}", "no test makes the rule {name} {en}");
                    let done = named(&rule.name, rule.code.as_ref(), seen);
                    want(&rule.name, ("E0615", en), done, words);
                }
            }
            _ => {}
        }
    }
}

fn judged(expectation: &Expectation) -> Option<(&str, Verdict)> {
    match expectation {
        Expectation::Alert { raised: true, rule, .. } => Some((&rule.text, Verdict::Violated)),
        Expectation::Named { name, status, .. } => Some((&name.text, super::meaning(&status.text)?)),
        _ => None,
    }
}

fn named(name: &Name, code: Option<&Name>, is: impl Fn(&str) -> bool) -> bool {
    is(&name.text) || code.is_some_and(|c| is(&c.text))
}
