//! `medloop serve`: where it listens, how it ends, and what an unknown use is answered.

use std::process::Command;
use std::time::Duration;

use crate::server::{PROGRAM, Server};

/// The order of the examples: issued at 09:20, started at 09:55.
const ORDER: &str = include_str!("../../examples/order/events.json");

#[test]
fn an_order_comes_in_survives_a_restart_and_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::serve(folder.path());
    let answer = server.post("/api/v1/events?backfill=true", ORDER);
    assert_eq!(answer["accepted"], 14, "{answer}");
    let (ended, took) = server.terminate();
    assert_eq!(ended.code(), Some(0), "SIGTERM is a fine end");
    assert!(took < Duration::from_secs(10), "ending took {took:?}");

    let server = Server::serve(folder.path());
    let shown = server.get("/api/v1/orders/ZY2026010500017");
    let order = &shown["items"][0];
    assert_eq!(order["id"], "east/transfusion/ZY2026010500017", "{shown}");
    assert_eq!(order["status"], "closed_with_defects");
    let whole = server.get("/api/v1/instances/east%2Ftransfusion%2FZY2026010500017");
    let violated: Vec<&str> = whole["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["verdict"] == "violated")
        .map(|r| r["rule"].as_str().unwrap())
        .collect();
    assert_eq!(violated, ["blood_out"]);
    let start =
        whole["tracks"][1]["nodes"].as_array().unwrap().iter().find(|n| n["node"] == "start").unwrap();
    assert_eq!((start["status"].as_str(), start["late_by_s"].as_i64()), (Some("late"), Some(300)));
    let (status, page) = server.call("GET", "/orders/ZY2026010500017", "");
    assert_eq!(status, 200);
    assert!(page.contains("输血") && page.contains("配血申请"), "{page}");
    assert_eq!(server.call("GET", "/healthz", "").0, 200);
    let (_, metrics) = server.call("GET", "/metrics", "");
    let counted = "medloop_http_requests_total{method=\"GET\",route=\"/orders/{order_no}\",status=\"200\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
}

#[test]
fn nobody_outside_this_machine_is_listened_to() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM)
        .args(["serve", "--listen", "0.0.0.0:0", "--database", "sqlite:test.db"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("没有登录") && said.contains("no sign-in"), "{said}");
    assert!(!folder.path().join("test.db").exists(), "a refused server made a database");
}

#[test]
fn settings_come_from_the_file_unless_a_flag_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("medloop.toml"),
        "database = \"sqlite:file.db\"\nlisten = \"127.0.0.1:0\"\n",
    )
    .unwrap();
    drop(Server::start(folder.path(), &["serve"]));
    assert!(folder.path().join("file.db").exists());
    drop(Server::start(folder.path(), &["serve", "--database", "sqlite:flag.db"]));
    assert!(folder.path().join("flag.db").exists());

    std::fs::write(folder.path().join("medloop.toml"), "databse = \"sqlite:file.db\"\n").unwrap();
    let output = Command::new(PROGRAM).arg("serve").current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("databse"));
}

#[test]
fn an_unknown_use_ends_with_two() {
    for arguments in [&["fly"][..], &["serve", "--wings"], &[]] {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
