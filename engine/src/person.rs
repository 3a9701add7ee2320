//! Which patient ids are one person: what merges say, and what their undoing says, whatever the order of arrival.

use crate::admit;
use crate::event::{Event, Rejection};
use crate::facts::EventRef;
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The type of an event that merges `data.from` into `data.into`.
pub const MERGED: &str = "patient.merged";
/// The type of an event that undoes it.
pub const UNMERGED: &str = "patient.unmerged";

/// What one event says of a patient id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// When it happened. The latest statement about an id counts; at the same moment the greater `event`.
    pub at: Instant,
    /// Which event says it.
    pub event: EventRef,
    /// The id it is about.
    pub from: Arc<str>,
    /// The id it was merged into, or is taken apart from.
    pub into: Arc<str>,
    /// Whether it merges.
    pub merges: bool,
}

/// Whether an event merges patients or undoes that.
#[must_use]
pub fn speaks(event: &Event) -> bool {
    matches!(event.kind.as_str(), MERGED | UNMERGED)
}

/// What an event says of a patient id; `None` when it is about something else, or does not name two ids.
#[must_use]
pub fn statement(event: &Event) -> Option<Statement> {
    let id = |name: &str| event.data.get(name).and_then(admit::as_text).filter(|id| !id.is_empty());
    let (from, into) = (id("from")?, id("into")?);
    (speaks(event) && from != into).then(|| Statement {
        at: event.at.at,
        event: event.reference(),
        from,
        into,
        merges: event.kind.as_str() == MERGED,
    })
}

/// Refuses one that does not say which two ids it is about.
pub(crate) fn check(event: &Event) -> Result<(), Rejection> {
    if !speaks(event) || statement(event).is_some() {
        return Ok(());
    }
    Err(Rejection::new(
        "merge_ids",
        "/data",
        "患者合并与拆分必须在 data.from 和 data.into 里写明两个不同的患者号",
        "merging patients and undoing it name two different patient ids in data.from and data.into",
    ))
}

/// The latest of some statements for each id they are about.
fn latest<'a>(all: impl IntoIterator<Item = &'a Statement>) -> BTreeMap<&'a str, &'a Statement> {
    let mut latest: BTreeMap<&str, &Statement> = BTreeMap::new();
    for one in all {
        let known = latest.entry(&one.from).or_insert(one);
        *known = one.max(known);
    }
    latest
}

/// The ids that lie beside `id`, given every living statement about it and about the ids ever merged into it: the id it is merged
/// into, and those that are merged into it.
#[must_use]
pub fn beside(id: &str, statements: &[Statement]) -> BTreeSet<Arc<str>> {
    let holding = latest(statements).into_values().filter(|s| s.merges);
    holding
        .filter_map(|s| match (&*s.from == id, &*s.into == id) {
            (true, _) => Some(s.into.clone()),
            (_, true) => Some(s.from.clone()),
            _ => None,
        })
        .collect()
}

/// Every id of the person who has `id`, itself among them, given all living statements. Chains and cycles are one person.
#[must_use]
pub fn ids(id: &str, statements: &[Statement]) -> BTreeSet<Arc<str>> {
    let holding: Vec<&Statement> = latest(statements).into_values().filter(|s| s.merges).collect();
    let mut known: BTreeSet<Arc<str>> = BTreeSet::from([Arc::from(id)]);
    loop {
        let before = known.len();
        for s in &holding {
            if known.contains(&s.from) || known.contains(&s.into) {
                known.extend([s.from.clone(), s.into.clone()]);
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn says(n: usize, at: i64, from: u8, into: u8, merges: bool) -> Statement {
        let event = EventRef { source: "adt".into(), id: format!("{n:03}").into() };
        let name = |p: u8| Arc::from(format!("P{p}"));
        Statement { at: Instant(at), event, from: name(from), into: name(into), merges }
    }

    fn of(id: &str, all: &[Statement]) -> String {
        ids(id, all).iter().map(|i| &**i).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn merges_chain_and_come_apart() {
        let mut all = vec![says(1, 1, 1, 2, true), says(2, 2, 2, 3, true)];
        assert_eq!(of("P1", &all), "P1 P2 P3");
        assert_eq!(of("P3", &all), "P1 P2 P3");
        all.push(says(3, 3, 3, 1, true));
        assert_eq!(of("P2", &all), "P1 P2 P3", "a cycle is one person");
        all.push(says(4, 4, 2, 3, false));
        assert_eq!(of("P2", &all), "P1 P2 P3", "P3 is still merged into P1");
        all.push(says(5, 5, 3, 1, false));
        assert_eq!(of("P3", &all), "P3");
        assert_eq!(of("P2", &all), "P1 P2");
        all.push(says(0, 4, 1, 2, false));
        assert_eq!(of("P1", &all), "P1");
    }

    proptest! {
        #[test]
        fn a_walk_from_id_to_id_finds_the_same_whatever_the_order(
            made in prop::collection::vec((0..6i64, 0..6u8, 0..6u8, any::<bool>()), 0..14),
            turn in 0..14usize,
        ) {
            let made = made.into_iter().enumerate().filter(|(_, (_, from, into, _))| from != into);
            let all: Vec<Statement> = made.map(|(n, (at, f, i, m))| says(n, at, f, i, m)).collect();
            let mut turned = all.clone();
            turned.rotate_left(turn.min(all.len()));
            turned.reverse();
            for p in 0..6u8 {
                let id = format!("P{p}");
                let whole = ids(&id, &all);
                prop_assert_eq!(&whole, &ids(&id, &turned));
                // As the store walks: what is said about an id and about those ever merged into it, one id at a time.
                let mut walked = BTreeSet::from([Arc::from(id.as_str())]);
                let mut todo: Vec<Arc<str>> = walked.iter().cloned().collect();
                while let Some(next) = todo.pop() {
                    let into: BTreeSet<&str> =
                        all.iter().filter(|s| s.into == next).map(|s| &*s.from).collect();
                    let near: Vec<Statement> = turned
                        .iter()
                        .filter(|s| s.from == next || into.contains(&*s.from))
                        .cloned()
                        .collect();
                    let fresh = beside(&next, &near).into_iter().filter(|i| walked.insert(i.clone()));
                    todo.extend(fresh.collect::<Vec<_>>());
                }
                prop_assert_eq!(&whole, &walked);
                for other in &whole {
                    prop_assert_eq!(&whole, &ids(other, &all), "each id of a person leads to the same");
                }
            }
        }
    }
}
