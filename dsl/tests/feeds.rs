//! What `sources/*.yaml` say about delay and silence, as the catalogue answers it by system and campus.

use medloop_dsl::library;
use medloop_engine::map::{Lookup, Outcome, Tree, run};
use medloop_engine::name::{CampusCode, SystemCode};
use medloop_engine::time::Span;
use std::collections::BTreeMap;

const TEXTS: [(&str, &str); 7] = [
    (
        "hospital.yaml",
        "group: 医院\ntimezone: Asia/Shanghai\ncampuses: { east: { name: 东院区 }, west: { name: 西院区 } }\n",
    ),
    ("codes/all.yaml", "systems: { lis: { name: 检验 }, his: { name: HIS }, pda: { name: 移动护理 } }\n"),
    ("fields.yaml", "fields:\n  order_no: { name: 医嘱号, type: text }\n"),
    (
        "events.yaml",
        "events:\n  specimen.received: { title: 已接收, fields: [order_no], systems: [lis, pda] }\n",
    ),
    (
        "sources/a_nightly.yaml",
        "source: lis_nightly\nsystem: lis\ncampus: east\ntransport: { kind: file, format: csv }\nlag: 8小时
tables: { t: { file: a.csv, columns: [no, at] } }
map:
  - { rule: r, for: t, event: specimen.received, id: no, time: at, set: { order_no: no } }
  - { rule: s, for: t, event: specimen.received, system: pda, id: no, time: at, set: { order_no: no } }
",
    ),
    (
        "sources/b_push.yaml",
        "source: lis_push\nsystem: lis\ntransport: { kind: events }\nlag: 30秒\nheartbeat: 5分钟\n",
    ),
    (
        "sources/c_his.yaml",
        "source: his\nsystem: his\ncampus: west\ntransport: { kind: events }\nheartbeat: 1h\n",
    ),
];

#[test]
fn delay_and_silence_are_known_by_system_and_campus() {
    let texts: BTreeMap<String, String> =
        TEXTS.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let (library, found) = library::load(&texts);
    assert!(found.is_empty(), "{found:?}");
    let catalogue = &library.catalogue;
    let of = |system: &str, campus: &str| {
        let (system, campus) = (SystemCode::parse(system).unwrap(), CampusCode::parse(campus).unwrap());
        (catalogue.lag(&system, &campus), catalogue.heartbeat(&system, &campus))
    };
    let five = Some(Span::minutes(5));
    assert_eq!(of("lis", "east"), (Span::hours(8), five), "the slowest of two ways");
    assert_eq!(of("lis", "west"), (Span::seconds(30), five), "the nightly file serves the east alone");
    assert_eq!(of("pda", "east"), (Span::hours(8), None), "a rule that speaks for another system");
    assert_eq!(of("pda", "west"), (Span::ZERO, None));
    assert_eq!(of("his", "west"), (Span::ZERO, Some(Span::hours(1))));
    assert_eq!(of("his", "east"), (Span::ZERO, None));
}

/// A source that serves every campus says no campus of its own, in what it maps as well as in what the catalogue keeps.
#[test]
fn a_source_may_serve_every_campus() {
    let mut texts: BTreeMap<String, String> =
        TEXTS.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let nightly = texts.get_mut("sources/a_nightly.yaml").unwrap();
    *nightly = nightly.replace("campus: east", "campus: any");
    let (library, found) = library::load(&texts);
    assert!(found.is_empty(), "{found:?}");
    let mut anywhere = library.catalogue.feeds.iter().filter(|f| f.anywhere);
    let feed = anywhere.next().unwrap();
    assert_eq!((feed.source.as_str(), &feed.campus), ("lis_nightly", &None));
    assert_eq!(anywhere.next(), None, "one that says nothing is taken as before");
    let lis = SystemCode::parse("lis").unwrap();
    for campus in library.catalogue.campuses.keys() {
        assert_eq!(library.catalogue.lag(&lis, campus), Span::hours(8));
    }
    let text = texts.get("sources/a_nightly.yaml").unwrap();
    let (source, _) = medloop_dsl::sources::read("a.yaml", text, &library.catalogue);
    let mapping = source.unwrap().mapping;
    let row = Tree::row(&["no".into(), "at".into()], ["Z1", "2026-01-05 09:20"]);
    let made = run(&mapping, &Lookup::new(&mapping), 0, &row);
    let Some(Outcome::Event(made)) = made.first() else { unreachable!("{made:?}") };
    assert_eq!((&made.event["source"], made.event.get("campus")), (&"lis".into(), None));
}

#[test]
fn what_serves_every_campus_needs_several_and_one_clock() {
    let told = |from: &str, to: &str| -> Vec<&'static str> {
        let mut texts: BTreeMap<String, String> =
            TEXTS.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let nightly = texts.get_mut("sources/a_nightly.yaml").unwrap();
        *nightly = nightly.replace("campus: east", "campus: any");
        texts.remove("sources/c_his.yaml");
        let hospital = texts.get_mut("hospital.yaml").unwrap();
        assert!(hospital.contains(from));
        *hospital = hospital.replace(from, to);
        library::load(&texts).1.iter().map(|d| d.code).collect()
    };
    assert_eq!(told("", ""), [""; 0]);
    assert_eq!(told(", west: { name: 西院区 }", ""), ["E0807"]);
    assert_eq!(told("{ name: 西院区 }", "{ name: 西院区, timezone: Asia/Tokyo }"), ["E0804"]);
    assert_eq!(told("west:", "any:"), ["E0708"]);
}

#[test]
fn a_planned_time_that_no_source_fills_in_is_told() {
    let mut texts: BTreeMap<String, String> =
        TEXTS.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    texts.remove("sources/b_push.yaml");
    texts.insert(
        "fields.yaml".to_owned(),
        "fields:\n  order_no: { name: 医嘱号, type: text }\n  due: { name: 计划时间, type: time }\n"
            .to_owned(),
    );
    let event =
        "events:\n  specimen.received: { title: 已接收, fields: [order_no, due], systems: [lis, pda] }\n";
    texts.insert("events.yaml".to_owned(), event.to_owned());
    let told = |texts: &BTreeMap<String, String>, fields: &str| -> Vec<String> {
        let mut texts = texts.clone();
        let text = format!(
            "闭环 甲 [a] {{ 主键 医嘱号  流程 接收\n环节 接收 [receive] {{ 事件 specimen.received  阶段 执行  {fields}  计划 计划时间 -10分钟..+10分钟 }} }}"
        );
        texts.insert("a.loop".to_owned(), text);
        library::load(&texts).1.iter().map(|d| format!("{} {}", d.code, d.message.zh)).collect()
    };
    let never = "E0519 环节“接收”的计划从不起作用：没有来源填写计划时间“计划时间”";
    assert_eq!(told(&texts, "可填 计划时间"), [never]);
    let required = told(&texts, "必填 计划时间");
    assert!(matches!(required.as_slice(), [one] if one.starts_with("E0808")), "told once: {required:?}");
    let nightly = texts.get_mut("sources/a_nightly.yaml").unwrap();
    *nightly = nightly.replacen("set: { order_no: no }", "set: { order_no: no, due: at }", 1);
    let filled = told(&texts, "可填 计划时间");
    assert_eq!(filled, [""; 0]);
}
