//! Conditions of a source file: lists of which all must hold, each a field and one test, or `all`, `any`, `none`.

use super::context::Context;
use super::tables::scalar;
use super::value::{field, value};
use crate::diagnostic::Words;
use crate::yaml::{Kind, Node};
use medloop_engine::map::{Condition, Test};
use std::collections::BTreeSet;
use std::sync::Arc;

const TESTS: [&str; 7] = ["is", "not", "in", "not_in", "empty", "matches", "listed"];
const GROUPS: [&str; 3] = ["all", "any", "none"];

/// A list of conditions of which all must hold.
pub(super) fn conditions(cx: &mut Context<'_>, node: &Node) -> Condition {
    Condition::All(node.items().iter().filter_map(|n| condition(cx, n)).collect())
}

fn condition(cx: &mut Context<'_>, node: &Node) -> Option<Condition> {
    let group = node.entries().iter().find(|e| GROUPS.contains(&e.key.as_str()));
    if let Some(entry) = group {
        if node.entries().len() > 1 {
            return wrong(cx, node);
        }
        let parts: Vec<Condition> = entry.value.items().iter().filter_map(|n| condition(cx, n)).collect();
        return Some(match entry.key.as_str() {
            "all" => Condition::All(parts),
            "any" => Condition::Any(parts),
            _ => Condition::Not(Box::new(Condition::Any(parts))),
        });
    }
    let pick = match (node.get("field"), node.get("value")) {
        (Some(name), None) => field(cx, name),
        (None, Some(of)) => value(cx, of),
        _ => return wrong(cx, node),
    };
    let mut tests = node.entries().iter().filter(|e| TESTS.contains(&e.key.as_str()));
    let (Some(entry), None) = (tests.next(), tests.next()) else {
        return wrong(cx, node);
    };
    let operand = &entry.value;
    let (test, negated) = match entry.key.as_str() {
        "is" => (Test::In(scalar(operand).map(|t| Arc::from(t.as_str())).into_iter().collect()), false),
        "not" => (Test::In(scalar(operand).map(|t| Arc::from(t.as_str())).into_iter().collect()), true),
        "in" => (Test::In(texts(operand)), false),
        "not_in" => (Test::In(texts(operand)), true),
        "empty" => (Test::Empty, operand.value == Kind::Bool(false)),
        "listed" => {
            let name = operand.text()?;
            if !cx.codes.contains_key(name) {
                let known: Vec<String> = cx.codes.keys().cloned().collect();
                cx.unknown(operand.span, name, ("对照表", "code table"), known.iter().map(String::as_str));
                return None;
            }
            (Test::Listed(Arc::from(name)), false)
        }
        _ => match Test::matches(operand.text()?) {
            Ok(test) => (test, false),
            Err(reason) => {
                let words =
                    crate::say!("正则表达式有误：{reason}", "this is no regular expression: {reason}");
                cx.error("E0804", operand.span, words);
                return None;
            }
        },
    };
    let test = Condition::Test(pick?, test);
    Some(if negated { Condition::Not(Box::new(test)) } else { test })
}

fn texts(node: &Node) -> BTreeSet<Arc<str>> {
    node.items().iter().filter_map(scalar).map(|t| Arc::from(t.as_str())).collect()
}

fn wrong(cx: &mut Context<'_>, node: &Node) -> Option<Condition> {
    let words = Words::new(
        "条件写法：{field: 列, is|not|in|not_in|empty|matches|listed: …} 或 {all|any|none: […]}",
        "a condition is {field: column, is|not|in|not_in|empty|matches|listed: …} or {all|any|none: […]}",
    );
    cx.error("E0801", node.span, words);
    None
}
