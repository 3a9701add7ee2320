//! Tracks that are replaced by another one: a 重来 within 每个.

use super::moments::difference;
use super::summary::FactSummary;
use crate::facts::TrackId;
use crate::graph::{Flow, NodeIx};
use crate::time::{Moment, Zone};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Replaced tracks with the value of the one that took their place; `None`: it is still owed.
pub(super) type Successors = BTreeMap<TrackId, Option<Arc<str>>>;

/// The 重来 nodes of a scope's flow.
pub(super) fn agains(flow: &Flow, out: &mut Vec<NodeIx>) {
    match flow {
        Flow::Node(_) | Flow::Each(_) => {}
        Flow::Seq(items) | Flow::Par(items) | Flow::Choice(items) => {
            items.iter().for_each(|item| agains(item, out));
        }
        Flow::Opt(body) | Flow::When { body, .. } | Flow::Ends { body, .. } => agains(body, out),
        Flow::Again { body, node } => {
            out.push(*node);
            agains(body, out);
        }
    }
}

/// Gives each replaced track, by the time of its replacement, the first track that starts at or after that and is not taken yet.
pub(super) fn successors<'t>(
    zone: &Zone,
    tracks: impl Iterator<Item = (&'t TrackId, &'t FactSummary)>,
) -> Successors {
    let mut replaced: Vec<(Moment, &TrackId)> = Vec::new();
    let mut starting: Vec<(Moment, &TrackId)> = Vec::new();
    for (id, facts) in tracks {
        replaced.extend(facts.replaced.map(|(at, _)| (at, id)));
        starting.extend(facts.starts.map(|at| (at, id)));
    }
    let mut out = Successors::new();
    if replaced.is_empty() {
        return out;
    }
    replaced.sort_by_key(|(at, id)| (at.at, *id));
    starting.sort_by_key(|(at, id)| (at.at, *id));
    for (at, id) in replaced {
        let next = starting
            .iter()
            .position(|(start, other)| *other != id && difference(zone, *start, at).0.0 >= 0)
            .map(|i| starting.remove(i).1.value.clone());
        out.insert(id.clone(), next);
    }
    out
}
