//! Values of a test line as they would stand in an event's `data`.

use crate::lexicon;
use crate::tree::{Clock, Value, ValueKind};
use medloop_engine::time::{Civil, Instant, Zone};
use medloop_engine::value::Type;
use serde_json::Value as Json;

/// The JSON of a value for a field of type `kind`. Bare clock times are on the line's day.
pub(crate) fn json(value: &Value, kind: Option<&Type>, day: Civil, zone: &Zone) -> Json {
    match &value.kind {
        ValueKind::Text(text) | ValueKind::Word(text) => Json::from(text.as_str()),
        ValueKind::Moment(text) => match kind {
            Some(Type::Text | Type::Code(_)) | None => Json::from(text.as_str()),
            _ => Json::from(moment(text, zone)),
        },
        ValueKind::Bool(b) => Json::from(*b),
        ValueKind::Clock(clock) => {
            let at = zone.instant(Civil { micros: micros(*clock), ..day });
            let text = zone.rfc3339(at);
            // A time without seconds is as fine as it is written.
            Json::from(if clock.second.is_some() { text } else { text.chars().take(16).collect() })
        }
        ValueKind::Number(quantity) => {
            let unit = quantity.unit.as_ref().map(|u| u.text.as_str());
            match (kind, unit.and_then(lexicon::unit_of).and_then(|u| u.seconds)) {
                #[expect(clippy::cast_precision_loss, reason = "a unit is at most a week of seconds")]
                (Some(Type::Span), Some(seconds)) => number(quantity.number * seconds as f64),
                _ => number(quantity.number),
            }
        }
        ValueKind::List(items) => {
            let inner = if let Some(Type::List(inner)) = kind { Some(inner.as_ref()) } else { kind };
            Json::Array(items.iter().map(|item| json(item, inner, day, zone)).collect())
        }
    }
}

/// The value as a plain text, as a key or link has it.
pub(super) fn text(value: &Value) -> String {
    match &value.kind {
        ValueKind::Text(text) | ValueKind::Word(text) | ValueKind::Moment(text) => text.clone(),
        ValueKind::Number(quantity) => number(quantity.number).to_string(),
        ValueKind::Bool(b) => b.to_string(),
        ValueKind::Clock(clock) => format!("{:02}:{:02}", clock.hour, clock.minute),
        ValueKind::List(items) => items.iter().map(text).collect::<Vec<_>>().join("、"),
    }
}

/// Microseconds since midnight.
pub(super) fn micros(clock: Clock) -> i64 {
    i64::from(clock.hour * 3600 + clock.minute * 60 + clock.second.unwrap_or(0)) * 1_000_000
}

/// A time that an event states of itself: RFC 3339 with the campus's offset, as its own time; `None` for what is no time.
pub(super) fn stated(value: &Value, day: Civil, zone: &Zone) -> Option<Json> {
    let at = match &value.kind {
        ValueKind::Clock(clock) => instant(day, *clock, zone),
        ValueKind::Moment(text) | ValueKind::Text(text) => {
            medloop_engine::time::parse_moment(text, zone).filter(|_| text.len() > 10)?.at
        }
        _ => return None,
    };
    Some(Json::from(zone.rfc3339(at)))
}

/// A time of the text in the campus's zone, with its offset where it has a time of day.
fn moment(text: &str, zone: &Zone) -> String {
    if text.len() <= 10 {
        return text.to_owned();
    }
    match medloop_engine::time::parse_moment(text, zone) {
        // Minutes stay minutes: a full RFC 3339 time would claim seconds.
        Some(_) if text.len() <= 16 => text.to_owned(),
        Some(moment) => zone.rfc3339(moment.at),
        None => text.to_owned(),
    }
}

fn number(n: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    if n.fract() == 0.0 && n.abs() < 9.0e15 { Json::from(n as i64) } else { Json::from(n) }
}

/// The instant of a day and time of day.
pub(super) fn instant(day: Civil, clock: Clock, zone: &Zone) -> Instant {
    zone.instant(Civil { micros: micros(clock), ..day })
}
