//! 封存: when an instance is sealed, as it is found on the way through the moments, and what its facts are from then on.

use super::Timed;
use super::stage::judged;
use crate::facts::{Fact, TrackId};
use crate::fold::Folded;
use crate::graph::{CampusSettings, Length};
use crate::state::Status;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// What is remembered on the way of an instance whose loop has a seal.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// When something last came to it or was taken from it.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    heard: Option<Instant>,
    /// Since when it has ended or is interrupted, without a break.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    over: Option<Instant>,
    /// When it is sealed, if nothing changes before.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    at: Option<Instant>,
}

impl Seal {
    /// Whether nothing is remembered: nothing came, or the loop has no seal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// When it is sealed, if nothing changes before.
    #[must_use]
    pub fn at(&self) -> Option<Instant> {
        self.at
    }

    /// Something came or went.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = Some(now);
    }

    /// It is sealed now.
    pub(super) fn close(&mut self, now: Instant) {
        self.at = Some(now);
    }

    /// Looks at what the instance is at `now`: its seal lies 封存 after its end, and after it was first seen to have ended;
    /// without an end, after it was interrupted, at the latest after something last came.
    pub(super) fn look(&mut self, after: Length, settings: &CampusSettings, folded: &Folded, now: Instant) {
        let over = judged(folded.status) && folded.status != Status::Open;
        self.over = if over { self.over.or(Some(now)) } else { None };
        let from = match folded.closed_at {
            Some(ended) => self.over.map(|over| over.max(ended)),
            None => self.over.into_iter().chain(self.heard).min(),
        };
        self.at = from
            .filter(|_| judged(folded.status))
            .and_then(|from| settings.after(from, settings.stretch(after)?));
    }
}

/// Sets what each fact of a track is once all is known of its instance: whether it has its say, was taken back, or counts too
/// late. Facts stand by revision: of two that say the same, the higher one counts. Returns what had its say at the seal and is not
/// among them any more, because what led it here has gone since.
pub fn mark<'t, 'f>(
    timed: &'t [Timed],
    track: &TrackId,
    sealed: Option<Instant>,
    facts: impl DoubleEndedIterator<Item = &'f mut Fact>,
) -> Vec<&'t Timed> {
    let by = sealed.unwrap_or(Instant(i64::MAX));
    let mine = timed.iter().filter(|t| t.track == *track);
    let (mut counted, mut after): (Vec<&Timed>, Vec<&Timed>) = mine.partition(|t| t.from <= by);
    counted.retain(|t| t.until.is_none_or(|until| until > by));
    after.retain(|t| t.until.is_none());
    let taken = |from: &mut Vec<&Timed>, fact: &Fact| {
        let at = from.iter().position(|t| t.fact.says_the_same(fact));
        at.map(|at| from.swap_remove(at)).is_some()
    };
    for fact in facts.rev() {
        let counts = taken(&mut counted, fact);
        let comes = !counts && taken(&mut after, fact);
        fact.dead = !counts && !comes;
        fact.late = comes && fact.arrived <= by;
    }
    counted
}
