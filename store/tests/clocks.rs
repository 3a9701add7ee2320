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
