//! Which events count: the highest revision of each, unless a retraction that counts names it.

use crate::event::Event;
use crate::facts::EventRef;
use std::collections::{BTreeMap, BTreeSet};

/// Every event by what identifies it, and each of its revisions.
pub(super) type Events = BTreeMap<EventRef, BTreeMap<u32, Event>>;

/// The events that count. A retraction that is itself retracted has no effect; in a cycle of retractions none counts.
pub(super) fn live(events: &Events) -> BTreeSet<EventRef> {
    let latest = |e: &EventRef| events.get(e).and_then(|revisions| revisions.values().next_back());
    let mut named_by: BTreeMap<&EventRef, Vec<&EventRef>> = BTreeMap::new();
    for by in events.keys() {
        if let Some(target) = latest(by).and_then(|e| e.retracts.as_ref()) {
            named_by.entry(target).or_default().push(by);
        }
    }
    let mut known: BTreeMap<&EventRef, bool> = BTreeMap::new();
    loop {
        let before = known.len();
        for event in events.keys().filter(|e| named_by.contains_key(e)) {
            let by = named_by.get(event).map_or(&[][..], Vec::as_slice);
            // What no one retracts counts from the start.
            let counts =
                |r: &EventRef| if named_by.contains_key(r) { known.get(r).copied() } else { Some(true) };
            let verdicts: Vec<_> = by.iter().map(|r| counts(r)).collect();
            if verdicts.contains(&Some(true)) {
                known.insert(event, false);
            } else if verdicts.iter().all(|v| *v == Some(false)) {
                known.insert(event, true);
            }
        }
        if known.len() == before {
            break;
        }
    }
    events.keys().filter(|e| !named_by.contains_key(e) || known.get(e) == Some(&true)).cloned().collect()
}
