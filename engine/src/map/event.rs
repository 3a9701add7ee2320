//! One mapped row as a CloudEvent, exactly as the contract writes it.

use super::Fault;
use super::lookup::bad_time;
use super::pick::{Path, Pick, Scope, moment};
use super::run::Mapped;
use super::stamp::{Stamp, full, precision_word};
use crate::name::{CampusCode, EventType, SystemCode};
use crate::time::parse_moment;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// How a row becomes an event.
#[derive(Clone, Debug)]
pub struct Make {
    /// The type.
    pub event: Pick,
    /// The system; the mapping's own unless said.
    pub system: Option<SystemCode>,
    /// The campus; the mapping's own unless said.
    pub campus: Option<Pick>,
    /// The id: together with the source it names the event for good.
    pub id: Pick,
    /// The revision, a whole number from 1.
    pub revision: Option<Pick>,
    /// The source's own order among events of equal time.
    pub sequence: Option<Pick>,
    /// When it happened.
    pub time: (Path, Stamp),
    /// Fields of `data`, at their paths, in the order of the text.
    pub set: Vec<(Vec<Arc<str>>, Pick)>,
}

/// Puts a value into an object, making the objects on the way. `false` when something else stands in the way.
pub fn set_path(object: &mut Map<String, Value>, path: &[Arc<str>], value: Value) -> bool {
    match path {
        [] => false,
        [last] => {
            object.insert(last.to_string(), value);
            true
        }
        [first, rest @ ..] => {
            let inner = object.entry(first.to_string()).or_insert_with(|| Value::Object(Map::new()));
            inner.as_object_mut().is_some_and(|inner| set_path(inner, rest, value))
        }
    }
}

pub(super) fn make(make: &Make, scope: &Scope<'_>) -> Result<Mapped, Fault> {
    let mapping = scope.mapping;
    let kind =
        make.event.text(scope)?.ok_or_else(|| missing("event", "事件类型", "event type", &make.event))?;
    let kind = EventType::parse(&kind).map_err(|e| bad_name(&make.event, &e.text))?;
    let id = make.id.text(scope)?.ok_or_else(|| missing("id", "标识", "id", &make.id))?;
    let (path, stamp) = &make.time;
    let time = moment(path, stamp, scope)?
        .ok_or_else(|| missing("time", "时间", "time", &Pick::Field(path.clone())))?;
    let campus = match &make.campus {
        None => mapping.campus.clone(),
        Some(pick) => match pick.text(scope)? {
            None => None,
            Some(text) => Some(CampusCode::parse(&text).map_err(|e| bad_name(pick, &e.text))?),
        },
    };

    let mut data = Map::new();
    data.insert("precision".to_owned(), Value::from(precision_word(time.precision)));
    for (path, pick) in &make.set {
        if let Some(value) = pick.value(scope)? {
            set_path(&mut data, path, value);
        }
    }
    let arrival = match data.get("recorded_at").and_then(Value::as_str) {
        None => time.at,
        Some(text) => {
            let recorded = parse_moment(text, &mapping.zone).ok_or_else(|| bad_time("recorded_at", text))?;
            // The contract's own times are RFC 3339 in full.
            data.insert("recorded_at".to_owned(), Value::from(full(recorded, &mapping.zone)));
            // Real sources chart ahead: history cannot have arrived before it happened.
            recorded.at.max(time.at)
        }
    };

    let system = make.system.as_ref().unwrap_or(&mapping.system);
    let source = campus.as_ref().map_or_else(|| system.to_string(), |c| format!("{system}/{c}"));
    let mut event = json!({
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": kind,
        "time": full(time, &mapping.zone),
        "data": data,
    });
    if let Some(object) = event.as_object_mut() {
        if let Some(campus) = campus {
            object.insert("campus".to_owned(), Value::from(campus.as_str()));
        }
        let revision = make.revision.as_ref().map(|p| Pick::Number(Box::new(p.clone())).value(scope));
        if let Some(value) = revision.transpose()?.flatten() {
            object.insert("revision".to_owned(), value);
        }
        if let Some(text) = make.sequence.as_ref().map(|p| p.text(scope)).transpose()?.flatten() {
            object.insert("sequence".to_owned(), Value::from(text));
        }
    }
    Ok(Mapped { event, kind, arrival: arrival.plus(mapping.shift) })
}

fn missing(what: &str, zh: &str, en: &str, pick: &Pick) -> Fault {
    let at = pick.shown();
    Fault {
        code: match what {
            "event" => "missing_event",
            "id" => "missing_id",
            _ => "missing_time",
        },
        zh: format!("没有{zh}：“{at}”是空的"),
        en: format!("no {en}: `{at}` is empty"),
        at,
    }
}

fn bad_name(pick: &Pick, text: &str) -> Fault {
    let at = pick.shown();
    Fault {
        code: "bad_name",
        zh: format!("“{at}”给出的 {text:?} 不是合法的代码"),
        en: format!("{text:?}, from `{at}`, is not a valid code"),
        at,
    }
}
