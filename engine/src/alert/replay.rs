//! Finds the alerts of an instance from its beginning, through all that ever counted in it.

use super::stage::{Scenery, Stage, Unread};
use super::{Change, Sources, Standing, TrackAlerts, Tracks};
use crate::admit;
use crate::facts::{Fact, InstanceFacts, TrackFacts, TrackId};
use crate::fold::{Recalled, TrackSummary};
use crate::graph::Definition;
use crate::name::CampusCode;
use crate::time::Instant;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A fact, and for how long it counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// The track it belongs to.
    pub track: TrackId,
    /// The fact; alive.
    pub fact: Arc<Fact>,
    /// From its arrival, or that of the link that led it here.
    pub from: Instant,
    /// Until it was retracted, replaced, or its link went; `None`: it counts.
    pub until: Option<Instant>,
}

impl Timed {
    /// The facts of an instance of which none was ever retracted or replaced, and each came here when it arrived.
    #[must_use]
    pub fn all(facts: &InstanceFacts) -> Vec<Self> {
        let order = TrackId::order();
        let tracks = std::iter::once((&order, &facts.order)).chain(&facts.tracks);
        let all = tracks.flat_map(|(track, f)| f.facts.iter().filter(|f| !f.dead).map(move |f| (track, f)));
        all.map(|(track, fact)| Self {
            track: track.clone(),
            fact: fact.clone(),
            from: fact.arrived,
            until: None,
        })
        .collect()
    }
}

/// Everything that follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// Where the instance stands.
    pub standing: Standing,
    /// What its tracks last told their order.
    pub summaries: BTreeMap<TrackId, TrackSummary>,
    /// What is remembered of its tracks.
    pub alerts: BTreeMap<TrackId, TrackAlerts>,
    /// Every turn there was, in order.
    pub changes: Vec<Change>,
}

/// Walks through all moments from the first arrival to `to`.
#[must_use]
pub fn replay(
    def: &Definition,
    (campus, key): (&CampusCode, &Arc<str>),
    timed: &[Timed],
    to: Instant,
    sources: &Sources<'_>,
) -> Replayed {
    let mut turns: BTreeMap<Instant, Vec<(bool, usize)>> = BTreeMap::new();
    for (i, t) in timed.iter().enumerate() {
        turns.entry(t.from).or_default().push((true, i));
        if let Some(until) = t.until {
            turns.entry(until).or_default().push((false, i));
        }
    }
    // A clock that was set back: what has arrived has arrived.
    let to = turns.last_key_value().map_or(to, |(last, _)| to.max(*last));
    let mut stage = Stage::new(Scenery::new(def, campus, key, sources), &Unknown, &Standing::default());
    let mut here: BTreeMap<TrackId, BTreeSet<usize>> = BTreeMap::new();
    let mut facts: BTreeMap<TrackId, TrackFacts> = BTreeMap::new();
    let mut upto = Instant(i64::MIN);
    let mut turns = turns.into_iter().peekable();
    loop {
        let arrival = turns.peek().map(|(at, _)| *at);
        let Some(now) = arrival.into_iter().chain(stage.next).min().filter(|at| *at <= to) else { break };
        let mut touched = BTreeSet::new();
        if arrival == Some(now) {
            stage.seal.heard(now);
            for (comes, i) in turns.next().map(|(_, turns)| turns).unwrap_or_default() {
                let Some(one) = timed.get(i) else { continue };
                let place = here.entry(one.track.clone()).or_default();
                let _ = if comes { place.insert(i) } else { place.remove(&i) };
                touched.insert(&one.track);
            }
            for id in &touched {
                let of = here.get(*id).into_iter().flatten().filter_map(|i| timed.get(*i));
                let mut now_here: Vec<Arc<Fact>> = of.map(|t| t.fact.clone()).collect();
                admit::sort(&mut now_here);
                facts.insert((*id).clone(), TrackFacts { facts: now_here });
            }
        }
        touched.remove(&TrackId::order());
        let nothing = TrackFacts::default();
        let order = facts.get(&TrackId::order()).unwrap_or(&nothing);
        let known = |id: &TrackId| {
            Some(facts.get(id).map_or_else(|| Cow::Owned(TrackFacts::default()), Cow::Borrowed))
        };
        // Every track's facts are at hand.
        let stepped: Result<_, Unread> = stage.step(now, order, &touched, &known);
        if stepped.is_err() {
            break;
        }
        upto = now;
        if stage.sealed {
            break;
        }
    }
    if stage.sealed {
        stage.fade(to);
    }
    let (standing, summaries, alerts, changes) = stage.end(upto);
    Replayed {
        standing,
        summaries: summaries.into_summaries().map(|summary| (summary.id.clone(), summary)).collect(),
        alerts: alerts.into_iter().filter(|(_, alerts)| !alerts.is_empty()).collect(),
        changes,
    }
}

/// The beginning: nothing is remembered.
struct Unknown;

static NONE: Recalled = Recalled::new();

impl Tracks for Unknown {
    fn recalled(&self) -> &Recalled {
        &NONE
    }
    fn facts(&self, _: &TrackId) -> Option<&TrackFacts> {
        None
    }
    fn alerts(&self, _: &TrackId) -> Option<&TrackAlerts> {
        None
    }
}
