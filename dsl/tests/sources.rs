//! What a source's mapping does with rows: conditions, joins, code tables, ids, times, and what becomes of the rest.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]

use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::{sources, yaml};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::map::{Lookup, Mapping, Outcome, Tree, run};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const HOSPITAL: [(&str, &str); 4] = [
    ("hospital.yaml", "group: 医院\ntimezone: Asia/Shanghai\ncampuses: { east: { name: 东院区 } }\n"),
    ("codes/all.yaml", "systems: { lis: { name: 检验 }, his: { name: HIS } }\n"),
    (
        "fields.yaml",
        "fields:\n  order_no: { name: 医嘱号, type: text }\n  specimen_no: { name: 标本条码, type: text }\n  amount: { name: 数量, type: number }\n  planned_at: { name: 计划时间, type: time }\n",
    ),
    (
        "events.yaml",
        "events:\n  specimen.received: { title: 已接收, fields: [order_no, specimen_no, amount, planned_at], systems: [lis] }\n  order.created: { title: 已开立, fields: [order_no], systems: [his] }\n",
    ),
];

fn catalogue() -> Catalogue {
    let texts: BTreeMap<String, String> =
        HOSPITAL.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let (context, found) = yaml::read("", &texts);
    assert!(found.is_empty(), "{found:?}");
    context.unwrap().catalogue
}

fn mapping(tail: &str) -> Mapping {
    let head = "source: s\nsystem: lis\ncampus: east\ntransport: { kind: file, format: csv }\n";
    let text = format!("{head}{tail}");
    let (source, found) = sources::read("s.yaml", &text, &catalogue());
    let shown = Sources::new([("s.yaml", text.as_str())]);
    source.unwrap_or_else(|| panic!("{}", render_all(&found, &shown, Lang::En))).mapping
}

fn row(columns: &str, cells: &str) -> Tree {
    let names: Vec<Arc<str>> = columns.split(' ').map(Arc::from).collect();
    Tree::row(&names, cells.split(','))
}

fn events(outcomes: Vec<Outcome>) -> Vec<Value> {
    outcomes
        .into_iter()
        .map(|o| match o {
            Outcome::Event(mapped) => mapped.event,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_row_becomes_the_event_of_the_contract() {
    let m = mapping(
        "tables: { t: { file: a.csv, columns: [no, tube, at, saved, by, n] } }
map:
  - rule: r
    for: t
    event: specimen.received
    id: { digest: [no, tube, at] }
    sequence: n
    time: { field: at, format: yyyyMMddHHmm }
    set:
      order_no: no
      specimen_no: tube
      amount: { number: n }
      planned_at: { time: { field: at, format: yyyyMMddHHmm } }
      actor.id: by
      actor.role: { const: technician }
      patient.id: { text: \"P-{no}\" }
      recorded_at: { time: saved }
",
    );
    let row = row("no tube at saved by n", "Z1,S1,202601050920,2026-01-05 09:21:05,0427,3");
    let event = events(run(&m, &Lookup::new(&m), 0, &row)).remove(0);
    assert_eq!(
        event,
        json!({
            "specversion": "1.0", "id": event["id"], "source": "lis/east", "campus": "east",
            "type": "specimen.received", "time": "2026-01-05T09:20:00+08:00", "sequence": "3",
            "data": {
                "order_no": "Z1", "specimen_no": "S1", "amount": 3, "planned_at": "2026-01-05T09:20+08:00",
                "actor": { "id": "0427", "role": "technician" }, "patient": { "id": "P-Z1" },
                "precision": "minute", "recorded_at": "2026-01-05T09:21:05+08:00"
            }
        })
    );
    assert_eq!(event["id"].as_str().unwrap().len(), 32);
    let again = events(run(&m, &Lookup::new(&m), 0, &row)).remove(0);
    assert_eq!(event["id"], again["id"], "the same row has the same id for ever");
}

#[test]
fn rows_join_the_row_that_held_at_their_time() {
    let m = mapping(
        "tables:
  t: { file: a.csv, columns: [no, who, at] }
  stays: { file: b.csv, columns: [who, ward, from, to] }
  wards: { file: c.csv, columns: [ward, dept] }
map:
  - rule: r
    for: t
    join:
      stay: { table: stays, on: { who: who }, as_of: { at: at, from: from, to: to } }
      unit: { table: wards, on: { ward: stay.ward } }
    event: specimen.received
    id: no
    time: at
    set: { order_no: no, patient.ward: stay.ward, patient.dept: unit.dept }
",
    );
    let mut lookup = Lookup::new(&m);
    for cells in [
        "P1,W2,2026-01-05 10:00:00,",
        "P1,W1,2026-01-05 08:00:00,2026-01-05 10:00:00",
        "P2,W9,2026-01-01 00:00:00,",
    ] {
        lookup.add(&m, 1, row("who ward from to", cells)).unwrap();
    }
    lookup.add(&m, 2, row("ward dept", "W2,D7")).unwrap();
    lookup.seal();
    let patient = |at: &str| {
        let row = row("no who at", &format!("Z1,P1,{at}"));
        events(run(&m, &lookup, 0, &row)).remove(0)["data"]["patient"].clone()
    };
    assert_eq!(patient("2026-01-05 07:59:59"), Value::Null, "nowhere yet");
    assert_eq!(patient("2026-01-05 08:00:00"), json!({"ward": "W1"}));
    assert_eq!(patient("2026-01-05 09:59:59"), json!({"ward": "W1"}));
    assert_eq!(
        patient("2026-01-05 10:00:00"),
        json!({"ward": "W2", "dept": "D7"}),
        "the end is not included"
    );
    assert!(lookup.add(&m, 1, row("who ward from to", "P1,W3,yesterday,")).is_err());
}

const KINDS: &str = "tables: { t: { file: a.csv, columns: [no, kind, at, tubes], else: { ignore: 别的 } } }
codes:
  kinds: { rows: { 开: order.created, 收: specimen.received } }
map:
  - rule: test patients
    for: t
    when: [{ any: [{ field: no, matches: '^TEST' }, { field: kind, in: [试, 0] }] }]
    ignore: 测试患者
  - rule: one
    for: t
    when: [{ field: kind, listed: kinds }]
    event: { code: kinds, of: kind }
    id: no
    time: at
    set: { order_no: no }
  - rule: each tube
    for: t
    when: [{ field: kind, is: 收 }, { field: tubes, empty: false }]
    split: { field: tubes, by: ';' }
    event: specimen.received
    id: { text: '{no}/{item}' }
    time: at
    set: { order_no: no, specimen_no: item }
";

#[test]
fn one_row_may_become_several_events_or_none() {
    let m = mapping(KINDS);
    let out = |cells: &str| run(&m, &Lookup::new(&m), 0, &row("no kind at tubes", cells));
    let ids = |cells: &str| -> Vec<String> {
        events(out(cells))
            .iter()
            .map(|e| format!("{} {}", e["type"].as_str().unwrap(), e["id"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(ids("Z1,开,2026-01-05 08:00:00,"), ["order.created Z1"]);
    assert_eq!(
        ids("Z1,收,2026-01-05 08:00:00,S1;S2"),
        ["specimen.received Z1", "specimen.received Z1/S1", "specimen.received Z1/S2"]
    );
    assert_eq!(out("TEST1,收,,S1"), [Outcome::Ignored("测试患者".into())], "later rules do not see it");
    assert_eq!(out("Z1,0,,"), [Outcome::Ignored("测试患者".into())], "0 in YAML is the text 0 of a cell");
    assert_eq!(out("Z1,x,,"), [Outcome::Ignored("别的".into())]);
}

#[test]
fn a_bad_row_says_which_column_and_why_and_keeps_no_other_rule_from_it() {
    let m = mapping(KINDS);
    let fault = |cells: &str| {
        run(&m, &Lookup::new(&m), 0, &row("no kind at tubes", cells))
            .into_iter()
            .filter_map(|o| match o {
                Outcome::Faulty(rule, fault) => Some((rule.unwrap().to_string(), fault.code, fault.at)),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(fault("Z1,开,2026-13-05 08:00:00,"), [("one".into(), "bad_time", "at".into())]);
    assert_eq!(fault("Z1,开,,"), [("one".into(), "missing_time", "at".into())]);
    assert_eq!(fault(",收,2026-01-05 08:00:00,S1").len(), 2, "neither the order's id nor the tube's");
    let unmapped = mapping(&KINDS.replace(", else: { ignore: 别的 }", ""));
    let out = run(&unmapped, &Lookup::new(&unmapped), 0, &row("no kind at tubes", "Z1,x,,"));
    assert!(matches!(&out[..], [Outcome::Faulty(None, fault)] if fault.code == "unmapped"), "{out:?}");
}

#[test]
fn history_arrives_when_it_was_written_down_plus_the_shift() {
    let m = mapping(
        "backfill: true
shift: 2h
order: arrival
tables: { t: { file: a.csv, columns: [no, at, saved] } }
map:
  - { rule: r, for: t, event: specimen.received, id: no, time: at, set: { order_no: no, recorded_at: { time: saved } } }
",
    );
    let arrival = |cells: &str| match run(&m, &Lookup::new(&m), 0, &row("no at saved", cells)).remove(0) {
        Outcome::Event(mapped) => m.zone.rfc3339(mapped.arrival),
        other => panic!("{other:?}"),
    };
    assert_eq!(arrival("Z,2026-01-05 08:00:00,2026-01-05 08:30:00"), "2026-01-05T10:30:00+08:00");
    assert_eq!(arrival("Z,2026-01-05 08:00:00,2026-01-05 07:30:00"), "2026-01-05T10:00:00+08:00");
    assert_eq!(arrival("Z,2026-01-05 08:00:00,"), "2026-01-05T10:00:00+08:00");
}

#[test]
fn a_nested_message_is_mapped_by_the_same_rules() {
    let m = mapping(
        "tables: { t: { file: '*', columns: [pid, obx] } }
map:
  - rule: each result
    for: t
    split: { field: obx }
    event: specimen.received
    id: { digest: [pid.no, item.set] }
    time: { field: item.at, format: yyyyMMddHHmm }
    set: { order_no: pid.no, specimen_no: item.tube.0.id, patient.name: pid.name.family }
",
    );
    let message = Tree::from(&json!({
        "pid": { "no": "Z1", "name": [{ "family": "王" }, { "family": "Wang" }] },
        "obx": [
            { "set": 1, "at": "202601050920", "tube": [{ "id": "S1" }] },
            { "set": 2, "at": "202601050921", "tube": [{ "id": "S2" }] },
        ],
    }));
    let events = events(run(&m, &Lookup::new(&m), 0, &message));
    assert_eq!(events.len(), 2);
    assert_eq!(events[1]["data"]["specimen_no"], "S2");
    assert_eq!(events[1]["data"]["patient"]["name"], "王", "the first repetition unless said");
}

proptest! {
    /// Whatever stands in the cells: an answer for every row, the same one twice, and no panic.
    #[test]
    fn every_row_has_an_outcome(cells in proptest::collection::vec(".{0,24}|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}|开|收|试", 0..6)) {
        let m = mapping(KINDS);
        let names: Vec<Arc<str>> = ["no", "kind", "at", "tubes"].into_iter().map(Arc::from).collect();
        let row = Tree::row(&names, cells.iter().map(String::as_str));
        let once = run(&m, &Lookup::new(&m), 0, &row);
        prop_assert!(!once.is_empty());
        prop_assert_eq!(&once, &run(&m, &Lookup::new(&m), 0, &row));
        for outcome in once {
            if let Outcome::Event(mapped) = outcome {
                prop_assert!(mapped.event["id"].is_string() && mapped.event["time"].is_string());
            }
        }
    }
}
