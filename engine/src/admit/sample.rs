//! A small catalogue and loop for tests of events, facts and routing.

use crate::catalogue::{Campus, Catalogue, EventDef, FieldDef, Named, Role, Table};
use crate::event::{Arrival, Event, Rejection, read};
use crate::graph::{Compare, Definition, Ending, EndingKind, Expr, Flow, Node, NodeField, NodeIx};
use crate::graph::{Scope, ScopeIx, Stage, Starts, Trigger};
use crate::name::{CampusCode, EventType, FieldCode, LoopCode, NodeCode, SystemCode, TableCode};
use crate::person::{MERGED, UNMERGED};
use crate::time::{Instant, Span, Zone, parse_moment};
use crate::value::{Type, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

fn named(name: &str) -> Named {
    Named { name: name.to_owned(), name_en: None }
}

pub(crate) fn instant(text: &str) -> Instant {
    parse_moment(text, &Zone::fixed("UTC", 0)).unwrap().at
}

pub(crate) fn field(code: &str, kind: Type) -> FieldDef {
    let code = FieldCode::parse(code).unwrap();
    FieldDef {
        code,
        name: named("字段"),
        kind,
        pattern: None,
        range: None,
        unit: None,
        personal: false,
        link: Default::default(),
    }
}

pub(crate) fn fields() -> BTreeMap<FieldCode, FieldDef> {
    let mut bag = field("bag_no", Type::Text);
    bag.pattern = Some("[0-9A-Z]{1,8}".to_owned());
    let mut amount = field("amount", Type::Number);
    amount.range = Some((0.0, 100.0));
    let all = [
        field("order_no", Type::Text),
        bag,
        amount,
        field("specimen_no", Type::Text),
        field("blood_type", Type::Code(Arc::from("blood_type"))),
        field("verifier", Type::Person),
        field("expires_at", Type::Moment),
        field("result", Type::Text),
    ];
    all.into_iter().map(|f| (f.code.clone(), f)).collect()
}

pub(crate) fn tables() -> BTreeMap<TableCode, Table> {
    let codes = [(Arc::from("A+"), named("A 型 RhD 阳性")), (Arc::from("O-"), named("O 型 RhD 阴性"))];
    let table = Table { name: named("血型表"), codes: codes.into(), maps: BTreeMap::new() };
    [(TableCode::parse("blood_type").unwrap(), table)].into()
}

pub(crate) fn catalogue() -> Catalogue {
    let campus = |name: &str| Campus {
        name: named(name),
        zone: Zone::fixed("Asia/Shanghai", 8 * 3600),
        calendar: None,
        departments: BTreeMap::new(),
        wards: BTreeMap::new(),
    };
    let kinds =
        ["a.asked", "a.drawn", "a.tested", "a.issued", "a.given", "a.stopped", "a.unused", MERGED, UNMERGED];
    let event = EventDef { name: named("事件"), fields: vec![], systems: vec![] };
    Catalogue {
        group: "示范".to_owned(),
        campuses: ["east", "west"].map(|c| (CampusCode::parse(c).unwrap(), campus(c))).into(),
        systems: ["his", "bis", "lis"].map(|s| (SystemCode::parse(s).unwrap(), named(s))).into(),
        fields: fields(),
        events: kinds.map(|k| (EventType::parse(k).unwrap(), event.clone())).into(),
        roles: [(
            crate::name::RoleCode::parse("nurse").unwrap(),
            Role { name: named("护士"), includes: vec![] },
        )]
        .into(),
        tables: tables(),
        future_limit: Span::minutes(10),
        backfill_after: None,
        feeds: Vec::new(),
        lengths: BTreeMap::new(),
        staff: crate::staff::Register::default(),
    }
}

fn node(code: &str, event: &str, scope: u16, links: &[&str]) -> Node {
    let link = |f: &&str| NodeField { field: FieldCode::parse(f).unwrap(), required: true, link: true };
    Node {
        code: NodeCode::parse(code).unwrap(),
        name: code.to_owned(),
        doc: String::new(),
        scope: ScopeIx(scope),
        optional: false,
        repeated: false,
        negative: false,
        triggers: vec![Trigger { event: EventType::parse(event).unwrap(), systems: vec![], guard: None }],
        roles: vec![],
        stage: Stage::Execute,
        icon: String::new(),
        fields: links.iter().map(link).collect(),
        limit: None,
        plan: None,
    }
}

/// ask → draw (links the specimen) → test (only its `result` "ok" counts; bis before lis) → each bag_no ( issue → give ); stop.
pub(crate) fn definition() -> Definition {
    let mut test = node("test", "a.tested", 0, &[]);
    let ok = Expr::Compare(
        Compare::Eq,
        Box::new(Expr::EventField(FieldCode::parse("result").unwrap())),
        Box::new(Expr::Literal(Value::Text(Arc::from("ok")))),
    );
    test.triggers[0].guard = Some(ok);
    test.triggers[0].systems = ["bis", "lis"].map(|s| SystemCode::parse(s).unwrap()).into();
    let nodes = vec![
        node("ask", "a.asked", 0, &[]),
        node("draw", "a.drawn", 0, &["specimen_no"]),
        test,
        node("issue", "a.issued", 1, &[]),
        node("give", "a.given", 1, &[]),
    ];
    let stop = Ending {
        kind: EndingKind::Stop,
        triggers: node("x", "a.stopped", 0, &[]).triggers,
        before: None,
        effective: None,
        resume: vec![],
        successor: None,
    };
    let flow = |from: u16, to: u16| Flow::Seq((from..to).map(|i| Flow::Node(NodeIx(i))).collect());
    Definition {
        code: LoopCode::parse("sample").unwrap(),
        name: "样例".to_owned(),
        doc: String::new(),
        grade: None,
        category: None,
        basis: None,
        key: FieldCode::parse("order_no").unwrap(),
        starts: Starts { nodes: vec![NodeIx(0)], guard: None },
        flow: Flow::Seq(vec![flow(0, 3), Flow::Each(ScopeIx(1))]),
        scopes: vec![Scope {
            field: FieldCode::parse("bag_no").unwrap(),
            flow: flow(3, 5),
            count: None,
            until_stop: false,
        }],
        guards: vec![],
        nodes,
        params: vec![],
        endings: vec![stop],
        interrupt: None,
        seal: None,
        rules: vec![],
        asks: vec![],
        gathers: vec![],
        lengths: vec![],
        measures: vec![],
        fields: fields(),
        tables: tables(),
        roles: BTreeMap::new(),
        campuses: BTreeMap::new(),
        backfill_after: None,
    }
}

/// An event as JSON: `source` bis/east, minute `minute` of an hour.
pub(crate) fn json(id: &str, kind: &str, minute: u32, data: Json) -> Json {
    json!({"specversion": "1.0", "id": id, "source": "bis/east", "type": kind,
           "time": format!("2026-01-05T09:{minute:02}:00+08:00"), "data": data})
}

pub(crate) fn read_now(json: &Json) -> Result<Event, Rejection> {
    read(json, &catalogue(), Arrival::Now(instant("2026-01-05T10:00:00+08:00")))
}

pub(crate) fn event(id: &str, kind: &str, minute: u32, data: Json) -> Event {
    read_now(&json(id, kind, minute, data)).unwrap()
}
