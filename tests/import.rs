//! `medloop import` from outside: what is stored, what waits, and bad rows in quarantine with their place.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use medloop_dsl::library;
use medloop_store::{EventFilter, EventState, Options, Published, Store};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

const POE: &str = "poe_id,poe_seq,subject_id,hadm_id,ordertime,order_type,order_subtype,transaction_type,discontinue_of_poe_id,discontinued_by_poe_id,order_provider_id,order_status
1-1,1,1,11,2150-03-01 08:00:05,Medications,,New,,,P1,Inactive
1-2,2,1,11,2150-02-30 08:00:05,Medications,,New,,,P1,Inactive
1-3,3,1,11,2150-03-01 08:00:05,Lab,,New,,,P1,Inactive
";
const EMAR: &str = "subject_id,hadm_id,emar_id,emar_seq,poe_id,pharmacy_id,enter_provider_id,charttime,medication,event_txt,scheduletime,storetime
1,11,1-10,10,1-1,,N1,2150-03-01 09:00:00,Heparin,Administered,2150-03-01 09:00:00,2150-03-01 09:01:00
1,11,1-11,11,1-9,,N1,2150-03-01 09:00:00,Heparin,Administered,2150-03-01 09:00:00,2150-03-01 09:01:00
1,11,,12,1-1,,N1,2150-03-01 09:00:00,Heparin,Administered,2150-03-01 09:00:00,2150-03-01 09:01:00
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn import(data: &Path, database: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_medloop"))
        .current_dir(root())
        .args(["import", "--lang", "en", "--source", "examples/mimic4demo/sources/mimic.yaml"])
        .args(["--database", database])
        .arg(data)
        .output()
        .unwrap()
}

fn texts(folder: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            self::texts(&path, texts);
        } else {
            texts.insert(path.to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_rows_are_kept_with_their_place_and_disturb_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("poe.csv"), POE).unwrap();
    std::fs::write(data.join("emar.csv"), EMAR).unwrap();
    let database = format!("sqlite:{}", folder.path().join("m.db").display());

    let output = import(&data, &database);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("poe.csv:3:5: [bad_time]"), "{said}");
    assert!(said.contains("emar.csv:4:3: [missing_id]"), "{said}");
    assert!(said.contains("3 events: 3 accepted (1 of them waiting), 0 duplicate, 0 rejected"), "{said}");
    let again = import(&data, &database);
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(said.contains("3 events: 0 accepted (0 of them waiting), 3 duplicate, 0 rejected"), "{said}");

    let mut all = BTreeMap::new();
    texts(&root().join("examples/mimic4demo"), &mut all);
    let (library, _) = library::load(&all);
    let published = Published { catalogue: Arc::clone(&library.catalogue), definitions: library.definitions };
    let store = Store::open(&database, published, Options::default()).await.unwrap();
    let mut kept = store.quarantine(false, None, 100).await.unwrap().items;
    kept.sort_by(|a, b| a.reason.code.cmp(&b.reason.code));
    let shown: Vec<(&str, bool, i64)> =
        kept.iter().map(|q| (q.reason.code.as_ref(), q.raw.contains("\"line\""), q.times)).collect();
    assert_eq!(
        shown,
        [("bad_time", true, 2), ("missing_id", true, 2)],
        "one entry a row, however often it comes"
    );
    assert!(kept.iter().any(|q| q.reason.path.ends_with("poe.csv:3:5")), "{kept:?}");
    let waiting = EventFilter { state: Some(EventState::Waiting), ..EventFilter::default() };
    let waiting = store.events(waiting, None, 10).await.unwrap().items;
    assert_eq!(waiting.iter().map(|e| e.id.as_ref()).collect::<Vec<_>>(), ["1-11"]);
    store.close().await;
}
