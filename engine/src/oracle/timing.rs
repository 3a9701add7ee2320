//! How long a node took against its limit or planned window (§5).

use super::case::{Case, too_coarse, work_too_coarse};
use super::walk::{Entry, Kind, Place};
use crate::facts::TrackId;
use crate::graph::NodeIx;
use crate::keyed::{Cell, Keyed};
use crate::state::{NodeStatus, Timing};
use crate::time::{Instant, Moment, Span};
use crate::value::Value;

/// Everything that the clock says of a place, whatever its status.
pub(super) struct Clocked {
    /// Its status if it happened.
    pub(super) happened: NodeStatus,
    /// From when on a mandatory node is overdue.
    pub(super) overdue_since: Option<Instant>,
    /// From when on its planned window is open; `None`: it has none.
    pub(super) opens: Option<Instant>,
    /// It is judged by a plan.
    pub(super) by_plan: bool,
    /// It is judged by a limit that is running and not too coarse.
    pub(super) by_limit: bool,
    base: Option<(NodeIx, Moment)>,
    planned: Option<(Moment, Span, Span, Span)>,
    limit: Option<Span>,
}

impl Case<'_> {
    /// The moment of the node from which its limit or duration runs.
    fn base(&self, track: &TrackId, place: &Place<'_>) -> Option<(NodeIx, Moment)> {
        let from = self.node(place.node)?.limit.as_ref().and_then(|l| l.from);
        if place.occs.is_empty() && place.entry == Entry::NotRunning {
            return None;
        }
        if let Some(from) = from {
            let (other, rounds) = self.seen_from(track, place.node, from, place.rounds)?;
            return self.happened(&other, from, rounds).map(|o| (from, o.fact.at));
        }
        match place.entry {
            Entry::Running(node, moment) => Some((node, moment)),
            Entry::Start | Entry::NotRunning => None,
        }
    }

    /// The planned time with its window and grace, as it is compared with what happened.
    fn plan_of(&self, track: &TrackId, place: &Place<'_>) -> Option<(Moment, Span, Span, Span)> {
        let plan = self.node(place.node)?.plan.as_ref()?;
        if place.kind != Kind::Plain {
            return None;
        }
        let planned = self.planned(track, place.node, place.rounds)?;
        let occurred = place.occs.first().map(|o| o.fact.at.precision);
        let p = occurred.map_or(planned.precision, |q| q.min(planned.precision));
        let start = self.trunc(planned.at, p);
        let cell = plan.by.as_ref().and_then(|by| self.cell(track, place, by));
        let window = (cell.and_then(|c| c.from).unwrap_or(plan.from), cell.map_or(plan.to, |c| c.to));
        let (from, to) = (self.length(window.0, start)?, self.length(window.1, start)?);
        let grace = cell.and_then(|c| c.missed).or(plan.missed);
        let missed = grace.and_then(|l| self.length(l, start.plus(to))).unwrap_or(Span::ZERO);
        Some((planned, from, to, missed))
    }

    /// The row of a named table, by what was last recorded for each of its keys.
    fn cell(&self, track: &TrackId, place: &Place<'_>, by: &Keyed) -> Option<Cell> {
        let table = self.def.lengths.get(usize::from(by.table.0))?;
        let recorded: Vec<Option<Value>> = by
            .keys
            .iter()
            .map(|(node, field)| {
                let (other, rounds) = self.seen_from(track, place.node, *node, place.rounds)?;
                let occs = self.occs(&other, *node, rounds);
                occs.iter().rev().find_map(|o| o.fact.fields.get(field).cloned())
            })
            .collect();
        for row in &table.rows {
            if row.when.iter().enumerate().all(|(i, w)| w.is_none() || recorded.get(i) == Some(w)) {
                return Some(row.cell);
            }
        }
        Some(table.default)
    }

    pub(super) fn clocked(&self, track: &TrackId, place: &Place<'_>) -> Clocked {
        let base = self.base(track, place);
        let planned = self.plan_of(track, place);
        let node = self.node(place.node);
        let occurred = place.occs.first().map(|o| o.fact.at);
        let limit = node.and_then(|n| n.limit.as_ref());
        let by = limit.and_then(|l| l.by.as_ref()).and_then(|by| self.cell(track, place, by));
        let length = by.map(|c| c.to).or(limit.map(|l| l.length));
        // A limit in working time has its length from its base on.
        let limit = base.filter(|_| planned.is_none()).and_then(|(_, base)| {
            let p = occurred.map_or(base.precision, |at| at.precision.min(base.precision));
            self.length(length?, self.trunc(base.at, p))
        });
        let written = length.and_then(|l| self.written(l));
        let mut out = Clocked {
            happened: NodeStatus::Done,
            overdue_since: None,
            opens: None,
            by_plan: planned.is_some(),
            by_limit: false,
            base,
            planned,
            limit,
        };
        if let Some((planned, from, to, missed)) = planned {
            let edge = |p, by: Span| self.trunc(planned.at, p).plus(by);
            if let Some(at) = occurred {
                let p = at.precision.min(planned.precision);
                let t = self.trunc(at.at, p);
                if t < edge(p, from) {
                    out.happened = NodeStatus::Early;
                } else if t > edge(p, to) {
                    out.happened = NodeStatus::Late;
                }
            }
            let p = planned.precision;
            out.overdue_since = Some(self.settings.zone.next_unit(edge(p, to).plus(missed), p));
            out.opens = Some(self.first_at(edge(p, from), p));
        } else if let (Some((_, base)), Some(limit)) = (base, limit) {
            let p = occurred.map_or(base.precision, |at| at.precision.min(base.precision));
            out.by_limit = match written {
                Some(Value::Work(work)) => !work_too_coarse(work, p),
                _ => !too_coarse(limit, p),
            };
            if out.by_limit {
                let deadline = self.trunc(base.at, p).plus(limit);
                out.overdue_since = Some(self.settings.zone.next_unit(deadline, p));
                if occurred.is_some_and(|at| self.diff(at, base) > limit) {
                    out.happened = NodeStatus::Late;
                }
            }
        }
        if matches!(place.kind, Kind::Negative | Kind::Unassigned) {
            out.happened = NodeStatus::Done;
        }
        out
    }

    /// The first instant whose truncation reaches `edge`.
    fn first_at(&self, edge: Instant, p: crate::time::Precision) -> Instant {
        if self.trunc(edge, p) == edge { edge } else { self.settings.zone.next_unit(edge, p) }
    }

    /// What is shown of it, now that its status is known.
    pub(super) fn timing(&self, place: &Place<'_>, clocked: &Clocked, status: NodeStatus) -> Timing {
        let mut timing = Timing::default();
        let bare = matches!(place.kind, Kind::Negative | Kind::Unassigned | Kind::Standing { beside: true });
        if bare {
            return timing;
        }
        if let Some((planned, from, to, _)) = clocked.planned {
            timing.planned = Some(planned);
            timing.window = Some((from, to));
        }
        if matches!(status, NodeStatus::NotApplicable | NodeStatus::Skipped) {
            return timing;
        }
        let occurred = place.occs.first().map(|o| o.fact.at);
        let judged = occurred.is_some() || !self.is_optional(place);
        timing.base = clocked.base;
        if let Some((_, base)) = clocked.base {
            timing.elapsed = match (occurred, status) {
                (Some(at), _) => Some(self.diff(at, base)),
                (None, NodeStatus::Due | NodeStatus::Overdue) => Some(self.diff(self.now_as(base), base)),
                _ => None,
            };
            if judged && let Some(limit) = clocked.limit {
                timing.standard = Some(limit);
                if clocked.by_limit {
                    let p = occurred.map_or(base.precision, |at| at.precision.min(base.precision));
                    timing.deadline = Some(Moment { at: self.trunc(base.at, p).plus(limit), precision: p });
                }
            }
        }
        if judged && let Some((planned, _, to, _)) = clocked.planned {
            let p = occurred.map_or(planned.precision, |at| at.precision.min(planned.precision));
            timing.deadline = Some(Moment { at: self.trunc(planned.at, p).plus(to), precision: p });
        }
        self.distances(place, clocked, status, &mut timing);
        timing
    }

    fn now_as(&self, other: Moment) -> Moment {
        Moment { at: self.now, precision: other.precision }
    }

    /// How late, how early.
    fn distances(&self, place: &Place<'_>, clocked: &Clocked, status: NodeStatus, timing: &mut Timing) {
        let occurred = place.occs.first().map(|o| o.fact.at);
        if let Some((planned, from, to, _)) = clocked.planned {
            let off = self.diff(occurred.unwrap_or_else(|| self.now_as(planned)), planned);
            match status {
                NodeStatus::Early => timing.early_by = Span(from.0 - off.0),
                NodeStatus::Late | NodeStatus::Overdue => timing.late_by = Span(off.0 - to.0),
                _ => {}
            }
        } else if let (Some((_, base)), Some(limit)) = (clocked.base, clocked.limit)
            && matches!(status, NodeStatus::Late | NodeStatus::Overdue)
        {
            let took = self.diff(occurred.unwrap_or_else(|| self.now_as(base)), base);
            timing.late_by = Span(took.0 - limit.0);
        }
    }
}
