//! What is read, what is rejected with which code and place, and that nothing makes the reader panic.

use super::*;
use crate::admit::sample::{catalogue, instant, json, read_now};
use crate::time::Precision;
use proptest::prelude::*;
use serde_json::{Value, json as j};

/// The good event with one member replaced; `null` takes it away.
fn with(path: &str, value: Value) -> Value {
    let mut event = json("E1", "a.asked", 20, j!({"order_no": "O1"}));
    let (place, name) = path.rsplit_once('/').unwrap();
    let object = event.pointer_mut(place).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        object.remove(name)
    } else {
        object.insert(name.to_owned(), value)
    };
    event
}

#[test]
fn rejections_name_code_and_place() {
    let long = "x".repeat(257);
    let cases = [
        ("/specversion", j!("0.3"), "bad_specversion", "/specversion"),
        ("/specversion", j!(null), "missing", "/specversion"),
        ("/id", j!(null), "missing", "/id"),
        ("/id", j!(""), "missing", "/id"),
        ("/id", j!(17), "wrong_type", "/id"),
        ("/id", j!(long), "too_long", "/id"),
        ("/id", j!("a\u{0}b"), "bad_text", "/id"),
        ("/source", j!("xis/east"), "unknown_system", "/source"),
        ("/source", j!("bis/north"), "unknown_campus", "/source"),
        ("/source", j!("bis"), "campus_missing", "/campus"),
        ("/type", j!("a.nothing"), "unknown_type", "/type"),
        ("/type", j!("Not A Type"), "unknown_type", "/type"),
        ("/time", j!(null), "missing", "/time"),
        ("/time", j!(1_700_000_000), "wrong_type", "/time"),
        ("/time", j!("yesterday"), "bad_time", "/time"),
        ("/time", j!("2026-01-05T09:20:00"), "bad_time", "/time"),
        ("/time", j!("2026-02-30T09:20:00Z"), "bad_time", "/time"),
        ("/time", j!("1900-01-05T09:20:00Z"), "time_too_early", "/time"),
        ("/time", j!("1999-06-01T09:20:00Z"), "time_too_early", "/time"),
        ("/time", j!("2026-01-05T10:10:01+08:00"), "time_in_future", "/time"),
        ("/campus", j!("north"), "unknown_campus", "/campus"),
        ("/campus", j!("west"), "campus_differs", "/campus"),
        ("/campus", j!(["east"]), "wrong_type", "/campus"),
        ("/revision", j!(0), "bad_revision", "/revision"),
        ("/revision", j!(1.5), "bad_revision", "/revision"),
        ("/sequence", j!({}), "bad_sequence", "/sequence"),
        ("/data", j!([1]), "wrong_type", "/data"),
        ("/data/patient", j!("P1"), "wrong_type", "/data/patient"),
        ("/data/patient", j!({"bed": {}}), "wrong_type", "/data/patient/bed"),
        ("/data/actor", j!([]), "wrong_type", "/data/actor"),
        ("/data/terminal", j!({"pc": 1}), "wrong_type", "/data/terminal"),
        ("/data/precision", j!("rough"), "wrong_type", "/data/precision"),
        ("/data/recorded_at", j!("09:20"), "bad_time", "/data/recorded_at"),
        ("/data/started_at", j!("1812-06-24T00:00:00Z"), "time_too_early", "/data/started_at"),
        ("/data/retracts", j!({"source": "bis/east"}), "wrong_type", "/data/retracts/id"),
    ];
    for (path, value, code, place) in cases {
        let rejection = read_now(&with(path, value.clone())).expect_err(path);
        assert_eq!((rejection.code, rejection.path.as_str()), (code, place), "{path} = {value}");
        assert!(!rejection.zh.is_empty() && !rejection.en.is_empty());
    }
    assert_eq!(read_now(&j!([1])).unwrap_err().code, "not_an_object");
    let bare = json("R1", RETRACTED, 1, j!({}));
    assert_eq!(read_now(&bare).unwrap_err().code, "retracts_missing");
}

#[test]
fn nesting_is_bounded() {
    let mut deep = j!(1);
    for _ in 0..MAX_DEPTH {
        deep = j!([deep]);
    }
    assert_eq!(read_now(&with("/data/remark", deep)).unwrap_err().code, "too_deep");
}

#[test]
fn everything_that_is_said_is_read() {
    let event = read_now(&j!({
        "specversion": "1.0", "id": "MSG-1", "source": "bis/east/line3", "type": "a.issued",
        "time": "2026-01-05T09:20:00+08:00", "campus": "east", "revision": "2", "sequence": "41",
        "data": { "order_no": "O1", "unheard_of": [1],
            "patient": {"id": 7, "name": "张", "visit_no": "V1", "bed": ""},
            "actor": {"id": "0427", "role": "护士", "dept": "BB"},
            "terminal": "PC-1", "capture": "scan", "precision": "minute",
            "started_at": "2026-01-05T09:10:00+08:00", "recorded_at": "2026-01-05T09:20:31+08:00" }
    }))
    .unwrap();
    assert_eq!((event.revision, event.sequence), (2, 41));
    assert_eq!(event.at.precision, Precision::Minute);
    assert_eq!(event.began.unwrap().precision, Precision::Minute);
    assert_eq!(event.recorded.unwrap().precision, Precision::Second);
    assert_eq!(event.actor.unwrap().role.unwrap().as_ref(), "nurse");
    let patient = event.patient.unwrap();
    assert_eq!((patient.id.as_deref(), patient.bed.as_deref()), (Some("7"), None));
    assert_eq!(event.data.keys().collect::<Vec<_>>(), ["order_no", "unheard_of"]);
}

#[test]
fn history_keeps_its_own_clock() {
    let backfill = Arrival::Backfill { shift: Span::minutes(2), received: instant("2026-01-05T10:00:00Z") };
    let mut event = with("/time", j!("2144-10-31T08:00:00+08:00"));
    let read = |event: &Value| read(event, &catalogue(), backfill);
    assert_eq!(read(&event).unwrap().arrived, instant("2144-10-31T00:02:00Z"));
    event["data"]["recorded_at"] = j!("2144-10-31T08:30:00+08:00");
    assert_eq!(read(&event).unwrap().arrived, instant("2144-10-31T00:32:00Z"));
    // Charted ahead: it cannot have arrived before it happened.
    event["data"]["recorded_at"] = j!("2144-10-31T07:00:00+08:00");
    assert_eq!(read(&event).unwrap().arrived, instant("2144-10-31T00:02:00Z"));
    assert_eq!(read(&with("/time", j!("1900-01-05T09:20:00Z"))).unwrap_err().code, "time_too_early");
}

#[test]
fn digest_is_of_the_content() {
    let one: Value = serde_json::from_str(r#"{"a":[1,"x"],"b":{"d":null,"c":"\""}}"#).unwrap();
    let same: Value = serde_json::from_str(r#" {"b":{"c":"\u0022","d":null}, "a":[1, "x"]}"#).unwrap();
    let other: Value = serde_json::from_str(r#"{"a":["1","x"],"b":{"d":null,"c":"\""}}"#).unwrap();
    assert_eq!(digest(&one), digest(&same));
    assert_ne!(digest(&one), digest(&other));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(j!("2026-01-05T09:20:00+08:00")),
        Just(j!("1.0")),
        Just(j!("bis/east")),
        Just(j!("a.asked")),
    ];
    let name = prop_oneof![
        3 => prop::sample::select(vec!["specversion", "id", "source", "type", "time", "campus", "revision", "data",
            "patient", "actor", "precision", "recorded_at", "retracts", "order_no", "name"]).prop_map(str::to_owned),
        1 => ".{0,6}",
    ];
    leaf.prop_recursive(6, 48, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..10)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn never_panics(value in any_json()) {
        let _ = read_now(&value);
    }

    #[test]
    fn never_panics_on_one_odd_member(value in any_json(), at in 0usize..12) {
        let path = ["/id", "/source", "/type", "/time", "/campus", "/revision", "/sequence", "/data", "/data/patient",
            "/data/actor", "/data/retracts", "/data/order_no"][at];
        if let Ok(event) = read_now(&with(path, value)) {
            let def = crate::admit::sample::definition();
            let _ = crate::admit::check([&def], &event);
            let _ = crate::admit::facts(&def, &event);
        }
    }
}
