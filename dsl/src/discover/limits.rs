//! Flow → limits: how long it takes from one node to the next, as it was done.

use super::flow::Block;
use super::log::Log;
use super::tracks::Trace;
use super::variants::Act;
use crate::tree::FlowOp;
use medloop_engine::time::Precision;
use std::collections::BTreeMap;

/// From how many pairs on a limit is proposed: of fewer, one in twenty says nothing.
pub(super) const PAIRS: usize = 40;

/// How long it took from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) from: Act,
    pub(super) to: Act,
    /// How many pairs, and how many more in which the later came first.
    pub(super) pairs: usize,
    pub(super) backwards: usize,
    /// Of the pairs, in seconds.
    pub(super) median: i64,
    pub(super) p95: i64,
    pub(super) p99: i64,
    /// What is proposed: P95 rounded up to what people say.
    pub(super) length: Length,
    /// How many pairs are within it.
    pub(super) within: usize,
}

/// A length of time as people say it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) number: i64,
    /// The position of its unit in the table of units.
    pub(super) unit: usize,
}

/// How long each unit is in seconds, and the numbers of it that people say.
const SAID: [(i64, &[i64]); 4] = [
    (1, &[1, 2, 5, 10, 15, 20, 30, 45]),
    (60, &[1, 2, 3, 5, 10, 15, 20, 30, 45]),
    (3_600, &[1, 2, 3, 4, 6, 8, 12, 18]),
    (86_400, &[1, 2, 3, 4, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 365]),
];

impl Length {
    /// The shortest that is not below so many seconds.
    pub(super) fn at_least(seconds: i64) -> Self {
        for (unit, (size, numbers)) in SAID.iter().enumerate() {
            if let Some(number) = numbers.iter().find(|n| *n * size >= seconds) {
                return Self { number: *number, unit };
            }
        }
        Self { number: (seconds + 86_399) / 86_400, unit: 3 }
    }

    pub(super) fn seconds(self) -> i64 {
        SAID.get(self.unit).map_or(0, |(size, _)| size * self.number)
    }
}

/// The limits of one level: for each node the one from the node before it with which it has the most pairs.
pub(super) fn limits<'a>(
    log: &Log,
    flow: &Block,
    traces: impl Iterator<Item = &'a Trace>,
    skip: impl Fn(Act) -> bool,
) -> Vec<Limit> {
    let mut before: BTreeMap<Act, Vec<Act>> = BTreeMap::new();
    neighbours(flow, &[], &mut before);
    before.retain(|to, from| {
        from.retain(|a| !skip(*a));
        !skip(*to) && !from.is_empty()
    });
    let mut lengths: BTreeMap<(Act, Act), (Vec<i64>, usize)> = BTreeMap::new();
    for trace in traces {
        // What counts of a node is its first occurrence.
        let mut first: BTreeMap<Act, usize> = BTreeMap::new();
        for (act, at) in trace {
            first.entry(*act).or_insert(*at);
        }
        for (to, at) in &first {
            for from in before.get(to).into_iter().flatten() {
                let Some(length) = first.get(from).and_then(|from| apart(log, *from, *at)) else { continue };
                let (all, backwards) = lengths.entry((*to, *from)).or_default();
                if length < 0 { *backwards += 1 } else { all.push(length) }
            }
        }
    }
    let mut best: BTreeMap<Act, Limit> = BTreeMap::new();
    for ((to, from), (all, backwards)) in lengths {
        if all.len() < PAIRS || best.get(&to).is_some_and(|b| b.pairs >= all.len()) {
            continue;
        }
        best.insert(to, limit(from, to, all, backwards));
    }
    best.into_values().collect()
}

fn limit(from: Act, to: Act, mut all: Vec<i64>, backwards: usize) -> Limit {
    all.sort_unstable();
    // The nearest rank.
    let rank =
        |percent: usize| all.get((all.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
    let p95 = rank(95);
    let length = Length::at_least(p95.max(1));
    let within = all.partition_point(|n| *n <= length.seconds());
    Limit { from, to, pairs: all.len(), backwards, median: rank(50), p95, p99: rank(99), length, within }
}

/// Seconds from one event to another, at the coarser of their precisions; `None` where that is a day.
fn apart(log: &Log, from: usize, to: usize) -> Option<i64> {
    let (from, to) = (log.rows.get(from)?, log.rows.get(to)?);
    let precision = from.precision.min(to.precision);
    (precision != Precision::Day).then(|| units(from.at, to.at, precision))
}

/// Seconds from one instant to another, both cut to a precision, of a second at the finest.
pub(super) fn units(from: i64, to: i64, precision: Precision) -> i64 {
    let second = Precision::Second.unit().0;
    let unit = precision.unit().0.max(second);
    (to.div_euclid(unit) - from.div_euclid(unit)) * (unit / second)
}

/// For each node those that may come directly before it; the nodes with which the block may end.
fn neighbours(block: &Block, before: &[Act], into: &mut BTreeMap<Act, Vec<Act>>) -> Vec<Act> {
    match block {
        Block::Node(act, _) => {
            into.insert(*act, before.to_vec());
            vec![*act]
        }
        Block::Opt(body) => neighbours(body, before, into),
        // The nodes that begin another round, or end the block, may come at any moment.
        Block::Again(body, _) | Block::Ends(body, _) => neighbours(body, before, into),
        Block::Many(FlowOp::Seq, parts) => {
            let mut last = before.to_vec();
            let mut ends: Vec<Act> = Vec::new();
            for part in parts {
                let own = neighbours(part, &last, into);
                if part.accepts(&[]) {
                    last.extend(&own);
                    ends.extend(own);
                } else {
                    ends.clone_from(&own);
                    last = own;
                }
            }
            ends
        }
        Block::Many(_, parts) => parts.iter().flat_map(|p| neighbours(p, before, into)).collect(),
    }
}
