//! The same events in random orders of arrival, some of them twice: the end must be the same.

use super::replay::{self, Scene};
use super::script::{Script, Step};
use super::{Options, Outcome};
use crate::diagnostic::Diagnostic;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::event::{self, Arrival};
use std::sync::Arc;

/// Sends the events of a script in `options.orders` random orders and compares the end with `expected`.
pub(super) fn shuffled(
    script: &Script,
    catalogue: &Arc<Catalogue>,
    expected: &Scene,
    options: Options,
    outcome: &mut Outcome,
) {
    // The same test gets the same orders wherever it stands in its file.
    let seed =
        outcome.title.bytes().fold(options.seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let mut random = Random::new(seed);
    for round in 0..options.orders {
        let mut steps: Vec<&Step> = script.events.iter().collect();
        for _ in 0..=random.below(steps.len()) {
            let again = random.below(steps.len());
            steps.extend(script.events.get(again));
        }
        for last in (1..steps.len()).rev() {
            steps.swap(last, random.below(last + 1));
        }
        let mut world = replay::world(script, catalogue);
        for step in &steps {
            if let Ok(event) = event::read(&step.json, catalogue, Arrival::Now(step.arrives)) {
                world.submit(event);
            }
        }
        let end = replay::end(&world, script);
        let same = end.as_ref().is_some_and(|end| end.state == expected.state && end.facts == expected.facts);
        outcome.orders += 1;
        if !same {
            let order: Vec<&str> =
                steps.iter().filter_map(|s| s.json.get("id").and_then(serde_json::Value::as_str)).collect();
            let order = order.join(" ");
            let n = round + 1;
            let words = crate::say!(
                "第 {n} 种到达顺序的最终状态不同：{order}",
                "order of arrival {n} ends in another state: {order}"
            );
            outcome.failures.push(Diagnostic::error("E0613", outcome.file.as_str(), outcome.span, words));
            return;
        }
    }
}

/// SplitMix64: small, seeded, the same everywhere.
pub(super) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Below `n`; 0 when `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX);
        if n == 0 { 0 } else { usize::try_from(self.next() % n).unwrap_or(0) }
    }
}
