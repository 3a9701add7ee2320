//! When a source was silent: nothing came from it for longer than its heartbeat allows. A function of the set of arrivals.

use crate::time::{Instant, Span};
use serde::{Deserialize, Serialize};

/// The arrivals of one system at one campus, as far as silences depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// The longest pause that is no silence.
    heartbeat: Span,
    /// The first and the last arrival. `None`: nothing ever came, and what never spoke is not silent.
    reach: Option<(Instant, Instant)>,
    /// Silences that have ended: from, and when something came again. Ascending.
    silences: Vec<(Instant, Instant)>,
}

impl Pulse {
    /// One from which nothing has come.
    #[must_use]
    pub fn new(heartbeat: Span) -> Self {
        Self { heartbeat, reach: None, silences: Vec::new() }
    }

    /// One as it was stored: its first and last arrival, and the silences that have ended, ascending.
    #[must_use]
    pub fn of(heartbeat: Span, first: Instant, last: Instant, silences: Vec<(Instant, Instant)>) -> Self {
        Self { heartbeat, reach: Some((first, last)), silences }
    }

    /// Something came. The order in which arrivals are told does not matter. Whether a silence was ended, begun or moved.
    pub fn beat(&mut self, at: Instant) -> bool {
        let Some((first, last)) = self.reach else {
            self.reach = Some((at, at));
            return true;
        };
        self.reach = Some((first.min(at), last.max(at)));
        let quiet = at.plus(self.heartbeat);
        if at > last {
            let from = last.plus(self.heartbeat);
            if at > from {
                self.silences.push((from, at));
            }
            return at > from;
        }
        if at < first {
            if quiet < first {
                self.silences.insert(0, (quiet, first));
            }
            return quiet < first;
        }
        // Within what is known: it moves the beginning of a silence, or splits one.
        let after = self.silences.partition_point(|(_, to)| *to <= at);
        let Some(&(from, to)) = self.silences.get(after) else { return false };
        if at.plus(self.heartbeat) <= from {
            return false;
        }
        let parts = [(from, at.min(to)), (quiet.max(from), to)];
        let kept = parts.into_iter().filter(|(a, b)| a < b && *b > from);
        self.silences.splice(after..=after, kept);
        true
    }

    /// The first and the last arrival.
    #[must_use]
    pub fn reach(&self) -> Option<(Instant, Instant)> {
        self.reach
    }

    /// The silences that have ended, ascending.
    #[must_use]
    pub fn silences(&self) -> &[(Instant, Instant)] {
        &self.silences
    }

    /// From when on it is silent if nothing else comes.
    #[must_use]
    pub fn quiet_from(&self) -> Option<Instant> {
        self.reach.map(|(_, last)| last.plus(self.heartbeat))
    }

    /// Whether it is silent at `t`.
    #[must_use]
    pub fn silent(&self, t: Instant) -> bool {
        self.around(t).is_some() || self.quiet_from().is_some_and(|from| from <= t)
    }

    /// When something came again after the latest silence that had ended by `t`.
    #[must_use]
    pub fn returned(&self, t: Instant) -> Option<Instant> {
        let n = self.silences.partition_point(|(_, to)| *to <= t);
        n.checked_sub(1).and_then(|i| self.silences.get(i)).map(|(_, to)| *to)
    }

    /// When the silence around `t` ended, where that is known.
    #[must_use]
    pub fn comes_back(&self, t: Instant) -> Option<Instant> {
        self.around(t).map(|(_, to)| to)
    }

    fn around(&self, t: Instant) -> Option<(Instant, Instant)> {
        let n = self.silences.partition_point(|(_, to)| *to <= t);
        self.silences.get(n).copied().filter(|(from, _)| *from <= t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The silences of a sorted list of arrivals, by looking at every pause.
    fn naive(arrivals: &[i64], heartbeat: i64) -> Vec<(Instant, Instant)> {
        let mut sorted = arrivals.to_vec();
        sorted.sort_unstable();
        let pauses = sorted.windows(2).filter(|w| w[1] - w[0] > heartbeat);
        pauses.map(|w| (Instant(w[0] + heartbeat), Instant(w[1]))).collect()
    }

    proptest! {
        #[test]
        fn silences_depend_on_the_set_of_arrivals(arrivals in proptest::collection::vec(0i64..60, 1..14), heartbeat in 1i64..9) {
            let mut pulse = Pulse::new(Span(heartbeat));
            for (i, at) in arrivals.iter().enumerate() {
                let before = pulse.silences().to_vec();
                let changed = pulse.beat(Instant(*at));
                prop_assert_eq!(pulse.silences(), naive(&arrivals[..=i], heartbeat));
                prop_assert!(changed || before == pulse.silences());
            }
            for t in -2..80 {
                let last = arrivals.iter().copied().filter(|a| *a <= t).max();
                prop_assert_eq!(pulse.silent(Instant(t)), last.is_some_and(|l| t >= l + heartbeat), "at {}", t);
            }
        }
    }
}
