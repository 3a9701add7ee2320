//! What the store counts while it works, for whoever watches it: numbers, and no word of how they are shown.

use crate::error::Error;
use crate::submit::{Receipt, ReceiptStatus};
use medloop_engine::catalogue::Catalogue;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the buckets of durations, in microseconds: from a cached answer to a minute.
pub(crate) const BOUNDS_US: [u64; 14] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000, 60_000_000,
];
/// Upper bounds of the buckets of numbers of messages.
pub(crate) const BOUNDS_MESSAGES: [u64; 14] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];

/// How some numbers are spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Upper bounds of the buckets.
    pub bounds: &'static [u64],
    /// How many numbers lie in each, not counting those in lower ones; the last bucket has no bound.
    pub counts: Vec<u64>,
    /// The sum of the numbers.
    pub sum: u64,
}

/// What became of the messages of one system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemCount {
    /// Taken.
    pub accepted: u64,
    /// Known already.
    pub duplicate: u64,
    /// Not taken.
    pub rejected: u64,
    /// When the last one came, in microseconds since 1970 UTC; `None`: none since the start.
    pub last: Option<i64>,
}

/// Everything that was counted since the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// By code of the sending system; `unknown` for what names none that is known.
    pub systems: BTreeMap<String, SystemCount>,
    /// How long senders waited for the answer that what they sent is durable, in microseconds.
    pub submit_us: Spread,
    /// How many messages were sent together.
    pub together: Spread,
    /// How long the log was ahead of the other tables each time, in microseconds.
    pub settle_us: Spread,
    /// How many messages batches held.
    pub batch: Spread,
    /// How long a batch took from the writer's hand until it was durable, in microseconds.
    pub commit_us: Spread,
    /// Calls refused because the queue was full.
    pub busy: u64,
}

#[derive(Debug, Default)]
struct OfSystem {
    accepted: AtomicU64,
    duplicate: AtomicU64,
    rejected: AtomicU64,
    last: AtomicI64,
}

/// Counts one spread.
#[derive(Debug)]
pub(crate) struct Buckets {
    bounds: &'static [u64],
    counts: Vec<AtomicU64>,
    sum: AtomicU64,
}

/// All counters.
#[derive(Debug)]
pub(crate) struct Meters {
    systems: BTreeMap<String, OfSystem>,
    unknown: OfSystem,
    submit: Buckets,
    together: Buckets,
    busy: AtomicU64,
}

impl Buckets {
    pub(crate) fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    pub(crate) fn add(&self, n: u64) {
        let at = self.bounds.partition_point(|b| *b < n);
        if let Some(count) = self.counts.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(n, Ordering::Relaxed);
    }

    pub(crate) fn add_duration(&self, took: Duration) {
        self.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    pub(crate) fn read(&self) -> Spread {
        let counts = self.counts.iter().map(|c| c.load(Ordering::Relaxed)).collect();
        Spread { bounds: self.bounds, counts, sum: self.sum.load(Ordering::Relaxed) }
    }
}

impl OfSystem {
    fn read(&self) -> SystemCount {
        let of = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let last = self.last.load(Ordering::Relaxed);
        SystemCount {
            accepted: of(&self.accepted),
            duplicate: of(&self.duplicate),
            rejected: of(&self.rejected),
            last: (last != 0).then_some(last),
        }
    }
}

impl Meters {
    pub(crate) fn new(catalogue: &Catalogue) -> Self {
        Self {
            systems: catalogue.systems.keys().map(|s| (s.to_string(), OfSystem::default())).collect(),
            unknown: OfSystem::default(),
            submit: Buckets::new(&BOUNDS_US),
            together: Buckets::new(&BOUNDS_MESSAGES),
            busy: AtomicU64::new(0),
        }
    }

    /// A call that sent `messages` was answered.
    pub(crate) fn answered(
        &self,
        messages: usize,
        took: Duration,
        now: i64,
        answer: &Result<Vec<Receipt>, Error>,
    ) {
        match answer {
            Ok(receipts) => {
                self.submit.add_duration(took);
                self.together.add(u64::try_from(messages).unwrap_or(u64::MAX));
                receipts.iter().for_each(|r| self.received(r, now));
            }
            Err(Error::Busy) => {
                self.busy.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => {}
        }
    }

    fn received(&self, receipt: &Receipt, now: i64) {
        let code = receipt.source.split('/').next().unwrap_or_default();
        let system = self.systems.get(code).unwrap_or(&self.unknown);
        let count = match receipt.status {
            ReceiptStatus::Accepted => &system.accepted,
            ReceiptStatus::Duplicate => &system.duplicate,
            ReceiptStatus::Rejected => &system.rejected,
        };
        count.fetch_add(1, Ordering::Relaxed);
        system.last.store(now, Ordering::Relaxed);
    }

    pub(crate) fn read(&self, (batch, commit_us): (Spread, Spread), settle_us: Spread) -> Measured {
        let known = self.systems.iter().map(|(code, n)| (code.clone(), n.read()));
        Measured {
            systems: known.chain([("unknown".to_owned(), self.unknown.read())]).collect(),
            submit_us: self.submit.read(),
            together: self.together.read(),
            settle_us,
            batch,
            commit_us,
            busy: self.busy.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_lies_in_the_bucket_of_the_least_bound_that_holds_it() {
        let buckets = Buckets::new(&BOUNDS_MESSAGES);
        for n in [0, 1, 2, 3, 20_000, 20_001] {
            buckets.add(n);
        }
        let spread = buckets.read();
        assert_eq!(spread.counts.get(..3), Some(&[2, 1, 1][..]), "0 and 1, 2, 3");
        assert_eq!(spread.counts.get(13..), Some(&[1, 1][..]), "20000, and one beyond every bound");
        assert_eq!(spread.sum, 40_007);
    }
}
