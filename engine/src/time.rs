//! Instants, precisions and spans of time: integers, never floats, never a clock.
//!
//! Units: every instant and span is whole microseconds; instants count from 1970-01-01T00:00:00Z.

use serde::{Deserialize, Serialize};

/// A point in time, microseconds since the Unix epoch, UTC.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A signed length of time in microseconds.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

/// How fine a source's times are. Ordered from coarse to fine: the *coarser* of two is their minimum.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// A calendar day in the campus's zone.
    Day,
    /// A whole minute.
    Minute,
    /// A whole second.
    Second,
    /// A thousandth of a second.
    Milli,
}

/// A point in time as a source states it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// The stated instant.
    #[serde(rename = "t")]
    pub at: Instant,
    /// How fine it is.
    #[serde(rename = "p")]
    pub precision: Precision,
}

/// The offsets of a campus's time zone, lowered from the IANA database to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name, for people.
    pub name: String,
    /// Seconds east of UTC before the first step.
    pub initial: i32,
    /// From each instant on, that many seconds east of UTC. Ascending.
    pub steps: Vec<(Instant, i32)>,
}

/// A calendar date and time of day without a zone.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Year, 1..=9999.
    pub year: i32,
    /// Month, 1..=12.
    pub month: u32,
    /// Day, 1..=31.
    pub day: u32,
    /// Microseconds since midnight.
    pub micros: i64,
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Span {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// That many seconds.
    #[must_use]
    pub const fn seconds(n: i64) -> Self {
        Self(n.saturating_mul(SECOND))
    }
    /// That many minutes.
    #[must_use]
    pub const fn minutes(n: i64) -> Self {
        Self(n.saturating_mul(MINUTE))
    }
    /// That many hours.
    #[must_use]
    pub const fn hours(n: i64) -> Self {
        Self(n.saturating_mul(HOUR))
    }
    /// That many days of 24 hours.
    #[must_use]
    pub const fn days(n: i64) -> Self {
        Self(n.saturating_mul(DAY))
    }
    /// Whole seconds, rounded towards negative infinity.
    #[must_use]
    pub const fn whole_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }
    /// Sum, kept within range.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
    /// The same length, backwards.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Instant {
    /// Later by `span`, kept within range.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
    /// From `earlier` to here; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Precision {
    /// The length of one unit of this precision.
    #[must_use]
    pub const fn unit(self) -> Span {
        Span(match self {
            Self::Day => DAY,
            Self::Minute => MINUTE,
            Self::Second => SECOND,
            Self::Milli => 1000,
        })
    }
}

impl Zone {
    /// A zone that never changes its offset.
    #[must_use]
    pub fn fixed(name: &str, seconds_east: i32) -> Self {
        Self { name: name.to_owned(), initial: seconds_east, steps: Vec::new() }
    }

    /// Seconds east of UTC at `at`.
    #[must_use]
    pub fn offset(&self, at: Instant) -> i32 {
        match self.steps.last() {
            None => return self.initial,
            Some((from, offset)) if *from <= at => return *offset,
            Some(_) => {}
        }
        let n = self.steps.partition_point(|(from, _)| *from <= at);
        n.checked_sub(1).and_then(|i| self.steps.get(i)).map_or(self.initial, |(_, o)| *o)
    }

    /// `at` cut down to the start of its unit of `precision`, days being days of this zone.
    #[must_use]
    pub fn truncate(&self, at: Instant, precision: Precision) -> Instant {
        if precision == Precision::Day && !self.steps.is_empty() {
            return self.instant(Civil { micros: 0, ..self.civil(at) });
        }
        let unit = precision.unit().0;
        // Offsets are whole seconds: they move no second and nothing finer.
        let shift = if unit <= SECOND { 0 } else { i64::from(self.offset(at)) * SECOND };
        let local = at.0.saturating_add(shift);
        Instant(local.div_euclid(unit).saturating_mul(unit).saturating_sub(shift))
    }

    /// The first instant of the unit of `precision` after the one that holds `at`.
    #[must_use]
    pub fn next_unit(&self, at: Instant, precision: Precision) -> Instant {
        let start = self.truncate(at, precision);
        if precision == Precision::Day && !self.steps.is_empty() {
            // A day on which the clocks change has 23 to 25 hours: 30 hours later is always the next one.
            return self.truncate(start.plus(Span::hours(30)), precision);
        }
        start.plus(precision.unit())
    }

    /// The date and time of day at `at` in this zone.
    #[must_use]
    pub fn civil(&self, at: Instant) -> Civil {
        civil_utc(Instant(at.0.saturating_add(i64::from(self.offset(at)) * SECOND)))
    }

    /// The instant of a date and time of day in this zone. In a gap or an overlap the earlier offset counts.
    #[must_use]
    pub fn instant(&self, civil: Civil) -> Instant {
        let local = utc(civil);
        let guess = Instant(local.0 - i64::from(self.offset(local)) * SECOND);
        let before = Instant(guess.0 - DAY);
        let early = Instant(local.0 - i64::from(self.offset(before)) * SECOND);
        if self.civil(early) == civil { early } else { guess }
    }

    /// The date at `at` in this zone, as days since 1970-01-01.
    #[must_use]
    pub fn day(&self, at: Instant) -> i32 {
        let local = at.0.saturating_add(i64::from(self.offset(at)) * SECOND);
        i32::try_from(local.div_euclid(DAY)).unwrap_or(if local < 0 { i32::MIN } else { i32::MAX })
    }

    /// The instant at which a clock of this zone shows that many minutes past the midnight with which a date begins.
    #[must_use]
    pub fn in_day(&self, day: i32, minutes: u16) -> Instant {
        let local = i64::from(day).saturating_mul(DAY).saturating_add(i64::from(minutes) * MINUTE);
        self.instant(civil_utc(Instant(local)))
    }

    /// RFC 3339 with this zone's offset, as fine as `precision` says but at least whole seconds.
    #[must_use]
    pub fn rfc3339(&self, at: Instant) -> String {
        let c = self.civil(at);
        let offset = self.offset(at);
        let (sign, o) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
        let seconds = c.micros / SECOND;
        let micros = c.micros % SECOND;
        let fraction = match micros {
            0 => String::new(),
            m if m % 1000 == 0 => format!(".{:03}", m / 1000),
            m => format!(".{m:06}"),
        };
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{fraction}{sign}{:02}:{:02}",
            c.year,
            c.month,
            c.day,
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            o / 3600,
            o / 60 % 60
        )
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
fn days(year: i32, month: u32, day: u32) -> i64 {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let m = i64::from(month);
    let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

fn utc(c: Civil) -> Instant {
    Instant(days(c.year, c.month, c.day).saturating_mul(DAY).saturating_add(c.micros))
}

fn civil_utc(at: Instant) -> Civil {
    let z = at.0.div_euclid(DAY) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    Civil {
        year: i32::try_from(year).unwrap_or(0),
        month: u32::try_from(month).unwrap_or(1),
        day: u32::try_from(doy - (153 * mp + 2) / 5 + 1).unwrap_or(1),
        micros: at.0.rem_euclid(DAY),
    }
}

impl Civil {
    /// Its date as days since 1970-01-01.
    #[must_use]
    pub fn day_number(self) -> i32 {
        i32::try_from(days(self.year, self.month, self.day)).unwrap_or(0)
    }
}

/// Checks the ranges of a date and time of day.
///
/// # Errors
/// `None` when the date does not exist or the time is out of range.
#[must_use]
pub fn civil(
    year: i32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    micros: u32,
) -> Option<Civil> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    let ok =
        (1..=9999).contains(&year) && (1..=last).contains(&day) && hour < 24 && minute < 60 && second < 60;
    let within = i64::from(hour) * HOUR + i64::from(minute) * MINUTE + i64::from(second) * SECOND;
    (ok && micros < 1_000_000).then_some(Civil { year, month, day, micros: within + i64::from(micros) })
}

/// Reads an RFC 3339 time. Its precision is what the text shows: seconds, or thousandths when a fraction stands there.
///
/// A text without a zone (`2026-01-05T09:20`, `2026-01-05 09:20:00`, `2026-01-05`) is taken in `zone`.
#[must_use]
pub fn parse_moment(text: &str, zone: &Zone) -> Option<Moment> {
    let b = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<u32> {
        let part = b.get(from..to)?;
        part.iter()
            .all(u8::is_ascii_digit)
            .then(|| part.iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0')))
    };
    let is = |at: usize, chars: &[u8]| b.get(at).is_some_and(|c| chars.contains(c));
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    if !is(4, b"-") || !is(7, b"-") {
        return None;
    }
    let year = i32::try_from(year).ok()?;
    if b.len() == 10 {
        return Some(Moment {
            at: zone.instant(civil(year, month, day, 0, 0, 0, 0)?),
            precision: Precision::Day,
        });
    }
    let (hour, minute) = (number(11, 13)?, number(14, 16)?);
    if !is(10, b"Tt ") || !is(13, b":") {
        return None;
    }
    let mut at = 16;
    let mut precision = Precision::Minute;
    let mut second = 0;
    let mut micros = 0;
    if is(at, b":") {
        second = number(17, 19)?;
        precision = Precision::Second;
        at = 19;
        if is(at, b".") {
            at += 1;
            let start = at;
            let mut scale = 100_000;
            while let Some(d) = b.get(at).filter(|d| d.is_ascii_digit()) {
                micros += u32::from(d - b'0') * scale;
                scale /= 10;
                at += 1;
            }
            if at == start {
                return None;
            }
            precision = Precision::Milli;
        }
    }
    let c = civil(year, month, day, hour, minute, second, micros)?;
    let at = match b.get(at..)? {
        [] => zone.instant(c),
        b"Z" | b"z" => utc(c),
        [sign @ (b'+' | b'-'), ..] => {
            let (oh, om) = (number(at + 1, at + 3)?, number(at + 4, at + 6)?);
            if !is(at + 3, b":") || b.len() != at + 6 || oh > 23 || om > 59 {
                return None;
            }
            let east = i64::from(oh * 3600 + om * 60) * if *sign == b'-' { -1 } else { 1 };
            Instant(utc(c).0 - east * SECOND)
        }
        _ => return None,
    };
    Some(Moment { at, precision })
}

#[cfg(test)]
mod tests {
    use super::{Civil, Instant, Precision, Span, Zone, utc};

    #[test]
    fn a_day_is_one_day_also_where_the_clocks_change() {
        let midnight = |day| utc(Civil { year: 2026, month: 3, day, micros: 0 }).plus(Span::hours(5));
        let change = midnight(8).plus(Span::hours(2));
        let zone =
            Zone { name: "America/New_York".into(), initial: -5 * 3600, steps: vec![(change, -4 * 3600)] };
        for hours in [0, 1, 2, 12, 22] {
            let at = midnight(8).plus(Span::hours(hours));
            assert_eq!(zone.truncate(at, Precision::Day), midnight(8), "{hours} hours into the short day");
            assert_eq!(zone.next_unit(at, Precision::Day), midnight(8).plus(Span::hours(23)));
        }
        let back = Zone { name: "back".into(), initial: 3600, steps: vec![(Instant(0), 0)] };
        let at = Instant(0).plus(Span::hours(22));
        assert_eq!(back.next_unit(at, Precision::Day), Instant(0).plus(Span::hours(24)));
    }
}
