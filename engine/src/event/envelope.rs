//! The members around `data`: what a CloudEvent must say, and the extensions campus, revision, sequence.

use super::reject::{Rejection, shown};
use super::{Arrival, MAX_ID, Source};
use crate::catalogue::Catalogue;
use crate::name::{CampusCode, EventType, SystemCode};
use crate::time::{Instant, Moment, Precision, Zone, parse_moment};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The checked envelope.
pub(super) struct Envelope {
    pub(super) source: Source,
    pub(super) id: Arc<str>,
    pub(super) kind: EventType,
    pub(super) campus: CampusCode,
    pub(super) revision: u32,
    pub(super) sequence: i64,
    stated: Moment,
}

impl Envelope {
    /// When it happened, as fine as `data.precision` says, else as its text shows.
    pub(super) fn time(&self, precision: Option<Precision>) -> Moment {
        Moment { at: self.stated.at, precision: precision.unwrap_or(self.stated.precision) }
    }
}

/// `kept`: it was taken before, and names that the catalogue has no more are none the worse.
pub(super) fn read(
    object: &Map<String, Value>,
    catalogue: &Catalogue,
    kept: bool,
) -> Result<Envelope, Rejection> {
    match object.get("specversion") {
        Some(Value::String(v)) if v == "1.0" => {}
        Some(other) => {
            let v = shown(other);
            return Err(Rejection::new(
                "bad_specversion",
                "/specversion",
                format!("specversion 必须是 \"1.0\"，这里是 {v}"),
                format!("specversion must be \"1.0\", here it is {v}"),
            ));
        }
        None => return Err(missing("specversion")),
    }
    let id = required(object, "id")?;
    let text = required(object, "source")?;
    let known = Known { catalogue, all: kept };
    let source = source(text, &known)?;
    let kind = kind(required(object, "type")?, &known)?;
    let campus = campus(object, &source, &known)?;
    let utc = Zone::fixed("UTC", 0);
    let time = required(object, "time")?;
    let stated = stated(time, &utc).ok_or_else(|| bad_time("/time", time))?;
    if object.contains_key("data_base64") {
        let (zh, en) =
            ("不支持 data_base64,数据请放在 data 里", "data_base64 is not supported: put the data into data");
        return Err(Rejection::new("bad_data", "/data_base64", zh, en));
    }
    let revision = match whole(object, "revision")? {
        None => 1,
        Some(n) => u32::try_from(n).ok().filter(|n| *n >= 1).ok_or_else(|| {
            Rejection::new(
                "bad_revision",
                "/revision",
                format!("revision 从 1 开始，这里是 {n}"),
                format!("revision counts from 1, here it is {n}"),
            )
        })?,
    };
    let sequence = whole(object, "sequence")?.unwrap_or(0);
    Ok(Envelope { source, id: Arc::from(id), kind, campus, revision, sequence, stated })
}

/// A time with a zone of its own: RFC 3339 in full. Without an offset two systems would mean two different moments.
pub(super) fn stated(text: &str, zone: &Zone) -> Option<Moment> {
    let tail = text.as_bytes().get(11..)?;
    tail.iter().any(|b| matches!(b, b'Z' | b'z' | b'+' | b'-')).then(|| parse_moment(text, zone)).flatten()
}

pub(super) fn bad_time(path: &str, text: &str) -> Rejection {
    let v = shown(&Value::from(text));
    Rejection::new(
        "bad_time",
        path,
        format!("时间要写成 RFC 3339 并带时区，如 2026-01-05T09:20:00+08:00，这里是 {v}"),
        format!("a time is RFC 3339 with its offset, like 2026-01-05T09:20:00+08:00, here it is {v}"),
    )
}

/// Refuses times before our time (`time_too_early`) and after the arrival (`time_in_future`).
pub(super) fn bounds(
    moment: Moment,
    path: &str,
    arrival: Arrival,
    arrived: Instant,
    catalogue: &Catalogue,
) -> Result<(), Rejection> {
    let utc = Zone::fixed("UTC", 0);
    let first = match arrival {
        Arrival::Now(_) => 2000,
        Arrival::Backfill { .. } => 1901,
        Arrival::Kept(_) => return Ok(()),
    };
    // A day of slack: the year is that of the sender's zone.
    let year = utc.civil(moment.at.plus(crate::time::Span::days(1))).year;
    if year < first {
        return Err(Rejection::new(
            "time_too_early",
            path,
            format!("时间早于 {first} 年"),
            format!("the time lies before the year {first}"),
        ));
    }
    let last = arrived.plus(catalogue.future_limit);
    if moment.at > last {
        let ahead = moment.at.since(arrived).whole_seconds();
        return Err(Rejection::new(
            "time_in_future",
            path,
            format!("时间比收到时晚 {ahead} 秒"),
            format!("the time lies {ahead} s after its arrival"),
        ));
    }
    Ok(())
}

/// The names there are; `all`: every one is taken as it stands.
struct Known<'a> {
    catalogue: &'a Catalogue,
    all: bool,
}

fn source(text: &str, known: &Known<'_>) -> Result<Source, Rejection> {
    let mut parts = text.split('/');
    let first = parts.next().unwrap_or_default();
    let system = SystemCode::parse(first)
        .ok()
        .filter(|code| known.all || known.catalogue.systems.contains_key(code))
        .ok_or_else(|| unknown("unknown_system", "/source", ("系统", "system"), first))?;
    let campus = match parts.next() {
        None => None,
        Some(code) => Some(known_campus(code, "/source", known)?),
    };
    Ok(Source { system, campus, text: Arc::from(text) })
}

fn kind(text: &str, known: &Known<'_>) -> Result<EventType, Rejection> {
    EventType::parse(text)
        .ok()
        .filter(|kind| {
            known.all || kind.as_str() == super::RETRACTED || known.catalogue.events.contains_key(kind)
        })
        .ok_or_else(|| unknown("unknown_type", "/type", ("事件类型", "event type"), text))
}

fn campus(object: &Map<String, Value>, source: &Source, known: &Known<'_>) -> Result<CampusCode, Rejection> {
    match object.get("campus") {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => {
            let stated = known_campus(text, "/campus", known)?;
            return match &source.campus {
                Some(implied) if *implied != stated => Err(Rejection::new(
                    "campus_differs",
                    "/campus",
                    format!("campus 是 {stated}，而 source 属于 {implied}"),
                    format!("campus is {stated}, but the source belongs to {implied}"),
                )),
                _ => Ok(stated),
            };
        }
        Some(_) => return Err(not_text("campus")),
    }
    if let Some(implied) = &source.campus {
        return Ok(implied.clone());
    }
    let mut all = known.catalogue.campuses.keys();
    match (all.next(), all.next()) {
        (Some(only), None) => Ok(only.clone()),
        _ => Err(Rejection::new(
            "campus_missing",
            "/campus",
            "有多个院区，而事件和 source 都没有说明是哪一个",
            "there are several campuses, and neither the event nor its source says which",
        )),
    }
}

fn known_campus(text: &str, path: &str, known: &Known<'_>) -> Result<CampusCode, Rejection> {
    CampusCode::parse(text)
        .ok()
        .filter(|code| known.all || known.catalogue.campuses.contains_key(code))
        .ok_or_else(|| unknown("unknown_campus", path, ("院区", "campus"), text))
}

fn required<'a>(object: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Rejection> {
    match object.get(name) {
        None | Some(Value::Null) => Err(missing(name)),
        Some(Value::String(text)) if text.is_empty() => Err(missing(name)),
        Some(Value::String(text)) if text.len() > MAX_ID => Err(Rejection::new(
            "too_long",
            format!("/{name}"),
            format!("{name} 超过 {MAX_ID} 字节"),
            format!("{name} is longer than {MAX_ID} bytes"),
        )),
        Some(Value::String(text)) if text.chars().any(char::is_control) => Err(Rejection::new(
            "bad_text",
            format!("/{name}"),
            format!("{name} 含有控制字符"),
            format!("{name} holds control characters"),
        )),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(not_text(name)),
    }
}

/// A whole number, also as text: CloudEvents carries its extensions in HTTP headers too.
fn whole(object: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, Rejection> {
    let value = match object.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let number = match value {
        Value::Number(n) => n.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.map(Some).ok_or_else(|| {
        let v = shown(value);
        Rejection::new(
            if name == "revision" { "bad_revision" } else { "bad_sequence" },
            format!("/{name}"),
            format!("{name} 必须是整数，这里是 {v}"),
            format!("{name} must be a whole number, here it is {v}"),
        )
    })
}

fn missing(name: &'static str) -> Rejection {
    Rejection::new("missing", format!("/{name}"), format!("缺少 {name}"), format!("{name} is missing"))
}

fn not_text(name: &'static str) -> Rejection {
    Rejection::new(
        "wrong_type",
        format!("/{name}"),
        format!("{name} 必须是文本"),
        format!("{name} must be a text"),
    )
}

fn unknown(code: &'static str, path: &str, (zh, en): (&str, &str), text: &str) -> Rejection {
    let v = shown(&Value::from(text));
    Rejection::new(code, path, format!("没有{zh} {v}"), format!("there is no {en} {v}"))
}
