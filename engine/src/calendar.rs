//! Working time: the hours of a campus's week, the days that differ, and moments so many working days or hours away.

use crate::time::{Instant, Span, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A length of working time; negative ones lead backwards.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Working days (工作日).
    Days(i32),
    /// Working hours (工作小时), as the working time itself.
    Hours(Span),
}

/// A length of time as it is written: by the clock, or in working time.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// By the clock.
    Clock(Span),
    /// In working time.
    Work(Work),
}

/// Working hours of one day: from and to in minutes since midnight, 0..=1440, disjoint and ascending.
pub type Hours = Vec<(u16, u16)>;

/// When a campus works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The hours of Monday to Sunday.
    pub week: [Hours; 7],
    /// Dates whose hours differ, as days since 1970-01-01: none on a holiday, some on a day that was moved (调休).
    pub days: BTreeMap<i32, Hours>,
}

/// Nothing lies further off than this many days.
const CENTURY: i32 = 36_525;

impl Work {
    /// The same length, backwards.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Days(n) => Self::Days(n.saturating_neg()),
            Self::Hours(s) => Self::Hours(s.negated()),
        }
    }
}

impl Stretch {
    /// The same length, backwards.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Clock(s) => Self::Clock(s.negated()),
            Self::Work(w) => Self::Work(w.negated()),
        }
    }
}

impl Calendar {
    /// The hours of a date, given as days since 1970-01-01.
    #[must_use]
    pub fn hours(&self, day: i32) -> &[(u16, u16)] {
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from(day.saturating_add(3).rem_euclid(7)).unwrap_or(0);
        self.days.get(&day).or_else(|| self.week.get(weekday)).map_or(&[], Vec::as_slice)
    }

    /// The moment that lies `work` after `at` (before it, when negative).
    ///
    /// Working days are counted by date and the date of `at` is not: `n` of them end where work ends on the n-th working day after
    /// that date, and backwards begin where it begins on the n-th before. Working hours run while work does: the earliest moment by
    /// which so much working time has passed, backwards the latest. Nothing leads nowhere: zero is `at` itself. What would lie more
    /// than a century away lies a century away.
    #[must_use]
    pub fn shift(&self, zone: &Zone, at: Instant, work: Work) -> Instant {
        match work {
            Work::Days(0) | Work::Hours(Span(0)) => at,
            Work::Days(n) => self.days(zone, at, n),
            Work::Hours(s) if s.0 > 0 => self.hours_on(zone, at, s),
            Work::Hours(s) => self.hours_back(zone, at, s.negated()),
        }
    }

    fn days(&self, zone: &Zone, at: Instant, n: i32) -> Instant {
        let (today, step) = (zone.day(at), n.signum());
        let mut left = n.unsigned_abs();
        for away in 1..=CENTURY {
            let day = today.saturating_add(away.saturating_mul(step));
            let hours = self.hours(day);
            let edge = if step > 0 { hours.last().map(|h| h.1) } else { hours.first().map(|h| h.0) };
            let Some(edge) = edge else { continue };
            left -= 1;
            if left == 0 {
                return zone.in_day(day, edge);
            }
        }
        far(at, step)
    }

    fn hours_on(&self, zone: &Zone, at: Instant, span: Span) -> Instant {
        let today = zone.day(at);
        let mut left = span.0;
        for away in 0..=CENTURY {
            let day = today.saturating_add(away);
            for (from, to) in self.hours(day) {
                let from = zone.in_day(day, *from).max(at);
                let length = zone.in_day(day, *to).since(from).0;
                if length >= left {
                    return from.plus(Span(left));
                }
                left -= length.max(0);
            }
        }
        far(at, 1)
    }

    fn hours_back(&self, zone: &Zone, at: Instant, span: Span) -> Instant {
        let today = zone.day(at);
        let mut left = span.0;
        for away in 0..=CENTURY {
            let day = today.saturating_sub(away);
            for (from, to) in self.hours(day).iter().rev() {
                let to = zone.in_day(day, *to).min(at);
                let length = to.since(zone.in_day(day, *from)).0;
                if length >= left {
                    return to.plus(Span(left.saturating_neg()));
                }
                left -= length.max(0);
            }
        }
        far(at, -1)
    }
}

fn far(at: Instant, step: i32) -> Instant {
    at.plus(Span::days(i64::from(CENTURY).saturating_mul(i64::from(step))))
}
