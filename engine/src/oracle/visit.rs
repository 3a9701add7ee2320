//! What happens to the visit counts from the order's opening until it closes without it (§6).

use super::case::Case;
use crate::facts::{Fact, Hit, InstanceFacts};
use crate::graph::{Definition, EndingKind};
use crate::time::{Instant, Moment};
use crate::value::Value;
use std::sync::Arc;

/// The facts without what the visit does outside of the order's time.
pub(super) fn during(def: &Definition, facts: &InstanceFacts, now: Instant) -> InstanceFacts {
    let mut alone = facts.clone();
    for fact in alone.order.facts.iter_mut().filter(|f| f.visit) {
        Arc::make_mut(fact).hits.clear();
    }
    let case = Case::new(def, &alone, now);
    let state = super::instance::state(&case);
    let opened = case.opening_fact().map(|fact| fact.at);
    let mut out = facts.clone();
    for fact in out.order.facts.iter_mut().filter(|f| f.visit && !f.dead) {
        let mut hits = Vec::new();
        for hit in &fact.hits {
            let at = takes_effect(def, fact, *hit);
            let early = opened.is_none_or(|opened| case.diff(at, opened).0 < 0);
            let late = state.closed_at.is_some_and(|closed| at.at > closed);
            let counts = match hit {
                Hit::Resume(_) => opened.is_some(),
                Hit::Ending(n) if early && is_stop(def, *n) => {
                    let nodes = state.tracks.iter().flat_map(|t| &t.nodes);
                    let mut planned = nodes.filter_map(|n| n.timing.planned);
                    opened.is_some() && !late && planned.any(|p| case.diff(p, at).0 >= 0)
                }
                Hit::Ending(_) | Hit::Node(..) => !early && !late,
            };
            if counts {
                hits.push(*hit);
            }
        }
        Arc::make_mut(fact).hits = hits;
    }
    out
}

fn is_stop(def: &Definition, ending: u16) -> bool {
    def.endings.get(usize::from(ending)).is_some_and(|e| e.kind == EndingKind::Stop)
}

fn takes_effect(def: &Definition, fact: &Fact, hit: Hit) -> Moment {
    if let Hit::Ending(n) = hit
        && let Some(field) = def.endings.get(usize::from(n)).and_then(|e| e.effective.clone())
        && let Some(Value::Moment(at)) = fact.fields.get(&field)
    {
        return *at;
    }
    fact.at
}
