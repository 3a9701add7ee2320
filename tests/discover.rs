//! `medloop discover` from outside: events in, a folder that checks out; on real data, what that hospital does.
//!
//! Where there is no real data the test says so and does nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

#[path = "outside/mimic4demo.rs"]
mod mimic4demo;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn medloop(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_medloop"))
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What is read no further closes the pipe.
    drop(child.stdin.take().unwrap().write_all(input));
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Blanks of any kind as one.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn event(order: usize, step: &str, minute: usize, more: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{order}-{step}-{minute}","source":"his/main","type":"x.{step}","time":"2026-01-05T{:02}:{:02}:00+08:00","data":{{"order_no":"Z{order}"{more}}}}}"#,
        8 + minute / 60,
        minute % 60
    )
}

#[test]
fn simulated_transfusions_give_a_folder_that_checks_out() {
    let events = medloop(&["simulate", "--loop", "transfusion", "--days", "3", "--faults", "5"], b"").stdout;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("found");
    let out = out.to_str().unwrap();
    let found = medloop(&["discover", "-", "--out", out, "--lang", "en", "--code", "transfusion"], &events);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    for verb in [vec!["check", out], vec!["fmt", "--check", out]] {
        let said = medloop(&verb, b"");
        assert_eq!(said.status.code(), Some(0), "{}{}", text(&said.stdout), text(&said.stderr));
    }
    let written = flat(&std::fs::read_to_string(folder.path().join("found/transfusion.loop")).unwrap());
    for expected in [
        "flow requested -> request_reviewed? -> order_accepted ->",
        "typed -> crossmatched -> each bag_no ( issued ->",
        "ward_received? -> verified -> started -> patrolled+ -> finished -> bag_returned )",
        "node patrolled [patrolled] { on transfusion.patrolled from pda by nurse stage execute required bag_no,",
        "within verified_limit of issued",
    ] {
        assert!(written.contains(expected), "{expected}\n{written}");
    }
    // What is there already is not written over.
    let again = medloop(&["discover", "-", "--out", out], &events);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("is not empty"), "{}", text(&again.stderr));
}

#[test]
fn names_are_those_of_the_definitions_at_hand_and_what_they_lack_is_told() {
    let mut events =
        medloop(&["simulate", "--loop", "transfusion", "--days", "2", "--faults", "0"], b"").stdout;
    events.extend(event(1, "unheard_of", 0, "").bytes().chain(*b"\n"));
    let found =
        medloop(&["discover", "-", "--library", "loops", "--code", "found", "--name", "用血"], &events);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    assert!(
        text(&found.stderr).contains("目录里没有事件 x.unheard_of，1 个没有计入"),
        "{}",
        text(&found.stderr)
    );
    // Among the others of its hospital it checks out too.
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("loops"), folder.path());
    std::fs::write(folder.path().join("found.loop"), &found.stdout).unwrap();
    let said = medloop(&["check", folder.path().join("found.loop").to_str().unwrap()], b"");
    assert_eq!(said.status.code(), Some(0), "{}{}", text(&said.stdout), text(&said.stderr));
    let written = flat(&text(&found.stdout));
    for expected in
        ["闭环 用血 [found] {", "主键 医嘱号", "每个 血袋号 ( 血液已配发 →", "角色 上级医师 阶段 审核"]
    {
        assert!(written.contains(expected), "{expected}\n{written}");
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).unwrap();
        }
    }
}

#[test]
fn limits_are_proposed_from_practice_with_their_numbers() {
    // Ninety-six of a hundred are reviewed after 7 minutes, three after 25, one before it was asked for.
    let mut lines = Vec::new();
    for order in 0..100 {
        let minutes = if order < 96 { 17 } else { 35 };
        lines.push(event(order, "asked", 10, ""));
        lines.push(event(order, "reviewed", if order == 99 { 5 } else { minutes }, r#","note":"ok""#));
    }
    let found = medloop(&["discover", "-", "--lang", "en"], lines.join("\n").as_bytes());
    let written = flat(&text(&found.stdout));
    for expected in [
        "99% of the orders keep to this flow",
        "flow asked -> reviewed //",
        "// asked -> reviewed: 99 pairs, P50 7min, P95 7min, P99 25min; 96.9% within 10min; 1 more came the other way round param reviewed_limit [reviewed_limit] = 10min",
        "required note within reviewed_limit of asked }",
    ] {
        assert!(written.contains(expected), "{expected}\n{written}");
    }
    assert!(
        text(&found.stderr).contains("not of the flow, 1 times: reviewed → asked"),
        "{}",
        text(&found.stderr)
    );
    // With too few orders there is no limit to propose.
    let few = medloop(&["discover", "-"], lines.get(..60).unwrap().join("\n").as_bytes());
    assert!(!text(&few.stdout).contains("参数"), "{}", text(&few.stdout));
}

#[test]
fn lines_that_are_no_events_are_told_and_passed_over() {
    let lines = [
        event(1, "a", 0, ""),
        "{".to_owned(),
        String::new(),
        r#"{"id":"1"}"#.to_owned(),
        event(1, "b", 1, ""),
    ];
    let found = medloop(&["discover", "-", "--lang", "en"], lines.join("\n").as_bytes());
    assert_eq!(found.status.code(), Some(1));
    let said = text(&found.stderr);
    assert!(said.contains("-:2: it is no JSON") && said.contains("-:4: it has no source"), "{said}");
    assert!(text(&found.stdout).contains("flow a -> b"), "{}", text(&found.stdout));
    let none = medloop(&["discover", "-", "--key", "bag_no"], lines.join("\n").as_bytes());
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("没有事件带字段 bag_no"), "{}", text(&none.stderr));
}

#[test]
fn in_real_data_order_verification_and_doses_are_found() {
    let Some(data) = mimic4demo::data("tests/discover.rs") else { return };
    let source = "examples/mimic4demo/sources/mimic.yaml";
    let found = medloop(&["discover", "--source", source, data.to_str().unwrap()], b"");
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    let written = text(&found.stdout);
    let page = std::fs::read_to_string(root().join("docs/discover.md")).unwrap();
    let shown = page.split("```loop\n").nth(1).unwrap().split("```").next().unwrap();
    for part in shown.split("  …\n") {
        assert!(written.contains(part), "{part}\n{written}");
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("examples/mimic4demo"), folder.path());
    std::fs::write(folder.path().join("discovered.loop"), &written).unwrap();
    let said = medloop(&["check", folder.path().to_str().unwrap()], b"");
    assert_eq!(said.status.code(), Some(0), "{}{}", text(&said.stdout), text(&said.stderr));
}
