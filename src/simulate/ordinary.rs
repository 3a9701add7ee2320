//! What an ordinary order is: which nodes and fields only something out of the ordinary brings, which rules apply to it, and
//! what guards ask of its events.

use medloop_engine::graph::{CampusSettings, Compare, Definition, Expr, NodeIx};
use medloop_engine::name::FieldCode;
use medloop_engine::value::Value;

use super::patterns::{Asks, Place, gather, parts};
use super::values;

/// Whether this part of an 适用 is true of an ordinary order: what it names happened, and nothing is said of values.
pub(super) fn applies(definition: &Definition, strange: &[NodeIx], part: &Expr) -> bool {
    match part {
        Expr::Done(ix) => !strange.contains(ix) && definition.node(*ix).is_some_and(|n| !n.negative),
        Expr::Filled(..) => true,
        _ => false,
    }
}

/// Whether this part of an 适用 is false of an ordinary order: it asks for another code than the ordinary one.
pub(super) fn rare(definition: &Definition, part: &Expr) -> bool {
    let Expr::Compare(Compare::Eq, left, right) = part else { return false };
    match (left.as_ref(), right.as_ref()) {
        (Expr::Field(_, _, field), Expr::Literal(Value::Text(text))) => {
            values::ordinary(definition, field).is_some_and(|usual| usual != text)
        }
        _ => false,
    }
}

/// Whether there is one way to comply, or all ways ask the same of the same place.
pub(super) fn one_way(check: &Expr, definition: &Definition, campus: &CampusSettings) -> bool {
    let place = |asks: &Asks| match asks {
        Asks::SameActor { node, .. } | Asks::Dept { of: node } => Some((*node, None)),
        Asks::Equal { place, .. } => Some((place.0, Some(place.1.clone()))),
        _ => None,
    };
    match check {
        Expr::Or(all) => {
            let ways: Vec<Vec<_>> = all
                .iter()
                .map(|way| {
                    let mut asks = Vec::new();
                    gather(way, definition, campus, &mut asks);
                    asks.iter().map(place).collect()
                })
                .collect();
            let first = ways.first().and_then(|w| w.first()).cloned().flatten();
            first.is_some_and(|first| ways.iter().all(|way| way.contains(&Some(first.clone()))))
        }
        Expr::And(all) => all.iter().all(|part| one_way(part, definition, campus)),
        _ => true,
    }
}

/// Optional nodes that happen only after something out of the ordinary: a rule asks whether they happened, to know whether it
/// applies or as one of several ways to comply, or their icon warns.
pub(crate) fn exceptional(definition: &Definition) -> Vec<NodeIx> {
    let mut asked = Vec::new();
    for rule in &definition.rules {
        rule.applies.iter().flat_map(parts).for_each(|part| done(part, &mut asked));
        ways(&rule.check, &mut asked);
    }
    let optional = |ix: NodeIx| definition.node(ix).is_some_and(|n| n.optional && !n.negative);
    let warns = |ix: NodeIx| definition.node(ix).is_some_and(|n| n.icon == "triangle_alert");
    let all = definition.nodes().map(|(ix, _)| ix);
    all.filter(|ix| optional(*ix) && (asked.contains(ix) || warns(*ix))).collect()
}

fn done(expression: &Expr, found: &mut Vec<NodeIx>) {
    match expression {
        Expr::Done(ix) => found.push(*ix),
        Expr::And(all) | Expr::Or(all) => all.iter().for_each(|e| done(e, found)),
        Expr::Not(inner) => done(inner, found),
        _ => {}
    }
}

fn ways(check: &Expr, found: &mut Vec<NodeIx>) {
    match check {
        Expr::Or(all) => all.iter().for_each(|e| done(e, found)),
        Expr::And(all) => all.iter().for_each(|e| ways(e, found)),
        _ => {}
    }
}

/// Fields that say why something out of the ordinary was done all the same: `已填(…)` as one of several ways to comply.
pub(crate) fn excuses(definition: &Definition) -> Vec<Place> {
    let mut found = Vec::new();
    for rule in &definition.rules {
        if let Expr::Or(all) = &rule.check {
            found.extend(all.iter().skip(1).filter_map(|way| match way {
                Expr::Filled(node, _, field) => Some((*node, field.clone())),
                _ => None,
            }));
        }
    }
    found
}

/// What the guard of a node's event demands of its fields.
pub(crate) fn demanded(definition: &Definition, ix: NodeIx) -> Vec<(FieldCode, Value)> {
    let guards = definition.node(ix).into_iter().flat_map(|n| &n.triggers).filter_map(|t| t.guard.as_ref());
    let mut found: Vec<(FieldCode, Value)> = Vec::new();
    for part in guards.flat_map(parts) {
        let (field, value) = match part {
            Expr::Compare(Compare::Eq, left, right) => (left, Some(right.as_ref())),
            Expr::In(left, right) => {
                (left, if let Expr::List(all) = right.as_ref() { all.first() } else { None })
            }
            _ => continue,
        };
        if let (Expr::EventField(field), Some(Expr::Literal(value))) = (field.as_ref(), value) {
            found.push((field.clone(), value.clone()));
        }
    }
    found
}

/// Every field of the event at hand that a guard names.
pub(crate) fn event_fields(guard: &Expr, found: &mut Vec<FieldCode>) {
    match guard {
        Expr::EventField(field) => found.push(field.clone()),
        Expr::Not(inner) | Expr::Lookup(_, inner) | Expr::Matches(inner, _) => event_fields(inner, found),
        Expr::And(all) | Expr::Or(all) | Expr::List(all) => all.iter().for_each(|e| event_fields(e, found)),
        Expr::Compare(_, a, b) | Expr::In(a, b) | Expr::Add(a, b) | Expr::Sub(a, b) => {
            event_fields(a, found);
            event_fields(b, found);
        }
        _ => {}
    }
}
