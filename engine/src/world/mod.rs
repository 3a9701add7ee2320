//! The reference in memory: events in, instances out, everything recomputed from the set of events at every question.
//!
//! The store must agree with it; `medloop test` runs on it.

mod id;
mod join;
mod live;
mod place;
mod route;
mod seal;
mod timeline;

pub use id::InstanceId;
pub use join::{Join, Of, Side, joins, patient};
pub use route::{Link, Place, Routes, Sent, route, rule};
pub use timeline::timeline;

use crate::admit;
use crate::catalogue::Catalogue;
use crate::event::{Event, Rejection};
use crate::facts::{EventRef, Fact, InstanceFacts, TrackFacts};
use crate::graph::Definition;
use crate::person;
use live::{Events, live};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All events of a hospital group, and the loops that watch them.
#[derive(Clone, Debug)]
pub struct World {
    catalogue: Arc<Catalogue>,
    definitions: Vec<Arc<Definition>>,
    events: Events,
}

/// What became of an event that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Taken, and some instance has it.
    Accepted,
    /// Taken; it leads nowhere yet, or to an order that no event has opened.
    Waiting,
    /// The same again: no effect.
    Duplicate,
    /// Lower than a revision that is known: kept, no effect.
    Stale,
    /// The same revision with other content: not taken.
    Conflict,
    /// Not taken.
    Rejected(Rejection),
}

/// Where an event stands.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventState {
    /// It has its effect, or no loop wants its kind.
    Applied,
    /// It leads nowhere yet, or to an order that no event has opened.
    Waiting,
    /// A higher revision replaced it.
    Superseded,
    /// A retraction took it back.
    Retracted,
}

impl EventState {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Waiting => "waiting",
            Self::Superseded => "superseded",
            Self::Retracted => "retracted",
        }
    }

    /// Reads the word of the contract.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Applied, Self::Waiting, Self::Superseded, Self::Retracted]
            .into_iter()
            .find(|s| s.word() == word)
    }
}

impl World {
    /// A world without events.
    #[must_use]
    pub fn new(catalogue: Arc<Catalogue>, definitions: Vec<Arc<Definition>>) -> Self {
        Self { catalogue, definitions, events: Events::new() }
    }

    /// The catalogue against which its events were read.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The loops.
    #[must_use]
    pub fn definitions(&self) -> &[Arc<Definition>] {
        &self.definitions
    }

    /// Takes an event in.
    pub fn submit(&mut self, event: Event) -> Outcome {
        if let Err(rejection) = admit::check(self.definitions.iter().map(|d| &**d), &event) {
            return Outcome::Rejected(rejection);
        }
        let reference = event.reference();
        let none = BTreeMap::new();
        let revisions = self.events.get(&reference).unwrap_or(&none);
        if let Some(known) = revisions.get(&event.revision) {
            return if known.says_the_same(&event) { Outcome::Duplicate } else { Outcome::Conflict };
        }
        let stale = revisions.keys().any(|r| *r > event.revision);
        if !stale && let Some(rejection) = self.joining(&event) {
            return Outcome::Rejected(rejection);
        }
        self.events.entry(reference.clone()).or_default().insert(event.revision, event);
        match self.state(&reference) {
            _ if stale => Outcome::Stale,
            Some(EventState::Waiting) => Outcome::Waiting,
            _ => Outcome::Accepted,
        }
    }

    /// Why an event that would be the latest revision of its own is not taken: it would join two patients.
    fn joining(&self, event: &Event) -> Option<Rejection> {
        let revisions = || self.events.values().flat_map(BTreeMap::values);
        let mut stated: BTreeSet<&Arc<str>> = revisions().filter_map(join::patient).collect();
        stated.extend(join::patient(event));
        if stated.len() < 2 {
            return None;
        }
        let reference = event.reference();
        let mut then = self.events.clone();
        then.entry(reference.clone()).or_default().insert(event.revision, event.clone());
        if !live(&then).contains(&reference) {
            return None;
        }
        let living = live(&self.events);
        let persons: BTreeMap<&str, BTreeSet<Arc<str>>> =
            stated.iter().map(|id| (&***id, self.person(id))).collect();
        let same = |a: &str, b: &str| persons.get(a).is_some_and(|ids| ids.contains(b));
        self.definitions.iter().filter(|def| admit::uses(def, event)).find_map(|def| {
            let latest = living.iter().filter(|r| **r != reference).filter_map(|r| self.latest(r));
            let others = latest.filter(|e| admit::uses(def, e));
            let sent: Vec<Sent<'_>> = others.chain([event]).map(|event| Sent { event, live: true }).collect();
            joins(def, &sent, &same).map(|join| join.rejection(def, event))
        })
    }

    /// The highest revision of an event.
    fn latest(&self, event: &EventRef) -> Option<&Event> {
        self.events.get(event)?.values().next_back()
    }

    /// Every instance, those that wait for their opening event and those that only dead events would open included.
    #[must_use]
    pub fn instances(&self) -> Vec<InstanceId> {
        self.gather().into_keys().collect()
    }

    /// The facts of one instance; without any when nothing leads there. When its loop has a seal, with the moment at which it
    /// is sealed, if nothing else arrives before.
    #[must_use]
    pub fn facts(&self, id: &InstanceId) -> InstanceFacts {
        let mut facts = self.gather().remove(id).unwrap_or_else(|| empty(id));
        if let Some(def) = self.definition(id) {
            self.seal(def, id, &mut facts);
        }
        facts
    }

    /// The loop of an instance.
    #[must_use]
    pub fn definition(&self, id: &InstanceId) -> Option<&Arc<Definition>> {
        self.definitions.iter().find(|d| d.code == id.code)
    }

    /// Living events that some loop wants and that lead nowhere yet, or only to orders that no event has opened.
    #[must_use]
    pub fn waiting(&self) -> Vec<EventRef> {
        let mut applied = BTreeSet::new();
        for (id, mut facts) in self.gather() {
            let tracks = std::iter::once(&facts.order).chain(facts.tracks.values());
            let alive = tracks.flat_map(|t| &t.facts).filter(|f| !f.dead).map(|f| f.event.clone());
            let alive: Vec<EventRef> = alive.collect();
            let Some(def) = self.definition(&id) else { continue };
            self.seal(def, &id, &mut facts);
            if admit::opens(def, &facts).is_some() {
                applied.extend(alive);
            }
        }
        let live = live(&self.events);
        let waits = |event: &Event| match &event.retracts {
            Some(target) => !self.events.contains_key(target),
            // What merges patients has its effect without an order.
            None if person::speaks(event) => false,
            None => self.definitions.iter().any(|def| admit::awaits(def, event)),
        };
        live.into_iter().filter(|e| !applied.contains(e) && self.latest(e).is_some_and(waits)).collect()
    }

    /// Where the latest revision of an event stands; `None`: it never came.
    #[must_use]
    pub fn state(&self, event: &EventRef) -> Option<EventState> {
        self.events.get(event)?;
        Some(if !live(&self.events).contains(event) {
            EventState::Retracted
        } else if self.waiting().contains(event) {
            EventState::Waiting
        } else {
            EventState::Applied
        })
    }

    /// Every patient id of the person who has `id`, by the living merges; itself among them.
    #[must_use]
    pub fn person(&self, id: &str) -> BTreeSet<Arc<str>> {
        let living = live(&self.events);
        let latest = living.iter().filter_map(|e| self.latest(e));
        let statements: Vec<_> = latest.filter_map(person::statement).collect();
        person::ids(id, &statements)
    }

    fn gather(&self) -> BTreeMap<InstanceId, InstanceFacts> {
        let live = live(&self.events);
        let mut all = BTreeMap::new();
        for def in &self.definitions {
            let (mut items, mut brought) = (Vec::new(), Vec::new());
            for (reference, revisions) in &self.events {
                let latest = revisions.keys().next_back();
                for (revision, event) in revisions {
                    let facts = admit::facts(def, event);
                    if !facts.is_empty() {
                        let live = Some(revision) == latest && live.contains(reference);
                        items.push(Sent { event, live });
                        brought.push(facts);
                    }
                }
            }
            for (id, members) in route(def, &items).members {
                let mut facts = empty(&id);
                for (item, brought) in members.into_iter().filter_map(|i| items.get(i).zip(brought.get(i))) {
                    for (track, fact) in brought {
                        let fact = Arc::new(Fact { dead: !item.live, ..fact.clone() });
                        if track.is_order() {
                            facts.order.facts.push(fact);
                        } else {
                            facts.tracks.entry(track.clone()).or_default().facts.push(fact);
                        }
                    }
                }
                admit::sort(&mut facts.order.facts);
                facts.tracks.values_mut().for_each(|t| admit::sort(&mut t.facts));
                all.insert(id, facts);
            }
        }
        all
    }
}

fn empty(id: &InstanceId) -> InstanceFacts {
    InstanceFacts {
        campus: id.campus.clone(),
        key: id.key.clone(),
        order: TrackFacts::default(),
        tracks: BTreeMap::new(),
        sealed: None,
    }
}

#[cfg(test)]
mod tests;
