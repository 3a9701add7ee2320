//! The rules of a source: which rows, what joins them, what they become.

use super::checks;
use super::condition::conditions;
use super::context::Context;
use super::value::{field, literal, value};
use crate::diagnostic::Words;
use crate::yaml::Node;
use medloop_engine::map::{AsOf, Condition, IndexSpec, Join, Make, Pick, Rule, Split, Then};
use std::sync::Arc;

pub(super) fn rules(cx: &mut Context<'_>, root: &Node) -> Vec<Rule> {
    let items = root.get("map").map(Node::items).unwrap_or_default();
    items.iter().filter_map(|node| rule(cx, node)).collect()
}

fn rule(cx: &mut Context<'_>, node: &Node) -> Option<Rule> {
    let (table, columns) = table(cx, node.get("for")?)?;
    cx.columns = columns;
    cx.joins.clear();
    cx.split = false;
    let split = node.get("split").and_then(|n| split(cx, n));
    cx.split = node.get("split").is_some();
    let joins = joins(cx, node);
    let when = node.get("when").map_or_else(Condition::always, |n| conditions(cx, n));
    let then = match (node.get("event"), node.get("ignore").and_then(Node::text)) {
        (Some(event), None) => make(cx, node, event).map(|m| Then::Event(Box::new(m))),
        (None, Some(reason)) => Some(Then::Ignore(Arc::from(reason))),
        _ => {
            let words = Words::new("规则要么有 event，要么有 ignore", "a rule has either event or ignore");
            cx.error("E0801", node.get("rule").map_or(node.span, |n| n.span), words);
            None
        }
    };
    Some(Rule {
        name: Arc::from(node.text_at("rule").unwrap_or_default()),
        table,
        when,
        split,
        joins: joins?,
        then: then?,
    })
}

fn table(cx: &mut Context<'_>, node: &Node) -> Option<(usize, Vec<Arc<str>>)> {
    let name = node.text()?;
    let found = cx.tables.get(name).cloned();
    if found.is_none() {
        let known: Vec<String> = cx.tables.keys().cloned().collect();
        cx.unknown(node.span, name, ("表", "table"), known.iter().map(String::as_str));
    }
    found
}

fn split(cx: &mut Context<'_>, node: &Node) -> Option<Split> {
    match field(cx, node.get("field")?)? {
        Pick::Field(path) => Some(Split { path, by: node.text_at("by").map(Arc::from) }),
        _ => None,
    }
}

fn joins(cx: &mut Context<'_>, rule: &Node) -> Option<Vec<Join>> {
    let mut joins = Vec::new();
    let mut fine = true;
    for entry in rule.get("join").map(Node::entries).unwrap_or_default() {
        if cx.columns.iter().any(|c| **c == *entry.key) {
            let name = &entry.key;
            let words =
                crate::say!("连接 “{name}” 与同名的列分不清", "the join “{name}” bears the name of a column");
            cx.error("E0801", entry.key_span, words);
        }
        match join(cx, &entry.value) {
            Some((join, columns)) => {
                joins.push(join);
                // A later join may build on this one.
                cx.joins.push((entry.key.clone(), Some(columns)));
            }
            None => {
                fine = false;
                cx.joins.push((entry.key.clone(), None));
            }
        }
    }
    fine.then_some(joins)
}

fn join(cx: &mut Context<'_>, node: &Node) -> Option<(Join, Vec<Arc<str>>)> {
    let (table, columns) = table(cx, node.get("table")?)?;
    let mut keys = Vec::new();
    let mut on = Vec::new();
    let mut fine = true;
    for entry in node.get("on")?.entries() {
        fine &= column(cx, &columns, &entry.key, entry.key_span);
        keys.push(Arc::from(entry.key.as_str()));
        match value(cx, &entry.value) {
            Some(pick) => on.push(pick),
            None => fine = false,
        }
    }
    let (mut as_of, mut at) = (None, None);
    if let Some(of) = node.get("as_of") {
        for key in ["from", "to"] {
            if let Some(name) = of.get(key) {
                fine &= column(cx, &columns, name.text()?, name.span);
            }
        }
        let stamp = cx.stamp(of);
        as_of =
            Some(AsOf { from: Arc::from(of.text_at("from")?), to: of.text_at("to").map(Arc::from), stamp });
        at = Some(cx.time(of.get("at")?)?);
    }
    let spec = IndexSpec { table, columns: keys, as_of };
    let index = cx.indexes.iter().position(|i| *i == spec).unwrap_or_else(|| {
        cx.indexes.push(spec);
        cx.indexes.len() - 1
    });
    fine.then_some((Join { index, on, at }, columns))
}

fn column(cx: &mut Context<'_>, columns: &[Arc<str>], name: &str, span: crate::diagnostic::Span) -> bool {
    let known = columns.iter().any(|c| **c == *name);
    if !known {
        cx.unknown(span, name, ("列", "column"), columns.iter().map(AsRef::as_ref));
    }
    known
}

fn make(cx: &mut Context<'_>, rule: &Node, event: &Node) -> Option<Make> {
    let kind = literal(cx, event);
    let system = rule.get("system").and_then(|n| cx.system(n));
    let campus = rule.get("campus").map(|n| {
        if n.text().is_some() {
            cx.campus(n);
        }
        literal(cx, n)
    });
    let id = match rule.get("id") {
        Some(id) => value(cx, id),
        None => {
            needs(cx, rule, "id");
            None
        }
    };
    let time = match rule.get("time") {
        Some(time) => cx.time(time),
        None => {
            needs(cx, rule, "time");
            None
        }
    };
    let revision = rule.get("revision").map(|n| value(cx, n));
    let sequence = rule.get("sequence").map(|n| value(cx, n));
    let set = set(cx, rule.get("set"));
    checks::event(cx, rule, event);
    Some(Make {
        event: kind?,
        system,
        campus: transpose(campus)?,
        id: id?,
        revision: transpose(revision)?,
        sequence: transpose(sequence)?,
        time: time?,
        set: set?,
    })
}

#[expect(clippy::option_option, reason = "outer: whether it is said; inner: whether it could be read")]
fn transpose<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

fn needs(cx: &mut Context<'_>, rule: &Node, key: &str) {
    let words = crate::say!("有 event 的规则须写 {key}", "a rule with event must say {key}");
    cx.error("E0801", rule.get("rule").map_or(rule.span, |n| n.span), words);
}

fn set(cx: &mut Context<'_>, node: Option<&Node>) -> Option<Vec<(Vec<Arc<str>>, Pick)>> {
    let mut set = Vec::new();
    let mut fine = true;
    for entry in node.into_iter().flat_map(checks::set_entries) {
        let path: Vec<Arc<str>> = entry.key.split('.').map(Arc::from).collect();
        match value(cx, &entry.value) {
            Some(pick) => set.push((path, pick)),
            None => fine = false,
        }
    }
    fine.then_some(set)
}
