//! What the tests of a loop leave out: nodes that no line lets happen, rules that no test makes hold or break.

use crate::diagnostic::Diagnostic;
use crate::tree::{Expectation, Loop, LoopItem, Name, Test, TestItem, What};
use medloop_engine::state::Verdict;
use std::collections::BTreeSet;

/// Says as warnings which nodes and rules of a loop its own tests do not exercise.
#[must_use]
pub fn coverage(file: &str, of: &Loop) -> Vec<Diagnostic> {
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
    let mut found = Vec::new();
    for item in &of.items {
        match item {
            LoopItem::Node(node) if !named(&node.name, node.code.as_ref(), |n| happened.contains(n)) => {
                let name = &node.name.text;
                let words = crate::say!("没有测试让环节 {name} 发生", "no test lets the node {name} happen");
                found.push(Diagnostic::warning("E0614", file, node.name.span, words));
            }
            LoopItem::Rule(rule) => {
                for (verdict, zh, en) in
                    [(Verdict::Holds, "符合", "hold"), (Verdict::Violated, "违反", "break")]
                {
                    let seen = |n: &str| judged.iter().any(|(name, v)| *name == n && *v == verdict);
                    if !named(&rule.name, rule.code.as_ref(), seen) {
                        let name = &rule.name.text;
                        let words =
                            crate::say!("没有测试使规则 {name} {zh}", "no test makes the rule {name} {en}");
                        found.push(Diagnostic::warning("E0615", file, rule.name.span, words));
                    }
                }
            }
            _ => {}
        }
    }
    found
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
