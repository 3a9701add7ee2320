//! A door on a store of its own in a temporary folder, with a clock that stands still.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jsonschema::Validator;
use medloop_api::{Options, router};
use medloop_engine::time::{Instant, Zone, parse_moment};
use medloop_store::{Clock, Limits, Published, Store};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) struct Door {
    router: Router,
    store: Store,
    folder: TempDir,
    limits: Limits,
}

/// An event as a source sends it.
pub(crate) fn event(id: &str, source: &str, kind: &str, time: &str, data: Value) -> Value {
    json!({"specversion": "1.0", "id": id, "source": source, "type": kind, "time": time, "campus": "east", "data": data})
}

/// The eleven events of language.md's transfusion; the last four know the bag alone.
pub(crate) fn story(order: &str) -> Vec<Value> {
    let bag = if order == "ZY1" { "B1".to_owned() } else { format!("B-{order}") };
    let specimen = format!("S-{order}");
    let patient = json!({"id": format!("P-{order}"), "name": "张三", "visit_no": format!("V-{order}"), "dept": "D03", "ward": "W12"});
    let steps = [
        (
            "his",
            "blood.requested",
            "08:00",
            "王",
            "physician",
            json!({"order_no": order, "blood_type": "A+", "component": "红细胞", "quantity": 2, "indication": "Hb 58 g/L", "patient": patient}),
        ),
        ("his", "blood.request_reviewed", "08:10", "李", "senior_physician", json!({"order_no": order})),
        ("pda", "blood.order_accepted", "08:15", "赵", "nurse", json!({"order_no": order})),
        (
            "pda",
            "specimen.collected",
            "08:20",
            "赵",
            "nurse",
            json!({"order_no": order, "specimen_no": specimen}),
        ),
        (
            "bis",
            "specimen.received",
            "08:40",
            "孙",
            "technician",
            json!({"order_no": order, "specimen_no": specimen}),
        ),
        (
            "bis",
            "blood.crossmatched",
            "09:10",
            "孙",
            "technician",
            json!({"order_no": order, "crossmatch_result": "相合"}),
        ),
        (
            "bis",
            "blood.issued",
            "09:20",
            "孙",
            "technician",
            json!({"order_no": order, "bag_no": bag, "blood_type": "A+", "expires_at": "2026-12-01"}),
        ),
        (
            "pda",
            "transfusion.verified",
            "09:30",
            "赵",
            "nurse",
            json!({"bag_no": bag, "blood_type": "A+", "patient_no": "P1", "verifier": "钱"}),
        ),
        ("pda", "transfusion.started", "09:55", "赵", "nurse", json!({"bag_no": bag})),
        ("pda", "transfusion.patrolled", "10:10", "赵", "nurse", json!({"bag_no": bag, "reaction": "无"})),
        ("pda", "transfusion.finished", "10:30", "赵", "nurse", json!({"bag_no": bag, "reaction": "无"})),
    ];
    let with =
        |(i, (system, kind, time, who, role, mut data)): (usize, (&str, &str, &str, &str, &str, Value))| {
            data["actor"] = json!({"id": who, "role": role, "dept": "D03"});
            data["precision"] = json!("minute");
            event(
                &format!("{order}-{i}"),
                &format!("{system}/east"),
                kind,
                &format!("2026-01-05T{time}:00+08:00"),
                data,
            )
        };
    steps.into_iter().enumerate().map(with).collect()
}

impl Door {
    /// At noon of the day of the story.
    pub(crate) async fn open() -> Self {
        Self::at(TempDir::new().unwrap(), Limits::default()).await
    }

    /// The clock of its store.
    pub(crate) fn clock(&self) -> &Clock {
        self.store.clock()
    }

    /// With room for so many waiting messages.
    pub(crate) async fn narrow(messages: usize) -> Self {
        Self::at(TempDir::new().unwrap(), Limits { messages, ..Limits::default() }).await
    }

    async fn at(folder: TempDir, limits: Limits) -> Self {
        let url = format!("sqlite:{}", folder.path().join("medloop.db").display());
        let noon = instant("2026-01-05T12:00:00+08:00");
        let options = medloop_store::Options { clock: Clock::manual(noon), limits, ..Default::default() };
        let store = Store::open(&url, library(), options).await.unwrap();
        Self { router: router(store.clone(), Options::default()), store, folder, limits }
    }

    /// Ends and begins again on the same database.
    pub(crate) async fn restart(self) -> Self {
        let Self { router, store, folder, limits } = self;
        drop(router);
        store.close().await;
        drop(store);
        Self::at(folder, limits).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> (StatusCode, HeaderMap, Value) {
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let kind = parts.headers["content-type"].to_str().unwrap();
        let expected =
            if parts.status.is_success() { "application/json" } else { "application/problem+json" };
        assert_eq!(kind, expected);
        (parts.status, parts.headers, serde_json::from_slice(&bytes).unwrap())
    }

    pub(crate) async fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> (StatusCode, Value) {
        let (status, _, answer) = self.send("POST", path, kind, body).await;
        (status, answer)
    }

    pub(crate) async fn binary(&self, headers: &[(String, String)], body: String) -> Value {
        let mut request = Request::builder()
            .method("POST")
            .uri("/api/v1/events")
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        self.ask(request.body(Body::from(body)).unwrap()).await.2
    }

    /// As a browser sends it for a page of another site.
    pub(crate) async fn foreign(&self, body: String) -> (StatusCode, Value) {
        let headers = [("sec-fetch-site", "cross-site"), ("content-type", "application/json")];
        let (status, _, answer) = self.act("/api/v1/events", &headers, &body).await;
        (status, answer)
    }

    /// With headers of its own; status, `Location`, and the body as JSON where it is some.
    pub(crate) async fn act(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (StatusCode, String, Value) {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let place = parts.headers.get("location").map_or("", |v| v.to_str().unwrap()).to_owned();
        (parts.status, place, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub(crate) async fn submit(&self, body: &Value) -> Value {
        let (status, answer) = self.post("/api/v1/events", "application/json", body.to_string().into()).await;
        assert_eq!(status, StatusCode::OK, "{answer:#}");
        answer
    }

    pub(crate) async fn try_get(&self, path: &str) -> (StatusCode, Value) {
        let (status, _, answer) = self.ask(Request::get(path).body(Body::empty()).unwrap()).await;
        (status, answer)
    }

    pub(crate) async fn get_status(&self, path: &str) -> StatusCode {
        self.try_get(path).await.0
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.try_get(path).await;
        assert_eq!(status, StatusCode::OK, "{path} {answer:#}");
        answer
    }

    /// Sends a page's form with these headers; status and where the answer leads.
    pub(crate) async fn form(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> (StatusCode, String) {
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let place = response.headers().get("location").map(|l| l.to_str().unwrap().to_owned());
        (response.status(), place.unwrap_or_default())
    }

    /// Sends a mended message as this person.
    pub(crate) async fn mend(&self, path: &str, actor: &str, event: &Value) -> Value {
        let request = Request::post(path).header("content-type", "application/json").header("x-actor", actor);
        self.ask(request.body(Body::from(event.to_string())).unwrap()).await.2
    }

    /// The bytes of an answer.
    pub(crate) async fn text(&self, path: &str) -> String {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    }

    pub(crate) async fn texts(&self, paths: &[String]) -> Vec<String> {
        let mut all = Vec::new();
        for path in paths {
            all.push(self.text(path).await);
        }
        all
    }

    /// Whether an answer is what the interface description says.
    pub(crate) fn fits(&self, answer: &Value, name: &str) {
        // Compiling a schema costs more than all else here.
        thread_local! {
            static COMPILED: RefCell<BTreeMap<String, Rc<Validator>>> = const { RefCell::new(BTreeMap::new()) };
        }
        let schema = COMPILED.with_borrow_mut(|all| {
            let compile = || {
                let document: Value = serde_json::from_str(&medloop_api::openapi()).unwrap();
                let schema = json!({"$ref": format!("#/components/schemas/{name}"), "components": document["components"]});
                Rc::new(jsonschema::validator_for(&schema).unwrap())
            };
            all.entry(name.to_owned()).or_insert_with(compile).clone()
        });
        let wrong: Vec<String> =
            schema.iter_errors(answer).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}\n{answer:#}");
    }
}

pub(crate) fn instant(text: &str) -> Instant {
    parse_moment(text, &Zone::fixed("UTC", 0)).unwrap().at
}

/// The shipped definitions.
pub(crate) fn library() -> Published {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops");
    let mut texts = BTreeMap::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                texts.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let (library, found) = medloop_dsl::library::load(&texts);
    assert!(found.iter().all(|d| !d.is_error()), "{found:#?}");
    Published { catalogue: library.catalogue, definitions: library.definitions }
}
