//! A node against its standard: limits from a base, windows around a planned time.

use super::moments::{coarse_stretch, difference, exceeds_at, reaches_at};
use super::side::Side;
use super::walk::Entry;
use crate::calendar::Stretch;
use crate::graph::{CampusSettings, Definition, Length, Node, NodeIx, Plan, ScopeIx};
use crate::keyed::{Cell, Keyed};
use crate::name::FieldCode;
use crate::state::{NodeStatus, Timing};
use crate::time::{Instant, Moment, Precision, Span, Zone};
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
    /// The instance is sealed at `now`: what has not happened never will.
    pub(super) sealed: bool,
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

/// A planned time as it is compared at one precision: lengths are by the clock, from the planned time and from the window's end.
struct PlanValue {
    planned: Moment,
    precision: Precision,
    /// The planned time, cut to the precision.
    start: Instant,
    from: Span,
    to: Span,
    missed: Span,
}

/// A limit as it is from one moment on.
struct Standard {
    length: Span,
    /// Too fine for the times it is to judge.
    coarse: bool,
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

    /// How long a length is by the clock when it runs from `at`.
    pub(super) fn measure(&self, length: Length, at: Instant) -> Option<Span> {
        self.span_from(at, self.settings.stretch(length)?)
    }

    fn span_from(&self, at: Instant, stretch: Stretch) -> Option<Span> {
        Some(self.settings.after(at, stretch)?.since(at))
    }

    /// The last well-formed planned time, whatever its precision.
    pub(super) fn planned(&self, plan: &Plan, ix: NodeIx, round: u32) -> Option<Moment> {
        match self.recorded(plan.node, &plan.field, ix, round) {
            Some(Value::Moment(m)) => Some(*m),
            _ => None,
        }
    }

    /// What `named` last recorded well-formed of a field, as a node in a round reads it.
    fn recorded(&self, named: NodeIx, field: &FieldCode, ix: NodeIx, round: u32) -> Option<&Value> {
        let side = self.side_of(named)?;
        let all = side.read(ix, round, named).iter();
        let recorded = all.filter_map(|o| Some((o.fact, side.fact(o)?.fields.get(field)?)));
        recorded.max_by_key(|(fact, _)| *fact).map(|(_, value)| value)
    }

    /// The row of a named table for what the node's keys hold.
    fn cell(&self, by: &Keyed, ix: NodeIx, round: u32) -> Option<Cell> {
        let values: Vec<_> = by.keys.iter().map(|(n, field)| self.recorded(*n, field, ix, round)).collect();
        self.def.cell(by, &values)
    }

    /// The plan as it is compared with a time of that precision.
    fn plan_value(&self, node: &Node, ix: NodeIx, round: u32, with: Precision) -> Option<PlanValue> {
        let plan = node.plan.as_ref()?;
        let planned = self.planned(plan, ix, round)?;
        let precision = planned.precision.min(with);
        let start = self.zone().truncate(planned.at, precision);
        let (from, to, missed) = match plan.by.as_ref().and_then(|by| self.cell(by, ix, round)) {
            Some(cell) => (cell.from.unwrap_or(plan.from), cell.to, cell.missed.or(plan.missed)),
            None => (plan.from, plan.to, plan.missed),
        };
        let to = self.measure(to, start)?;
        let missed = missed.and_then(|m| self.measure(m, start.plus(to))).unwrap_or(Span::ZERO);
        Some(PlanValue { planned, precision, start, from: self.measure(from, start)?, to, missed })
    }

    /// The node's limit as it runs from a moment, compared at that precision.
    fn limit(
        &self,
        node: &Node,
        (ix, round): (NodeIx, u32),
        from: Moment,
        precision: Precision,
    ) -> Option<Standard> {
        let limit = node.limit.as_ref()?;
        let cell = limit.by.as_ref().and_then(|by| self.cell(by, ix, round));
        let stretch = self.settings.stretch(cell.map_or(limit.length, |c| c.to))?;
        let length = self.span_from(self.zone().truncate(from.at, precision), stretch)?;
        Some(Standard { length, coarse: coarse_stretch(stretch, precision) })
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
        if let Some(plan) = self.plan_value(node, ix, round, at.precision) {
            let offset = zone.truncate(at.at, plan.precision).since(plan.start);
            timing.planned = Some(plan.planned);
            timing.window = Some((plan.from, plan.to));
            timing.deadline = Some(Moment { at: plan.start.plus(plan.to), precision: plan.precision });
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
        if let Some((_, m)) = base {
            let (elapsed, p) = difference(zone, at, m);
            let Some(limit) = self.limit(node, (ix, round), m, p) else { return (NodeStatus::Done, timing) };
            timing.standard = Some(limit.length);
            if !limit.coarse {
                timing.deadline =
                    Some(Moment { at: zone.truncate(m.at, p).plus(limit.length), precision: p });
                if elapsed > limit.length {
                    timing.late_by = Span(elapsed.0.saturating_sub(limit.length.0));
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
        let plan = if at.standing { None } else { self.plan_value(node, ix, round, Precision::Milli) };
        if let Some(plan) = &plan {
            timing.planned = Some(plan.planned);
            timing.window = Some((plan.from, plan.to));
        }
        if let (Some(plan), true) = (&plan, at.mandatory && at.shown) {
            timing.deadline = Some(Moment { at: plan.start.plus(plan.to), precision: plan.precision });
        }
        if !at.shown || entry == Entry::NotRunning {
            return timing;
        }
        timing.base = self.base(node, ix, round, entry);
        if plan.is_some() {
            return timing;
        }
        if let (Some((_, m)), true) = (timing.base, at.mandatory)
            && let Some(limit) = self.limit(node, (ix, round), m, m.precision)
        {
            timing.standard = Some(limit.length);
            if !limit.coarse {
                let start = zone.truncate(m.at, m.precision);
                timing.deadline = Some(Moment { at: start.plus(limit.length), precision: m.precision });
            }
        }
        timing
    }

    /// Judges a node that has not happened and that nothing but time stands against.
    pub(super) fn absent(&self, ix: NodeIx, node: &Node, round: u32, entry: Entry, at: &Expected) -> Absent {
        let zone = self.zone();
        let now = self.now;
        let timing = self.shown(ix, node, round, entry, at);
        let mut out = Absent { status: NodeStatus::Pending, timing, stuck_at: None, flips: [None, None] };
        let running = entry != Entry::NotRunning;
        let plan = if at.standing { None } else { self.plan_value(node, ix, round, Precision::Milli) };
        if let Some(plan) = plan {
            let (p, planned) = (plan.precision, plan.start);
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
