//! Real hospital data through the real store and API, against figures that were computed independently from the same files.
//!
//! Where there is no such data the test says so and does nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

#[path = "outside/mimic4demo.rs"]
mod outside;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use medloop_dsl::library;
use medloop_store::{Options, Published, Store};
use outside::data;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;
use tower::ServiceExt;

const SOURCE: &str = "examples/mimic4demo/sources/mimic.yaml";
const EXACTLY: &str = "Administered";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program's import; what it said, and how long it took from gzip to the last commit.
fn import(data: &Path, database: &str) -> (String, f64) {
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_medloop"))
        .current_dir(root())
        .args(["import", "--lang", "en", "--source", SOURCE, "--database", database])
        .arg(data)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    (said, begun.elapsed().as_secs_f64())
}

async fn router(database: &str) -> Router {
    let mut texts = BTreeMap::new();
    let mut open = vec![root().join("examples/mimic4demo")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                texts.insert(path.to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let (library, found) = library::load(&texts);
    assert!(found.iter().all(|d| !d.is_error()), "{found:?}");
    let published = Published { catalogue: Arc::clone(&library.catalogue), definitions: library.definitions };
    let store = Store::open(database, published, Options::default()).await.unwrap();
    medloop_api::router(store, medloop_api::Options::default())
}

async fn get(router: &Router, path: &str) -> Value {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap()
}

/// All items of a list.
async fn all(router: &Router, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let mut page = get(router, &format!("{path}&limit=500{cursor}")).await;
        items.append(page["items"].as_array_mut().unwrap());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

#[derive(Debug, Default)]
struct Counts {
    /// Medication orders by how they were placed.
    orders: BTreeMap<String, u64>,
    verified: u64,
    given: u64,
    both: u64,
    /// Doses exactly administered, with a planned time: order type → (early, on time, late).
    doses: BTreeMap<String, (u64, u64, u64)>,
    /// Order and dose of each violation of the rule on doses after a stop.
    after_stop: Vec<(String, String)>,
}

fn node<'a>(track: &'a Value, code: &str) -> Option<&'a Value> {
    let nodes = track["nodes"].as_array()?;
    nodes.iter().find(|n| n["node"] == code && !n["at"].is_null())
}

impl Counts {
    fn take(&mut self, instance: &Value) {
        let tracks = instance["tracks"].as_array().unwrap();
        let (own, doses) = tracks.split_first().unwrap();
        let created = node(own, "created").unwrap();
        let kind = created["fields"]["order_type"].as_str().unwrap().to_owned();
        let mut given = false;
        for track in doses {
            let Some(dose) = node(track, "dose") else { continue };
            if dose["fields"]["result"] != EXACTLY {
                continue;
            }
            given = true;
            if dose["fields"]["planned_at"].is_null() {
                continue;
            }
            let (early, on_time, late) = self.doses.entry(kind.clone()).or_default();
            match dose["status"].as_str().unwrap() {
                "early" => *early += 1,
                "done" => *on_time += 1,
                "late" => *late += 1,
                other => panic!("{other} in {}", instance["id"]),
            }
        }
        if kind == "medication" {
            let verified = node(own, "verified").is_some();
            *self.orders.entry(created["fields"]["transaction"].as_str().unwrap().to_owned()).or_default() +=
                1;
            self.verified += u64::from(verified);
            self.given += u64::from(given);
            self.both += u64::from(verified && given);
        }
        for rule in instance["rules"].as_array().unwrap() {
            if rule["rule"] == "no_dose_after_stop" && rule["verdict"] == "violated" {
                let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
                self.after_stop.push((text(&instance["key"]), text(&rule["track"])));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_figures_of_a_real_hospital_come_out_as_computed_independently() {
    let Some(data) = data("tests/mimic4demo.rs") else { return };
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("mimic.db").display());
    let (said, seconds) = import(&data, &database);
    eprintln!("{said}import: {seconds:.1} s");
    assert!(cfg!(debug_assertions) || seconds < 90.0, "{seconds} s");
    for expected in
        ["19145  order.created", "10  left out of poe", "86  left out of pharmacy", ", 0 rejected"]
    {
        assert!(said.contains(expected), "{expected}\n{said}");
    }

    let router = router(&database).await;
    let mut counts = Counts::default();
    let list = all(&router, "/api/v1/instances?loop=inpatient_medication").await;
    assert_eq!(list.len(), 19_145, "one instance an order: Medications, IV therapy, TPN");
    for row in &list {
        let id = row["id"].as_str().unwrap().replace('/', "%2F");
        counts.take(&get(&router, &format!("/api/v1/instances/{id}")).await);
    }
    let expected = [("change".to_owned(), 1_764), ("new".to_owned(), 15_278)];
    assert_eq!(counts.orders, BTreeMap::from(expected));
    assert_eq!((counts.verified, counts.given, counts.both), (12_462, 5_872, 4_692));
    assert_eq!(counts.doses.get("medication"), Some(&(75, 18_456, 3_652)));
    assert_eq!(counts.doses.get("iv_therapy"), Some(&(8, 135, 10)));
    assert_eq!(counts.after_stop, [("10020944-303".to_owned(), "10020944-31".to_owned())]);

    // Kept and listed, not lost: records of orders that the order system never sent.
    let waiting = all(&router, "/api/v1/events?state=waiting&source=emar%2Fbidmc").await;
    assert_eq!(waiting.len(), 1_063);
    let (mut orders, mut exactly) = (BTreeSet::new(), 0);
    for row in &waiting {
        let id = row["id"].as_str().unwrap();
        let event = get(&router, &format!("/api/v1/events/emar%2Fbidmc/{id}")).await;
        let raw: Value = match &event["raw"] {
            Value::String(text) => serde_json::from_str(text).unwrap(),
            other => other.clone(),
        };
        let fields = &raw["data"];
        orders.insert(fields["order_no"].as_str().unwrap().to_owned());
        exactly += u64::from(fields["result"] == EXACTLY && !fields["planned_at"].is_null());
    }
    assert_eq!((orders.len(), exactly), (418, 756));

    let (said, _) = import(&data, &database);
    assert!(
        said.contains("75804 events: 0 accepted (0 of them waiting), 75804 duplicate, 0 rejected"),
        "{said}"
    );
}
