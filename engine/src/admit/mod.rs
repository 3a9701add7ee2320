//! What one event does in one loop: which nodes and endings it hits, on which tracks, with which values.
//!
//! Pure and complete: the same event and definition always give the same facts; what they lead to is the fold's business.

mod check;
mod items;
mod order;
mod typed;
mod visit;

pub use check::{check, uses, wants};
pub use items::{ORDER_NO, order_numbers};
pub use order::sort;
pub use typed::{as_text, typed};
pub(crate) use typed::{matches, person};
pub use visit::{OF_VISITS, TRANSFERRED, VISIT_NO, asks_for_visits, awaits, by_visit, tells, told_of, visit};

use crate::event::Event;
use crate::facts::{BadField, Fact, Fields, Hit, InstanceFacts, TrackId};
use crate::graph::{CampusSettings, Definition, ScopeIx, Trigger};
use crate::guard::Look;
use crate::name::FieldCode;
use crate::time::{Instant, Zone};
use crate::value::{Type, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The facts that `event` brings into an instance of this loop, by track; empty when the loop has no use for it.
///
/// An event of a node inside a `每个` goes to the track of the value it carries, without a value to the order's own
/// (unassigned). An ending acts on every track whose value the event carries, else on the order. What goes by the visit is on
/// the order's own; where the patient was moved to is a fact of a loop that asks for it, though it hit nothing.
#[must_use]
pub fn facts(def: &Definition, event: &Event) -> Vec<(TrackId, Fact)> {
    let wanted = |t: &&Trigger| t.event == event.kind;
    if !wants(def, event) {
        return Vec::new();
    }
    let of_visit = visit::by_visit(def, event.kind.as_str());
    let settings = def
        .campuses
        .get(&event.campus)
        .map_or_else(|| Cow::Owned(CampusSettings::of(def, &event.campus)), Cow::Borrowed);
    let (fields, bad) = values(def, event, &settings.zone);
    let look =
        Look { def, settings: &settings, fields: &fields, patient: event.patient.as_deref(), at: event.at };

    let mut hits: BTreeMap<TrackId, BTreeSet<Hit>> = BTreeMap::new();
    for (ix, node) in def.nodes() {
        let rank = node.triggers.iter().filter(wanted).filter_map(|t| rank(t, event, &look)).min();
        let opens = || def.starts.guard.as_ref().is_none_or(|g| look.holds(g));
        if let Some(rank) = rank
            && (of_visit || !def.starts.nodes.contains(&ix) || opens())
        {
            let track = if of_visit { TrackId::order() } else { track(def, event, node.scope) };
            hits.entry(track).or_default().insert(Hit::Node(ix, rank));
        }
    }
    for (i, ending) in def.endings.iter().enumerate() {
        let i = u16::try_from(i).unwrap_or(u16::MAX);
        let fits =
            |triggers: &[Trigger]| triggers.iter().filter(wanted).any(|t| rank(t, event, &look).is_some());
        let ends = fits(&ending.triggers).then_some(Hit::Ending(i));
        let resumes = fits(&ending.resume).then_some(Hit::Resume(i));
        for hit in ends.into_iter().chain(resumes) {
            let tracks = if of_visit { vec![TrackId::order()] } else { named_tracks(def, event) };
            for track in tracks {
                hits.entry(track).or_default().insert(hit);
            }
        }
    }
    if of_visit && event.kind.as_str() == visit::TRANSFERRED && visit::asks_for_places(def) {
        hits.entry(TrackId::order()).or_default();
    }
    let items = if of_visit { Vec::new() } else { items::items(def, event) };
    let unit = items::unit(event);
    let fact = |hits: BTreeSet<Hit>| Fact {
        event: event.reference(),
        at: event.at,
        sequence: event.sequence,
        hits: hits.into_iter().collect(),
        began: event.began,
        recorded: event.recorded,
        arrived: event.arrived,
        system: event.source.system.clone(),
        campus: event.campus.clone(),
        actor: event.actor.clone(),
        terminal: event.terminal.clone(),
        capture: event.capture.clone(),
        patient: event.patient.clone(),
        items: items.clone(),
        unit: unit.clone(),
        fields: fields.clone(),
        doubts: event.doubts.clone(),
        bad: bad.clone(),
        visit: of_visit,
        dead: false,
        late: false,
    };
    hits.into_iter().map(|(track, hits)| (track, fact(hits))).collect()
}

/// The value of the loop's key field that the event carries, as text; of what goes by the visit, none.
#[must_use]
pub fn key(def: &Definition, event: &Event) -> Option<Arc<str>> {
    if OF_VISITS.contains(&event.kind.as_str()) {
        return if def.key.as_str() == VISIT_NO { visit(event) } else { None };
    }
    event.data.get(def.key.as_str()).and_then(as_text)
}

/// The fields whose values lead events to an instance of this loop beside its key: 关联 fields and those of each `每个`.
#[must_use]
pub fn link_fields(def: &Definition) -> BTreeSet<&FieldCode> {
    let marked = def.nodes.iter().flat_map(|n| &n.fields).filter(|f| f.link).map(|f| &f.field);
    marked.chain(def.scopes.iter().map(|s| &s.field)).filter(|f| **f != def.key).collect()
}

/// The values that lead the event when it carries no key: of link fields; of what goes by the visit, the visit alone.
#[must_use]
pub fn links(def: &Definition, event: &Event) -> Vec<(FieldCode, Arc<str>)> {
    if by_visit(def, event.kind.as_str()) {
        return visit::link(event).into_iter().collect();
    }
    let carried = |f: &FieldCode| Some((f.clone(), event.data.get(f.as_str()).and_then(as_text)?));
    link_fields(def).into_iter().filter_map(carried).collect()
}

/// The values that an order learns from the event: of link fields, and, where the loop asks for visits, the visit. What goes by the
/// visit teaches nothing.
#[must_use]
pub fn lessons(def: &Definition, event: &Event) -> Vec<(FieldCode, Arc<str>)> {
    if by_visit(def, event.kind.as_str()) {
        return Vec::new();
    }
    let visit = if asks_for_visits(def) { visit::link(event) } else { None };
    let mut all = links(def, event);
    all.extend(visit.filter(|v| !all.contains(v)));
    all
}

/// When the instance opened: the stated time of the first living event that opens it. `None`: it is waiting for one.
#[must_use]
pub fn opens(def: &Definition, facts: &InstanceFacts) -> Option<Instant> {
    let opening = |fact: &&Fact| {
        !fact.dead
            && !fact.visit
            && fact.hits.iter().any(|h| matches!(h, Hit::Node(n, _) if def.starts.nodes.contains(n)))
    };
    facts.iter().filter(opening).min_by(|a, b| a.order().cmp(&b.order())).map(|fact| fact.at.at)
}

fn values(def: &Definition, event: &Event, zone: &Zone) -> (Fields, Vec<BadField>) {
    let (mut good, mut bad) = (Fields::new(), Vec::new());
    for (code, field) in &def.fields {
        let Some(raw) = event.data.get(code.as_str()) else { continue };
        if raw.as_str().is_some_and(str::is_empty) {
            continue;
        }
        if let Some(person) = event.persons.get(code).filter(|_| field.kind == Type::Person) {
            good.insert(code.clone(), Value::Person(person.clone()));
            continue;
        }
        match typed(field, &def.tables, zone, raw) {
            Some(value) => {
                good.insert(code.clone(), value);
            }
            None => bad.push(BadField { field: code.clone(), text: typed::cut(raw) }),
        }
    }
    (good, bad)
}

/// The rank of the event's system in a trigger that fits; `None`: it does not fit.
fn rank(trigger: &Trigger, event: &Event, look: &Look<'_>) -> Option<u16> {
    let place = match trigger.systems.as_slice() {
        [] => 0,
        systems => systems.iter().position(|s| *s == event.source.system)?,
    };
    let fits = trigger.guard.as_ref().is_none_or(|g| look.holds(g));
    fits.then(|| u16::try_from(place).unwrap_or(u16::MAX))
}

fn track(def: &Definition, event: &Event, scope: ScopeIx) -> TrackId {
    let value = def.scope(scope).and_then(|s| event.data.get(s.field.as_str())).and_then(as_text);
    value.map_or_else(TrackId::order, |value| TrackId { scope, value })
}

fn named_tracks(def: &Definition, event: &Event) -> Vec<TrackId> {
    let scopes = (1..=def.scopes.len()).map(|i| ScopeIx(u16::try_from(i).unwrap_or(u16::MAX)));
    let named: Vec<_> = scopes.map(|s| track(def, event, s)).filter(|t| !t.is_order()).collect();
    if named.is_empty() { vec![TrackId::order()] } else { named }
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
