//! What happens to the visit concerns an order only while it runs: what it does before the order opened, or after it had closed by
//! itself, is left out. When each was heard of makes no difference.

use super::moments::later;
use super::recalled::Others;
use super::{Folded, order};
use crate::facts::{Fact, Hit, TrackFacts, TrackId};
use crate::graph::{CampusSettings, Definition, EndingKind};
use crate::name::CampusCode;
use crate::time::{Instant, Moment};
use crate::value::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Folds an order with what of its visit counts; `when`: at which moment, and whether it is sealed then.
pub(super) fn fold(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    others: Others<'_>,
    given: &[(&TrackId, &TrackFacts)],
    when: (Instant, bool),
) -> Folded {
    if !order.iter().any(does_something) {
        return order::fold(def, campus, order, others, given, when);
    }
    // When it would have closed by itself, a seal does not tell.
    let alone = order::fold(def, campus, &with(order, |_, _| false), others, given, (when.0, false));
    if others.ids().any(|id| given.binary_search_by_key(&id, |(given, _)| given).is_err()) {
        // When the order closes by itself only the facts of its tracks tell.
        return Folded { stale: true, ..alone };
    }
    let Some(opened) = opening(def, order, given) else {
        return order::fold(def, campus, &with(order, |_, _| false), others, given, when);
    };
    let settings =
        def.campuses.get(campus).map_or_else(|| Cow::Owned(CampusSettings::of(def, campus)), Cow::Borrowed);
    let zone = &settings.zone;
    let counts = |fact: &Fact, hit: &Hit| {
        let at = acts_at(def, fact, hit);
        match hit {
            // It does nothing but take back.
            Hit::Resume(_) => true,
            _ if alone.closed_at.is_some_and(|closed| at.at > closed) => false,
            _ if !later(zone, opened, at) => true,
            Hit::Ending(i) => stops(def, *i) && planned(&alone).any(|planned| !later(zone, at, planned)),
            Hit::Node(..) => false,
        }
    };
    order::fold(def, campus, &with(order, counts), others, given, when)
}

fn does_something(fact: &Fact) -> bool {
    fact.visit && !fact.dead && !fact.hits.is_empty()
}

/// What it says of the patient stays, whatever becomes of what it does.
fn with(order: &TrackFacts, counts: impl Fn(&Fact, &Hit) -> bool) -> TrackFacts {
    let kept = |fact: &Arc<Fact>| {
        if !does_something(fact) {
            return fact.clone();
        }
        let hits = fact.hits.iter().copied().filter(|hit| counts(fact, hit)).collect();
        Arc::new(Fact { hits, ..(**fact).clone() })
    };
    TrackFacts { facts: order.facts.iter().map(kept).collect() }
}

/// When the order opened.
fn opening(def: &Definition, order: &TrackFacts, given: &[(&TrackId, &TrackFacts)]) -> Option<Moment> {
    let tracks = given.iter().map(|(_, facts)| *facts);
    let opens = |fact: &&Fact| {
        let starts = |hit: &Hit| matches!(hit, Hit::Node(n, _) if def.starts.nodes.contains(n));
        !fact.dead && !fact.visit && fact.hits.iter().any(starts)
    };
    let all = std::iter::once(order).chain(tracks).flat_map(TrackFacts::iter);
    all.filter(opens).min_by(|a, b| a.order().cmp(&b.order())).map(|fact| fact.at)
}

/// When it takes effect: a stop at the moment that it states, everything else when it happened.
fn acts_at(def: &Definition, fact: &Fact, hit: &Hit) -> Moment {
    let Hit::Ending(i) = hit else { return fact.at };
    let effective = def.endings.get(usize::from(*i)).and_then(|e| e.effective.as_ref());
    match effective.and_then(|field| fact.fields.get(field)) {
        Some(Value::Moment(moment)) => *moment,
        _ => fact.at,
    }
}

fn stops(def: &Definition, ending: u16) -> bool {
    def.endings.get(usize::from(ending)).is_some_and(|e| e.kind == EndingKind::Stop)
}

/// Every planned time of the order and its tracks.
fn planned(folded: &Folded) -> impl Iterator<Item = Moment> {
    let tracks = std::iter::once(&folded.order).chain(&folded.tracks);
    tracks.flat_map(|track| &track.nodes).filter_map(|node| node.timing.planned)
}
