//! IANA time zones lowered to the engine's table of offsets.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use medloop_engine::time::{Instant, Zone};

/// 1900-01-01 and 2300-01-01, in seconds: de-identified records lie as far off as 2201.
const YEARS: (i64, i64) = (-2_208_988_800, 10_413_792_000);

/// The zone called `name`; `None` when the IANA database has none. Only moments at which the offset really changes are kept.
#[must_use]
pub fn lower(name: &str) -> Option<Zone> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    let start = Timestamp::from_second(YEARS.0).ok()?;
    let initial = zone.to_offset(start).seconds();
    let mut last = initial;
    let mut steps = Vec::new();
    for change in zone.following(start) {
        let at = change.timestamp();
        if at.as_second() >= YEARS.1 {
            break;
        }
        let offset = change.offset().seconds();
        if offset != last {
            steps.push((Instant(at.as_microsecond()), offset));
            last = offset;
        }
    }
    Some(Zone { name: name.to_owned(), initial, steps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use medloop_engine::time::parse_moment;

    #[test]
    fn shanghai_is_small_and_knows_its_summer_time() {
        let zone = lower("Asia/Shanghai").unwrap();
        assert!(zone.steps.len() < 40, "{}", zone.steps.len());
        let summer = parse_moment("1988-07-01T12:00:00", &zone).unwrap();
        assert_eq!(zone.offset(summer.at), 9 * 3600);
        let now = parse_moment("2026-01-05T09:20:00", &zone).unwrap();
        assert_eq!(zone.rfc3339(now.at), "2026-01-05T09:20:00+08:00");
    }

    #[test]
    fn boston_changes_its_clocks_in_2180_too() {
        let zone = lower("America/New_York").unwrap();
        let offset = |text| zone.offset(parse_moment(text, &zone).unwrap().at);
        assert_eq!(offset("2180-01-15T12:00:00"), -5 * 3600);
        assert_eq!(offset("2180-07-15T12:00:00"), -4 * 3600);
        assert!(lower("Asia/Shanghia").is_none());
    }
}
