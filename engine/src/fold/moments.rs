//! Comparing times of different precision, and the moments at which such comparisons flip.

use crate::calendar::{Stretch, Work};
use crate::time::{Instant, Moment, Precision, Span, Zone};

/// `a - b` at the coarser precision of the two.
pub(super) fn difference(zone: &Zone, a: Moment, b: Moment) -> (Span, Precision) {
    let p = a.precision.min(b.precision);
    (zone.truncate(a.at, p).since(zone.truncate(b.at, p)), p)
}

/// Whether `a` is strictly later than `b` at the coarser precision.
pub(super) fn later(zone: &Zone, a: Moment, b: Moment) -> bool {
    difference(zone, a, b).0 > Span::ZERO
}

/// Whether a limit is finer than the times it is to judge.
pub(super) fn too_coarse(limit: Span, precision: Precision) -> bool {
    limit.0 != 0 && limit.0.unsigned_abs() < precision.unit().0.unsigned_abs()
}

/// As [`too_coarse`] of a length however it is written: working hours are too fine for dates, working days never.
pub(super) fn coarse_stretch(limit: Stretch, precision: Precision) -> bool {
    match limit {
        Stretch::Clock(span) => too_coarse(span, precision),
        Stretch::Work(Work::Hours(span)) => span != Span::ZERO && precision == Precision::Day,
        Stretch::Work(Work::Days(_)) => false,
    }
}

/// The smallest instant whose truncation exceeds `v`.
pub(super) fn exceeds_at(zone: &Zone, v: Instant, p: Precision) -> Instant {
    zone.next_unit(v, p)
}

/// The smallest instant whose truncation is `v` or later.
pub(super) fn reaches_at(zone: &Zone, v: Instant, p: Precision) -> Instant {
    if zone.truncate(v, p) == v { v } else { zone.next_unit(v, p) }
}

/// The earliest moment after now at which something changes.
#[derive(Copy, Clone, Debug)]
pub(super) struct Soon {
    pub(super) now: Instant,
    pub(super) at: Option<Instant>,
}

impl Soon {
    pub(super) fn after(now: Instant) -> Self {
        Self { now, at: None }
    }
    pub(super) fn at(&mut self, t: Instant) {
        if t > self.now && self.at.is_none_or(|a| t < a) {
            self.at = Some(t);
        }
    }
    pub(super) fn join(&mut self, other: Option<Instant>) {
        if let Some(t) = other {
            self.at(t);
        }
    }
}
