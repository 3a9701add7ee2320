//! Goes on from where an instance last stood, through the events that have arrived since.

use super::stage::{Arrived, Scenery, Stage, Unread};
use super::{Change, Seal, Sources, TrackAlerts};
use crate::facts::{Fact, TrackFacts, TrackId};
use crate::fold::{Folded, Recalled, TrackSummary};
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

/// What is remembered of the tracks of an instance.
pub trait Tracks {
    /// What they last told their order; each stands there with its [`super::rest`].
    fn recalled(&self) -> &Recalled;
    /// The facts of one of them, where they are at hand: those arrived since, too.
    fn facts(&self, id: &TrackId) -> Option<&TrackFacts>;
    /// What is remembered of its rules, if anything.
    fn alerts(&self, id: &TrackId) -> Option<&TrackAlerts>;
}

/// An instance as it goes in.
#[derive(Copy, Clone)]
pub struct Known<'a> {
    /// The order's own facts: those arrived since, too.
    pub order: &'a TrackFacts,
    /// Its tracks.
    pub tracks: &'a dyn Tracks,
    /// Those at which something has arrived since, and those that have told nothing yet; by scope and value.
    pub touched: &'a [&'a TrackId],
}

/// An instance that has gone on.
#[derive(Clone, Debug)]
pub struct Advanced {
    /// Where it stands now.
    pub standing: Standing,
    /// What its tracks told their order last, those that were folded on the way.
    pub summaries: Vec<TrackSummary>,
    /// What is remembered of its tracks now; those not named here: what was.
    pub alerts: BTreeMap<TrackId, TrackAlerts>,
    /// What was raised and cleared on the way, in order.
    pub changes: Vec<Change>,
    /// The last fold. It holds until [`Standing::next`].
    pub folded: Folded,
}

/// Walks from where the instance last stood to `to`. Every fact counts from its arrival on, unless it is dead.
///
/// # Errors
/// [`Unread`] when a track has to be folded whose facts are not at hand.
pub fn advance(
    def: &Definition,
    (campus, key): (&CampusCode, &Arc<str>),
    before: &Standing,
    known: Known<'_>,
    to: Instant,
    sources: &Sources<'_>,
) -> Result<Advanced, Unread> {
    let Known { order, tracks, touched } = known;
    let mut stage = Stage::new(Scenery::new(def, campus, key, sources), tracks, before);
    if !stage.sealed {
        stage.wake(before.upto);
    }

    let mut arrivals: BTreeMap<Instant, BTreeSet<&TrackId>> = BTreeMap::new();
    for fact in order.facts.iter().filter(|f| f.arrived > before.upto) {
        arrivals.entry(fact.arrived).or_default();
    }
    for id in touched {
        for fact in &tracks.facts(id).ok_or(Unread)?.facts {
            if fact.arrived > before.upto {
                arrivals.entry(fact.arrived).or_default().insert(id);
            }
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
        let mut coming = BTreeSet::new();
        if arrival == Some(now) {
            stage.seal.heard(now);
            coming = arrivals.next().map(|(_, ids)| ids).unwrap_or_default();
        }
        let silent = touched.iter().copied().filter(|id| !stage.others().contains(id));
        coming.extend(silent.filter(|id| has_arrived(tracks.facts(id), now)));
        let facts = |id: &TrackId| tracks.facts(id).map(|facts| arrived(facts, now));
        last = Some(stage.step(now, &arrived(order, now), &coming, &facts)?);
        upto = now;
    }
    let folded = match last {
        // Tracks that came too late are told of, and have no say.
        _ if stage.sealed => {
            stage.fade(to);
            let at = stage.seal.at().unwrap_or(upto);
            let silent = touched.iter().copied().filter(|id| !stage.others().contains(id)).collect();
            let facts = |id: &TrackId| tracks.facts(id).map(|facts| arrived(facts, at));
            let (mut folded, _) = stage.look(at, &arrived(order, at), &silent, &facts)?;
            stage.keep(&mut folded);
            folded
        }
        Some(folded) => folded,
        // Nothing has happened; what is asked for is the state all the same.
        None => {
            let silent = touched.iter().copied().filter(|id| !stage.others().contains(id)).collect();
            stage.step(to.max(upto), order, &silent, &|id| tracks.facts(id).map(Cow::Borrowed))?
        }
    };
    let (standing, summaries, alerts, changes) = stage.end(upto);
    Ok(Advanced { standing, summaries: summaries.into_summaries().collect(), alerts, changes, folded })
}

fn has_arrived(facts: Option<&TrackFacts>, now: Instant) -> bool {
    facts.is_some_and(|f| f.facts.iter().any(|f| f.arrived <= now))
}

/// The facts that have arrived by `now`.
fn arrived(all: &TrackFacts, now: Instant) -> Arrived<'_> {
    let by_then = |f: &&Arc<Fact>| f.arrived <= now && !f.late;
    if all.facts.iter().all(|f| by_then(&f)) {
        return Cow::Borrowed(all);
    }
    Cow::Owned(TrackFacts { facts: all.facts.iter().filter(by_then).cloned().collect() })
}
