//! `kill -9` in a flood: every acknowledged event is there once, nothing is half applied.
//!
//! `MEDLOOP_CRASH_ROUNDS` says how often (6 when it says nothing).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use medloop_dsl::library::Library;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_store::{EventFilter, EventState, InstanceId, Mode, Options, ReceiptStatus, Store, Submission};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CLIENTS: usize = 4;

#[test]
fn every_acknowledged_event_is_there_once_after_kill_9() {
    let rounds: u64 = std::env::var("MEDLOOP_CRASH_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("medloop.db");
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let mut sent = 0;
    for round in 0..rounds {
        let (mut server, address) = serve(&file);
        let floods: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (address, acknowledged) = (address.clone(), acknowledged.clone());
                std::thread::spawn(move || flood(&address, round, client, &acknowledged))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(250 + 137 * (round % 7)));
        server.kill().unwrap();
        server.wait().unwrap();
        sent += floods.into_iter().map(|f| f.join().unwrap()).sum::<usize>();
    }
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    assert!(!acknowledged.is_empty(), "the flood never reached the server");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stored = runtime.block_on(check(&file, &acknowledged));
    println!("{rounds} rounds: {sent} sent, {} acknowledged, {stored} stored", acknowledged.len());
}

/// Sends batches until the server is gone; how many events went out.
fn flood(address: &str, round: u64, client: usize, acknowledged: &Mutex<BTreeSet<String>>) -> usize {
    let Ok(mut stream) = TcpStream::connect(address) else { return 0 };
    let mut sent = 0;
    for n in 0.. {
        let order = format!("R{round}C{client}N{n}");
        let events = story(&order);
        let body = Value::Array(events.clone()).to_string();
        sent += events.len();
        let head = format!(
            "POST /api/v1/events HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let written = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        let Some((200, answer)) = written.ok().and_then(|()| answer(&mut stream)) else { break };
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["rejected"], 0, "{answer}");
        let ids = events.iter().map(|e| e["id"].as_str().unwrap().to_owned());
        acknowledged.lock().unwrap().extend(ids);
    }
    sent
}

/// Status and body of an answer; `None` when the connection broke before its end.
fn answer(stream: &mut TcpStream) -> Option<(u16, String)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((status, String::from_utf8(body).ok()?))
}

/// Starts the server; where it listens.
fn serve(file: &Path) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_medloop"))
        .args(["serve", "--listen", "127.0.0.1:0", "--database", &format!("sqlite:{}", file.display())])
        .args(["--loops", &loops().display().to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let rest = line.split_once("http://")?.1;
        Some(rest.split('/').next()?.trim().to_owned())
    });
    // What it says later is read away, so that it never waits for us.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    (child, address.expect("the server says where it listens"))
}

async fn check(file: &Path, acknowledged: &BTreeSet<String>) -> usize {
    let store =
        Store::open(&format!("sqlite:{}", file.display()), library(), Options::default()).await.unwrap();
    assert_eq!(store.integrity().await.unwrap(), Vec::<String>::new());
    let mut stored: BTreeMap<String, (String, EventState)> = BTreeMap::new();
    let mut cursor = None;
    loop {
        let page = store.events(EventFilter::default(), cursor, 1000).await.unwrap();
        for event in page.items {
            let order = event.id.split('-').next().unwrap().to_owned();
            let twice = stored.insert(event.id.to_string(), (order, event.state));
            assert!(twice.is_none(), "{} is there twice", event.id);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    for id in acknowledged {
        assert!(stored.contains_key(id), "{id} was acknowledged and is gone");
    }
    let mut by_order: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, (order, state)) in &stored {
        assert_eq!(*state, EventState::Applied, "{id}");
        by_order.entry(order).or_default().insert(id);
    }
    for (order, ids) in by_order {
        assert_eq!(ids.len(), 4, "{order}: a batch is there whole or not at all");
        let id = InstanceId {
            campus: CampusCode::parse("east").unwrap(),
            code: LoopCode::parse("transfusion").unwrap(),
            key: order.into(),
        };
        let facts = store.instance(&id).await.unwrap().unwrap_or_else(|| panic!("no instance {id}")).facts;
        let all = facts.order.facts.iter().chain(facts.tracks.values().flat_map(|t| &t.facts));
        assert_eq!(all.map(|f| &*f.event.id).collect::<BTreeSet<_>>(), ids, "{id} is half applied");
        let again = story(order).iter().map(|e| Submission::text(e.to_string())).collect();
        let receipts = store.submit(again, Mode::Live).await.unwrap();
        assert!(receipts.iter().all(|r| (r.status == ReceiptStatus::Duplicate) == ids.contains(&*r.id)));
    }
    store.close().await;
    stored.len()
}

/// An order with one bag; its last event carries the bag's number alone.
fn story(order: &str) -> Vec<Value> {
    let event = |n: u32, source: &str, kind: &str, minute: u32, data: Value| {
        json!({
            "specversion": "1.0", "id": format!("{order}-{n}"), "source": source, "type": kind, "campus": "east",
            "time": format!("2026-01-05T08:{minute:02}:00+08:00"), "data": data,
        })
    };
    let bag = format!("B-{order}");
    vec![
        event(
            1,
            "his/east",
            "blood.requested",
            0,
            json!({ "order_no": order, "blood_type": "A+", "patient": { "id": "P1" } }),
        ),
        event(2, "pda/east", "blood.order_accepted", 5, json!({ "order_no": order })),
        event(
            3,
            "bis/east",
            "blood.issued",
            20,
            json!({ "order_no": order, "bag_no": bag, "blood_type": "A+" }),
        ),
        event(4, "pda/east", "transfusion.started", 30, json!({ "bag_no": bag })),
    ]
}

fn loops() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("loops")
}

fn library() -> Library {
    let mut texts = BTreeMap::new();
    let mut todo = vec![loops()];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|e| e == "loop" || e == "yaml") {
                let name = path.strip_prefix(loops()).unwrap().to_string_lossy().into_owned();
                texts.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    medloop_dsl::library::load(&texts).0
}
