//! The fold: `state = fold(definition, facts, now)`, whole or one track at a time. `engine/SEMANTICS.md` says what it computes.

mod choice;
mod endings;
mod findings;
mod group;
mod moments;
mod order;
mod recalled;
mod replace;
mod rules;
mod seal;
mod side;
mod summary;
mod sums;
mod timing;
mod track;
mod visit;
mod walk;

pub use recalled::{Others, Recalled, Rest};
pub use rules::{Answer, Judged, Tally};
pub use summary::{FactSummary, Opening, TrackSummary};

use crate::facts::{InstanceFacts, TrackFacts, TrackId};
use crate::graph::Definition;
use crate::name::CampusCode;
use crate::state::{EndedBy, InstanceState, Status, TrackState};
use crate::time::Instant;

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
    /// What tracks can see of the order.
    pub context: u64,
    /// A recalled track was folded under another context: to be folded again with the facts of all tracks.
    pub stale: bool,
}

/// The state of an instance at `now`.
#[must_use]
pub fn fold(def: &Definition, facts: &InstanceFacts, now: Instant) -> InstanceState {
    if let Some(sealed) = facts.sealed.filter(|at| *at <= now) {
        return seal::fold(def, facts, sealed);
    }
    let mut folded = fold_with(def, &facts.campus, &facts.order, Others::none(), &facts.tracks, now);
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

/// The state of an instance of which only some tracks are given with their facts, by scope and value, each once. The others are
/// recalled, as far as they are not given; none of them is due by `now`.
#[must_use]
pub fn fold_with<'t>(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    others: Others<'_>,
    given: impl IntoIterator<Item = (&'t TrackId, &'t TrackFacts)>,
    now: Instant,
) -> Folded {
    let given: Vec<_> = given.into_iter().collect();
    visit::fold(def, campus, order, others, &given, (now, false))
}

/// The same of an instance that is sealed at `at`, from the facts that counted then: what had not ended is cut off, and nothing
/// changes any more.
#[must_use]
pub fn fold_sealed<'t>(
    def: &Definition,
    campus: &CampusCode,
    order: &TrackFacts,
    others: Others<'_>,
    given: impl IntoIterator<Item = (&'t TrackId, &'t TrackFacts)>,
    at: Instant,
) -> Folded {
    let given: Vec<_> = given.into_iter().collect();
    visit::fold(def, campus, order, others, &given, (at, true))
}
