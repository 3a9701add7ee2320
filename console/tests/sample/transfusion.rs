//! The loop of the language's page, written out by hand.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's own material")]

use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::*;
use medloop_engine::name::*;
use medloop_engine::time::Span;
use medloop_engine::value::Value;
use std::collections::BTreeMap;

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
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
    let limit = |p: u16, from: Option<u16>| {
        Some(Limit { length: Length::Param(ParamIx(p)), from: from.map(NodeIx), by: None })
    };
    let span = |n: i64, from: Option<u16>| {
        Some(Limit { length: Length::Span(Span::minutes(n)), from: from.map(NodeIx), by: None })
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
                    calendar: None,
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
        guards: vec![],
        nodes,
        params,
        endings: vec![
            ending(EndingKind::Cancel, "order.cancelled", Some(NodeIx(7))),
            ending(EndingKind::Stop, "order.stopped", None),
        ],
        interrupt: Some(Length::Span(Span::hours(24))),
        seal: None,
        rules,
        asks: vec![],
        gathers: vec![],
        lengths: vec![],
        measures: vec![],
        fields: catalogue.fields.clone(),
        tables: catalogue.tables.clone(),
        roles: catalogue.roles.clone(),
        campuses,
        backfill_after: catalogue.backfill_after,
    }
}
