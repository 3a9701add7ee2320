//! The REST door on the real store: what is sent comes out as timelines, whatever its order, and what is bad disturbs nothing.

#[expect(dead_code, reason = "each test uses its part")]
mod common;

use axum::http::StatusCode;
use common::{Door, event, story};
use serde_json::{Value, json};

const BAG: &str = "/api/v1/instances/east%2Ftransfusion%2FZY1";

#[tokio::test]
async fn an_order_becomes_a_timeline() {
    let door = Door::open().await;
    let answer = door.submit(&Value::from(story("ZY1"))).await;
    assert_eq!((answer["accepted"].as_u64(), answer["rejected"].as_u64()), (Some(11), Some(0)), "{answer:#}");
    let instance = door.get(BAG).await;
    door.fits(&instance, "Instance");
    assert_eq!(instance["status"], "open", "the bag has not been returned");
    assert_eq!(instance["tracks"][0]["key"], Value::Null);
    assert_eq!(instance["tracks"][1]["key"], "B1");
    let nodes = instance["tracks"][1]["nodes"].as_array().unwrap();
    let start = nodes.iter().find(|n| n["node"] == "start").unwrap();
    assert_eq!((start["status"].as_str(), start["late_by_s"].as_i64()), (Some("late"), Some(300)));
    assert_eq!(start["at"], "2026-01-05T09:55:00+08:00");
    let rule = instance["rules"].as_array().unwrap().iter().find(|r| r["rule"] == "blood_out").unwrap();
    assert_eq!(rule["verdict"], "violated");
    // The same, not encoded, and in English.
    let english = door.get("/api/v1/instances/east/transfusion/ZY1?lang=en").await;
    assert_eq!(english["title"], "Transfusion");
    assert_ne!(english["headline"], instance["headline"]);
}

#[tokio::test]
async fn the_example_of_the_contract_runs_as_it_stands() {
    let door = Door::open().await;
    let text = include_str!("contract_event.json");
    let (status, answer) = door.post("/api/v1/events", "application/cloudevents+json", text.into()).await;
    assert_eq!((status, &answer["results"][0]["status"]), (StatusCode::OK, &json!("accepted")), "{answer:#}");
    let found = door.get("/api/v1/orders/ZY2026010500017?campus=east").await;
    assert_eq!(found["items"][0]["id"], "east/transfusion/ZY2026010500017");
    assert_eq!(found["items"][0]["tracks"][1]["key"], "B1");
}

#[tokio::test]
async fn the_events_own_text_is_kept() {
    let door = Door::open().await;
    let raw =
        format!(" {}\n", serde_json::to_string_pretty(&story("ZY1")[0]).unwrap().replace("58", "5\\u0038"));
    let (status, _) = door.post("/api/v1/events", "application/cloudevents+json", raw.clone().into()).await;
    assert_eq!(status, StatusCode::OK);
    let found = door.get("/api/v1/events/his%2Feast/ZY1-0").await;
    door.fits(&found, "EventWhole");
    assert_eq!(found["raw"], raw.trim());
    assert_eq!(found["state"], "applied");
    assert_eq!(door.get_status("/api/v1/events/his%2Feast/nothing").await, StatusCode::NOT_FOUND);
    assert_eq!(door.get_status("/api/v1/events/his%2Feast/%ff").await, StatusCode::NOT_FOUND);

    let mut odd = story("ZY2")[0].clone();
    odd["id"] = json!("a/b?c#d 中");
    odd["data"]["order_no"] = json!("ZY/2");
    assert_eq!(door.submit(&odd).await["accepted"], 1);
    let found = door.get("/api/v1/events/his%2Feast/a%2Fb%3Fc%23d%20%E4%B8%AD").await;
    assert_eq!(found["id"], "a/b?c#d 中");
    assert_eq!(door.get("/api/v1/instances/east%2Ftransfusion%2FZY%2F2").await["key"], "ZY/2");
    assert_eq!(door.get("/api/v1/orders/ZY%2F2").await["items"][0]["key"], "ZY/2");
}

#[tokio::test]
async fn bad_input_is_told_and_disturbs_nothing() {
    let door = Door::open().await;
    door.submit(&Value::from(story("ZY1"))).await;
    let before = door.text(BAG).await;

    let bodies: [(&str, Vec<u8>, StatusCode, &str); 9] = [
        ("application/json", b"{\"id\": ".to_vec(), StatusCode::BAD_REQUEST, "not_json"),
        ("application/json", b"".to_vec(), StatusCode::BAD_REQUEST, "not_json"),
        ("application/json", b"[{},{\"a\":\"\xff\xfe\"}]".to_vec(), StatusCode::BAD_REQUEST, "not_json"),
        ("application/json", b"17".to_vec(), StatusCode::BAD_REQUEST, "not_events"),
        ("application/json", vec![b'['; 10_000_000], StatusCode::BAD_REQUEST, "not_json"),
        ("application/json", vec![b' '; (16 << 20) + 1], StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        ("application/json", many(10_001), StatusCode::PAYLOAD_TOO_LARGE, "too_many"),
        ("text/xml", b"<a/>".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
        (
            "application/json; charset=gb18030",
            b"{}".to_vec(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
        ),
    ];
    for (kind, body, expected, code) in bodies {
        let (status, answer) = door.post("/api/v1/events", kind, body).await;
        assert_eq!((status, answer["code"].as_str()), (expected, Some(code)), "{answer:#}");
        door.fits(&answer, "Problem");
    }

    let foreign = door.foreign(story("ZY9")[0].to_string()).await;
    assert_eq!((foreign.0, &foreign.1["code"]), (StatusCode::FORBIDDEN, &json!("cross_site")));

    let good = |id: &str| {
        event(
            id,
            "bis/east",
            "specimen.received",
            "2026-01-05T09:05:00+08:00",
            json!({"order_no": "ZY2", "blood_type": "A+"}),
        )
    };
    let with = |path: &str, value: Value| {
        let mut one = good("bad");
        *one.pointer_mut(path).unwrap() = value;
        one
    };
    let deep = "[".repeat(5_000_000) + &"]".repeat(5_000_000);
    let bad = [
        (json!(17), "not_an_object"),
        (json!({}), "missing"),
        (with("/type", json!("blood.sold")), "unknown_type"),
        (with("/campus", json!("north")), "unknown_campus"),
        (with("/source", json!("xis/east")), "unknown_system"),
        (with("/time", json!("1900-01-05T09:05:00+08:00")), "time_too_early"),
        (with("/time", json!("2026-01-07T09:05:00+08:00")), "time_in_future"),
        (with("/time", json!(5)), "wrong_type"),
        (with("/data", json!([])), "wrong_type"),
        (with("/data/order_no", json!({"a": 1})), "bad_key"),
        (with("/data", json!({"blood_type": "A+"})), "no_key"),
        (with("/data", json!({"order_no": "ZY2", "patient": "P1"})), "wrong_type"),
    ];
    for (i, (one, code)) in bad.iter().enumerate() {
        let (first, last) = (good(&format!("g{i}")), good(&format!("h{i}")));
        let answer = door.submit(&json!([first, one, last])).await;
        let statuses: Vec<&str> =
            answer["results"].as_array().unwrap().iter().map(|r| r["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["accepted", "rejected", "accepted"], "{one} {answer:#}");
        assert_eq!(answer["results"][1]["reason"]["code"], *code, "{one}");
        door.fits(&answer, "Submitted");
    }
    let body = format!("[{},{deep}]", good("beside the deep one"));
    let (status, answer) = door.post("/api/v1/events", "application/json", body.into()).await;
    assert_eq!(
        (status, &answer["results"][0]["status"], &answer["results"][1]["status"]),
        (StatusCode::OK, &json!("accepted"), &json!("rejected"))
    );

    // The same identity with other content.
    let mut other = story("ZY1")[6].clone();
    other["data"]["bag_no"] = json!("B2");
    let answer = door.submit(&other).await;
    assert_eq!(answer["results"][0]["reason"]["code"], "conflict");

    assert_eq!(door.text(BAG).await, before, "nothing else was disturbed");
    let quarantined = door.get("/api/v1/quarantine?limit=500").await;
    assert_eq!(quarantined["items"].as_array().unwrap().len(), bad.len() + 2);
    for item in quarantined["items"].as_array().unwrap() {
        door.fits(item, "Quarantined");
    }
}

fn many(n: usize) -> Vec<u8> {
    format!("[{}]", vec!["1"; n].join(",")).into_bytes()
}

#[tokio::test]
async fn order_duplicates_and_a_restart_leave_no_trace() {
    let mut all = Vec::new();
    for order in ["ZY1", "ZY2", "ZY3"] {
        all.extend(story(order));
    }
    // A correction, and an event taken back.
    let mut revised = all[5].clone();
    revised["revision"] = json!(2);
    revised["data"]["crossmatch_result"] = json!("不相合");
    all.push(revised);
    let back = json!({"retracts": {"source": all[9]["source"], "id": all[9]["id"]}});
    all.push(event("R1", "pda/east", "event.retracted", "2026-01-05T10:40:00+08:00", back));

    let straight = Door::open().await;
    straight.submit(&Value::from(all.clone())).await;
    let paths = ["ZY1", "ZY2", "ZY3"].map(|o| format!("/api/v1/instances/east%2Ftransfusion%2F{o}"));
    let expected = straight.texts(&paths).await;

    for seed in 1..6u64 {
        let mut mixed: Vec<Value> = all.iter().chain(all.iter().step_by(3)).cloned().collect();
        let mut state = seed;
        for i in (1..mixed.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            mixed.swap(i, (state >> 33) as usize % (i + 1));
        }
        let mut door = Door::open().await;
        let (first, second) = mixed.split_at(mixed.len() / 2);
        for one in first {
            door.submit(one).await;
        }
        door = door.restart().await;
        door.submit(&Value::from(second.to_vec())).await;
        assert_eq!(door.texts(&paths).await, expected, "seed {seed}");
        let list = door.get("/api/v1/instances").await;
        assert_eq!(list, straight.get("/api/v1/instances").await);
    }
}

#[tokio::test]
async fn lists_are_paged_and_narrowed() {
    let door = Door::open().await;
    for i in 0..7 {
        door.submit(&story(&format!("ZY{i}"))[0]).await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = door.get(&format!("/api/v1/instances?limit=3{cursor}")).await;
        for item in page["items"].as_array().unwrap() {
            door.fits(item, "InstanceRow");
            seen.push(item["key"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen.sort();
    assert_eq!(seen, ["ZY0", "ZY1", "ZY2", "ZY3", "ZY4", "ZY5", "ZY6"]);

    let count = async |query: &str| {
        door.get(&format!("/api/v1/instances?{query}")).await["items"].as_array().unwrap().len()
    };
    assert_eq!(count("order=ZY3").await, 1);
    door.submit(&Value::from(story("ZY6"))).await;
    for number in ["ZY3", "P-ZY3", "V-ZY3", "S-ZY6", "B-ZY6"] {
        assert_eq!(count(&format!("q={number}")).await, 1, "{number}");
    }
    assert_eq!((count("q=B-ZY6&status=cancelled").await, count("q=nothing").await), (0, 0));
    assert_eq!(count("patient=P-ZY3").await, 1);
    assert_eq!(count("status=open&campus=east&loop=transfusion").await, 7);
    assert_eq!(count("status=closed").await, 0);
    assert_eq!(count("campus=west").await, 0);
    assert_eq!(count("from=2026-01-06").await, 0);
    assert_eq!(count("to=2026-01-05T08:00:01%2B08:00").await, 7);
    for bad in [
        "limit=0",
        "limit=x",
        "status=lost",
        "from=soon",
        "cursor=zz",
        "colour=red",
        "order=a&order=b",
        "q=a&order=b",
        "q=a&patient=b",
    ] {
        let (status, answer) = door.try_get(&format!("/api/v1/instances?{bad}")).await;
        assert_eq!((status, answer["code"].as_str()), (StatusCode::BAD_REQUEST, Some("bad_query")), "{bad}");
    }
    let order = door.get("/api/v1/orders/ZY3").await;
    assert_eq!(order["items"][0]["id"], "east/transfusion/ZY3");
    assert_eq!(door.get_status("/api/v1/orders/ZY3?campus=west").await, StatusCode::NOT_FOUND);
    assert_eq!(door.get_status("/api/v1/instances/east%2Ftransfusion%2Fnobody").await, StatusCode::NOT_FOUND);
    assert_eq!(door.get_status("/api/v1/instances/nonsense").await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn events_that_lead_nowhere_are_listed_until_they_do() {
    let door = Door::open().await;
    let all = story("ZY1");
    let answer = door.submit(&all[10]).await;
    assert_eq!(answer["results"][0]["status"], "accepted");
    assert_eq!(answer["results"][0]["reason"]["code"], "waiting");
    let waiting =
        async || door.get("/api/v1/events?state=waiting").await["items"].as_array().unwrap().clone();
    assert_eq!(waiting().await.len(), 1);
    door.fits(&waiting().await[0], "EventRow");
    door.submit(&Value::from(all[..10].to_vec())).await;
    assert_eq!(waiting().await.len(), 0);
    assert_eq!(door.get("/api/v1/events?order=ZY1").await["items"].as_array().unwrap().len(), 11);
    let back = json!({"retracts": {"source": all[3]["source"], "id": all[3]["id"]}});
    door.submit(&event("R1", "pda/east", "event.retracted", "2026-01-05T10:40:00+08:00", back)).await;
    let taken = door.get("/api/v1/events?state=retracted").await;
    assert_eq!(taken["items"][0]["id"], "ZY1-3");
}

#[tokio::test]
async fn what_was_refused_can_be_mended() {
    let door = Door::open().await;
    let mut one = story("ZY1")[0].clone();
    one["type"] = json!("blood.asked");
    door.submit(&one).await;
    let item = door.get("/api/v1/quarantine").await["items"][0].clone();
    assert_eq!(
        (item["reason"]["code"].as_str(), item["event_id"].as_str()),
        (Some("unknown_type"), Some("ZY1-0"))
    );
    let retry = format!("/api/v1/quarantine/{}/retry", item["id"].as_str().unwrap());
    let (status, answer) = door.post(&retry, "application/json", Vec::new()).await;
    assert_eq!(
        (status, &answer["results"][0]["status"]),
        (StatusCode::OK, &json!("rejected")),
        "not mended yet"
    );
    one["type"] = json!("blood.requested");
    let (_, answer) = door.post(&retry, "application/json", one.to_string().into()).await;
    assert_eq!(answer["results"][0]["status"], "accepted");
    assert_eq!(door.get("/api/v1/quarantine").await["items"], json!([]));
    assert_eq!(door.get("/api/v1/quarantine?state=mended").await["items"].as_array().unwrap().len(), 1);
    let (status, _) = door.post("/api/v1/quarantine/none/retry", "application/json", Vec::new()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back() {
    let door = std::sync::Arc::new(Door::narrow(1).await);
    let mut left: Vec<Value> = (0..64).map(|i| story(&format!("ZY{i}"))[0].clone()).collect();
    let (mut refused, mut accepted) = (0, 0);
    while !left.is_empty() {
        let mut tasks = tokio::task::JoinSet::new();
        for one in left.drain(..) {
            let door = door.clone();
            tasks.spawn(async move {
                let body = one.to_string().into();
                (door.send("POST", "/api/v1/events", "application/json", body).await, one)
            });
        }
        while let Some(done) = tasks.join_next().await {
            let ((status, headers, answer), one) = done.unwrap();
            if status == StatusCode::OK {
                accepted += answer["accepted"].as_u64().unwrap();
                assert_eq!(answer["duplicate"], 0, "what was refused had not been taken");
                continue;
            }
            assert_eq!((status, &answer["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("queue_full")));
            assert_eq!(headers["retry-after"], "1");
            door.fits(&answer, "Problem");
            refused += 1;
            left.push(one);
        }
    }
    assert!(refused > 0, "64 at once found room in a queue of one");
    assert_eq!(accepted, 64);
}

#[tokio::test]
async fn history_keeps_its_own_clock() {
    let door = Door::open().await;
    let old =
        event("H1", "his/east", "blood.requested", "2144-10-31T08:00:00+08:00", json!({"order_no": "MIMIC"}));
    assert_eq!(door.submit(&old).await["results"][0]["reason"]["code"], "time_in_future");
    let (_, answer) =
        door.post("/api/v1/events?backfill=true", "application/json", old.to_string().into()).await;
    assert_eq!(answer["accepted"], 1, "{answer:#}");
    let instance = door.get("/api/v1/instances/east%2Ftransfusion%2FMIMIC").await;
    let nodes = instance["tracks"][0]["nodes"].as_array().unwrap();
    assert!(nodes.iter().all(|n| n["status"] != "overdue"), "its now is its own end");
}

#[tokio::test]
async fn binary_mode_carries_the_envelope_in_headers() {
    let door = Door::open().await;
    let one = story("ZY1")[0].clone();
    let headers = ["specversion", "id", "source", "type", "time", "campus"]
        .map(|name| (format!("ce-{name}"), one[name].as_str().unwrap().to_owned()));
    let answer = door.binary(&headers, one["data"].to_string()).await;
    assert_eq!(answer["accepted"], 1, "{answer:#}");
    assert_eq!(door.submit(&one).await["duplicate"], 1, "the same event in the other mode");
}

#[tokio::test]
async fn the_rest_answers_as_described() {
    let door = Door::open().await;
    let loops = door.get("/api/v1/loops").await;
    let code = loops["items"][0]["loop"].as_str().unwrap();
    loops["items"].as_array().unwrap().iter().for_each(|l| door.fits(l, "LoopRow"));
    let one = door.get(&format!("/api/v1/loops/{code}")).await;
    door.fits(&one, "Loop");
    assert!(one["nodes"].as_array().unwrap().len() > 5);
    let graph = door.text(&format!("/api/v1/loops/{code}/graph.svg?lang=en")).await;
    assert!(graph.starts_with("<svg ") && graph.contains("lang=\"en\"") && graph.contains(">Start</text>"));
    assert_eq!(door.get_status("/api/v1/loops/none/graph.svg").await, StatusCode::NOT_FOUND);
    door.fits(&door.get("/api/v1/dictionary").await, "Dictionary");
    door.fits(&door.get("/healthz").await, "Health");
    door.fits(&door.get("/readyz").await, "Health");
    assert_eq!(door.get("/openapi.json").await["openapi"], "3.1.0");
    let (status, answer) = door.try_get("/api/v1/nothing").await;
    assert_eq!((status, answer["detail"].as_str()), (StatusCode::NOT_FOUND, Some("没有找到")));
    let (status, answer) = door.post("/api/v1/loops?lang=en", "application/json", b"{}".to_vec()).await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, Some("method_not_allowed"))
    );
    door.fits(&answer, "Problem");
}

#[tokio::test]
async fn whatever_is_sent_gets_an_answer() {
    let door = Door::open().await;
    let whole = Value::from(story("ZY1")).to_string().into_bytes();
    let mut state = 7u64;
    let mut random = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % n
    };
    let scraps: [&[u8]; 12] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b",",
        b":null",
        b"1e999",
        b"\\ud800",
        b"\xff",
        b"\x00",
        b"\"data\":{\"data\":[]},",
    ];
    for _ in 0..300 {
        let mut body = whole.clone();
        for _ in 0..=random(3) {
            let at = random(body.len());
            match random(3) {
                0 => {
                    body.splice(at..at, scraps[random(scraps.len())].iter().copied());
                }
                1 => {
                    let end = (at + random(40)).min(body.len());
                    body.drain(at..end);
                }
                _ => body[at] = u8::try_from(random(256)).unwrap(),
            }
        }
        let (status, answer) = door.post("/api/v1/events", "application/json", body).await;
        match status {
            StatusCode::OK => {
                door.fits(&answer, "Submitted");
                let counted = ["accepted", "duplicate", "rejected"].map(|n| answer[n].as_u64().unwrap());
                assert_eq!(counted.iter().sum::<u64>(), answer["results"].as_array().unwrap().len() as u64);
            }
            StatusCode::BAD_REQUEST => door.fits(&answer, "Problem"),
            other => panic!("{other} {answer:#}"),
        }
    }
    let answer = door.submit(&Value::from(story("ZY7"))).await;
    assert_eq!(answer["accepted"], 11, "and then all goes on");
    assert_eq!(door.get("/readyz").await["status"], "ok");
}
