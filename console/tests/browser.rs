//! The pages in a real browser, at three widths and in both languages: nothing sticks out sideways, every text has the
//! contrast that WCAG 2.2 AA asks for, every control can be hit and is seen by who comes by keyboard, and axe-core finds
//! nothing wrong. Where there is no Chromium or no axe-core this is said loudly, and fails where `CI` is set.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what did not run"
)]

#[path = "../../tests/outside/chromium.rs"]
mod chromium;
#[path = "../../tests/outside/npm.rs"]
mod npm;
#[expect(dead_code, reason = "the view is for the test without a store")]
mod sample;
#[expect(dead_code, reason = "the clock is for the pages of an order as time goes on")]
mod served;

use axum::Json;
use axum::response::Html;
use axum::routing::get;
use chromium::chromium;
use npm::{fetched, skipped};
use served::House;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

/// axe-core, in the version that `axe/package.json` says, fetched by npm into the build folder.
fn axe() -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("axe");
    if !fetched(&folder, include_str!("axe/package.json")) {
        return None;
    }
    let script = folder.join("node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(script).ok()
}

/// Lets the test's own script run in a page; that pages allow none is tested elsewhere.
async fn scripted(mut response: axum::response::Response) -> axum::response::Response {
    response.headers_mut().remove(axum::http::header::CONTENT_SECURITY_POLICY);
    response
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_fit_their_width_and_can_be_read() {
    let Some(chromium) = chromium() else {
        return skipped("no Chromium is installed, so no page was looked at in a browser");
    };
    let axe = axe();
    if axe.is_none() {
        skipped("axe-core could not be fetched by npm, so it looked at no page");
    }
    let house = House::new("11:26").await;
    house.send(served::order("ZY1", &sample::patient())).await;
    house.send(served::moves()).await;
    let mut long = sample::patient();
    long["name"] = "阿卜杜热西提·买买提艾力·库尔班江".repeat(2).into();
    long["visit_no"] = "V".repeat(60).into();
    house.send(served::order(&"ZY2-0123456789".repeat(4), &long)).await;
    house.send(vec![serde_json::json!({"specversion": "1.0", "id": "x".repeat(200)})]).await;
    let list = house.page("/quarantine").await.replace("&#x2f;", "/");
    let quarantined =
        list.split("href=\"").filter_map(|s| s.split('"').next()).find(|l| l.starts_with("/quarantine/"));
    let quarantined = quarantined.unwrap().to_owned();
    let pages = [
        "/",
        "/orders",
        "/orders?q=P0001",
        "/orders/ZY1",
        "/orders/ZY1?open=all",
        "/alerts",
        "/alerts?status=closed",
        "/loops",
        "/loops/transfusion",
        "/departments",
        "/departments/D03",
        "/departments/D03?late=1",
        "/patients/P0001",
        "/visits/V2026010501",
        "/waiting",
        "/sources",
        "/quarantine",
        "/quarantine?state=mended",
        &quarantined,
        "/events/bis%2Feast/ZY1-blood.issued-10:55",
        "/orders/none",
        &format!("/orders/{}", "ZY2-0123456789".repeat(4)),
    ];
    let mut list = Vec::new();
    for page in pages {
        let join = if page.contains('?') { '&' } else { '?' };
        for lang in ["zh", "en"] {
            list.extend([360, 1024, 1920].map(|width| (format!("{page}{join}lang={lang}"), width)));
        }
    }
    let asked = list.len();
    let looked = if axe.is_some() { asked / 3 } else { 0 };
    let measure = axum::Router::new()
        .route("/measure", get(|| async { Html(include_str!("browser.html")) }))
        .route("/measure/axe.js", get(move || async move { axe.ok_or(axum::http::StatusCode::NOT_FOUND) }))
        .route("/measure/list", get(move || async move { Json(list) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = house.app.clone().layer(axum::middleware::map_response(scripted)).merge(measure);
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let profile = tempfile::tempdir().unwrap();
    let out = profile.path().join("dom.html");
    let mut browser = std::process::Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--window-size=2000,1000", "--virtual-time-budget=600000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().join("profile").display()))
        .arg(format!("http://{address}/measure"))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut ended = false;
    for _ in 0..360 {
        ended = browser.try_wait().unwrap().is_some();
        if ended {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    if !ended {
        browser.kill().unwrap();
    }
    browser.wait().unwrap();
    server.abort();
    let dom = std::fs::read_to_string(&out).unwrap();
    let said = dom.split("<pre id=\"out\">").nth(1).and_then(|t| t.split("</pre>").next()).unwrap_or(&dom);
    assert_eq!(said.trim(), format!("measured {asked}, axe {looked}"), "{said}");
}
