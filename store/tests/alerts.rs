//! Alerts that last: raised by the clock, escalated, acted upon, cleared by late data, caught up with, held by a silence.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, at, compiled, event, library, message, minutes, story, texts};
use medloop_dsl::library::Library;
use medloop_engine::alert::{Act, AlertStatus, Course, Deed, Record, SOURCE_SILENT};
use medloop_engine::time::{Instant, Span};
use medloop_engine::value::Person;
use medloop_store::{Acted, AlertFilter, InstanceId, Mode, Store};
use serde_json::{Value, json};

fn nurse() -> Person {
    Person { id: Some("0427".into()), name: None }
}

/// The order's events up to the issue of its first bag, each sent when it happens.
async fn issued(place: &Place, store: &Store) {
    for one in story("O1", "T1", ["B1", "B2"]).iter().take(8) {
        live(place, store, one).await;
    }
}

async fn live(place: &Place, store: &Store, event: &Value) {
    let time = event["time"].as_str().unwrap();
    place.clock.set(at(&time[..19]).plus(Span::seconds(5)));
    store.submit(vec![message(event)], Mode::Live).await.unwrap();
}

async fn of(store: &Store, rule: &str) -> Vec<Record> {
    let id = InstanceId::parse("east/transfusion/O1").unwrap();
    let all = store.alerts_of(&id).await.unwrap();
    all.into_iter().filter(|a| &*a.rule == rule).collect()
}

/// The one alert that the bag was not begun in time.
async fn late(store: &Store) -> Record {
    let all = of(store, "blood_out").await;
    let [one] = all.as_slice() else { panic!("{all:?}") };
    one.clone()
}

fn course(store: &Store, alert: &Record) -> Course {
    alert.course(store.moment_of(alert)).unwrap()
}

fn clock(text: &str) -> Instant {
    at(&format!("2026-01-05T{text}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_raises_and_escalates_and_late_data_clears() {
    let place = Place::new();
    let library = library();
    let store = place.open(&library).await;
    issued(&place, &store).await;
    place.clock.set(clock("09:50:00"));
    store.tick().await.unwrap();
    assert!(of(&store, "blood_out").await.is_empty());
    place.clock.set(clock("09:55:00"));
    store.tick().await.unwrap();
    let alert = late(&store).await;
    let raised = course(&store, &alert);
    assert_eq!(raised.status, AlertStatus::Open);
    // Dated by its cause, not by the tick.
    assert_eq!((raised.raised_at, raised.due_at), (raised.due_at, alert.turns[0].at));
    assert!(raised.raised_at <= clock("09:51:00") && raised.raised_at > clock("09:49:59"), "{raised:?}");
    assert_eq!(alert.dept().as_deref(), Some("D03"));
    assert!(
        alert.turns[0].because.zh.contains("没有")
            && alert.turns[0].raised.as_ref().unwrap().message.zh.contains("B1")
    );
    let mine = AlertFilter { todo: true, dept: Some("D03".into()), ..AlertFilter::default() };
    assert!(store.alerts(mine, None, 10).await.unwrap().items.iter().any(|a| a.id == alert.id));
    place.clock.set(clock("10:05:00"));
    store.tick().await.unwrap();
    let escalated = course(&store, &late(&store).await);
    assert!(
        escalated.level >= 1
            && escalated
                .history
                .iter()
                .any(|s| matches!(&s.deed, Deed::Escalated(role) if role.as_str() == "head_nurse")),
        "{escalated:?}"
    );
    // It had begun in time; the message was late.
    let by = json!({ "id": "z", "role": "nurse" });
    let begun =
        event("LATE", "pda/east", "transfusion.started", "09:40", json!({ "bag_no": "B1", "actor": by }));
    store.submit(vec![message(&begun)], Mode::Live).await.unwrap();
    let alert = late(&store).await;
    assert_eq!(course(&store, &alert).status, AlertStatus::SelfCleared);
    assert_eq!(alert.turns.len(), 2);
    // Taken back it is violated again: the same alert, once more.
    let back = json!({ "retracts": { "source": "pda/east", "id": "LATE" } });
    place.clock.advance(minutes(1));
    store
        .submit(vec![message(&event("R", "pda/east", "event.retracted", "10:05", back))], Mode::Live)
        .await
        .unwrap();
    let again = course(&store, &late(&store).await);
    assert_eq!((again.status, again.raised_at), (AlertStatus::Open, clock("10:06:00")));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_lasts_and_out_of_place_is_refused() {
    let place = Place::new();
    let library = library();
    let mut store = place.open(&library).await;
    issued(&place, &store).await;
    place.clock.set(clock("09:55:00"));
    store.tick().await.unwrap();
    let id = late(&store).await.id;
    let close = store.act(&id, Act::Close, nurse(), false).await.unwrap();
    assert_eq!(close, Acted::Refused(AlertStatus::Open));
    assert!(matches!(store.act(&id, Act::Acknowledge, nurse(), false).await.unwrap(), Acted::Done(_)));
    assert_eq!(store.act("nothing", Act::Acknowledge, nurse(), false).await.unwrap(), Acted::Unknown);
    store.close().await;
    store = place.open(&library).await;
    let taken = course(&store, &late(&store).await);
    assert_eq!((taken.status, taken.next), (AlertStatus::Acknowledged, None));
    let risk = store.act(&id, Act::Verify { risk: true }, nurse(), true).await.unwrap();
    assert!(matches!(risk, Acted::Done(_)));
    // A person has judged it: what comes late lifts the violation and not the judgment.
    let by = json!({ "id": "z", "role": "nurse" });
    let begun =
        event("LATE", "pda/east", "transfusion.started", "09:40", json!({ "bag_no": "B1", "actor": by }));
    place.clock.advance(minutes(1));
    store.submit(vec![message(&begun)], Mode::Live).await.unwrap();
    let judged = course(&store, &late(&store).await);
    assert_eq!((judged.status, judged.standing), (AlertStatus::Verified, false));
    assert!(matches!(store.act(&id, Act::Close, nurse(), false).await.unwrap(), Acted::Done(_)));
    let alert = late(&store).await;
    assert_eq!(
        alert.actions.iter().map(|a| (a.act.word(), a.authenticated)).collect::<Vec<_>>(),
        [("acknowledge", false), ("verify", true), ("close", false)]
    );
    store.close().await;
}

/// Every alert of every order, with all its turns.
async fn everything(store: &Store) -> Vec<(String, Vec<medloop_engine::alert::Turn>)> {
    let all = store.alerts(AlertFilter::default(), None, 1000).await.unwrap().items;
    let mut all: Vec<_> = all.into_iter().map(|a| (a.id.to_string(), a.turns)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_down_catches_up() {
    let library = library();
    let (steady, away) = (Place::new(), Place::new());
    let (one, mut other) = (steady.open(&library).await, away.open(&library).await);
    issued(&steady, &one).await;
    issued(&away, &other).await;
    other.close().await;
    for _ in 0..36 {
        steady.clock.advance(minutes(40));
        one.tick().await.unwrap();
    }
    away.clock.set(steady.clock.now());
    other = away.open(&library).await;
    other.tick().await.unwrap();
    let alerts = everything(&one).await;
    assert!(!alerts.is_empty());
    assert_eq!(alerts, everything(&other).await);
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn history_dates_alerts_by_their_cause_whatever_comes_first() {
    let library = library();
    let mut all = story("O1", "T1", ["B1", "B2"]);
    all.retain(|e| !e["type"].as_str().unwrap().starts_with("transfusion"));
    let mut seen = Vec::new();
    for turn in 0..3 {
        let place = Place::new();
        let store = place.open(&library).await;
        let mut order = all.clone();
        if turn == 1 {
            order.reverse();
        }
        if turn == 2 {
            order.rotate_left(4);
        }
        let late = event("Z", "his/east", "blood.requested", "23:00", json!({ "order_no": "O9" }));
        for one in order.iter().chain([&late]) {
            store.submit(vec![message(one)], Mode::Backfill { shift: Span::ZERO }).await.unwrap();
        }
        store.tick().await.unwrap();
        let alerts = of(&store, "blood_out").await;
        assert_eq!(alerts.len(), 2, "one for each bag");
        assert!(alerts.iter().all(|a| a.history && a.turns[0].at < clock("10:00:00")), "{alerts:?}");
        seen.push(everything(&store).await);
        store.close().await;
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

/// The shipped hospital, in which the nurses' system says how late it may be and how long it is quiet.
fn listening() -> Library {
    let mut texts = texts();
    let source =
        "source: pda_push\nsystem: pda\ntransport: { kind: events }\nlag: 5分钟\nheartbeat: 10分钟\n";
    texts.insert("sources/pda.yaml".into(), source.into());
    compiled(&texts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_source_holds_what_it_could_still_send() {
    let place = Place::new();
    let library = listening();
    let pda = medloop_engine::name::SystemCode::parse("pda").unwrap();
    let east = medloop_engine::name::CampusCode::parse("east").unwrap();
    assert_eq!(library.catalogue.lag(&pda, &east), Span::minutes(5));
    let store = place.open(&library).await;
    issued(&place, &store).await;
    // Nothing from the nurses since 08:20: their silence is told, and what they may still send is not missed yet.
    for minute in 0..6 {
        place.clock.set(clock("09:30:00").plus(minutes(minute * 10)));
        store.tick().await.unwrap();
    }
    assert!(of(&store, "blood_out").await.is_empty());
    let silent = AlertFilter { rule: Some(SOURCE_SILENT.into()), ..AlertFilter::default() };
    let told = store.alerts(silent.clone(), None, 10).await.unwrap().items;
    let [one] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((one.instance(), course(&store, one).status), (None, AlertStatus::Open));
    assert_eq!(one.turns[0].at, clock("08:30:05"));
    // It is back, with something else: the silence is over, and what it held is raised after the lag.
    let other = event("P", "pda/east", "blood.order_accepted", "10:25", json!({ "order_no": "O7" }));
    live(&place, &store, &other).await;
    let told = store.alerts(silent, None, 10).await.unwrap().items;
    assert_eq!(course(&store, &told[0]).status, AlertStatus::SelfCleared);
    store.tick().await.unwrap();
    assert!(of(&store, "blood_out").await.is_empty());
    place.clock.set(clock("10:31:00"));
    store.tick().await.unwrap();
    assert_eq!(late(&store).await.turns[0].at, clock("10:30:05"));
    store.close().await;
}
