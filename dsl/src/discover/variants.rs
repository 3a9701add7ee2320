//! Traces and how often each was seen: all that the miner looks at, however many events there were.

use std::collections::{BTreeMap, BTreeSet};

/// What can happen in a trace: a kind of event, or a whole `每个` block.
pub(super) type Act = u16;

/// Traces, each with its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Variants(BTreeMap<Vec<Act>, u64>);

impl Variants {
    /// Counts a trace `times` more.
    pub(super) fn add(&mut self, trace: Vec<Act>, times: u64) {
        *self.0.entry(trace).or_default() += times;
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[Act], u64)> {
        self.0.iter().map(|(trace, n)| (trace.as_slice(), *n))
    }

    /// How many traces, empty ones included.
    pub(super) fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many traces are empty.
    pub(super) fn empty(&self) -> u64 {
        self.0.get(&Vec::new()).copied().unwrap_or(0)
    }

    /// The same without the empty ones.
    pub(super) fn without_empty(mut self) -> Self {
        self.0.remove(&Vec::new());
        self
    }

    /// What happens in them.
    pub(super) fn acts(&self) -> BTreeSet<Act> {
        self.0.keys().flatten().copied().collect()
    }

    /// The traces for which `wanted` holds.
    pub(super) fn only(&self, wanted: impl Fn(&[Act]) -> bool) -> Self {
        Self(self.0.iter().filter(|(trace, _)| wanted(trace)).map(|(trace, n)| (trace.clone(), *n)).collect())
    }

    /// What is left of each trace when only these acts are looked at.
    pub(super) fn project(&self, acts: &BTreeSet<Act>) -> Self {
        let mut out = Self::default();
        for (trace, n) in self.iter() {
            out.add(trace.iter().copied().filter(|a| acts.contains(a)).collect(), n);
        }
        out
    }
}
