//! Times as sources write them: a pattern, a zone, a precision.

use crate::time::{Civil, Instant, Moment, Precision, Zone, civil, parse_moment};
use std::sync::Arc;

/// How a time is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// ISO 8601 / RFC 3339, with `T` or a blank, with or without zone, down to the day.
    Iso,
    /// A pattern of `yyyy MM dd HH mm ss SSS` and other characters that stand for themselves.
    Pattern(Arc<str>),
}

/// How to read one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// How it is written.
    pub format: Format,
    /// How fine it is, whatever it shows; `None`: as fine as it shows.
    pub precision: Option<Precision>,
    /// The zone of times that state none; `None`: the source's.
    pub zone: Option<Arc<Zone>>,
}

impl Format {
    /// Reads a pattern; `None` when it does not name at least year, month and day, or repeats a part.
    #[must_use]
    pub fn parse(pattern: &str) -> Option<Self> {
        if pattern == "iso" {
            return Some(Self::Iso);
        }
        let once = |part: &str| pattern.matches(part).count() == 1;
        let at_most_once = |part: &str| pattern.matches(part).count() <= 1;
        let fine = ["yyyy", "MM", "dd"].iter().all(|p| once(p))
            && ["HH", "mm", "ss", "SSS"].iter().all(|p| at_most_once(p));
        fine.then(|| Self::Pattern(Arc::from(pattern)))
    }
}

impl Stamp {
    /// The moment that `text` states, in `zone` where it states none. `None` when it is no such time.
    #[must_use]
    pub fn read(&self, text: &str, zone: &Zone) -> Option<Moment> {
        let zone = self.zone.as_deref().unwrap_or(zone);
        let moment = match &self.format {
            Format::Iso => parse_moment(text, zone)?,
            Format::Pattern(pattern) => {
                let (civil, precision) = by_pattern(pattern, text)?;
                Moment { at: zone.instant(civil), precision }
            }
        };
        let precision = self.precision.unwrap_or(moment.precision);
        Some(Moment { at: zone.truncate(moment.at, precision), precision })
    }
}

fn by_pattern(pattern: &str, text: &str) -> Option<(Civil, Precision)> {
    let (mut year, mut month, mut day) = (0, 0, 0);
    let (mut hour, mut minute, mut second, mut millis) = (0, 0, 0, 0);
    let mut precision = Precision::Day;
    let (mut pattern, mut text) = (pattern, text);
    while !pattern.is_empty() {
        let part = ["yyyy", "MM", "dd", "HH", "mm", "ss", "SSS"].iter().find(|p| pattern.starts_with(**p));
        let Some(part) = part else {
            let mut rest = pattern.chars();
            let literal = rest.next()?;
            text = text.strip_prefix(literal)?;
            pattern = rest.as_str();
            continue;
        };
        let digits = text.get(..part.len()).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
        let number: u32 = digits.parse().ok()?;
        let finer = match *part {
            "yyyy" => {
                year = i32::try_from(number).ok()?;
                Precision::Day
            }
            "MM" => {
                month = number;
                Precision::Day
            }
            "dd" => {
                day = number;
                Precision::Day
            }
            "HH" => {
                hour = number;
                Precision::Minute
            }
            "mm" => {
                minute = number;
                Precision::Minute
            }
            "ss" => {
                second = number;
                Precision::Second
            }
            _ => {
                millis = number;
                Precision::Milli
            }
        };
        precision = precision.max(finer);
        text = text.get(part.len()..)?;
        pattern = pattern.get(part.len()..)?;
    }
    let civil = civil(year, month, day, hour, minute, second, millis * 1000)?;
    text.is_empty().then_some((civil, precision))
}

/// RFC 3339 of a moment as an event's `time`: always with seconds.
pub(super) fn full(moment: Moment, zone: &Zone) -> String {
    zone.rfc3339(moment.at)
}

/// A moment as a field: shows no more than its precision, so that a reader takes it for what it is.
pub(super) fn shown(moment: Moment, zone: &Zone) -> String {
    let full = zone.rfc3339(moment.at);
    match moment.precision {
        Precision::Day => full.get(..10).unwrap_or_default().to_owned(),
        Precision::Minute => {
            format!("{}{}", full.get(..16).unwrap_or_default(), full.get(19..).unwrap_or_default())
        }
        Precision::Second | Precision::Milli => full,
    }
}

/// How a precision is called in an event.
pub(super) const fn precision_word(precision: Precision) -> &'static str {
    match precision {
        Precision::Day => "day",
        Precision::Minute => "minute",
        Precision::Second => "second",
        Precision::Milli => "milli",
    }
}

/// The end of time, for intervals that have not ended.
pub(super) const FOREVER: Instant = Instant(i64::MAX);

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> Zone {
        Zone::fixed("Asia/Shanghai", 8 * 3600)
    }

    fn read(format: &str, precision: Option<Precision>, text: &str) -> Option<String> {
        let stamp = Stamp { format: Format::parse(format)?, precision, zone: None };
        stamp.read(text, &shanghai()).map(|m| shown(m, &shanghai()))
    }

    #[test]
    fn patterns_of_chinese_systems() {
        assert_eq!(
            read("yyyyMMddHHmmss", None, "20260105092031").as_deref(),
            Some("2026-01-05T09:20:31+08:00")
        );
        assert_eq!(
            read("yyyy/MM/dd HH:mm", None, "2026/01/05 09:20").as_deref(),
            Some("2026-01-05T09:20+08:00")
        );
        assert_eq!(read("yyyy年MM月dd日", None, "2026年01月05日").as_deref(), Some("2026-01-05"));
        assert_eq!(read("yyyyMMdd", None, "20260231"), None, "there is no 31 February");
        assert_eq!(read("yyyyMMdd", None, "20260105 "), None, "nothing may follow");
    }

    #[test]
    fn a_stated_precision_cuts_what_the_text_shows() {
        let minute = Some(Precision::Minute);
        assert_eq!(read("iso", minute, "2026-01-05 09:20:31").as_deref(), Some("2026-01-05T09:20+08:00"));
        assert_eq!(read("iso", None, "2026-01-05T01:20:31Z").as_deref(), Some("2026-01-05T09:20:31+08:00"));
    }

    #[test]
    fn a_pattern_without_a_date_is_none() {
        assert_eq!(Format::parse("HH:mm"), None);
        assert_eq!(Format::parse("yyyyMMdd dd"), None);
    }
}
