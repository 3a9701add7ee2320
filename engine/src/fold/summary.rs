//! What the order needs to know of a track, small enough to keep beside its facts.

use super::rules::{Answer, Tally, tallies};
use super::side::Side;
use crate::facts::{EventRef, Fact, Hit, TrackId};
use crate::graph::{CampusSettings, Definition, EndingKind, NodeIx, ScopeIx};
use crate::guard::Look;
use crate::state::Status;
use crate::time::{Instant, Moment};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a track tells its order. Valid for the order's [`crate::fold::Folded::context`] under which it was made. As JSON it does
/// not say which track: that stands beside it wherever it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackSummary {
    /// Which track.
    #[serde(skip, default = "TrackId::order")]
    pub id: TrackId,
    /// The order's context it was folded under.
    #[serde(rename = "c")]
    pub context: u64,
    /// Its status.
    #[serde(rename = "s")]
    pub status: Status,
    /// Whether it has ended.
    #[serde(rename = "e")]
    pub ended: bool,
    /// When it ended.
    #[serde(rename = "ea", default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// The latest instant of it: counting and negative occurrences, endings in force on it.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Instant>,
    /// Whether an ending took its open nodes.
    #[serde(rename = "k", default, skip_serializing_if = "std::ops::Not::not")]
    pub taken: bool,
    /// Whether it counts as a defect of the instance.
    #[serde(rename = "d", default, skip_serializing_if = "std::ops::Not::not")]
    pub defective: bool,
    /// Whether it is interrupted.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// What it answers to the order's rules.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What can be told from its facts alone.
    #[serde(rename = "x")]
    pub facts: FactSummary,
    /// When it can change next.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub next_change: Option<Instant>,
}

/// What can be told from a track's facts without the order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FactSummary {
    /// Whether it has a live fact; without one the track is not listed.
    #[serde(rename = "y")]
    pub live: bool,
    /// Whether a non-negative node of it happened.
    #[serde(rename = "b")]
    pub begun: bool,
    /// Its latest counting occurrence, negative nodes included, by instant and node.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub last: Option<(Moment, NodeIx)>,
    /// The latest occurrence of a non-negative node, of each precision: a day may hide what a second tells.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub latest: Vec<Moment>,
    /// The latest instant among its counting and negative occurrences.
    #[serde(rename = "z", default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Instant>,
    /// The counting occurrence of the node named by 取消 … 之前, by index of the ending.
    #[serde(rename = "w", default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<(u16, Moment)>,
    /// The earliest live opening fact.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Instant>,
    /// The earliest live opening fact in total order, for the guards of a flow that has some.
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Arc<Opening>>,
    /// The stated instant of its first live fact.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Instant>,
    /// What it gives to sums and counts of the order's rules.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub tallies: Vec<Tally>,
    /// When a 重来 node of its own happened first, and which.
    #[serde(rename = "rp", default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<(Moment, NodeIx)>,
    /// Its first occurrence of a non-negative node, where its scope has a 重来.
    #[serde(rename = "st", default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Moment>,
    /// Whether a dead fact would open the instance.
    #[serde(rename = "v", default, skip_serializing_if = "std::ops::Not::not")]
    pub dead_opening: bool,
}

/// The fact that opens an instance: its place in the total order of facts, and what it says to the guards of the flow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Opening {
    at: Instant,
    sequence: i64,
    hit: Option<Hit>,
    event: EventRef,
    /// One for each of `Definition::guards`; `None`: it does not say.
    pub guards: Vec<Option<bool>>,
}

impl Opening {
    fn new(def: &Definition, settings: &CampusSettings, fact: &Fact) -> Self {
        let look =
            Look { def, settings, fields: &fact.fields, patient: fact.patient.as_deref(), at: fact.at };
        Self {
            at: fact.at.at,
            sequence: fact.sequence,
            hit: fact.hits.first().copied(),
            event: fact.event.clone(),
            guards: def.guards.iter().map(|g| look.truth(g)).collect(),
        }
    }
}

impl FactSummary {
    pub(super) fn new(def: &Definition, settings: &CampusSettings, side: &Side<'_>) -> Self {
        let mut agains = Vec::new();
        if side.scope != ScopeIx::ORDER {
            super::replace::agains(def.flow_of(side.scope), &mut agains);
        }
        let mut first: Option<usize> = None;
        let mut replaced: Option<(usize, NodeIx)> = None;
        let mut out = Self { live: side.facts.iter().any(|f| !f.dead), ..Self::default() };
        for (i, o) in side.occurrences().iter().enumerate() {
            let (Some(fact), Some(node)) = (side.fact(o), def.node(o.node)) else { continue };
            let counts = i
                .checked_sub(1)
                .and_then(|p| side.occurrences().get(p))
                .is_none_or(|p| p.node != o.node || p.round != o.round);
            if (counts || node.negative) && out.reach.is_none_or(|r| fact.at.at > r) {
                out.reach = Some(fact.at.at);
            }
            if counts
                && (node.negative || o.round + 1 == side.rounds_of(o.node))
                && out
                    .last
                    .is_none_or(|(m, n)| (fact.at.at, o.node, fact.at.precision) > (m.at, n, m.precision))
            {
                out.last = Some((fact.at, o.node));
            }
            if agains.contains(&o.node) && replaced.is_none_or(|(f, n)| (o.fact, o.node) < (f, n)) {
                replaced = Some((o.fact, o.node));
            }
            if node.negative {
                continue;
            }
            first = Some(first.map_or(o.fact, |f| f.min(o.fact)));
            out.begun = true;
            match out.latest.iter_mut().find(|m| m.precision == fact.at.precision) {
                Some(m) => m.at = m.at.max(fact.at.at),
                None => out.latest.push(fact.at),
            }
        }
        out.latest.sort();
        out.first = side.facts.iter().find(|f| !f.dead).map(|f| f.at.at);
        out.tallies = tallies(def, side);
        let at = |fact: usize| side.facts.get(fact).map(|f| f.at);
        out.replaced = replaced.and_then(|(fact, node)| Some((at(fact)?, node)));
        out.starts = first.filter(|_| !agains.is_empty()).and_then(at);
        for (i, ending) in def.endings.iter().enumerate().filter(|(_, e)| e.kind == EndingKind::Cancel) {
            let Some(node) = ending.before.filter(|n| def.node(*n).is_some_and(|n| n.scope == side.scope))
            else {
                continue;
            };
            if let Some(fact) = side.counting(node) {
                out.before.push((u16::try_from(i).unwrap_or(u16::MAX), fact.at));
            }
        }
        for fact in side.facts {
            let opens = !fact.visit
                && fact.hits.iter().any(|h| matches!(h, Hit::Node(n, _) if def.starts.nodes.contains(n)));
            if opens && fact.dead {
                out.dead_opening = true;
                continue;
            }
            if opens && !def.guards.is_empty() && out.opening.is_none() {
                out.opening = Some(Arc::new(Opening::new(def, settings, fact)));
            }
            if opens && out.opens.is_none_or(|t| fact.at.at < t) {
                out.opens = Some(fact.at.at);
            }
        }
        out
    }
}
