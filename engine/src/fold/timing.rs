//! A node against its standard: limits from a base, windows around a planned time.

use super::moments::{difference, exceeds_at, reaches_at, too_coarse};
use super::side::Side;
use super::walk::Entry;
use crate::graph::{CampusSettings, Definition, Length, Node, NodeIx, Plan, ScopeIx};
use crate::state::{NodeStatus, Timing};
use crate::time::{Instant, Moment, Span, Zone};
use crate::value::Value;

/// Where nodes of this track and of its order are read from.
#[derive(Copy, Clone)]
pub(super) struct Sides<'a> {
    pub(super) def: &'a Definition,
    pub(super) settings: &'a CampusSettings,
    /// The track's own side; the order's when the order is walked.
    pub(super) own: &'a Side<'a>,
    pub(super) order: &'a Side<'a>,
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
    pub(super) fn planned(&self, plan: &Plan) -> Option<Moment> {
        let side = self.side_of(plan.node)?;
        let recorded = side.last(plan.node).iter().filter_map(|o| {
            let Some(Value::Moment(m)) = side.fact(o)?.fields.get(&plan.field) else { return None };
            Some((o.fact, *m))
        });
        recorded.max_by_key(|(fact, _)| *fact).map(|(_, m)| m)
    }

    fn plan_value(&self, node: &Node) -> Option<PlanValue> {
        let plan = node.plan.as_ref()?;
        let planned = self.planned(plan)?;
        let missed = plan.missed.and_then(|m| self.length(m)).unwrap_or(Span::ZERO);
        Some(PlanValue { planned, from: self.length(plan.from)?, to: self.length(plan.to)?, missed })
    }

    /// From where a node's limit runs: the named node, else the entry. `round` is that of the node's block.
    fn base(&self, node: &Node, ix: NodeIx, round: u32, entry: Entry) -> Option<(NodeIx, Moment)> {
        if let Some(from) = node.limit.as_ref().and_then(|l| l.from) {
            let side = self.side_of(from)?;
            let rounds = side.rounds_of(from);
            let same_block = rounds > 1 && self.own.rounds_of(ix) == rounds;
            let round = if same_block { round } else { rounds - 1 };
            return side.moment(from, round).map(|m| (from, m));
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
        if let Some(plan) = self.plan_value(node) {
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

    /// Judges a node that has not happened and that nothing but time stands against.
    pub(super) fn absent(
        &self,
        ix: NodeIx,
        node: &Node,
        round: u32,
        entry: Entry,
        mandatory: bool,
    ) -> Absent {
        let zone = self.zone();
        let now = self.now;
        let mut out = Absent {
            status: NodeStatus::Pending,
            timing: Timing::default(),
            stuck_at: None,
            flips: [None, None],
        };
        let running = entry != Entry::NotRunning;
        let base = self.base(node, ix, round, entry);
        if let Some(plan) = self.plan_value(node) {
            let p = plan.planned.precision;
            let at = zone.truncate(plan.planned.at, p);
            let over = exceeds_at(zone, at.plus(plan.to).plus(plan.missed), p);
            let opens = reaches_at(zone, at.plus(plan.from), p);
            out.flips = [Some(opens), mandatory.then_some(over)];
            out.timing.planned = Some(plan.planned);
            out.timing.window = Some((plan.from, plan.to));
            out.timing.deadline = Some(Moment { at: at.plus(plan.to), precision: p });
            if mandatory {
                out.stuck_at = Some(over);
            }
            if mandatory && now >= over {
                out.status = NodeStatus::Overdue;
                out.timing.late_by = zone.truncate(now, p).since(at.plus(plan.to));
            } else if running && now >= opens {
                out.status = NodeStatus::Due;
            }
            if out.status != NodeStatus::Pending {
                self.elapse(&mut out.timing, base);
            }
            return out;
        }
        if !running {
            return out;
        }
        out.status = NodeStatus::Due;
        self.elapse(&mut out.timing, base);
        let limit = node.limit.as_ref().and_then(|l| self.length(l.length)).filter(|_| mandatory);
        if let (Some((_, m)), Some(limit)) = (base, limit)
            && !too_coarse(limit, m.precision)
        {
            let p = m.precision;
            let deadline = zone.truncate(m.at, p).plus(limit);
            let over = exceeds_at(zone, deadline, p);
            out.flips = [Some(over), None];
            out.stuck_at = Some(over);
            out.timing.standard = Some(limit);
            out.timing.deadline = Some(Moment { at: deadline, precision: p });
            if now >= over {
                out.status = NodeStatus::Overdue;
                out.timing.late_by = zone.truncate(now, p).since(deadline);
            }
        } else if let (Entry::Running(_, m), true) = (entry, mandatory) {
            out.stuck_at = Some(m.at);
        }
        out
    }

    fn elapse(&self, timing: &mut Timing, base: Option<(NodeIx, Moment)>) {
        if let Some((from, m)) = base {
            timing.base = Some((from, m));
            let zone = self.zone();
            timing.elapsed =
                Some(zone.truncate(self.now, m.precision).since(zone.truncate(m.at, m.precision)));
        }
    }
}
