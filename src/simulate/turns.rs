//! Which fault is injected next: the kind that has come up least, so that a short simulation shows many kinds.

use std::collections::BTreeMap;

use super::fault::Fault;

/// What has been chosen so far.
#[derive(Default)]
pub(super) struct Turns {
    /// The place of the last one in each ground's list.
    places: BTreeMap<usize, usize>,
    /// How often each kind has come up anywhere.
    kinds: BTreeMap<&'static str, usize>,
}

impl Turns {
    /// The next fault of a ground: of the kind that has come up least, the one that waits longest.
    pub(super) fn next<'f>(&mut self, ground: usize, faults: &'f [Fault]) -> Option<&'f Fault> {
        let from = self.places.get(&ground).map_or(0, |last| last + 1);
        let waiting = (from..from + faults.len()).map(|place| place % faults.len().max(1));
        let often = |place: &usize| faults.get(*place).and_then(|f| self.kinds.get(f.code())).copied();
        let place = waiting.min_by_key(|place| often(place).unwrap_or(0))?;
        let fault = faults.get(place)?;
        self.places.insert(ground, place);
        *self.kinds.entry(fault.code()).or_default() += 1;
        Some(fault)
    }
}
