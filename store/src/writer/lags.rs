//! Counts how long after their stated time live events come, source by source.

use super::work::Work;
use crate::case::CaseId;
use crate::db::Arg;
use crate::pen::{Pen, Put};
use crate::sql;
use medloop_engine::event::Event;
use medloop_engine::facts::{Fact, TrackFacts, TrackId};
use medloop_engine::name::LoopCode;
use medloop_engine::time::{Instant, Precision, Span};

/// The period in which pairs that were known then are counted.
pub(crate) fn period(at: Instant) -> i64 {
    at.0.div_euclid(Span::days(28).0)
}

impl Work<'_> {
    /// Counts a live event that came at `came`; one that only states its day says nothing of minutes.
    pub(crate) fn count_lag(&mut self, event: &Event, came: Instant) {
        if event.at.precision != Precision::Day {
            let source = (event.source.system.clone(), event.campus.clone());
            self.ahead.lags.entry(source).or_default().add(event.at.at, came);
        }
    }

    /// Counts what a live event that has just come to an instance says of two clocks, with what was known there before.
    pub(crate) fn count_pairs(&mut self, (id, code): (&CaseId, &LoopCode), track: &TrackId, fact: &Fact) {
        let Some(held) = self.ahead.cases.get(id).and_then(|c| c.instances.get(code)) else { return };
        let nothing = TrackFacts::default();
        let order = held.order.facts.as_ref().unwrap_or(&nothing);
        let own = held.tracks.get(track).and_then(|slot| slot.facts.as_ref()).unwrap_or(order);
        let mut found = Vec::new();
        held.compiled.order.pairs(fact, own, order, |cause, effect, gap| {
            found.push(((cause.clone(), effect.clone()), gap));
        });
        for (systems, gap) in found {
            let place = (fact.campus.clone(), period(fact.arrived));
            let pairs = self.ahead.pairs.entry(place).or_default();
            pairs.entry(systems).or_default().add(gap, fact.arrived);
        }
    }

    /// Adds the pairs that were counted to what is written, and forgets what is older than two periods.
    pub(crate) fn put_pairs(&mut self, pen: &Pen) {
        let mut rows: Vec<Arg> = Vec::new();
        for ((campus, period), pairs) in &self.ahead.pairs {
            for ((cause, effect), gaps) in pairs {
                for (number, gap) in gaps.buckets() {
                    let n = i64::try_from(gap.n).unwrap_or(i64::MAX);
                    rows.extend([campus.shared().into(), cause.shared().into(), effect.shared().into()]);
                    let numbers = [*period, number, n, gap.least.0, gap.first.0, gap.last.0];
                    rows.extend(numbers.map(Arg::from));
                }
            }
        }
        pen.put(Put::Rows(&sql::PAIR_ADD, rows));
        let newest = self.ahead.pairs.keys().map(|(_, period)| *period).max();
        if let Some(newest) = newest.filter(|newest| self.marks.period < Some(*newest)) {
            pen.put(Put::Plain(sql::PAIR_FORGET, vec![(newest - 1).into()]));
            self.marks.period = Some(newest);
        }
    }

    /// Adds what was counted to what is written.
    pub(crate) fn put_lags(&mut self, pen: &Pen) {
        let mut rows: Vec<Arg> = Vec::new();
        for ((system, campus), lags) in &self.ahead.lags {
            for (number, bucket) in lags.buckets() {
                let n = i64::try_from(bucket.n).unwrap_or(i64::MAX);
                rows.extend([system.shared().into(), campus.shared().into()]);
                rows.extend([number, n, bucket.least.0, bucket.last.0].map(Arg::from));
            }
        }
        pen.put(Put::Rows(&sql::LAG_ADD, rows));
    }
}
