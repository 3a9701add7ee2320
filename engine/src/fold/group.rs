//! 组号: an order of several items. What a source sends for each of them is one act, and what stops one of them is not the end.

use super::side::Occurrence;
use crate::facts::{Fact, Hit};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Leaves of the occurrences that are one act on several items the first. They come by fact, in total order.
pub(super) fn merge(facts: &[Arc<Fact>], occurrences: &mut Vec<Occurrence>) {
    if facts.iter().filter(|f| !f.dead && !f.items.is_empty()).nth(1).is_none() {
        return;
    }
    let mut acts: Vec<(Occurrence, BTreeSet<&Arc<str>>)> = Vec::new();
    occurrences.retain(|o| {
        let Some(fact) = facts.get(o.fact).filter(|f| !f.items.is_empty()) else { return true };
        let joined = acts.iter_mut().find(|(first, items)| {
            (first.node, first.rank) == (o.node, o.rank)
                && facts.get(first.fact).is_some_and(|f| f.is_one_act_with(fact))
                && !fact.items.iter().any(|item| items.contains(item))
        });
        match joined {
            Some((_, items)) => {
                items.extend(&fact.items);
                false
            }
            None => {
                acts.push((*o, fact.items.iter().collect()));
                true
            }
        }
    });
}

/// The items of an order, and those that its endings have named so far.
pub(super) struct Items<'a> {
    all: BTreeSet<&'a Arc<str>>,
    named: BTreeMap<u16, BTreeSet<&'a Arc<str>>>,
}

impl<'a> Items<'a> {
    /// Those that the living facts of a side carry which end nothing.
    pub(super) fn of(facts: &'a [Arc<Fact>]) -> Self {
        let ends = |f: &&Fact| f.hits.iter().any(|h| matches!(h, Hit::Ending(_) | Hit::Resume(_)));
        let all = facts.iter().map(|f| &**f).filter(|f| !f.dead && !ends(f)).flat_map(|f| &f.items).collect();
        Self { all, named: BTreeMap::new() }
    }

    /// An event of an ending: whether it ends the whole. One that names items does once all have been named.
    pub(super) fn end_all(&mut self, ending: u16, fact: &'a Fact) -> bool {
        if fact.items.is_empty() || self.all.is_empty() {
            return true;
        }
        let named = self.named.entry(ending).or_default();
        named.extend(&fact.items);
        self.all.is_subset(named)
    }

    /// It was taken back: for the items it names, else for all.
    pub(super) fn resume(&mut self, ending: u16, fact: &'a Fact) {
        let named = self.named.entry(ending).or_default();
        if fact.items.is_empty() {
            named.clear();
        } else {
            named.retain(|item| !fact.items.contains(*item));
        }
    }
}
