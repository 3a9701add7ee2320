//! A source that serves every campus: each of its messages belongs to the only campus that knows it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, compiled, message, texts};
use medloop_dsl::library::Library;
use medloop_store::{InstanceId, Mode, Receipt, Store};
use serde_json::{Value, json};

/// The shipped library, whose blood bank serves both campuses.
fn library() -> Library {
    let mut texts = texts();
    let source = "source: blood_bank\nsystem: bis\ncampus: any\ntransport: { kind: events }\n";
    texts.insert("sources/blood_bank.yaml".to_owned(), source.to_owned());
    compiled(&texts)
}

fn event(id: &str, source: &str, kind: &str, time: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": source, "type": kind,
        "time": format!("2026-01-05T{time}:00+08:00"), "data": data,
    })
}

/// The request and the tube of an order.
fn drawn(campus: &str, order: &str, tube: &str) -> [Value; 2] {
    let source = |system: &str| format!("{system}/{campus}");
    let data = json!({ "order_no": order, "specimen_no": tube });
    [
        event(
            &format!("{order}-1"),
            &source("his"),
            "blood.requested",
            "08:00",
            json!({ "order_no": order }),
        ),
        event(&format!("{order}-2"), &source("pda"), "specimen.collected", "08:20", data),
    ]
}

async fn send(store: &Store, events: &[Value]) -> Vec<Receipt> {
    store.submit(events.iter().map(message).collect(), Mode::Live).await.unwrap()
}

/// What is said of each.
async fn said(store: &Store, events: &[Value]) -> Vec<String> {
    let receipts = send(store, events).await;
    let say = |r: &Receipt| r.reason.as_ref().map_or("taken".to_owned(), |r| r.code.to_string());
    receipts.iter().map(say).collect()
}

async fn events_of(store: &Store, id: &str) -> Vec<String> {
    let instance = store.instance(&InstanceId::parse(id).unwrap()).await.unwrap();
    let facts = instance.into_iter().flat_map(|i| i.facts.order.facts).filter(|f| !f.dead);
    facts.map(|f| f.event.id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_belongs_to_the_only_campus_that_knows_it() {
    let place = Place::new();
    let library = library();
    let mut store = place.open(&library).await;
    let received = |id: &str, data: Value| event(id, "bis", "specimen.received", "08:40", data);
    let early = received("E", json!({ "specimen_no": "TW" }));
    assert_eq!(said(&store, std::slice::from_ref(&early)).await, ["campus_not_found"]);
    // In one call with what makes it known, behind that.
    let mut all = Vec::from(drawn("east", "O1", "TE"));
    all.extend(drawn("west", "O2", "TW"));
    all.extend(drawn("east", "O3", "TB"));
    all.extend(drawn("west", "O3", "TB"));
    let both = json!({ "specimen_no": "TB" });
    let with = |place: &str| json!({ "specimen_no": "TB", "patient": { "ward": place } });
    all.extend([
        received("W", json!({ "specimen_no": "TW" })),
        received("K", json!({ "order_no": "O1" })),
        received("B", both.clone()),
        received("D", with("W12")),
        received("X", json!({ "specimen_no": "TX" })),
        event("N", "bis", "blood.typed", "08:50", json!({ "order_no": "NEW", "actor": { "dept": "W12" } })),
    ]);
    let mut expected = vec!["taken"; 8];
    expected.extend(["taken", "taken", "campus_unclear", "taken", "campus_not_found", "taken"]);
    assert_eq!(said(&store, &all).await, expected);
    assert_eq!(events_of(&store, "west/transfusion/O2").await, ["O2-1", "O2-2", "W"]);
    assert_eq!(events_of(&store, "east/transfusion/O1").await, ["O1-1", "O1-2", "K"]);
    assert_eq!(events_of(&store, "east/transfusion/O3").await, ["O3-1", "O3-2", "D"]);
    assert_eq!(events_of(&store, "west/transfusion/O3").await, ["O3-1", "O3-2"]);
    assert_eq!(events_of(&store, "east/transfusion/NEW").await, ["N"]);
    let kept = store.event("bis", "W").await.unwrap().unwrap();
    assert_eq!(kept.campus.as_str(), "west");

    // The same again is the same, also after a restart and whatever has been learnt since; what came too early is tried again.
    store.close().await;
    store = place.open(&library).await;
    let again = [all.get(8).unwrap().clone(), all.get(9).unwrap().clone()];
    send(&store, &drawn("east", "O4", "TW")).await;
    let receipts = send(&store, &again).await;
    assert!(receipts.iter().all(|r| r.status == medloop_store::ReceiptStatus::Duplicate), "{receipts:?}");
    assert_eq!(events_of(&store, "west/transfusion/O2").await, ["O2-1", "O2-2", "W"]);
    // A retraction goes where what it takes back went, and a correction of which nothing is known stays there.
    let back = json!({ "retracts": { "source": "bis", "id": "W" } });
    let mut other = received("K", json!({ "specimen_no": "T-UNKNOWN" }));
    other["revision"] = json!(2);
    let two = [event("R", "bis", "event.retracted", "09:00", back), other];
    assert_eq!(said(&store, &two).await, ["taken", "waiting"]);
    assert_eq!(events_of(&store, "west/transfusion/O2").await, ["O2-1", "O2-2"]);
    assert_eq!(store.event("bis", "R").await.unwrap().unwrap().campus.as_str(), "west");
    assert_eq!(store.event("bis", "K").await.unwrap().unwrap().campus.as_str(), "east");
    send(&store, &drawn("west", "O5", "TX")).await;
    let entries = store.quarantine(false, None, 10).await.unwrap().items;
    let x = entries.iter().find(|q| &*q.event_id == "X").unwrap();
    let receipt = store.retry(&x.id, None).await.unwrap().unwrap();
    assert_eq!(receipt.status, medloop_store::ReceiptStatus::Accepted);
    assert_eq!(events_of(&store, "west/transfusion/O5").await, ["O5-1", "O5-2", "X"]);
    store.close().await;
}
