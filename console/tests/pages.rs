//! Every page over a real store, as a browser asks for it: both languages, escaping, headers, search, search's paging.

#![expect(clippy::unwrap_used, reason = "a test's helpers")]

#[expect(dead_code, reason = "the view is for the test without a store")]
mod sample;
#[expect(dead_code, reason = "the text of a page alone is for the browser")]
mod served;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use medloop_engine::graph::Length;
use medloop_engine::time::Span;
use serde_json::json;
use served::House;
use tower::ServiceExt as _;

async fn ask(house: &House, request: Request<Body>) -> Response<Body> {
    house.app.clone().oneshot(request).await.unwrap()
}

async fn get(house: &House, path: &str) -> (StatusCode, String) {
    let response = ask(house, Request::get(path).body(Body::empty()).unwrap()).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), 8 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn ok(house: &House, path: &str) -> String {
    let (status, body) = get(house, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    assert!(!body.contains("<script"), "{path}: no script anywhere");
    if let Ok(folder) = std::env::var("MEDLOOP_PREVIEW") {
        let name = path.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        std::fs::write(format!("{folder}/page{name}.html"), &body).unwrap();
    }
    body
}

#[tokio::test]
async fn every_page_opens_in_both_languages() {
    let house = House::new("11:26").await;
    house.send(served::order("ZY1", &sample::patient())).await;
    house.send(vec![json!({"specversion": "1.0", "id": "bad"})]).await;
    house.send(vec![json!({"specversion": "1.0", "id": "lost", "source": "bis/east", "type": "specimen.received", "time": "2026-01-05T09:00:00+08:00", "campus": "east", "data": {"specimen_no": "S9"}})]).await;
    for (path, zh, en) in [
        ("/", "进行中", "Open now"),
        ("/orders", "医嘱号", "Patient"),
        ("/orders?q=P0001&status=open&loop=transfusion&campus=east", "ZY1", "ZY1"),
        ("/orders?q=B2", "ZY1", "ZY1"),
        ("/orders?q=B9", "没有找到“B9”", "Nothing found for “B9”"),
        ("/orders?status=open", "每页最急的在前", "the most urgent come first"),
        ("/orders?late=1", "31 分钟未开始输血", "31 min after Issue"),
        ("/orders?late=1&q=B2&campus=east", "31 分钟未开始输血", "31 min after Issue"),
        ("/orders?late=1&loop=lab", "没有符合条件的医嘱", "No order fits"),
        ("/orders/ZY1", "配发血液 31 分钟未开始输血", "31 min after Issue without Start"),
        (
            "/orders/ZY1?open=all",
            "因为 10:55 配发血液 之后 30 分钟内没有 开始输血",
            "because Start did not follow Issue (10:55) within 30 min",
        ),
        ("/patients/P0001", "需要处理", "Needs somebody"),
        ("/visits/V2026010501", "患者的全部闭环", "All loops of the patient"),
        ("/departments", "血液内科", "Haematology"),
        ("/departments/D03", "卡在哪里", "Stuck where"),
        ("/departments/D03?late=1&loop=transfusion&campus=east", "31 分钟", "31 min"),
        ("/departments/W12", "血液内科病区", "Haematology Ward"),
        ("/departments/D99", "没有符合条件", "No open order"),
        ("/alerts", "出库已超", "Acknowledge"),
        ("/alerts?status=all&severity=critical&loop=transfusion&campus=east", "ZY1", "ZY1"),
        ("/alerts?status=closed", "没有符合条件的告警", "No alert fits"),
        ("/loops", "transfusion", "Transfusion"),
        ("/loops/transfusion", "输注上限", "Start limit"),
        ("/waiting", "说明它属于哪条医嘱的消息", "an event that tells its order"),
        ("/sources", "输血", "Clock ahead by at least"),
        ("/waiting?source=bis%2Feast", "lost", "All sources"),
        ("/quarantine", "bad", "bad"),
        ("/events/bis%2Feast/ZY1-blood.issued-10:55", "血液已配发", "Blood issued"),
    ] {
        let join = if path.contains('?') { '&' } else { '?' };
        let html = ok(&house, path).await;
        assert!(html.contains("<html lang=\"zh-CN\">") && html.contains(zh), "{path}: {html}");
        let html = ok(&house, &format!("{path}{join}lang=en")).await;
        assert!(html.contains("<html lang=\"en\">") && html.contains(en), "{path}: {html}");
    }
    for path in ["/orders/none", "/events/x/y", "/loops/none", "/patients/none", "/visits/none"] {
        let (status, body) = get(&house, path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(body.contains("没有"), "{path}");
    }
    let (status, _) = get(&house, "/orders?cursor=nonsense").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_loop_is_shown_as_it_is_defined() {
    let house = House::new("11:26").await;
    let html = ok(&house, "/loops/transfusion").await.replace("&#x2f;", "/");
    for text in [
        "aria-label=\"输血的状态图\"",
        "≤ 30 分钟",
        "每个 血袋号 一条轨迹",
        "重来：退回标本 之后再来一轮",
        "标本条码 <small>必填</small>",
        "关联</small>",
        "自 配发血液",
        "出库后及时输注",
        "临床输血技术规范",
        "出库 30 分钟未输注",
        "西院区",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let english = ok(&house, "/loops/transfusion?lang=en").await;
    for text in [
        "State graph of Transfusion",
        "A track for each Bag number",
        "required</small>",
        "Campus differences",
    ] {
        assert!(english.contains(text), "{text}");
    }
    assert!(ok(&house, "/loops").await.contains("/loops/transfusion".replace('/', "&#x2f;").as_str()));
}

#[tokio::test]
async fn a_department_sees_what_is_stuck_where_and_with_whom() {
    let house = House::new("11:26").await;
    house.send(served::order("ZY1", &sample::patient())).await;
    let mut other = sample::patient();
    other["id"] = "P0002".into();
    house.send(vec![sample::event("ZY2", &sample::lines()[0], &other)]).await;
    let html = ok(&house, "/departments/D03").await;
    let (bag, second) = (html.find(">ZY1<").unwrap(), html.find(">ZY2<").unwrap());
    assert!(second < bag, "what is later by more comes first: ZY2 waits for three hours");
    for text in ["签收配血医嘱", "血液内科病区 护士", "3 小时 26 分钟", "2 小时 56 分钟"]
    {
        assert!(html.contains(text), "{text}");
    }
    let html = ok(&house, "/departments/D03?node=transfusion.accept").await;
    assert!(html.contains(">ZY2<") && !html.contains(">ZY1<"), "the address carries the filter");
    let html = ok(&house, "/patients/P0001").await;
    assert!(html.contains(">ZY1<") && !html.contains(">ZY2<"));
    house
        .send(vec![json!({"specversion": "1.0", "id": "merge", "source": "his/east", "type": "patient.merged", "time": "2026-01-05T11:00:00+08:00", "campus": "east", "data": {"from": "P0002", "into": "P0001"}})])
        .await;
    for (path, title) in
        [("/patients/P0001", "合并的患者号 P0002"), ("/patients/P0002?lang=en", "Merged patient id P0001")]
    {
        let html = ok(&house, path).await;
        assert!(html.contains(">ZY1<") && html.contains(">ZY2<") && html.contains(title), "{path}");
    }
    let found = ok(&house, "/orders?q=P0002").await;
    assert!(found.contains(">ZY1<") && found.contains(">ZY2<"), "the search finds them as well");
    // Both orders say the same visit.
    let html = ok(&house, "/visits/V2026010501").await;
    assert!(html.contains(">ZY1<") && html.contains(">ZY2<") && html.contains("P0002"));
}

#[tokio::test]
async fn a_patient_is_shown_with_every_move_and_the_visits() {
    let house = House::new("11:26").await;
    house.send(served::order("ZY1", &sample::patient())).await;
    for (lang, words) in [("zh", ["最近所在", "没有收到入出转消息"]), ("en", ["Last seen", "no admission"])]
    {
        let html = ok(&house, &format!("/patients/P0001?lang={lang}")).await;
        assert!(words.iter().all(|w| html.contains(w)), "{html}");
    }
    house.send(served::moves()).await;
    for (lang, words) in [
        (
            "zh",
            ["在院", "重症监护病区", "2026-01-05 10:40 起", "入科", "转科", "就诊 V2026010501", "需要处理 1"],
        ),
        (
            "en",
            [
                "In hospital",
                "Intensive Care Unit",
                "since",
                "Admitted",
                "Transferred",
                "Visit V2026010501",
                "Needs somebody 1",
            ],
        ),
    ] {
        let html = ok(&house, &format!("/patients/P0001?lang={lang}")).await;
        for word in words {
            assert!(html.contains(word), "{word}: {html}");
        }
        assert!(!html.contains("W41"), "places have names");
        let head = html.split("<ul class=\"facts\">").nth(1).and_then(|t| t.split("</ul>").next());
        assert!(!head.unwrap().contains("07"), "the bed of an order is not where the patient is");
    }
    // Somebody without any order.
    let mut moves = served::moves();
    moves.truncate(1);
    moves[0]["id"] = "other".into();
    moves[0]["data"]["patient"]["id"] = "P0009".into();
    house.send(moves).await;
    let html = ok(&house, "/patients/P0009").await;
    assert!(html.contains("还没有医嘱") && html.contains("07 床"), "{html}");
}

#[tokio::test]
async fn a_sealed_order_stays_as_it_was_and_shows_what_came_later() {
    let ten = Length::Span(Span::minutes(10));
    let house = House::with("11:26", |def| def.seal = Some(ten)).await;
    let mut all = served::order("ZY1", &sample::patient());
    let second = |e: &serde_json::Value| e["data"]["bag_no"] == "B2";
    let late: Vec<_> = all.iter().filter(|e| second(e)).cloned().collect();
    all.retain(|e| !second(e));
    house.send(all).await;
    // It has ended, and is not sealed yet.
    let before = ok(&house, "/orders/ZY1?open=all").await;
    let closed = "</svg>闭合</span></li><li>开立";
    assert!(!before.contains("封存") && before.contains(closed), "{before}");
    house.clock.advance(Span::minutes(30));
    house.send(vec![json!({"specversion": "1.0", "id": "other", "source": "pda/east", "type": "blood.order_accepted", "time": "2026-01-05T11:50:00+08:00", "campus": "east", "data": {"order_no": "ZY1", "remark": "again"}})]).await;
    house.send(late).await;
    let after = ok(&house, "/orders/ZY1?open=all").await;
    for said in ["11:36 起封存；之后到达 3 条，只作记录", "B2", "封存之后才到：只作记录，不改变任何结论"]
    {
        assert!(after.contains(said), "{said}: {after}");
    }
    assert!(after.contains(closed), "{after}");
    // What the second bag breaks is no alert.
    assert!(!ok(&house, "/alerts?status=all").await.contains("B2"));
    let english = ok(&house, "/orders/ZY1?open=all&lang=en").await;
    for said in [
        "sealed since 11:36; 3 messages came later and change nothing",
        "came after the loop was sealed: kept, and changes nothing",
    ] {
        assert!(english.contains(said), "{said}: {english}");
    }
}

#[tokio::test]
async fn quarantine_shows_the_place_of_the_mistake_and_a_form_to_mend_it() {
    let house = House::new("11:26").await;
    house
        .send(vec![json!({"specversion": "1.0", "id": "bad-1", "source": "bis/east", "type": "blood.issued", "time": "昨天", "data": {"order_no": "ZY1"}})])
        .await;
    let list = ok(&house, "/quarantine").await.replace("&#x2f;", "/");
    let item = list
        .split("href=\"")
        .filter_map(|s| s.split('"').next())
        .find(|l| l.starts_with("/quarantine/"))
        .unwrap();
    let html = ok(&house, item).await.replace("&#x2f;", "/").replace("&quot;", "\"");
    for text in [
        "/time",
        "行：\"time\": \"昨天\"",
        "<textarea id=\"message\"",
        "name=\"by\"",
        "action=\"/api/v1/quarantine/",
        "更正并重试",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    let english = ok(&house, &format!("{item}?lang=en&retried=rejected")).await;
    assert!(english.contains("Still not taken") && english.contains("role=\"status\""));
    assert!(ok(&house, "/quarantine?state=mended").await.contains("还没有处理过"));
    assert_eq!(get(&house, "/quarantine/none").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_messages_say_is_text_and_never_markup() {
    let house = House::new("11:26").await;
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}";
    let mut patient = sample::patient();
    for key in ["name", "bed", "visit_no", "ward"] {
        patient[key] = evil.into();
    }
    let mut events = served::order("ZY2", &patient);
    for event in &mut events {
        event["data"]["actor"]["name"] = evil.into();
        event["data"]["actor"]["dept"] = evil.into();
        event["data"]["terminal"] = evil.into();
        event["data"]["capture"] = evil.into();
        event["data"]["indication"] = evil.into();
        event["data"]["blood_type"] = evil.into();
        event["id"] = format!("{} {evil}/../?#%", event["id"].as_str().unwrap()).into();
    }
    house.send(events).await;
    for path in [
        "/",
        "/orders",
        "/orders/ZY2?open=all",
        "/orders/ZY2?open=all&lang=en",
        "/patients/P0001",
        "/departments/D03",
        "/waiting",
        "/quarantine",
    ] {
        let html = ok(&house, path).await;
        assert!(!html.contains("<img"), "{path}");
        assert!(!html.contains("49}"), "{path}");
    }
    let html = ok(&house, &format!("/orders?q={}", "%3Cscript%3Ealert(1)%3C%2Fscript%3E")).await;
    assert!(html.contains("&lt;script&gt;"));
    // The message behind a node is reachable whatever its id holds.
    let html = ok(&house, "/orders/ZY2?open=all").await;
    let link = html.split("<a href=\"").filter_map(|s| s.split('"').next()).find(|l| l.contains("events"));
    let link = link.unwrap().replace("&#x2f;", "/").replace("&amp;", "&");
    let message = ok(&house, &link).await;
    assert!(message.contains("ZY2") && !message.contains("<img"));
}

#[tokio::test]
async fn answers_carry_a_strict_policy_and_the_language_is_kept() {
    let house = House::new("11:26").await;
    house.send(served::order("ZY3", &sample::patient())).await;
    let response = ask(&house, Request::get("/orders/ZY3?lang=en").body(Body::empty()).unwrap()).await;
    let headers = response.headers().clone();
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers[header::REFERRER_POLICY], "same-origin");
    let cookie = headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let again = Request::get("/orders/ZY3").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let body = to_bytes(ask(&house, again).await.into_body(), 8 << 20).await.unwrap();
    let html = String::from_utf8(body.to_vec()).unwrap();
    assert!(html.contains("<html lang=\"en\">"));
    let css = html.split("href=\"").filter_map(|s| s.split('"').next()).find(|l| l.ends_with(".css"));
    let css = css.unwrap().replace("&#x2f;", "/");
    let response = ask(&house, Request::get(&css).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
}

#[tokio::test]
async fn the_list_is_paged_by_its_address() {
    let house = House::new("11:26").await;
    let first = &sample::lines()[..1];
    for n in 0..65 {
        house
            .send(first.iter().map(|l| sample::event(&format!("ZY{n:03}"), l, &sample::patient())).collect())
            .await;
    }
    let mut path = "/orders?status=open".to_owned();
    let mut found = 0;
    for page in 0..3 {
        let html = ok(&house, &path).await;
        found += html.matches("<tr>\n").count();
        let next = html.split("rel=\"next\" href=\"").nth(1).and_then(|s| s.split('"').next());
        match next {
            Some(next) if page < 2 => {
                path = next.replace("&#x2f;", "/").replace("&amp;", "&");
                assert!(path.contains("status=open"), "the address keeps the filter: {path}");
            }
            _ => assert_eq!(page, 2),
        }
    }
    assert_eq!(found, 65);
}

#[tokio::test]
async fn alerts_are_acted_upon_by_plain_forms_that_come_back() {
    let house = House::new("11:26").await;
    house.send(served::order("ZY1", &sample::patient())).await;
    let html = ok(&house, "/alerts?severity=critical&lang=en").await;
    for act in ["acknowledge", "verify", "dismiss"] {
        assert!(html.contains(&format!("/{act}\">")), "{act} is offered");
    }
    assert!(!html.contains("/close\">"), "what nobody has judged is not closed");
    assert!(html.contains("name=\"back\" value=\"&#x2f;alerts?severity=critical\""), "{html}");
    assert!(html.contains("href=\"&#x2f;orders&#x2f;ZY1?"), "the order is one click away");
    let order = ok(&house, "/orders/ZY1").await;
    assert_eq!(
        order.matches("<article class=\"alert todo\"").count(),
        html.matches("<article class=\"alert todo\"").count()
    );
}
