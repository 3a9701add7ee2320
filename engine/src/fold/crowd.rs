//! What an order needs to know of all its recalled tracks, found in one pass over their summaries: an event of one track must
//! not cost more because there are three hundred.

use super::moments::Soon;
use super::summary::{Opening, TrackSummary};
use crate::graph::{Definition, NodeIx, ScopeIx};
use crate::state::Status;
use crate::time::{Instant, Moment, Precision};

/// The latest instant of each precision: a day may hide what a second tells.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Latest([Option<Instant>; 4]);

impl Latest {
    pub(super) fn take(&mut self, moments: &[Moment]) {
        for moment in moments {
            if let Some(at) = self.0.get_mut(moment.precision as usize) {
                *at = (*at).max(Some(moment.at));
            }
        }
    }

    pub(super) fn moments(self) -> Vec<Moment> {
        let all = [Precision::Day, Precision::Minute, Precision::Second, Precision::Milli];
        all.into_iter()
            .filter_map(|precision| {
                Some(Moment { at: self.0.get(precision as usize).copied().flatten()?, precision })
            })
            .collect()
    }
}

/// The recalled tracks of one scope.
#[derive(Clone, Debug, Default)]
pub(super) struct Mine {
    /// A counting or negative occurrence is on one of them.
    pub(super) happened: bool,
    /// A node happened on one of them.
    pub(super) begun: bool,
    /// Those that are live.
    pub(super) live: usize,
    /// Those of them that go on.
    pub(super) going_on: usize,
    /// One of them is at work: begun, not taken, not replaced.
    pub(super) at_work: bool,
    /// The latest occurrence on one of them.
    pub(super) last: Option<(Moment, NodeIx)>,
}

/// What the tracks give to the status of the instance.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Flags {
    pub(super) defective: bool,
    pub(super) interrupted: bool,
    /// A track that a stop took.
    pub(super) stopped: bool,
    /// A track that has begun.
    pub(super) begun: bool,
    /// A track that has begun and that no stop took.
    pub(super) walked: bool,
}

impl Flags {
    /// A live track's.
    pub(super) fn take(&mut self, summary: &TrackSummary) {
        let stopped = summary.status == Status::Stopped;
        self.defective |= summary.defective;
        self.interrupted |= summary.interrupted;
        self.stopped |= stopped;
        self.begun |= summary.facts.begun;
        self.walked |= summary.facts.begun && !stopped;
    }
}

/// See the top of the file.
#[derive(Debug)]
pub(super) struct Crowd<'a> {
    /// All of them, by scope and value.
    pub(super) tracks: Vec<&'a TrackSummary>,
    scopes: Vec<Mine>,
    pub(super) latest: Latest,
    /// The earliest of each 之前 node, of each precision.
    pub(super) before: Vec<(u16, Moment)>,
    pub(super) opens: Option<Instant>,
    pub(super) opening: Option<&'a Opening>,
    pub(super) dead_opening: bool,
    pub(super) reach: Option<Instant>,
    pub(super) flags: Flags,
    pub(super) soon: Soon,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(def: &Definition, now: Instant) -> Self {
        Self {
            tracks: Vec::new(),
            scopes: vec![Mine::default(); def.scopes.len() + 1],
            latest: Latest::default(),
            before: Vec::new(),
            opens: None,
            opening: None,
            dead_opening: false,
            reach: None,
            flags: Flags::default(),
            soon: Soon::after(now),
        }
    }

    /// Another one; they come by scope and value.
    pub(super) fn add(&mut self, summary: &'a TrackSummary) {
        let facts = &summary.facts;
        self.tracks.push(summary);
        self.latest.take(&facts.latest);
        for (ending, moment) in &facts.before {
            let same = |(e, m): &&mut (u16, Moment)| e == ending && m.precision == moment.precision;
            match self.before.iter_mut().find(same) {
                Some((_, known)) => known.at = known.at.min(moment.at),
                None => self.before.push((*ending, *moment)),
            }
        }
        self.opens = earlier(self.opens, facts.opens);
        if let Some(opening) = &facts.opening
            && self.opening.is_none_or(|known| opening < known)
        {
            self.opening = Some(opening);
        }
        self.dead_opening |= facts.dead_opening;
        self.reach = self.reach.max(summary.reach);
        if facts.live {
            self.flags.take(summary);
            self.soon.join(summary.next_change);
        }
        let Some(mine) = self.scopes.get_mut(usize::from(summary.id.scope.0)) else { return };
        mine.happened |= facts.reach.is_some();
        mine.begun |= facts.begun;
        if !facts.live {
            return;
        }
        mine.live += 1;
        mine.going_on += usize::from(!summary.ended);
        mine.at_work |= facts.begun && !summary.taken && facts.replaced.is_none();
        mine.last = later(mine.last, facts.last);
    }

    /// Those of one scope.
    pub(super) fn of(&self, scope: ScopeIx) -> Mine {
        self.scopes.get(usize::from(scope.0)).cloned().unwrap_or_default()
    }
}

/// The earlier of two instants that may be unknown.
pub(super) fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.into_iter().chain(b).min()
}

/// The later of two occurrences: by instant, then node, then precision.
pub(super) fn later(a: Option<(Moment, NodeIx)>, b: Option<(Moment, NodeIx)>) -> Option<(Moment, NodeIx)> {
    a.into_iter().chain(b).max_by_key(|(m, n)| (m.at, *n, m.precision))
}
