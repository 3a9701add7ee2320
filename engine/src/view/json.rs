//! Values of fields as JSON.

use crate::calendar::Work;
use crate::time::{Precision, Zone};
use crate::value::Value;
use serde_json::{Number, Value as Json, json};

/// A value as the API shows it: times RFC 3339 in `zone` (dates without a time of day), lengths in whole seconds.
#[must_use]
pub fn value(zone: &Zone, value: &Value) -> Json {
    match value {
        Value::Bool(b) => Json::Bool(*b),
        #[expect(clippy::cast_possible_truncation, reason = "whole and far within range")]
        Value::Number(n) if n.fract() == 0.0 && n.abs() < 9e15 => Json::from(*n as i64),
        Value::Number(n) => Number::from_f64(*n).map_or(Json::Null, Json::Number),
        Value::Text(t) => Json::String(t.to_string()),
        Value::Moment(m) if m.precision == Precision::Day => {
            let c = zone.civil(m.at);
            Json::String(format!("{:04}-{:02}-{:02}", c.year, c.month, c.day))
        }
        Value::Moment(m) => Json::String(zone.rfc3339(m.at)),
        Value::Span(s) => Json::from(s.whole_seconds()),
        Value::Work(Work::Days(n)) => json!({ "workdays": n }),
        Value::Work(Work::Hours(s)) => json!({ "working_s": s.whole_seconds() }),
        Value::Person(p) => json!(p),
        Value::List(items) => Json::Array(items.iter().map(|v| self::value(zone, v)).collect()),
    }
}
