//! Which act directly follows which, and how often.

use super::variants::{Act, Variants};
use std::collections::{BTreeMap, BTreeSet};

/// The directly-follows graph of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub(super) acts: BTreeSet<Act>,
    next: BTreeMap<Act, BTreeMap<Act, u64>>,
    starts: BTreeMap<Act, u64>,
    ends: BTreeMap<Act, u64>,
}

impl Graph {
    pub(super) fn of(log: &Variants) -> Self {
        let mut graph = Self { acts: log.acts(), ..Self::default() };
        for (trace, n) in log.iter() {
            if let (Some(first), Some(last)) = (trace.first(), trace.last()) {
                *graph.starts.entry(*first).or_default() += n;
                *graph.ends.entry(*last).or_default() += n;
            }
            for (a, b) in trace.iter().zip(trace.iter().skip(1)) {
                *graph.next.entry(*a).or_default().entry(*b).or_default() += n;
            }
        }
        graph
    }

    /// The same without what is rare: edges (and ends) that come less often than `share` of the commonest one that leaves the
    /// same act, beginnings less often than `share` of the commonest beginning.
    pub(super) fn frequent(&self, share: f64) -> Self {
        let enough = |n: u64, most: u64| n as f64 >= share * most as f64;
        let mut graph = Self { acts: self.acts.clone(), ..Self::default() };
        for act in &self.acts {
            let (next, end) = (self.next.get(act), self.ends.get(act).copied().unwrap_or(0));
            let most = next.into_iter().flat_map(BTreeMap::values).copied().chain([end]).max().unwrap_or(0);
            let kept = next.into_iter().flatten().filter(|(_, n)| enough(**n, most));
            graph.next.insert(*act, kept.map(|(b, n)| (*b, *n)).collect());
            if end > 0 && enough(end, most) {
                graph.ends.insert(*act, end);
            }
        }
        let most = self.starts.values().copied().max().unwrap_or(0);
        graph.starts = self.starts.iter().filter(|(_, n)| enough(**n, most)).map(|(a, n)| (*a, *n)).collect();
        graph
    }

    pub(super) fn follows(&self, a: Act, b: Act) -> bool {
        self.next.get(&a).is_some_and(|next| next.contains_key(&b))
    }

    pub(super) fn is_start(&self, a: Act) -> bool {
        self.starts.contains_key(&a)
    }

    pub(super) fn is_end(&self, a: Act) -> bool {
        self.ends.contains_key(&a)
    }

    pub(super) fn starts(&self) -> impl Iterator<Item = Act> {
        self.starts.keys().copied()
    }

    pub(super) fn ends(&self) -> impl Iterator<Item = Act> {
        self.ends.keys().copied()
    }

    /// For each act those that come somewhere behind it.
    pub(super) fn reach(&self) -> BTreeMap<Act, BTreeSet<Act>> {
        let mut all = BTreeMap::new();
        for act in &self.acts {
            let mut seen = BTreeSet::new();
            let mut open = vec![*act];
            while let Some(a) = open.pop() {
                for b in self.next.get(&a).into_iter().flat_map(BTreeMap::keys) {
                    if seen.insert(*b) {
                        open.push(*b);
                    }
                }
            }
            all.insert(*act, seen);
        }
        all
    }
}

/// The groups into which `acts` fall when linked ones belong together.
pub(super) fn components(acts: &BTreeSet<Act>, linked: impl Fn(Act, Act) -> bool) -> Vec<BTreeSet<Act>> {
    let mut groups = Vec::new();
    let mut rest = acts.clone();
    while let Some(first) = rest.pop_first() {
        let mut group = BTreeSet::from([first]);
        let mut open = vec![first];
        while let Some(a) = open.pop() {
            let near: Vec<Act> = rest.iter().copied().filter(|b| linked(a, *b) || linked(*b, a)).collect();
            for b in near {
                rest.remove(&b);
                group.insert(b);
                open.push(b);
            }
        }
        groups.push(group);
    }
    groups
}
