//! Changed nodes: guards of their events, what they must record, how long they may take.

use super::Change;
use super::expr::conditions;
use super::length::lengths;
use crate::say;
use crate::tree::{Length, Name, Node, NodeClause, On};

/// Every change of a node; fields that name its order or track are left as they are.
pub(super) fn nodes(old: &Node, keys: &[&str]) -> Vec<Change<Node>> {
    let mut all = Vec::new();
    for (i, clause) in old.clauses.iter().enumerate() {
        match clause {
            NodeClause::On(on) => {
                all.extend(guards(on).into_iter().map(|c| put(old, i, c.within(NodeClause::On))));
            }
            NodeClause::Fields { required, fields, .. } => {
                for (field, linked) in fields.iter().filter(|(f, _)| !keys.contains(&f.text.as_str())) {
                    all.extend(field_changes(old, i, *required, field, *linked));
                }
            }
            NodeClause::Within { length, of, span } => {
                let name = &old.name.text;
                let what = say!("去掉 {name} 的时限", "the limit of {name} is left out");
                let test = say!("写一个 {name} 延迟的测试", "write a test in which {name} is late");
                all.push(put(old, i, super::length::removed(*span, what, test)));
                all.extend(lengths(length).into_iter().map(|c| {
                    let clause = |length| NodeClause::Within { length, of: of.clone(), span: *span };
                    put(old, i, c.within(clause))
                }));
            }
            NodeClause::Due { field, from, to, miss, span } => {
                let due = |from: Length, to: Option<Length>, miss: Option<Length>| NodeClause::Due {
                    field: field.clone(),
                    from,
                    to,
                    miss,
                    span: *span,
                };
                let edges = lengths(from).into_iter().map(|c| c.within(|l| due(l, to.clone(), miss.clone())));
                all.extend(edges.map(|c| put(old, i, c)));
                let edges = to.iter().flat_map(lengths);
                let edges = edges.map(|c| c.within(|l| due(from.clone(), Some(l), miss.clone())));
                all.extend(edges.map(|c| put(old, i, c)));
                let misses = miss.iter().flat_map(lengths);
                let misses = misses.map(|c| c.within(|l| due(from.clone(), to.clone(), Some(l))));
                all.extend(misses.map(|c| put(old, i, c)));
            }
            NodeClause::By(_) | NodeClause::Stage(_) | NodeClause::Icon(_) | NodeClause::Basis(_) => {}
        }
    }
    all
}

/// The node with one clause changed, or left out.
fn put(old: &Node, i: usize, change: Change<NodeClause>) -> Change<Node> {
    let mut clauses = old.clauses.clone();
    match change.new {
        Some(clause) => clauses.iter_mut().skip(i).take(1).for_each(|slot| slot.clone_from(&clause)),
        None => drop(clauses.remove(i)),
    }
    Change::new(change.span, change.what, change.test, Node { clauses, ..old.clone() })
}

/// Without its 当, and with that changed.
pub(super) fn guards(on: &On) -> Vec<Change<On>> {
    let Some(guard) = &on.guard else { return Vec::new() };
    let what = say!("去掉事件的条件", "the condition of the event is left out");
    let test = say!("写一个这个条件不成立的事件", "write an event for which the condition is not so");
    let mut all = vec![Change::new(guard.span, what, test, On { guard: None, ..on.clone() })];
    let changed = conditions(guard).into_iter();
    all.extend(changed.map(|c| c.within(|guard| On { guard: Some(guard), ..on.clone() })));
    all
}

/// A field that is not recorded any more, and one that is optional instead of required or the other way round.
fn field_changes(old: &Node, i: usize, required: bool, field: &Name, linked: bool) -> Vec<Change<Node>> {
    let (name, word) = (&old.name.text, &field.text);
    let test = say!(
        "写一个 {name} 缺少 {word} 的测试，断言闭环的结局",
        "write a test in which {name} lacks {word} and expect how the loop ends"
    );
    let mut less = old.clone();
    let fields = less.clauses.get_mut(i);
    if let Some(NodeClause::Fields { fields, .. }) = fields {
        fields.retain(|(f, _)| f != field);
    }
    let mut other = less.clone();
    let clause = |c: &mut NodeClause| match c {
        NodeClause::Fields { required: r, fields, .. } if *r != required => {
            fields.push((field.clone(), linked));
            true
        }
        _ => false,
    };
    if !other.clauses.iter_mut().any(clause) {
        let fields = vec![(field.clone(), linked)];
        other.clauses.push(NodeClause::Fields { required: !required, fields, span: field.span });
    }
    for node in [&mut less, &mut other] {
        node.clauses.retain(|c| !matches!(c, NodeClause::Fields { fields, .. } if fields.is_empty()));
    }
    let what = if required {
        say!("{word} 由必填改为可填", "{word} is optional instead of required")
    } else {
        say!("{word} 由可填改为必填", "{word} is required instead of optional")
    };
    let mut all = vec![Change::new(field.span, what, test.clone(), other)];
    if required {
        let what = say!("{name} 不再记录 {word}", "{name} does not record {word} any more");
        all.push(Change::new(field.span, what, test, less));
    }
    all
}
