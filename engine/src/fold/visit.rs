//! What happens to the visit concerns an order only while it runs: what it does before the order opened, or after it had closed by
//! itself, is left out. When each was heard of makes no difference.

use super::moments::later;
use super::{Folded, TrackInput, order};
use crate::facts::{Fact, Hit, TrackFacts, TrackId};
use crate::graph::{CampusSettings, Definition, EndingKind};
use crate::name::CampusCode;
use crate::time::{Instant, Moment};
use crate::value::Value;
use std::borrow::Cow;

/// Folds an order with what of its visit counts.
pub(super) fn fold(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    inputs: &[(&TrackId, TrackInput<'_>)],
    now: Instant,
) -> Folded {
    if !order.facts.iter().any(does_something) {
        return order::fold(def, campus, order, inputs, now);
    }
    let alone = order::fold(def, campus, &with(order, |_, _| false), inputs, now);
    if inputs.iter().any(|(_, input)| matches!(input, TrackInput::Known(_))) {
        // When the order closes by itself only the facts of its tracks tell. No summary was made under this context, so that
        // the caller folds again with all of them.
        return Folded { context: !alone.context, ..alone };
    }
    let Some(opened) = opening(def, order, inputs) else { return alone };
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
    order::fold(def, campus, &with(order, counts), inputs, now)
}

fn does_something(fact: &Fact) -> bool {
    fact.visit && !fact.dead && !fact.hits.is_empty()
}

/// What it says of the patient stays, whatever becomes of what it does.
fn with(order: &TrackFacts, counts: impl Fn(&Fact, &Hit) -> bool) -> TrackFacts {
    let kept = |fact: &Fact| {
        let mut fact = fact.clone();
        if does_something(&fact) {
            let hits = std::mem::take(&mut fact.hits);
            fact.hits = hits.into_iter().filter(|hit| counts(&fact, hit)).collect();
        }
        fact
    };
    TrackFacts { facts: order.facts.iter().map(kept).collect() }
}

/// When the order opened.
fn opening(def: &Definition, order: &TrackFacts, inputs: &[(&TrackId, TrackInput<'_>)]) -> Option<Moment> {
    let tracks = inputs.iter().filter_map(|(_, input)| match input {
        TrackInput::Facts(facts) => Some(*facts),
        TrackInput::Known(_) => None,
    });
    let opens = |fact: &&Fact| {
        let starts = |hit: &Hit| matches!(hit, Hit::Node(n, _) if def.starts.nodes.contains(n));
        !fact.dead && !fact.visit && fact.hits.iter().any(starts)
    };
    let all = std::iter::once(order).chain(tracks).flat_map(|track| &track.facts);
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
