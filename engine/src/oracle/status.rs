//! The status of a node (§3, rules 1 to 8).

use super::case::Case;
use super::guard::Chance;
use super::timing::Clocked;
use super::walk::{Entry, Kind, Place};
use crate::facts::TrackId;
use crate::graph::{EndingKind, Flow, NodeIx};
use crate::state::{NodeStatus, Reason};
use crate::value::Value;

impl Case<'_> {
    /// Off or unavailable at this campus.
    pub(super) fn switched_off(&self, node: NodeIx) -> Option<Reason> {
        let off = self.settings.off.get(&node).cloned().map(Reason::Off);
        off.or_else(|| self.settings.unavailable.get(&node).cloned().map(Reason::Unavailable))
    }

    /// Whether a place may be left out.
    pub(super) fn is_optional(&self, place: &Place<'_>) -> bool {
        place.within.optional || self.node(place.node).is_some_and(|n| n.optional)
    }

    /// Status and reason of a place; rule 6 comes later, when it is known whether the track has ended.
    pub(super) fn status(
        &self,
        track: &TrackId,
        place: &Place<'_>,
        clocked: &Clocked,
    ) -> (NodeStatus, Option<Reason>) {
        if !place.occs.is_empty() {
            return (clocked.happened, None);
        }
        let not_applicable = |reason| (NodeStatus::NotApplicable, Some(reason));
        if place.kind == (Kind::Standing { beside: true }) {
            return (NodeStatus::Due, None);
        }
        let optional = self.is_optional(place);
        if let Some(reason) = self.switched_off(place.node) {
            return not_applicable(reason);
        }
        if place.within.branch {
            return not_applicable(Reason::Branch);
        }
        if place.within.later {
            return (if optional { NodeStatus::Skipped } else { NodeStatus::Missing }, None);
        }
        if let Some(node) = place.within.ended {
            return not_applicable(Reason::Ended(node));
        }
        let taken = if matches!(place.kind, Kind::Standing { .. }) {
            self.forces(track).first().map(|f| f.kind)
        } else {
            self.taken(track, place.node)
        };
        match taken {
            Some(EndingKind::Cancel) => return not_applicable(Reason::Cancelled),
            Some(EndingKind::Supersede) => return not_applicable(Reason::Superseded),
            Some(EndingKind::Stop) => return not_applicable(Reason::Stopped),
            Some(EndingKind::Excuse) => return not_applicable(Reason::Excused),
            None => {}
        }
        let running = place.entry != Entry::NotRunning;
        if !optional
            && clocked.overdue_since.is_some_and(|flip| self.now >= flip)
            && (running || clocked.by_plan)
        {
            return (NodeStatus::Overdue, None);
        }
        let early = clocked.opens.is_some_and(|opens| self.now < opens);
        (if running && !early { NodeStatus::Due } else { NodeStatus::Pending }, None)
    }

    /// How many tracks an `Each` owes: `None` when it does not say, `Some(None)` when the number is not known.
    pub(super) fn owed(&self, scope: crate::graph::ScopeIx) -> Option<Option<f64>> {
        let count = self.def.scope(scope)?.count.as_ref()?;
        Some(match self.at_once(count) {
            Some(Value::Number(n)) => Some(n),
            _ => None,
        })
    }

    /// The node that stands for an `Each` without tracks.
    pub(super) fn first_mandatory(&self, flow: &Flow) -> Option<NodeIx> {
        match flow {
            Flow::Node(ix) => {
                let node = self.node(*ix)?;
                (!node.optional && !node.negative && self.switched_off(*ix).is_none()).then_some(*ix)
            }
            Flow::Seq(parts) => parts.iter().find_map(|p| self.first_mandatory(p)),
            Flow::Par(parts) => parts.first().and_then(|p| self.first_mandatory(p)),
            Flow::Choice(parts) => {
                let chances = self.chances(parts);
                if !chances.iter().any(|c| matches!(c, Chance::Taken | Chance::Possible)) {
                    return None;
                }
                let first = chances.iter().position(|c| *c != Chance::Lost)?;
                match parts.get(first)? {
                    Flow::When { body, .. } => self.first_mandatory(body),
                    other => self.first_mandatory(other),
                }
            }
            Flow::When { guard, body } => {
                (self.guard(*guard) == Some(true)).then(|| self.first_mandatory(body)).flatten()
            }
            Flow::Opt(_) | Flow::Each(_) => None,
            Flow::Again { body, .. } | Flow::Ends { body, .. } => self.first_mandatory(body),
        }
    }
}
