//! A source whose clock is wrong is seen by the events that come before they happened; nothing of them is changed.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, at, event, library, message, minutes};
use medloop_engine::time::Span;
use medloop_store::{Clock, Mode, Source, Store};
use serde_json::json;

async fn sources(store: &Store) -> Vec<Source> {
    store.sources().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_seven_minutes_ahead_is_shown_and_outlives_a_restart() {
    let mut place = Place::new();
    place.clock = Clock::manual(at("2026-01-05T09:00:00"));
    let store = place.open(&library()).await;
    for n in 0..20 {
        let late =
            event(&format!("L{n}"), "bis/east", "blood.typed", "09:07", json!({"order_no": format!("O{n}")}));
        let right = event(
            &format!("H{n}"),
            "his/east",
            "blood.requested",
            "08:58",
            json!({"order_no": format!("O{n}")}),
        );
        // The same again is counted once.
        for one in [&late, &right, &late] {
            store.submit(vec![message(one)], Mode::Live).await.unwrap();
        }
    }
    let old = event("OLD", "his/east", "blood.requested", "01:00", json!({"order_no": "O99"}));
    store.submit(vec![message(&old)], Mode::Backfill { shift: Span(0) }).await.unwrap();
    let all = sources(&store).await;
    let said: Vec<_> = all.iter().map(|s| (s.system.as_str(), s.events, s.typical, s.ahead)).collect();
    assert_eq!(said, [("bis", 20, Some(minutes(-7)), Some(minutes(7))), ("his", 20, Some(minutes(2)), None)]);
    assert_eq!(all.first().unwrap().last_at, Some(at("2026-01-05T09:00:00")));
    store.close().await;
    let store = place.open(&library()).await;
    assert_eq!(sources(&store).await, all);
    store.close().await;
}

/// A laboratory whose clock runs seven minutes behind: what it receives seems to come before it was collected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_seven_minutes_behind_is_found_by_what_must_come_before() {
    let place = Place::new();
    let store = place.open(&library()).await;
    for n in 0..30 {
        let order = json!({ "order_no": format!("O{n}") });
        // Asked for at 8:mm, accepted one to four minutes later by a clock that is seven minutes behind.
        let (asked, accepted) = (format!("08:{:02}", n + 10), format!("08:{:02}", n + 10 + 1 + n % 4 - 7));
        let first = event(&format!("A{n}"), "his/east", "blood.requested", &asked, order.clone());
        let second = event(&format!("B{n}"), "pda/east", "blood.order_accepted", &accepted, order);
        // In whatever order they come.
        let both = if n % 2 == 0 { [&first, &second] } else { [&second, &first] };
        for one in both {
            store.submit(vec![message(one)], Mode::Live).await.unwrap();
        }
        store.submit(vec![message(&second)], Mode::Live).await.unwrap();
    }
    let all = sources(&store).await;
    let behind =
        |all: &[Source], code: &str| all.iter().find(|s| s.system.as_str() == code).unwrap().behind.clone();
    let found = behind(&all, "pda").unwrap();
    assert_eq!((found.by, found.pairs, found.against.as_str()), (minutes(6), 30, "his"));
    assert_eq!(found.since, at("2026-01-05T12:00:00"));
    assert_eq!(behind(&all, "his"), None);
    // Nothing of the events is changed, and the count outlives a restart and goes with its time.
    store.close().await;
    let store = place.open(&library()).await;
    assert_eq!(sources(&store).await, all);
    place.clock.advance(Span::days(57));
    assert_eq!(behind(&sources(&store).await, "pda"), None);
    store.close().await;
}
