//! What the tests of the store share: the shipped loops, a small seeded random source, events of a transfusion.
#![allow(clippy::allow_attributes, reason = "each test file uses its own share of the helpers")]
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking"
)]

use medloop_dsl::library::Library;
use medloop_engine::time::{Instant, Span, Zone, parse_moment};
use medloop_store::{Clock, Options, Store, Submission};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The texts under `loops/`, by path.
pub(crate) fn texts() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops");
    let mut out = BTreeMap::new();
    let mut todo = vec![root.clone()];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "loop" || e == "yaml") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                out.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    out
}

/// The shipped library.
pub(crate) fn library() -> Library {
    compiled(&texts())
}

/// A library of texts without mistakes.
pub(crate) fn compiled(texts: &BTreeMap<String, String>) -> Library {
    let (library, found) = medloop_dsl::library::load(texts);
    assert!(!library.definitions.is_empty(), "{found:?}");
    library
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n.max(1)).unwrap()).unwrap()
    }
    /// One of them.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
    /// In random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// A moment of the story, as an instant.
pub(crate) fn at(text: &str) -> Instant {
    parse_moment(text, &Zone::fixed("Asia/Shanghai", 8 * 3600)).unwrap().at
}

/// A database in a folder of its own, and a clock that stands at noon of the story's day.
pub(crate) struct Place {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) clock: Clock,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), clock: Clock::manual(at("2026-01-05T12:00:00")) }
    }
    pub(crate) fn file(&self) -> PathBuf {
        self.dir.path().join("medloop.db")
    }
    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }
    pub(crate) async fn open(&self, library: &Library) -> Store {
        self.open_with(library, Options::default().cache_bytes).await
    }
    /// With so many bytes for what was read last.
    pub(crate) async fn open_with(&self, library: &Library, cache_bytes: usize) -> Store {
        // The ticker only ticks when a test says so.
        let options = Options {
            clock: self.clock.clone(),
            tick: std::time::Duration::from_secs(3600),
            cache_bytes,
            ..Options::default()
        };
        Store::open(&self.url(), library, options).await.unwrap()
    }
}

/// An event of the story's day in the east campus.
pub(crate) fn event(id: &str, source: &str, kind: &str, time: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": source, "type": kind,
        "time": format!("2026-01-05T{time}:00+08:00"), "campus": "east", "data": data,
    })
}

/// A whole transfusion of two bags under one order, tubes and bags linked by their numbers alone after their first event.
pub(crate) fn story(order: &str, tube: &str, bags: [&str; 2]) -> Vec<Value> {
    let patient = json!({ "id": format!("P-{order}"), "name": "张三", "visit_no": format!("V-{order}"), "dept": "D03" });
    let by = |id: &str, role: &str| json!({ "id": id, "role": role });
    let e = |n: u32, s: &str, k: &str, t: &str, d: Value| event(&format!("{order}-{n}"), s, k, t, d);
    let mut all = vec![
        e(
            1,
            "his/east",
            "blood.requested",
            "08:00",
            json!({ "order_no": order, "patient": patient, "actor": by("w", "doctor"),
            "blood_type": "A+", "component": "红细胞", "quantity": 2, "indication": "Hb 58 g/L" }),
        ),
        e(
            2,
            "his/east",
            "blood.request_reviewed",
            "08:10",
            json!({ "order_no": order, "actor": by("l", "senior_doctor") }),
        ),
        e(
            3,
            "pda/east",
            "blood.order_accepted",
            "08:15",
            json!({ "order_no": order, "actor": by("z", "nurse") }),
        ),
        e(
            4,
            "pda/east",
            "specimen.collected",
            "08:20",
            json!({ "order_no": order, "specimen_no": tube, "actor": by("z", "nurse") }),
        ),
        e(
            5,
            "bis/east",
            "specimen.received",
            "08:40",
            json!({ "specimen_no": tube, "actor": by("s", "technician") }),
        ),
        e(
            6,
            "bis/east",
            "blood.typed",
            "08:50",
            json!({ "order_no": order, "blood_type": "A+", "actor": by("s", "technician") }),
        ),
        e(
            7,
            "bis/east",
            "blood.crossmatched",
            "09:10",
            json!({ "order_no": order, "crossmatch_result": "compatible", "actor": by("s", "technician") }),
        ),
    ];
    for (i, bag) in bags.into_iter().enumerate() {
        let n = 10 + 10 * u32::try_from(i).unwrap();
        let nurse = || by("z", "nurse");
        all.extend([
            e(n, "bis/east", "blood.issued", "09:20", json!({ "order_no": order, "bag_no": bag, "blood_type": "A+", "expires_at": "2026-02-01", "actor": by("s", "technician") })),
            e(n + 1, "pda/east", "transfusion.verified", "09:30", json!({ "bag_no": bag, "blood_type": "A+", "patient_no": "P1", "verifier": "q", "actor": nurse() })),
            e(n + 2, "pda/east", "transfusion.started", "09:45", json!({ "bag_no": bag, "actor": nurse() })),
            e(n + 3, "pda/east", "transfusion.patrolled", "10:00", json!({ "bag_no": bag, "reaction": "none", "actor": nurse() })),
            e(n + 4, "pda/east", "transfusion.finished", "10:30", json!({ "bag_no": bag, "reaction": "none", "actor": nurse() })),
        ]);
    }
    all
}

/// The same event as a message.
pub(crate) fn message(event: &Value) -> Submission {
    Submission::text(event.to_string())
}

/// Minutes.
pub(crate) fn minutes(n: i64) -> Span {
    Span::minutes(n)
}
