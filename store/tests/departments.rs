//! What is open for a department: whole, only what goes on, by campus and loop, at most as many as asked for.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, event, library, message, story};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_store::{Filter, Mode, OpenFilter, Store};
use serde_json::json;

async fn send(store: &Store, events: &[serde_json::Value]) {
    store.submit(events.iter().map(message).collect(), Mode::Live).await.unwrap();
}

fn keys(found: &medloop_store::OpenOrders) -> Vec<&str> {
    found.orders.iter().map(|o| &*o.id.key).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_department_sees_its_open_orders_and_no_others() {
    let place = Place::new();
    let store = place.open(&library()).await;
    for (order, tube, bags) in
        [("A", "TA", ["A1", "A2"]), ("B", "TB", ["B1", "B2"]), ("C", "TC", ["C1", "C2"])]
    {
        let mut all = story(order, tube, bags);
        if order == "B" {
            all.iter_mut()
                .filter(|e| e["data"]["patient"].is_object())
                .for_each(|e| e["data"]["patient"]["dept"] = json!("D02"));
        }
        all.iter_mut()
            .filter(|e| e["data"]["patient"].is_object())
            .for_each(|e| e["data"]["patient"]["ward"] = json!("W12"));
        if order == "C" {
            all.truncate(1);
        }
        send(&store, &all).await;
    }
    send(
        &store,
        &[event("X", "his/east", "order.cancelled", "08:05", json!({"order_no": "C", "reason": "误开"}))],
    )
    .await;

    let mut ward_alone = story("E", "TE", ["E1", "E2"]);
    for e in ward_alone.iter_mut().filter(|e| e["data"]["patient"].is_object()) {
        e["data"]["patient"]["ward"] = json!("W12");
        e["data"]["patient"].as_object_mut().unwrap().remove("dept");
    }

    let dept = |dept: &str| OpenFilter { dept: dept.into(), ..OpenFilter::default() };
    let found = store.open_orders(dept("D03"), 10).await.unwrap();
    assert_eq!((keys(&found), found.more), (vec!["A"], false), "C is cancelled, B is another's");
    let whole = store.instance(&found.orders.first().unwrap().id).await.unwrap().unwrap();
    let one = found.orders.first().unwrap();
    assert_eq!(
        (&one.facts, one.now, &one.hash),
        (&whole.facts, whole.now, &whole.hash),
        "as a single read gives it"
    );
    assert_eq!(whole.facts.tracks.len(), 2);
    assert_eq!(keys(&store.open_orders(dept("D02"), 10).await.unwrap()), ["B"]);
    assert!(store.open_orders(dept("D09"), 10).await.unwrap().orders.is_empty());
    let ward = store.open_orders(dept("W12"), 10).await.unwrap();
    assert_eq!(keys(&ward), ["A"], "a ward of D03");
    send(&store, &ward_alone).await;
    let mut both = keys(&store.open_orders(dept("D03"), 10).await.unwrap()).join(" ");
    both.push_str(&keys(&store.open_orders(dept("W12"), 10).await.unwrap()).join(" "));
    assert_eq!(both, "A EA E", "whose events name a ward alone is its department's");
    assert!(store.open_orders(dept("W13"), 10).await.unwrap().orders.is_empty(), "another ward of D03");
    let west = OpenFilter { campus: CampusCode::parse("west").ok(), ..dept("D03") };
    assert!(store.open_orders(west, 10).await.unwrap().orders.is_empty());
    let other = OpenFilter { code: LoopCode::parse("lab").ok(), ..dept("D03") };
    assert!(store.open_orders(other, 10).await.unwrap().orders.is_empty());

    let all = store.departments().await.unwrap();
    let said: Vec<(&str, i64)> = all.iter().map(|d| (d.dept.as_str(), d.open)).collect();
    assert_eq!(said, [("D02", 1), ("D03", 2)]);
    assert_eq!(all.first().unwrap().oldest, Some(common::at("2026-01-05T08:00:00")));

    for n in 0..5 {
        send(&store, story(&format!("N{n}"), &format!("TN{n}"), ["x", "y"]).get(..1).unwrap()).await;
    }
    let few = store.open_orders(dept("D03"), 3).await.unwrap();
    assert_eq!((few.orders.len(), few.more), (3, true));

    let visit = Filter { visit: Some("V-A".into()), ..Filter::default() };
    let rows = store.list(visit, None, 10).await.unwrap().items;
    assert_eq!(rows.iter().map(|r| &*r.id.key).collect::<Vec<_>>(), ["A"]);
    let neither = Filter { visit: Some("V-A".into()), patient: Some("P-B".into()), ..Filter::default() };
    assert!(store.list(neither, None, 10).await.unwrap().items.is_empty());
    store.close().await;
}
