//! One track of a `每个` block: its walk, then its rules, then its summary.

use super::endings::Endings;
use super::moments::{Soon, difference};
use super::rules::{self, Scene};
use super::side::Side;
use super::summary::{FactSummary, TrackSummary};
use super::timing::Sides;
use super::walk::{Met, Place, Tracks, Walk};
use crate::facts::TrackId;
use crate::graph::{Definition, EndingKind, NodeIx, ScopeIx, Severity};
use crate::state::{EndedBy, NodeState, Reason, Status, TrackState, Verdict};
use crate::time::{Instant, Moment};
use std::sync::Arc;

/// A track that was walked and waits for its rules.
pub(super) struct Walked<'a> {
    pub(super) id: TrackId,
    pub(super) side: Side<'a>,
    pub(super) facts: FactSummary,
    pub(super) endings: Endings,
    nodes: Vec<NodeState>,
    /// Whether it has ended by itself.
    pub(super) ended: bool,
    /// Since when it is sealed without having ended.
    cut: Option<Instant>,
    pub(super) taken: bool,
    optional: Vec<NodeIx>,
    ended_by: Option<EndedBy>,
    pub(super) reach: Option<Instant>,
    took: Option<Reason>,
    defective: bool,
    interrupted: bool,
    soon: Soon,
}

/// A track holds no tracks of its own.
struct NoTracks;

impl Tracks for NoTracks {
    fn happened(&self, _: ScopeIx) -> bool {
        false
    }
    fn begun(&self, _: ScopeIx) -> bool {
        false
    }
    fn meet(&mut self, _: ScopeIx, _: Place) -> Met {
        Met { count: 0, owed: false, complete: true, begun: false, last: None }
    }
}

impl<'a> Walked<'a> {
    /// Walks a track, as its order sees it, from where its `Each` stands in the order's flow.
    pub(super) fn new(
        order: Sides<'_>,
        id: TrackId,
        side: Side<'a>,
        facts: FactSummary,
        order_endings: &Endings,
        order_before: &[(u16, Moment)],
        place: Place,
    ) -> Self {
        let Sides { def, settings, now, .. } = order;
        let before: Vec<_> = facts.before.iter().chain(order_before).copied().collect();
        let endings = Endings::new(def, &settings.zone, side.facts, &facts.latest, &facts.latest, &before);
        let sides = Sides { own: &side, ..order };
        let planned = planned(&sides, id.scope);
        // The order's excuse is for tracks on which nothing was done, whenever they were planned.
        let reached = |by: &EndedBy| match planned {
            _ if by.kind == EndingKind::Excuse => !facts.begun,
            Some(m) => difference(&settings.zone, m, by.at).0.0 >= 0,
            None => !facts.begun,
        };
        // By kind, the track's own before the order's; a cancel and an excuse of its own always, the others when they reach this track.
        let ended_by = [EndingKind::Cancel, EndingKind::Supersede, EndingKind::Stop, EndingKind::Excuse]
            .into_iter()
            .flat_map(|kind| {
                let always = kind == EndingKind::Cancel;
                let own = endings.of(kind).filter(|by| always || kind == EndingKind::Excuse || reached(by));
                own.or_else(|| order_endings.of(kind).filter(|by| always || reached(by)))
            })
            .next()
            .cloned();
        let takes = ended_by.as_ref().map(|by| match by.kind {
            EndingKind::Cancel => Reason::Cancelled,
            EndingKind::Supersede => Reason::Superseded,
            EndingKind::Stop => Reason::Stopped,
            EndingKind::Excuse => Reason::Excused,
        });
        // What ends it for another one to take its place ends all of it.
        let place = match facts.replaced {
            Some((_, node)) => Place { ended: Some(node), later: false, ..place },
            None => place,
        };
        let mut walk = Walk {
            sides,
            takes: takes.clone(),
            order_endings: None,
            cancels: endings.first_cancel.into_iter().chain(order_endings.first_cancel).collect(),
            out: Vec::new(),
            open: false,
            defective: false,
            interrupted: false,
            took: None,
            soon: Soon::after(now),
            optional: Vec::new(),
        };
        walk.flow(def.flow_of(id.scope), place, &mut NoTracks);
        walk.settle();
        let Walk { out, open, mut defective, interrupted, took, soon, optional, .. } = walk;
        // What a replaced one lacks is made good by the other.
        defective &= facts.replaced.is_none();
        let reach = ended_by.as_ref().map(|by| by.at.at).into_iter().chain(facts.reach).max();
        Self {
            id,
            facts,
            endings,
            nodes: out,
            ended: !open,
            cut: order.sealed.then_some(now).filter(|_| open),
            taken: takes.is_some(),
            optional,
            ended_by,
            reach,
            took,
            defective,
            interrupted: interrupted && open,
            soon,
            side,
        }
    }

    /// Judges the track's rules and closes it.
    pub(super) fn finish(
        mut self,
        scene: &Scene<'_>,
        (context, sealed): (u64, bool),
        replaced_by: Option<Arc<str>>,
    ) -> (TrackState, TrackSummary) {
        let ended_at = if self.ended { self.reach } else { self.cut };
        let over = self.ended || self.cut.is_some();
        let scene = Scene {
            own: &self.side,
            own_nodes: &self.nodes,
            own_ended: over,
            own_ended_at: ended_at,
            own_endings: &self.endings,
            own_optional: &self.optional,
            key: Some(&self.id.value),
            ..*scene
        };
        let rules = rules::judge(&scene, self.id.scope, &mut self.soon);
        let answers = rules::answers(&scene, self.id.scope, &mut self.soon);
        let broken = rules.iter().any(|r| r.verdict == Verdict::Violated && grave(scene.def, r.rule));
        let defective = self.defective || broken;
        let status = match &self.took {
            Some(Reason::Cancelled) => Status::Cancelled,
            Some(Reason::Superseded) => Status::Superseded,
            Some(Reason::Stopped) if !(self.facts.begun && defective) => Status::Stopped,
            Some(Reason::Excused) => Status::Excused,
            _ if self.facts.replaced.is_some() => Status::Replaced,
            _ if self.interrupted => Status::Interrupted,
            _ if over && defective => Status::ClosedWithDefects,
            _ if over => Status::Closed,
            _ => Status::Open,
        };
        let next_change = self.soon.at.filter(|_| !sealed);
        let summary = TrackSummary {
            id: self.id.clone(),
            context,
            status,
            ended: self.ended,
            ended_at,
            reach: self.reach,
            taken: self.taken,
            defective,
            interrupted: self.interrupted,
            answers,
            facts: self.facts,
            next_change,
        };
        let state = TrackState {
            id: self.id,
            status,
            ended_at,
            ended_by: self.ended_by,
            replaced_by,
            nodes: self.nodes,
            rules,
            next_change,
        };
        (state, summary)
    }
}

/// Whether a violation of this rule is a defect.
pub(super) fn grave(def: &Definition, rule: u16) -> bool {
    def.rules.get(usize::from(rule)).is_some_and(|r| r.severity >= Severity::Medium)
}

/// The planned time of a track: that of its first node, in index order, that has one.
fn planned(sides: &Sides<'_>, scope: ScopeIx) -> Option<Moment> {
    let here = |ix: NodeIx| sides.def.node(ix).filter(|n| n.scope == scope);
    sides
        .def
        .nodes()
        .filter_map(|(ix, _)| Some((ix, here(ix)?.plan.as_ref()?)))
        .find_map(|(ix, plan)| sides.planned(plan, ix, 0))
}
