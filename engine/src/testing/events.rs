//! The facts of a sample told again as CloudEvents, with other orders, links, revisions and retractions among them.

use super::Sample;
use super::definition::{SYSTEMS, name};
use super::tape::Tape;
use crate::admit::{OF_VISITS, TRANSFERRED};
use crate::catalogue::{Campus, Catalogue, EventDef, Named};
use crate::facts::{Fact, Hit, TrackId};
use crate::name::EventType;
use crate::time::{Precision, Span};
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

/// A catalogue that knows what the sample's definition names.
#[must_use]
pub fn catalogue(sample: &Sample) -> Catalogue {
    let def = &sample.def;
    let named = |text: &str| Named { name: text.to_owned(), name_en: None };
    let campuses = def.campuses.iter().map(|(code, settings)| {
        let zone = settings.zone.clone();
        (
            code.clone(),
            Campus {
                name: named(code.as_str()),
                zone,
                calendar: settings.calendar.clone(),
                departments: Default::default(),
                wards: Default::default(),
            },
        )
    });
    let triggers = def.nodes.iter().flat_map(|n| &n.triggers);
    let endings = def.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
    let event = |kind: &EventType| {
        (kind.clone(), EventDef { name: named(kind.as_str()), fields: Vec::new(), systems: Vec::new() })
    };
    Catalogue {
        group: "样例".into(),
        campuses: campuses.collect(),
        systems: SYSTEMS.iter().map(|s| (name(s), named(s))).collect(),
        fields: def.fields.clone(),
        events: triggers.chain(endings).map(|t| &t.event).chain(&OF_VISITS.map(name)).map(event).collect(),
        roles: def.roles.clone(),
        tables: def.tables.clone(),
        future_limit: Span::hours(24 * 365),
        backfill_after: def.backfill_after,
        feeds: Vec::new(),
        lengths: std::collections::BTreeMap::new(),
        staff: crate::staff::Register::default(),
    }
}

/// The sample's facts as events, in their order; then revisions and retractions of some of them.
#[must_use]
pub fn events(sample: &Sample, tape: &[u32]) -> Vec<Json> {
    let mut tape = Tape::new(tape);
    let order = (TrackId::order(), &sample.facts.order);
    let tracks = sample.facts.tracks.iter().map(|(id, t)| (id.clone(), t));
    let mut out: Vec<Json> = Vec::new();
    for (track, facts) in std::iter::once(order).chain(tracks) {
        for fact in &facts.facts {
            let told = event(sample, &track, fact, &mut tape);
            if let (Some(told), false) = (&told, track.is_order()) {
                out.extend(elsewhere(sample, fact, told, &mut tape));
            }
            out.extend(told);
        }
    }
    for n in 0..tape.below(3) {
        let patient = json!({"visit_no": visit(&mut tape), "ward": "a", "dept": "D1"});
        out.push(json!({
            "specversion": "1.0", "id": format!("T{n}"), "source": "his", "type": TRANSFERRED,
            "time": out.get(tape.below(out.len())).and_then(|e| e.get("time")).cloned().unwrap_or_else(|| json!("2026-03-08T03:00:00Z")),
            "campus": "east", "data": {"patient": patient},
        }));
    }
    let first: Vec<Json> = out.clone();
    for told in &first {
        if tape.chance(15) {
            let mut other = told.clone();
            put(&mut other, "revision", json!(2 + tape.below(2)));
            if let Some(data) = other.get_mut("data").and_then(Json::as_object_mut) {
                data.remove("f_text");
                data.insert("reason".into(), json!("b"));
                if tape.chance(20) {
                    data.insert("order_no".into(), json!("K2"));
                }
            }
            out.push(other);
        }
        if tape.chance(12) {
            let back = retraction(told, out.len());
            if tape.chance(25) {
                out.push(retraction(&back, out.len() + 1));
            }
            out.push(back);
        }
    }
    out
}

/// Sometimes the same value for another order, at once or after a while; and the value alone, at either time.
fn elsewhere(sample: &Sample, fact: &Fact, told: &Json, tape: &mut Tape<'_>) -> Vec<Json> {
    let mut out = Vec::new();
    let Some(settings) = sample.def.campuses.values().next().filter(|_| tape.chance(35)) else { return out };
    let later = fact.at.at.plus(Span::seconds(tape.of(&[0, 1800, 7200, 3 * 86_400])));
    let alone = [fact.at.at, later].map(|at| ("", at));
    for (n, (order, at)) in [("K2", later)].into_iter().chain(alone).enumerate() {
        if n > 0 && tape.chance(30) {
            continue;
        }
        let mut other = told.clone();
        put(&mut other, "id", json!(format!("{}/{n}", fact.event.id)));
        put(&mut other, "time", json!(settings.zone.rfc3339(at)));
        if let Some(data) = other.get_mut("data").and_then(Json::as_object_mut) {
            data.remove("order_no");
            if !order.is_empty() {
                data.insert("order_no".into(), json!(order));
            }
        }
        out.push(other);
    }
    out
}

/// One of two visits, more often the first.
fn visit(tape: &mut Tape<'_>) -> &'static str {
    if tape.chance(25) { "V2" } else { "V1" }
}

fn put(event: &mut Json, member: &str, value: Json) {
    if let Some(object) = event.as_object_mut() {
        object.insert(member.to_owned(), value);
    }
}

fn retraction(target: &Json, n: usize) -> Json {
    let of = |member: &str| target.get(member).cloned().unwrap_or_default();
    json!({
        "specversion": "1.0", "id": format!("R{n}"), "source": "his", "type": crate::event::RETRACTED,
        "time": of("time"), "campus": "east",
        "data": {"retracts": {"source": of("source"), "id": of("id")}},
    })
}

/// One fact as an event: of its first hit. Some carry the key, some only what links them to it.
fn event(sample: &Sample, track: &TrackId, fact: &Fact, tape: &mut Tape<'_>) -> Option<Json> {
    let def = &sample.def;
    let trigger = match fact.hits.first()? {
        Hit::Node(n, _) => def.node(*n)?.triggers.first()?,
        Hit::Ending(n) => def.endings.get(usize::from(*n))?.triggers.first()?,
        Hit::Resume(n) => def.endings.get(usize::from(*n))?.resume.first()?,
    };
    let zone = &def.campuses.values().next()?.zone;
    let mut data = Map::new();
    for (code, value) in fact.fields.iter() {
        data.insert(code.to_string(), plain(value, zone)?);
    }
    for bad in &fact.bad {
        data.insert(bad.field.to_string(), json!({"not": "well-formed"}));
    }
    if let Some(scope) = def.scope(track.scope) {
        data.insert(scope.field.to_string(), json!(&*track.value));
    }
    let linked = def.scope(track.scope).is_some() && tape.chance(40);
    if !linked {
        data.insert("order_no".into(), json!(if tape.chance(10) { "K2" } else { "K1" }));
    }
    if OF_VISITS.contains(&trigger.event.as_str()) || tape.chance(50) {
        data.insert("patient".into(), json!({"visit_no": visit(tape)}));
    }
    if let Some(actor) = &fact.actor {
        data.insert("actor".into(), serde_json::to_value(actor).ok()?);
    }
    data.insert("precision".into(), json!(word(fact.at.precision)));
    Some(json!({
        "specversion": "1.0", "id": &*fact.event.id, "source": &*fact.event.source, "type": trigger.event.as_str(),
        "time": zone.rfc3339(fact.at.at), "campus": "east", "sequence": fact.sequence, "data": data,
    }))
}

const fn word(p: Precision) -> &'static str {
    match p {
        Precision::Day => "day",
        Precision::Minute => "minute",
        Precision::Second => "second",
        Precision::Milli => "milli",
    }
}

/// A value as JSON says it.
fn plain(value: &Value, zone: &crate::time::Zone) -> Option<Json> {
    Some(match value {
        Value::Bool(b) => json!(b),
        Value::Number(n) => json!(n),
        Value::Text(t) => json!(&**t),
        Value::Moment(m) => json!(zone.rfc3339(m.at)),
        Value::Span(s) => json!(s.0 / 1_000_000),
        // No field holds working time.
        Value::Work(_) => return None,
        Value::Person(p) => serde_json::to_value(p).ok()?,
        Value::List(items) => Json::Array(items.iter().filter_map(|i| plain(i, zone)).collect()),
    })
}
