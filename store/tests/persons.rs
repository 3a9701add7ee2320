//! Merged patients: found by every id of the person, in any order of arrival, until it is undone or retracted.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, Random, event, library, message, story};
use medloop_engine::event::{Arrival, read};
use medloop_engine::facts::EventRef;
use medloop_engine::world::World;
use medloop_store::{EventFilter, EventState, Filter, Mode, ReceiptStatus, Store};
use serde_json::{Value, json};

const IDS: [&str; 4] = ["P-A", "P-B", "P-C", "P-D"];

async fn send(store: &Store, events: &[Value]) {
    let receipts = store.submit(events.iter().map(message).collect(), Mode::Live).await.unwrap();
    assert!(receipts.iter().all(|r| r.status != ReceiptStatus::Rejected), "{receipts:?}");
}

fn says(id: &str, kind: &str, time: &str, from: &str, into: &str) -> Value {
    event(id, "his/east", kind, time, json!({ "from": from, "into": into }))
}

fn retraction(id: &str, target: &str) -> Value {
    event(
        id,
        "his/east",
        "event.retracted",
        "11:50",
        json!({"retracts": {"source": "his/east", "id": target}}),
    )
}

async fn orders(store: &Store, patient: &str) -> String {
    let filter = Filter { patient: Some(patient.into()), ..Filter::default() };
    let mut keys: Vec<String> =
        store.list(filter, None, 100).await.unwrap().items.iter().map(|r| r.id.key.to_string()).collect();
    keys.sort();
    keys.join(" ")
}

async fn ids(store: &Store, patient: &str) -> String {
    store.person(patient).await.unwrap().iter().map(|i| &**i).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn either_id_finds_all_orders_until_the_merge_is_undone() {
    let place = Place::new();
    let store = place.open(&library()).await;
    for (order, tube, bags) in [("A", "TA", ["A1", "A2"]), ("B", "TB", ["B1", "B2"])] {
        send(&store, &story(order, tube, bags)).await;
    }
    assert_eq!(orders(&store, "P-A").await, "A");
    send(&store, &[says("M1", "patient.merged", "09:00", "P-A", "P-B")]).await;
    assert_eq!((orders(&store, "P-A").await, orders(&store, "P-B").await), ("A B".into(), "A B".into()));
    assert_eq!(ids(&store, "P-B").await, "P-A P-B");
    let all = store.events(EventFilter::default(), None, 100).await.unwrap().items;
    let merge = all.iter().find(|e| &*e.id == "M1").unwrap();
    assert_eq!(merge.state, EventState::Applied, "no loop has to want it");

    send(&store, &[says("M2", "patient.unmerged", "10:00", "P-A", "P-B")]).await;
    assert_eq!(orders(&store, "P-A").await, "A");
    send(&store, &[retraction("R1", "M2")]).await;
    assert_eq!(orders(&store, "P-A").await, "A B", "what undid it is taken back");
    store.close().await;

    let store = place.open(&library()).await;
    assert_eq!(orders(&store, "P-B").await, "A B", "after a restart");
    let mut again = says("M1", "patient.merged", "09:00", "P-A", "P-C");
    again["revision"] = json!(2);
    send(&store, &[again]).await;
    assert_eq!((ids(&store, "P-A").await, ids(&store, "P-B").await), ("P-A P-C".into(), "P-B".into()));
    send(&store, &[retraction("R2", "M1")]).await;
    assert_eq!(ids(&store, "P-A").await, "P-A");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merge_names_two_ids() {
    let place = Place::new();
    let store = place.open(&library()).await;
    for data in [json!({"from": "P-A"}), json!({"from": "P-A", "into": "P-A"}), json!({})] {
        let one = event("M", "his/east", "patient.merged", "09:00", data);
        let receipt = store.submit(vec![message(&one)], Mode::Live).await.unwrap().remove(0);
        assert_eq!(&*receipt.reason.unwrap().code, "merge_ids");
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_agrees_with_the_reference_whatever_comes_first() {
    let library = library();
    let mut random = Random(0x5eed);
    for _ in 0..8 {
        let mut all = Vec::new();
        for n in 0..10 {
            let kind = random.pick(&["patient.merged", "patient.merged", "patient.unmerged"]);
            let from = random.below(4);
            let into = (from + 1 + random.below(3)) % 4;
            let time = random.pick(&["09:00", "09:10", "09:20", "09:30"]);
            let id = format!("M{}", n % 7);
            let mut one = says(&id, kind, time, IDS.get(from).unwrap(), IDS.get(into).unwrap());
            one["revision"] = json!(1 + n / 7);
            all.push(one);
        }
        all.extend([retraction("R1", "M1"), retraction("R2", "M2"), retraction("R3", "R2")]);
        random.shuffle(&mut all);
        let mut world = World::new(library.catalogue.clone(), Vec::new());
        let place = Place::new();
        let store = place.open(&library).await;
        for one in &all {
            world.submit(read(one, &library.catalogue, Arrival::Now(place.clock.now())).unwrap());
            send(&store, std::slice::from_ref(one)).await;
        }
        for id in IDS {
            assert_eq!(store.person(id).await.unwrap(), world.person(id), "{id} of {all:#?}");
        }
        store.close().await;
        let store = place.open(&library).await;
        for id in IDS {
            assert_eq!(store.person(id).await.unwrap(), world.person(id), "{id} after a restart");
        }
        let reference = EventRef { source: "his/east".into(), id: "M1".into() };
        assert_eq!(world.state(&reference), Some(EventState::Retracted));
        store.close().await;
    }
}
