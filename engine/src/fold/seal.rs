//! 封存: the state of a sealed instance is that of what counted at its seal; what came later is listed behind it.

use super::{Others, fold_sealed, whole};
use crate::facts::{Hit, InstanceFacts, TrackFacts, TrackId};
use crate::graph::Definition;
use crate::state::{Finding, InstanceState, NodeState, NodeStatus, Status, Timing, TrackState};
use crate::time::Instant;

/// What counted of a track's facts, and where each stands among all of them.
type Cut = (TrackFacts, Vec<usize>);

/// The state of an instance sealed at `at`.
pub(super) fn fold(def: &Definition, facts: &InstanceFacts, at: Instant) -> InstanceState {
    let own = TrackId::order();
    let all = || std::iter::once((&own, &facts.order)).chain(&facts.tracks);
    let mut cuts: Vec<Cut> = all().map(|(_, f)| cut(f, at)).collect();
    let (order, kept) = cuts.remove(0);
    let tracks = facts.tracks.keys().zip(&cuts).map(|(id, (facts, _))| (id, facts));
    let mut state = whole(fold_sealed(def, &facts.campus, &order, Others::none(), tracks, at), Some(at));
    let places = std::iter::once(&kept).chain(cuts.iter().map(|(_, kept)| kept));
    for ((id, facts), kept) in all().zip(places) {
        let late = late(facts, kept);
        if let Some(track) = state.tracks.iter_mut().find(|t| t.id == *id) {
            for hit in track.nodes.iter_mut().flat_map(|n| &mut n.hits) {
                *hit = kept.get(*hit).copied().unwrap_or(*hit);
            }
            track.nodes.extend(late);
        } else if !late.is_empty() {
            state.tracks.push(nothing_counts(id, late));
        }
    }
    state.tracks.sort_by(|a, b| a.id.cmp(&b.id));
    state
}

fn cut(all: &TrackFacts, at: Instant) -> Cut {
    let counted = all.facts.iter().enumerate().filter(|(_, f)| f.counts_at_seal(at));
    let (kept, facts) = counted.map(|(i, f)| (i, f.clone())).unzip();
    (TrackFacts { facts }, kept)
}

/// The nodes of what came too late.
fn late(all: &TrackFacts, kept: &[usize]) -> Vec<NodeState> {
    let late = all.facts.iter().enumerate().filter(|(i, f)| !f.dead && kept.binary_search(i).is_err());
    let nodes = late.flat_map(|(i, fact)| fact.hits.iter().map(move |hit| (i, hit)));
    nodes
        .filter_map(|(i, hit)| {
            let Hit::Node(node, _) = *hit else { return None };
            Some(NodeState {
                node,
                round: 0,
                status: NodeStatus::Done,
                reason: None,
                hits: vec![i],
                timing: Timing::default(),
                findings: vec![Finding::AfterSeal],
            })
        })
        .collect()
}

/// A track of which nothing had come by the seal.
fn nothing_counts(id: &TrackId, nodes: Vec<NodeState>) -> TrackState {
    TrackState {
        id: id.clone(),
        status: Status::Void,
        ended_at: None,
        ended_by: None,
        replaced_by: None,
        nodes,
        rules: Vec::new(),
        next_change: None,
    }
}
