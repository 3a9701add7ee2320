//! What the order in which things must happen says of clocks: where what comes after seems to come before, one of two clocks is
//! off. Counts in few buckets, the same whatever the order of arrival.

use crate::facts::{Fact, Hit, TrackFacts};
use crate::graph::{Definition, Flow, NodeIx};
use crate::lag::bucket;
use crate::name::SystemCode;
use crate::time::{Instant, Precision, Span};
use std::collections::BTreeMap;

/// As many pairs at least before anything is said.
const ENOUGH: u64 = 20;
/// The share of pairs, in thousandths, that must stand the wrong way round: single orders are done the other way now and then.
const STEADY: u64 = 250;
/// The share, in thousandths, that may be further off than the estimate.
const FEW: u64 = 100;

/// For each node, the nodes that must come before it and are nearest; single ones only, outside 重来, where rounds would mix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    before: BTreeMap<NodeIx, Vec<NodeIx>>,
}

impl Order {
    /// What a definition says.
    #[must_use]
    pub fn of(def: &Definition) -> Self {
        let mut out = Self::default();
        out.walk(def, &def.flow, &[]);
        out
    }

    /// What leaves a block.
    fn walk(&mut self, def: &Definition, flow: &Flow, entry: &[NodeIx]) -> Vec<NodeIx> {
        let passed = |mut exits: Vec<NodeIx>| {
            exits.extend_from_slice(entry);
            exits.sort();
            exits.dedup();
            exits
        };
        match flow {
            Flow::Node(ix) => match def.node(*ix) {
                Some(node) if !node.repeated && !node.negative => {
                    self.before.insert(*ix, entry.to_vec());
                    if node.optional { passed(vec![*ix]) } else { vec![*ix] }
                }
                _ => entry.to_vec(),
            },
            Flow::Seq(items) => {
                items.iter().fold(entry.to_vec(), |before, item| self.walk(def, item, &before))
            }
            Flow::Par(items) | Flow::Choice(items) => {
                let mut exits: Vec<NodeIx> = items.iter().flat_map(|i| self.walk(def, i, entry)).collect();
                exits.sort();
                exits.dedup();
                exits
            }
            Flow::Opt(body) | Flow::When { body, .. } => passed(self.walk(def, body, entry)),
            Flow::Ends { body, .. } => self.walk(def, body, entry),
            Flow::Again { .. } => entry.to_vec(),
            Flow::Each(scope) => {
                let body = def.flow_of(*scope).clone();
                self.walk(def, &body, entry);
                entry.to_vec()
            }
        }
    }

    /// The pairs that a fact makes with those known before it on its track and its order: which system stated what comes first,
    /// which what comes after, and how long after it stated that.
    pub fn pairs(
        &self,
        fact: &Fact,
        own: &TrackFacts,
        order: &TrackFacts,
        mut say: impl FnMut(&SystemCode, &SystemCode, Span),
    ) {
        for node in nodes(fact) {
            for cause in self.before.get(&node).into_iter().flatten() {
                let other = single(own, *cause, fact).or_else(|| single(order, *cause, fact));
                if let Some(other) = other.filter(|other| tells(other, fact)) {
                    say(&other.system, &fact.system, fact.at.at.since(other.at.at));
                }
            }
            for (effect, _) in self.before.iter().filter(|(_, before)| before.contains(&node)) {
                if let Some(other) = single(own, *effect, fact).filter(|other| tells(other, fact)) {
                    say(&fact.system, &other.system, other.at.at.since(fact.at.at));
                }
            }
        }
    }
}

fn nodes(fact: &Fact) -> impl Iterator<Item = NodeIx> {
    fact.hits.iter().filter_map(|h| if let Hit::Node(n, _) = h { Some(*n) } else { None })
}

/// The only living fact of a node, apart from the one at hand; of several nobody knows which belongs to it.
fn single<'f>(track: &'f TrackFacts, node: NodeIx, but: &Fact) -> Option<&'f Fact> {
    let mut all =
        track.facts.iter().filter(|f| !f.dead && f.event != but.event && nodes(f).any(|n| n == node));
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

fn tells(a: &Fact, b: &Fact) -> bool {
    a.system != b.system && a.at.precision != Precision::Day && b.at.precision != Precision::Day
}

/// What is kept of the pairs of one bucket.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// How many.
    pub n: u64,
    /// The shortest of their distances; below zero where what comes after was stated to come before.
    pub least: Span,
    /// The first of the moments at which they were known.
    pub first: Instant,
    /// The last.
    pub last: Instant,
}

/// How long after the first of two systems the second states what comes after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    buckets: BTreeMap<i64, Gap>,
}

/// One clock against another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// By how much at least the second system's clock runs behind the first's.
    pub by: Span,
    /// How many pairs were looked at.
    pub pairs: u64,
    /// How many of them stand the wrong way round.
    pub wrong: u64,
    /// When the first of these was known.
    pub since: Instant,
    /// The system of which the clock stands against it.
    pub against: SystemCode,
}

impl Gaps {
    /// A pair became known.
    pub fn add(&mut self, gap: Span, arrived: Instant) {
        self.put(bucket(gap), Gap { n: 1, least: gap, first: arrived, last: arrived });
    }

    /// Adds to one bucket, by its number.
    pub fn put(&mut self, number: i64, some: Gap) {
        let known = self.buckets.entry(number).or_insert(Gap { n: 0, ..some });
        *known = Gap {
            n: known.n.saturating_add(some.n),
            least: known.least.min(some.least),
            first: known.first.min(some.first),
            last: known.last.max(some.last),
        };
    }

    /// The buckets that hold any, by number, ascending.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, Gap)> {
        self.buckets.iter().map(|(number, gap)| (*number, *gap))
    }

    /// By how much the second clock runs behind the first, which is of `against`. `None`: too few pairs, or no steady reason.
    #[must_use]
    pub fn behind(&self, against: &SystemCode) -> Option<Behind> {
        let pairs: u64 = self.buckets.values().map(|g| g.n).sum();
        let wrong = || self.buckets.range(..0).map(|(_, gap)| gap);
        let n: u64 = wrong().map(|g| g.n).sum();
        if pairs < ENOUGH || n.saturating_mul(1000) < pairs.saturating_mul(STEADY) {
            return None;
        }
        let rank = pairs.saturating_mul(FEW) / 1000;
        let mut seen = 0;
        let at = self.buckets.values().find(|gap| {
            seen += gap.n;
            seen > rank
        })?;
        let since = wrong().map(|g| g.first).min()?;
        Some(Behind { by: Span(-at.least.0), pairs, wrong: n, since, against: against.clone() })
    }
}

/// The clock of each system that runs behind, by its pairs with others: (first, second) and their distances. `ahead`: by how much
/// each is known to run ahead by its arrivals; so much of a distance is its own fault.
#[must_use]
pub fn behind(
    pairs: &BTreeMap<(SystemCode, SystemCode), Gaps>,
    ahead: impl Fn(&SystemCode) -> Span,
) -> BTreeMap<SystemCode, Behind> {
    let mut out: BTreeMap<SystemCode, Behind> = BTreeMap::new();
    for ((cause, effect), gaps) in pairs {
        let Some(found) = gaps.behind(cause) else { continue };
        let by = Span(found.by.0 - ahead(cause).0);
        if by.0 > 0 && out.get(effect).is_none_or(|known| by > known.by) {
            out.insert(effect.clone(), Behind { by, ..found });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::transfusion;
    use proptest::prelude::*;

    fn system(code: &str) -> SystemCode {
        SystemCode::parse(code).unwrap()
    }

    fn minute(n: i64) -> Instant {
        Instant(0).plus(Span::minutes(n))
    }

    #[test]
    fn what_comes_after_seven_minutes_too_early_is_a_clock_behind_unless_the_other_is_ahead() {
        let mut gaps = Gaps::default();
        for n in 0..40 {
            // Done within four minutes of each other, and stated seven minutes too early.
            gaps.add(Span::minutes(n % 5 - 7), minute(100 + n));
        }
        gaps.add(Span::hours(-20), minute(50));
        let found = gaps.behind(&system("his")).unwrap();
        assert_eq!((found.by, found.pairs, found.wrong, found.since), (Span::minutes(7), 41, 41, minute(50)));
        let pairs = BTreeMap::from([((system("his"), system("lis")), gaps)]);
        let right = behind(&pairs, |_| Span::ZERO);
        assert_eq!(right.get(&system("lis")).map(|b| b.by), Some(Span::minutes(7)));
        assert_eq!(
            behind(&pairs, |_| Span::minutes(7)),
            BTreeMap::new(),
            "the first one is ahead by as much"
        );
    }

    #[test]
    fn some_orders_done_the_other_way_round_say_nothing() {
        let mut gaps = Gaps::default();
        for n in 0..100 {
            gaps.add(Span::minutes(if n % 6 == 0 { -30 } else { 5 }), minute(n));
        }
        assert_eq!(gaps.behind(&system("his")), None);
        let mut few = Gaps::default();
        (0..19).for_each(|n| few.add(Span::minutes(-7), minute(n)));
        assert_eq!(few.behind(&system("his")), None);
    }

    #[test]
    fn the_flow_tells_what_comes_before_what() {
        let def = transfusion::definition();
        let order = Order::of(&def);
        for (node, before) in &order.before {
            let own = def.node(*node).unwrap();
            assert!(!own.repeated && before.iter().all(|b| b < node), "{}", own.code);
        }
        assert!(order.before.values().filter(|before| !before.is_empty()).count() > 3);
    }

    proptest! {
        #[test]
        fn the_order_of_pairs_and_how_they_are_cut_make_no_difference(
            pairs in prop::collection::vec((-2_000_000_000..2_000_000_000i64, 0..2_000_000_000i64), 0..40),
            cut in 0..40usize,
        ) {
            let mut whole = Gaps::default();
            pairs.iter().for_each(|(g, a)| whole.add(Span(*g), Instant(*a)));
            let (left, right) = pairs.split_at(cut.min(pairs.len()));
            let mut other = Gaps::default();
            right.iter().rev().for_each(|(g, a)| other.add(Span(*g), Instant(*a)));
            let mut first = Gaps::default();
            left.iter().for_each(|(g, a)| first.add(Span(*g), Instant(*a)));
            first.buckets().for_each(|(n, g)| other.put(n, g));
            prop_assert_eq!(&whole, &other);
            prop_assert!(whole.buckets().count() <= 40);
        }
    }
}
