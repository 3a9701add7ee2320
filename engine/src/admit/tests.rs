//! Which facts an event brings: tracks, hits, guards, values good and bad.

use super::sample::{definition, event, fields, json, read_now, tables};
use super::*;
use crate::graph::NodeIx;
use crate::time::Precision;
use crate::value::Person;
use serde_json::json as j;

#[test]
fn an_event_goes_to_the_track_it_names() {
    let def = definition();
    let tracks = |data| -> Vec<String> {
        let all = facts(&def, &event("E", "a.issued", 1, data));
        all.iter().map(|(t, f)| format!("{}:{} {:?}", t.scope.0, t.value, f.hits)).collect()
    };
    assert_eq!(tracks(j!({"order_no": "O", "bag_no": "B1"})), ["1:B1 [Node(NodeIx(3), 0)]"]);
    assert_eq!(tracks(j!({"order_no": "O", "bag_no": 17})), ["1:17 [Node(NodeIx(3), 0)]"]);
    // Never guessed: without a bag it stays on the order's own track.
    assert_eq!(tracks(j!({"order_no": "O"})), ["0: [Node(NodeIx(3), 0)]"]);
}

#[test]
fn an_ending_acts_where_it_points() {
    let def = definition();
    let track = |data| facts(&def, &event("E", "a.stopped", 1, data))[0].0.value.to_string();
    assert_eq!(track(j!({"order_no": "O"})), "");
    assert_eq!(track(j!({"order_no": "O", "bag_no": "B1"})), "B1");
}

#[test]
fn only_a_true_guard_lets_an_event_in() {
    let def = definition();
    let hits = |source: &str, data| {
        let mut raw = json("E", "a.tested", 1, data);
        raw["source"] = j!(source);
        let all = facts(&def, &read_now(&raw).unwrap());
        all.first().map(|(_, f)| f.hits.clone())
    };
    assert_eq!(hits("bis/east", j!({"order_no": "O", "result": "ok"})), Some(vec![Hit::Node(NodeIx(2), 0)]));
    assert_eq!(hits("lis/east", j!({"order_no": "O", "result": "ok"})), Some(vec![Hit::Node(NodeIx(2), 1)]));
    assert_eq!(hits("his/east", j!({"order_no": "O", "result": "ok"})), None, "a system that is not named");
    assert_eq!(hits("bis/east", j!({"order_no": "O", "result": "bad"})), None);
    assert_eq!(hits("bis/east", j!({"order_no": "O"})), None, "unknown is not true");
}

#[test]
fn a_guard_on_the_start_keeps_other_first_events_out() {
    let mut def = definition();
    let is = |text: &str| {
        let field = crate::graph::Expr::EventField(FieldCode::parse("result").unwrap());
        let text = crate::graph::Expr::Literal(Value::Text(Arc::from(text)));
        crate::graph::Expr::Compare(crate::graph::Compare::Eq, Box::new(field), Box::new(text))
    };
    def.starts.guard = Some(is("home"));
    assert!(facts(&def, &event("E", "a.asked", 1, j!({"order_no": "O", "result": "ward"}))).is_empty());
    assert_eq!(facts(&def, &event("E", "a.asked", 1, j!({"order_no": "O", "result": "home"}))).len(), 1);
}

#[test]
fn values_fit_or_are_kept_as_bad() {
    let data = j!({"order_no": "O", "bag_no": "b-1", "amount": 200, "blood_type": "A 型 RhD 阳性",
        "verifier": {"id": "9"}, "expires_at": "2026-02-01", "result": "", "specimen_no": null});
    let fact = facts(&definition(), &event("E", "a.asked", 1, data)).remove(0).1;
    let bad: Vec<_> = fact.bad.iter().map(|b| (b.field.as_str(), b.text.as_str())).collect();
    assert_eq!(bad, [("amount", "200"), ("bag_no", "b-1")]);
    let good: Vec<_> = fact.fields.keys().map(FieldCode::as_str).collect();
    assert_eq!(good, ["blood_type", "expires_at", "order_no", "verifier"], "empty and null are absent");
    let get = |name: &str| fact.fields.get(&FieldCode::parse(name).unwrap()).unwrap().clone();
    assert_eq!(get("blood_type"), Value::Text(Arc::from("A+")));
    assert_eq!(get("verifier"), Value::Person(Person { id: Some(Arc::from("9")), name: None }));
    let Value::Moment(day) = get("expires_at") else { panic!() };
    assert_eq!(day.precision, Precision::Day);
}

#[test]
fn each_type_takes_what_it_should() {
    use crate::value::Type;
    let zone = Zone::fixed("UTC", 0);
    let takes =
        |kind: Type, raw: serde_json::Value| typed(&super::sample::field("f", kind), &tables(), &zone, &raw);
    assert_eq!(takes(Type::Number, j!("5")), None);
    assert_eq!(takes(Type::Number, j!(5)), Some(Value::Number(5.0)));
    assert_eq!(takes(Type::Bool, j!("true")), None);
    assert_eq!(takes(Type::Text, j!(5)), Some(Value::Text(Arc::from("5"))));
    assert_eq!(takes(Type::Text, j!(5.5)), None);
    assert_eq!(takes(Type::Moment, j!("soon")), None);
    assert_eq!(takes(Type::Span, j!(90)), Some(Value::Span(crate::time::Span::seconds(90))));
    assert_eq!(takes(Type::Span, j!("PT1H30M")), Some(Value::Span(crate::time::Span::minutes(90))));
    assert_eq!(takes(Type::Span, j!("P")), None);
    assert_eq!(takes(Type::Span, j!("PT5")), None);
    assert_eq!(
        takes(Type::Person, j!({"name": "王"})),
        Some(Value::Person(Person { id: None, name: Some(Arc::from("王")) }))
    );
    assert_eq!(takes(Type::Person, j!({})), None);
    assert_eq!(takes(Type::Code(Arc::from("blood_type")), j!("Z")), None);
    let list = Type::List(Box::new(Type::Number));
    assert_eq!(
        takes(list.clone(), j!([1, 2])),
        Some(Value::List(vec![Value::Number(1.0), Value::Number(2.0)]))
    );
    assert_eq!(takes(list, j!([1, "x"])), None);
    assert!(fields().len() > 5);
}

#[test]
fn an_event_must_be_able_to_lead_somewhere() {
    let def = definition();
    let code = |kind: &str, data| check([&def], &event("E", kind, 1, data)).err().map(|r| (r.code, r.path));
    assert_eq!(code("a.issued", j!({"bag_no": "B1"})), None);
    assert_eq!(code("a.issued", j!({"result": "x"})), Some(("no_key", "/data".to_owned())));
    assert_eq!(code("a.issued", j!({"order_no": ""})), Some(("no_key", "/data".to_owned())));
    assert_eq!(code("a.issued", j!({"order_no": {}})), Some(("bad_key", "/data/order_no".to_owned())));
    assert_eq!(
        code("a.issued", j!({"order_no": "O", "bag_no": 1.5})),
        Some(("bad_key", "/data/bag_no".to_owned()))
    );
    assert_eq!(
        code("a.issued", j!({"order_no": "x".repeat(300)})),
        Some(("bad_key", "/data/order_no".to_owned()))
    );
    assert_eq!(code("a.unused", j!({"result": "x"})), None, "no loop wants it: nothing to be led to");
}

#[test]
fn persons_are_who_the_register_says_they_were_then() {
    use super::sample::{catalogue, instant};
    use crate::event::{Arrival, read};
    use crate::staff::{Doubt, Doubtful, Member, Period, Register};
    let nurse = Period {
        from: None,
        until: None,
        role: crate::name::RoleCode::parse("nurse").ok(),
        title: Some("护师".into()),
        dept: Some("W1".into()),
    };
    let member = |name: &str| Member { name: name.into(), campus: None, periods: vec![nurse.clone()] };
    let people = [("N1".into(), member("王芳")), ("N2".into(), member("李娜"))];
    let mut catalogue = catalogue();
    catalogue.staff = Register::new(false, people.into());
    let mut raw =
        json("E", "a.given", 1, j!({"order_no": "O", "bag_no": "B1", "verifier": {"name": "王芳"}}));
    raw["data"]["actor"] = j!({"id": "王芳", "dept": "W9"});
    let arrival = Arrival::Now(instant("2026-01-05T02:00:00Z"));
    let event = read(&raw, &catalogue, arrival).unwrap();
    let (_, fact) = facts(&definition(), &event).remove(0);
    let who = Person { id: Some("N1".into()), name: Some("王芳".into()) };
    let actor = fact.actor.unwrap();
    assert_eq!(actor.person, Some(who.clone()));
    let was = (actor.role.as_deref(), actor.dept.as_deref(), actor.title.as_deref());
    assert_eq!(was, (Some("nurse"), Some("W9"), Some("护师")), "what the event states is kept");
    assert_eq!(
        fact.fields.get(&FieldCode::parse("verifier").unwrap()),
        Some(&Value::Person(who)),
        "the same person by name"
    );
    assert_eq!(fact.doubts, [Doubtful { field: None, doubt: Doubt::NameAsCode }]);
}
