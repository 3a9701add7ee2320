//! Puts an instance together: the order's walk, its tracks, their rules, the statuses.

use super::case::Case;
use super::judge::{defective, has_ended, interrupted, last_instant, took, track_status};
use super::rounds::Rounds;
use super::timing::Clocked;
use super::walk::{EachPlace, Entry, Kind, Place, Walk, Within};
use crate::facts::{Fact, Hit, TrackId};
use crate::graph::{EndingKind, NodeIx};
use crate::state::{
    Finding, InstanceState, NodeState, NodeStatus, Reason, RuleState, Status, Timing, TrackState,
};
use crate::time::{Instant, Moment};

/// A node in a round with all that is known of it.
pub(super) struct Card<'a> {
    pub(super) place: Place<'a>,
    pub(super) clocked: Clocked,
    pub(super) status: NodeStatus,
    pub(super) reason: Option<Reason>,
    pub(super) timing: Timing,
    pub(super) findings: Vec<Finding>,
}

/// A track without its rules.
pub(super) struct Judged<'a> {
    pub(super) id: TrackId,
    pub(super) cards: Vec<Card<'a>>,
    pub(super) eaches: Vec<EachPlace<'a>>,
    /// Nothing mandatory is expected on it any more.
    pub(super) complete: bool,
    /// The same, or a seal has cut it off.
    pub(super) ended: bool,
    pub(super) interrupted: bool,
    pub(super) ended_at: Option<Instant>,
    /// The latest counting occurrence.
    pub(super) last: Option<(NodeIx, Moment)>,
}

impl Card<'_> {
    fn shown(&self) -> NodeState {
        NodeState {
            node: self.place.node,
            round: u32::try_from(self.place.round).unwrap_or(u32::MAX).saturating_add(1),
            status: self.status,
            reason: self.reason.clone(),
            hits: self.place.occs.iter().map(|o| o.ix).collect(),
            timing: self.timing.clone(),
            findings: self.findings.clone(),
        }
    }
}

/// Judges one track; for the order's own, all others with it.
pub(super) fn judge_track<'a>(case: &Case<'a>, id: TrackId, entry: Entry, within: &Within) -> Judged<'a> {
    let walk = Walk::run(case, id.clone(), entry, within);
    let (mut places, eaches) = (walk.places, walk.eaches);
    if id.is_order() {
        places.extend(unassigned(case));
    }
    let mut cards: Vec<Card<'a>> = places
        .into_iter()
        .map(|place| {
            let clocked = case.clocked(&id, &place);
            let (status, reason) = case.status(&id, &place, &clocked);
            let timing = case.timing(&place, &clocked, status);
            let findings = case.findings(&id, &place);
            Card { place, clocked, status, reason, timing, findings }
        })
        .collect();
    let complete = has_ended(case, &cards, &eaches);
    let interrupted = interrupted(case, &cards);
    let ended = complete || case.sealed;
    if ended {
        for card in cards.iter_mut().filter(|c| c.place.last && c.place.occs.is_empty()) {
            if matches!(card.status, NodeStatus::Pending | NodeStatus::Due | NodeStatus::Overdue) {
                let cut = !complete && !case.is_optional(&card.place);
                card.status = if cut { NodeStatus::Missing } else { NodeStatus::Skipped };
                card.timing = case.timing(&card.place, &card.clocked, card.status);
            }
        }
    }
    let own = last_instant(case, &id, &cards);
    let tracks = eaches.iter().flat_map(|e| &e.tracks);
    let latest = own.into_iter().chain(tracks.filter_map(|t| last_instant(case, &t.id, &t.cards))).max();
    let counted = cards.iter().filter(|c| c.place.kind != Kind::Unassigned);
    let last = counted
        .filter_map(|c| c.place.occs.first().map(|o| (c.place.node, o.fact.at)))
        .max_by_key(|(n, m)| (m.at, *n, m.precision));
    let ended_at = if complete { latest } else { case.sealed.then_some(case.now) };
    Judged { id, cards, eaches, complete, ended, interrupted, ended_at, last }
}

fn unassigned<'a>(case: &Case<'a>) -> Vec<Place<'a>> {
    let order = TrackId::order();
    let inner = case.hits(&order).into_iter().filter(|o| case.scope(o.node) != order.scope);
    inner
        .map(|occ| Place {
            node: occ.node,
            kind: Kind::Unassigned,
            round: 0,
            last: true,
            rounds: Rounds::All,
            entry: Entry::NotRunning,
            within: Within::default(),
            occs: vec![occ],
        })
        .collect()
}

/// The first fact of these that opens the instance.
fn opening<'f>(case: &Case<'_>, facts: impl Iterator<Item = &'f Fact>) -> Option<&'f Fact> {
    let starts = &case.def.starts.nodes;
    let opens =
        |f: &&Fact| !f.visit && f.hits.iter().any(|h| matches!(h, Hit::Node(n, _) if starts.contains(n)));
    facts.filter(opens).min_by(|a, b| a.order().cmp(&b.order()))
}

/// The whole state.
pub(super) fn state(case: &Case<'_>) -> InstanceState {
    let order = judge_track(case, TrackId::order(), Entry::Start, &Within::default());
    let mut all: Vec<&Judged<'_>> = order.eaches.iter().flat_map(|e| &e.tracks).collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.insert(0, &order);
    let mut tracks = Vec::new();
    for track in &all {
        let rules = case.rules(&order, track);
        tracks.push(TrackState {
            id: track.id.clone(),
            status: track_status(case, track, &rules),
            ended_at: track.ended_at,
            ended_by: case.forces(&track.id).first().map(super::endings::Force::shown),
            replaced_by: case
                .replacements(track.id.scope)
                .into_iter()
                .find(|(id, _)| *id == track.id)
                .and_then(|(_, by)| Some(by?.value)),
            nodes: track.cards.iter().map(Card::shown).collect(),
            rules,
            next_change: None,
        });
    }
    let opened = opening(case, case.facts.iter().filter(|f| !f.dead));
    let status = match opened {
        Some(_) => status(case, &order, &all, &tracks),
        None if opening(case, case.facts.iter()).is_some() => Status::Void,
        None => Status::Waiting,
    };
    InstanceState {
        status,
        opened_at: opened.map(|f| f.at.at),
        closed_at: order.ended_at,
        ended_by: case.forces(&order.id).first().map(super::endings::Force::shown),
        sealed_at: case.sealed.then_some(case.now),
        tracks,
        next_change: None,
    }
}

fn status(case: &Case<'_>, order: &Judged<'_>, all: &[&Judged<'_>], states: &[TrackState]) -> Status {
    let forced = |kind| case.own_force(&order.id, kind).is_some();
    if forced(EndingKind::Cancel) {
        return Status::Cancelled;
    }
    if forced(EndingKind::Supersede) {
        return Status::Superseded;
    }
    if !order.complete {
        if all.iter().any(|t| t.interrupted) {
            return Status::Interrupted;
        }
        if !case.sealed {
            return Status::Open;
        }
    }
    let tracks = || all.iter().enumerate().filter(|(_, t)| !t.id.is_order());
    let stop_took = |i: usize| states.get(i).is_some_and(|s| s.status == Status::Stopped);
    let goes_on = tracks().any(|(i, t)| case.begun(&t.id) && !stop_took(i));
    let stopped = took(case, &order.cards, &Reason::Stopped) || tracks().any(|(i, _)| stop_took(i));
    if forced(EndingKind::Stop) && !goes_on && stopped {
        return Status::Stopped;
    }
    let begun = tracks().any(|(_, t)| case.begun(&t.id));
    if !begun && took(case, &order.cards, &Reason::Excused) {
        return Status::Excused;
    }
    let rules = |i: usize| states.get(i).map_or(&[][..], |s: &TrackState| -> &[RuleState] { &s.rules });
    let defects = all.iter().enumerate().any(|(i, t)| defective(case, t, rules(i)));
    if defects { Status::ClosedWithDefects } else { Status::Closed }
}
