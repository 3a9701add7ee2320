//! For how long each fact counted in an instance: what the facts alone do not say once one was taken back or came by a link.

use super::live::{Events, live};
use super::route::{Item, route};
use super::{InstanceId, World};
use crate::admit;
use crate::alert::Timed;
use crate::event::Event;
use crate::facts::EventRef;
use crate::graph::Definition;
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// The facts of an instance with the times at which they counted, from every revision of every event that may concern it:
/// those that carry its key, those that share link values with them, and the retractions that name them. More do no harm.
#[must_use]
pub fn timeline<'e>(
    def: &Definition,
    id: &InstanceId,
    events: impl IntoIterator<Item = &'e Event>,
) -> Vec<Timed> {
    let mut arriving: Vec<&Event> = events.into_iter().collect();
    arriving.sort_by_key(|e| (e.arrived, e.reference(), e.revision));
    let plain = Plain::of(def, &arriving);
    let mut walk =
        Walk { def, id, events: Events::new(), items: Vec::new(), since: BTreeMap::new(), out: Vec::new() };
    for group in arriving.chunk_by(|a, b| a.arrived == b.arrived) {
        let simple = group.iter().all(|e| plain.is(def, e));
        for event in group {
            walk.take(event, simple);
        }
        if !simple {
            walk.look(group.first().map_or(Instant(i64::MAX), |e| e.arrived));
        }
    }
    walk.finish()
}

impl World {
    /// [`timeline`] of an instance.
    #[must_use]
    pub fn timeline(&self, id: &InstanceId) -> Vec<Timed> {
        let def = self.definition(id);
        def.map(|def| timeline(def, id, self.events.values().flat_map(BTreeMap::values))).unwrap_or_default()
    }

    /// The world as it was when the last event had arrived by `at`.
    #[must_use]
    pub fn as_of(&self, at: Instant) -> Self {
        let mut out = Self::new(self.catalogue.clone(), self.definitions.clone());
        for (reference, revisions) in &self.events {
            let by_then = revisions.iter().filter(|(_, e)| e.arrived <= at);
            let by_then: BTreeMap<u32, Event> = by_then.map(|(r, e)| (*r, e.clone())).collect();
            if !by_then.is_empty() {
                out.events.insert(reference.clone(), by_then);
            }
        }
        out
    }
}

/// Events that only ever add themselves: whatever else is known, they count from their arrival on.
struct Plain {
    /// Named by a retraction, or in several revisions.
    moved: BTreeSet<EventRef>,
    /// Whether some event has to be led by a link.
    led: bool,
}

impl Plain {
    fn of(def: &Definition, all: &[&Event]) -> Self {
        let mut moved: BTreeSet<EventRef> = all.iter().filter_map(|e| e.retracts.clone()).collect();
        let mut seen = BTreeSet::new();
        moved.extend(all.iter().map(|e| e.reference()).filter(|r| !seen.insert(r.clone())));
        Self { moved, led: all.iter().any(|e| e.retracts.is_none() && admit::key(def, e).is_none()) }
    }

    fn is(&self, def: &Definition, event: &Event) -> bool {
        event.retracts.is_none()
            && !self.moved.contains(&event.reference())
            && admit::key(def, event).is_some()
            && (!self.led || admit::links(def, event).is_empty())
    }
}

struct Walk<'e, 'd> {
    def: &'d Definition,
    id: &'d InstanceId,
    events: Events,
    items: Vec<Item<'e>>,
    /// Items that count, and since when.
    since: BTreeMap<usize, Instant>,
    out: Vec<Timed>,
}

impl<'e> Walk<'e, '_> {
    fn take(&mut self, event: &'e Event, simple: bool) {
        self.events.entry(event.reference()).or_default().insert(event.revision, event.clone());
        let facts = admit::facts(self.def, event);
        if facts.is_empty() {
            return;
        }
        let mine =
            event.campus == self.id.campus && admit::key(self.def, event).as_ref() == Some(&self.id.key);
        if simple && mine {
            self.since.insert(self.items.len(), event.arrived);
        }
        self.items.push(Item { event, live: simple, facts });
    }

    /// Looks at what counts now.
    fn look(&mut self, now: Instant) {
        let live = live(&self.events);
        for item in &mut self.items {
            let reference = item.event.reference();
            let latest = self.events.get(&reference).and_then(|r| r.keys().next_back());
            item.live = latest == Some(&item.event.revision) && live.contains(&reference);
        }
        let here = route(self.def, &self.items).remove(self.id).unwrap_or_default();
        let counts: BTreeSet<usize> =
            here.into_iter().filter(|i| self.items.get(*i).is_some_and(|item| item.live)).collect();
        let gone: Vec<usize> = self.since.keys().copied().filter(|i| !counts.contains(i)).collect();
        for i in gone {
            self.put(i, Some(now));
        }
        for i in counts {
            self.since.entry(i).or_insert(now);
        }
    }

    fn put(&mut self, i: usize, until: Option<Instant>) {
        let (Some(from), Some(item)) = (self.since.remove(&i), self.items.get(i)) else { return };
        let timed = item.facts.iter().map(|(track, fact)| Timed {
            track: track.clone(),
            fact: fact.clone(),
            from,
            until,
        });
        self.out.extend(timed);
    }

    fn finish(mut self) -> Vec<Timed> {
        let left: Vec<usize> = self.since.keys().copied().collect();
        for i in left {
            self.put(i, None);
        }
        self.out
    }
}
