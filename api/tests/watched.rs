//! What a department is told, what a page mends in quarantine, what Prometheus reads.

#[expect(dead_code, reason = "each test uses its part")]
mod common;

use axum::http::StatusCode;
use common::{Door, story};
use serde_json::{Value, json};

#[tokio::test]
async fn a_department_is_told_where_its_orders_are_stuck() {
    let door = Door::open().await;
    door.submit(&Value::from(story("ZY1"))).await;
    door.submit(&story("ZY2")[0]).await;
    let found = door.get("/api/v1/departments/D03/open?lang=en").await;
    let items = found["items"].as_array().unwrap();
    items.iter().for_each(|i| door.fits(i, "OpenOrder"));
    let of = |key: &str| items.iter().find(|i| i["key"] == key).unwrap();
    let owed = &of("ZY2")["owed"][0];
    assert_eq!(
        (owed["node"].as_str(), owed["status"].as_str()),
        (Some("accept"), Some("overdue")),
        "{owed:#}"
    );
    assert_eq!(
        (owed["waited_s"].as_i64(), owed["late_by_s"].as_i64()),
        (Some(4 * 3600), Some(4 * 3600 - 1800))
    );
    assert_eq!((owed["roles"][0].as_str(), owed["dept"].as_str()), (Some("nurse"), Some("W12")));
    assert_eq!(of("ZY1")["owed"][0]["track"], "B1", "{:#}", of("ZY1"));
    assert_eq!(door.get("/api/v1/departments/D02/open").await["items"], json!([]));
    assert_eq!(door.get("/api/v1/instances?visit=V-ZY2").await["items"][0]["key"], "ZY2");
    assert_eq!(door.get_status("/api/v1/departments/D03/open?node=x").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn merged_patients_are_found_by_either_id() {
    let door = Door::open().await;
    door.submit(&story("ZY1")[0]).await;
    let patient = door.get("/api/v1/instances").await["items"][0]["patient"]["id"].clone();
    let patient = patient.as_str().unwrap();
    let mut merge = story("ZY1")[0].clone();
    for (name, value) in [
        ("id", json!("M1")),
        ("type", json!("patient.merged")),
        ("data", json!({"from": patient, "into": "P-new"})),
    ] {
        merge[name] = value;
    }
    door.submit(&merge).await;
    assert_eq!(door.get("/api/v1/instances?patient=P-new").await["items"][0]["key"], "ZY1");
    let ids = door.get("/api/v1/patients/P-new").await;
    door.fits(&ids, "PatientWhole");
    let mut both = [patient, "P-new"];
    both.sort_unstable();
    assert_eq!(ids["ids"], json!(both));
}

#[tokio::test]
async fn a_patient_is_where_the_last_move_says() {
    let door = Door::open().await;
    assert_eq!(door.get_status("/api/v1/patients/P1").await, StatusCode::NOT_FOUND);
    let all = story("ZY1");
    door.submit(&all[0]).await;
    let stated = door.get("/api/v1/instances").await["items"][0]["patient"].clone();
    let (id, visit) = (stated["id"].as_str().unwrap(), stated["visit_no"].as_str().unwrap());
    let address = format!("/api/v1/patients/{id}");
    let whole = door.get(&address).await;
    door.fits(&whole, "PatientWhole");
    assert_eq!((&whole["now"]["ward"], &whole["now"]["in_hospital"]), (&stated["ward"], &json!(null)));
    assert_eq!(whole["visits"][0]["visit_no"], visit);
    assert_eq!(whole["visits"][0]["items"][0]["key"], "ZY1");
    let mut at = 0;
    let mut adt = |kind: &str, patient: serde_json::Value| {
        at += 1;
        let mut event = all[0].clone();
        for (name, value) in [
            ("id", json!(format!("ADT{at}"))),
            ("source", json!("adt/east")),
            ("type", json!(kind)),
            ("time", json!(format!("2026-01-05T07:{:02}:00+08:00", 10 * at))),
            ("data", json!({ "visit_no": visit, "patient": patient })),
        ] {
            event[name] = value;
        }
        event
    };
    // Out of order; one names the visit alone.
    let entered =
        adt("admission.ward_entered", json!({ "id": id, "dept": "D03", "ward": "W12", "bed": "07" }));
    let moved = adt("patient.transferred", json!({ "ward": "W13" }));
    let left = adt("patient.discharged", json!({ "id": id }));
    door.submit(&moved).await;
    door.submit(&entered).await;
    let whole = door.get(&address).await;
    door.fits(&whole, "PatientWhole");
    let now = &whole["now"];
    let said = [&now["ward"], &now["dept"], &now["bed"], &now["moved"], &now["source"], &now["in_hospital"]];
    assert_eq!(
        said,
        [&json!("W13"), &json!("D03"), &json!(null), &json!("transferred"), &json!("adt/east"), &json!(true)]
    );
    door.submit(&left).await;
    let whole = door.get(&address).await;
    let kinds: Vec<_> = whole["moves"].as_array().unwrap().iter().map(|m| m["moved"].clone()).collect();
    assert_eq!(kinds, ["admitted", "transferred", "discharged"]);
    assert_eq!((&whole["now"]["in_hospital"], &whole["now"]["ward"]), (&json!(false), &json!("W13")));
    // It is taken back.
    let mut back = adt("event.retracted", json!({}));
    back["data"] = json!({ "retracts": { "source": "adt/east", "id": "ADT3" } });
    door.submit(&back).await;
    assert_eq!(door.get(&address).await["now"]["in_hospital"], true);
}

#[tokio::test]
async fn sources_tell_how_their_events_come() {
    let door = Door::open().await;
    door.submit(&story("ZY1")[0]).await;
    let found = door.get("/api/v1/sources?lang=en").await;
    let item = &found["items"][0];
    door.fits(item, "Source");
    assert_eq!((item["events"].as_u64(), item["clock_ahead_s"].as_i64()), (Some(1), None), "{item}");
    assert!(item["typical_lag_s"].as_i64() >= Some(0), "{item}");
    assert_eq!(door.get_status("/api/v1/sources?x=y").await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_page_mends_a_message_by_a_form() {
    let door = Door::open().await;
    let mut bad = story("ZY1")[0].clone();
    bad["time"] = json!("昨天");
    door.submit(&bad).await;
    let entry = door.get("/api/v1/quarantine").await["items"][0].clone();
    let (id, raw) = (entry["id"].as_str().unwrap().to_owned(), entry["raw"].as_str().unwrap().to_owned());
    let path = format!("/api/v1/quarantine/{id}/retry");
    let encoded = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let form = |message: &str, back: &str| {
        format!("message={}&by={}&back={}", encoded(message), encoded("张 0427"), encoded(back))
    };
    let here = [("sec-fetch-site", "same-origin")];

    // Only from a page of this site, only back to one.
    let good = raw.replace("昨天", "2026-01-05T08:00:00+08:00");
    for foreign in [
        &[("origin", "http://evil.example"), ("host", "127.0.0.1:7117")][..],
        &[],
        &[("sec-fetch-site", "none")],
    ] {
        assert_eq!(
            door.form(&path, foreign, form(&good, "/quarantine/")).await.0,
            StatusCode::FORBIDDEN,
            "{foreign:?}"
        );
    }
    for back in ["//evil.example/", "https://evil.example/", "/\\evil.example"] {
        assert_eq!(door.form(&path, &here, form(&good, back)).await.0, StatusCode::BAD_REQUEST, "{back}");
    }
    assert_eq!(
        door.form(&path, &here, format!("message={}", encoded(&good))).await.0,
        StatusCode::BAD_REQUEST
    );

    // Mended wrongly: what was typed is an entry of its own.
    let (status, place) = door.form(&path, &here, form(&raw.replace("昨天", "今天"), "/quarantine/")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(
        place.starts_with("/quarantine/") && place.ends_with("?retried=rejected") && !place.contains(&id),
        "{place}"
    );

    let origin = [("origin", "http://127.0.0.1:7117"), ("host", "127.0.0.1:7117")];
    let (status, place) = door.form(&path, &origin, form(&good, "/quarantine/")).await;
    assert_eq!(
        (status, place.as_str()),
        (StatusCode::SEE_OTHER, format!("/quarantine/{id}?retried=accepted").as_str())
    );
    let event = door.get("/api/v1/events/his%2Feast/ZY1-0").await;
    let kept: Value = serde_json::from_str(event["raw"].as_str().unwrap()).unwrap();
    assert_eq!(
        (kept["mendedby"].as_str(), kept["mendedfrom"].as_str()),
        (Some("张 0427"), Some(id.as_str()))
    );
    assert_eq!(kept["mendedat"], "2026-01-05T12:00:00+08:00");
    let dealt = door.get("/api/v1/quarantine?state=mended").await;
    assert_eq!(dealt["items"][0]["raw"], raw, "what came is kept");
    assert_eq!(door.get("/api/v1/orders/ZY1").await["items"][0]["status"], "open");
}

#[tokio::test]
async fn metrics_count_what_happened() {
    let door = Door::open().await;
    let all = Value::from(story("ZY1"));
    door.submit(&all).await;
    door.submit(&all).await;
    let mut bad = story("ZY2")[0].clone();
    bad["time"] = json!("昨天");
    door.submit(&bad).await;
    door.submit(&json!({"id": "x", "source": "nobody/east"})).await;
    let text = door.text("/metrics").await;
    for line in [
        "medloop_events_total{system=\"his\",result=\"accepted\"} 2",
        "medloop_events_total{system=\"his\",result=\"duplicate\"} 2",
        "medloop_events_total{system=\"his\",result=\"rejected\"} 1",
        "medloop_events_total{system=\"unknown\",result=\"rejected\"} 1",
        "medloop_instances{status=\"open\"} 1",
        "medloop_quarantined_messages 2",
        "medloop_waiting_events 0",
        "medloop_queue_messages 0",
        "medloop_submit_messages_count 4",
        "medloop_submit_messages_sum 24.0",
        "medloop_submit_messages_bucket{le=\"20.0\"} 4",
        "medloop_submit_duration_seconds_count 4",
        "medloop_batch_messages_sum 24.0",
        "medloop_commit_duration_seconds_bucket{le=\"+Inf\"} 4",
        "medloop_time_lag_seconds ",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("ZY1"), "no order is named");
}

#[tokio::test]
async fn a_program_says_who_mended() {
    let door = Door::open().await;
    let mut bad = story("ZY1")[0].clone();
    let good = bad.clone();
    bad["type"] = json!("blood.reqested");
    door.submit(&bad).await;
    let id = door.get("/api/v1/quarantine").await["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/quarantine/{id}/retry");
    let answer = door.mend(&path, "%E5%BC%A0 0427", &good).await;
    assert_eq!(answer["results"][0]["status"], "accepted", "{answer}");
    let event = door.get("/api/v1/events/his%2Feast/ZY1-0").await;
    let kept: Value = serde_json::from_str(event["raw"].as_str().unwrap()).unwrap();
    assert_eq!(
        (kept["mendedby"].as_str(), kept["mendedfrom"].as_str()),
        (Some("张 0427"), Some(id.as_str()))
    );
    assert_eq!(kept["data"], good["data"]);
}
