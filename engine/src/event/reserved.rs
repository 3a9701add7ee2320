//! The reserved members of `data`: who, whom, where, when written down, what is taken back. The rest are loop fields.

use super::MAX_ID;
use super::envelope::{bad_time, stated};
use super::reject::Rejection;
use crate::catalogue::Catalogue;
use crate::facts::{Actor, EventRef, Patient};
use crate::time::{Moment, Precision, Zone};
use crate::value::Person;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What `data` says under reserved names, and the loop fields beside them.
#[derive(Default)]
pub(super) struct Reserved {
    pub(super) precision: Option<Precision>,
    pub(super) recorded: Option<Moment>,
    pub(super) began: Option<Moment>,
    pub(super) patient: Option<Arc<Patient>>,
    pub(super) actor: Option<Actor>,
    pub(super) terminal: Option<Arc<str>>,
    pub(super) capture: Option<Arc<str>>,
    pub(super) retracts: Option<EventRef>,
    pub(super) data: BTreeMap<String, Value>,
}

pub(super) fn read(
    data: Option<&Value>,
    catalogue: &Catalogue,
    zone: Option<&Zone>,
) -> Result<Reserved, Rejection> {
    let mut all = Reserved::default();
    let members = match data {
        None | Some(Value::Null) => return Ok(all),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(wrong("/data", "对象", "an object")),
    };
    let utc = Zone::fixed("UTC", 0);
    let zone = zone.unwrap_or(&utc);
    for (name, value) in members {
        if value.is_null() {
            continue;
        }
        match name.as_str() {
            "patient" => all.patient = Some(Arc::new(patient(value)?)),
            "actor" => all.actor = Some(actor(value, catalogue)?),
            "terminal" => all.terminal = text(value, "/data/terminal")?,
            "capture" => all.capture = text(value, "/data/capture")?,
            "precision" => all.precision = Some(precision(value)?),
            "recorded_at" => all.recorded = Some(moment(value, "/data/recorded_at", zone)?),
            "started_at" => all.began = Some(moment(value, "/data/started_at", zone)?),
            "retracts" => all.retracts = Some(retracts(value)?),
            _ => {
                all.data.insert(name.clone(), value.clone());
            }
        }
    }
    // A source that states minutes states them for the beginning as well as for the end.
    if let (Some(began), Some(precision)) = (&mut all.began, all.precision) {
        began.precision = began.precision.min(precision);
    }
    Ok(all)
}

fn patient(value: &Value) -> Result<Patient, Rejection> {
    let object = object(value, "/data/patient")?;
    let get = |name: &str| member(object, name, "/data/patient");
    Ok(Patient {
        id: get("id")?,
        name: get("name")?,
        sex: get("sex")?,
        birth_date: get("birth_date")?,
        visit_no: get("visit_no")?,
        dept: get("dept")?,
        ward: get("ward")?,
        bed: get("bed")?,
        baby_no: get("baby_no")?,
    })
}

fn actor(value: &Value, catalogue: &Catalogue) -> Result<Actor, Rejection> {
    let object = object(value, "/data/actor")?;
    let get = |name: &str| member(object, name, "/data/actor");
    let (id, name) = (get("id")?, get("name")?);
    let role = get("role")?.map(|text| {
        let code = catalogue.roles.iter().find(|(code, role)| {
            code.as_str() == &*text
                || role.name.name == *text
                || role.name.name_en.as_deref().is_some_and(|en| en == &*text)
        });
        code.map_or(text, |(code, _)| Arc::from(code.as_str()))
    });
    let person = (id.is_some() || name.is_some()).then_some(Person { id, name });
    Ok(Actor { person, role, dept: get("dept")?, title: get("title")? })
}

fn retracts(value: &Value) -> Result<EventRef, Rejection> {
    let object = object(value, "/data/retracts")?;
    let get = |name: &str| -> Result<Arc<str>, Rejection> {
        let path = format!("/data/retracts/{name}");
        match object.get(name) {
            Some(Value::String(text)) if !text.is_empty() && text.len() <= MAX_ID => {
                Ok(Arc::from(text.as_str()))
            }
            _ => Err(wrong(&path, "不空的文本", "a text that is not empty")),
        }
    };
    Ok(EventRef { source: get("source")?, id: get("id")? })
}

fn precision(value: &Value) -> Result<Precision, Rejection> {
    match value.as_str() {
        Some("day") => Ok(Precision::Day),
        Some("minute") => Ok(Precision::Minute),
        Some("second") => Ok(Precision::Second),
        Some("milli" | "millisecond") => Ok(Precision::Milli),
        _ => Err(wrong("/data/precision", "day、minute、second 或 milli", "day, minute, second or milli")),
    }
}

fn moment(value: &Value, path: &str, zone: &Zone) -> Result<Moment, Rejection> {
    let text = value.as_str().ok_or_else(|| wrong(path, "文本", "a text"))?;
    stated(text, zone).ok_or_else(|| bad_time(path, text))
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Rejection> {
    value.as_object().ok_or_else(|| wrong(path, "对象", "an object"))
}

fn member(object: &Map<String, Value>, name: &str, path: &str) -> Result<Option<Arc<str>>, Rejection> {
    object.get(name).map_or(Ok(None), |value| texts(value, || format!("{path}/{name}")))
}

/// A text; a whole number counts as its digits, an empty text as absent.
fn text(value: &Value, path: &str) -> Result<Option<Arc<str>>, Rejection> {
    texts(value, || path.to_owned())
}

fn texts(value: &Value, path: impl Fn() -> String) -> Result<Option<Arc<str>>, Rejection> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok((!text.is_empty()).then(|| Arc::from(text.as_str()))),
        Value::Number(n) if n.is_i64() || n.is_u64() => Ok(Some(Arc::from(n.to_string()))),
        _ => Err(wrong(&path(), "文本", "a text")),
    }
}

fn wrong(path: &str, zh: &str, en: &str) -> Rejection {
    let name = path.rsplit('/').next().unwrap_or(path);
    Rejection::new("wrong_type", path, format!("{name} 必须是{zh}"), format!("{name} must be {en}"))
}
