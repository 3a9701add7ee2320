//! Which events lead to which instance of one loop: by its key, or by a link value that the instance has learnt.

use super::InstanceId;
use crate::admit;
use crate::event::Event;
use crate::facts::{Fact, TrackId};
use crate::graph::Definition;
use crate::name::{CampusCode, FieldCode};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One revision of an event, and what it brings into the loop.
pub(super) struct Item<'a> {
    pub(super) event: &'a Event,
    pub(super) live: bool,
    pub(super) facts: Vec<(TrackId, Fact)>,
}

type Link = (FieldCode, Arc<str>);
type Place = (CampusCode, Arc<str>);

/// The items of every instance of `def`, as indices, and those that lead nowhere are in none.
///
/// A value is learnt from a living event that carries it together with the key, or together with a value already learnt.
/// An event that carries the key goes there and nowhere else; one without goes to every instance that learnt one of its values.
pub(super) fn route(def: &Definition, items: &[Item<'_>]) -> BTreeMap<InstanceId, Vec<usize>> {
    let keys: Vec<Option<Place>> =
        items.iter().map(|i| admit::key(def, i.event).map(|key| (i.event.campus.clone(), key))).collect();
    let links: Vec<Vec<Link>> = items.iter().map(|i| admit::links(def, i.event)).collect();
    let rows = || items.iter().zip(&keys).zip(&links).enumerate();

    let mut learnt: BTreeMap<Place, BTreeSet<Link>> = BTreeMap::new();
    for (_, ((item, key), links)) in rows() {
        if let Some(place) = key {
            let known = learnt.entry(place.clone()).or_default();
            if item.live {
                known.extend(links.iter().cloned());
            }
        }
    }
    loop {
        let mut grew = false;
        for (_, ((item, key), links)) in rows() {
            if key.is_some() || !item.live {
                continue;
            }
            for ((campus, _), known) in &mut learnt {
                if *campus == item.event.campus && links.iter().any(|l| known.contains(l)) {
                    let before = known.len();
                    known.extend(links.iter().cloned());
                    grew |= known.len() > before;
                }
            }
        }
        if !grew {
            break;
        }
    }
    let id = |(campus, key): &Place| InstanceId {
        campus: campus.clone(),
        code: def.code.clone(),
        key: key.clone(),
    };
    let mut all: BTreeMap<InstanceId, Vec<usize>> = BTreeMap::new();
    for (i, ((item, key), links)) in rows() {
        if let Some(place) = key {
            all.entry(id(place)).or_default().push(i);
            continue;
        }
        for (place, known) in &learnt {
            if place.0 == item.event.campus && links.iter().any(|l| known.contains(l)) {
                all.entry(id(place)).or_default().push(i);
            }
        }
    }
    all
}
