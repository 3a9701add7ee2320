//! `medloop map` from outside: rows in, events out, and bad rows told without disturbing the others.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail by panicking")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

const SOURCE: &str = "source: s
system: lis
transport: { kind: file, format: csv }
order: arrival
backfill: true
tables: { t: { file: 'rows*.csv*', columns: [no, at] } }
map:
  - { rule: received, for: t, event: specimen.received, id: no, time: at, set: { order_no: no } }
";

fn hospital() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("hospital.yaml", "group: 医院\ntimezone: Asia/Shanghai\ncampuses: { east: { name: 东院区 } }\n"),
        ("codes/all.yaml", "systems: { lis: { name: 检验 } }\n"),
        ("fields.yaml", "fields: { order_no: { name: 医嘱号, type: text } }\n"),
        (
            "events.yaml",
            "events: { specimen.received: { title: 已接收, fields: [order_no], systems: [lis] } }\n",
        ),
        ("sources/s.yaml", SOURCE),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    std::fs::create_dir(folder.path().join("in")).unwrap();
    folder
}

fn map(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_medloop"))
        .args(["map", "--source"])
        .arg(folder.join("sources/s.yaml"))
        .args(more)
        .arg(folder.join("in"))
        .output()
        .unwrap()
}

fn ids(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            event["id"].as_str().unwrap().to_owned()
        })
        .collect()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn events_of_several_files_leave_in_the_order_of_their_arrival() {
    let folder = hospital();
    let input = folder.path().join("in");
    std::fs::write(input.join("rows1.csv"), "\u{feff}no,at\nB,2026-01-05 09:00:00\nD,2026-01-05 11:00:00\n")
        .unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"at,no,more\n2026-01-05 10:00:00,C,\"a, b\"\n2026-01-05 08:00:00,A,\n").unwrap();
    std::fs::write(input.join("rows2.csv.gz"), packed.finish().unwrap()).unwrap();
    std::fs::write(input.join("other.csv"), "x\n1\n").unwrap();
    let output = map(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    assert_eq!(ids(&output), ["A", "B", "C", "D"]);
    assert_eq!(map(folder.path(), &[]).stdout, output.stdout, "the same files, the same bytes");
    assert_eq!(ids(&map(folder.path(), &["--limit", "2"])), ["A", "B"]);
}

#[test]
fn bad_rows_are_told_with_file_line_and_column_and_disturb_no_other() {
    let folder = hospital();
    let mut rows = b"no,at\nA,2026-01-05 09:00:00\nB,2026-02-30 09:00:00\n,2026-01-05 09:00:00\nC\n".to_vec();
    rows.extend_from_slice(b"\xff\xfe,2026-01-05 09:00:00\nD,2026-01-05 10:00:00\n");
    std::fs::write(folder.path().join("in/rows.csv"), rows).unwrap();
    let output = map(folder.path(), &["--lang", "en"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert_eq!(ids(&output), ["A", "D"]);
    for expected in [
        "rows.csv:3:2: [bad_time] `at` is no time: \"2026-02-30 09:00:00\" (received)",
        "rows.csv:4:1: [missing_id] no id: `no` is empty (received)",
        "rows.csv:5: [bad_row] 1 cells instead of 2",
        "rows.csv:6: [not_utf8] the row is no UTF-8",
    ] {
        assert!(words(&output).contains(expected), "{expected}\n{}", words(&output));
    }
}

#[test]
fn a_torn_archive_is_told_and_what_came_before_it_is_kept() {
    let folder = hospital();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    packed.write_all(b"no,at\nA,2026-01-05 09:00:00\n").unwrap();
    packed.flush().unwrap();
    packed.write_all(b"B,2026-01-05 10:00:00\n").unwrap();
    let mut bytes = packed.finish().unwrap();
    bytes.truncate(bytes.len() - 20);
    std::fs::write(folder.path().join("in/rows.csv.gz"), bytes).unwrap();
    let output = map(folder.path(), &["--lang", "en"]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    assert_eq!(ids(&output), ["A"]);
    assert!(words(&output).contains("[broken_file]"), "{}", words(&output));
}

#[test]
fn a_file_without_its_columns_and_a_mapping_with_mistakes_stop_the_run() {
    let folder = hospital();
    std::fs::write(folder.path().join("in/rows.csv"), "no,time\nA,2026-01-05 09:00:00\n").unwrap();
    let output = map(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(words(&output).contains("lacks: at"), "{}", words(&output));
    std::fs::write(folder.path().join("sources/s.yaml"), SOURCE.replace("id: no", "id: number")).unwrap();
    let output = map(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(words(&output).contains("s.yaml:8:61"), "{}", words(&output));
}

#[test]
fn the_example_of_the_page_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/sources.md")).unwrap();
    let yaml = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["hospital.yaml", "fields.yaml", "events.yaml", "codes", "calendars"] {
        let (from, to) = (root.join("loops").join(name), folder.path().join(name));
        if from.is_file() {
            std::fs::copy(from, to).unwrap();
            continue;
        }
        std::fs::create_dir(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
    for (name, text) in [
        ("sources/s.yaml", yaml),
        (
            "in/lis_result1.csv",
            "no,tube,type,at,saved,by,patient\nZ1,S1,R,202601050920,20260105092130,0427,P1\nZ2,S2,R,,,,TEST\n",
        ),
        ("in/adt_1.csv", "patient,ward,from,to\nP1,W12,2026-01-01,\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let output = map(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    let event: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(event["type"], "specimen.received");
    assert_eq!(event["data"]["patient"]["ward"], "W12");
    assert!(words(&output).contains("测试患者"), "{}", words(&output));
}
