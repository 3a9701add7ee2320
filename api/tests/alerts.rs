//! `/alerts` as callers and the forms of our own pages use it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "each test file uses its own share of the helpers")]
mod common;

use axum::http::StatusCode;
use common::{Door, story};
use medloop_engine::time::Span;
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");
const NURSE: (&str, &str) = ("x-actor", "0427");

/// A door behind which an order has an alert that is open, and its address.
async fn alerted() -> (Door, String) {
    let door = Door::open().await;
    door.submit(&Value::from(story("ZY1"))).await;
    let page = door.get("/api/v1/alerts?todo=true&rule=blood_out").await;
    let one = page["items"][0].clone();
    door.fits(&one, "Alert");
    assert_eq!(one["status"], "open");
    (door, format!("/api/v1/alerts/{}", one["id"].as_str().unwrap()))
}

#[tokio::test]
async fn an_alert_goes_its_way_and_its_history_says_who() {
    let (door, alert) = alerted().await;
    let step = async |act: &str, headers: &[(&str, &str)], body: &str| {
        let (status, _, answer) = door.act(&format!("{alert}/{act}"), headers, body).await;
        (status, answer["code"].as_str().or(answer["status"].as_str()).unwrap_or_default().to_owned())
    };
    let bad = StatusCode::BAD_REQUEST;
    assert_eq!(step("acknowledge", &[], "").await, (bad, "no_actor".into()));
    assert_eq!(step("verify", &[JSON, NURSE], "{}").await, (bad, "bad_body".into()));
    assert_eq!(step("verify", &[JSON, NURSE], "{").await, (bad, "not_json".into()));
    assert_eq!(step("dismiss", &[JSON, NURSE], r#"{"why": "  "}"#).await, (bad, "bad_body".into()));
    assert_eq!(step("close", &[NURSE], "").await, (StatusCode::CONFLICT, "wrong_state".into()));
    assert_eq!(step("acknowledge", &[NURSE], "").await, (StatusCode::OK, "acknowledged".into()));
    assert_eq!(step("acknowledge", &[NURSE], "").await, (StatusCode::CONFLICT, "wrong_state".into()));
    assert_eq!(
        step("verify", &[JSON, NURSE], r#"{"risk": true}"#).await,
        (StatusCode::OK, "verified".into())
    );
    assert_eq!(step("close", &[NURSE], "").await, (StatusCode::OK, "closed".into()));
    let after = door.get(&alert).await;
    door.fits(&after, "Alert");
    let history = after["history"].as_array().unwrap();
    let told: Vec<&str> = history.iter().map(|s| s["event"].as_str().unwrap()).collect();
    assert_eq!(told, ["raised", "acknowledge", "verify", "close"]);
    assert_eq!((&history[2]["by"]["id"], &history[2]["risk"]), (&"0427".into(), &true.into()));
    assert_eq!(history[2]["authenticated"], false);
    assert_eq!(after["actions"], Value::Array(vec![]));
    let shown = door.get("/api/v1/instances/east%2Ftransfusion%2FZY1").await;
    assert!(
        shown["alerts"].as_array().unwrap().iter().any(|a| a["id"] == after["id"] && a["status"] == "closed")
    );
    assert_eq!(door.get_status("/api/v1/alerts/none").await, StatusCode::NOT_FOUND);
    let (status, ..) = door.act("/api/v1/alerts/none/close", &[NURSE], "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_alert_that_nobody_takes_says_whom_it_was_told() {
    let (door, alert) = alerted().await;
    let told = async |minutes: i64| {
        door.clock().advance(Span::minutes(minutes));
        let listed = door.get("/api/v1/alerts?rule=blood_out&order=ZY1").await["items"][0].clone();
        door.fits(&listed, "Alert");
        assert_eq!(listed, door.get(&alert).await);
        assert_eq!(listed["level"], listed["told"].as_array().unwrap().len());
        listed["told"].clone()
    };
    assert_eq!(told(9).await, json!([]));
    // Since ten minutes after it was raised, at noon, whenever somebody asks.
    let since = json!([{ "role": "head_nurse", "title": "护士长", "since": "2026-01-05T12:10:00+08:00" }]);
    assert_eq!(told(1).await, since);
    assert_eq!(told(20).await, since);
    assert_eq!(door.get(&format!("{alert}?lang=en")).await["told"][0]["title"], "Head nurse");
    let (status, ..) = door.act(&format!("{alert}/acknowledge"), &[NURSE], "").await;
    assert_eq!((status, told(300).await), (StatusCode::OK, since));
}

#[tokio::test]
async fn a_form_of_our_own_comes_back_to_its_page_and_no_other_is_taken() {
    let (door, alert) = alerted().await;
    let act = async |act: &str, headers: &[(&str, &str)], body: &str| {
        let (status, place, _) = door.act(&format!("{alert}/{act}"), headers, body).await;
        (status, place)
    };
    let said = "actor=%E8%B5%B5&why=%E8%AF%AF%E6%8A%A5&back=%2Falerts%3Floop%3Dtransfusion";
    let refused = (StatusCode::FORBIDDEN, String::new());
    assert_eq!(act("dismiss", &[FORM], said).await, refused, "nothing says where it comes from");
    assert_eq!(act("dismiss", &[FORM, ("sec-fetch-site", "cross-site")], said).await, refused);
    let elsewhere = [FORM, ("origin", "http://evil.example"), ("host", "127.0.0.1:7117")];
    assert_eq!(act("dismiss", &elsewhere, said).await, refused);
    let done = (StatusCode::SEE_OTHER, "/alerts?loop=transfusion".to_owned());
    assert_eq!(act("dismiss", &[FORM, OURS], said).await, done);
    let after = door.get(&alert).await;
    assert_eq!((&after["status"], &after["history"][1]["why"]), (&"dismissed".into(), &"误报".into()));
    // An address of another house is no page of ours.
    let away = "actor=a&back=%2F%2Fevil.example";
    let old = [FORM, ("origin", "http://127.0.0.1:7117"), ("host", "127.0.0.1:7117")];
    assert_eq!(act("close", &old, away).await, (StatusCode::SEE_OTHER, "/alerts".to_owned()));
}

#[tokio::test]
async fn the_list_is_narrowed_and_paged() {
    let door = Door::open().await;
    for order in ["ZY1", "ZY2", "ZY3"] {
        door.submit(&Value::from(story(order))).await;
    }
    let count = async |query: &str| {
        door.get(&format!("/api/v1/alerts?{query}")).await["items"].as_array().unwrap().len()
    };
    let late = count("rule=blood_out").await;
    assert!(late >= 3, "{late}");
    assert_eq!(count("rule=blood_out&order=ZY2").await, 1);
    assert_eq!(count("rule=blood_out&instance=east%2Ftransfusion%2FZY3&severity=critical").await, 1);
    assert_eq!(count("rule=blood_out&dept=D03&loop=transfusion&campus=east&status=open").await, late);
    for none in ["dept=D99", "campus=west", "status=closed", "from=2026-01-06", "to=2026-01-05"] {
        assert_eq!(count(none).await, 0, "{none}");
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = door.get(&format!("/api/v1/alerts?limit=2{cursor}")).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((seen.len(), all), (count("limit=500").await, all));
    for bad in ["status=lost", "severity=red", "instance=x", "limit=0", "cursor=zz", "colour=red"] {
        let (status, answer) = door.try_get(&format!("/api/v1/alerts?{bad}")).await;
        assert_eq!((status, answer["code"].as_str()), (StatusCode::BAD_REQUEST, Some("bad_query")), "{bad}");
    }
}
