//! The facts of one track, indexed: which fact is which node's occurrence in which round.

use crate::facts::{Fact, Hit};
use crate::graph::{Definition, Flow, NodeIx, ScopeIx};
use crate::time::Instant;
use std::sync::Arc;

/// One live occurrence of a node of this side's scope.
#[derive(Copy, Clone, Debug)]
pub(super) struct Occurrence {
    pub(super) node: NodeIx,
    /// From 0.
    pub(super) round: u32,
    pub(super) rank: u16,
    /// Index into the facts; ascending in total order.
    pub(super) fact: usize,
}

/// A body node of a `重来` block.
#[derive(Copy, Clone, Debug)]
struct Block {
    node: NodeIx,
    /// How many rounds the block has.
    count: u32,
    /// The 重来 node that names it.
    again: NodeIx,
}

/// The facts of one track with their index.
pub(super) struct Side<'a> {
    pub(super) scope: ScopeIx,
    pub(super) facts: &'a [Arc<Fact>],
    /// Sorted by node and round; the counting occurrence of each first.
    occurrences: Vec<Occurrence>,
    /// The body nodes of `重来` blocks with their number of rounds; every other node has one.
    rounds: Vec<Block>,
    /// Occurrences of inner nodes that lack their track's value.
    pub(super) unassigned: Vec<Occurrence>,
}

impl<'a> Side<'a> {
    pub(super) fn new(def: &Definition, scope: ScopeIx, facts: &'a [Arc<Fact>]) -> Self {
        let mut occurrences = Vec::with_capacity(facts.len());
        let mut unassigned = Vec::new();
        for (fact, f) in facts.iter().enumerate().filter(|(_, f)| !f.dead) {
            for hit in &f.hits {
                let Hit::Node(node, rank) = *hit else { continue };
                let Some(n) = def.node(node) else { continue };
                let o = Occurrence { node, round: 0, rank, fact };
                if n.scope == scope {
                    occurrences.push(o);
                } else if scope == ScopeIx::ORDER {
                    unassigned.push(o);
                }
            }
        }
        super::group::merge(facts, &mut occurrences);
        let mut side = Self { scope, facts, occurrences, rounds: Vec::new(), unassigned };
        if scope == ScopeIx::ORDER {
            side.number_rounds(&def.flow);
        }
        side.occurrences.sort_by_key(|o| {
            let rank = if def.node(o.node).is_some_and(|n| n.repeated) { 0 } else { o.rank };
            (o.node, o.round, rank, o.fact)
        });
        // Behind the counting occurrence the others stand in total order.
        let mut from = 0;
        while let Some(first) = side.occurrences.get(from).copied() {
            let len = side
                .occurrences
                .iter()
                .skip(from)
                .take_while(|o| (o.node, o.round) == (first.node, first.round))
                .count();
            if let Some(rest) = side.occurrences.get_mut(from + 1..from + len) {
                rest.sort_by_key(|o| o.fact);
            }
            from += len;
        }
        side
    }

    fn number_rounds(&mut self, flow: &Flow) {
        match flow {
            Flow::Node(_) | Flow::Each(_) => {}
            Flow::Seq(items) | Flow::Par(items) | Flow::Choice(items) => {
                for item in items {
                    self.number_rounds(item);
                }
            }
            Flow::Opt(body) | Flow::When { body, .. } | Flow::Ends { body, .. } => self.number_rounds(body),
            Flow::Again { body, node } => {
                let mut members = Vec::new();
                members_of(body, &mut members);
                let count = self.assign_rounds(&members, *node);
                let again = *node;
                self.rounds.extend(members.into_iter().map(|node| Block { node, count, again }));
            }
        }
    }

    /// Gives every occurrence of `members` and of `again` its round; returns how many rounds there are.
    fn assign_rounds(&mut self, members: &[NodeIx], again: NodeIx) -> u32 {
        let mut order: Vec<usize> = (0..self.occurrences.len())
            .filter(|i| {
                self.occurrences.get(*i).is_some_and(|o| o.node == again || members.contains(&o.node))
            })
            .collect();
        order.sort_by_key(|i| self.occurrences.get(*i).map_or(0, |o| o.fact));
        let at = |side: &Self, i: usize| {
            side.occurrences
                .get(i)
                .and_then(|o| side.facts.get(o.fact))
                .map_or(Instant(i64::MIN), |f| f.at.at)
        };
        let mut round = 0;
        let mut seen: Vec<NodeIx> = Vec::new();
        let mut from = 0;
        while let Some(&first) = order.get(from) {
            let instant = at(self, first);
            let group: Vec<usize> =
                order.iter().skip(from).copied().take_while(|i| at(self, *i) == instant).collect();
            let closes = group.iter().any(|i| self.occurrences.get(*i).is_some_and(|o| o.node == again));
            let mut next: Vec<NodeIx> = Vec::new();
            for i in &group {
                let Some(o) = self.occurrences.get_mut(*i) else { continue };
                if o.node == again {
                    o.round = round;
                } else if closes && seen.contains(&o.node) {
                    o.round = round + 1;
                    next.push(o.node);
                } else {
                    o.round = round;
                    seen.push(o.node);
                }
            }
            if closes {
                round += 1;
                seen = next;
            }
            from += group.len();
        }
        round + 1
    }

    /// The occurrences of a node in a round (from 0), the counting one first.
    pub(super) fn of(&self, node: NodeIx, round: u32) -> &[Occurrence] {
        let from = self.occurrences.partition_point(|o| (o.node, o.round) < (node, round));
        let rest = self.occurrences.get(from..).unwrap_or_default();
        let len = rest.iter().take_while(|o| o.node == node && o.round == round).count();
        rest.get(..len).unwrap_or_default()
    }

    /// The occurrences of a node over all rounds.
    pub(super) fn all(&self, node: NodeIx) -> &[Occurrence] {
        let from = self.occurrences.partition_point(|o| o.node < node);
        let rest = self.occurrences.get(from..).unwrap_or_default();
        let len = rest.iter().take_while(|o| o.node == node).count();
        rest.get(..len).unwrap_or_default()
    }

    /// The occurrences of a node in its last round; of a 重来 node, which is in no last round, all of them.
    pub(super) fn last(&self, node: NodeIx) -> &[Occurrence] {
        if self.rounds.iter().any(|b| b.again == node) {
            return self.all(node);
        }
        self.of(node, self.rounds_of(node) - 1)
    }

    /// Every occurrence of this side's own nodes.
    pub(super) fn occurrences(&self) -> &[Occurrence] {
        &self.occurrences
    }

    /// How many rounds a node's block has; at least 1.
    pub(super) fn rounds_of(&self, node: NodeIx) -> u32 {
        self.block(node).map_or(1, |b| b.count.max(1))
    }

    fn block(&self, node: NodeIx) -> Option<&Block> {
        self.rounds.iter().find(|b| b.node == node)
    }

    /// The occurrences of `named` that a node in `round` reads: of the same round in the same block, else of the last.
    pub(super) fn read(&self, node: NodeIx, round: u32, named: NodeIx) -> &[Occurrence] {
        match (self.block(node), self.block(named)) {
            (Some(a), Some(b)) if a.again == b.again => self.of(named, round),
            _ => self.last(named),
        }
    }

    /// The fact of an occurrence.
    pub(super) fn fact(&self, o: &Occurrence) -> Option<&'a Fact> {
        self.at(o.fact)
    }

    /// The fact at a place.
    pub(super) fn at(&self, place: usize) -> Option<&'a Fact> {
        self.facts.get(place).map(|fact| &**fact)
    }

    /// The counting occurrence of a node in its last round.
    pub(super) fn counting(&self, node: NodeIx) -> Option<&'a Fact> {
        self.last(node).first().and_then(|o| self.fact(o))
    }

    /// Whether a node of `flow` happened: in `round`, or in any round. `Each` blocks are asked of `each`; the nodes of 重来 and
    /// 终止 count with `negative`.
    pub(super) fn happened(
        &self,
        flow: &Flow,
        round: Option<u32>,
        negative: bool,
        each: &dyn Fn(ScopeIx) -> bool,
    ) -> bool {
        match flow {
            Flow::Node(n) => match round {
                Some(r) => !self.of(*n, r).is_empty(),
                None => !self.all(*n).is_empty(),
            },
            Flow::Seq(items) | Flow::Par(items) | Flow::Choice(items) => {
                items.iter().any(|item| self.happened(item, round, negative, each))
            }
            Flow::Opt(body) | Flow::When { body, .. } => self.happened(body, round, negative, each),
            Flow::Ends { body, nodes } => {
                self.happened(body, round, negative, each)
                    || (negative && nodes.iter().any(|n| !self.all(*n).is_empty()))
            }
            Flow::Again { body, node } => {
                self.happened(body, None, negative, each) || (negative && !self.all(*node).is_empty())
            }
            Flow::Each(scope) => each(*scope),
        }
    }

    /// The earliest occurrence of a node of `flow`, as a fact index. `Each` blocks are not looked into.
    pub(super) fn earliest(&self, flow: &Flow, round: Option<u32>) -> Option<usize> {
        match flow {
            Flow::Node(n) => {
                let of = match round {
                    Some(r) => self.of(*n, r),
                    None => self.last(*n),
                };
                of.iter().map(|o| o.fact).min()
            }
            Flow::Seq(items) | Flow::Par(items) | Flow::Choice(items) => {
                items.iter().filter_map(|item| self.earliest(item, round)).min()
            }
            Flow::Opt(body) | Flow::When { body, .. } => self.earliest(body, round),
            Flow::Ends { body, nodes } => {
                let ends = nodes.iter().flat_map(|n| self.all(*n)).map(|o| o.fact).min();
                self.earliest(body, round).into_iter().chain(ends).min()
            }
            Flow::Again { body, node } => {
                let again = self.last(*node).iter().map(|o| o.fact).min();
                self.earliest(body, None).into_iter().chain(again).min()
            }
            Flow::Each(_) => None,
        }
    }
}

/// The nodes of a flow, `Each` blocks left out.
pub(super) fn members_of(flow: &Flow, out: &mut Vec<NodeIx>) {
    match flow {
        Flow::Node(n) => out.push(*n),
        Flow::Seq(items) | Flow::Par(items) | Flow::Choice(items) => {
            items.iter().for_each(|i| members_of(i, out))
        }
        Flow::Opt(body) | Flow::When { body, .. } | Flow::Ends { body, .. } | Flow::Again { body, .. } => {
            members_of(body, out)
        }
        Flow::Each(_) => {}
    }
}
