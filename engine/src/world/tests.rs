//! The set of events is all that counts: not their order, not their number.

use super::*;
use crate::admit::sample::{catalogue, definition, event, instant, json, read_now};
use crate::catalogue::LinkRule;
use crate::event::{Arrival, read};
use crate::name::FieldCode;
use crate::time::Span;
use proptest::prelude::*;
use serde_json::{Value, json as j};

fn world() -> World {
    World::new(Arc::new(catalogue()), vec![Arc::new(definition())])
}

fn id(key: &str) -> InstanceId {
    InstanceId::parse(&format!("east/sample/{key}")).unwrap()
}

fn retract(id: &str, target: &str) -> Value {
    json(id, "event.retracted", 50, j!({"retracts": {"source": "bis/east", "id": target}}))
}

/// `id` of the events on all tracks of an instance, dead ones with `-`.
fn members(world: &World, key: &str) -> Vec<String> {
    let facts = world.facts(&id(key));
    let all = std::iter::once(&facts.order).chain(facts.tracks.values()).flat_map(|t| &t.facts);
    let mut ids: Vec<String> =
        all.map(|f| format!("{}{}", if f.dead { "-" } else { "" }, f.event.id)).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn submit(world: &mut World, json: &Value) -> Outcome {
    world.submit(read_now(json).unwrap())
}

#[test]
fn links_lead_to_a_fixpoint() {
    let mut world = world();
    // The bag is learnt from the specimen, the specimen from the order; the last comes first.
    assert_eq!(world.submit(event("E4", "a.given", 4, j!({"bag_no": "B1"}))), Outcome::Waiting);
    assert_eq!(
        world.submit(event("E3", "a.issued", 3, j!({"bag_no": "B1", "specimen_no": "S1"}))),
        Outcome::Waiting
    );
    assert_eq!(world.submit(event("E1", "a.asked", 1, j!({"order_no": "O1"}))), Outcome::Accepted);
    assert_eq!(world.waiting().len(), 2);
    assert_eq!(
        world.submit(event("E2", "a.drawn", 2, j!({"order_no": "O1", "specimen_no": "S1"}))),
        Outcome::Accepted
    );
    assert_eq!(world.waiting(), []);
    assert_eq!(members(&world, "O1"), ["E1", "E2", "E3", "E4"]);
    // What taught the link is taken back: the events wait again.
    submit(&mut world, &retract("R", "E2"));
    assert_eq!(members(&world, "O1"), ["-E2", "E1"]);
    assert_eq!(world.waiting().len(), 2);
}

#[test]
fn an_order_that_nothing_opened_waits() {
    let mut world = world();
    assert_eq!(world.submit(event("E2", "a.drawn", 2, j!({"order_no": "O1"}))), Outcome::Waiting);
    assert_eq!(world.instances(), [id("O1")]);
    assert_eq!(admit::opens(&definition(), &world.facts(&id("O1"))), None);
    world.submit(event("E1", "a.asked", 1, j!({"order_no": "O1"})));
    assert!(admit::opens(&definition(), &world.facts(&id("O1"))).is_some());
    assert_eq!(world.waiting(), []);
    assert_eq!(world.submit(event("E9", "a.unused", 2, j!({"order_no": "O1"}))), Outcome::Accepted);
}

#[test]
fn campuses_do_not_mix() {
    let mut world = world();
    world.submit(event("E1", "a.asked", 1, j!({"order_no": "O1", "bag_no": "B1"})));
    let mut west = json("W", "a.given", 2, j!({"bag_no": "B1"}));
    west["source"] = j!("bis/west");
    assert_eq!(submit(&mut world, &west), Outcome::Waiting);
}

#[test]
fn revisions_replace_and_conflict() {
    let mut world = world();
    let mut first = json("E1", "a.asked", 1, j!({"order_no": "O1"}));
    assert_eq!(submit(&mut world, &first), Outcome::Accepted);
    assert_eq!(submit(&mut world, &first), Outcome::Duplicate);
    first["data"]["result"] = j!("other");
    assert_eq!(submit(&mut world, &first), Outcome::Conflict);
    let mut third = json("E1", "a.asked", 1, j!({"order_no": "O2"}));
    third["revision"] = j!(3);
    assert_eq!(submit(&mut world, &third), Outcome::Accepted);
    assert_eq!(
        (members(&world, "O1"), members(&world, "O2")),
        (vec!["-E1".to_owned()], vec!["E1".to_owned()])
    );
    let mut second = first;
    second["revision"] = j!(2);
    assert_eq!(submit(&mut world, &second), Outcome::Stale);
}

#[test]
fn retractions_may_come_first_and_be_retracted() {
    let mut world = world();
    assert_eq!(submit(&mut world, &retract("R1", "E1")), Outcome::Waiting);
    submit(&mut world, &json("E1", "a.asked", 1, j!({"order_no": "O1"})));
    assert_eq!(members(&world, "O1"), ["-E1"]);
    assert_eq!(world.state(&event("E1", "a.asked", 1, j!({})).reference()), Some(EventState::Retracted));
    submit(&mut world, &retract("R2", "R1"));
    assert_eq!(members(&world, "O1"), ["E1"]);
    submit(&mut world, &retract("R3", "R2"));
    assert_eq!(members(&world, "O1"), ["-E1"]);
}

#[test]
fn in_a_cycle_of_retractions_none_counts() {
    let mut world = world();
    submit(&mut world, &json("E1", "a.asked", 1, j!({"order_no": "O1"})));
    submit(&mut world, &retract("A", "B"));
    let mut b = retract("B", "A");
    submit(&mut world, &b);
    assert_eq!(world.state(&event("A", "a.asked", 1, j!({})).reference()), Some(EventState::Retracted));
    assert_eq!(world.state(&event("B", "a.asked", 1, j!({})).reference()), Some(EventState::Retracted));
    // B revised to point at the order's event instead: no cycle, A counts, B does not.
    b["revision"] = j!(2);
    b["data"]["retracts"]["id"] = j!("E1");
    submit(&mut world, &b);
    assert_eq!(members(&world, "O1"), ["E1"]);
}

/// Bags belong to one order at a time, and specimens lead for so many minutes.
fn linked(valid: Option<i64>) -> World {
    let mut def = definition();
    for (field, link) in [
        ("bag_no", LinkRule { shared: false, valid: None }),
        ("specimen_no", LinkRule { shared: true, valid: valid.map(Span::minutes) }),
    ] {
        def.fields.get_mut(&FieldCode::parse(field).unwrap()).unwrap().link = link;
    }
    World::new(Arc::new(catalogue()), vec![Arc::new(def)])
}

#[test]
fn an_exclusive_value_leads_to_the_order_that_learnt_it_last_by_then() {
    let mut world = linked(None);
    world.submit(event("A", "a.issued", 10, j!({"order_no": "O1", "bag_no": "B1"})));
    world.submit(event("B", "a.issued", 20, j!({"order_no": "O2", "bag_no": "B1"})));
    for minute in [5, 15, 20, 25] {
        world.submit(event(&format!("G{minute}"), "a.given", minute, j!({"bag_no": "B1"})));
    }
    assert_eq!(members(&world, "O1"), ["A", "G15", "G5"]);
    assert_eq!(members(&world, "O2"), ["B", "G20", "G25"]);
    // The second order never had it.
    submit(&mut world, &retract("R", "B"));
    assert_eq!(members(&world, "O1"), ["A", "G15", "G20", "G25", "G5"]);
    assert_eq!(members(&world, "O2"), ["-B"]);
}

#[test]
fn what_is_said_with_the_key_outweighs_what_a_link_taught() {
    let mut world = linked(None);
    world.submit(event("S1", "a.drawn", 1, j!({"order_no": "O1", "specimen_no": "S1"})));
    world.submit(event("I1", "a.issued", 30, j!({"specimen_no": "S1", "bag_no": "B1"})));
    world.submit(event("G", "a.given", 40, j!({"bag_no": "B1"})));
    assert_eq!(members(&world, "O1"), ["G", "I1", "S1"]);
    world.submit(event("I2", "a.issued", 20, j!({"order_no": "O2", "bag_no": "B1"})));
    assert_eq!(members(&world, "O1"), ["I1", "S1"]);
    assert_eq!(members(&world, "O2"), ["G", "I1", "I2"]);
}

#[test]
fn a_value_is_used_again_when_its_time_is_over() {
    let mut world = linked(Some(10));
    world.submit(event("A1", "a.asked", 9, j!({"order_no": "O1"})));
    world.submit(event("A2", "a.asked", 39, j!({"order_no": "O2"})));
    world.submit(event("S1", "a.drawn", 10, j!({"order_no": "O1", "specimen_no": "S1"})));
    world.submit(event("S2", "a.drawn", 40, j!({"order_no": "O2", "specimen_no": "S1"})));
    for minute in [5, 20, 25, 30, 45] {
        let data = j!({"specimen_no": "S1", "result": "ok"});
        world.submit(event(&format!("T{minute}"), "a.tested", minute, data));
    }
    assert_eq!(members(&world, "O1"), ["A1", "S1", "T20", "T5"]);
    assert_eq!(members(&world, "O2"), ["A2", "S2", "T30", "T45"]);
    assert_eq!(world.waiting().len(), 1, "25 is out of reach of both");
}

fn any_event() -> impl Strategy<Value = Value> {
    let kinds = vec!["a.asked", "a.drawn", "a.tested", "a.issued", "a.given", "a.stopped", "event.retracted"];
    (0u8..10, prop::sample::select(kinds), 0u32..6, 0u8..4, 0u8..3, 0u8..3, 1u32..4, 0u8..10).prop_map(
        |(id, kind, minute, order, bag, specimen, revision, target)| {
            let mut data = serde_json::Map::new();
            if order > 1 {
                data.insert("order_no".into(), j!(format!("O{order}")));
            }
            if bag > 0 {
                data.insert("bag_no".into(), j!(format!("B{bag}")));
            }
            if specimen > 0 {
                data.insert("specimen_no".into(), j!(format!("S{specimen}")));
            }
            data.insert("result".into(), j!("ok"));
            if kind == "event.retracted" {
                data.insert("retracts".into(), j!({"source": "bis/east", "id": format!("E{target}")}));
            }
            let mut event = json(&format!("E{id}"), kind, minute, Value::Object(data));
            event["revision"] = j!(revision);
            event
        },
    )
}

/// Everything that a world says, as one text.
fn said(world: &World) -> String {
    let facts: Vec<_> = world.instances().iter().map(|i| (i.to_string(), world.facts(i))).collect();
    format!("{facts:#?}\n{:?}", world.waiting())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn order_and_duplicates_do_not_matter(
        (events, shuffled) in prop::collection::vec(any_event(), 1..14).prop_flat_map(|mut all| {
            // Which of two conflicting contents counts is decided by arrival: one content for each revision.
            let key = |e: &Value| (e["id"].to_string(), e["revision"].as_u64());
            all.sort_by_key(key);
            all.dedup_by_key(|e| key(e));
            let twice: Vec<Value> = all.iter().chain(all.iter().step_by(2)).cloned().collect();
            (Just(all), Just(twice).prop_shuffle())
        })
    ) {
        for new in [world, || linked(None), || linked(Some(2))] {
            let (mut a, mut b) = (new(), new());
            for event in &events { submit(&mut a, event); }
            for event in &shuffled { submit(&mut b, event); }
            prop_assert_eq!(said(&a), said(&b));
        }
    }

    #[test]
    fn facts_count_for_as_long_as_the_world_says(
        events in prop::collection::vec((any_event(), 0i64..5), 1..14), valid in prop::option::of(1i64..4)
    ) {
        let mut world = linked(valid);
        let noon = instant("2026-01-05T12:00:00+08:00");
        for (event, minute) in &events {
            let at = noon.plus(Span::minutes(*minute));
            world.submit(read(event, &catalogue(), Arrival::Now(at)).unwrap());
        }
        for id in world.instances() {
            let timed = world.timeline(&id);
            for minute in 0..6 {
                let at = noon.plus(Span::minutes(minute));
                let facts = world.as_of(at).facts(&id);
                let tracks = std::iter::once(&facts.order).chain(facts.tracks.values());
                let live = tracks.flat_map(|t| &t.facts).filter(|f| !f.dead);
                let mut counts: Vec<String> = live.map(|f| format!("{f:?}")).collect();
                let by = timed.iter().filter(|t| t.from <= at && t.until.is_none_or(|u| at < u));
                let mut told: Vec<String> = by.map(|t| format!("{:?}", t.fact)).collect();
                counts.sort();
                told.sort();
                prop_assert_eq!(counts, told, "{} at {}", id, minute);
            }
        }
    }
}
