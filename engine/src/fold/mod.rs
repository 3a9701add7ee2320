//! The fold: `state = fold(definition, facts, now)`, whole or one track at a time. `engine/SEMANTICS.md` says what it computes.

mod choice;
mod crowd;
mod endings;
mod findings;
mod group;
mod moments;
mod order;
mod replace;
mod rules;
mod seal;
mod side;
mod summary;
mod timing;
mod track;
mod walk;

pub use rules::{Answer, Judged, Tally};
pub use summary::{FactSummary, Opening, TrackSummary};

use crate::facts::{InstanceFacts, TrackFacts, TrackId};
use crate::graph::Definition;
use crate::name::CampusCode;
use crate::state::{EndedBy, InstanceState, Status, TrackState};
use crate::time::Instant;
use std::borrow::Borrow;

/// A track as it goes in: with its facts, or as the summary it gave when it was last folded.
#[derive(Copy, Clone, Debug)]
pub enum TrackInput<'a> {
    /// To be folded.
    Facts(&'a TrackFacts),
    /// Unchanged since.
    Known(&'a TrackSummary),
}

/// An instance folded, of which some tracks may have been recalled from their summaries.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    /// The order's own track.
    pub order: TrackState,
    /// The tracks that were given with their facts.
    pub tracks: Vec<TrackState>,
    /// The summaries of those tracks.
    pub summaries: Vec<TrackSummary>,
    /// Status of the instance.
    pub status: Status,
    /// When it opened.
    pub opened_at: Option<Instant>,
    /// When it ended.
    pub closed_at: Option<Instant>,
    /// What ended it from outside.
    pub ended_by: Option<EndedBy>,
    /// The next moment at which anything can change without an event, the recalled tracks included.
    pub next_change: Option<Instant>,
    /// What tracks can see of the order. A recalled summary with another context is stale: fold again with the facts of
    /// all tracks.
    pub context: u64,
}

/// The state of an instance at `now`.
#[must_use]
pub fn fold(def: &Definition, facts: &InstanceFacts, now: Instant) -> InstanceState {
    if let Some(sealed) = facts.sealed.filter(|at| *at <= now) {
        return seal::fold(def, facts, sealed);
    }
    let tracks = facts.tracks.iter().map(|(id, f)| (id, TrackInput::Facts(f)));
    let mut folded = fold_with(def, &facts.campus, &facts.order, tracks, now);
    folded.next_change = folded.next_change.into_iter().chain(facts.sealed).min();
    whole(folded, None)
}

fn whole(folded: Folded, sealed_at: Option<Instant>) -> InstanceState {
    InstanceState {
        status: folded.status,
        opened_at: folded.opened_at,
        closed_at: folded.closed_at,
        ended_by: folded.ended_by,
        sealed_at,
        next_change: folded.next_change,
        tracks: std::iter::once(folded.order).chain(folded.tracks).collect(),
    }
}

/// The state of an instance of which only some tracks are given with their facts. Tracks come by scope and value, each once.
#[must_use]
pub fn fold_with<'t, I: Borrow<TrackInput<'t>>>(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    tracks: impl IntoIterator<Item = (&'t TrackId, I)>,
    now: Instant,
) -> Folded {
    let tracks: Vec<_> = tracks.into_iter().map(|(id, input)| (id, *input.borrow())).collect();
    order::fold(def, campus, order, &tracks, (now, false))
}

/// The same of an instance that is sealed at `at`, from the facts that counted then: what had not ended is cut off, and nothing
/// changes any more.
#[must_use]
pub fn fold_sealed<'t, I: Borrow<TrackInput<'t>>>(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    tracks: impl IntoIterator<Item = (&'t TrackId, I)>,
    at: Instant,
) -> Folded {
    let tracks: Vec<_> = tracks.into_iter().map(|(id, input)| (id, *input.borrow())).collect();
    order::fold(def, campus, order, &tracks, (at, true))
}
