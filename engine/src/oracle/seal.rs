//! 封存 (§14): the state of a sealed instance is that of what counted at its seal.

use super::case::Case;
use super::instance;
use crate::facts::{Fact, Hit, InstanceFacts, TrackFacts, TrackId};
use crate::graph::Definition;
use crate::state::{Finding, InstanceState, NodeState, NodeStatus, Status, Timing, TrackState};
use crate::time::Instant;
use std::collections::BTreeMap;

/// The state of an instance sealed at `at`.
pub(super) fn state(def: &Definition, facts: &InstanceFacts, at: Instant) -> InstanceState {
    let counted = InstanceFacts {
        order: counting(&facts.order, at),
        tracks: facts.tracks.iter().map(|(id, t)| (id.clone(), counting(t, at))).collect(),
        ..facts.clone()
    };
    let counted = super::visit::during(def, &counted, at);
    let mut case = Case::new(def, &counted, at);
    case.sealed = true;
    let mut state = instance::state(&case);
    let mut all: BTreeMap<TrackId, &TrackFacts> = facts.tracks.iter().map(|(i, t)| (i.clone(), t)).collect();
    all.insert(TrackId::order(), &facts.order);
    for (id, given) in all {
        // Where each fact that counted stands among all of them.
        let counted = given.facts.iter().enumerate().filter(|(_, f)| counts(f, at));
        let places: Vec<usize> = counted.map(|(i, _)| i).collect();
        let mut behind = Vec::new();
        for (i, fact) in given.facts.iter().enumerate() {
            if fact.dead || counts(fact, at) {
                continue;
            }
            for hit in &fact.hits {
                if let Hit::Node(node, _) = hit {
                    behind.push(shown(*node, i));
                }
            }
        }
        let Some(known) = state.tracks.iter_mut().find(|t| t.id == id) else {
            if !behind.is_empty() {
                state.tracks.push(unheard(id, behind));
            }
            continue;
        };
        for node in &mut known.nodes {
            node.hits = node.hits.iter().filter_map(|hit| places.get(*hit).copied()).collect();
        }
        known.nodes.extend(behind);
    }
    state.tracks.sort_by_key(|t| t.id.clone());
    state
}

fn counts(fact: &Fact, at: Instant) -> bool {
    fact.arrived <= at && !fact.late
}

fn counting(track: &TrackFacts, at: Instant) -> TrackFacts {
    TrackFacts { facts: track.facts.iter().filter(|f| counts(f, at)).cloned().collect() }
}

fn shown(node: crate::graph::NodeIx, hit: usize) -> NodeState {
    NodeState {
        node,
        round: 0,
        status: NodeStatus::Done,
        reason: None,
        hits: vec![hit],
        timing: Timing::default(),
        findings: vec![Finding::AfterSeal],
    }
}

fn unheard(id: TrackId, nodes: Vec<NodeState>) -> TrackState {
    TrackState {
        id,
        status: Status::Void,
        ended_at: None,
        ended_by: None,
        replaced_by: None,
        nodes,
        rules: Vec::new(),
        next_change: None,
    }
}
