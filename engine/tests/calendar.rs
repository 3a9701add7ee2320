//! Working time against a clock that is watched minute by minute, also where clocks change.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use medloop_engine::calendar::{Calendar, Hours, Work};
use medloop_engine::time::{Instant, Precision, Span, Zone, parse_moment};
use proptest::prelude::*;

const MINUTE: Span = Span::minutes(1);

/// Whether work is done at `t`: its date's hours, or those of the date before that reach over midnight.
fn working(calendar: &Calendar, zone: &Zone, t: Instant) -> bool {
    let today = zone.day(t);
    [today - 1, today].into_iter().any(|day| {
        let within = |h: &(u16, u16)| zone.in_day(day, h.0) <= t && t < zone.in_day(day, h.1);
        calendar.hours(day).iter().any(within)
    })
}

/// The moment after which so many minutes have been worked, found by looking at each; `None` within four weeks.
fn watched(calendar: &Calendar, zone: &Zone, from: Instant, minutes: i64) -> Option<Instant> {
    let step = if minutes < 0 { Span(-MINUTE.0) } else { MINUTE };
    let (mut t, mut left) = (from, minutes.abs());
    for _ in 0..4 * 7 * 24 * 60 {
        let at_work = working(calendar, zone, if minutes < 0 { t.plus(step) } else { t });
        t = t.plus(step);
        left -= i64::from(at_work);
        if left == 0 {
            return Some(t);
        }
    }
    None
}

/// The same for days, walked from midnight to midnight.
fn walked(calendar: &Calendar, zone: &Zone, from: Instant, days: i32) -> Option<Instant> {
    let mut left = days;
    let mut midnight = zone.truncate(from, Precision::Day);
    for _ in 0..60 {
        midnight = if days > 0 {
            zone.next_unit(midnight, Precision::Day)
        } else {
            zone.truncate(midnight.plus(Span(-1)), Precision::Day)
        };
        let end = zone.next_unit(midnight, Precision::Day);
        let mut t = midnight;
        let mut work: Vec<Instant> = Vec::new();
        while t < end {
            if working(calendar, zone, t) {
                work.push(t);
            }
            t = t.plus(MINUTE);
        }
        // A shift that has no length on this day is a working day all the same; none is made here.
        let (Some(first), Some(last)) = (work.first(), work.last()) else { continue };
        left -= days.signum();
        if left == 0 {
            return Some(if days > 0 { last.plus(MINUTE) } else { *first });
        }
    }
    None
}

/// New York, whose clocks went forward on 2026-03-08 and back on 2026-11-01; or Shanghai.
fn zone(summer: bool) -> Zone {
    if !summer {
        return Zone::fixed("Asia/Shanghai", 8 * 3600);
    }
    let at = |text: &str| parse_moment(text, &Zone::fixed("UTC", 0)).unwrap().at;
    let steps = vec![(at("2026-03-08T07:00:00"), -4 * 3600), (at("2026-11-01T06:00:00"), -5 * 3600)];
    Zone { name: "America/New_York".into(), initial: -5 * 3600, steps }
}

fn hours() -> impl Strategy<Value = Hours> {
    let edges = proptest::collection::btree_set((0u16..=96).prop_map(|q| q * 15), 0..5);
    edges.prop_map(|edges| {
        let edges: Vec<u16> = edges.into_iter().collect();
        edges.chunks_exact(2).filter_map(|c| Some((*c.first()?, *c.get(1)?))).collect()
    })
}

fn calendar(zone: &Zone, start: Instant) -> impl Strategy<Value = Calendar> + use<> {
    let first = zone.day(start);
    let week = proptest::array::uniform7(hours());
    let days = proptest::collection::btree_map(first - 3..first + 6, hours(), 0..4);
    (week, days).prop_map(|(week, days)| Calendar { week, days })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn working_hours_are_the_minutes_at_work(
        (calendar, zone, from, minutes) in
            (any::<bool>(), prop_oneof![Just("2026-03-07T00:00"), Just("2026-10-31T00:00")], 0i64..3 * 1440, -900i64..900)
                .prop_flat_map(|(summer, day, away, minutes)| {
                    let zone = zone(summer);
                    let start = parse_moment(day, &zone).unwrap().at;
                    let from = start.plus(Span::minutes(away));
                    (calendar(&zone, start), Just(zone), Just(from), Just(minutes))
                })
    ) {
        let shifted = calendar.shift(&zone, from, Work::Hours(Span::minutes(minutes)));
        match watched(&calendar, &zone, from, minutes) {
            _ if minutes == 0 => prop_assert_eq!(shifted, from),
            Some(at) => prop_assert_eq!(shifted, at),
            None => prop_assert!((shifted.0 - from.0).abs() > Span::days(27).0),
        }
    }

    #[test]
    fn working_days_are_counted_by_date(
        (calendar, zone, from, days) in
            (any::<bool>(), prop_oneof![Just("2026-03-07T00:00"), Just("2026-10-31T00:00")], 0i64..3 * 1440, -3i32..4)
                .prop_flat_map(|(summer, day, away, days)| {
                    let zone = zone(summer);
                    let start = parse_moment(day, &zone).unwrap().at;
                    let from = start.plus(Span::minutes(away));
                    (calendar(&zone, start), Just(zone), Just(from), Just(days))
                })
    ) {
        // A shift that lies within the hour that is left out has no length: such calendars are another matter.
        let vanishes = |day: i32| calendar.hours(day).iter().any(|h| zone.in_day(day, h.0) >= zone.in_day(day, h.1));
        let today = zone.day(from);
        prop_assume!(!(today - 8..today + 8).any(vanishes));
        let shifted = calendar.shift(&zone, from, Work::Days(days));
        match walked(&calendar, &zone, from, days) {
            _ if days == 0 => prop_assert_eq!(shifted, from),
            Some(at) => prop_assert_eq!(shifted, at),
            None => prop_assert!((shifted.0 - from.0).abs() > Span::days(50).0),
        }
    }

    /// What begins later is not due earlier: the fold looks for flips on the strength of this.
    #[test]
    fn later_beginnings_have_no_earlier_ends(
        (calendar, zone, from, away, work) in
            (any::<bool>(), 0i64..4 * 1440, 0i64..2880, prop_oneof![(-900i64..900).prop_map(|m| Work::Hours(Span::minutes(m))), (-3i32..4).prop_map(Work::Days)])
                .prop_flat_map(|(summer, at, away, work)| {
                    let zone = zone(summer);
                    let start = parse_moment("2026-03-06T00:00", &zone).unwrap().at;
                    (calendar(&zone, start), Just(zone), Just(start.plus(Span::minutes(at))), Just(away), Just(work))
                })
    ) {
        let later = from.plus(Span::minutes(away));
        prop_assert!(calendar.shift(&zone, from, work) <= calendar.shift(&zone, later, work));
    }
}

#[test]
fn a_week_with_a_holiday_and_a_moved_day() {
    let zone = zone(false);
    let at = |text: &str| parse_moment(text, &zone).unwrap().at;
    let day = |text: &str| zone.day(at(text));
    let office: Hours = vec![(8 * 60, 12 * 60), (14 * 60, 17 * 60 + 30)];
    let week = std::array::from_fn(|d| if d < 5 { office.clone() } else { Vec::new() });
    // 2026: the Labour Day holiday from 1 to 5 May, with Saturday 9 May moved to a working day.
    let mut days: std::collections::BTreeMap<i32, Hours> =
        (day("2026-05-01")..=day("2026-05-05")).map(|d| (d, Vec::new())).collect();
    days.insert(day("2026-05-09"), office.clone());
    let calendar = Calendar { week, days };
    let shift = |text: &str, work| zone.rfc3339(calendar.shift(&zone, at(text), work));
    assert_eq!(shift("2026-04-30T16:30", Work::Days(1)), "2026-05-06T17:30:00+08:00");
    assert_eq!(shift("2026-05-08T23:00", Work::Days(1)), "2026-05-09T17:30:00+08:00", "the moved Saturday");
    assert_eq!(shift("2026-05-10T10:00", Work::Days(2)), "2026-05-12T17:30:00+08:00", "from a Sunday");
    assert_eq!(shift("2026-05-06T09:00", Work::Days(-1)), "2026-04-30T08:00:00+08:00");
    assert_eq!(shift("2026-04-30T16:30", Work::Hours(Span::hours(2))), "2026-05-06T09:00:00+08:00");
    assert_eq!(shift("2026-04-30T16:30", Work::Hours(Span::hours(1))), "2026-04-30T17:30:00+08:00");
    assert_eq!(shift("2026-05-06T09:00", Work::Hours(Span::hours(-2))), "2026-04-30T16:30:00+08:00");
}
