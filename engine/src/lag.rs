//! How long after their stated time a source's events arrive, and what that says of its clock: counts in few buckets, the same
//! whatever the order of arrival.

use crate::time::{Instant, Span};
use std::collections::BTreeMap;

/// Bounds of the buckets above zero, in seconds; those below zero mirror them.
const BOUNDS_S: [i64; 19] =
    [1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 420, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];
/// The share of events, in thousandths, that may be earlier than the estimate: one wrong time moves nothing.
const FEW: u64 = 50;

/// What is kept of the events of one bucket.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// How many.
    pub n: u64,
    /// The shortest of their lags; below zero where the stated time lies after the arrival.
    pub least: Span,
    /// The last of their arrivals.
    pub last: Instant,
}

impl Bucket {
    fn with(self, other: Self) -> Self {
        Self {
            n: self.n.saturating_add(other.n),
            least: self.least.min(other.least),
            last: self.last.max(other.last),
        }
    }
}

/// The lags of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lags {
    buckets: BTreeMap<i64, Bucket>,
}

impl Lags {
    /// An event that states `time` arrived.
    pub fn add(&mut self, time: Instant, arrived: Instant) {
        let least = arrived.since(time);
        self.put(bucket(least), Bucket { n: 1, least, last: arrived });
    }

    /// Adds to one bucket, by its number.
    pub fn put(&mut self, number: i64, some: Bucket) {
        let known = self.buckets.get(&number).map_or(some, |known| known.with(some));
        self.buckets.insert(number, known);
    }

    /// The buckets that hold any, by number, ascending.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, Bucket)> {
        self.buckets.iter().map(|(number, bucket)| (*number, *bucket))
    }

    /// How many events were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.values().map(|b| b.n).sum()
    }

    /// The last arrival.
    #[must_use]
    pub fn last(&self) -> Option<Instant> {
        self.buckets.values().map(|b| b.last).max()
    }

    /// The lag that `thousandths` of the events stay below, as fine as the buckets are: the least of its bucket.
    #[must_use]
    pub fn at(&self, thousandths: u64) -> Option<Span> {
        let rank = self.count().saturating_mul(thousandths) / 1000;
        let mut seen = 0;
        for bucket in self.buckets.values() {
            seen += bucket.n;
            if seen > rank {
                return Some(bucket.least);
            }
        }
        self.buckets.values().next_back().map(|b| b.least)
    }

    /// By how much the source's clock runs ahead at least: no event arrives before it happened. `None`: its times give no
    /// reason to think so; a clock that runs behind looks like a slow way.
    #[must_use]
    pub fn ahead(&self) -> Option<Span> {
        self.at(FEW).map(|least| Span(-least.0)).filter(|ahead| ahead.0 > 0)
    }
}

/// The number of the bucket of a length; negative numbers lie below zero.
pub(crate) fn bucket(lag: Span) -> i64 {
    let seconds = Span(lag.0.saturating_abs()).whole_seconds();
    let passed = BOUNDS_S.iter().filter(|bound| **bound <= seconds).count();
    let passed = i64::try_from(passed).unwrap_or(0);
    if lag.0 < 0 { -1 - passed } else { passed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn minutes(n: i64) -> Instant {
        Instant(0).plus(Span::minutes(n))
    }

    #[test]
    fn a_clock_seven_minutes_ahead_is_seen_and_a_single_wrong_time_is_not() {
        let mut lags = Lags::default();
        for n in 0..100 {
            lags.add(minutes(n + 7), minutes(n).plus(Span::seconds(n % 4)));
        }
        assert_eq!(lags.ahead(), Some(Span::minutes(7)));
        let mut right = Lags::default();
        for n in 0..100 {
            right.add(minutes(n), minutes(n).plus(Span::seconds(3)));
        }
        right.add(minutes(9), minutes(0));
        assert_eq!((right.ahead(), right.at(500)), (None, Some(Span::seconds(3))));
        assert_eq!((right.count(), right.last()), (101, Some(minutes(99).plus(Span::seconds(3)))));
        assert_eq!((Lags::default().ahead(), Lags::default().at(500)), (None, None));
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_and_how_it_is_cut_make_no_difference(
            events in prop::collection::vec((0..2_000_000_000i64, 0..2_000_000_000i64), 0..40),
            cut in 0..40usize,
        ) {
            let mut whole = Lags::default();
            events.iter().for_each(|(t, a)| whole.add(Instant(*t), Instant(*a)));
            let (left, right) = events.split_at(cut.min(events.len()));
            let mut other = Lags::default();
            right.iter().rev().for_each(|(t, a)| other.add(Instant(*t), Instant(*a)));
            let mut first = Lags::default();
            left.iter().rev().for_each(|(t, a)| first.add(Instant(*t), Instant(*a)));
            first.buckets().for_each(|(n, b)| other.put(n, b));
            prop_assert_eq!(&whole, &other);
            prop_assert!(whole.buckets().count() <= 40);
        }
    }
}
