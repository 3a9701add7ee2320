//! A value stands for one patient: whatever would make it stand for two is refused, and taken once they are one person.

use super::super::{Outcome, Sent, World, route};
use super::*;
use crate::admit::sample::{catalogue, definition, json, read_now};
use crate::catalogue::LinkRule;
use crate::name::FieldCode;
use crate::time::Span;
use proptest::prelude::*;
use serde_json::{Value, json as j};

fn world(bag: LinkRule, specimen: LinkRule) -> World {
    let mut def = definition();
    for (field, link) in [("bag_no", bag), ("specimen_no", specimen)] {
        def.fields.get_mut(&FieldCode::parse(field).unwrap()).unwrap().link = link;
    }
    World::new(Arc::new(catalogue()), vec![Arc::new(def)])
}

fn plain() -> World {
    world(LinkRule { shared: false, valid: None }, LinkRule::default())
}

/// An event with the values that are not empty.
fn says(
    id: &str,
    kind: &str,
    minute: u32,
    (order, bag, specimen, patient): (&str, &str, &str, &str),
) -> Value {
    let mut data = serde_json::Map::new();
    for (name, value) in [("order_no", order), ("bag_no", bag), ("specimen_no", specimen)] {
        if !value.is_empty() {
            data.insert(name.into(), j!(value));
        }
    }
    if !patient.is_empty() {
        data.insert("patient".into(), j!({ "id": patient }));
    }
    data.insert("result".into(), j!("ok"));
    json(id, kind, minute, Value::Object(data))
}

fn merge(from: &str, into: &str) -> Value {
    json(&format!("{from}{into}"), "patient.merged", 1, j!({ "from": from, "into": into }))
}

fn submit(world: &mut World, json: &Value) -> Outcome {
    world.submit(read_now(json).unwrap())
}

/// Why it was refused.
fn refused(world: &mut World, json: &Value) -> String {
    match submit(world, json) {
        Outcome::Rejected(r) if r.code == "two_patients" => r.en,
        other => panic!("{other:?}"),
    }
}

fn taken(world: &mut World, json: &Value) {
    let outcome = submit(world, json);
    assert!(matches!(outcome, Outcome::Accepted | Outcome::Waiting), "{outcome:?}");
}

#[test]
fn a_bag_of_one_patient_is_not_taught_to_the_order_of_another() {
    let mut world = plain();
    taken(&mut world, &says("A", "a.asked", 1, ("O1", "", "", "P1")));
    taken(&mut world, &says("B", "a.asked", 2, ("O2", "", "", "P2")));
    taken(&mut world, &says("C", "a.issued", 3, ("O1", "B1", "", "")));
    let again = says("D", "a.issued", 9, ("O2", "B1", "", ""));
    let why = refused(&mut world, &again);
    for part in ["B1", "order east/sample/O1 of patient P1", "order east/sample/O2 of patient P2"] {
        assert!(why.contains(part), "{why}");
    }
    assert_eq!(world.state(&read_now(&again).unwrap().reference()), None, "nothing of it was taken");
    taken(&mut world, &merge("P2", "P1"));
    taken(&mut world, &again);
}

#[test]
fn whichever_comes_last_is_refused() {
    let all = [
        says("A", "a.asked", 1, ("O1", "", "", "P1")),
        says("B", "a.asked", 2, ("O2", "", "", "P2")),
        says("C", "a.drawn", 3, ("O1", "", "S1", "")),
        says("D", "a.drawn", 4, ("O2", "", "S1", "")),
    ];
    for last in 0..all.len() {
        let mut world = plain();
        for (_, one) in all.iter().enumerate().filter(|(i, _)| *i != last) {
            taken(&mut world, one);
        }
        refused(&mut world, &all[last]);
    }
}

#[test]
fn an_event_is_not_led_to_the_order_of_another_patient_than_it_states() {
    let mut world = plain();
    taken(&mut world, &says("A", "a.asked", 1, ("O1", "B1", "", "P1")));
    let why = refused(&mut world, &says("G", "a.given", 5, ("", "B1", "", "P2")));
    assert!(why.contains("patient P2, whom this event states"), "{why}");
    taken(&mut world, &says("H", "a.given", 5, ("", "B1", "", "P1")));
    // It came first, and waits: what would lead it there is refused.
    taken(&mut world, &says("T", "a.tested", 6, ("", "", "S9", "P2")));
    let why = refused(&mut world, &says("D", "a.drawn", 4, ("O1", "", "S9", "")));
    assert!(why.contains("bis/east/T"), "{why}");
}

#[test]
fn a_value_that_leads_on_joins_nobody_either() {
    let mut world = plain();
    taken(&mut world, &says("A", "a.drawn", 1, ("O1", "", "S1", "P1")));
    taken(&mut world, &says("B", "a.issued", 2, ("O2", "B1", "", "P2")));
    refused(&mut world, &says("I", "a.issued", 3, ("", "B1", "S1", "")));
    // Nobody said yet whose the third order is.
    taken(&mut world, &says("C", "a.issued", 4, ("O3", "B1", "", "")));
    refused(&mut world, &says("N", "a.asked", 5, ("O3", "", "", "P3")));
    taken(&mut world, &says("M", "a.asked", 5, ("O3", "", "", "P2")));
}

#[test]
fn a_correction_may_move_a_value_and_time_may_free_it() {
    let mut world = plain();
    taken(&mut world, &says("A", "a.asked", 1, ("O1", "", "", "P1")));
    taken(&mut world, &says("B", "a.asked", 2, ("O2", "", "", "P2")));
    taken(&mut world, &says("C", "a.issued", 3, ("O1", "B1", "", "")));
    let mut right = says("C", "a.issued", 3, ("O2", "B1", "", ""));
    right["revision"] = j!(2);
    taken(&mut world, &right);
    refused(&mut world, &says("E", "a.issued", 3, ("O1", "B1", "", "")));
    let mut world =
        self::world(LinkRule::default(), LinkRule { shared: true, valid: Some(Span::minutes(10)) });
    taken(&mut world, &says("A", "a.drawn", 1, ("O1", "", "S1", "P1")));
    refused(&mut world, &says("B", "a.drawn", 11, ("O2", "", "S1", "P2")));
    taken(&mut world, &says("C", "a.drawn", 12, ("O2", "", "S1", "P2")));
    refused(&mut world, &says("T", "a.tested", 6, ("", "", "S1", "")));
}

#[test]
fn what_was_joined_before_is_nobodys_doing_any_more() {
    let mut world = plain();
    taken(&mut world, &merge("P2", "P1"));
    taken(&mut world, &says("A", "a.drawn", 1, ("O1", "", "S1", "P1")));
    taken(&mut world, &says("B", "a.drawn", 2, ("O2", "", "S1", "P2")));
    taken(&mut world, &json("U", "patient.unmerged", 2, j!({ "from": "P2", "into": "P1" })));
    taken(&mut world, &says("C", "a.drawn", 3, ("O2", "", "S1", "P2")));
    refused(&mut world, &says("T", "a.tested", 4, ("", "", "S1", "")));
}

fn any_event() -> impl Strategy<Value = Value> {
    let kinds = vec!["a.asked", "a.drawn", "a.tested", "a.issued", "a.given"];
    let pick = |of: &'static [&'static str]| prop::sample::select(of);
    let (orders, bags) = (pick(&["", "", "O1", "O2", "O3"]), pick(&["", "", "B1", "B2"]));
    let (specimens, patients) = (pick(&["", "S1", "S2"]), pick(&["", "", "P1", "P2", "P3"]));
    (prop::sample::select(kinds), 0u32..6, orders, bags, specimens, patients)
        .prop_map(|(kind, minute, o, b, s, p)| says("E", kind, minute, (o, b, s, p)))
}

/// The plain words of the promise, looked at from the whole set: no value without an end is learnt by orders of two patients,
/// no event is in orders of two patients, and none is led to the order of another patient than it states.
fn joined(world: &World) -> bool {
    let def = &world.definitions()[0];
    let events: Vec<&Event> = world.events.values().flat_map(|r| r.values()).collect();
    let events: Vec<&Event> = events.into_iter().filter(|e| admit::uses(def, e)).collect();
    let sent: Vec<Sent<'_>> = events.iter().map(|event| Sent { event, live: true }).collect();
    let routes = route(def, &sent);
    let keyed = |i: &usize| admit::key(def, events[*i]).is_some();
    let patients = |members: &[usize]| -> BTreeSet<Arc<str>> {
        let stated = members.iter().filter(|i| keyed(i)).filter_map(|i| patient(events[*i]));
        stated.flat_map(|id| world.person(id)).collect()
    };
    let of: BTreeMap<Place, BTreeSet<Arc<str>>> = routes
        .members
        .iter()
        .map(|(id, members)| ((id.campus.clone(), id.key.clone()), patients(members)))
        .collect();
    let apart =
        |a: &BTreeSet<Arc<str>>, b: &BTreeSet<Arc<str>>| !a.is_empty() && !b.is_empty() && a.is_disjoint(b);
    let learnt = routes
        .learnt
        .keys()
        .any(|(a, link)| routes.learnt.keys().any(|(b, other)| link == other && apart(&of[a], &of[b])));
    let places = |i: usize| {
        let mine = routes.members.iter().filter(move |(_, members)| members.contains(&i));
        mine.map(|(id, _)| &of[&(id.campus.clone(), id.key.clone())])
    };
    let led = (0..events.len()).filter(|i| !keyed(i)).any(|i| {
        let stated: BTreeSet<Arc<str>> =
            patient(events[i]).into_iter().flat_map(|id| world.person(id)).collect();
        places(i).any(|a| apart(a, &stated) || places(i).any(|b| apart(a, b)))
    });
    learnt || led
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// An event is refused exactly when with it two patients would be joined; once all are one person, all are taken.
    #[test]
    fn refused_is_what_would_join(
        events in prop::collection::vec(any_event(), 1..16), merged in any::<bool>(), shared in any::<bool>()
    ) {
        let mut world = world(LinkRule { shared, valid: None }, LinkRule::default());
        if merged {
            taken(&mut world, &merge("P3", "P1"));
        }
        let mut left = Vec::new();
        for (i, mut event) in events.into_iter().enumerate() {
            event["id"] = j!(format!("E{i}"));
            let Ok(read) = read_now(&event) else { continue };
            match world.clone().submit(read.clone()) {
                Outcome::Rejected(r) if r.code == "two_patients" => {
                    let mut then = world.clone();
                    then.events.entry(read.reference()).or_default().insert(1, read);
                    prop_assert!(joined(&then), "{event} was refused: {}", r.en);
                    left.push(event.clone());
                }
                _ => drop(world.submit(read)),
            }
            prop_assert!(!joined(&world), "{event} was taken");
        }
        taken(&mut world, &merge("P2", "P1"));
        if !merged {
            taken(&mut world, &merge("P3", "P1"));
        }
        for event in left {
            taken(&mut world, &event);
        }
    }
}
