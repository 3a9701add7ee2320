//! Hot cases in memory, the longest unused ones dropped first; whatever is dropped can be read again.

use crate::case::{Case, CaseId, Map};
use std::collections::BTreeMap;

/// A bounded set of cases.
#[derive(Debug)]
pub(crate) struct Cache {
    cases: Map<CaseId, (u64, usize, Case)>,
    uses: BTreeMap<u64, CaseId>,
    tick: u64,
    weight: usize,
    limit: usize,
}

impl Cache {
    /// One that holds about `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self { cases: Map::default(), uses: BTreeMap::new(), tick: 0, weight: 0, limit }
    }

    /// Takes a case out; it comes back with [`Cache::put`] once what was done to it is durable.
    pub(crate) fn take(&mut self, id: &CaseId) -> Option<Case> {
        let (tick, weight, case) = self.cases.remove(id)?;
        self.uses.remove(&tick);
        self.weight -= weight;
        Some(case)
    }

    /// Lets all go.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }

    /// Keeps a case.
    pub(crate) fn put(&mut self, id: CaseId, mut case: Case) {
        for held in case.instances.values_mut() {
            held.shrink();
        }
        let weight = case.instances.values().map(|held| held.weight()).sum::<usize>() + 400;
        self.tick += 1;
        self.take(&id);
        self.uses.insert(self.tick, id.clone());
        self.cases.insert(id, (self.tick, weight, case));
        self.weight += weight;
        while self.weight > self.limit {
            let Some((_, oldest)) = self.uses.pop_first() else { break };
            if let Some((_, weight, _)) = self.cases.remove(&oldest) {
                self.weight -= weight;
            }
        }
    }
}
