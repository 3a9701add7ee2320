//! For how long each fact counted in an instance: what the facts alone do not say once one was taken back or came by a link.

use super::live::{Events, live};
use super::route::{Link, Sent, route, rule};
use super::{InstanceId, World};
use crate::admit;
use crate::alert::Timed;
use crate::event::Event;
use crate::facts::{EventRef, Fact, TrackId};
use crate::graph::Definition;
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The facts of an instance with the times at which they counted, from every revision of every event that may concern it:
/// those that carry its key, those that share link values with them and so on, what other keys teach of exclusive values among
/// these, and the retractions that name them. More do no harm.
#[must_use]
pub fn timeline<'e>(
    def: &Definition,
    id: &InstanceId,
    events: impl IntoIterator<Item = &'e Event>,
) -> Vec<Timed> {
    let mut arriving: Vec<&Event> = events.into_iter().collect();
    arriving.sort_by_key(|e| (e.arrived, e.reference(), e.revision));
    let moved = moved(&arriving);
    let mut walk = Walk {
        def,
        id,
        events: Events::new(),
        items: Vec::new(),
        since: BTreeMap::new(),
        learnt: BTreeSet::new(),
        awaited: BTreeSet::new(),
        claims: BTreeMap::new(),
        tangled: false,
        out: Vec::new(),
    };
    for group in arriving.chunk_by(|a, b| a.arrived == b.arrived) {
        let mut unclear = false;
        for event in group {
            unclear |= walk.take(event, moved.contains(&event.reference()));
        }
        if unclear {
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

/// Events named by a retraction, or in several revisions.
fn moved(all: &[&Event]) -> BTreeSet<EventRef> {
    let mut moved: BTreeSet<EventRef> = all.iter().filter_map(|e| e.retracts.clone()).collect();
    let mut seen = BTreeSet::new();
    moved.extend(all.iter().map(|e| e.reference()).filter(|r| !seen.insert(r.clone())));
    moved
}

/// A revision of an event, whether it counts, and what it brings.
struct Item<'e> {
    event: &'e Event,
    live: bool,
    facts: Vec<(TrackId, Fact)>,
}

struct Walk<'e, 'd> {
    def: &'d Definition,
    id: &'d InstanceId,
    events: Events,
    items: Vec<Item<'e>>,
    /// Items that count, and since when.
    since: BTreeMap<usize, Instant>,
    /// Values that lead here.
    learnt: BTreeSet<Link>,
    /// Values of events that nothing leads here yet.
    awaited: BTreeSet<Link>,
    /// The keys that came with each exclusive value.
    claims: BTreeMap<Link, BTreeSet<Arc<str>>>,
    /// Whether where an event goes may hang on more than the values that have led here.
    tangled: bool,
    out: Vec<Timed>,
}

impl<'e> Walk<'e, '_> {
    /// Takes one that has arrived; whether all has to be looked at again: it takes something back, or leads others here.
    fn take(&mut self, event: &'e Event, moved: bool) -> bool {
        self.events.entry(event.reference()).or_default().insert(event.revision, event.clone());
        if event.retracts.is_some() {
            return true;
        }
        let facts = admit::facts(self.def, event);
        if facts.is_empty() {
            return moved;
        }
        let (place, key) = (self.items.len(), admit::key(self.def, event));
        self.items.push(Item { event, live: true, facts });
        let links: Vec<Link> = admit::links(self.def, event);
        self.claim(key.as_ref(), &links);
        if moved || (self.tangled && !links.is_empty()) {
            return true;
        }
        let lessons = admit::lessons(self.def, event);
        let here = event.campus == self.id.campus
            && key
                .as_ref()
                .map_or_else(|| links.iter().any(|l| self.learnt.contains(l)), |k| *k == self.id.key);
        if here {
            self.since.insert(place, event.arrived);
            let leads = lessons.iter().any(|l| self.awaited.contains(l));
            self.learnt.extend(lessons);
            return leads;
        }
        if key.is_none() && event.campus == self.id.campus {
            self.awaited.extend(links);
        }
        false
    }

    /// Notes who claims the values of an event that do not simply lead to all who learnt them.
    fn claim(&mut self, key: Option<&Arc<str>>, links: &[Link]) {
        for link in links {
            let rule = rule(self.def, &link.0);
            if rule.is_default() {
                continue;
            }
            let keys = self.claims.entry(link.clone()).or_default();
            keys.extend(key.cloned());
            self.tangled |= rule.valid.is_some() || keys.len() > 1 || (key.is_none() && links.len() > 1);
        }
    }

    /// Looks at what counts now.
    fn look(&mut self, now: Instant) {
        let live = live(&self.events);
        for item in &mut self.items {
            let reference = item.event.reference();
            let latest = self.events.get(&reference).and_then(|r| r.keys().next_back());
            item.live = latest == Some(&item.event.revision) && live.contains(&reference);
        }
        let sent: Vec<Sent<'_>> = self.items.iter().map(|i| Sent { event: i.event, live: i.live }).collect();
        let here = route(self.def, &sent).members.remove(self.id).unwrap_or_default();
        let counts: BTreeSet<usize> =
            here.into_iter().filter(|i| self.items.get(*i).is_some_and(|item| item.live)).collect();
        let gone: Vec<usize> = self.since.keys().copied().filter(|i| !counts.contains(i)).collect();
        for i in gone {
            self.put(i, Some(now));
        }
        (self.learnt, self.awaited) = (BTreeSet::new(), BTreeSet::new());
        for (i, item) in self.items.iter().enumerate().filter(|(_, item)| item.live) {
            if counts.contains(&i) {
                self.learnt.extend(admit::lessons(self.def, item.event));
            } else if item.event.campus == self.id.campus && admit::key(self.def, item.event).is_none() {
                self.awaited.extend(admit::links(self.def, item.event));
            }
        }
        for i in counts {
            self.since.entry(i).or_insert(now);
        }
    }

    fn put(&mut self, i: usize, until: Option<Instant>) {
        let (Some(from), Some(item)) = (self.since.remove(&i), self.items.get(i)) else { return };
        let timed = item.facts.iter().map(|(track, fact)| Timed {
            track: track.clone(),
            fact: Arc::new(fact.clone()),
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
