//! The round that a rule is about.

use crate::graph::{Definition, NodeIx, Rule, ScopeIx};
use crate::state::TrackState;

/// The last round among the nodes that a rule names, as seen from a track and its order.
pub(super) fn round(def: &Definition, rule: &Rule, own: &TrackState, order: &TrackState) -> u32 {
    let of = |ix: &NodeIx| {
        let scope = def.node(*ix).map_or(ScopeIx::ORDER, |n| n.scope);
        let home = if scope == own.id.scope { own } else { order };
        home.nodes.iter().filter(|n| n.node == *ix).map(|n| n.round).max()
    };
    rule.check.nodes().iter().filter_map(of).max().unwrap_or(1)
}
