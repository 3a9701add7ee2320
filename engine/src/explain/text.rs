//! Times, lengths and values as people read them.

use super::scene::Scene;
use crate::calendar::{Stretch, Work};
use crate::catalogue::FieldDef;
use crate::name::TableCode;
use crate::time::{Moment, Precision, Span, Zone};
use crate::value::{Person, Type, Value};
use crate::words::Lang;

/// A moment in `zone` by the minute: `09:20`, with the date unless it is `day` (year, month, day).
#[must_use]
pub fn clock(zone: &Zone, moment: Moment, day: Option<(i32, u32, u32)>) -> String {
    let coarse = Moment { precision: moment.precision.min(Precision::Minute), ..moment };
    clock_fine(zone, coarse, day)
}

/// The same with seconds, where the source states some.
#[must_use]
pub fn clock_fine(zone: &Zone, moment: Moment, day: Option<(i32, u32, u32)>) -> String {
    let c = zone.civil(moment.at);
    let date = if day == Some((c.year, c.month, c.day)) {
        String::new()
    } else if day.is_some_and(|(year, ..)| year == c.year) {
        format!("{:02}-{:02}", c.month, c.day)
    } else {
        format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
    };
    if moment.precision == Precision::Day {
        return format!("{:04}-{:02}-{:02}", c.year, c.month, c.day);
    }
    let seconds = c.micros / 1_000_000;
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let time = if s != 0 && moment.precision >= Precision::Second {
        format!("{h:02}:{m:02}:{s:02}")
    } else {
        format!("{h:02}:{m:02}")
    };
    if date.is_empty() { time } else { format!("{date} {time}") }
}

/// A length in its two greatest units: `1 小时 5 分钟`, `40 s`. Negative ones carry their sign.
#[must_use]
pub fn duration(span: Span, lang: Lang) -> String {
    let sign = if span.0 < 0 { "-" } else { "" };
    let seconds = span.0.unsigned_abs() / 1_000_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let parts: [(u64, &str, &str); 4] =
        [(days, "天", "d"), (hours, "小时", "h"), (minutes, "分钟", "min"), (seconds % 60, "秒", "s")];
    let shown = match (days, hours, minutes) {
        (1.., ..) => 0..2,
        (0, 1.., _) => 1..3,
        (0, 0, 10..) => 2..3,
        (0, 0, 1..) => 2..4,
        _ => 3..4,
    };
    let text: Vec<String> = parts
        .get(shown)
        .unwrap_or_default()
        .iter()
        .enumerate()
        .filter(|(i, (n, ..))| *n > 0 || *i == 0)
        .map(|(_, (n, zh, en))| format!("{n} {}", lang.pick(zh, en)))
        .collect();
    format!("{sign}{}", text.join(" "))
}

/// A length of working time: `2 工作日`, `4 workhours`.
#[must_use]
pub fn work(work: Work, lang: Lang) -> String {
    match work {
        Work::Days(n) => format!("{n} {}", lang.pick("工作日", if n == 1 { "workday" } else { "workdays" })),
        Work::Hours(s) => {
            #[expect(clippy::cast_precision_loss, reason = "working time is below ten thousand hours")]
            let hours = number(s.0 as f64 / 3_600_000_000.0);
            format!("{hours} {}", lang.pick("工作小时", if hours == "1" { "workhour" } else { "workhours" }))
        }
    }
}

/// A length as it is written.
#[must_use]
pub fn stretch(stretch: Stretch, lang: Lang) -> String {
    match stretch {
        Stretch::Clock(span) => duration(span, lang),
        Stretch::Work(w) => work(w, lang),
    }
}

/// A number without a needless fraction.
#[must_use]
pub fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e15 { format!("{n:.0}") } else { n.to_string() }
}

/// A person: name and id as far as they are known.
#[must_use]
pub fn person(person: &Person) -> String {
    match (&person.name, &person.id) {
        (Some(name), Some(id)) if name != id => format!("{name} ({id})"),
        (Some(name), _) => name.to_string(),
        (None, Some(id)) => id.to_string(),
        (None, None) => "—".to_owned(),
    }
}

pub(super) fn value(scene: &Scene<'_>, field: Option<&FieldDef>, value: &Value) -> String {
    match value {
        Value::Bool(true) => scene.pick("是", "yes").to_owned(),
        Value::Bool(false) => scene.pick("否", "no").to_owned(),
        Value::Number(n) => match field.and_then(|f| f.unit.as_deref()) {
            Some(unit) => format!("{} {unit}", number(*n)),
            None => number(*n),
        },
        Value::Text(text) => code_name(scene, field, text).unwrap_or_else(|| text.to_string()),
        Value::Moment(moment) => scene.clock_fine(*moment),
        Value::Span(span) => scene.duration(*span),
        Value::Work(w) => work(*w, scene.lang),
        Value::Person(p) => person(p),
        Value::List(items) => {
            let texts: Vec<String> = items.iter().map(|v| self::value(scene, field, v)).collect();
            texts.join(scene.pick("、", ", "))
        }
    }
}

fn code_name(scene: &Scene<'_>, field: Option<&FieldDef>, text: &str) -> Option<String> {
    let mut kind = &field?.kind;
    while let Type::List(inner) = kind {
        kind = inner;
    }
    let Type::Code(table) = kind else { return None };
    let table = scene.def.tables.get(&TableCode::parse(table).ok()?)?;
    table.codes.get(text).map(|named| scene.named(named, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_show_their_two_greatest_units() {
        let say = |s: i64| (duration(Span::seconds(s), Lang::Zh), duration(Span::seconds(s), Lang::En));
        assert_eq!(say(0), ("0 秒".into(), "0 s".into()));
        assert_eq!(say(40), ("40 秒".into(), "40 s".into()));
        assert_eq!(say(80), ("1 分钟 20 秒".into(), "1 min 20 s".into()));
        assert_eq!(say(1800), ("30 分钟".into(), "30 min".into()));
        assert_eq!(say(3600), ("1 小时".into(), "1 h".into()));
        assert_eq!(say(3900), ("1 小时 5 分钟".into(), "1 h 5 min".into()));
        assert_eq!(say(90_000), ("1 天 1 小时".into(), "1 d 1 h".into()));
        assert_eq!(say(-1800), ("-30 分钟".into(), "-30 min".into()));
    }

    #[test]
    fn times_carry_only_what_the_reader_needs() {
        let zone = Zone::fixed("t", 8 * 3600);
        let read = |t| crate::time::parse_moment(t, &zone).unwrap();
        let day = Some((2026, 1, 5));
        assert_eq!(clock(&zone, read("2026-01-05T09:20"), day), "09:20");
        assert_eq!(clock(&zone, read("2026-01-05T09:20:31"), day), "09:20");
        assert_eq!(clock_fine(&zone, read("2026-01-05T09:20:31"), day), "09:20:31");
        assert_eq!(clock_fine(&zone, read("2026-01-05T09:20"), day), "09:20");
        assert_eq!(clock(&zone, read("2026-01-06T00:05"), day), "01-06 00:05");
        assert_eq!(clock(&zone, read("2027-01-06T00:05"), day), "2027-01-06 00:05");
        assert_eq!(clock(&zone, read("2026-12-01"), day), "2026-12-01");
    }
}
