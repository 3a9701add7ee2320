//! Goes on from where an instance last stood, through the events that have arrived since.

use super::stage::{Arrived, Scenery, Stage, Unread};
use super::told::Summaries;
use super::{Change, Seal, Sources, TrackAlerts};
use crate::facts::{Fact, TrackFacts, TrackId};
use crate::fold::{Folded, TrackSummary};
use crate::graph::Definition;
use crate::name::CampusCode;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where an instance stands on its way: how far its alerts are found, and what its order's own rules are watched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The last arrival or change that was looked at; what arrives later can be gone on with, anything else asks for a [`super::replay`].
    #[serde(rename = "u")]
    pub upto: Instant,
    /// When something can change without an event.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Instant>,
    /// Whether the instance had an opening event then.
    #[serde(rename = "o", default, skip_serializing_if = "std::ops::Not::not")]
    pub opened: bool,
    /// The order's own.
    #[serde(rename = "w", default, skip_serializing_if = "TrackAlerts::is_empty")]
    pub alerts: TrackAlerts,
    /// When it is sealed.
    #[serde(rename = "z", default, skip_serializing_if = "Seal::is_empty")]
    pub seal: Seal,
}

impl Default for Standing {
    fn default() -> Self {
        let upto = Instant(i64::MIN);
        Self { upto, next: None, opened: false, alerts: TrackAlerts::default(), seal: Seal::default() }
    }
}

impl Standing {
    /// Since when it is sealed: nothing that arrives changes it any more.
    #[must_use]
    pub fn sealed(&self) -> Option<Instant> {
        self.seal.at().filter(|at| *at <= self.upto)
    }
}

/// A track as it goes in.
#[derive(Copy, Clone, Debug)]
pub struct Known<'a> {
    /// Its facts, where they are at hand: those arrived since, too.
    pub facts: Option<&'a TrackFacts>,
    /// What it last told its order, before what has arrived since. `None`: it is folded anew.
    pub summary: Option<&'a TrackSummary>,
    /// What was remembered of it.
    pub alerts: &'a TrackAlerts,
}

/// An instance that has gone on.
#[derive(Clone, Debug)]
pub struct Advanced {
    /// Where it stands now.
    pub standing: Standing,
    /// What its tracks told their order on the way, those that were folded.
    pub summaries: BTreeMap<TrackId, TrackSummary>,
    /// What is remembered of its tracks; those not named here: nothing.
    pub alerts: BTreeMap<TrackId, TrackAlerts>,
    /// What was raised and cleared on the way, in order.
    pub changes: Vec<Change>,
    /// The last fold. It holds until [`Standing::next`].
    pub folded: Folded,
}

/// Walks from where the instance last stood to `to`. Tracks come by scope and value, each once. Every fact counts from its arrival on, unless it is dead.
///
/// # Errors
/// [`Unread`] when a track has to be folded whose facts are not given.
pub fn advance(
    def: &Definition,
    (campus, key): (&CampusCode, &Arc<str>),
    before: &Standing,
    order: &TrackFacts,
    tracks: &[(&TrackId, Known<'_>)],
    to: Instant,
    sources: &Sources<'_>,
) -> Result<Advanced, Unread> {
    let recalled = tracks.iter().filter_map(|(id, t)| Some((*id, t.summary?)));
    let known = |id: &TrackId| {
        let at = tracks.binary_search_by_key(&id, |(id, _)| id).ok()?;
        tracks.get(at).and_then(|(_, t)| t.facts)
    };
    let own = Some((TrackId::order(), &before.alerts)).filter(|(_, a)| !a.is_empty());
    let others = tracks.iter().filter(|(_, t)| !t.alerts.is_empty()).map(|(id, t)| ((*id).clone(), t.alerts));
    let mut stage = Stage {
        scenery: Scenery::new(def, campus, key, sources),
        summaries: Summaries::recalled(recalled),
        alerts: own.into_iter().chain(others).map(|(id, a)| (id, Cow::Borrowed(a))).collect(),
        opened: before.opened,
        next: before.next,
        changes: Vec::new(),
        seal: before.seal,
        sealed: before.sealed().is_some(),
    };
    if !stage.sealed {
        stage.wake(before.upto);
    }

    let mut arrivals: BTreeMap<Instant, BTreeSet<&TrackId>> = BTreeMap::new();
    for fact in order.facts.iter().filter(|f| f.arrived > before.upto) {
        arrivals.entry(fact.arrived).or_default();
    }
    for (id, track) in tracks {
        for fact in track.facts.iter().flat_map(|f| &f.facts).filter(|f| f.arrived > before.upto) {
            arrivals.entry(fact.arrived).or_default().insert(*id);
        }
        if track.summary.is_none() && track.facts.is_none() {
            return Err(Unread);
        }
    }
    // A clock that was set back: what has arrived has arrived.
    let to = arrivals.last_key_value().map_or(to, |(last, _)| to.max(*last));
    let mut upto = before.upto;
    let mut last = None;
    let mut arrivals = arrivals.into_iter().peekable();
    while !stage.sealed {
        let arrival = arrivals.peek().map(|(at, _)| *at);
        let Some(now) = arrival.into_iter().chain(stage.next).min().filter(|at| *at <= to) else { break };
        let mut touched = BTreeSet::new();
        if arrival == Some(now) {
            stage.seal.heard(now);
            touched = arrivals.next().map(|(_, ids)| ids).unwrap_or_default();
        }
        let lacking =
            tracks.iter().filter(|(id, t)| t.summary.is_none() && stage.summaries.get(id).is_none());
        touched.extend(lacking.filter(|(_, t)| has_arrived(t.facts, now)).map(|(id, _)| *id));
        last =
            Some(stage.step(now, &arrived(order, now), &touched, &|id| known(id).map(|f| arrived(f, now)))?);
        upto = now;
    }
    let folded = match last {
        // Tracks that came too late are told of, and have no say.
        _ if stage.sealed => {
            stage.rest(to);
            let at = stage.seal.at().unwrap_or(upto);
            let fresh =
                tracks.iter().map(|(id, _)| *id).filter(|id| stage.summaries.get(id).is_none()).collect();
            stage.look(at, &arrived(order, at), &fresh, &|id| known(id).map(|f| arrived(f, at)))?.0
        }
        Some(folded) => folded,
        // Nothing has happened; what is asked for is the state all the same.
        None => {
            let fresh = tracks.iter().filter(|(_, t)| t.summary.is_none()).map(|(id, _)| *id).collect();
            let at = to.max(upto);
            stage.step(at, order, &fresh, &|id| known(id).map(Cow::Borrowed))?
        }
    };
    let own = stage.alerts.remove(&TrackId::order()).unwrap_or_default().into_owned();
    Ok(Advanced {
        standing: Standing {
            upto,
            next: stage.next,
            opened: stage.opened,
            alerts: own,
            seal: stage.standing_seal(),
        },
        summaries: stage.summaries.into_fresh().collect(),
        alerts: stage.alerts.into_iter().map(|(id, a)| (id, a.into_owned())).collect(),
        changes: stage.changes,
        folded,
    })
}

fn has_arrived(facts: Option<&TrackFacts>, now: Instant) -> bool {
    facts.is_some_and(|f| f.facts.iter().any(|f| f.arrived <= now))
}

/// The facts that have arrived by `now`.
fn arrived(all: &TrackFacts, now: Instant) -> Arrived<'_> {
    let by_then = |f: &&Fact| f.arrived <= now && !f.late;
    if all.facts.iter().all(|f| by_then(&f)) {
        return Cow::Borrowed(all);
    }
    Cow::Owned(TrackFacts { facts: all.facts.iter().filter(by_then).cloned().collect() })
}
