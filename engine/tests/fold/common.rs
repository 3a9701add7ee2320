//! A small definition and its facts, built by hand: the core of a transfusion.

use medloop_engine::catalogue::{FieldDef, Named};
use medloop_engine::facts::{Actor, EventRef, Fact, Fields, Hit, InstanceFacts, TrackFacts, TrackId};
use medloop_engine::graph::*;
use medloop_engine::name::*;
use medloop_engine::state::*;
use medloop_engine::time::*;
use medloop_engine::value::{Person, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// 2026-01-05T00:00:00+08:00.
const DAY: i64 = 1_767_542_400;

/// The instant of a time of day, `HH:MM` or `HH:MM:SS`, on the day of the examples.
pub(crate) fn clock(text: &str) -> Instant {
    let parts: Vec<i64> = text.split(':').map(|p| p.parse().unwrap()).collect();
    let seconds = parts[0] * 3600 + parts[1] * 60 + parts.get(2).copied().unwrap_or(0);
    Instant((DAY + seconds) * 1_000_000)
}

pub(crate) fn minute(text: &str) -> Moment {
    Moment { at: clock(text), precision: Precision::Minute }
}

pub(crate) fn field(code: &str) -> FieldCode {
    FieldCode::parse(code).unwrap()
}

pub(crate) fn node(code: &str, scope: u16) -> Node {
    Node {
        code: NodeCode::parse(code).unwrap(),
        name: code.to_owned(),
        doc: String::new(),
        scope: ScopeIx(scope),
        optional: false,
        repeated: false,
        negative: false,
        triggers: Vec::new(),
        roles: Vec::new(),
        stage: Stage::Execute,
        icon: String::new(),
        fields: Vec::new(),
        limit: None,
        plan: None,
    }
}

pub(crate) fn limit(minutes: i64, from: Option<u16>) -> Option<Limit> {
    Some(Limit { length: Length::Span(Span::minutes(minutes)), from: from.map(NodeIx), by: None })
}

pub(crate) const REQUEST: u16 = 0;
pub(crate) const REVIEW: u16 = 1;
pub(crate) const COLLECT: u16 = 2;
pub(crate) const RECEIVE: u16 = 3;
pub(crate) const REJECT: u16 = 4;
pub(crate) const ISSUE: u16 = 5;
pub(crate) const VERIFY: u16 = 6;
pub(crate) const START: u16 = 7;
pub(crate) const PATROL: u16 = 8;
pub(crate) const FINISH: u16 = 9;
pub(crate) const RETURN: u16 = 10;

/// request → review? → (collect → receive) again reject → each bag ((issue → verify → start → patrol+ → finish) ends return)
pub(crate) fn transfusion() -> Definition {
    let mut nodes: Vec<Node> =
        ["request", "review", "collect", "receive", "reject"].map(|c| node(c, 0)).into();
    nodes.extend(["issue", "verify", "start", "patrol", "finish", "return_bag"].map(|c| node(c, 1)));
    nodes[1].optional = true;
    nodes[4].negative = true;
    nodes[8].repeated = true;
    nodes[10].negative = true;
    nodes[3].limit = limit(120, Some(COLLECT));
    nodes[7].limit = limit(30, Some(ISSUE));
    nodes[6].fields = vec![NodeField { field: field("checker"), required: true, link: false }];
    let n = |i| Flow::Node(NodeIx(i));
    let rule = |code: &str, check: Expr| Rule {
        code: RuleCode::parse(code).unwrap(),
        name: code.to_owned(),
        doc: String::new(),
        scope: ScopeIx(1),
        severity: Severity::Critical,
        applies: None,
        check,
        text: String::new(),
        missing_violates: false,
        ties: None,
        alert: None,
        escalate: Vec::new(),
        basis: None,
    };
    let at = |i| Box::new(Expr::Attr(NodeIx(i), Pick::Counting, Attr::At));
    let span = |m| Box::new(Expr::Literal(Value::Span(Span::minutes(m))));
    let blood_out = Expr::Compare(Compare::Le, Box::new(Expr::Sub(at(START), at(ISSUE))), span(30));
    let checker = Box::new(Expr::Field(NodeIx(VERIFY), Pick::Counting, field("checker")));
    let by = Box::new(Expr::Attr(NodeIx(VERIFY), Pick::Counting, Attr::By));
    let gap = Box::new(Expr::Gap(vec![NodeIx(START), NodeIx(PATROL), NodeIx(FINISH)]));
    let mut two = rule("two_person_check", Expr::Compare(Compare::Ne, checker, by));
    two.missing_violates = true;
    let ending = |kind, before| Ending {
        kind,
        triggers: Vec::new(),
        before,
        effective: None,
        resume: Vec::new(),
        successor: None,
    };
    let person = FieldDef {
        code: field("checker"),
        name: Named { name: "核对人".to_owned(), name_en: None },
        kind: Type::Person,
        pattern: None,
        range: None,
        unit: None,
        personal: true,
        link: Default::default(),
    };
    let campus = CampusSettings {
        zone: Zone::fixed("Asia/Shanghai", 8 * 3600),
        calendar: None,
        params: Vec::new(),
        off: BTreeMap::new(),
        unavailable: BTreeMap::new(),
    };
    Definition {
        code: LoopCode::parse("transfusion").unwrap(),
        name: "输血".to_owned(),
        doc: String::new(),
        grade: None,
        category: None,
        basis: None,
        key: field("order_no"),
        starts: Starts { nodes: vec![NodeIx(REQUEST)], guard: None },
        flow: Flow::Seq(vec![
            n(REQUEST),
            n(REVIEW),
            Flow::Again { body: Box::new(Flow::Seq(vec![n(COLLECT), n(RECEIVE)])), node: NodeIx(REJECT) },
            Flow::Each(ScopeIx(1)),
        ]),
        scopes: vec![Scope {
            field: field("bag_no"),
            flow: Flow::Ends {
                body: Box::new(Flow::Seq(vec![n(ISSUE), n(VERIFY), n(START), n(PATROL), n(FINISH)])),
                nodes: vec![NodeIx(RETURN)],
            },
            count: None,
            until_stop: false,
        }],
        guards: Vec::new(),
        nodes,
        params: Vec::new(),
        endings: vec![ending(EndingKind::Cancel, Some(NodeIx(ISSUE))), ending(EndingKind::Stop, None)],
        interrupt: Some(Length::Span(Span::hours(24))),
        seal: None,
        rules: vec![
            two,
            rule("blood_out", blood_out),
            rule("patrol_regularly", Expr::Compare(Compare::Le, gap, span(30))),
        ],
        asks: Vec::new(),
        gathers: Vec::new(),
        lengths: Vec::new(),
        measures: Vec::new(),
        fields: [(field("checker"), person)].into(),
        tables: BTreeMap::new(),
        roles: BTreeMap::new(),
        campuses: [(CampusCode::parse("east").unwrap(), campus)].into(),
        backfill_after: None,
    }
}

pub(crate) fn fact(at: &str, hit: Hit, by: &str) -> Fact {
    Fact {
        event: EventRef { source: Arc::from("his"), id: Arc::from(format!("{at}-{hit:?}").as_str()) },
        at: minute(at),
        sequence: 0,
        hits: vec![hit],
        began: None,
        recorded: None,
        arrived: clock(at),
        system: SystemCode::parse("his").unwrap(),
        campus: CampusCode::parse("east").unwrap(),
        actor: Some(Actor {
            person: Some(Person { id: Some(Arc::from(by)), name: None }),
            role: None,
            dept: None,
            title: None,
        }),
        terminal: None,
        capture: None,
        patient: None,
        items: Vec::new(),
        unit: None,
        fields: Fields::new(),
        doubts: Vec::new(),
        bad: Vec::new(),
        visit: false,
        dead: false,
        late: false,
    }
}

pub(crate) fn on(at: &str, node: u16) -> Fact {
    fact(at, Hit::Node(NodeIx(node), 0), "zhao")
}

pub(crate) fn checked(at: &str, by: &str, second: Option<&str>) -> Fact {
    let mut f = fact(at, Hit::Node(NodeIx(VERIFY), 0), by);
    if let Some(second) = second {
        f.fields.insert(field("checker"), Value::Person(Person { id: Some(Arc::from(second)), name: None }));
    }
    f
}

pub(crate) fn instance(order: Vec<Fact>, bags: Vec<(&str, Vec<Fact>)>) -> InstanceFacts {
    let sorted = |mut facts: Vec<Fact>| {
        facts.sort_by(|a, b| a.order().cmp(&b.order()));
        TrackFacts { facts: facts.into_iter().map(Arc::new).collect() }
    };
    InstanceFacts {
        campus: CampusCode::parse("east").unwrap(),
        key: Arc::from("O1"),
        order: sorted(order),
        tracks: bags
            .into_iter()
            .map(|(bag, facts)| (TrackId { scope: ScopeIx(1), value: Arc::from(bag) }, sorted(facts)))
            .collect(),
        sealed: None,
    }
}

pub(crate) fn status(state: &InstanceState, track: usize, node: u16) -> NodeStatus {
    state.tracks[track].nodes.iter().rev().find(|n| n.node == NodeIx(node)).unwrap().status
}

pub(crate) fn verdict(state: &InstanceState, track: usize, rule: u16) -> Verdict {
    state.tracks[track].rules.iter().find(|r| r.rule == rule).unwrap().verdict
}
