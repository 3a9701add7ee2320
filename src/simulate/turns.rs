//! Which fault is injected next: the kind that has come up least, so that a short simulation shows many kinds.

use std::collections::BTreeMap;

use super::fault::Fault;

/// How often a kind that would not have shown in time may have its turn again.
const AGAIN: u32 = 12;

/// What has been chosen so far.
#[derive(Default)]
pub(super) struct Turns {
    /// The place of the last one in each ground's list.
    places: BTreeMap<usize, usize>,
    kinds: BTreeMap<&'static str, Turn>,
}

#[derive(Default)]
struct Turn {
    /// How often the kind has come up anywhere.
    times: u32,
    /// How often it had its turn again.
    again: u32,
}

impl Turns {
    /// The next fault of a ground: of the kind that has come up least, the one that waits longest.
    pub(super) fn next<'f>(&mut self, ground: usize, faults: &'f [Fault]) -> Option<&'f Fault> {
        let from = self.places.get(&ground).map_or(0, |last| last + 1);
        let waiting = (from..from + faults.len()).map(|place| place % faults.len().max(1));
        let often = |place: &usize| faults.get(*place).and_then(|f| self.kinds.get(f.code()));
        let place = waiting.min_by_key(|place| often(place).map_or(0, |turn| turn.times))?;
        let fault = faults.get(place)?;
        self.places.insert(ground, place);
        self.kinds.entry(fault.code()).or_default().times += 1;
        Some(fault)
    }

    /// The fault would not have shown in time: its kind has its turn again.
    pub(super) fn again(&mut self, fault: &Fault) {
        let turn = self.kinds.entry(fault.code()).or_default();
        if turn.again < AGAIN {
            (turn.times, turn.again) = (turn.times.saturating_sub(1), turn.again + 1);
        }
    }
}
