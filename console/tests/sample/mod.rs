//! A transfusion loop written out by hand and events for it, for tests of pages that need no compiler and no store.

#![expect(clippy::unwrap_used, reason = "a test's own material")]

use medloop_dsl::yaml;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::event::{self, Arrival};
use medloop_engine::explain::Scene;
use medloop_engine::graph::*;
use medloop_engine::name::*;
use medloop_engine::time::{Instant, Precision, Span, parse_moment};
use medloop_engine::value::Value;
use medloop_engine::view::{InstanceView, Lang, named};
use medloop_engine::world::{InstanceId, World};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The shipped catalogue.
pub(crate) fn catalogue() -> Catalogue {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../loops");
    let mut texts = BTreeMap::new();
    for file in [
        "hospital.yaml",
        "fields.yaml",
        "events.yaml",
        "codes/blood.yaml",
        "codes/orders.yaml",
        "codes/roles.yaml",
        "codes/systems.yaml",
    ] {
        texts.insert(file.to_owned(), std::fs::read_to_string(root.join(file)).unwrap());
    }
    yaml::read("", &texts).0.unwrap().catalogue
}

fn node(
    code: &str,
    name: &str,
    scope: u16,
    event: &str,
    system: &str,
    role: &str,
    stage: Stage,
    icon: &str,
    fields: &[&str],
) -> Node {
    Node {
        code: NodeCode::parse(code).unwrap(),
        name: name.to_owned(),
        doc: String::new(),
        scope: ScopeIx(scope),
        optional: code == "review",
        repeated: code == "patrol",
        negative: code == "reject",
        triggers: vec![Trigger {
            event: EventType::parse(event).unwrap(),
            systems: vec![SystemCode::parse(system).unwrap()],
            guard: None,
        }],
        roles: vec![RoleCode::parse(role).unwrap()],
        stage,
        icon: icon.to_owned(),
        fields: fields
            .iter()
            .map(|f| NodeField {
                field: FieldCode::parse(f).unwrap(),
                required: true,
                link: *f == "specimen_no",
            })
            .collect(),
        limit: None,
        plan: None,
    }
}

/// The loop of the language's page, written out.
pub(crate) fn definition(catalogue: &Catalogue) -> Definition {
    use Stage::{Execute, Feedback, Order, Review};
    let mut nodes = vec![
        node(
            "request",
            "配血申请",
            0,
            "blood.requested",
            "his",
            "physician",
            Order,
            "clipboard",
            &["blood_type", "component", "quantity", "indication"],
        ),
        node(
            "review",
            "上级医师审核",
            0,
            "blood.request_reviewed",
            "his",
            "senior_physician",
            Review,
            "user-check",
            &[],
        ),
        node("accept", "签收配血医嘱", 0, "blood.order_accepted", "pda", "nurse", Review, "inbox", &[]),
        node(
            "collect",
            "采集标本",
            0,
            "specimen.collected",
            "pda",
            "nurse",
            Execute,
            "test-tube",
            &["specimen_no"],
        ),
        node(
            "receive",
            "接收标本",
            0,
            "specimen.received",
            "bis",
            "technician",
            Execute,
            "package-check",
            &["specimen_no"],
        ),
        node(
            "reject",
            "退回标本",
            0,
            "specimen.rejected",
            "bis",
            "technician",
            Execute,
            "undo-2",
            &["specimen_no", "reason"],
        ),
        node(
            "crossmatch",
            "执行配血",
            0,
            "blood.crossmatched",
            "bis",
            "technician",
            Execute,
            "microscope",
            &["crossmatch_result"],
        ),
        node(
            "issue",
            "配发血液",
            1,
            "blood.issued",
            "bis",
            "technician",
            Execute,
            "droplet",
            &["bag_no", "blood_type", "expires_at"],
        ),
        node(
            "verify",
            "输血前核对",
            1,
            "transfusion.verified",
            "pda",
            "nurse",
            Execute,
            "users",
            &["bag_no", "blood_type", "patient_no", "verifier"],
        ),
        node("start", "开始输血", 1, "transfusion.started", "pda", "nurse", Execute, "syringe", &["bag_no"]),
        node(
            "patrol",
            "巡视输血",
            1,
            "transfusion.patrolled",
            "pda",
            "nurse",
            Execute,
            "eye",
            &["bag_no", "reaction"],
        ),
        node(
            "finish",
            "结束输血",
            1,
            "transfusion.finished",
            "pda",
            "nurse",
            Feedback,
            "heart-pulse",
            &["bag_no", "reaction"],
        ),
    ];
    let limit =
        |p: u16, from: Option<u16>| Some(Limit { length: Length::Param(ParamIx(p)), from: from.map(NodeIx) });
    let span = |n: i64, from: Option<u16>| {
        Some(Limit { length: Length::Span(Span::minutes(n)), from: from.map(NodeIx) })
    };
    nodes[1].limit = limit(0, None);
    nodes[2].limit = span(30, None);
    nodes[4].limit = span(120, Some(3));
    nodes[9].limit = limit(1, Some(7));
    nodes[11].limit = limit(2, Some(9));
    let n = |i: u16| Flow::Node(NodeIx(i));
    let param = |code: &str, name: &str, minutes: i64| Param {
        code: ParamCode::parse(code).unwrap(),
        name: name.to_owned(),
        value: Value::Span(Span::minutes(minutes)),
        range: Some((Value::Span(Span::minutes(10)), Value::Span(Span::minutes(240)))),
        basis: Some("临床输血技术规范".to_owned()),
    };
    let params = vec![
        param("review_limit", "审核上限", 30),
        param("start_limit", "输注上限", 30),
        param("bag_limit", "单袋上限", 240),
        param("patrol_gap", "巡视间隔", 30),
    ];
    let at = |i: u16| Box::new(Expr::Attr(NodeIx(i), Pick::Counting, Attr::At));
    let field =
        |i: u16, f: &str| Box::new(Expr::Field(NodeIx(i), Pick::Counting, FieldCode::parse(f).unwrap()));
    let rule = |code: &str, name: &str, scope: u16, severity: Severity, text: &str, check: Expr| Rule {
        code: RuleCode::parse(code).unwrap(),
        name: name.to_owned(),
        doc: String::new(),
        scope: ScopeIx(scope),
        severity,
        applies: None,
        check,
        text: text.to_owned(),
        missing_violates: false,
        ties: None,
        alert: None,
        escalate: vec![],
        basis: None,
    };
    let mut rules = vec![
        rule(
            "two_person_check",
            "双人核对",
            1,
            Severity::Critical,
            "输血前核对.核对人 != 输血前核对.人员",
            Expr::Compare(
                Compare::Ne,
                field(8, "verifier"),
                Box::new(Expr::Attr(NodeIx(8), Pick::Counting, Attr::By)),
            ),
        ),
        rule(
            "abo_match",
            "血型相容",
            1,
            Severity::Critical,
            "输血前核对.血型 == 配发血液.血型 且 配发血液.血型 属于 相容(配血申请.血型)",
            Expr::And(vec![
                Expr::Compare(Compare::Eq, field(8, "blood_type"), field(7, "blood_type")),
                Expr::In(
                    field(7, "blood_type"),
                    Box::new(Expr::Lookup(TableCode::parse("compatible").unwrap(), field(0, "blood_type"))),
                ),
            ]),
        ),
        rule(
            "blood_out",
            "出库后及时输注",
            1,
            Severity::Critical,
            "开始输血.时间 - 配发血液.时间 <= 输注上限",
            Expr::Compare(Compare::Le, Box::new(Expr::Sub(at(9), at(7))), Box::new(Expr::Param(ParamIx(1)))),
        ),
        rule(
            "patrol_regularly",
            "巡视不断",
            1,
            Severity::Medium,
            "间隔(开始输血、巡视输血、结束输血) <= 巡视间隔",
            Expr::Compare(
                Compare::Le,
                Box::new(Expr::Gap(vec![NodeIx(9), NodeIx(10), NodeIx(11)])),
                Box::new(Expr::Param(ParamIx(3))),
            ),
        ),
    ];
    rules[0].missing_violates = true;
    rules[0].alert = Some(vec![
        AlertPart::Text("血袋 ".into()),
        AlertPart::Value(Expr::TrackKey),
        AlertPart::Text(" 输血前须两人核对".into()),
    ]);
    rules[2].alert = Some(vec![
        AlertPart::Text("血袋 ".into()),
        AlertPart::Value(Expr::TrackKey),
        AlertPart::Text(" 出库已超 ".into()),
        AlertPart::Value(Expr::Param(ParamIx(1))),
        AlertPart::Text(" 仍未输注".into()),
    ]);
    rules[2].basis = Some("临床输血技术规范".into());
    let ending = |kind, event: &str, before| Ending {
        kind,
        triggers: vec![Trigger { event: EventType::parse(event).unwrap(), systems: vec![], guard: None }],
        before,
        effective: None,
        resume: vec![],
        successor: None,
    };
    let campuses: BTreeMap<_, _> = catalogue
        .campuses
        .iter()
        .map(|(c, def)| {
            (
                c.clone(),
                CampusSettings {
                    zone: def.zone.clone(),
                    params: params.iter().map(|p| p.value.clone()).collect(),
                    off: BTreeMap::new(),
                    unavailable: BTreeMap::new(),
                },
            )
        })
        .collect();
    Definition {
        code: LoopCode::parse("transfusion").unwrap(),
        name: "输血".into(),
        doc: "自配血申请至输血结束,一袋血一条轨迹。".into(),
        grade: Some(5),
        category: Some("用血".into()),
        basis: None,
        key: FieldCode::parse("order_no").unwrap(),
        starts: Starts { nodes: vec![NodeIx(0)], guard: None },
        flow: Flow::Seq(vec![
            n(0),
            n(1),
            n(2),
            Flow::Again { body: Box::new(Flow::Seq(vec![n(3), n(4)])), node: NodeIx(5) },
            n(6),
            Flow::Each(ScopeIx(1)),
        ]),
        scopes: vec![Scope {
            field: FieldCode::parse("bag_no").unwrap(),
            flow: Flow::Seq(vec![n(7), n(8), n(9), n(10), n(11)]),
            count: None,
            until_stop: false,
        }],
        nodes,
        params,
        endings: vec![
            ending(EndingKind::Cancel, "order.cancelled", Some(NodeIx(7))),
            ending(EndingKind::Stop, "order.stopped", None),
        ],
        interrupt: Some(Span::hours(24)),
        rules,
        measures: vec![],
        fields: catalogue.fields.clone(),
        tables: catalogue.tables.clone(),
        roles: catalogue.roles.clone(),
        campuses,
        backfill_after: catalogue.backfill_after,
    }
}

/// One order of 2026-01-05 as `(time, system, type, actor name, role, dept, fields)`.
pub(crate) type Line<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, Json);

/// The order of the language's page, with a rejected tube and a second bag, up to any time.
pub(crate) fn lines() -> Vec<Line<'static>> {
    let tube = |n: &str| json!({ "specimen_no": n });
    let bag = |n: &str| json!({ "bag_no": n });
    vec![
        (
            "08:00",
            "his",
            "blood.requested",
            "王敏",
            "physician",
            "D03",
            json!({"blood_type": "A+", "component": "红细胞", "quantity": 2, "indication": "Hb 58 g/L，乏力、心悸"}),
        ),
        ("08:10", "his", "blood.request_reviewed", "李建国", "senior_physician", "D03", json!({})),
        ("08:45", "pda", "blood.order_accepted", "赵静", "nurse", "W12", json!({})),
        ("08:50", "pda", "specimen.collected", "赵静", "nurse", "W12", tube("S1")),
        ("09:00", "bis", "specimen.received", "孙涛", "technician", "BB", tube("S1")),
        (
            "09:02",
            "bis",
            "specimen.rejected",
            "孙涛",
            "technician",
            "BB",
            json!({"specimen_no": "S1", "reason": "溶血"}),
        ),
        ("09:08", "pda", "specimen.collected", "赵静", "nurse", "W12", tube("S2")),
        ("09:14", "bis", "specimen.received", "孙涛", "technician", "BB", tube("S2")),
        (
            "09:40",
            "bis",
            "blood.crossmatched",
            "孙涛",
            "technician",
            "BB",
            json!({"crossmatch_result": "相合"}),
        ),
        (
            "09:50",
            "bis",
            "blood.issued",
            "孙涛",
            "technician",
            "BB",
            json!({"bag_no": "B1", "blood_type": "A+", "expires_at": "2026-02-01"}),
        ),
        (
            "09:58",
            "pda",
            "transfusion.verified",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "blood_type": "A+", "patient_no": "P0001", "verifier": {"id": "0512", "name": "钱晓"}}),
        ),
        ("10:04", "pda", "transfusion.started", "赵静", "nurse", "W12", bag("B1")),
        (
            "10:20",
            "pda",
            "transfusion.patrolled",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "reaction": "无"}),
        ),
        (
            "10:48",
            "pda",
            "transfusion.patrolled",
            "钱晓",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "reaction": "无"}),
        ),
        (
            "11:10",
            "pda",
            "transfusion.finished",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B1", "reaction": "无"}),
        ),
        (
            "10:55",
            "bis",
            "blood.issued",
            "孙涛",
            "technician",
            "BB",
            json!({"bag_no": "B2", "blood_type": "A+"}),
        ),
        (
            "11:08",
            "pda",
            "transfusion.verified",
            "赵静",
            "nurse",
            "W12",
            json!({"bag_no": "B2", "blood_type": "A+", "patient_no": "P0001", "verifier": {"id": "赵静", "name": "赵静"}}),
        ),
    ]
}

/// The CloudEvent of a line.
pub(crate) fn event(
    order: &str,
    (time, system, kind, actor, role, dept, fields): &Line<'_>,
    patient: &Json,
) -> Json {
    let mut data = json!({
        "order_no": order,
        "patient": patient,
        "actor": {"id": actor, "name": actor, "role": role, "dept": dept},
        "capture": if *system == "pda" { "scan" } else { "manual" },
        "precision": "minute",
    });
    for (k, v) in fields.as_object().unwrap() {
        data[k] = v.clone();
    }
    json!({
        "specversion": "1.0", "id": format!("{order}-{kind}-{time}"), "source": format!("{system}/east"), "type": kind,
        "time": format!("2026-01-05T{time}:00+08:00"), "campus": "east", "data": data,
    })
}

/// The patient of the samples.
pub(crate) fn patient() -> Json {
    json!({"id": "P0001", "name": "周秀兰", "sex": "F", "birth_date": "1961-03-02", "visit_no": "V2026010501", "dept": "D03", "ward": "W12", "bed": "07"})
}

/// An order's view at `now` (`HH:MM` of 2026-01-05) from the lines known by then.
pub(crate) fn view(lines: &[Line<'_>], patient: &Json, now: &str, lang: Lang) -> InstanceView {
    let catalogue = Arc::new(catalogue());
    let def = Arc::new(definition(&catalogue));
    let zone = &catalogue.campuses.values().next().unwrap().zone;
    let now = parse_moment(&format!("2026-01-05T{now}"), zone).unwrap();
    assert_eq!(now.precision, Precision::Minute);
    let now: Instant = now.at;
    let mut world = World::new(catalogue.clone(), vec![def.clone()]);
    let order = "ZY2026010500017";
    for line in lines {
        let read = event::read(&event(order, line, patient), &catalogue, Arrival::Now(now)).unwrap();
        if read.at.at <= now {
            world.submit(read);
        }
    }
    let id =
        InstanceId { campus: CampusCode::parse("east").unwrap(), code: def.code.clone(), key: order.into() };
    let facts = world.facts(&id);
    let state = medloop_engine::fold::fold(&def, &facts, now);
    named(&Scene::new(&def, &facts, &state, lang, Some(&catalogue)), &def.hash(), now)
}
