//! What the tests of one loop saw of it, at whatever moment.

use medloop_engine::facts::{Hit, InstanceFacts, TrackFacts};
use medloop_engine::graph::{EndingKind, NodeIx};
use medloop_engine::name::FieldCode;
use medloop_engine::state::{
    EndedBy, Finding, InstanceState, NodeState, NodeStatus, Reason, Status, TrackState, Verdict,
};
use std::collections::BTreeSet;

/// Everything that was so at some moment.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Nodes with a status; with a deadline or plan, when the last is true.
    statuses: BTreeSet<(NodeIx, NodeStatus, bool)>,
    /// Nodes of branches that were not taken, or whose 当 was false.
    off: BTreeSet<NodeIx>,
    given: BTreeSet<(NodeIx, FieldCode)>,
    absent: BTreeSet<(NodeIx, FieldCode)>,
    verdicts: BTreeSet<(u16, Verdict)>,
    /// Endings that took effect, and whether the work was wasted.
    endings: BTreeSet<(EndingKind, bool)>,
    resumed: bool,
    interrupted: bool,
    /// Something came after a seal.
    sealed: bool,
    /// Nodes of a second round.
    again: BTreeSet<NodeIx>,
    /// 重来 nodes that had their track replaced.
    replaced: BTreeSet<NodeIx>,
    /// 终止 nodes because of which something is not applicable any more.
    ended: BTreeSet<NodeIx>,
}

impl Seen {
    /// Takes in what is so at one moment.
    pub(super) fn look(&mut self, facts: &InstanceFacts, state: &InstanceState) {
        self.interrupted |= state.status == Status::Interrupted;
        self.ending(state.ended_by.as_ref());
        for track in &state.tracks {
            let facts = if track.id.is_order() { Some(&facts.order) } else { facts.tracks.get(&track.id) };
            self.track(facts, track);
        }
    }

    fn track(&mut self, facts: Option<&TrackFacts>, track: &TrackState) {
        self.interrupted |= track.status == Status::Interrupted;
        self.ending(track.ended_by.as_ref());
        self.verdicts.extend(track.rules.iter().map(|r| (r.rule, r.verdict)));
        self.sealed |= track.nodes.iter().any(|n| n.round == 0);
        for node in track.nodes.iter().filter(|n| n.round > 0) {
            self.node(facts, node);
        }
        let facts = facts.map(|f| f.facts.as_slice()).unwrap_or_default();
        self.resumed |= facts.iter().any(|f| !f.dead && f.hits.iter().any(|h| matches!(h, Hit::Resume(_))));
        if track.status == Status::Replaced {
            let happened = track.nodes.iter().filter(|n| !n.hits.is_empty());
            self.replaced.extend(happened.map(|n| n.node));
        }
    }

    fn node(&mut self, facts: Option<&TrackFacts>, node: &NodeState) {
        let timed = node.timing.deadline.is_some() || node.timing.planned.is_some();
        self.statuses.insert((node.node, node.status, timed));
        if node.round > 1 {
            self.again.insert(node.node);
        }
        match &node.reason {
            Some(Reason::Branch) => drop(self.off.insert(node.node)),
            Some(Reason::Ended(by)) => drop(self.ended.insert(*by)),
            Some(Reason::Cancelled) => drop(self.endings.insert((EndingKind::Cancel, false))),
            Some(Reason::Stopped) => drop(self.endings.insert((EndingKind::Stop, false))),
            Some(Reason::Superseded) => drop(self.endings.insert((EndingKind::Supersede, false))),
            Some(Reason::Excused) => drop(self.endings.insert((EndingKind::Excuse, false))),
            Some(Reason::Unavailable(_) | Reason::Off(_)) | None => {}
        }
        let absent = node.findings.iter().filter_map(|f| match f {
            Finding::FieldMissing(field) => Some((node.node, field.clone())),
            _ => None,
        });
        self.absent.extend(absent);
        let hits = node.hits.iter().filter_map(|i| facts?.facts.get(*i));
        self.given.extend(hits.flat_map(|f| f.fields.keys()).map(|f| (node.node, f.clone())));
    }

    fn ending(&mut self, by: Option<&EndedBy>) {
        self.endings.extend(by.map(|by| (by.kind, by.wasted)));
    }

    pub(super) fn happened(&self, node: NodeIx) -> bool {
        use NodeStatus::{Done, Early, Late};
        [Done, Early, Late].iter().any(|s| self.status(node, *s) || self.timed(node, *s))
    }

    /// Whether a node happened or was missed: one whose 当 is not decided is never missed.
    pub(super) fn expected(&self, node: NodeIx) -> bool {
        use NodeStatus::{Missing, Overdue};
        self.happened(node)
            || [Overdue, Missing].iter().any(|s| self.status(node, *s) || self.timed(node, *s))
    }

    fn status(&self, node: NodeIx, status: NodeStatus) -> bool {
        self.statuses.contains(&(node, status, false))
    }

    /// Whether a node had a status by its limit or plan.
    pub(super) fn timed(&self, node: NodeIx, status: NodeStatus) -> bool {
        self.statuses.contains(&(node, status, true))
    }

    pub(super) fn off(&self, node: NodeIx) -> bool {
        self.off.contains(&node)
    }

    pub(super) fn given(&self, node: NodeIx, field: &FieldCode) -> bool {
        self.given.contains(&(node, field.clone()))
    }

    pub(super) fn absent(&self, node: NodeIx, field: &FieldCode) -> bool {
        self.absent.contains(&(node, field.clone()))
    }

    pub(super) fn verdict(&self, rule: u16, verdict: Verdict) -> bool {
        self.verdicts.contains(&(rule, verdict))
    }

    /// Whether an ending took effect; `None`: whether or not the work was wasted.
    pub(super) fn took_effect(&self, kind: EndingKind, wasted: Option<bool>) -> bool {
        [false, true].iter().any(|w| wasted.is_none_or(|x| x == *w) && self.endings.contains(&(kind, *w)))
    }

    pub(super) const fn resumed(&self) -> bool {
        self.resumed
    }

    pub(super) const fn sealed(&self) -> bool {
        self.sealed
    }

    pub(super) const fn interrupted(&self) -> bool {
        self.interrupted
    }

    /// Whether a node was part of a second round.
    pub(super) fn again(&self, node: NodeIx) -> bool {
        self.again.contains(&node)
    }

    /// Whether a node's track was replaced.
    pub(super) fn replaced(&self, node: NodeIx) -> bool {
        self.replaced.contains(&node)
    }

    pub(super) fn ended(&self, node: NodeIx) -> bool {
        self.ended.contains(&node)
    }
}
