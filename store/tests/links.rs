//! Values that lead events to orders: shared, used again, taught by other values, used by one order at a time.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, compiled, library, message, texts};
use medloop_dsl::library::Library;
use medloop_store::{EventState, InstanceId, Mode, Store};
use serde_json::{Value, json};

fn event(id: &str, source: &str, kind: &str, time: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": source, "type": kind,
        "time": format!("{time}:00+08:00"), "campus": "east", "data": data,
    })
}

/// The request and the tube of an order, at `day`T08:00 and 08:20.
fn drawn(order: &str, tube: &str, day: &str) -> [Value; 2] {
    let e = |n: u32, s: &str, k: &str, t: &str, d: Value| {
        event(&format!("{order}-{n}"), s, k, &format!("{day}T{t}"), d)
    };
    [
        e(1, "his/east", "blood.requested", "08:00", json!({ "order_no": order })),
        e(2, "pda/east", "specimen.collected", "08:20", json!({ "order_no": order, "specimen_no": tube })),
    ]
}

async fn send(store: &Store, events: &[Value]) {
    let receipts = store.submit(events.iter().map(message).collect(), Mode::Live).await.unwrap();
    for (event, receipt) in events.iter().zip(receipts) {
        assert_eq!(receipt.status, medloop_store::ReceiptStatus::Accepted, "{event}");
    }
}

/// The ids of the living events of an instance.
async fn events_of(store: &Store, id: &str) -> Vec<String> {
    let Some(instance) = store.instance(&InstanceId::parse(id).unwrap()).await.unwrap() else {
        return Vec::new();
    };
    let tracks = std::iter::once(&instance.facts.order).chain(instance.facts.tracks.values());
    let facts = tracks.flat_map(|t| &t.facts).filter(|f| !f.dead);
    let mut ids: Vec<String> = facts.map(|f| f.event.id.to_string()).collect();
    ids.sort();
    ids.dedup();
    ids
}

async fn state(store: &Store, event: &Value) -> EventState {
    let (source, id) = (event["source"].as_str().unwrap(), event["id"].as_str().unwrap());
    store.event(source, id).await.unwrap().unwrap().state
}

/// The shipped library, whose tubes lead for ninety days around the time at which they were drawn.
fn ninety_days() -> Library {
    let mut texts = texts();
    let fields = texts.get_mut("fields.yaml").unwrap();
    let rule = "type: text, link: { valid: 90d }, pattern";
    let lines = fields.lines().map(|line| {
        if line.starts_with("  specimen_no:") {
            line.replace("type: text, pattern", rule)
        } else {
            line.to_owned()
        }
    });
    *fields = lines.collect::<Vec<_>>().join("\n");
    assert!(fields.contains(rule));
    compiled(&texts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_tube_serves_two_orders() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let received =
        event("R", "bis/east", "specimen.received", "2026-01-05T08:40", json!({ "specimen_no": "T1" }));
    send(&store, std::slice::from_ref(&received)).await;
    assert_eq!(state(&store, &received).await, EventState::Waiting);
    send(&store, &drawn("ORD1", "T1", "2026-01-05")).await;
    send(&store, &drawn("ORD2", "T1", "2026-01-05")).await;
    for order in ["ORD1", "ORD2"] {
        let expected = [format!("{order}-1"), format!("{order}-2"), "R".to_owned()];
        assert_eq!(events_of(&store, &format!("east/transfusion/{order}")).await, expected);
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_barcode_is_used_again_when_its_ninety_days_are_over() {
    let place = Place::new();
    let library = ninety_days();
    let mut store = place.open(&library).await;
    let received = |id: &str, day: &str| {
        let time = format!("{day}T08:40");
        event(id, "bis/east", "specimen.received", &time, json!({ "specimen_no": "T1" }))
    };
    let (first, stray, second) =
        (received("F", "2025-06-02"), received("S", "2025-09-05"), received("X", "2026-01-05"));
    send(&store, &drawn("OLD", "T1", "2025-06-01")).await;
    send(&store, &[first, stray.clone(), second]).await;
    assert_eq!(events_of(&store, "east/transfusion/OLD").await, ["F", "OLD-1", "OLD-2"]);
    store.close().await;
    store = place.open(&library).await;
    send(&store, &drawn("NEW", "T1", "2026-01-05")).await;
    assert_eq!(events_of(&store, "east/transfusion/OLD").await, ["F", "OLD-1", "OLD-2"]);
    assert_eq!(events_of(&store, "east/transfusion/NEW").await, ["NEW-1", "NEW-2", "X"]);
    assert_eq!(state(&store, &stray).await, EventState::Waiting);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_number_is_taught_by_a_barcode_and_untaught_with_it() {
    let place = Place::new();
    let mut store = place.open(&library()).await;
    let e = |id: &str, source: &str, kind: &str, time: &str, data: Value| {
        event(id, source, kind, &format!("2026-01-05T{time}"), data)
    };
    let by_number = e("P", "lis/east", "lab.performed", "09:30", json!({ "report_no": "RP1" }));
    send(
        &store,
        &[
            by_number.clone(),
            e(
                "C",
                "pda/east",
                "specimen.collected",
                "08:20",
                json!({ "order_no": "ORD1", "specimen_no": "T1" }),
            ),
            e("L", "lis/east", "lab.reported", "10:00", json!({ "specimen_no": "T1", "report_no": "RP1" })),
        ],
    )
    .await;
    assert_eq!(events_of(&store, "east/critical_value/ORD1").await, ["C", "L", "P"]);
    store.close().await;
    store = place.open(&library()).await;
    let retracts = json!({ "retracts": { "source": "lis/east", "id": "L" } });
    send(&store, &[e("B", "lis/east", "event.retracted", "10:10", retracts)]).await;
    assert_eq!(events_of(&store, "east/critical_value/ORD1").await, ["C"]);
    assert_eq!(state(&store, &by_number).await, EventState::Waiting);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bag_issued_again_goes_with_the_order_that_has_it() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let e = |id: &str, kind: &str, time: &str, data: Value| {
        let source = if kind == "blood.issued" { "bis/east" } else { "pda/east" };
        event(id, source, kind, &format!("2026-01-05T{time}"), data)
    };
    send(&store, &drawn("ORD1", "T1", "2026-01-05")).await;
    send(&store, &drawn("ORD2", "T2", "2026-01-05")).await;
    send(
        &store,
        &[
            e("I1", "blood.issued", "09:00", json!({ "order_no": "ORD1", "bag_no": "B1" })),
            e("V1", "transfusion.verified", "09:10", json!({ "bag_no": "B1" })),
            e("V2", "transfusion.verified", "10:10", json!({ "bag_no": "B1" })),
        ],
    )
    .await;
    assert_eq!(events_of(&store, "east/transfusion/ORD1").await, ["I1", "ORD1-1", "ORD1-2", "V1", "V2"]);
    send(&store, &[e("I2", "blood.issued", "10:00", json!({ "order_no": "ORD2", "bag_no": "B1" }))]).await;
    assert_eq!(events_of(&store, "east/transfusion/ORD1").await, ["I1", "ORD1-1", "ORD1-2", "V1"]);
    assert_eq!(events_of(&store, "east/transfusion/ORD2").await, ["I2", "ORD2-1", "ORD2-2", "V2"]);
    store.close().await;
}

/// The ids of what is in quarantine, each with why.
async fn held_back(store: &Store) -> Vec<(String, String, String)> {
    let all = store.quarantine(false, None, 10).await.unwrap().items;
    let one = |q: medloop_store::Quarantined| (q.id.to_string(), q.event_id.to_string(), q.reason.en);
    all.into_iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_would_join_two_patients_is_held_back_until_they_are_merged() {
    let place = Place::new();
    let mut store = place.open(&library()).await;
    let with = |mut all: [Value; 2], patient: &str| {
        all[0]["data"]["patient"] = json!({ "id": patient });
        all
    };
    send(&store, &with(drawn("ORD1", "T1", "2026-01-05"), "P1")).await;
    send(&store, &with(drawn("ORD2", "T2", "2026-01-05"), "P2")).await;
    let e = |id: &str, kind: &str, time: &str, data: Value| {
        event(id, "bis/east", kind, &format!("2026-01-05T{time}"), data)
    };
    send(&store, &[e("I1", "blood.issued", "09:00", json!({ "order_no": "ORD1", "bag_no": "B1" }))]).await;
    let (one, two) = ("east/transfusion/ORD1", "east/transfusion/ORD2");
    let before = (events_of(&store, one).await, events_of(&store, two).await);
    // The same bag, another patient: by its own order number, by the tube of the other, by the patient it states.
    let wrong = [
        e("I2", "blood.issued", "10:00", json!({ "order_no": "ORD2", "bag_no": "B1" })),
        e("R1", "specimen.received", "10:10", json!({ "specimen_no": "T2", "bag_no": "B1" })),
        e("V1", "specimen.received", "10:20", json!({ "specimen_no": "T1", "patient": { "id": "P2" } })),
    ];
    let right = e("R2", "specimen.received", "08:40", json!({ "specimen_no": "T2" }));
    let all = [wrong[0].clone(), right, wrong[1].clone(), wrong[2].clone()];
    let receipts = store.submit(all.iter().map(message).collect(), Mode::Live).await.unwrap();
    let said: Vec<_> = receipts.iter().map(|r| r.reason.as_ref().map(|r| r.code.to_string())).collect();
    let refused = Some("two_patients".to_owned());
    assert_eq!(said, [refused.clone(), None, refused.clone(), refused.clone()]);
    assert_eq!(events_of(&store, one).await, before.0);
    assert_eq!(events_of(&store, two).await, [before.1.as_slice(), &["R2".to_owned()]].concat());
    let entries = held_back(&store).await;
    assert_eq!(entries.len(), 3);
    let why = &entries.iter().find(|(_, event, _)| event == "I2").unwrap().2;
    for part in
        ["B1", "order east/transfusion/ORD1 of patient P1", "order east/transfusion/ORD2 of patient P2"]
    {
        assert!(why.contains(part), "{why}");
    }
    // As long as they are two, it stays where it is; also after a restart.
    store.close().await;
    store = place.open(&library()).await;
    for (id, ..) in &entries {
        let receipt = store.retry(id, None).await.unwrap().unwrap();
        assert_eq!(receipt.reason.map(|r| r.code.to_string()), refused);
    }
    send(
        &store,
        &[event(
            "M",
            "adt/east",
            "patient.merged",
            "2026-01-05T11:00",
            json!({ "from": "P2", "into": "P1" }),
        )],
    )
    .await;
    for (id, ..) in &entries {
        assert_eq!(
            store.retry(id, None).await.unwrap().unwrap().status,
            medloop_store::ReceiptStatus::Accepted
        );
    }
    assert_eq!(held_back(&store).await, []);
    assert!(events_of(&store, two).await.contains(&"I2".to_owned()));
    assert!(events_of(&store, one).await.contains(&"V1".to_owned()));
    store.close().await;
}
