//! What must hold over restarts, floods and bad messages.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, at, compiled, event, library, message, minutes, story, texts};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::state::Status;
use medloop_engine::time::Span;
use medloop_store::{
    Error, EventFilter, EventState, Filter, InstanceId, Limits, Mode, Options, ReceiptStatus, Store,
    Submission,
};
use serde_json::json;
use sqlx::Connection as _;

fn id(key: &str) -> InstanceId {
    InstanceId {
        campus: CampusCode::parse("east").unwrap(),
        code: LoopCode::parse("transfusion").unwrap(),
        key: key.into(),
    }
}

async fn one(store: &Store, json: &serde_json::Value) -> (ReceiptStatus, Option<String>) {
    let receipt = store.submit(vec![message(json)], Mode::Live).await.unwrap().remove(0);
    (receipt.status, receipt.reason.map(|r| r.code.to_string()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn running_instances_keep_their_definition_when_the_loops_are_edited() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let all = story("ORD1", "T1", ["B1", "B2"]);
    let before: Vec<_> = all.iter().take(6).map(message).collect();
    store.submit(before, Mode::Live).await.unwrap();
    let old = store.instance(&id("ORD1")).await.unwrap().unwrap();
    store.close().await;

    let mut edited = texts();
    let text = edited.get_mut("transfusion.loop").unwrap();
    *text = text.replace("类别 用血", "类别 输血");
    let edited = compiled(&edited);
    let store = place.open(&edited).await;
    let code = LoopCode::parse("transfusion").unwrap();
    let published = store.loops().iter().find(|l| l.definition.code == code).unwrap().hash.clone();
    assert_ne!(published, old.hash);
    store.submit(all.iter().skip(6).map(message).collect(), Mode::Live).await.unwrap();
    store.submit(story("ORD2", "T2", ["B3", "B4"]).iter().map(message).collect(), Mode::Live).await.unwrap();
    let running = store.instance(&id("ORD1")).await.unwrap().unwrap();
    assert_eq!((&running.hash, running.facts.tracks.len()), (&old.hash, 2));
    assert_eq!(store.instance(&id("ORD2")).await.unwrap().unwrap().hash, published);
    store.close().await;

    let store = place.open(&library()).await;
    assert_eq!(store.instance(&id("ORD1")).await.unwrap().unwrap().facts, running.facts);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_wait_for_their_link_and_their_order() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let waiting = Some("waiting".to_owned());
    let bag = event("1", "pda/east", "transfusion.started", "09:45", json!({ "bag_no": "B1" }));
    assert_eq!(one(&store, &bag).await, (ReceiptStatus::Accepted, waiting.clone()));
    let collected = json!({ "order_no": "ORD1", "specimen_no": "T1" });
    let tube = event("2", "pda/east", "specimen.collected", "08:20", collected);
    assert_eq!(one(&store, &tube).await, (ReceiptStatus::Accepted, waiting));
    let filter = EventFilter { state: Some(EventState::Waiting), ..EventFilter::default() };
    let listed = store.events(filter.clone(), None, 10).await.unwrap().items;
    assert_eq!(listed.iter().map(|e| &*e.id).collect::<Vec<_>>(), ["2", "1"]);
    assert!(store.list(Filter::default(), None, 10).await.unwrap().items.is_empty());

    let issued = json!({ "order_no": "ORD1", "bag_no": "B1", "blood_type": "A+" });
    let issued = event("3", "bis/east", "blood.issued", "09:20", issued);
    assert_eq!(one(&store, &issued).await, (ReceiptStatus::Accepted, None));
    assert!(store.events(filter, None, 10).await.unwrap().items.is_empty());
    let found = store.instance(&id("ORD1")).await.unwrap().unwrap();
    let bag: Vec<_> = found.facts.tracks.values().flat_map(|t| &t.facts).map(|f| &*f.event.id).collect();
    assert_eq!(bag, ["3", "1"]);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_poisoned_event_disturbs_nothing_else_in_its_batch() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let mut conn = sqlx::SqliteConnection::connect(&place.url()).await.unwrap();
    let trap = "CREATE TRIGGER trap BEFORE INSERT ON event WHEN NEW.id = 'ORD1-4' BEGIN SELECT RAISE(ABORT, 'poison'); END";
    sqlx::query(trap).execute(&mut conn).await.unwrap();
    let all = story("ORD1", "T1", ["B1", "B2"]);
    let receipts = store.submit(all.iter().map(message).collect(), Mode::Live).await.unwrap();
    let rejected: Vec<_> = receipts.iter().filter(|r| r.status == ReceiptStatus::Rejected).collect();
    assert_eq!(rejected.len(), 1);
    assert_eq!((&*rejected[0].id, &*rejected[0].reason.as_ref().unwrap().code), ("ORD1-4", "not_applied"));
    let kept = store.quarantine(false, None, 10).await.unwrap().items;
    assert_eq!((kept.len(), &*kept[0].event_id), (1, "ORD1-4"));
    assert_eq!(store.instance(&id("ORD1")).await.unwrap().unwrap().facts.tracks.len(), 2);

    sqlx::query("DROP TRIGGER trap").execute(&mut conn).await.unwrap();
    let receipt = store.retry(&kept[0].id, None).await.unwrap().unwrap();
    assert_eq!(receipt.status, ReceiptStatus::Accepted);
    assert!(store.quarantine(false, None, 10).await.unwrap().items.is_empty());
    assert_eq!(store.quarantine(true, None, 10).await.unwrap().items.len(), 1);
    // The tube is linked now: the event that waited for it is in the order.
    let facts = store.instance(&id("ORD1")).await.unwrap().unwrap().facts;
    assert!(facts.order.facts.iter().any(|f| &*f.event.id == "ORD1-5"));
    store.close().await;
}

/// Each order's events stay in order; the orders take turns.
fn interleaved(orders: usize) -> Vec<serde_json::Value> {
    let stories: Vec<_> = (0..orders)
        .map(|n| story(&format!("F{n}"), &format!("FT{n}"), [&format!("FB{n}a"), &format!("FB{n}b")]))
        .collect();
    let longest = stories.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|i| stories.iter().filter_map(move |s| s.get(i).cloned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_in_a_flood_disturbs_no_batch_that_is_taken_beside_its_own() {
    let poison = ["F7-3", "F20-11", "F33-24", "F34-24"];
    let all = interleaved(40);
    let place = Place::new();
    let store = place.open(&library()).await;
    let mut conn = sqlx::SqliteConnection::connect(&place.url()).await.unwrap();
    let names = poison.map(|id| format!("'{id}'")).join(",");
    let trap = format!(
        "CREATE TRIGGER trap BEFORE INSERT ON event WHEN NEW.id IN ({names}) BEGIN SELECT RAISE(ABORT, 'poison'); END"
    );
    sqlx::query(sqlx::AssertSqlSafe(trap)).execute(&mut conn).await.unwrap();
    // Some are on their way to the log while the next are taken; whatever order they come in, the same is made of them.
    let floods: Vec<_> = all
        .chunks(80)
        .map(|some| {
            let (store, some) = (store.clone(), some.iter().map(message).collect());
            tokio::spawn(async move { store.submit(some, Mode::Live).await.unwrap() })
        })
        .collect();
    let mut rejected = Vec::new();
    for flood in floods {
        let receipts = flood.await.unwrap();
        let refused = receipts.iter().filter(|r| r.status != ReceiptStatus::Accepted);
        rejected.extend(refused.map(|r| r.id.to_string()));
    }
    rejected.sort();
    let mut expected = poison.map(str::to_owned);
    expected.sort();
    assert_eq!(rejected, expected);

    let other = Place::new();
    let plain = other.open(&library()).await;
    let good = all.iter().filter(|e| !poison.contains(&e["id"].as_str().unwrap()));
    plain.submit(good.map(message).collect(), Mode::Live).await.unwrap();
    for order in 0..40 {
        let key = format!("F{order}");
        let (one, two) = (store.instance(&id(&key)).await.unwrap(), plain.instance(&id(&key)).await.unwrap());
        assert_eq!(one.unwrap().facts, two.unwrap().facts, "{key}");
    }
    store.close().await;
    plain.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_event_is_kept_with_its_reason_and_can_be_mended() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let good = story("ORD1", "T1", ["B1", "B2"]);
    let batch = vec![
        message(&good[0]),
        Submission::text("{ not json"),
        Submission::text("[".repeat(100_000)),
        Submission::value(
            json!({ "specversion": "1.0", "id": "1", "source": "nobody", "type": "blood.issued" }),
        ),
        message(&good[1]),
    ];
    let receipts = store.submit(batch, Mode::Live).await.unwrap();
    let statuses: Vec<_> = receipts.iter().map(|r| r.status).collect();
    use ReceiptStatus::{Accepted, Rejected};
    assert_eq!(statuses, [Accepted, Rejected, Rejected, Rejected, Accepted]);
    let kept = store.quarantine(false, None, 10).await.unwrap().items;
    assert_eq!(kept.len(), 3);
    let wrong = kept.iter().find(|q| &*q.raw == "{ not json").unwrap();
    assert_eq!((&*wrong.reason.code, wrong.times), ("not_json", 1));
    let receipt = store.retry(&wrong.id, Some(message(&good[2]))).await.unwrap().unwrap();
    assert_eq!(receipt.status, Accepted);
    assert_eq!(store.quarantine(false, None, 10).await.unwrap().items.len(), 2);
    assert!(store.retry("none", None).await.unwrap().is_none());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_busy_and_takes_nothing() {
    let place = Place::new();
    let limits = Limits { messages: 40, bytes: 1 << 20 };
    let store = Store::open(&place.url(), library(), Options { limits, ..Options::default() }).await.unwrap();
    let mut sent = Vec::new();
    for n in 0..40 {
        let store = store.clone();
        let bags = [format!("B{n}"), format!("C{n}")];
        let all = story(&format!("ORD{n}"), &format!("T{n}"), [&bags[0], &bags[1]]);
        let all: Vec<_> = all.iter().map(message).collect();
        sent.push(tokio::spawn(async move { store.submit(all, Mode::Live).await.map(|r| r.len()) }));
    }
    let (mut taken, mut busy) = (0, 0);
    for task in sent {
        match task.await.unwrap() {
            Ok(n) => taken += n,
            Err(Error::Busy) => busy += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(busy > 0 && taken > 0, "{taken} taken, {busy} busy");
    let events = store.events(EventFilter::default(), None, 1000).await.unwrap().items.len();
    assert_eq!(events, taken);
    store.close().await;
    assert!(matches!(store.submit(vec![Submission::text("{}")], Mode::Live).await, Err(Error::Closed)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_alone_changes_a_status_by_the_ticker() {
    let place = Place::new();
    let store = place.open(&library()).await;
    place.clock.set(at("2026-01-05T09:25:00"));
    let all = story("ORD1", "T1", ["B1", "B2"]);
    let early =
        all.iter().filter(|e| e["time"].as_str().unwrap() < "2026-01-05T09:25").map(message).collect();
    store.submit(early, Mode::Live).await.unwrap();
    let row = store.list(Filter::default(), None, 10).await.unwrap().items.remove(0);
    let next = row.next_at.unwrap();
    assert_eq!((row.status, store.tick().await.unwrap()), (Status::Open, 0));
    let version = store.instance(&row.id).await.unwrap().unwrap().version;
    place.clock.set(next);
    assert_eq!(store.tick().await.unwrap(), 1);
    assert_eq!(store.instance(&row.id).await.unwrap().unwrap().version, version + 1);
    place.clock.advance(Span::hours(24 * 30));
    store.tick().await.unwrap();
    let row = store.list(Filter::default(), None, 10).await.unwrap().items.remove(0);
    assert_eq!((row.status, row.next_at), (Status::Interrupted, None));
    assert_eq!(store.tick().await.unwrap(), 0);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_is_judged_at_its_own_end_until_something_live_comes() {
    let place = Place::new();
    let store = place.open(&library()).await;
    let mut all = story("ORD1", "T1", ["B1", "B2"]);
    for event in &mut all {
        let time = event["time"].as_str().unwrap().replace("2026-", "2150-");
        event["time"] = json!(time);
        event["data"].as_object_mut().unwrap().remove("expires_at");
    }
    let history = Mode::Backfill { shift: minutes(0) };
    let receipts = store.submit(all.iter().take(9).map(message).collect(), history).await.unwrap();
    assert!(receipts.iter().all(|r| r.status == ReceiptStatus::Accepted), "{receipts:?}");
    let found = store.instance(&id("ORD1")).await.unwrap().unwrap();
    assert_eq!(found.now, at("2150-01-05T09:30:00"));
    let row = store.list(Filter::default(), None, 10).await.unwrap().items.remove(0);
    assert_eq!(row.status, Status::Open);

    // Another order's history goes further: the end of it is the now of both, and the ticker finds what is due by then.
    let mut later = story("ORD2", "T2", ["B3", "B4"]);
    later.truncate(1);
    later[0]["time"] = json!("2150-03-05T09:20:00+08:00");
    store.submit(later.iter().map(message).collect(), history).await.unwrap();
    assert!(store.tick().await.unwrap() >= 1);
    let rows =
        store.list(Filter { order: Some("ORD1".into()), ..Filter::default() }, None, 10).await.unwrap().items;
    assert_eq!(rows[0].status, Status::Interrupted);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_paged_and_narrowed() {
    let place = Place::new();
    let store = place.open(&library()).await;
    for n in 0..7 {
        let all = story(&format!("ORD{n}"), &format!("T{n}"), ["B1", "B2"]);
        store.submit(all.iter().take(3).map(message).collect(), Mode::Live).await.unwrap();
    }
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = store.list(Filter::default(), cursor, 3).await.unwrap();
        seen.extend(page.items.iter().map(|r| r.id.key.to_string()));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["ORD6", "ORD5", "ORD4", "ORD3", "ORD2", "ORD1", "ORD0"]);
    let count = async |filter: Filter| store.list(filter, None, 100).await.unwrap().items.len();
    assert_eq!(count(Filter { patient: Some("P-ORD3".into()), ..Filter::default() }).await, 1);
    assert_eq!(count(Filter { patient: Some("V-ORD3".into()), ..Filter::default() }).await, 1);
    assert_eq!(
        count(Filter { patient: Some("P-ORD3".into()), order: Some("ORD4".into()), ..Filter::default() })
            .await,
        0
    );
    assert_eq!(
        count(Filter { dept: Some("D03".into()), status: Some(Status::Open), ..Filter::default() }).await,
        7
    );
    assert_eq!(count(Filter { from: Some(at("2026-01-05T08:00:00")), ..Filter::default() }).await, 7);
    assert_eq!(count(Filter { to: Some(at("2026-01-05T08:00:00")), ..Filter::default() }).await, 0);
    assert_eq!(store.orders("ORD5").await.unwrap(), [id("ORD5")]);
    assert!(matches!(store.list(Filter::default(), Some("zz".into()), 3).await, Err(Error::Cursor)));
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.instances.get("open"), counts.waiting, counts.quarantine), (Some(&7), 0, 0));
    store.close().await;
}
