//! Visits (就诊): a transfer, a discharge or a death names no order. It goes to all orders of its visit, in the loops that ask.

use super::{as_text, facts, wants};
use crate::event::{Event, MAX_ID};
use crate::expr::Expr;
use crate::facts::{Fact, InstanceFacts};
use crate::graph::{AlertPart, Definition};
use crate::name::FieldCode;
use crate::time::Instant;
use std::sync::Arc;

/// The field that carries a visit number, in the event and in its `patient`.
pub const VISIT_NO: &str = "visit_no";
/// The patient is in another department, ward or bed from then on: what its `patient` says is where.
pub const TRANSFERRED: &str = "patient.transferred";
/// The types that go by the visit.
pub const OF_VISITS: [&str; 3] = [TRANSFERRED, "patient.discharged", "patient.died"];

/// Whether an event of this type goes by the visit number, and by nothing else, in this loop. In a loop of which the visit is
/// the key it goes by that, as any event does.
#[must_use]
pub fn by_visit(def: &Definition, kind: &str) -> bool {
    OF_VISITS.contains(&kind) && def.key.as_str() != VISIT_NO
}

/// Whether the loop asks for what happens to the visit: a node or an ending names such an event, or a rule asks where the patient
/// was.
#[must_use]
pub fn asks_for_visits(def: &Definition) -> bool {
    let nodes = def.nodes.iter().flat_map(|n| &n.triggers);
    let endings = def.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
    nodes.chain(endings).any(|t| by_visit(def, t.event.as_str())) || asks_for_places(def)
}

/// Whether a rule of the loop asks where the patient was.
pub(super) fn asks_for_places(def: &Definition) -> bool {
    let rules = def.rules.iter().flat_map(|rule| {
        let said = rule.alert.iter().flatten().filter_map(|part| match part {
            AlertPart::Value(expr) => Some(expr),
            AlertPart::Text(_) => None,
        });
        rule.applies.iter().chain([&rule.check]).chain(said)
    });
    let mut found = false;
    for expr in rules.chain(def.asks.iter().map(|ask| &ask.body)) {
        expr.walk(&mut |e| found |= matches!(e, Expr::Patient(of, _) if of.moves()));
    }
    found && def.key.as_str() != VISIT_NO
}

/// The visit that an event belongs to: the number in its data, else that of its patient; a newborn's is its own, though it
/// shares the number of its mother's. `None`: it says none, or one that is no number.
#[must_use]
pub fn visit(event: &Event) -> Option<Arc<str>> {
    let patient = event.patient.as_ref();
    let own = event.data.get(VISIT_NO).and_then(as_text);
    let number = own.or_else(|| patient.and_then(|p| p.visit_no.clone()))?;
    if number.is_empty() || number.len() > MAX_ID || number.chars().any(char::is_control) {
        return None;
    }
    match patient.and_then(|p| p.baby_no.as_ref()).filter(|baby| &***baby != "0") {
        Some(baby) => Some(Arc::from(format!("{number}\t{baby}"))),
        None => Some(number),
    }
}

/// A visit as a value that leads.
pub(super) fn link(event: &Event) -> Option<(FieldCode, Arc<str>)> {
    Some((FieldCode::parse(VISIT_NO).ok()?, visit(event)?))
}

/// Whether an event stands as waiting while no order has it. What goes by the visit does not: most patients are moved and
/// discharged without an open order of a loop that asks.
#[must_use]
pub fn awaits(def: &Definition, event: &Event) -> bool {
    wants(def, event) && !by_visit(def, event.kind.as_str()) && !facts(def, event).is_empty()
}

/// The patient and the place that an order shows are those of its own time: what the visit brought after it had closed tells
/// nothing of it.
pub fn told_of(facts: &InstanceFacts, closed_at: Option<Instant>) -> impl Iterator<Item = &Fact> {
    facts.iter().filter(move |f| !f.dead && tells(f, closed_at))
}

/// Whether a fact tells of an order that closed then.
#[must_use]
pub fn tells(fact: &Fact, closed_at: Option<Instant>) -> bool {
    !fact.visit || closed_at.is_none_or(|closed| fact.at.at <= closed)
}
