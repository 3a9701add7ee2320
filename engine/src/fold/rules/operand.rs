//! Operands of comparisons: known values, and times and spans of which only bounds are known yet.

use crate::calendar::{Stretch, Work};
use crate::graph::{CampusSettings, NodeIx};
use crate::state::{Because, Seen};
use crate::time::{Instant, Moment, Precision, Span};
use crate::value::Value;

/// What an operand is open for: the first node or ending that has not happened.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// The node; `None` for an ending.
    pub(super) node: Option<NodeIx>,
    pub(super) ending: Option<crate::graph::EndingKind>,
    /// Optional: never judged before it happens.
    pub(super) star: bool,
    /// Its status is `missing`.
    pub(super) missing: bool,
    /// Its track has ended.
    pub(super) ended: bool,
}

impl Open {
    /// The first of two, optional when either is.
    pub(super) fn and(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => Some(Self { star: a.star || b.star, ..a }),
            (a, b) => a.or(b),
        }
    }
}

/// A bound that moves with the clock: `trunc(now, precision) + shift` or, for an upper one, `shift - trunc(now)`.
#[derive(Copy, Clone, Debug)]
pub(super) struct Moving {
    pub(super) precision: Precision,
    pub(super) shift: i64,
}

/// A length of time between bounds (microseconds; `None`: unbounded).
#[derive(Copy, Clone, Debug)]
pub(super) struct Range {
    pub(super) lo: Option<i64>,
    pub(super) hi: Option<i64>,
    pub(super) precision: Option<Precision>,
    /// A lower bound that holds by what happened, whatever the clock says (间隔).
    pub(super) known_lo: Option<i64>,
    pub(super) lower: Option<Moving>,
    pub(super) upper: Option<Moving>,
    /// More than one bound moves on a side: flips are searched, not computed.
    pub(super) complex: bool,
    pub(super) open: Option<Open>,
    /// For each precision, the first node in text order whose time has it, for `TooCoarse`.
    pub(super) nodes: [Option<NodeIx>; 4],
}

/// A point in time, stated or later than now.
#[derive(Copy, Clone, Debug)]
pub(super) struct Point {
    /// `None`: later than now.
    pub(super) at: Option<Moment>,
    pub(super) shift: Span,
    /// Working time that is added after the shift.
    pub(super) work: Option<Work>,
    pub(super) open: Option<Open>,
    pub(super) node: Option<NodeIx>,
}

/// The value of an operand.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Known(Value),
    Range(Range),
    Point(Point),
    /// Nothing at all is known of it yet.
    Open(Open),
    /// A number that is at least this, and may still grow.
    Growing(f64, Open),
    /// It happened, without this; the instant is that of the occurrence that lacks it.
    NoData(Because, Option<Instant>),
    NotApplicable(Because),
}

/// An operand with what it rests on.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) term: Term,
    pub(super) seen: Vec<Seen>,
    /// The latest stated instant of the counting occurrences it names.
    pub(super) latest: Option<Instant>,
}

impl Operand {
    pub(super) fn of(term: Term) -> Self {
        Self { term, seen: Vec::new(), latest: None }
    }
    pub(super) fn known(value: Value) -> Self {
        Self::of(Term::Known(value))
    }
}

impl Range {
    pub(super) fn exactly(micros: i64, precision: Option<Precision>) -> Self {
        Self {
            lo: Some(micros),
            hi: Some(micros),
            precision,
            known_lo: None,
            lower: None,
            upper: None,
            complex: false,
            open: None,
            nodes: [None; 4],
        }
    }

    pub(super) fn negated(self) -> Self {
        Self {
            known_lo: None,
            lo: self.hi.map(i64::saturating_neg),
            hi: self.lo.map(i64::saturating_neg),
            lower: self.upper.map(|m| Moving { shift: m.shift.saturating_neg(), ..m }),
            upper: self.lower.map(|m| Moving { shift: m.shift.saturating_neg(), ..m }),
            ..self
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let sum = |a: Option<i64>, b: Option<i64>| Some(a?.saturating_add(b?));
        // A moving bound survives when the other side's bound stands still.
        let moving =
            |a: Option<Moving>, b: Option<Moving>, still_a: Option<i64>, still_b: Option<i64>| match (a, b) {
                (Some(m), None) => still_b.map(|s| Moving { shift: m.shift.saturating_add(s), ..m }),
                (None, Some(m)) => still_a.map(|s| Moving { shift: m.shift.saturating_add(s), ..m }),
                _ => None,
            };
        Self {
            lo: sum(self.lo, other.lo),
            hi: sum(self.hi, other.hi),
            precision: match (self.precision, other.precision) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            known_lo: match (self.known_lo, other.known_lo) {
                (Some(a), None) => sum(Some(a), other.lo),
                (None, Some(b)) => sum(self.lo, Some(b)),
                (a, b) => sum(a, b),
            },
            lower: moving(self.lower, other.lower, self.lo, other.lo),
            upper: moving(self.upper, other.upper, self.hi, other.hi),
            complex: self.complex
                || other.complex
                || (self.lower.is_some() && other.lower.is_some())
                || (self.upper.is_some() && other.upper.is_some()),
            open: Open::and(self.open, other.open),
            nodes: std::array::from_fn(|i| {
                let at = |r: &Self| r.nodes.get(i).copied().flatten();
                at(&self).or(at(&other))
            }),
        }
    }
}

impl Point {
    /// A stated moment.
    pub(super) fn stated(at: Moment, node: Option<NodeIx>) -> Self {
        Self { at: Some(at), shift: Span::ZERO, work: None, open: None, node }
    }

    /// Some time later than now.
    pub(super) fn later(open: Open, node: Option<NodeIx>) -> Self {
        Self { at: None, shift: Span::ZERO, work: None, open: Some(open), node }
    }

    /// Where `at`, cut to a precision, comes to lie.
    fn moved(&self, at: Instant, p: Precision, settings: &CampusSettings) -> i64 {
        let at = settings.zone.truncate(at, p).plus(self.shift);
        let moved = self.work.and_then(|w| settings.after(at, Stretch::Work(w)));
        moved.unwrap_or(at).0
    }

    /// `self - other`, at the coarser precision of what is known.
    pub(super) fn minus(self, other: Self, settings: &CampusSettings, now: Instant) -> Range {
        let open = Open::and(self.open, other.open);
        let nodes = std::array::from_fn(|i| {
            let of = |p: &Self| p.node.filter(|_| p.at.is_some_and(|m| m.precision as usize == i));
            of(&self).or(of(&other))
        });
        let base = Range { open, nodes, ..Range::exactly(0, None) };
        match (self.at, other.at) {
            (Some(a), Some(b)) => {
                let p = a.precision.min(b.precision);
                let d = self.moved(a.at, p, settings).saturating_sub(other.moved(b.at, p, settings));
                Range { lo: Some(d), hi: Some(d), precision: Some(p), ..base }
            }
            (None, Some(b)) => {
                let p = b.precision;
                let known = other.moved(b.at, p, settings);
                Range {
                    lo: Some(self.moved(now, p, settings).saturating_sub(known)),
                    hi: None,
                    precision: Some(p),
                    lower: Some(Moving { precision: p, shift: self.shift.0.saturating_sub(known) }),
                    // Working time does not run evenly.
                    complex: self.work.is_some(),
                    ..base
                }
            }
            (Some(a), None) => {
                let p = a.precision;
                let known = self.moved(a.at, p, settings);
                Range {
                    lo: None,
                    hi: Some(known.saturating_sub(other.moved(now, p, settings))),
                    precision: Some(p),
                    upper: Some(Moving { precision: p, shift: known.saturating_sub(other.shift.0) }),
                    complex: other.work.is_some(),
                    ..base
                }
            }
            (None, None) => Range { lo: None, hi: None, ..base },
        }
    }
}
