//! Changed statements of a loop: each kind with what may be wrong about it.

use super::Change;
use super::expr::conditions;
use super::flow::flows;
use super::length::{lengths, removed, values};
use super::node::{guards, nodes};
use crate::say;
use crate::tree::{Ending, EndingKind, LoopItem, Name, Param, Rule, RuleClause, Spanned, Starts};

/// Every change of a statement; `keys` are the fields that name orders and tracks.
pub(super) fn changes(old: &LoopItem, keys: &[&str]) -> Vec<Change<LoopItem>> {
    match old {
        LoopItem::Flow(flow) => {
            let put = |f| LoopItem::Flow(Spanned { value: Box::new(f), span: flow.span });
            flows(&flow.value).into_iter().map(|c| c.within(put)).collect()
        }
        LoopItem::Starts(starts) => {
            self::starts(starts).into_iter().map(|c| c.within(LoopItem::Starts)).collect()
        }
        LoopItem::Param(param) => {
            // The range is for campuses: a changed value may lie outside it.
            let put = |value| LoopItem::Param(Param { value, range: None, ..param.clone() });
            values(&param.value).into_iter().map(|c| c.within(put)).collect()
        }
        LoopItem::Node(node) => nodes(node, keys).into_iter().map(|c| c.within(LoopItem::Node)).collect(),
        LoopItem::Ending(ending) => {
            let kind = match ending.kind {
                EndingKind::Cancel => ("取消", "cancel"),
                EndingKind::Stop => ("停止", "stop"),
                EndingKind::Supersede => ("换单", "supersede"),
                EndingKind::Excuse => ("豁免", "excuse"),
            };
            let (zh, en) = kind;
            let what = say!("去掉这条“{zh}”", "this `{en}` is left out");
            let test = say!("写一个有“{zh}”的测试", "write a test with a `{en}`");
            let mut all = vec![removed(ending.span, what, test)];
            all.extend(endings(ending).into_iter().map(|c| c.within(LoopItem::Ending)));
            all
        }
        LoopItem::Interrupt(length) => {
            let what = say!("去掉“中断”", "`interrupt` is left out");
            let test = say!("写一个闭环中断的测试", "write a test in which the loop is interrupted");
            let put = |value| LoopItem::Interrupt(Spanned { value, span: length.span });
            let mut all = vec![removed(length.span, what, test)];
            all.extend(lengths(&length.value).into_iter().map(|c| c.within(put)));
            all
        }
        LoopItem::Seal(length) => {
            let what = say!("去掉“封存”", "`seal` is left out");
            let test = say!(
                "写一个封存之后才到的消息不改变结论的测试",
                "write a test in which what arrives after the seal changes nothing"
            );
            let put = |value| LoopItem::Seal(Spanned { value, span: length.span });
            let mut all = vec![removed(length.span, what, test)];
            all.extend(lengths(&length.value).into_iter().map(|c| c.within(put)));
            all
        }
        LoopItem::Rule(rule) => {
            let name = &rule.name.text;
            let what = say!("去掉规则 {name}", "the rule {name} is left out");
            let test = say!("写一个断言 {name} 结论的测试", "write a test that expects a verdict of {name}");
            let mut all = vec![removed(rule.name.span, what, test)];
            all.extend(rules(rule).into_iter().map(|c| c.within(LoopItem::Rule)));
            all
        }
        LoopItem::Grade(_)
        | LoopItem::Category(_)
        | LoopItem::Basis(_)
        | LoopItem::Key(_)
        | LoopItem::Use(_)
        | LoopItem::Refer(_)
        | LoopItem::Measure(_)
        | LoopItem::Test(_) => Vec::new(),
    }
}

fn starts(old: &Starts) -> Vec<Change<Starts>> {
    let mut all = Vec::new();
    if let Some(guard) = &old.guard {
        let what = say!("去掉开立的条件", "the condition of the opening event is left out");
        let test = say!("写一个不该开出闭环的测试", "write a test of an event that opens no loop");
        all.push(Change::new(guard.span, what, test, Starts { guard: None, ..old.clone() }));
        let changed = conditions(guard).into_iter();
        all.extend(changed.map(|c| c.within(|guard| Starts { guard: Some(guard), ..old.clone() })));
    }
    for node in old.nodes.iter().filter(|_| old.nodes.len() > 1) {
        let name = &node.text;
        let what = say!("{name} 不再开出闭环", "{name} opens no loop any more");
        let test = say!("写一个由 {name} 开出的测试", "write a test that {name} opens");
        let nodes = old.nodes.iter().filter(|n| *n != node).cloned().collect();
        all.push(Change::new(node.span, what, test, Starts { nodes, ..old.clone() }));
    }
    all
}

fn endings(old: &Ending) -> Vec<Change<Ending>> {
    let mut all: Vec<Change<Ending>> =
        guards(&old.on).into_iter().map(|c| c.within(|on| Ending { on, ..old.clone() })).collect();
    if let Some(node) = &old.before {
        let name = &node.text;
        let what = say!("去掉“之前 {name}”", "`before {name}` is left out");
        let test = say!(
            "写一个在 {name} 之后取消的测试，断言“闭环 浪费”",
            "write a test that cancels after {name} and asserts `loop wasted`"
        );
        all.push(Change::new(node.span, what, test, Ending { before: None, ..old.clone() }));
    }
    if let Some(field) = &old.effective {
        let name = &field.text;
        let what = say!("去掉“生效 {name}”", "`effective {name}` is left out");
        let test = say!(
            "写一个停止时间与事件时间不同的测试",
            "write a test in which the stop takes effect at another time than its event's"
        );
        all.push(Change::new(field.span, what, test, Ending { effective: None, ..old.clone() }));
    }
    if let Some(on) = old.resume.first() {
        let what = say!("去掉“恢复”", "`resume` is left out");
        let test = say!("写一个停止后又恢复的测试", "write a test that takes a stop back");
        all.push(Change::new(on.span, what, test, Ending { resume: Vec::new(), ..old.clone() }));
    }
    all
}

fn rules(old: &Rule) -> Vec<Change<Rule>> {
    let mut all: Vec<Change<Rule>> = Vec::new();
    for (i, clause) in old.clauses.iter().enumerate() {
        let mut put = |change: Change<RuleClause>| {
            let mut clauses = old.clauses.clone();
            match change.new {
                Some(new) => clauses.iter_mut().skip(i).take(1).for_each(|slot| slot.clone_from(&new)),
                None => drop(clauses.remove(i)),
            }
            let new = Rule { clauses, ..old.clone() };
            all.push(Change::new(change.span, change.what, change.test, new));
        };
        let name = &old.name.text;
        match clause {
            RuleClause::Severity(word) => {
                put(severity(name, word).within(RuleClause::Severity));
            }
            RuleClause::Check(expr, text) => {
                conditions(expr)
                    .into_iter()
                    .for_each(|c| put(c.within(|e| RuleClause::Check(e, text.clone()))));
            }
            RuleClause::Applies(expr) => {
                let what = say!("去掉 {name} 的适用条件", "the rule {name} applies always");
                let test = say!("写一个 {name} 不适用的测试", "write a test in which {name} does not apply");
                put(removed(expr.span, what, test));
                conditions(expr).into_iter().for_each(|c| put(c.within(RuleClause::Applies)));
            }
            RuleClause::Missing(word) => {
                let what = say!("去掉“缺值 违规”", "`missing violates` is left out");
                let test = say!("写一个缺少所需字段的测试", "write a test in which the field does not come");
                put(removed(word.span, what, test));
            }
            RuleClause::Ties(word) => {
                let what = say!("去掉“并列”", "`ties` is left out");
                let test = say!("写一个记在同一分钟的测试", "write a test of two times in the same minute");
                put(removed(word.span, what, test));
            }
            RuleClause::Alert(..) | RuleClause::Escalate(..) | RuleClause::Basis(_) => {}
        }
    }
    all
}

/// Across the border that a loop's end depends on: a violated rule of 中 or above is a defect. No other change of it can be seen by a test.
fn severity(rule: &str, word: &Name) -> Change<Name> {
    let low = ["低", "low"].contains(&word.text.as_str());
    let (zh, en) = if low { ("中", "medium") } else { ("低", "low") };
    let old = &word.text;
    let what = say!("{rule} 的级别由 {old} 改为 {zh}", "the severity of {rule} is {en} instead of {old}");
    let test = say!(
        "写一个只有 {rule} 违反的测试，断言闭环的结局",
        "write a test in which only {rule} is violated and expect how the loop ends"
    );
    Change::new(word.span, what, test, Name { text: zh.to_owned(), ..word.clone() })
}
