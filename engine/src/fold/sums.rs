//! What an order needs to know of all its tracks together. Sums of sums are sums: they are kept for groups of tracks.

use super::recalled::Rest;
use super::summary::{Opening, TrackSummary};
use crate::graph::{NodeIx, ScopeIx};
use crate::state::Status;
use crate::time::{Instant, Moment, Precision};
use std::sync::Arc;

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

    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = (*a).max(b));
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

/// The tracks of one scope.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Mine {
    /// A counting or negative occurrence is on one of them.
    pub(super) happened: bool,
    /// A node happened on one of them.
    pub(super) begun: bool,
    /// Those that are live.
    pub(super) live: usize,
    /// Those of them that go on.
    pub(super) going_on: usize,
    /// Those of the live ones that no other one replaced.
    pub(super) counted: usize,
    /// The latest of the first events of those counted.
    pub(super) first: Option<Instant>,
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
    fn take(&mut self, summary: &TrackSummary) {
        let stopped = summary.status == Status::Stopped;
        self.join(&Self {
            defective: summary.defective,
            interrupted: summary.interrupted,
            stopped,
            begun: summary.facts.begun,
            walked: summary.facts.begun && !stopped,
        });
    }

    fn join(&mut self, other: &Self) {
        self.defective |= other.defective;
        self.interrupted |= other.interrupted;
        self.stopped |= other.stopped;
        self.begun |= other.begun;
        self.walked |= other.walked;
    }
}

/// See the top of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    scopes: Vec<Mine>,
    pub(super) latest: Latest,
    /// The earliest of each 之前 node, of each precision.
    pub(super) before: Vec<(u16, Moment)>,
    pub(super) opens: Option<Instant>,
    pub(super) opening: Option<Arc<Opening>>,
    pub(super) dead_opening: bool,
    pub(super) reach: Option<Instant>,
    pub(super) flags: Flags,
    /// When a live one of them changes next.
    pub(super) next_change: Option<Instant>,
    /// When one of them is to be looked at next.
    pub(super) due: Option<Instant>,
    /// An alert of one of them is held back.
    pub(super) held: bool,
    /// The least and the greatest context under which they were folded.
    pub(super) contexts: Option<(u64, u64)>,
}

impl Sums {
    /// Of no track.
    pub(super) fn clear(&mut self) {
        let (mut scopes, mut before) = (std::mem::take(&mut self.scopes), std::mem::take(&mut self.before));
        scopes.clear();
        before.clear();
        *self = Self { scopes, before, ..Self::default() };
    }

    /// Another track.
    pub(super) fn add(&mut self, summary: &TrackSummary, rest: Rest) {
        let facts = &summary.facts;
        self.latest.take(&facts.latest);
        self.before(&facts.before);
        self.opens = earlier(self.opens, facts.opens);
        self.opening(facts.opening.as_ref());
        self.dead_opening |= facts.dead_opening;
        self.reach = self.reach.max(summary.reach);
        self.due = earlier(self.due, rest.due);
        self.held |= rest.held;
        self.contexts(Some((summary.context, summary.context)));
        if facts.live {
            self.flags.take(summary);
            self.next_change = earlier(self.next_change, summary.next_change);
        }
        let mine = self.scope(usize::from(summary.id.scope.0));
        mine.happened |= facts.reach.is_some();
        mine.begun |= facts.begun;
        if !facts.live {
            return;
        }
        mine.live += 1;
        mine.going_on += usize::from(!summary.ended);
        mine.at_work |= facts.begun && !summary.taken && facts.replaced.is_none();
        mine.last = later(mine.last, facts.last);
        if facts.replaced.is_none() {
            mine.counted += 1;
            mine.first = mine.first.max(facts.first);
        }
    }

    /// Those of other tracks.
    pub(super) fn join(&mut self, other: &Self) {
        self.latest.join(&other.latest);
        self.before(&other.before);
        self.opens = earlier(self.opens, other.opens);
        self.opening(other.opening.as_ref());
        self.dead_opening |= other.dead_opening;
        self.reach = self.reach.max(other.reach);
        self.due = earlier(self.due, other.due);
        self.held |= other.held;
        self.contexts(other.contexts);
        self.flags.join(&other.flags);
        self.next_change = earlier(self.next_change, other.next_change);
        for (scope, theirs) in other.scopes.iter().enumerate() {
            let mine = self.scope(scope);
            mine.happened |= theirs.happened;
            mine.begun |= theirs.begun;
            mine.live += theirs.live;
            mine.going_on += theirs.going_on;
            mine.counted += theirs.counted;
            mine.first = mine.first.max(theirs.first);
            mine.at_work |= theirs.at_work;
            mine.last = later(mine.last, theirs.last);
        }
    }

    fn scope(&mut self, scope: usize) -> &mut Mine {
        if self.scopes.len() <= scope {
            self.scopes.resize(scope + 1, Mine::default());
        }
        #[expect(clippy::indexing_slicing, reason = "the list was made long enough")]
        &mut self.scopes[scope]
    }

    fn before(&mut self, others: &[(u16, Moment)]) {
        for (ending, moment) in others {
            let same = |(e, m): &&mut (u16, Moment)| e == ending && m.precision == moment.precision;
            match self.before.iter_mut().find(same) {
                Some((_, known)) => known.at = known.at.min(moment.at),
                None => self.before.push((*ending, *moment)),
            }
        }
    }

    fn opening(&mut self, other: Option<&Arc<Opening>>) {
        if let Some(other) = other
            && self.opening.as_ref().is_none_or(|known| other < known)
        {
            self.opening = Some(Arc::clone(other));
        }
    }

    fn contexts(&mut self, other: Option<(u64, u64)>) {
        self.contexts = match (self.contexts, other) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (a, b) => a.or(b),
        };
    }

    /// Whether one of them was folded under another context.
    pub(super) fn stale(&self, context: u64) -> bool {
        self.contexts.is_some_and(|all| all != (context, context))
    }

    /// Those of one scope.
    pub(super) fn of(&self, scope: ScopeIx) -> Mine {
        self.scopes.get(usize::from(scope.0)).copied().unwrap_or_default()
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
