//! Which occurrence belongs to which round of an `Again` block, and which occurrences a part of the fold means.

use super::case::{Case, Occ, nodes_of};
use crate::facts::TrackId;
use crate::graph::{Flow, NodeIx};
use crate::time::Moment;

/// Which rounds count.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Rounds {
    All,
    Last,
    /// Counted from 0.
    One(usize),
}

/// One round: what happened in it, and the 重来 occurrences that closed it.
#[derive(Default)]
pub(super) struct Round<'a> {
    pub(super) body: Vec<Occ<'a>>,
    pub(super) closed_by: Vec<Occ<'a>>,
}

impl<'a> Case<'a> {
    /// The rounds of an `Again` of the order's flow; the last one is open.
    pub(super) fn rounds(&self, body: &Flow, again: NodeIx) -> Vec<Round<'a>> {
        let named: Vec<NodeIx> = nodes_of(body).into_iter().filter(|n| !self.negative(*n)).collect();
        let occs: Vec<Occ<'a>> = self
            .all(&TrackId::order())
            .into_iter()
            .filter(|o| o.node == again || named.contains(&o.node))
            .collect();
        let mut closed: Vec<Round<'a>> = Vec::new();
        let mut current = Round::default();
        for group in occs.chunk_by(|a, b| a.fact.at.at == b.fact.at.at) {
            let closing: Vec<Occ<'a>> = group.iter().filter(|o| o.node == again).copied().collect();
            let mut next = Round::default();
            for occ in group.iter().filter(|o| o.node != again) {
                let has = current.body.iter().any(|o| o.node == occ.node);
                if !closing.is_empty() && has { next.body.push(*occ) } else { current.body.push(*occ) }
            }
            if !closing.is_empty() {
                current.closed_by = closing;
                closed.push(current);
                current = next;
            }
        }
        closed.push(current);
        closed
    }

    /// The `Again` block that has this node in its body.
    pub(super) fn again_around(&self, node: NodeIx) -> Option<(&'a Flow, NodeIx)> {
        fn find(flow: &Flow, node: NodeIx) -> Option<(&Flow, NodeIx)> {
            match flow {
                Flow::Node(_) | Flow::Each(_) => None,
                Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
                    parts.iter().find_map(|p| find(p, node))
                }
                Flow::Opt(body) | Flow::When { body, .. } | Flow::Ends { body, .. } => find(body, node),
                Flow::Again { body, node: again } => nodes_of(body).contains(&node).then_some((body, *again)),
            }
        }
        // Inside 重来 a 终止 node belongs to no round.
        find(&self.def.flow, node).filter(|_| !self.negative(node))
    }

    /// Whether a node is named by 重来.
    pub(super) fn is_again(&self, node: NodeIx) -> bool {
        fn find(flow: &Flow, node: NodeIx) -> bool {
            match flow {
                Flow::Node(_) | Flow::Each(_) => false,
                Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
                    parts.iter().any(|p| find(p, node))
                }
                Flow::Opt(body) | Flow::When { body, .. } | Flow::Ends { body, .. } => find(body, node),
                Flow::Again { node: again, .. } => *again == node,
            }
        }
        find(&self.def.flow, node)
    }

    /// The occurrences of a node on a track, in total order. A node outside every `Again` has all of them in each choice of rounds.
    pub(super) fn occs(&self, track: &TrackId, node: NodeIx, rounds: Rounds) -> Vec<Occ<'a>> {
        let of_node =
            |occs: &[Occ<'a>]| -> Vec<Occ<'a>> { occs.iter().filter(|o| o.node == node).copied().collect() };
        let all = of_node(&self.all(track));
        if rounds == Rounds::All || !track.is_order() {
            return all;
        }
        let Some((body, again)) = self.again_around(node) else { return all };
        let each = self.rounds(body, again);
        let round = match rounds {
            Rounds::One(n) => each.get(n),
            _ => each.last(),
        };
        round.map(|r| of_node(&r.body)).unwrap_or_default()
    }

    /// The counting occurrence of a node on a track in these rounds.
    pub(super) fn happened(&self, track: &TrackId, node: NodeIx, rounds: Rounds) -> Option<Occ<'a>> {
        self.counting(node, &self.occs(track, node, rounds))
    }

    /// The planned time of a node: the field of the last occurrence that recorded one.
    pub(super) fn planned(&self, track: &TrackId, node: NodeIx, rounds: Rounds) -> Option<Moment> {
        let plan = self.node(node)?.plan.as_ref()?;
        let (place, rounds) = self.seen_from(track, node, plan.node, rounds)?;
        let occs = self.occs(&place, plan.node, rounds);
        occs.iter().rev().find_map(|o| match o.fact.fields.get(&plan.field) {
            Some(crate::value::Value::Moment(m)) => Some(*m),
            _ => None,
        })
    }

    /// Where, and in which rounds, `node` (on `track`, in `rounds`) sees `other`.
    pub(super) fn seen_from(
        &self,
        track: &TrackId,
        node: NodeIx,
        other: NodeIx,
        rounds: Rounds,
    ) -> Option<(TrackId, Rounds)> {
        let scope = self.scope(other);
        if scope == track.scope && track.is_order() {
            let same = self.again_around(node).map(|a| a.1) == self.again_around(other).map(|a| a.1);
            return Some((track.clone(), if same { rounds } else { Rounds::Last }));
        }
        if scope == track.scope {
            return Some((track.clone(), Rounds::Last));
        }
        let order = TrackId::order();
        (scope == order.scope).then_some((order, Rounds::Last))
    }
}
