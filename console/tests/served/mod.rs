//! A house with its pages over a real store, for tests that ask as a browser does.

#![expect(clippy::unwrap_used, reason = "a test's own material")]

use crate::sample;
use medloop_console::Written;
use medloop_engine::graph::Definition;
use medloop_engine::name::LoopCode;
use medloop_engine::time::parse_moment;
use medloop_store::{Clock, Mode, Options, Published, Store, Submission};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The pages over a store of their own.
pub(crate) struct House {
    pub(crate) app: axum::Router,
    pub(crate) clock: Clock,
    store: Store,
    _folder: tempfile::TempDir,
}

impl House {
    /// A house in which it is `now` on 2026-01-05, with the shipped catalogue and the loop written out by hand.
    pub(crate) async fn new(now: &str) -> Self {
        Self::with(now, |_| ()).await
    }
    /// The same with another loop.
    pub(crate) async fn with(now: &str, change: impl FnOnce(&mut Definition)) -> Self {
        let catalogue = Arc::new(sample::catalogue());
        let mut def = sample::definition(&catalogue);
        change(&mut def);
        let hash = def.hash();
        let zone = &catalogue.campuses.values().next().unwrap().zone;
        let clock = Clock::manual(parse_moment(&format!("2026-01-05T{now}"), zone).unwrap().at);
        let definitions = BTreeMap::from([(LoopCode::parse("transfusion").unwrap(), (Arc::new(def), hash))]);
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("t.db").display());
        let options = Options { clock: clock.clone(), ..Options::default() };
        let store = Store::open(&url, Published { catalogue, definitions }, options).await.unwrap();
        Self { app: medloop_console::router(store.clone(), written()), clock, store, _folder: folder }
    }
    /// The text of a page.
    pub(crate) async fn page(&self, path: &str) -> String {
        use tower::ServiceExt as _;
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 8 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }
    /// Sends events through the store's own door.
    pub(crate) async fn send(&self, events: Vec<serde_json::Value>) {
        let messages = events.into_iter().map(Submission::value).collect();
        self.store.submit(messages, Mode::Live).await.unwrap();
    }
}

/// What is written about the shipped loops.
fn written() -> Written {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops");
    let mut texts = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                texts.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    Written::from(&medloop_dsl::library::load(&texts).0)
}

/// An order's events.
pub(crate) fn order(order: &str, patient: &serde_json::Value) -> Vec<serde_json::Value> {
    sample::lines().iter().map(|l| sample::event(order, l, patient)).collect()
}

/// Where the patient of the sample was: admitted to a ward, transferred; the transfer names the visit alone.
pub(crate) fn moves() -> Vec<serde_json::Value> {
    let adt = |id: &str, kind: &str, time: &str, patient: serde_json::Value| {
        serde_json::json!({
            "specversion": "1.0", "id": id, "source": "adt/east", "type": kind, "campus": "east",
            "time": format!("2026-01-05T{time}:00+08:00"), "data": { "visit_no": "V2026010501", "patient": patient },
        })
    };
    let ward = serde_json::json!({ "id": "P0001", "dept": "D03", "ward": "W12", "bed": "07" });
    vec![
        adt("M1", "admission.ward_entered", "07:20", ward),
        adt(
            "M2",
            "patient.transferred",
            "10:40",
            serde_json::json!({ "dept": "ICU", "ward": "W41", "bed": "02" }),
        ),
    ]
}
