//! `GET /dictionary`: the interface dictionary, as the YAML beside the loops says it.

use medloop_engine::catalogue::{Catalogue, FieldDef, Named};
use medloop_engine::value::Type;
use serde_json::{Map, Value, json};

/// Campuses, systems, roles, event types, fields and code tables.
pub(crate) fn whole(catalogue: &Catalogue) -> Value {
    let events = catalogue.events.iter().map(|(code, event)| {
        with(&event.name, json!({ "type": code, "fields": event.fields, "systems": event.systems }))
    });
    let campuses = catalogue.campuses.iter().map(|(code, campus)| {
        let departments: Vec<Value> = campus
            .departments
            .iter()
            .map(|(code, d)| with(d, json!({ "code": code, "ward_of": campus.wards.get(code) })))
            .collect();
        let more = json!({ "code": code, "timezone": campus.zone.name, "departments": departments });
        with(&campus.name, more)
    });
    let tables = catalogue.tables.iter().map(|(code, table)| {
        let codes: Vec<Value> =
            table.codes.iter().map(|(code, n)| with(n, json!({ "code": code }))).collect();
        with(&table.name, json!({ "code": code, "codes": codes, "maps": table.maps }))
    });
    let roles = catalogue
        .roles
        .iter()
        .map(|(code, role)| with(&role.name, json!({ "code": code, "includes": role.includes })));
    let systems = catalogue.systems.iter().map(|(code, n)| with(n, json!({ "code": code })));
    json!({
        "group": catalogue.group,
        "campuses": campuses.collect::<Vec<_>>(),
        "systems": systems.collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
        "fields": catalogue.fields.values().map(field).collect::<Vec<_>>(),
        "tables": tables.collect::<Vec<_>>(),
        "future_limit_s": catalogue.future_limit.whole_seconds(),
        "backfill_after_s": catalogue.backfill_after.map(|s| s.whole_seconds()),
    })
}

/// One field of the dictionary.
pub(crate) fn field(field: &FieldDef) -> Value {
    with(
        &field.name,
        json!({
            "field": field.code,
            "type": kind(&field.kind),
            "table": table(&field.kind),
            "pattern": field.pattern,
            "range": field.range,
            "unit": field.unit,
            "personal": field.personal,
        }),
    )
}

fn with(name: &Named, mut more: Value) -> Value {
    if let Some(object) = more.as_object_mut() {
        object.insert("name".to_owned(), Value::from(name.name.as_str()));
        object.insert("name_en".to_owned(), Value::from(name.name_en.clone()));
    }
    more
}

fn kind(kind: &Type) -> Value {
    match kind {
        Type::Bool => "bool".into(),
        Type::Number => "number".into(),
        Type::Text => "text".into(),
        Type::Code(_) => "code".into(),
        Type::Moment => "time".into(),
        Type::Span => "duration".into(),
        Type::Person => "person".into(),
        Type::List(of) => Value::Object(Map::from_iter([("list".to_owned(), self::kind(of))])),
    }
}

fn table(kind: &Type) -> Option<&str> {
    match kind {
        Type::Code(table) => Some(table),
        Type::List(of) => table(of),
        _ => None,
    }
}
