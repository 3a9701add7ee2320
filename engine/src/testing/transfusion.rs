//! A transfusion by hand, for examples and benchmarks: the flow of `language.md` with two of its rules.

use super::definition::{bare, name};
use crate::facts::{Actor, EventRef, Fact, Fields, Hit, InstanceFacts, TrackFacts, TrackId};
use crate::graph::{
    Attr, CampusSettings, Compare, Definition, Expr, Flow, Length, Limit, NodeIx, Pick, Rule, Scope, ScopeIx,
    Severity, Starts,
};
use crate::time::{Instant, Moment, Precision, Span, Zone};
use crate::value::{Person, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many minutes after the order.
#[must_use]
pub fn minutes(n: i64) -> Instant {
    super::facts::START.plus(Span::minutes(n))
}

/// code, inside a bag, optional, repeated, limit in minutes, from which node.
type Row = (&'static str, bool, bool, bool, Option<i64>, Option<u16>);

const NODES: [Row; 9] = [
    ("request", false, false, false, None, None),
    ("review", false, true, false, Some(30), None),
    ("accept", false, false, false, Some(30), None),
    ("crossmatch", false, false, false, None, None),
    ("issue", true, false, false, None, None),
    ("verify", true, false, false, None, None),
    ("start", true, false, false, Some(30), Some(4)),
    ("patrol", true, false, true, None, None),
    ("finish", true, false, false, Some(240), Some(6)),
];

/// request → review? → accept → crossmatch → each bag (issue → verify → start → patrol+ → finish).
#[must_use]
pub fn definition() -> Definition {
    let nodes = NODES.iter().map(|(code, bag, optional, repeated, limit, from)| {
        let mut node = bare(code, ScopeIx(u16::from(*bag)), *optional, *repeated, false);
        node.limit =
            limit.map(|m| Limit { length: Length::Span(Span::minutes(m)), from: from.map(NodeIx), by: None });
        node
    });
    let seq = |from: u16, to: u16| (from..to).map(|n| Flow::Node(NodeIx(n))).collect::<Vec<Flow>>();
    let at = |n| Box::new(Expr::Attr(NodeIx(n), Pick::Counting, Attr::At));
    let half_hour = || Box::new(Expr::Literal(Value::Span(Span::minutes(30))));
    let in_time = Expr::Compare(Compare::Le, Box::new(Expr::Sub(at(6), at(4))), half_hour());
    let watched =
        Expr::Compare(Compare::Le, Box::new(Expr::Gap(vec![NodeIx(6), NodeIx(7), NodeIx(8)])), half_hour());
    let settings = CampusSettings {
        zone: Zone::fixed("Asia/Shanghai", 8 * 3600),
        calendar: None,
        params: Vec::new(),
        off: BTreeMap::new(),
        unavailable: BTreeMap::new(),
    };
    Definition {
        code: name("transfusion"),
        name: "输血".into(),
        doc: String::new(),
        grade: Some(5),
        category: None,
        basis: None,
        key: name("order_no"),
        starts: Starts { nodes: vec![NodeIx(0)], guard: None },
        flow: Flow::Seq(seq(0, 4).into_iter().chain([Flow::Each(ScopeIx(1))]).collect()),
        scopes: vec![Scope {
            field: name("bag_no"),
            flow: Flow::Seq(seq(4, 9)),
            count: None,
            until_stop: false,
        }],
        guards: Vec::new(),
        nodes: nodes.collect(),
        params: Vec::new(),
        endings: Vec::new(),
        interrupt: Some(Length::Span(Span::hours(24))),
        seal: None,
        rules: vec![
            rule("blood_out", Severity::Critical, in_time),
            rule("patrol_regularly", Severity::Medium, watched),
        ],
        asks: Vec::new(),
        gathers: Vec::new(),
        lengths: Vec::new(),
        measures: Vec::new(),
        fields: BTreeMap::new(),
        tables: BTreeMap::new(),
        roles: BTreeMap::new(),
        campuses: [(name("east"), settings)].into_iter().collect(),
        backfill_after: None,
    }
}

fn rule(code: &str, severity: Severity, check: Expr) -> Rule {
    Rule {
        code: name(code),
        name: code.to_owned(),
        doc: String::new(),
        scope: ScopeIx(1),
        severity,
        applies: None,
        check,
        text: String::new(),
        missing_violates: false,
        ties: None,
        alert: None,
        escalate: Vec::new(),
        basis: None,
    }
}

/// The event of a node, so many minutes after the order.
#[must_use]
pub fn fact(def: &Definition, bag: &str, code: &str, minute: i64) -> Option<(TrackId, Fact)> {
    let node = def.node_by_code(code)?;
    let scope = def.node(node)?.scope;
    let at = Moment { at: minutes(minute), precision: Precision::Minute };
    let value = if scope == ScopeIx::ORDER { "" } else { bag };
    let fact = Fact {
        event: EventRef { source: Arc::from("bis/east"), id: Arc::from(format!("{value}-{code}-{minute}")) },
        at,
        sequence: 0,
        hits: vec![Hit::Node(node, 0)],
        began: None,
        recorded: None,
        arrived: at.at,
        system: name("bis"),
        campus: name("east"),
        actor: Some(Actor {
            person: Some(Person { id: Some(Arc::from("0427")), name: None }),
            role: Some(Arc::from("nurse")),
            dept: Some(Arc::from("D03")),
            title: None,
        }),
        terminal: Some(Arc::from("PDA-7")),
        capture: Some(Arc::from("scan")),
        patient: None,
        items: Vec::new(),
        unit: None,
        fields: Fields::new(),
        doubts: Vec::new(),
        bad: Vec::new(),
        visit: false,
        dead: false,
        late: false,
    };
    Some((TrackId { scope, value: Arc::from(value) }, fact))
}

/// The facts of one order with one bag: node codes with the minute of their event.
#[must_use]
pub fn facts(def: &Definition, bag: &str, events: &[(&str, i64)]) -> InstanceFacts {
    let mut order = TrackFacts::default();
    let mut tracks: BTreeMap<TrackId, TrackFacts> = BTreeMap::new();
    for (track, fact) in events.iter().filter_map(|(code, minute)| fact(def, bag, code, *minute)) {
        let place = if track.is_order() { &mut order } else { tracks.entry(track).or_default() };
        place.facts.push(Arc::new(fact));
        place.facts.sort_by(|a, b| a.order().cmp(&b.order()));
    }
    InstanceFacts { campus: name("east"), key: Arc::from("ZY2026010500017"), order, tracks, sealed: None }
}
