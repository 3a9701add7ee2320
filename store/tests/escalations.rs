//! Escalations: who is told of an alert that nobody takes, from when on, and what ends it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Place, at, compiled, event, message, minutes, story, texts};
use medloop_dsl::library::Library;
use medloop_engine::alert::{Act, Record};
use medloop_engine::time::{Instant, Span};
use medloop_engine::value::Person;
use medloop_engine::view::{AlertView, alert};
use medloop_engine::words::Lang;
use medloop_store::{Acted, InstanceId, Mode, Store};
use serde_json::{Value, json};

/// The shipped library, in which a bag that nobody begins is told first to the head nurse, then to the head of the department.
fn library() -> Library {
    let mut texts = texts();
    let transfusion = texts.get_mut("transfusion.loop").unwrap();
    let (one, two) = ("    升级 10分钟 护士长\n", "    升级 10分钟 护士长\n    升级 25分钟 科主任\n");
    let rule = transfusion.find("[blood_out]").unwrap();
    let (before, after) = transfusion.split_at(rule);
    *transfusion = format!("{before}{}", after.replacen(one, two, 1));
    assert!(transfusion.contains(two), "the text has changed");
    compiled(&texts)
}

async fn send(store: &Store, event: &Value) {
    store.submit(vec![message(event)], Mode::Live).await.unwrap();
}

/// An order of which one bag was issued and not begun; its alert is up. When it was raised.
async fn raised(place: &Place, store: &Store) -> Instant {
    for one in story("O1", "T1", ["B1", "B2"]).iter().take(8) {
        let time = one["time"].as_str().unwrap();
        place.clock.set(at(time.get(..19).unwrap()).plus(Span::seconds(5)));
        send(store, one).await;
    }
    place.clock.set(at("2026-01-05T09:55:00"));
    store.tick().await.unwrap();
    let alert = found(store).await;
    alert.course(store.moment_of(&alert)).unwrap().raised_at
}

async fn found(store: &Store) -> Record {
    let id = InstanceId::parse("east/transfusion/O1").unwrap();
    let mut all = store.alerts_of(&id).await.unwrap();
    all.retain(|a| &*a.rule == "blood_out");
    let [one] = all.as_slice() else { panic!("{all:?}") };
    one.clone()
}

async fn view(store: &Store, lang: Lang) -> AlertView {
    let record = found(store).await;
    alert(&record, store.catalogue(), store.moment_of(&record), lang).unwrap()
}

/// Status, and whom it was told how many minutes after `raised`, `minute` minutes after that, when the clock has been looked at.
async fn told(place: &Place, store: &Store, raised: Instant, minute: i64) -> (String, Vec<(String, i64)>) {
    place.clock.set(raised.plus(minutes(minute)));
    store.tick().await.unwrap();
    let shown = view(store, Lang::Zh).await;
    let after = |since: &str| (at(since).0 - raised.0) / minutes(1).0;
    assert_eq!(usize::try_from(shown.level).unwrap(), shown.told.len());
    (shown.status.to_owned(), shown.told.iter().map(|t| (t.role.clone(), after(&t.since))).collect())
}

fn said(status: &str, all: &[(&str, i64)]) -> (String, Vec<(String, i64)>) {
    (status.to_owned(), all.iter().map(|(role, minute)| ((*role).to_owned(), *minute)).collect())
}

async fn act(store: &Store, act: Act) {
    let by = Person { id: Some("0427".into()), name: None };
    let id = found(store).await.id;
    assert!(matches!(store.act(&id, act, by, false).await.unwrap(), Acted::Done(_)));
}

const HEAD: (&str, i64) = ("head_nurse", 10);
const CHIEF: (&str, i64) = ("department_head", 25);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_after_the_other_is_told_from_the_stated_moment_on_also_after_a_restart() {
    let (place, library) = (Place::new(), library());
    let mut store = place.open(&library).await;
    let raised = raised(&place, &store).await;
    let next = |record: &Record, store: &Store| record.course(store.moment_of(record)).unwrap().next;
    assert_eq!(next(&found(&store).await, &store), Some(raised.plus(minutes(10))));
    assert_eq!(told(&place, &store, raised, 9).await, said("open", &[]));
    assert_eq!(told(&place, &store, raised, 10).await, said("open", &[HEAD]));
    store.close().await;
    store = place.open(&library).await;
    assert_eq!(told(&place, &store, raised, 24).await, said("open", &[HEAD]));
    assert_eq!(next(&found(&store).await, &store), Some(raised.plus(minutes(25))));
    // Nobody looked at the clock when its time came: it is dated by its moment all the same.
    store.close().await;
    place.clock.set(raised.plus(minutes(90)));
    store = place.open(&library).await;
    assert_eq!(told(&place, &store, raised, 91).await, said("open", &[HEAD, CHIEF]));
    assert_eq!(next(&found(&store).await, &store), None);
    let titles = |view: AlertView| view.told.into_iter().map(|t| t.title).collect::<Vec<_>>();
    assert_eq!(titles(view(&store, Lang::Zh).await), ["护士长", "科主任"]);
    assert!(titles(view(&store, Lang::En).await).iter().all(|t| t.is_ascii() && !t.contains('_')));
    let history = view(&store, Lang::Zh).await.history;
    assert_eq!(history.iter().map(|s| s.event).collect::<Vec<_>>(), ["raised", "escalated", "escalated"]);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_is_told_once_somebody_has_taken_it() {
    let (place, library) = (Place::new(), library());
    let mut store = place.open(&library).await;
    let raised = raised(&place, &store).await;
    assert_eq!(told(&place, &store, raised, 20).await, said("open", &[HEAD]));
    // At the very moment of an escalation, what a person does comes first.
    place.clock.set(raised.plus(minutes(25)));
    act(&store, Act::Acknowledge).await;
    assert_eq!(told(&place, &store, raised, 25).await, said("acknowledged", &[HEAD]));
    store.close().await;
    store = place.open(&library).await;
    assert_eq!(told(&place, &store, raised, 300).await, said("acknowledged", &[HEAD]));
    act(&store, Act::Verify { risk: true }).await;
    assert_eq!(told(&place, &store, raised, 301).await, said("verified", &[HEAD]));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn late_data_ends_it_and_a_violation_anew_begins_it_anew() {
    let (place, library) = (Place::new(), library());
    let mut store = place.open(&library).await;
    let raised = raised(&place, &store).await;
    assert_eq!(told(&place, &store, raised, 12).await, said("open", &[HEAD]));
    let begun = json!({ "bag_no": "B1", "actor": { "id": "z", "role": "nurse" } });
    send(&store, &event("LATE", "pda/east", "transfusion.started", "09:40", begun)).await;
    assert_eq!(told(&place, &store, raised, 40).await, said("self_cleared", &[HEAD]));
    place.clock.set(raised.plus(minutes(60)));
    let back = json!({ "retracts": { "source": "pda/east", "id": "LATE" } });
    send(&store, &event("R", "pda/east", "event.retracted", "10:50", back)).await;
    assert_eq!(told(&place, &store, raised, 69).await, said("open", &[]));
    store.close().await;
    store = place.open(&library).await;
    assert_eq!(told(&place, &store, raised, 70).await, said("open", &[("head_nurse", 70)]));
    assert_eq!(
        told(&place, &store, raised, 85).await,
        said("open", &[("head_nurse", 70), ("department_head", 85)])
    );
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_of_what_was_loaded_as_history() {
    let (place, library) = (Place::new(), library());
    let store = place.open(&library).await;
    let later = event("Z", "his/east", "blood.requested", "11:30", json!({ "order_no": "O9" }));
    for one in story("O1", "T1", ["B1", "B2"]).iter().take(8).chain([&later]) {
        store.submit(vec![message(one)], Mode::Backfill { shift: Span::ZERO }).await.unwrap();
    }
    for _ in 0..2 {
        place.clock.advance(Span::days(1));
        store.tick().await.unwrap();
        let shown = view(&store, Lang::Zh).await;
        assert!(shown.backfilled && shown.told.is_empty() && shown.status == "open", "{shown:?}");
    }
    store.close().await;
}
