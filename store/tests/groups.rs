//! An order of several drugs: found by each of them, done once, stopped when all of them are.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, event, library, message};
use medloop_engine::facts::InstanceFacts;
use medloop_engine::fold::fold;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::state::Status;
use medloop_engine::view::{Lang, instance};
use medloop_store::{InstanceId, Mode, Store};
use serde_json::{Value, json};

fn id() -> InstanceId {
    InstanceId {
        campus: CampusCode::parse("east").unwrap(),
        code: LoopCode::parse("pivas").unwrap(),
        key: "G1".into(),
    }
}

/// One of four drugs, each sent by itself.
fn placed(n: u32) -> Value {
    let data = json!({
        "group_no": "G1", "order_no": format!("D{n}"), "order_nature": "长期", "supply_mode": "静配", "drug_count": 4,
        "solvent": "0.9% NaCl 100 ml", "usage": "ivgtt bid", "actor": { "id": "0101", "role": "doctor" },
    });
    event(&format!("P{n}"), "his/east", "order.placed", "08:00", data)
}

fn stopped(n: u32) -> Value {
    let data = json!({ "group_no": "G1", "order_no": format!("D{n}"), "reason": "疗程结束" });
    event(&format!("S{n}"), "his/east", "order.stopped", &format!("09:0{n}"), data)
}

/// What the timeline says of the order's own track beside its nodes.
async fn said(store: &Store, lang: Lang) -> Option<String> {
    let found = store.instance(&id()).await.unwrap().unwrap();
    let definition = store.loops().iter().find(|l| l.hash == found.hash).unwrap().definition.clone();
    let state = fold(&definition, &found.facts, store.clock().now());
    let view = instance(&definition, &found.hash, &found.facts, &state, store.clock().now(), lang);
    view.tracks.first().and_then(|t| t.text.ended_by.clone())
}

async fn send(store: &Store, events: &[Value]) -> (InstanceFacts, Status, usize) {
    store.submit(events.iter().map(message).collect(), Mode::Live).await.unwrap();
    let found = store.instance(&id()).await.unwrap().unwrap();
    let definition = store.loops().iter().find(|l| l.hash == found.hash).unwrap().definition.clone();
    let state = fold(&definition, &found.facts, store.clock().now());
    let times = state.tracks.first().unwrap().nodes.iter().map(|n| n.hits.len()).max().unwrap();
    (found.facts, state.status, times)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_four_drugs_is_one_order() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let four: Vec<Value> = (1..=4).map(placed).collect();
    let (facts, status, times) = send(&store, &four).await;
    assert_eq!((facts.order.facts.len(), status, times), (4, Status::Open, 1), "four messages, one act");
    for n in 1..=4 {
        assert_eq!(store.orders(&format!("D{n}")).await.unwrap(), [id()], "found by each drug");
    }
    let (_, status, _) = send(&store, &[stopped(2), stopped(4)]).await;
    assert_eq!(status, Status::Open, "two of four are stopped");
    assert_eq!(
        said(&store, Lang::En).await.unwrap(),
        "D2 stopped at 09:02, the others go on; D4 stopped at 09:04, the others go on"
    );
    assert!(said(&store, Lang::Zh).await.unwrap().contains("停止 D2，其余照旧"));
    let (_, status, _) = send(&store, &[stopped(1), stopped(3)]).await;
    assert_eq!(status, Status::Stopped);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_of_one_message_are_found_as_well() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let mut one = placed(1);
    one["data"]["items"] = json!([{ "order_no": "D1" }, { "order_no": "D7", "name": "氯化钾" }]);
    let (_, status, times) = send(&store, &[one, stopped(1)]).await;
    assert_eq!((status, times), (Status::Open, 1), "D7 goes on");
    assert_eq!(store.orders("D7").await.unwrap(), [id()]);
    let (_, status, _) = send(&store, &[stopped(7)]).await;
    assert_eq!(status, Status::Stopped);
    store.close().await;
}
