//! A node against its standard: limits from a base, windows around a planned time.

use super::moments::{difference, exceeds_at, reaches_at, too_coarse};
use super::side::Side;
use super::walk::Entry;
use crate::graph::{CampusSettings, Definition, Length, Node, NodeIx, Plan, ScopeIx};
use crate::state::{NodeStatus, Timing};
use crate::time::{Instant, Moment, Span, Zone};
use crate::value::Value;

/// How a node that has not happened is looked at.
pub(super) struct Expected {
    /// It must happen.
    pub(super) mandatory: bool,
    /// It stands for the tracks of an `Each`: no plan has a value there.
    pub(super) standing: bool,
    /// Its status is one that shows a standard.
    pub(super) shown: bool,
}

/// Where nodes of this track and of its order are read from.
#[derive(Copy, Clone)]
pub(super) struct Sides<'a> {
    pub(super) def: &'a Definition,
    pub(super) settings: &'a CampusSettings,
    /// The track's own side; the order's when the order is walked.
    pub(super) own: &'a Side<'a>,
    pub(super) order: &'a Side<'a>,
    /// What each guard of the flow comes to by the opening event.
    pub(super) guards: &'a [Option<bool>],
    pub(super) now: Instant,
}

/// What the standard says of a node that has not happened.
pub(super) struct Absent {
    pub(super) status: NodeStatus,
    pub(super) timing: Timing,
    /// When it was or will be interrupted, were 中断 zero: its flip to overdue, or its entry where nothing is judged.
    pub(super) stuck_at: Option<Instant>,
    /// When its status can change by time alone.
    pub(super) flips: [Option<Instant>; 2],
}

struct PlanValue {
    planned: Moment,
    from: Span,
    to: Span,
    missed: Span,
}

impl Sides<'_> {
    fn zone(&self) -> &Zone {
        &self.settings.zone
    }

    /// The side on which a node's occurrences lie, as seen from here.
    pub(super) fn side_of(&self, node: NodeIx) -> Option<&Side<'_>> {
        let scope = self.def.node(node)?.scope;
        if scope == self.own.scope { Some(self.own) } else { (scope == ScopeIx::ORDER).then_some(self.order) }
    }

    pub(super) fn length(&self, length: Length) -> Option<Span> {
        match length {
            Length::Span(s) => Some(s),
            Length::Param(p) => match self.settings.params.get(usize::from(p.0)) {
                Some(Value::Span(s)) => Some(*s),
                _ => None,
            },
        }
    }

    /// The last well-formed planned time, whatever its precision.
    pub(super) fn planned(&self, plan: &Plan, ix: NodeIx, round: u32) -> Option<Moment> {
        let side = self.side_of(plan.node)?;
        let recorded = side.read(ix, round, plan.node).iter().filter_map(|o| {
            let Some(Value::Moment(m)) = side.fact(o)?.fields.get(&plan.field) else { return None };
            Some((o.fact, *m))
        });
        recorded.max_by_key(|(fact, _)| *fact).map(|(_, m)| m)
    }

    fn plan_value(&self, node: &Node, ix: NodeIx, round: u32) -> Option<PlanValue> {
        let plan = node.plan.as_ref()?;
        let planned = self.planned(plan, ix, round)?;
        let missed = plan.missed.and_then(|m| self.length(m)).unwrap_or(Span::ZERO);
        Some(PlanValue { planned, from: self.length(plan.from)?, to: self.length(plan.to)?, missed })
    }

    /// From where a node's limit runs: the named node, else the entry. `round` is that of the node's block.
    fn base(&self, node: &Node, ix: NodeIx, round: u32, entry: Entry) -> Option<(NodeIx, Moment)> {
        if let Some(from) = node.limit.as_ref().and_then(|l| l.from) {
            let side = self.side_of(from)?;
            let first = side.read(ix, round, from).first().and_then(|o| side.fact(o));
            return first.map(|f| (from, f.at));
        }
        match entry {
            Entry::Running(n, m) => Some((n, m)),
            Entry::Start | Entry::NotRunning => None,
        }
    }

    /// Judges a node that happened at `at`.
    pub(super) fn happened(
        &self,
        ix: NodeIx,
        node: &Node,
        round: u32,
        at: Moment,
        entry: Entry,
    ) -> (NodeStatus, Timing) {
        let zone = self.zone();
        let mut timing = Timing::default();
        let base = self.base(node, ix, round, entry);
        if let Some((from, m)) = base {
            timing.base = Some((from, m));
            timing.elapsed = Some(difference(zone, at, m).0);
        }
        if let Some(plan) = self.plan_value(node, ix, round) {
            let (offset, p) = difference(zone, at, plan.planned);
            timing.planned = Some(plan.planned);
            timing.window = Some((plan.from, plan.to));
            timing.deadline =
                Some(Moment { at: zone.truncate(plan.planned.at, p).plus(plan.to), precision: p });
            return if offset < plan.from {
                timing.early_by = Span(plan.from.0.saturating_sub(offset.0));
                (NodeStatus::Early, timing)
            } else if offset > plan.to {
                timing.late_by = Span(offset.0.saturating_sub(plan.to.0));
                (NodeStatus::Late, timing)
            } else {
                (NodeStatus::Done, timing)
            };
        }
        let limit = node.limit.as_ref().and_then(|l| self.length(l.length));
        if let (Some((_, m)), Some(limit)) = (base, limit) {
            let (elapsed, p) = difference(zone, at, m);
            timing.standard = Some(limit);
            if !too_coarse(limit, p) {
                timing.deadline = Some(Moment { at: zone.truncate(m.at, p).plus(limit), precision: p });
                if elapsed > limit {
                    timing.late_by = Span(elapsed.0.saturating_sub(limit.0));
                    return (NodeStatus::Late, timing);
                }
            }
        }
        (NodeStatus::Done, timing)
    }

    /// The standard of a node that has not happened, as it is shown whatever its status; `running`: its entry runs.
    pub(super) fn shown(&self, ix: NodeIx, node: &Node, round: u32, entry: Entry, at: &Expected) -> Timing {
        let zone = self.zone();
        let mut timing = Timing::default();
        let plan = if at.standing { None } else { self.plan_value(node, ix, round) };
        if let Some(plan) = &plan {
            timing.planned = Some(plan.planned);
            timing.window = Some((plan.from, plan.to));
        }
        if let (Some(plan), true) = (&plan, at.mandatory && at.shown) {
            let p = plan.planned.precision;
            timing.deadline =
                Some(Moment { at: zone.truncate(plan.planned.at, p).plus(plan.to), precision: p });
        }
        if !at.shown || entry == Entry::NotRunning {
            return timing;
        }
        timing.base = self.base(node, ix, round, entry);
        if plan.is_some() {
            return timing;
        }
        if let (Some((_, m)), Some(limit), true) = (timing.base, self.limit(node), at.mandatory) {
            timing.standard = Some(limit);
            if !too_coarse(limit, m.precision) {
                timing.deadline =
                    Some(Moment { at: zone.truncate(m.at, m.precision).plus(limit), precision: m.precision });
            }
        }
        timing
    }

    fn limit(&self, node: &Node) -> Option<Span> {
        node.limit.as_ref().and_then(|l| self.length(l.length))
    }

    /// Judges a node that has not happened and that nothing but time stands against.
    pub(super) fn absent(&self, ix: NodeIx, node: &Node, round: u32, entry: Entry, at: &Expected) -> Absent {
        let zone = self.zone();
        let now = self.now;
        let timing = self.shown(ix, node, round, entry, at);
        let mut out = Absent { status: NodeStatus::Pending, timing, stuck_at: None, flips: [None, None] };
        let running = entry != Entry::NotRunning;
        let plan = if at.standing { None } else { self.plan_value(node, ix, round) };
        if let Some(plan) = plan {
            let p = plan.planned.precision;
            let planned = zone.truncate(plan.planned.at, p);
            let over = exceeds_at(zone, planned.plus(plan.to).plus(plan.missed), p);
            let opens = reaches_at(zone, planned.plus(plan.from), p);
            out.flips = [Some(opens), at.mandatory.then_some(over)];
            out.stuck_at = at.mandatory.then_some(over);
            if at.mandatory && now >= over {
                out.status = NodeStatus::Overdue;
                out.timing.late_by = zone.truncate(now, p).since(planned.plus(plan.to));
            } else if running && now >= opens {
                out.status = NodeStatus::Due;
            }
        } else if running {
            out.status = NodeStatus::Due;
            if let (Some(_), Some(deadline)) = (out.timing.standard, out.timing.deadline) {
                let over = exceeds_at(zone, deadline.at, deadline.precision);
                out.flips = [Some(over), None];
                out.stuck_at = Some(over);
                if now >= over {
                    out.status = NodeStatus::Overdue;
                    out.timing.late_by = zone.truncate(now, deadline.precision).since(deadline.at);
                }
            } else if let (Entry::Running(_, m), true) = (entry, at.mandatory) {
                out.stuck_at = Some(m.at);
            }
        }
        if let (NodeStatus::Due | NodeStatus::Overdue, Some((_, m))) = (out.status, out.timing.base) {
            out.timing.elapsed =
                Some(zone.truncate(now, m.precision).since(zone.truncate(m.at, m.precision)));
        }
        out
    }
}
