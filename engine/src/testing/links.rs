//! Which uses of link values the events of a sample reach: the tests of routing are only worth something when they reach all.

use super::{Sample, catalogue, events};
use crate::admit;
use crate::event::{Arrival, Event, RETRACTED, read};
use crate::facts::EventRef;
use crate::time::{Instant, Span};
use crate::world::{InstanceId, World, rule};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that must be reached.
pub const LINKS: &[&str] = &[
    "carried by several orders, for all",
    "carried by several orders, for one of them",
    "used again later",
    "out of reach",
    "taught by an event that came later",
    "untaught",
];

/// Those that a sample's events reach.
#[must_use]
pub fn links_reached(sample: &Sample, tape: &[u32]) -> BTreeSet<&'static str> {
    let known = Arc::new(catalogue(sample));
    let arrival =
        Arrival::Backfill { shift: Span::ZERO, received: Instant(sample.now.0 + Span::hours(9000).0) };
    let told = events(sample, tape);
    let told: Vec<Event> = told.iter().filter_map(|json| read(json, &known, arrival).ok()).collect();
    let def = Arc::new(sample.def.clone());
    let new = || World::new(known.clone(), vec![def.clone()]);
    let (mut world, mut untouched) = (new(), new());
    let mut out = BTreeSet::new();
    for event in &told {
        let before: BTreeSet<EventRef> = world.waiting().into_iter().collect();
        world.submit(event.clone());
        let after: BTreeSet<EventRef> = world.waiting().into_iter().collect();
        if admit::key(&def, event).is_some() && before.difference(&after).any(|e| *e != event.reference()) {
            out.insert("taught by an event that came later");
        }
        if event.kind.as_str() != RETRACTED {
            untouched.submit(event.clone());
        }
    }
    let (led, without) = (places(&world), places(&untouched));
    let none = BTreeSet::new();
    let mut values: BTreeMap<_, BTreeSet<&InstanceId>> = BTreeMap::new();
    for event in told.iter().filter(|e| admit::key(&def, e).is_none() && !admit::links(&def, e).is_empty()) {
        let mine = led.get(&event.reference()).unwrap_or(&none);
        if without.get(&event.reference()).is_some_and(|then| then.len() > mine.len()) {
            out.insert("untaught");
        }
        for link in admit::links(&def, event) {
            let rule = rule(&def, &link.0);
            let claimed = told.iter().filter(|e| admit::lessons(&def, e).contains(&link));
            let orders: BTreeSet<_> = claimed.filter_map(|e| admit::key(&def, e)).collect();
            match (orders.len() > 1, rule.shared, mine.len()) {
                (true, true, 2..) => drop(out.insert("carried by several orders, for all")),
                (true, false, 1) => drop(out.insert("carried by several orders, for one of them")),
                _ => {}
            }
            if rule.valid.is_some() && !orders.is_empty() && mine.is_empty() {
                out.insert("out of reach");
            }
            if let (Some(_), 1, Some(only)) = (rule.valid, mine.len(), mine.first()) {
                values.entry(link).or_default().insert(only);
            }
        }
    }
    if values.values().any(|orders| orders.len() > 1) {
        out.insert("used again later");
    }
    out
}

/// The instances in which each living event is.
fn places(world: &World) -> BTreeMap<EventRef, BTreeSet<InstanceId>> {
    let mut out: BTreeMap<EventRef, BTreeSet<InstanceId>> = BTreeMap::new();
    for id in world.instances() {
        let facts = world.facts(&id);
        let all = facts.order.facts.iter().chain(facts.tracks.values().flat_map(|t| &t.facts));
        for fact in all.filter(|f| !f.dead) {
            out.entry(fact.event.clone()).or_default().insert(id.clone());
        }
    }
    out
}
