//! What the log holds and the other tables do not say yet. Events are acknowledged when they are in the log; what follows
//! from them is gathered here over many batches and written at once, so that an order whose events come close together is
//! written once and not at each of them. Whatever is lost here is made again from the log.

use super::rows::{Address, Entry, EventRow, Seen, Spot};
use crate::case::{Case, CaseId, Map};
use medloop_engine::drift::Gaps;
use medloop_engine::event::Event;
use medloop_engine::facts::EventRef;
use medloop_engine::lag::Lags;
use medloop_engine::moves::Move;
use medloop_engine::name::{CampusCode, SystemCode};
use medloop_engine::person::Statement;
use medloop_engine::time::{Instant as Moment, Span};
use medloop_engine::world::EventState;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How many events may be behind at most.
const EVENTS: usize = 8192;
/// How long one may be behind at least: what comes together is written together.
const SHORTEST: Duration = Duration::from_millis(5);
/// How long at most.
const LONGEST: Duration = Duration::from_millis(300);
/// The writer takes events for so many times as long as the last writing took: when little comes, little is to be written, and
/// what comes meanwhile waits for little; in a flood more and more is gathered, which costs less for each.
const SHARE: u32 = 2;
/// Live events that arrive within less than this have one arrival.
const TOGETHER: Span = Span(300_000);
/// Addresses that are kept for the events to come.
const SPOTS: usize = 50_000;

/// See the top of the file.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    /// Events, by number.
    pub(crate) rows: BTreeMap<i64, EventRow>,
    pub(crate) seen: Map<EventRef, Seen>,
    pub(crate) cases: Map<CaseId, Case>,
    pub(crate) spots: Map<Address, Spot>,
    /// Events that a track does not hold any more, with the key they carry.
    pub(crate) loose: BTreeSet<(CaseId, i64)>,
    /// New states of settled events.
    pub(crate) states: BTreeMap<i64, EventState>,
    pub(crate) added: BTreeMap<(Address, Entry), Option<EventRef>>,
    pub(crate) dropped: BTreeSet<(Address, Entry)>,
    /// What events say of patient ids; `None`: nothing any more.
    pub(crate) mergers: BTreeMap<EventRef, Option<Statement>>,
    /// What events say of where patients are; `None`: nothing any more.
    pub(crate) moves: BTreeMap<EventRef, Option<Move>>,
    /// How long live events took to come.
    pub(crate) lags: BTreeMap<(SystemCode, CampusCode), Lags>,
    /// What systems stated of what must come one after the other, by campus and period.
    pub(crate) pairs: BTreeMap<(CampusCode, i64), BTreeMap<(SystemCode, SystemCode), Gaps>>,
    /// Since when there is something.
    since: Option<Instant>,
    /// When its first event arrived.
    arrived: Option<Moment>,
    /// How long the last writing took.
    pub(crate) took: Duration,
}

impl Ahead {
    /// Whether anything is to be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    /// Notes that there is something.
    pub(crate) fn begin(&mut self) {
        self.since.get_or_insert_with(Instant::now);
    }

    /// When an event arrived, to what is written together: as the first of them. What comes within so short a time is looked at
    /// together, too: in which order the door let it in means nothing, and raises no alert.
    pub(crate) fn arrives(&mut self, at: Moment) -> Moment {
        let together = |first: &Moment| at.since(*first).0.abs() < TOGETHER.0;
        let first = self.arrived.filter(together).unwrap_or(at);
        *self.arrived.insert(first)
    }

    /// When it is to be written at the latest.
    pub(crate) fn due(&self) -> Option<Instant> {
        let wait = (self.took * SHARE).clamp(SHORTEST, LONGEST);
        self.since.map(|since| if self.rows.len() >= EVENTS { since } else { since + wait })
    }

    /// The event of this number, when it is one of these.
    pub(crate) fn event(&self, no: i64) -> Option<(&Arc<Event>, bool)> {
        self.rows.get(&no).map(|row| (&row.event, row.shift.is_some()))
    }

    /// After all is written: only what was read of addresses stays, and the room that the rest took.
    pub(crate) fn written(&mut self) -> impl Iterator<Item = (CaseId, Case)> {
        if self.spots.len() > SPOTS {
            self.spots.clear();
        }
        self.seen.clear();
        let (spots, seen) = (std::mem::take(&mut self.spots), std::mem::take(&mut self.seen));
        let cases = std::mem::take(&mut self.cases);
        *self = Self { spots, seen, cases, took: self.took, ..Self::default() };
        self.cases.drain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_within_a_moment_and_is_written_together_has_one_arrival() {
        let mut ahead = Ahead::default();
        let mut at = |ms: i64| ahead.arrives(Moment(ms * 1000)).0 / 1000;
        assert_eq!([at(1000), at(1299), at(990), at(1300), at(1400)], [1000, 1000, 1000, 1300, 1300]);
        assert_eq!(ahead.written().count(), 0);
        assert_eq!(ahead.arrives(Moment(1_450_000)), Moment(1_450_000));
    }
}
